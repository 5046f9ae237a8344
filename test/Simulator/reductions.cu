// For sm_80, sm_90.
// Many values to one, in every way that is usual.

#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cub/block/block_reduce.cuh>
#include <cub/warp/warp_reduce.cuh>

namespace cg = cooperative_groups;

constexpr int threads = 128;

// By halves in shared memory; the block's sum goes to its place.
extern "C" __global__ void sumByHalves(const int *x, int *sums, int n) {
  __shared__ int part[threads];
  int i = blockIdx.x * threads + threadIdx.x;
  part[threadIdx.x] = i < n ? x[i] : 0;
  __syncthreads();
  for (int half = threads / 2; half > 0; half /= 2) {
    if (threadIdx.x < half)
      part[threadIdx.x] += part[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0)
    sums[blockIdx.x] = part[0];
}

// By shuffles in each warp, and atomically over the warps.
extern "C" __global__ void sumByShuffles(const long long *x,
                                         unsigned long long *sum, int n) {
  long long mine = 0;
  for (int i = blockIdx.x * threads + threadIdx.x; i < n;
       i += gridDim.x * threads)
    mine += x[i];
  for (int step = 16; step > 0; step /= 2)
    mine += __shfl_down_sync(~0u, mine, step);
  if (threadIdx.x % 32 == 0)
    atomicAdd(sum, static_cast<unsigned long long>(mine));
}

// What one instruction does for a warp, for the lanes of each arm of a branch.
extern "C" __global__ void sumByRedux(const unsigned *x, unsigned *results) {
  unsigned lane = threadIdx.x, value = x[lane];
  unsigned low = __ballot_sync(~0u, lane < 11);
  unsigned mask = lane < 11 ? low : ~low;
  unsigned *row = results + 8 * lane;
  row[0] = __reduce_add_sync(mask, value);
  row[1] = __reduce_min_sync(mask, value);
  row[2] = __reduce_max_sync(mask, value);
  row[3] = __reduce_and_sync(mask, value);
  row[4] = __reduce_or_sync(mask, value);
  row[5] = __reduce_xor_sync(mask, value);
  row[6] =
      static_cast<unsigned>(__reduce_min_sync(mask, static_cast<int>(value)));
  row[7] =
      static_cast<unsigned>(__reduce_max_sync(mask, static_cast<int>(value)));
}

struct Place {
  float value;
  int at;
};
struct Larger {
  __device__ Place operator()(const Place &a, const Place &b) const {
    return a.value > b.value || (a.value == b.value && a.at < b.at) ? a : b;
  }
};

// The largest value and where it is, by CUB, of as many as there are.
template <cub::BlockReduceAlgorithm algorithm>
__device__ void largest(const float *x, float *value, int *at, int n) {
  using Reduce = cub::BlockReduce<Place, threads, algorithm>;
  __shared__ typename Reduce::TempStorage storage;
  Place mine{threadIdx.x < n ? x[threadIdx.x] : 0,
             static_cast<int>(threadIdx.x)};
  Place found =
      Reduce(storage).Reduce(mine, Larger(), n < threads ? n : threads);
  if (threadIdx.x == 0) {
    *value = found.value;
    *at = found.at;
  }
}
extern "C" __global__ void largestByRaking(const float *x, float *value,
                                           int *at, int n) {
  largest<cub::BLOCK_REDUCE_RAKING>(x, value, at, n);
}
extern "C" __global__ void largestByWarps(const float *x, float *value, int *at,
                                          int n) {
  largest<cub::BLOCK_REDUCE_WARP_REDUCTIONS>(x, value, at, n);
}

// Sums of runs that flags start, in each group of 16 lanes.
extern "C" __global__ void sumOfRuns(const int *x, const int *heads,
                                     int *sums) {
  using Reduce = cub::WarpReduce<int, 16>;
  __shared__ typename Reduce::TempStorage storage[threads / 16];
  int i = threadIdx.x;
  int sum = Reduce(storage[i / 16]).HeadSegmentedSum(x[i], heads[i]);
  if (heads[i] || i % 16 == 0)
    sums[i] = sum;
  else
    sums[i] = -1;
}

// Tiles of every width, of floats whose sums are exact.
template <int width> __device__ void sumTile(const float *x, float *sums) {
  auto tile = cg::tiled_partition<width>(cg::this_thread_block());
  float sum = cg::reduce(tile, x[threadIdx.x], cg::plus<float>());
  float most = cg::reduce(tile, x[threadIdx.x], cg::greater<float>());
  sums[threadIdx.x] = sum + 1000 * most;
}
extern "C" __global__ void sumOfTiles(const float *x, float *sums) {
  sumTile<1>(x, sums);
  sumTile<2>(x, sums + threads);
  sumTile<4>(x, sums + 2 * threads);
  sumTile<8>(x, sums + 3 * threads);
  sumTile<16>(x, sums + 4 * threads);
  sumTile<32>(x, sums + 5 * threads);
}

// The last block to come adds up what the others have left.
__device__ unsigned ticket;
extern "C" __global__ void sumByLastBlock(const double *x, double *parts,
                                          double *sum, int n) {
  using Reduce = cub::BlockReduce<double, threads>;
  __shared__ typename Reduce::TempStorage storage;
  __shared__ bool isLast;
  int i = blockIdx.x * threads + threadIdx.x;
  double part = Reduce(storage).Sum(i < n ? x[i] : 0.0);
  if (threadIdx.x == 0) {
    parts[blockIdx.x] = part;
    __threadfence();
    isLast = atomicAdd(&ticket, 1) == gridDim.x - 1;
    __threadfence();
  }
  __syncthreads();
  if (!isLast)
    return;
  double all = 0;
  for (unsigned block = threadIdx.x; block < gridDim.x; block += threads)
    all += parts[block];
  all = Reduce(storage).Sum(all);
  if (threadIdx.x == 0) {
    *sum = all;
    ticket = 0;
  }
}
