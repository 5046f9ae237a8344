// For sm_80.
// What a kernel prints.

#include <cstdio>

extern "C" __global__ void hello() {
  printf("hello from %d of %d\n", threadIdx.x, blockDim.x);
}

extern "C" __global__ void formats(const char *name) {
  printf("no arguments, 100%%\n");
  printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d]\n", -42, 42, 42, 42, 42, 42);
  printf("[%u] [%x] [%X] [%#x] [%o] [%c]\n", 3000000000u, 48879, 48879, 48879,
         8, 'z');
  printf("[%lld] [%llu] [%lx] [%hd] [%hhd]\n", -5000000000ll,
         18446744073709551615ull, 255l, 7, 8);
  printf("[%f] [%.2f] [%10.3f] [%-10.1f] [%e] [%G] [%a]\n", 3.14159, 2.5f, -1.0,
         0.05, 12345.678, 1e-10, 1.0);
  printf("[%s] [%10s] [%-6s] [%.3s]\n", "text", name, "left", "shortened");
  printf("[%*d] [%.*f]\n", 6, 7, 1, 2.25);
  printf("[%g] [%g] [%g]\n", 1.0 / 0.0, -1.0 / 0.0, nan(""));
  printf("[%p]\n", static_cast<void *>(nullptr));
}

// How many arguments there were, or less than zero.
extern "C" __global__ void results(int *y) {
  y[0] = printf("");
  y[1] = printf("%d %s %f\n", 1, "two", 3.0);
}

extern "C" __global__ void some(const int *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && x[i] < 0)
    printf("%d at %d\n", x[i], i);
}

// Each line has what its thread has got.
extern "C" __global__ void tickets(int *ticket, int *order) {
  int mine = atomicAdd(ticket, 1);
  order[blockIdx.x * blockDim.x + threadIdx.x] = mine;
  printf("%d\n", mine);
}
