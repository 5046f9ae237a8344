// What measure_kernels.py measures beside the compiler's kernels: the same in CUDA C++,
// as a programmer writes them who knows the machine but tunes for no size.

#include <cuda_fp16.h>
#include <mma.h>

namespace {

constexpr int kWarp = 32;

struct Plus {
  __device__ float operator()(float a, float b) const { return a + b; }
  static constexpr float neutral = 0;
};

struct Larger {
  __device__ float operator()(float a, float b) const { return fmaxf(a, b); }
  static constexpr float neutral = -INFINITY;
};

/// What all threads of a block have, together; in all of them.
template <typename Op> __device__ float reduceBlock(float value, Op op) {
  __shared__ float parts[kWarp];
  for (int step = kWarp / 2; step > 0; step /= 2)
    value = op(value, __shfl_xor_sync(~0u, value, step));
  __syncthreads();
  if (threadIdx.x % kWarp == 0)
    parts[threadIdx.x / kWarp] = value;
  __syncthreads();
  bool isPart = threadIdx.x % kWarp < blockDim.x / kWarp;
  value = isPart ? parts[threadIdx.x % kWarp] : Op::neutral;
  for (int step = kWarp / 2; step > 0; step /= 2)
    value = op(value, __shfl_xor_sync(~0u, value, step));
  return value;
}

} // namespace

//===----------------------------------------------------------------------===//
// One thread an element
//===----------------------------------------------------------------------===//

extern "C" __global__ void add(const float *__restrict__ a,
                               const float *__restrict__ b,
                               float *__restrict__ out, int count) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count)
    out[i] = a[i] + b[i];
}

extern "C" __global__ void tanhExp(const float *__restrict__ a,
                                   const float *__restrict__ b,
                                   float *__restrict__ out, int count) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count)
    out[i] = tanhf(a[i] * b[i]) * expf(a[i]);
}

