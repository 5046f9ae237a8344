// For sm_80.
// Matrix products of a warp, of every shape and type: D = A B + C in each
// arrangement.

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <mma.h>

using namespace nvcuda::wmma;

// One tile; each of A and B is dense by rows or by columns, C and D by rows or
// columns both.
template <int m, int n, int k, typename T, typename S, typename ALayout,
          typename BLayout, typename Element>
__device__ void product(const Element *a, const Element *b, const S *c, S *d,
                        bool columns) {
  fragment<matrix_a, m, n, k, T, ALayout> left;
  fragment<matrix_b, m, n, k, T, BLayout> right;
  fragment<accumulator, m, n, k, S> sum;
  load_matrix_sync(left, a, std::is_same_v<ALayout, row_major> ? k : m);
  load_matrix_sync(right, b, std::is_same_v<BLayout, row_major> ? n : k);
  load_matrix_sync(sum, c, columns ? m : n,
                   columns ? mem_col_major : mem_row_major);
  if constexpr (std::is_same_v<T, precision::tf32>) {
    for (float &x : left.x)
      x = __float_to_tf32(x);
    for (float &x : right.x)
      x = __float_to_tf32(x);
  }
  mma_sync(sum, left, right, sum);
  store_matrix_sync(d, sum, columns ? m : n,
                    columns ? mem_col_major : mem_row_major);
}

template <int m, int n, int k, typename T, typename S, typename Element>
__device__ void products(const Element *a, const Element *b, const S *c, S *d,
                         int layout) {
  bool columns = layout & 4;
  if ((layout & 3) == 0)
    product<m, n, k, T, S, row_major, row_major>(a, b, c, d, columns);
  else if ((layout & 3) == 1)
    product<m, n, k, T, S, col_major, row_major>(a, b, c, d, columns);
  else if ((layout & 3) == 2)
    product<m, n, k, T, S, row_major, col_major>(a, b, c, d, columns);
  else
    product<m, n, k, T, S, col_major, col_major>(a, b, c, d, columns);
}

#define PRODUCTS(NAME, T, S, ELEMENT)                                          \
  extern "C" __global__ void NAME##_16x16x16(                                  \
      const ELEMENT *a, const ELEMENT *b, const S *c, S *d, int layout) {      \
    products<16, 16, 16, T, S>(a, b, c, d, layout);                            \
  }                                                                            \
  extern "C" __global__ void NAME##_32x8x16(                                   \
      const ELEMENT *a, const ELEMENT *b, const S *c, S *d, int layout) {      \
    products<32, 8, 16, T, S>(a, b, c, d, layout);                             \
  }                                                                            \
  extern "C" __global__ void NAME##_8x32x16(                                   \
      const ELEMENT *a, const ELEMENT *b, const S *c, S *d, int layout) {      \
    products<8, 32, 16, T, S>(a, b, c, d, layout);                             \
  }
PRODUCTS(half, __half, float, __half)
PRODUCTS(halfOnly, __half, __half, __half)
PRODUCTS(brain, __nv_bfloat16, float, __nv_bfloat16)
PRODUCTS(bytes, signed char, int, signed char)
PRODUCTS(unsignedBytes, unsigned char, int, unsigned char)

extern "C" __global__ void tensor_16x16x8(const float *a, const float *b,
                                          const float *c, float *d,
                                          int layout) {
  products<16, 16, 8, precision::tf32, float>(a, b, c, d, layout);
}
extern "C" __global__ void doubles_8x8x4(const double *a, const double *b,
                                         const double *c, double *d,
                                         int layout) {
  products<8, 8, 4, double, double>(a, b, c, d, layout);
}

// Of four bits and of one, which have one arrangement.
template <int k, typename T>
__device__ void smallProduct(const int *a, const int *b, int *d) {
  fragment<matrix_a, 8, 8, k, T, row_major> left;
  fragment<matrix_b, 8, 8, k, T, col_major> right;
  fragment<accumulator, 8, 8, k, int> sum;
  fill_fragment(sum, 7);
  load_matrix_sync(left, a, k);
  load_matrix_sync(right, b, k);
  if constexpr (std::is_same_v<T, experimental::precision::b1>)
    bmma_sync(sum, left, right, sum, experimental::bmmaBitOpXOR);
  else
    mma_sync(sum, left, right, sum);
  store_matrix_sync(d, sum, 8, mem_row_major);
}
extern "C" __global__ void nibbles(const int *a, const int *b, int *d) {
  smallProduct<32, experimental::precision::s4>(a, b, d);
}
extern "C" __global__ void unsignedNibbles(const int *a, const int *b, int *d) {
  smallProduct<32, experimental::precision::u4>(a, b, d);
}
extern "C" __global__ void bits(const int *a, const int *b, int *d) {
  smallProduct<128, experimental::precision::b1>(a, b, d);
}

// A larger product by tiles in shared memory, with a bias and a step on each
// element.
extern "C" __global__ void layer(const __half *a, const __half *b,
                                 const float *bias, float *d, int rows,
                                 int inner, int columns) {
  __shared__ __align__(32) __half left[16 * 16], right[16 * 16];
  __shared__ __align__(32) float out[16 * 16];
  int row = blockIdx.y * 16, column = blockIdx.x * 16;
  fragment<accumulator, 16, 16, 16, float> sum;
  fill_fragment(sum, 0);
  for (int k = 0; k < inner; k += 16) {
    for (int i = threadIdx.x; i < 256; i += 32) {
      int r = i / 16, c = i % 16;
      left[i] = row + r < rows && k + c < inner ? a[(row + r) * inner + k + c]
                                                : __half(0);
      right[i] = k + r < inner && column + c < columns
                     ? b[(k + r) * columns + column + c]
                     : __half(0);
    }
    __syncwarp();
    fragment<matrix_a, 16, 16, 16, __half, row_major> x;
    fragment<matrix_b, 16, 16, 16, __half, row_major> y;
    load_matrix_sync(x, left, 16);
    load_matrix_sync(y, right, 16);
    mma_sync(sum, x, y, sum);
    __syncwarp();
  }
  for (float &x : sum.x)
    x = x * 0.5f;
  store_matrix_sync(out, sum, 16, mem_row_major);
  __syncwarp();
  for (int i = threadIdx.x; i < 256; i += 32)
    if (row + i / 16 < rows && column + i % 16 < columns)
      d[(row + i / 16) * columns + column + i % 16] =
          fmaxf(out[i] + bias[column + i % 16], 0);
}
