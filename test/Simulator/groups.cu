// For sm_80, sm_90.
// Cooperative groups.

#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cooperative_groups/scan.h>

namespace cg = cooperative_groups;

// Who is who in a block of three dimensions and in its tiles.
extern "C" __global__ void ranks(unsigned *y) {
  cg::thread_block block = cg::this_thread_block();
  auto tile = cg::tiled_partition<8>(block);
  cg::thread_group runtime = cg::tiled_partition(tile, 4);
  unsigned i = block.thread_rank();
  unsigned *row = y + 6 * (blockIdx.x * block.size() + i);
  row[0] = i;
  row[1] = block.group_index().x;
  row[2] = tile.meta_group_rank();
  row[3] = tile.thread_rank();
  row[4] = runtime.thread_rank() + 100 * runtime.size();
  row[5] = cg::this_grid().thread_rank();
}

// The lanes that got here, whichever they are.
extern "C" __global__ void coalesce(const int *x, int *count, int *kept,
                                    int *ranks, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && x[i] % 3 == 0) {
    cg::coalesced_group here = cg::coalesced_threads();
    int first = 0;
    if (here.thread_rank() == 0)
      first = atomicAdd(count, here.size());
    int place = here.shfl(first, 0) + here.thread_rank();
    kept[place] = x[i];
    ranks[place] = cg::reduce(here, 1, cg::plus<int>());
  }
}

// Groups by a label, and by a predicate.
extern "C" __global__ void labels(const int *x, int *y) {
  auto tile = cg::tiled_partition<32>(cg::this_thread_block());
  int i = threadIdx.x;
  auto same = cg::labeled_partition(tile, x[i] % 4);
  y[i] = cg::reduce(same, x[i], cg::plus<int>());
  auto half = cg::binary_partition(tile, x[i] > 50);
  y[blockDim.x + i] = half.size() * 100 + half.thread_rank();
}

// Scans of a tile, and what its lanes hand each other.
extern "C" __global__ void scans(const int *x, int *y) {
  auto tile = cg::tiled_partition<16>(cg::this_thread_block());
  int i = threadIdx.x, n = blockDim.x;
  y[i] = cg::inclusive_scan(tile, x[i]);
  y[n + i] = cg::exclusive_scan(tile, x[i], cg::plus<int>());
  y[2 * n + i] = cg::inclusive_scan(tile, x[i], cg::greater<int>());
  y[3 * n + i] = tile.shfl_xor(x[i], 5) + 10000 * tile.any(x[i] > 95);
  y[4 * n + i] = tile.ballot(x[i] & 1);
  y[5 * n + i] = tile.match_any(x[i] % 2);
}

// A group wider than a warp, which meets in memory that it is given.
extern "C" __global__ void wideTiles(const int *x, int *y) {
  __shared__ cg::block_tile_memory<256> memory;
  cg::thread_block block = cg::this_thread_block(memory);
  auto tile = cg::tiled_partition<64>(block);
  int i = threadIdx.x;
  y[i] = cg::reduce(tile, x[i], cg::plus<int>());
  y[blockDim.x + i] = tile.shfl(x[i], 37);
}

// The block's barrier in two parts, with work between them.
extern "C" __global__ void arriveAndWait(const int *x, int *y) {
  __shared__ int part[128];
  cg::thread_block block = cg::this_thread_block();
  int i = threadIdx.x;
  part[i] = x[i];
  auto token = block.barrier_arrive();
  int own = x[i] * 2;
  block.barrier_wait(std::move(token));
  y[i] = part[blockDim.x - 1 - i] + own;
}

// One of a block does it, and all see it.
extern "C" __global__ void once(int *y, int *calls) {
  __shared__ int value;
  cg::thread_block block = cg::this_thread_block();
  cg::invoke_one(block, [&] { value = atomicAdd(calls, 1) + 40; });
  block.sync();
  y[blockIdx.x * blockDim.x + threadIdx.x] = cg::invoke_one_broadcast(
      cg::tiled_partition<8>(block), [&] { return value > 0; });
}
