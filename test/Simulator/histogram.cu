// For sm_80.
// Counting values: atomically in shared and in global memory, and by sorting.

#include <cub/block/block_histogram.cuh>

constexpr int threads = 96, items = 3, bins = 37;

extern "C" __global__ void countInShared(const unsigned char *x,
                                         unsigned *counts, int n) {
  __shared__ unsigned mine[bins];
  for (int bin = threadIdx.x; bin < bins; bin += blockDim.x)
    mine[bin] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += gridDim.x * blockDim.x)
    atomicAdd(&mine[x[i] % bins], 1);
  __syncthreads();
  for (int bin = threadIdx.x; bin < bins; bin += blockDim.x)
    if (mine[bin])
      atomicAdd(&counts[bin], mine[bin]);
}

// The lanes with one value elect who counts them.
extern "C" __global__ void countByMatching(const unsigned char *x,
                                           unsigned *counts, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  int bin = x[i] % bins;
  unsigned same = __match_any_sync(__activemask(), bin);
  if (__ffs(same) - 1 == threadIdx.x % 32)
    atomicAdd(&counts[bin], __popc(same));
}

template <cub::BlockHistogramAlgorithm algorithm>
__device__ void count(const unsigned char *x, unsigned *counts) {
  using Histogram =
      cub::BlockHistogram<unsigned char, threads, items, bins, algorithm>;
  __shared__ typename Histogram::TempStorage storage;
  __shared__ unsigned mine[bins];
  unsigned char values[items];
  for (int k = 0; k < items; ++k)
    values[k] = x[(blockIdx.x * threads + threadIdx.x) * items + k] % bins;
  Histogram histogram(storage);
  histogram.InitHistogram(mine);
  __syncthreads();
  histogram.Composite(values, mine);
  __syncthreads();
  for (int bin = threadIdx.x; bin < bins; bin += threads)
    counts[blockIdx.x * bins + bin] = mine[bin];
}
extern "C" __global__ void countAtomically(const unsigned char *x,
                                           unsigned *counts) {
  count<cub::BLOCK_HISTO_ATOMIC>(x, counts);
}
extern "C" __global__ void countBySorting(const unsigned char *x,
                                          unsigned *counts) {
  count<cub::BLOCK_HISTO_SORT>(x, counts);
}
