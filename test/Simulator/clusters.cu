// For sm_90.
// Blocks of a cluster that use each other's shared memory.

#include <cooperative_groups.h>
#include <cuda/barrier>
#include <cuda/ptx>

namespace cg = cooperative_groups;
namespace ptx = cuda::ptx;

// Where each thread is.
extern "C" __global__ void places(int *to) {
  cg::cluster_group cluster = cg::this_cluster();
  int block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  int *line = to + 8 * (block * blockDim.x + threadIdx.x);
  line[0] = cluster.block_rank();
  line[1] = cluster.num_blocks();
  line[2] = cluster.thread_rank();
  line[3] = cluster.num_threads();
  line[4] = cluster.block_index().x;
  line[5] = cluster.block_index().y;
  line[6] = cluster.dim_blocks().x;
  line[7] = cluster.dim_blocks().y;
  cluster.sync();
}

// The blocks of a line move what they have to the next, in turns.
extern "C" __global__ void rotate(const int *x, int *y, int turns) {
  __shared__ int values[2][64];
  cg::cluster_group cluster = cg::this_cluster();
  int i = threadIdx.x, at = blockIdx.x * blockDim.x + i;
  values[0][i] = x[at];
  int next = (cluster.block_rank() + 1) % cluster.num_blocks();
  for (int turn = 0; turn < turns; ++turn) {
    cluster.sync();
    int *other = cluster.map_shared_rank(values[(turn + 1) % 2], next);
    other[i] = values[turn % 2][i] + 1;
  }
  cluster.sync();
  y[at] = values[turns % 2][i];
}

// The bins of a histogram are spread over the blocks of a cluster.
extern "C" __global__ void histogram(const int *x, int *bins, int n,
                                     int binsOfBlock) {
  extern __shared__ int own[];
  cg::cluster_group cluster = cg::this_cluster();
  for (int i = threadIdx.x; i < binsOfBlock; i += blockDim.x)
    own[i] = 0;
  cluster.sync();
  int bound = binsOfBlock * cluster.num_blocks();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += blockDim.x * gridDim.x) {
    int bin = min(max(x[i], 0), bound - 1);
    int *there = cluster.map_shared_rank(own, bin / binsOfBlock);
    atomicAdd(there + bin % binsOfBlock, 1);
  }
  cluster.sync();
  int *to = bins + cluster.block_rank() * binsOfBlock;
  for (int i = threadIdx.x; i < binsOfBlock; i += blockDim.x)
    atomicAdd(to + i, own[i]);
}

// A sum over a cluster: a block for itself, then the first for all.
extern "C" __global__ void __cluster_dims__(4, 1, 1)
    total(const float *x, float *sums, int n) {
  __shared__ float part;
  cg::cluster_group cluster = cg::this_cluster();
  if (threadIdx.x == 0)
    part = 0;
  __syncthreads();
  float sum = 0;
  int begin = blockIdx.x / 4 * n;
  for (int i = cluster.thread_rank(); i < n; i += cluster.num_threads())
    sum += x[begin + i];
  atomicAdd(&part, sum);
  auto token = cluster.barrier_arrive();
  cluster.barrier_wait(std::move(token));
  if (cluster.thread_rank() == 0) {
    float all = 0;
    for (int rank = 0; rank < 4; ++rank)
      all += *cluster.map_shared_rank(&part, rank);
    sums[blockIdx.x / 4] = all;
  }
  cluster.sync();
}

// Each block hands the next a line of words, which come at a barrier there.
extern "C" __global__ void messages(const int *x, int *y, int rounds) {
  __shared__ alignas(16) int line[64];
  __shared__ uint64_t full, empty;
  cg::cluster_group cluster = cg::this_cluster();
  int i = threadIdx.x, at = blockIdx.x * 64 + i;
  if (i == 0) {
    ptx::mbarrier_init(&full, 1);
    ptx::mbarrier_init(&empty, 64);
    ptx::fence_mbarrier_init(ptx::sem_release, ptx::scope_cluster);
  }
  cluster.sync();
  int blocks = cluster.num_blocks(), rank = cluster.block_rank();
  int next = (rank + 1) % blocks, before = (rank + blocks - 1) % blocks;
  int *to = cluster.map_shared_rank(line + i, next);
  uint64_t *theirs = cluster.map_shared_rank(&full, next);
  uint64_t *ready = cluster.map_shared_rank(&empty, before);
  int value = x[at];
  for (int round = 0; round < rounds; ++round) {
    if (i == 0)
      ptx::mbarrier_arrive_expect_tx(ptx::sem_release, ptx::scope_cta,
                                     ptx::space_shared, &full, sizeof(line));
    ptx::st_async(to, value, theirs);
    while (!ptx::mbarrier_try_wait_parity(ptx::sem_acquire, ptx::scope_cluster,
                                          &full, round % 2))
      ;
    value = line[i] + rank;
    // The line may be written again.
    ptx::mbarrier_arrive(ptx::sem_release, ptx::scope_cluster,
                         ptx::space_cluster, ready);
    while (!ptx::mbarrier_try_wait_parity(ptx::sem_acquire, ptx::scope_cluster,
                                          &empty, round % 2))
      ;
  }
  y[at] = value;
  cluster.sync();
}

// A copy in one piece to another block, and back to global memory.
extern "C" __global__ void pieces(const int *x, int *y) {
  __shared__ alignas(128) int from[128], to[128];
  __shared__ uint64_t barrier;
  cg::cluster_group cluster = cg::this_cluster();
  int i = threadIdx.x, other = cluster.block_rank() ^ 1;
  from[i] = x[blockIdx.x * 128 + i] * 3;
  ptx::fence_proxy_async(ptx::space_shared);
  if (i == 0)
    ptx::mbarrier_init(&barrier, 1);
  cluster.sync();
  if (i == 0) {
    ptx::mbarrier_arrive_expect_tx(ptx::sem_release, ptx::scope_cta,
                                   ptx::space_shared, &barrier, sizeof(to));
    ptx::cp_async_bulk(ptx::space_cluster, ptx::space_shared,
                       cluster.map_shared_rank(to, other), from, sizeof(from),
                       cluster.map_shared_rank(&barrier, other));
  }
  while (!ptx::mbarrier_try_wait_parity(ptx::sem_acquire, ptx::scope_cluster,
                                        &barrier, 0))
    ;
  to[i] += 1;
  ptx::fence_proxy_async(ptx::space_shared);
  __syncthreads();
  if (i == 0) {
    ptx::cp_async_bulk(ptx::space_global, ptx::space_shared,
                       y + blockIdx.x * 128, to, sizeof(to));
    ptx::cp_async_bulk_commit_group();
    ptx::cp_async_bulk_wait_group(ptx::n32_t<0>());
  }
  cluster.sync();
}

// What is wrong: the memory of a block that has not waited.
extern "C" __global__ void hasty(int *y) {
  __shared__ int value;
  cg::cluster_group cluster = cg::this_cluster();
  value = threadIdx.x;
  cluster.sync();
  y[blockIdx.x] = *cluster.map_shared_rank(&value, cluster.block_rank() ^ 1);
}