/// out = a + b transposed, by tiles of 32 x 32 with a column more.
extern "C" __global__ void addTransposed(const float *__restrict__ a,
                                         const float *__restrict__ b,
                                         float *__restrict__ out, int rows,
                                         int columns) {
  __shared__ float tile[kWarp][kWarp + 1];
  int row = blockIdx.x * kWarp, column = blockIdx.y * kWarp;
  for (int y = threadIdx.y; y < kWarp; y += blockDim.y)
    if (column + y < columns && row + threadIdx.x < rows)
      tile[y][threadIdx.x] = b[(column + y) * rows + row + threadIdx.x];
  __syncthreads();
  for (int y = threadIdx.y; y < kWarp; y += blockDim.y)
    if (row + y < rows && column + threadIdx.x < columns) {
      int at = (row + y) * columns + column + threadIdx.x;
      out[at] = a[at] + tile[threadIdx.x][y];
    }
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// A block a row.
extern "C" __global__ void sumRows(const float *__restrict__ a,
                                   float *__restrict__ out, int columns) {
  const float *row = a + static_cast<size_t>(blockIdx.x) * columns;
  float sum = 0;
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    sum += row[i];
  sum = reduceBlock(sum, Plus());
  if (threadIdx.x == 0)
    out[blockIdx.x] = sum;
}

extern "C" __global__ void softmax(const float *__restrict__ a,
                                   float *__restrict__ out, int columns) {
  const float *row = a + static_cast<size_t>(blockIdx.x) * columns;
  float *made = out + static_cast<size_t>(blockIdx.x) * columns;
  float most = Larger::neutral, sum = 0;
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    most = fmaxf(most, row[i]);
  most = reduceBlock(most, Larger());
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    sum += expf(row[i] - most);
  sum = reduceBlock(sum, Plus());
  for (int i = threadIdx.x; i < columns; i += blockDim.x)
    made[i] = expf(row[i] - most) / sum;
}

/// A warp across the columns, the others down the rows; `out` is zero before.
extern "C" __global__ void sumColumns(const float *__restrict__ a, float *out,
                                      int rows, int columns) {
  int column = blockIdx.x * blockDim.x + threadIdx.x;
  if (column >= columns)
    return;
  float sum = 0;
  for (int row = blockIdx.y * blockDim.y + threadIdx.y; row < rows;
       row += gridDim.y * blockDim.y)
    sum += a[static_cast<size_t>(row) * columns + column];
  atomicAdd(&out[column], sum);
}

/// `out` is zero before.
extern "C" __global__ void sumAll(const float *__restrict__ a, float *out,
                                  int count) {
  float sum = 0;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count;
       i += gridDim.x * blockDim.x)
    sum += a[i];
  sum = reduceBlock(sum, Plus());
  if (threadIdx.x == 0)
    atomicAdd(out, sum);
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Tiles of 64 x 64 with a depth of 16, 256 threads with 4 x 4 sums each.
extern "C" __global__ void multiply(const float *__restrict__ a,
                                    const float *__restrict__ b,
                                    float *__restrict__ out, int m, int n,
                                    int k) {
  constexpr int side = 64, depth = 16, own = 4;
  __shared__ float tileA[depth][side + 4], tileB[depth][side];
  int row = blockIdx.y * side, column = blockIdx.x * side;
  int y = threadIdx.x / (side / own) * own, x = threadIdx.x % (side / own) * own;
  float sums[own][own] = {};
  for (int from = 0; from < k; from += depth) {
    for (int i = threadIdx.x; i < side * depth; i += blockDim.x) {
      int r = row + i / depth, s = from + i % depth;
      tileA[i % depth][i / depth] = r < m && s < k ? a[r * k + s] : 0;
      int t = from + i / side, c = column + i % side;
      tileB[i / side][i % side] = t < k && c < n ? b[t * n + c] : 0;
    }
    __syncthreads();
#pragma unroll
    for (int step = 0; step < depth; ++step) {
      float4 left = *reinterpret_cast<float4 *>(&tileA[step][y]);
      float4 right = *reinterpret_cast<float4 *>(&tileB[step][x]);
      float l[own] = {left.x, left.y, left.z, left.w};
      float r[own] = {right.x, right.y, right.z, right.w};
      for (int i = 0; i < own; ++i)
        for (int j = 0; j < own; ++j)
          sums[i][j] += l[i] * r[j];
    }
    __syncthreads();
  }
  for (int i = 0; i < own; ++i)
    for (int j = 0; j < own; ++j)
      if (row + y + i < m && column + x + j < n)
        out[(row + y + i) * n + column + x + j] = sums[i][j];
}

/// Matrix units by wmma: four warps with 32 x 32 sums each; for sizes that are
/// multiples of 64.
extern "C" __global__ void multiplyHalf(const __half *__restrict__ a,
                                        const __half *__restrict__ b,
                                        __half *__restrict__ out, int m, int n,
                                        int k) {
  using namespace nvcuda::wmma;
  constexpr int side = 64, depth = 32, unit = 16;
  __shared__ __half tileA[side][depth + 8], tileB[depth][side + 8];
  __shared__ float made[side][side + 4];
  int row = blockIdx.y * side, column = blockIdx.x * side;
  int warp = threadIdx.x / kWarp;
  int y = warp / 2 * 2 * unit, x = warp % 2 * 2 * unit;
  fragment<accumulator, unit, unit, unit, float> sums[2][2];
  for (auto &line : sums)
    for (auto &sum : line)
      fill_fragment(sum, 0);
  for (int from = 0; from < k; from += depth) {
    for (int i = threadIdx.x * 8; i < side * depth; i += blockDim.x * 8) {
      *reinterpret_cast<uint4 *>(&tileA[i / depth][i % depth]) =
          *reinterpret_cast<const uint4 *>(
              &a[(row + i / depth) * k + from + i % depth]);
      *reinterpret_cast<uint4 *>(&tileB[i / side][i % side]) =
          *reinterpret_cast<const uint4 *>(
              &b[(from + i / side) * n + column + i % side]);
    }
    __syncthreads();
    for (int step = 0; step < depth; step += unit) {
      fragment<matrix_a, unit, unit, unit, __half, row_major> left[2];
      fragment<matrix_b, unit, unit, unit, __half, row_major> right[2];
      for (int i = 0; i < 2; ++i) {
        load_matrix_sync(left[i], &tileA[y + i * unit][step], depth + 8);
        load_matrix_sync(right[i], &tileB[step][x + i * unit], side + 8);
      }
      for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j)
          mma_sync(sums[i][j], left[i], right[j], sums[i][j]);
    }
    __syncthreads();
  }
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j)
      store_matrix_sync(&made[y + i * unit][x + j * unit], sums[i][j], side + 4,
                        mem_row_major);
  __syncthreads();
  for (int i = threadIdx.x; i < side * side; i += blockDim.x)
    out[(row + i / side) * n + column + i % side] =
        __float2half(made[i / side][i % side]);
}
