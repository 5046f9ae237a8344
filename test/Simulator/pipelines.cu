// For sm_80, sm_90.
// Copies that go on while a kernel works.

#include <cooperative_groups.h>
#include <cooperative_groups/memcpy_async.h>
#include <cuda/barrier>
#include <cuda/pipeline>
#include <cuda_pipeline.h>

namespace cg = cooperative_groups;

// The state of a pipeline is set up by make_pipeline.
#pragma nv_diag_suppress static_var_with_dynamic_init

// Each thread fetches ahead for itself, by the primitives.
extern "C" __global__ void primitives(const float4 *x, float4 *y, int n) {
  constexpr int stages = 3;
  __shared__ float4 buffer[stages][64];
  int i = threadIdx.x, rounds = n / 64;
  for (int round = 0; round < stages - 1; ++round) {
    if (round < rounds)
      __pipeline_memcpy_async(&buffer[round][i], &x[64 * round + i],
                              sizeof(float4));
    __pipeline_commit();
  }
  for (int round = 0; round < rounds; ++round) {
    int ahead = round + stages - 1;
    if (ahead < rounds)
      __pipeline_memcpy_async(&buffer[ahead % stages][i], &x[64 * ahead + i],
                              sizeof(float4));
    __pipeline_commit();
    __pipeline_wait_prior(stages - 1);
    float4 value = buffer[round % stages][i];
    y[64 * round + i] = make_float4(value.w, value.z, value.y + 1, value.x * 2);
  }
}

// A pipeline of the block: what all of it has fetched is ready at once.
extern "C" __global__ void sumOfStages(const int *x, int *sums, int rounds) {
  constexpr int stages = 2, size = 96;
  extern __shared__ int buffer[];
  __shared__ cuda::pipeline_shared_state<cuda::thread_scope_block, stages>
      state;
  cg::thread_block block = cg::this_thread_block();
  auto pipeline = cuda::make_pipeline(block, &state);
  int sum = 0;
  for (int made = 0, used = 0; used < rounds; ++used) {
    for (; made < rounds && made < used + stages; ++made) {
      pipeline.producer_acquire();
      cuda::memcpy_async(block, buffer + made % stages * size, x + made * size,
                         sizeof(int) * size, pipeline);
      pipeline.producer_commit();
    }
    pipeline.consumer_wait();
    const int *part = buffer + used % stages * size;
    sum += part[(threadIdx.x + 1) % size] - 2 * part[threadIdx.x];
    pipeline.consumer_release();
  }
  sums[threadIdx.x] = sum;
}

// Half of the block fetches for the other half.
extern "C" __global__ void roles(const int *x, int *y, int rounds) {
  constexpr int stages = 2, size = 32;
  __shared__ int buffer[stages][size];
  __shared__ cuda::pipeline_shared_state<cuda::thread_scope_block, stages>
      state;
  cg::thread_block block = cg::this_thread_block();
  bool isProducer = threadIdx.x < 32;
  auto pipeline =
      cuda::make_pipeline(block, &state,
                          isProducer ? cuda::pipeline_role::producer
                                     : cuda::pipeline_role::consumer);
  int lane = threadIdx.x % 32;
  for (int round = 0; round < rounds; ++round) {
    if (isProducer) {
      pipeline.producer_acquire();
      cuda::memcpy_async(&buffer[round % stages][lane], &x[round * size + lane],
                         sizeof(int), pipeline);
      pipeline.producer_commit();
    } else {
      pipeline.consumer_wait();
      y[round * size + lane] = buffer[round % stages][size - 1 - lane] + round;
      pipeline.consumer_release();
    }
  }
}

// Barriers with phases: what the one writes the other adds up, and back.
extern "C" __global__ void phases(int *y, int rounds) {
  using Barrier = cuda::barrier<cuda::thread_scope_block>;
  __shared__ int values[64];
  __shared__ alignas(Barrier) char storage[sizeof(Barrier)];
  auto *barrier = reinterpret_cast<Barrier *>(storage);
  int i = threadIdx.x;
  if (i == 0)
    init(barrier, 64);
  __syncthreads();
  int value = i;
  for (int round = 0; round < rounds; ++round) {
    values[i] = value;
    barrier->arrive_and_wait();
    value += values[(i + 1) % 64];
    auto token = barrier->arrive();
    barrier->wait(std::move(token));
  }
  y[i] = value;
}

// A whole array by the block, which waits for all of it.
extern "C" __global__ void whole(const short *x, short *y, int n) {
  extern __shared__ __align__(16) char memory[];
  auto *buffer = reinterpret_cast<short *>(memory);
  cg::thread_block block = cg::this_thread_block();
  cg::memcpy_async(block, buffer, x, sizeof(short) * n);
  cg::wait(block);
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    y[i] = buffer[n - 1 - i];
}

// A copy at whose end a barrier turns; as one bulk copy on chips that have it.
extern "C" __global__ void atBarrier(const int *x, int *y, int n) {
  using Barrier = cuda::barrier<cuda::thread_scope_block>;
  extern __shared__ __align__(16) char memory[];
  auto *buffer = reinterpret_cast<int *>(memory);
  __shared__ alignas(Barrier) char storage[sizeof(Barrier)];
  auto *barrier = reinterpret_cast<Barrier *>(storage);
  cg::thread_block block = cg::this_thread_block();
  if (threadIdx.x == 0)
    init(barrier, blockDim.x);
  block.sync();
  cuda::memcpy_async(block, buffer, x,
                     cuda::aligned_size_t<16>(sizeof(int) * n), *barrier);
  barrier->arrive_and_wait();
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    y[i] = buffer[i] * 3;
}
