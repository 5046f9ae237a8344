// For sm_80.
// Variables of every space.

__constant__ int powers[6] = {1, 10, 100, 1000, 10000};
__constant__ float scale;
__device__ double weights[3] = {0.5, -2, 1.0 / 3};
__device__ int counter = 7;
__device__ int *pointer = &counter;
__device__ const char text[] = "a text of the device";
struct Point {
  char tag;
  double x;
  short y[3];
};
__device__ Point points[2] = {{'p', 1.5, {1, 2, 3}}, {'q', -8, {-1}}};
__managed__ int managed = 3;

extern "C" __global__ void readAll(int *ints, double *doubles, char *letters) {
  int i = threadIdx.x;
  if (i < 6)
    ints[i] = powers[i];
  if (i < 3) {
    doubles[i] = weights[i];
    ints[6 + i] = points[0].y[i];
    ints[9 + i] = points[1].y[i];
  }
  if (i < 2)
    doubles[3 + i] = points[i].x;
  if (i < sizeof(text))
    letters[i] = text[i];
  if (i == 0)
    ints[12] = *pointer;
}

// A variable keeps its value from launch to launch.
extern "C" __global__ void next(int *seen) { *seen = atomicAdd(pointer, 5); }

// A static variable of a function, a table in shared memory, and a part of it
// that the launch sizes.
__device__ __noinline__ int calls() {
  static __device__ int count = 0;
  return atomicAdd(&count, 1);
}
extern "C" __global__ void shuffleShared(const int *x, int *y, int n) {
  __shared__ short fixed[64];
  extern __shared__ int sized[];
  int i = threadIdx.x;
  fixed[i] = static_cast<short>(i * 7 % 64);
  for (int k = i; k < n; k += 64)
    sized[k] = x[k];
  __syncthreads();
  for (int k = i; k < n; k += 64)
    y[k] = sized[n - 1 - k] + fixed[k % 64];
  if (i < 3)
    y[n + i] = 0 * calls();
}

// A parameter whose address is taken, and one that is an array.
struct Table {
  int entries[40];
};
extern "C" __global__ void lookUp(const __grid_constant__ Table table,
                                  const int *at, int *found, int n) {
  const int *entries = table.entries;
  if (int i = threadIdx.x; i < n)
    found[i] = entries[at[i]] + *(entries + (at[i] + 1) % 40);
}

// One pointer for all spaces.
__device__ __noinline__ int sum(const int *x, int n) {
  int all = 0;
  for (int i = 0; i < n; ++i)
    all += x[i];
  return all;
}
extern "C" __global__ void spaces(const int *x, int *y) {
  __shared__ int shared[8];
  int local[8];
  for (int k = 0; k < 8; ++k) {
    local[k] = x[k] + 1;
    if (threadIdx.x == k)
      shared[k] = x[k] + 2;
  }
  __syncthreads();
  const int *places[] = {x, local, shared, powers};
  int i = threadIdx.x;
  y[i] = sum(places[i % 4], i % 4 == 3 ? 6 : 8);
  y[8 + i] = __isGlobal(places[i % 4]) | __isShared(places[i % 4]) << 1 |
             __isLocal(places[i % 4]) << 2;
}
