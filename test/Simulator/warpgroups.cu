// For sm_90a.
// Matrix products of four warps, on tiles that come by tensor maps.

#include <cuda.h>
#include <cuda/ptx>
#include <cuda_fp16.h>

#include <cstdint>

namespace ptx = cuda::ptx;

constexpr int side = 64;                   // of a tile, and its depth
constexpr unsigned tileBytes = side * 128; // rows of 64 halves

// Rows of 128 bytes in the swizzle of as many, eight of them 1024 bytes apart.
__device__ uint64_t descriptor(const void *tile) {
  auto start = static_cast<uint64_t>(__cvta_generic_to_shared(tile));
  return uint64_t(1) << 62 | uint64_t(1024 >> 4) << 32 | (start & 0x3ffff) >> 4;
}

// d += a * b, 64 x 64 numbers, of which each thread has 32.
template <int transposeB>
__device__ void multiply(float (&d)[32], uint64_t a, uint64_t b) {
#define FOUR(i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
  asm volatile(
      "wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16 "
      "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
      "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, "
      "%30, %31}, %32, %33, 1, 1, 1, 0, %34;"
      : FOUR(0), FOUR(4), FOUR(8), FOUR(12), FOUR(16), FOUR(20), FOUR(24),
        FOUR(28)
      : "l"(a), "l"(b), "n"(transposeB));
#undef FOUR
}
__device__ void fence() {
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}
__device__ void commit() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}
template <int pending> __device__ void wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(pending) : "memory");
}

struct Stage {
  alignas(1024) __half a[side][side];
  alignas(1024) __half b[side][side];
};

// A thread fetches the tiles of a step.
__device__ void fetch(Stage &stage, const CUtensorMap &a, const CUtensorMap &b,
                      int row, int column, int k, bool bByRows,
                      uint64_t *barrier) {
  int atA[2] = {k, row};
  int atB[2] = {bByRows ? column : k, bByRows ? k : column};
  ptx::mbarrier_arrive_expect_tx(ptx::sem_release, ptx::scope_cta,
                                 ptx::space_shared, barrier, 2 * tileBytes);
  ptx::cp_async_bulk_tensor(ptx::space_cluster, ptx::space_global, stage.a, &a,
                            atA, barrier);
  ptx::cp_async_bulk_tensor(ptx::space_cluster, ptx::space_global, stage.b, &b,
                            atB, barrier);
}

// C = A * B, A being M x K; B is N x K, or K x N by rows. Two stages: the tiles
// of the next step come during this one.
template <bool bByRows>
__device__ void product(const CUtensorMap &a, const CUtensorMap &b, float *c,
                        int m, int n, int k) {
  extern __shared__ char memory[];
  auto *stages = reinterpret_cast<Stage *>(
      (reinterpret_cast<uintptr_t>(memory) + 1023) / 1024 * 1024);
  __shared__ uint64_t full[2];
  int row = side * blockIdx.y, column = side * blockIdx.x;
  int steps = (k + side - 1) / side;
  if (threadIdx.x == 0) {
    for (uint64_t &barrier : full)
      ptx::mbarrier_init(&barrier, 1);
    ptx::fence_mbarrier_init(ptx::sem_release, ptx::scope_cluster);
    fetch(stages[0], a, b, row, column, 0, bByRows, &full[0]);
  }
  __syncthreads();
  float d[32] = {};
  for (int step = 0; step < steps; ++step) {
    if (threadIdx.x == 0 && step + 1 < steps)
      fetch(stages[(step + 1) % 2], a, b, row, column, side * (step + 1),
            bByRows, &full[(step + 1) % 2]);
    while (!ptx::mbarrier_try_wait_parity(&full[step % 2], step / 2 % 2))
      ;
    uint64_t atA = descriptor(stages[step % 2].a);
    uint64_t atB = descriptor(stages[step % 2].b);
    fence();
    // 16 of k are 32 bytes of a row, or 16 rows.
    for (int i = 0; i < side / 16; ++i)
      multiply<bByRows>(d, atA + 2 * i, atB + i * (bByRows ? 2048 : 32) / 16);
    commit();
    wait<0>();
    // Nobody reads this stage any more.
    __syncthreads();
  }
  int lane = threadIdx.x % 32, first = row + threadIdx.x / 32 * 16 + lane / 4;
  for (int i = 0; i < 32; ++i) {
    int y = first + i / 2 % 2 * 8,
        x = column + i / 4 * 8 + lane % 4 * 2 + i % 2;
    if (y < m && x < n)
      c[y * n + x] = d[i];
  }
}

extern "C" __global__ void byColumns(const __grid_constant__ CUtensorMap a,
                                     const __grid_constant__ CUtensorMap b,
                                     float *c, int m, int n, int k) {
  product<false>(a, b, c, m, n, k);
}
extern "C" __global__ void byRows(const __grid_constant__ CUtensorMap a,
                                  const __grid_constant__ CUtensorMap b,
                                  float *c, int m, int n, int k) {
  product<true>(a, b, c, m, n, k);
}

// The results are stored before anybody has waited for them.
extern "C" __global__ void tooEarly(float *c) {
  __shared__ Stage stage;
  for (int i = threadIdx.x; i < side * side; i += blockDim.x) {
    stage.a[i / side][i % side] = __float2half(1);
    stage.b[i / side][i % side] = __float2half(1);
  }
  ptx::fence_proxy_async(ptx::space_shared);
  __syncthreads();
  float d[32] = {};
  fence();
  multiply<0>(d, descriptor(stage.a), descriptor(stage.b));
  commit();
  for (int i = 0; i < 32; ++i)
    c[32 * threadIdx.x + i] = d[i];
  wait<0>();
}
