// For sm_90.
// Boxes of arrays that come and go by tensor maps.

#include <cuda.h>
#include <cuda/ptx>

#include <cstdint>

namespace ptx = cuda::ptx;

// The first thread has a box of `bytes` fetched to `to`, and all wait for it.
__device__ void fetch(void *to, const CUtensorMap &map, int x, int y,
                      uint64_t *barrier, unsigned bytes, unsigned parity) {
  if (threadIdx.x == 0) {
    int at[2] = {x, y};
    ptx::cp_async_bulk_tensor(ptx::space_cluster, ptx::space_global, to, &map,
                              at, barrier);
    ptx::mbarrier_arrive_expect_tx(ptx::sem_release, ptx::scope_cta,
                                   ptx::space_shared, barrier, bytes);
  }
  while (!ptx::mbarrier_try_wait_parity(barrier, parity))
    ;
}

__device__ void startBarrier(uint64_t *barrier) {
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(barrier, 1);
    ptx::fence_mbarrier_init(ptx::sem_release, ptx::scope_cluster);
  }
  __syncthreads();
}

// What has been written to shared memory may be stored by the first thread.
__device__ void store(const CUtensorMap &map, int x, int y, const void *from) {
  ptx::fence_proxy_async(ptx::space_shared);
  __syncthreads();
  if (threadIdx.x != 0)
    return;
  int at[2] = {x, y};
  ptx::cp_async_bulk_tensor(ptx::space_global, ptx::space_shared, &map, at,
                            from);
  ptx::cp_async_bulk_commit_group();
  ptx::cp_async_bulk_wait_group_read(ptx::n32_t<0>());
}

// Tiles of 32 x 32, whatever of them is inside of the arrays.
extern "C" __global__ void transpose(const __grid_constant__ CUtensorMap from,
                                     const __grid_constant__ CUtensorMap to) {
  __shared__ alignas(128) float tile[32][32], turned[32][32];
  __shared__ uint64_t barrier;
  startBarrier(&barrier);
  int x = 32 * blockIdx.x, y = 32 * blockIdx.y;
  fetch(tile, from, x, y, &barrier, sizeof(tile), 0);
  for (int i = threadIdx.x; i < 32 * 32; i += blockDim.x)
    turned[i / 32][i % 32] = tile[i % 32][i / 32];
  store(to, y, x, turned);
}

// Rows of 128 bytes whose groups of 16 bytes are exchanged in shared memory:
// this undoes it by hand. `shift` moves the box out of the array.
extern "C" __global__ void unswizzle(const __grid_constant__ CUtensorMap from,
                                     uint16_t *y, int shift) {
  __shared__ alignas(1024) uint16_t tile[16][64];
  __shared__ uint64_t barrier;
  startBarrier(&barrier);
  fetch(tile, from, -shift, shift, &barrier, sizeof(tile), 0);
  for (int i = threadIdx.x; i < 16 * 64; i += blockDim.x) {
    int row = i / 64, group = i % 64 / 8, within = i % 8;
    y[i] = tile[row][(group ^ row % 8) * 8 + within];
  }
}

// Every block adds its numbers to the same tile.
extern "C" __global__ void sum(const __grid_constant__ CUtensorMap to,
                               const int *x) {
  __shared__ alignas(128) int tile[8][16];
  int i = threadIdx.x;
  tile[i / 16][i % 16] = x[blockIdx.x * 128 + i];
  ptx::fence_proxy_async(ptx::space_shared);
  __syncthreads();
  if (i != 0)
    return;
  int at[2] = {-2, 1};
  ptx::cp_reduce_async_bulk_tensor(ptx::space_global, ptx::space_shared,
                                   ptx::op_add, &to, at, tile);
  ptx::cp_async_bulk_commit_group();
  ptx::cp_async_bulk_wait_group(ptx::n32_t<0>());
}

// A pipeline of two stages over the rows of a long array: each box comes while
// the one before is worked on, and goes back doubled.
extern "C" __global__ void stream(const __grid_constant__ CUtensorMap from,
                                  const __grid_constant__ CUtensorMap to,
                                  int rounds) {
  constexpr unsigned bytes = 4 * 64 * sizeof(float);
  __shared__ alignas(128) float in[2][256], out[2][256];
  __shared__ uint64_t full[2];
  if (threadIdx.x == 0)
    for (uint64_t &barrier : full)
      ptx::mbarrier_init(&barrier, 1);
  __syncthreads();
  auto start = [&](int round) {
    if (threadIdx.x != 0 || round >= rounds)
      return;
    int at[2] = {0, 4 * round};
    ptx::cp_async_bulk_tensor(ptx::space_cluster, ptx::space_global,
                              in[round % 2], &from, at, &full[round % 2]);
    ptx::mbarrier_arrive_expect_tx(ptx::sem_release, ptx::scope_cta,
                                   ptx::space_shared, &full[round % 2], bytes);
  };
  start(0);
  for (int round = 0; round < rounds; ++round) {
    start(round + 1);
    while (!ptx::mbarrier_try_wait_parity(&full[round % 2], round / 2 % 2))
      ;
    // The store before the last has read its buffer.
    if (threadIdx.x == 0)
      ptx::cp_async_bulk_wait_group_read(ptx::n32_t<1>());
    __syncthreads();
    for (int i = threadIdx.x; i < 256; i += blockDim.x)
      out[round % 2][i] = 2 * in[round % 2][i];
    ptx::fence_proxy_async(ptx::space_shared);
    __syncthreads();
    if (threadIdx.x == 0) {
      int at[2] = {0, 4 * round};
      ptx::cp_async_bulk_tensor(ptx::space_global, ptx::space_shared, &to, at,
                                out[round % 2]);
      ptx::cp_async_bulk_commit_group();
    }
  }
  if (threadIdx.x == 0)
    ptx::cp_async_bulk_wait_group(ptx::n32_t<0>());
}
