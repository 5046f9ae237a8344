// For sm_80.
// Sorting a block's values, by digits, by merging and by exchanges.

#include <cub/block/block_merge_sort.cuh>
#include <cub/block/block_radix_sort.cuh>
#include <cub/warp/warp_merge_sort.cuh>

constexpr int threads = 64, items = 4;

template <typename Key, bool descending>
__device__ void sortKeys(const Key *x, Key *sorted) {
  using Sort = cub::BlockRadixSort<Key, threads, items>;
  __shared__ typename Sort::TempStorage storage;
  Key keys[items];
  for (int k = 0; k < items; ++k)
    keys[k] = x[items * threadIdx.x + k];
  if (descending)
    Sort(storage).SortDescending(keys);
  else
    Sort(storage).Sort(keys);
  for (int k = 0; k < items; ++k)
    sorted[items * threadIdx.x + k] = keys[k];
}
extern "C" __global__ void sortInts(const int *x, int *sorted) {
  sortKeys<int, false>(x, sorted);
}
extern "C" __global__ void sortFloats(const float *x, float *sorted) {
  sortKeys<float, true>(x, sorted);
}
extern "C" __global__ void sortDoubles(const double *x, double *sorted) {
  sortKeys<double, false>(x, sorted);
}
extern "C" __global__ void sortBytes(const unsigned char *x,
                                     unsigned char *sorted) {
  sortKeys<unsigned char, true>(x, sorted);
}

// Keys with what belongs to them, by some of their bits alone, out in another
// arrangement.
extern "C" __global__ void sortPairs(const unsigned *x, const short *values,
                                     unsigned *sorted, short *moved, int first,
                                     int last) {
  using Sort = cub::BlockRadixSort<unsigned, threads, items, short>;
  __shared__ typename Sort::TempStorage storage;
  unsigned keys[items];
  short with[items];
  for (int k = 0; k < items; ++k) {
    keys[k] = x[items * threadIdx.x + k];
    with[k] = values[items * threadIdx.x + k];
  }
  Sort(storage).SortBlockedToStriped(keys, with, first, last);
  for (int k = 0; k < items; ++k) {
    sorted[threads * k + threadIdx.x] = keys[k];
    moved[threads * k + threadIdx.x] = with[k];
  }
}

// A thread reads the key behind its last one, and drops it; behind the last of
// all there is none, which the simulator takes for what it is.
template <typename Storage> __device__ void clear(Storage &storage) {
  auto *words = reinterpret_cast<int *>(&storage);
  for (unsigned i = threadIdx.x; i < sizeof(storage) / sizeof(int);
       i += threads)
    words[i] = 0;
  __syncthreads();
}

struct Less {
  template <typename T>
  __device__ bool operator()(const T &a, const T &b) const {
    return a < b;
  }
};
extern "C" __global__ void mergeSort(const long long *x, long long *sorted,
                                     int n) {
  using Sort = cub::BlockMergeSort<long long, threads, items>;
  __shared__ typename Sort::TempStorage storage;
  clear(storage);
  long long keys[items];
  for (int k = 0; k < items; ++k) {
    int i = items * threadIdx.x + k;
    keys[k] = i < n ? x[i] : 0;
  }
  Sort(storage).StableSort(keys, Less(), n, 0x7fffffffffffffffll);
  for (int k = 0; k < items; ++k)
    if (int i = items * threadIdx.x + k; i < n)
      sorted[i] = keys[k];
}

// Each warp sorts its own.
extern "C" __global__ void mergeSortOfWarps(const int *x, int *sorted) {
  using Sort = cub::WarpMergeSort<int, items, 32>;
  __shared__ typename Sort::TempStorage storage[threads / 32];
  clear(storage);
  int keys[items];
  for (int k = 0; k < items; ++k)
    keys[k] = x[items * threadIdx.x + k];
  Sort(storage[threadIdx.x / 32]).Sort(keys, Less());
  for (int k = 0; k < items; ++k)
    sorted[items * threadIdx.x + k] = keys[k];
}

// Bitonic, in dynamic shared memory; the size is a power of two.
extern "C" __global__ void bitonicSort(const double *x, double *sorted, int n) {
  extern __shared__ double part[];
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    part[i] = x[i];
  __syncthreads();
  for (int size = 2; size <= n; size *= 2)
    for (int step = size / 2; step > 0; step /= 2) {
      for (int i = threadIdx.x; i < n; i += blockDim.x) {
        int other = i ^ step;
        if (other > i && (part[i] > part[other]) == ((i & size) == 0)) {
          double kept = part[i];
          part[i] = part[other];
          part[other] = kept;
        }
      }
      __syncthreads();
    }
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    sorted[i] = part[i];
}
