// For sm_80, sm_90.
// All blocks of a launch meet.

#include <cooperative_groups.h>

namespace cg = cooperative_groups;

// Each turn takes from a neighbour what it was in the turn before.
extern "C" __global__ void smooth(int *x, int *y, int n, int turns) {
  cg::grid_group grid = cg::this_grid();
  for (int turn = 0; turn < turns; ++turn) {
    for (int i = grid.thread_rank(); i < n; i += grid.size())
      y[i] = x[i] + x[(i + 1) % n];
    grid.sync();
    int *kept = x;
    x = y;
    y = kept;
  }
}

// In two parts, with work between them; the sum of all that others have left.
extern "C" __global__ void total(const int *x, int *parts, int *sums, int n) {
  cg::grid_group grid = cg::this_grid();
  __shared__ int part;
  if (threadIdx.x == 0)
    part = 0;
  __syncthreads();
  for (int i = grid.thread_rank(); i < n; i += grid.size())
    atomicAdd(&part, x[i]);
  __syncthreads();
  if (threadIdx.x == 0)
    parts[blockIdx.x] = part;
  auto token = grid.barrier_arrive();
  int own = threadIdx.x;
  grid.barrier_wait(std::move(token));
  int all = 0;
  for (int block = 0; block < gridDim.x; ++block)
    all += parts[block];
  sums[grid.thread_rank()] = all + own;
}
