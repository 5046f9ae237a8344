// For sm_80, sm_90.
// Atomic updates of every operation and type, in global and in shared memory.

#include <cuda/atomic>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

// Each operation of integers, once by every thread.
template <typename T> __device__ void update(T *cells, T x) {
  atomicAdd(&cells[0], x);
  atomicMin(&cells[1], x);
  atomicMax(&cells[2], x);
  atomicAnd(&cells[3], x);
  atomicOr(&cells[4], x);
  atomicXor(&cells[5], x);
}
template <typename T>
__device__ void updateBoth(const T *x, T *global, T *fromShared, int n) {
  __shared__ T cells[6];
  if (threadIdx.x < 6)
    cells[threadIdx.x] = global[threadIdx.x];
  __syncthreads();
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    update(global, x[i]);
    update(cells, x[i]);
  }
  __syncthreads();
  if (threadIdx.x < 6)
    fromShared[6 * blockIdx.x + threadIdx.x] = cells[threadIdx.x];
}
extern "C" __global__ void updateInt(const int *x, int *global, int *shared,
                                     int n) {
  updateBoth(x, global, shared, n);
}
extern "C" __global__ void updateUnsigned(const unsigned *x, unsigned *global,
                                          unsigned *shared, int n) {
  updateBoth(x, global, shared, n);
}
extern "C" __global__ void updateLong(const unsigned long long *x,
                                      unsigned long long *global,
                                      unsigned long long *shared, int n) {
  updateBoth(x, global, shared, n);
}

// The least and most of signed 64 bits.
extern "C" __global__ void extremes(const long long *x, long long *cells,
                                    int n) {
  int i = threadIdx.x;
  if (i < n) {
    atomicMin(&cells[0], x[i]);
    atomicMax(&cells[1], x[i]);
  }
}

// Counters that wrap: what each thread sees is its number in the sequence.
extern "C" __global__ void count(unsigned *up, unsigned *down, unsigned most,
                                 unsigned *seenUp, unsigned *seenDown) {
  int i = threadIdx.x;
  seenUp[i] = atomicInc(up, most);
  seenDown[i] = atomicDec(down, most);
}

extern "C" __global__ void addFloats(const float *x, float *single,
                                     double *twice, __half *half,
                                     __half2 *halves, __nv_bfloat16 *brain,
                                     __nv_bfloat162 *brains, int n) {
  __shared__ float part;
  if (threadIdx.x == 0)
    part = 0;
  __syncthreads();
  if (int i = threadIdx.x; i < n) {
    atomicAdd(&part, x[i]);
    atomicAdd(twice, static_cast<double>(x[i]));
    atomicAdd(half, __float2half(x[i]));
    atomicAdd(halves, __floats2half2_rn(x[i], -x[i]));
  }
#if __CUDA_ARCH__ >= 900
  int first = threadIdx.x, step = blockDim.x;
#else
  // Where there is no instruction the header starts from a plain read, which
  // races with what other threads do: there one does it all.
  int first = threadIdx.x ? n : 0, step = 1;
#endif
  for (int i = first; i < n; i += step) {
    atomicAdd(brain, __float2bfloat16(x[i]));
    atomicAdd(brains, __floats2bfloat162_rn(-x[i], x[i]));
  }
  __syncthreads();
  if (threadIdx.x == 0)
    atomicAdd(single, part);
}

// Compare and swap of 16, 32 and 64 bits builds what there is no instruction
// for.
template <typename T> __device__ void multiply(T *cell, T by) {
  T old = *static_cast<volatile T *>(cell), seen;
  do {
    seen = old;
    old = atomicCAS(cell, seen, static_cast<T>(seen * by));
  } while (old != seen);
}
extern "C" __global__ void multiplyAll(const unsigned *x, unsigned short *small,
                                       unsigned *middle,
                                       unsigned long long *large) {
  unsigned by = x[threadIdx.x];
  multiply(small, static_cast<unsigned short>(by));
  multiply(middle, by);
  multiply(large, static_cast<unsigned long long>(by));
}

// A chain of exchanges: every value but one comes back to one thread.
extern "C" __global__ void exchange(int *cell, float *real, int *seen,
                                    float *seenReal) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  seen[i] = atomicExch(cell, i);
  seenReal[i] = atomicExch_block(real, static_cast<float>(i)) + 0.5f;
}

// Messages between blocks by the orders of C++: a block waits for the one
// before.
extern "C" __global__ void pass(int *values, int *flags) {
  int block = blockIdx.x;
  if (threadIdx.x == 0 && block > 0) {
    cuda::atomic_ref<int, cuda::thread_scope_device> before(flags[block - 1]);
    while (before.load(cuda::memory_order_acquire) == 0)
      __nanosleep(20);
  }
  __syncthreads();
  int i = threadIdx.x, size = blockDim.x;
  values[block * size + i] =
      block > 0 ? values[(block - 1) * size + (i + 1) % size] + 1 : i;
  __syncthreads();
  if (i == 0) {
    cuda::atomic_ref<int, cuda::thread_scope_device> mine(flags[block]);
    mine.store(1, cuda::memory_order_release);
  }
}

// The operations of cuda::atomic, of every width, order and scope.
template <typename T, cuda::thread_scope scope>
__device__ void order(T *cells) {
  cuda::atomic_ref<T, scope> sum(cells[0]), most(cells[1]), swapped(cells[2]);
  T x = static_cast<T>(threadIdx.x + 1);
  sum.fetch_add(x, cuda::memory_order_relaxed);
  sum.fetch_sub(1, cuda::memory_order_acq_rel);
  most.fetch_max(x, cuda::memory_order_seq_cst);
  T seen = swapped.load(cuda::memory_order_relaxed);
  while (!swapped.compare_exchange_weak(seen, static_cast<T>(seen + x),
                                        cuda::memory_order_release,
                                        cuda::memory_order_relaxed)) {
  }
}
extern "C" __global__ void orders(int *words, unsigned long long *longs,
                                  unsigned char *bytes,
                                  unsigned short *shorts) {
  order<int, cuda::thread_scope_device>(words);
  order<unsigned long long, cuda::thread_scope_system>(longs);
  order<unsigned char, cuda::thread_scope_block>(bytes);
  order<unsigned short, cuda::thread_scope_device>(shorts);
}
