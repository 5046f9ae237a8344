// For sm_80.
// Arithmetic of every type: what one operation makes, and what the toolkit's
// functions do.

#include <cuda_bf16.h>
#include <cuda_fp16.h>

// Each rounding of each operation, a row each.
extern "C" __global__ void roundings(const float *x, const float *y, float *z,
                                     int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  float a = x[i], b = y[i];
  float found[] = {__fadd_rn(a, b), __fadd_rz(a, b), __fadd_ru(a, b),
                   __fadd_rd(a, b), __fmul_rn(a, b), __fmul_rz(a, b),
                   __fmul_ru(a, b), __fmul_rd(a, b), __fdiv_rn(a, b),
                   __fdiv_rz(a, b), __fdiv_ru(a, b), __fdiv_rd(a, b)};
  for (int k = 0; k < 12; ++k)
    z[k * n + i] = found[k];
}
extern "C" __global__ void doubleRoundings(const double *x, const double *y,
                                           double *z, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  double a = x[i], b = y[i];
  double found[] = {__dadd_rn(a, b), __dadd_rz(a, b), __dadd_ru(a, b),
                    __dadd_rd(a, b), __dmul_rn(a, b), __dmul_rz(a, b),
                    __dmul_ru(a, b), __dmul_rd(a, b), __ddiv_rn(a, b),
                    __ddiv_rz(a, b), __ddiv_ru(a, b), __ddiv_rd(a, b)};
  for (int k = 0; k < 12; ++k)
    z[k * n + i] = found[k];
}

// From each type of float to each integer, and back.
extern "C" __global__ void conversions(const double *x, long long *integers,
                                       double *floats, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  double a = x[i];
  float b = static_cast<float>(a);
  long long made[] = {static_cast<int>(a),
                      __double2int_rn(a),
                      __double2int_ru(a),
                      __double2int_rd(a),
                      __float2int_rn(b),
                      static_cast<signed char>(static_cast<int>(b)),
                      static_cast<long long>(a),
                      static_cast<long long>(__float2uint_rz(b)),
                      static_cast<short>(static_cast<int>(a))};
  for (int k = 0; k < 9; ++k)
    integers[k * n + i] = made[k];
  double back[] = {static_cast<double>(__ll2float_rz(made[6])),
                   __ll2double_rn(made[6]),
                   __half2float(__float2half_rn(b)),
                   __half2float(__float2half_rz(b)),
                   __bfloat162float(__float2bfloat16_rn(b)),
                   static_cast<double>(__int2float_rn(made[0])),
                   rint(a),
                   floor(a),
                   ceilf(b),
                   trunc(a),
                   round(a)};
  for (int k = 0; k < 11; ++k)
    floats[k * n + i] = back[k];
}

// Functions of the toolkit's library, a row each.
template <typename T> __device__ void call(const T *x, T *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  T a = x[i], b = fabs(a);
  T found[] = {sin(a),         cos(a),         exp(a),   log(b),
               tanh(a),        sqrt(b),        rsqrt(b), cbrt(a),
               erf(a),         pow(b, T(1.7)), exp2(a),  log2(b),
               atan2(a, T(2)), log1p(b),       expm1(a), fmod(a, T(0.7)),
               asinh(a),       hypot(a, T(3))};
  for (int k = 0; k < 18; ++k)
    y[k * n + i] = found[k];
}
extern "C" __global__ void functions(const float *x, float *y, int n) {
  call(x, y, n);
}
extern "C" __global__ void doubleFunctions(const double *x, double *y, int n) {
  call(x, y, n);
}

// With an argument far beyond what the quick reduction of a sine takes.
extern "C" __global__ void largeSines(const float *x, float *sines,
                                      float *cosines, int n) {
  if (int i = threadIdx.x; i < n)
    sincosf(x[i], &sines[i], &cosines[i]);
}

// Halves, alone and in pairs.
extern "C" __global__ void halves(const __half *x, const __half *y, __half *z,
                                  int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  __half2 a = __halves2half2(x[i], y[i]), b = __halves2half2(y[i], y[i]);
  __half2 product = __hmul2_rn(a, b), sum = __hadd2_rn(a, b);
  __half found[] = {__low2half(product),
                    __high2half(product),
                    __low2half(sum),
                    __high2half(sum),
                    __hfma(x[i], y[i], x[i]),
                    __hsub_rn(x[i], y[i]),
                    __hmax(x[i], y[i]),
                    __hmin_nan(x[i], y[i]),
                    __habs(x[i]),
                    __hneg(y[i]),
                    __hgt(x[i], y[i]) ? x[i] : y[i],
                    __hadd_sat(x[i], y[i])};
  for (int k = 0; k < 12; ++k)
    z[k * n + i] = found[k];
}
extern "C" __global__ void brains(const __nv_bfloat16 *x,
                                  const __nv_bfloat16 *y, __nv_bfloat16 *z,
                                  int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  __nv_bfloat162 a = __halves2bfloat162(x[i], y[i]),
                 b = __halves2bfloat162(y[i], x[i]);
  __nv_bfloat162 product = __hmul2_rn(a, b), sum = __hadd2_rn(a, b);
  __nv_bfloat16 found[] = {__low2bfloat16(product),
                           __high2bfloat16(product),
                           __low2bfloat16(sum),
                           __high2bfloat16(sum),
                           __hfma(x[i], y[i], x[i]),
                           __hmax(x[i], y[i]),
                           __hneg(x[i])};
  for (int k = 0; k < 7; ++k)
    z[k * n + i] = found[k];
}

// What is special: infinities, NaN, zeros of both signs, subnormal numbers.
extern "C" __global__ void classes(const float *x, int *kinds, float *least,
                                   int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  float a = x[i];
  kinds[i] = isnan(a) | isinf(a) << 1 | isfinite(a) << 2 |
             (signbit(a) != 0) << 3 | (a == 0) << 4 | (a < 1.0f) << 5 |
             !(a >= 1.0f) << 6;
  least[i] = fminf(a, 1.0f);
  least[n + i] = fmaxf(a, -0.0f);
  least[2 * n + i] = copysignf(3.0f, a);
  least[3 * n + i] = __saturatef(a);
  least[4 * n + i] = nextafterf(a, 10.0f);
  int exponent;
  float fraction = frexpf(a, &exponent);
  least[5 * n + i] = isfinite(a) ? ldexpf(fraction, exponent) : a;
}
