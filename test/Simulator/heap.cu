// For sm_80.
// Memory that a kernel asks for while it runs.

#include <cstdint>
#include <cstdlib>
#include <new>

// A list for each thread, of as many nodes as its number.
struct Node {
  int value;
  Node *next;
};
extern "C" __global__ void lists(int *sums, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  Node *head = nullptr;
  for (int k = 1; k <= i % 7; ++k) {
    Node *made = new Node{k * i, head};
    head = made;
  }
  int sum = 0;
  while (head) {
    sum += head->value;
    Node *next = head->next;
    delete head;
    head = next;
  }
  sums[i] = sum;
}

// One allocation of a block, which all its threads use.
extern "C" __global__ void shares(const int *x, int *y) {
  __shared__ int *memory;
  if (threadIdx.x == 0)
    memory = static_cast<int *>(malloc(blockDim.x * sizeof(int)));
  __syncthreads();
  memory[threadIdx.x] = x[blockIdx.x * blockDim.x + threadIdx.x];
  __syncthreads();
  y[blockIdx.x * blockDim.x + threadIdx.x] =
      memory[blockDim.x - 1 - threadIdx.x];
  __syncthreads();
  if (threadIdx.x == 0)
    free(memory);
}

// It outlives the launch: another one reads and frees it.
extern "C" __global__ void keep(uint64_t *places) {
  int *memory = static_cast<int *>(malloc(16));
  memory[0] = threadIdx.x;
  memory[1] = 1000 - threadIdx.x;
  places[threadIdx.x] = reinterpret_cast<uint64_t>(memory);
}
extern "C" __global__ void take(const uint64_t *places, int *found) {
  int *memory = reinterpret_cast<int *>(places[threadIdx.x]);
  found[threadIdx.x] = memory[0] + 2000 * memory[1];
  free(memory);
}

// Until there is none, and again after it was given back; aligned, and apart.
extern "C" __global__ void exhaust(int *counts, int size) {
  for (int round = 0; round < 2; ++round) {
    char *last = nullptr;
    int count = 0;
    while (char *memory = static_cast<char *>(malloc(size))) {
      *reinterpret_cast<char **>(memory) = last;
      counts[2] += reinterpret_cast<uint64_t>(memory) % 16 != 0;
      last = memory;
      ++count;
    }
    counts[round] = count;
    while (last) {
      char *before = *reinterpret_cast<char **>(last);
      free(last);
      last = before;
    }
  }
  free(nullptr);
}

// What must be found.
extern "C" __global__ void beyond() {
  char *memory = static_cast<char *>(malloc(10));
  memory[10] = 1;
  free(memory);
}
extern "C" __global__ void afterFree(int *y) {
  volatile int *memory = static_cast<int *>(malloc(4));
  *memory = 1;
  free(const_cast<int *>(memory));
  *y = *memory;
}
extern "C" __global__ void twice() {
  void *memory = malloc(4);
  free(memory);
  free(memory);
}
extern "C" __global__ void inside() {
  char *memory = static_cast<char *>(malloc(32));
  free(memory + 16);
}
extern "C" __global__ void foreign(int *y) { free(y); }
extern "C" __global__ void unwritten(int *y) {
  int *memory = static_cast<int *>(malloc(4));
  *y = *memory;
  free(memory);
}
extern "C" __global__ void races(int *y) {
  __shared__ int *memory;
  if (threadIdx.x == 0)
    memory = static_cast<int *>(malloc(4));
  __syncthreads();
  *memory = threadIdx.x;
  __syncthreads();
  if (threadIdx.x == 0) {
    *y = *memory;
    free(memory);
  }
}
extern "C" __global__ void leaks(int *y) {
  int *memory = static_cast<int *>(malloc(12));
  *memory = 5;
  *y = *memory;
}
