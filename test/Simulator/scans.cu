// For sm_80.
// Prefix sums: of a warp, of a block, and of a device in one pass.

#include <cub/agent/single_pass_scan_operators.cuh>
#include <cub/block/block_load.cuh>
#include <cub/block/block_scan.cuh>
#include <cub/block/block_store.cuh>
#include <cub/warp/warp_scan.cuh>

constexpr int threads = 128, items = 3, tile = threads * items;

// In groups of 8 lanes: inclusive and exclusive at once, with the sum of all.
extern "C" __global__ void scanOfWarps(const int *x, int *inclusive,
                                       int *exclusive, int *sums) {
  using Scan = cub::WarpScan<int, 8>;
  __shared__ typename Scan::TempStorage storage[threads / 8];
  int i = threadIdx.x, in, ex, sum;
  Scan(storage[i / 8]).Scan(x[i], in, ex, cuda::std::plus<>());
  __syncwarp();
  Scan(storage[i / 8]).InclusiveSum(x[i], in, sum);
  inclusive[i] = in;
  exclusive[i] = ex;
  sums[i] = sum;
}

template <cub::BlockScanAlgorithm algorithm>
__device__ void scan(const float *x, float *sums, float *total) {
  using Scan = cub::BlockScan<float, threads, algorithm>;
  __shared__ typename Scan::TempStorage storage;
  float mine[items], all;
  for (int k = 0; k < items; ++k)
    mine[k] = x[items * threadIdx.x + k];
  Scan(storage).ExclusiveSum(mine, mine, all);
  for (int k = 0; k < items; ++k)
    sums[items * threadIdx.x + k] = mine[k];
  if (threadIdx.x == 0)
    *total = all;
}
extern "C" __global__ void scanByRaking(const float *x, float *sums,
                                        float *total) {
  scan<cub::BLOCK_SCAN_RAKING>(x, sums, total);
}
extern "C" __global__ void scanByRakingTwice(const float *x, float *sums,
                                             float *total) {
  scan<cub::BLOCK_SCAN_RAKING_MEMOIZE>(x, sums, total);
}
extern "C" __global__ void scanByWarps(const float *x, float *sums,
                                       float *total) {
  scan<cub::BLOCK_SCAN_WARP_SCANS>(x, sums, total);
}

// Largest so far, tile after tile of an array that one block walks along: what
// came before is passed on by a callback.
struct Running {
  int before;
  __device__ int operator()(int ofTile) {
    int old = before;
    before = max(before, ofTile);
    return old;
  }
};
struct Most {
  __device__ int operator()(int a, int b) const { return max(a, b); }
};
extern "C" __global__ void largestSoFar(const int *x, int *most, int n) {
  using Load = cub::BlockLoad<int, threads, items, cub::BLOCK_LOAD_TRANSPOSE>;
  using Scan = cub::BlockScan<int, threads>;
  using Store =
      cub::BlockStore<int, threads, items, cub::BLOCK_STORE_WARP_TRANSPOSE>;
  __shared__ union {
    typename Load::TempStorage load;
    typename Scan::TempStorage scan;
    typename Store::TempStorage store;
  } storage;
  Running running{-2147483647 - 1};
  for (int start = 0; start < n; start += tile) {
    int mine[items], left = min(n - start, tile);
    Load(storage.load).Load(x + start, mine, left, -2147483647 - 1);
    __syncthreads();
    Scan(storage.scan).InclusiveScan(mine, mine, Most(), running);
    __syncthreads();
    Store(storage.store).Store(most + start, mine, left);
    __syncthreads();
  }
}

// One pass over the device as DeviceScan makes it: each block looks back at the
// sums that those before it have published, and waits for them.
using TileState = cub::ScanTileState<int>;
extern "C" __global__ void prepareTiles(void *memory, int tiles) {
  TileState state;
  state.Init(tiles, memory, 0);
  state.InitializeStatus(tiles);
}
extern "C" __global__ void scanOfTiles(const int *x, int *sums, void *memory,
                                       int tiles, int n) {
  using Scan = cub::BlockScan<int, threads>;
  using Prefix = cub::TilePrefixCallbackOp<int, cuda::std::plus<>, TileState>;
  __shared__ typename Scan::TempStorage storage;
  __shared__ typename Prefix::TempStorage prefixStorage;
  TileState state;
  state.Init(tiles, memory, 0);
  int number = blockIdx.x, mine[items], all;
  for (int k = 0; k < items; ++k) {
    int i = number * tile + items * threadIdx.x + k;
    mine[k] = i < n ? x[i] : 0;
  }
  if (number == 0) {
    Scan(storage).ExclusiveSum(mine, mine, all);
    if (threadIdx.x == 0)
      state.SetInclusive(0, all);
  } else {
    Prefix prefix(state, prefixStorage, cuda::std::plus<>(), number);
    Scan(storage).ExclusiveSum(mine, mine, prefix);
  }
  for (int k = 0; k < items; ++k) {
    int i = number * tile + items * threadIdx.x + k;
    if (i < n)
      sums[i] = mine[k];
  }
}

// Those that are kept go next to each other, in order: a scan of the flags.
extern "C" __global__ void keepEven(const int *x, int *kept, int *count,
                                    int n) {
  using Scan = cub::BlockScan<int, threads>;
  __shared__ typename Scan::TempStorage storage;
  int base = 0;
  for (int start = 0; start < n; start += threads) {
    int i = start + threadIdx.x;
    int keep = i < n && x[i] % 2 == 0, place, all;
    Scan(storage).ExclusiveSum(keep, place, all);
    if (keep)
      kept[base + place] = x[i];
    base += all;
    __syncthreads();
  }
  if (threadIdx.x == 0)
    *count = base;
}
