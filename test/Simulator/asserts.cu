// For sm_80.
// Kernels that end themselves.

#include <cassert>

extern "C" __global__ void positive(const int *x, int *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  assert(x[i] > 0 && "only what is positive");
  y[i] = 2 * x[i];
}
extern "C" __global__ void trap(int at) {
  if (threadIdx.x == at)
    __trap();
}
// Not taken where nobody watches: a breakpoint.
extern "C" __global__ void breakpoint(int *y, int at) {
  if (threadIdx.x == at)
    __brkpt();
  y[threadIdx.x] = threadIdx.x;
}
__device__ __noinline__ int deeper(int depth) {
  volatile int room[64];
  room[depth % 64] = depth;
  return depth == 0 ? 0 : deeper(depth - 1) + room[depth % 64];
}
extern "C" __global__ void overflow(int *y, int depth) { *y = deeper(depth); }
