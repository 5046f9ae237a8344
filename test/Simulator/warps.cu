// For sm_80.
// What the lanes of a warp tell each other.

extern "C" __global__ void shuffles(const int *x, int *y) {
  int i = threadIdx.x, value = x[i];
  y[i] = __shfl_sync(~0u, value, (i * 5 + 3) % 32);
  y[32 + i] = __shfl_up_sync(~0u, value, 3);
  y[64 + i] = __shfl_down_sync(~0u, value, 5, 16);
  y[96 + i] = __shfl_xor_sync(~0u, value, 9);
  y[128 + i] = __shfl_sync(~0u, value, 11, 8);
  double wide = __shfl_sync(~0u, value * 1.5, 31 - i);
  y[160 + i] = static_cast<int>(2 * wide);
}

extern "C" __global__ void votes(const int *x, unsigned *y) {
  int i = threadIdx.x;
  bool even = x[i] % 2 == 0;
  unsigned part = i < 20 ? 0xfffffu : ~0xfffffu;
  unsigned *row = y + 8 * i;
  row[0] = __ballot_sync(part, even);
  row[1] = __any_sync(part, x[i] > 90);
  row[2] = __all_sync(part, x[i] < 95);
  row[3] = __match_any_sync(part, x[i] % 5);
  int same;
  row[4] = __match_all_sync(part, x[i] / 1000, &same);
  row[5] = same;
  row[6] =
      __match_any_sync(part, static_cast<unsigned long long>(x[i] % 3) << 40);
  row[7] = __syncthreads_count(even) | __syncthreads_and(even) << 8 |
           __syncthreads_or(even) << 9;
}

// Lanes whose turn comes one after the other, though all wait in one loop.
extern "C" __global__ void turns(int *order) {
  volatile __shared__ int turn;
  int i = threadIdx.x;
  if (i == 0)
    turn = 0;
  __syncwarp();
  while (turn != i)
    __nanosleep(100);
  order[i] = turn * 2;
  __threadfence_block();
  turn = i + 1;
}

// The clock goes on, and the sleep ends.
extern "C" __global__ void clocks(int *after) {
  long long before = clock64();
  unsigned low = clock();
  for (int k = 0; k < 4; ++k)
    __nanosleep(1u << k);
  unsigned long long nanoseconds;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(nanoseconds));
  after[threadIdx.x] =
      (clock64() > before) + 2 * (clock() != low) + 4 * (nanoseconds > 0);
}

// A lane that spins is let down by nobody: the others hold the lock when they
// come.
extern "C" __global__ void roles(const int *x, int *y, int n) {
  __shared__ int queue[64], filled, taken;
  if (threadIdx.x == 0)
    filled = taken = 0;
  __syncthreads();
  // The first warp makes what the second takes.
  if (threadIdx.x < 32) {
    for (int k = threadIdx.x; k < n; k += 32) {
      queue[k] = x[k] * x[k];
      __threadfence_block();
      atomicAdd(&filled, 1);
    }
  } else {
    while (atomicAdd(&filled, 0) < n)
      __nanosleep(50);
    __threadfence_block();
    for (int k = atomicAdd(&taken, 1); k < n; k = atomicAdd(&taken, 1))
      y[k] = queue[k] + 1;
  }
}
