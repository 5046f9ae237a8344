// For sm_80, sm_90.
// Integers of every width, and what a device has for their bits.

#include <cuda_runtime.h>

extern "C" __global__ void bits(const unsigned *x, const unsigned *y,
                                unsigned *z, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  unsigned a = x[i], b = y[i];
  unsigned found[] = {
      static_cast<unsigned>(__popc(a)),
      static_cast<unsigned>(__clz(a)),
      static_cast<unsigned>(__ffs(a)),
      __brev(a),
      __byte_perm(a, b, 0x5170),
      __funnelshift_l(a, b, a & 63),
      __funnelshift_r(a, b, b & 31),
      __funnelshift_lc(a, b, a & 63),
      __umulhi(a, b),
      static_cast<unsigned>(__mulhi(static_cast<int>(a), static_cast<int>(b))),
      __umul24(a, b),
      __uhadd(a, b),
      __urhadd(a, b),
      __usad(a, b, 7u),
      static_cast<unsigned>(__sad(static_cast<int>(a), static_cast<int>(b), 1)),
      static_cast<unsigned>(__hadd(static_cast<int>(a), static_cast<int>(b)))};
  for (int k = 0; k < 16; ++k)
    z[k * n + i] = found[k];
}

// Quotients and remainders of each width.
template <typename T>
__device__ void divide(const T *x, const T *y, T *z, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && y[i] != 0) {
    z[i] = x[i] / y[i];
    z[n + i] = x[i] % y[i];
  } else if (i < n) {
    z[i] = z[n + i] = 0;
  }
}
extern "C" __global__ void divideInts(const int *x, const int *y, int *z,
                                      int n) {
  divide(x, y, z, n);
}
extern "C" __global__ void divideUnsigned(const unsigned *x, const unsigned *y,
                                          unsigned *z, int n) {
  divide(x, y, z, n);
}
extern "C" __global__ void divideLongs(const long long *x, const long long *y,
                                       long long *z, int n) {
  divide(x, y, z, n);
}
extern "C" __global__ void
divideBytes(const signed char *x, const signed char *y, signed char *z, int n) {
  divide(x, y, z, n);
}
extern "C" __global__ void divideShorts(const unsigned short *x,
                                        const unsigned short *y,
                                        unsigned short *z, int n) {
  divide(x, y, z, n);
}

// By numbers that the compiler knows, where it multiplies.
extern "C" __global__ void divideByConstants(const long long *x, long long *z,
                                             int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  long long a = x[i];
  int b = static_cast<int>(a);
  long long found[] = {
      a / 7,  a % 1000003, b / 10, b % 10, static_cast<unsigned>(b) / 641u,
      a / -8, b % 16};
  for (int k = 0; k < 7; ++k)
    z[k * n + i] = found[k];
}

// 128 bits, of two parts each.
extern "C" __global__ void wide(const unsigned long long *x,
                                const unsigned long long *y,
                                unsigned long long *z, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  using Wide = unsigned __int128;
  Wide a = static_cast<Wide>(x[2 * i]) << 64 | x[2 * i + 1];
  Wide b = static_cast<Wide>(y[2 * i]) << 64 | y[2 * i + 1];
  Wide found[] = {a + b,         a - b,          a * b,         b ? a / b : 0,
                  b ? a % b : 0, a << (i % 128), a >> (i % 128)};
  for (int k = 0; k < 7; ++k) {
    z[2 * (k * n + i)] = static_cast<unsigned long long>(found[k] >> 64);
    z[2 * (k * n + i) + 1] = static_cast<unsigned long long>(found[k]);
  }
}

// Four bytes or two shorts in a word.
extern "C" __global__ void packed(const unsigned *x, const unsigned *y,
                                  unsigned *z, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  unsigned a = x[i], b = y[i];
  unsigned found[] = {__vadd4(a, b),
                      __vsub2(a, b),
                      __vaddus4(a, b),
                      __vabsdiffu4(a, b),
                      __vmaxs4(a, b),
                      __vminu2(a, b),
                      __vcmpgtu4(a, b),
                      __vavgu4(a, b),
                      __vsads4(a, b),
                      static_cast<unsigned>(
                          __dp4a(static_cast<int>(a), static_cast<int>(b), 5)),
                      __dp4a(a, b, 5u),
                      __dp2a_lo(a, b, 1u),
                      __dp2a_hi(a, b, 1u)};
  for (int k = 0; k < 13; ++k)
    z[k * n + i] = found[k];
}

// 64 bits at once, and shifts by as much and more.
extern "C" __global__ void longBits(const unsigned long long *x,
                                    unsigned long long *z, int n) {
  int i = threadIdx.x;
  if (i >= n)
    return;
  unsigned long long a = x[i];
  unsigned shift = static_cast<unsigned>(a) & 63;
  unsigned long long found[] = {
      static_cast<unsigned long long>(__popcll(a)),
      static_cast<unsigned long long>(__clzll(a)),
      static_cast<unsigned long long>(__ffsll(a)),
      __brevll(a),
      __umul64hi(a, ~a),
      a << shift,
      static_cast<unsigned long long>(static_cast<long long>(a) >> shift),
      (a >> shift) | (a << (-shift & 63))};
  for (int k = 0; k < 8; ++k)
    z[k * n + i] = found[k];
}
