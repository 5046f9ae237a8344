//===- MmaTest.cpp - matrix products of a warp ----------------------------===//
//
// The expected products are computed here from the positions that the PTX
// manual gives the elements, in double. Where every partial sum is exact the
// order of the additions cannot be seen, and the results must be equal.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include <cmath>
#include <functional>
#include <limits>
#include <random>

using namespace theano::sim;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

/// The bits of a number that the format, with infinities, represents exactly.
uint64_t encode(double x, int exponentBits, int mantissaBits) {
  uint64_t sign = std::signbit(x), top = (uint64_t(1) << exponentBits) - 1;
  int bias = (1 << (exponentBits - 1)) - 1;
  uint64_t magnitude = 0;
  if (std::isnan(x)) {
    magnitude = top << mantissaBits | uint64_t(1) << (mantissaBits - 1);
  } else if (std::isinf(x)) {
    magnitude = top << mantissaBits;
  } else if (x != 0) {
    int exponent = std::max(std::ilogb(x), 1 - bias);
    double digits = std::ldexp(std::fabs(x), mantissaBits - exponent);
    EXPECT_EQ(digits, std::floor(digits)) << x << " is not representable";
    // The leading digit of a normal number adds one to the exponent.
    magnitude = static_cast<uint64_t>(digits) +
                (uint64_t(exponent + bias - 1) << mantissaBits);
  }
  return sign << (exponentBits + mantissaBits) | magnitude;
}
uint64_t f16(double x) { return encode(x, 5, 10); }
uint64_t bf16(double x) { return encode(x, 8, 7); }
uint64_t f32(double x) { return encode(x, 8, 23); }
uint64_t f64(double x) { return encode(x, 11, 52); }
uint64_t e5m2(double x) { return encode(x, 5, 2); }
/// e4m3 has numbers in the place of infinities, and one NaN.
uint64_t e4m3(double x) { return std::isnan(x) ? 0x7f : encode(x, 4, 3); }
uint64_t byteOf(double x) { return static_cast<uint8_t>(int(x)); }
uint64_t wordOf(double x) { return static_cast<uint32_t>(int64_t(x)); }

//===----------------------------------------------------------------------===//
// A product
//===----------------------------------------------------------------------===//

using Encoder = uint64_t (*)(double);

struct Product {
  std::string instruction; ///< without operands
  unsigned m, k;           ///< n is 8
  Encoder a, b, c;
  unsigned inputBits, sumBits;
  std::string version = "8.0", target = "sm_80";
};

using Matrix = std::vector<std::vector<double>>;
Matrix filled(unsigned rows, unsigned columns, double value = 0) {
  return Matrix(rows, std::vector<double>(columns, value));
}

/// The bits of D, element by element.
std::vector<std::vector<uint64_t>> run(const Product &how, const Matrix &a,
                                       const Matrix &b, const Matrix &c) {
  bool wide = how.inputBits == 64;
  unsigned wordBits = wide ? 64 : 32, bytes = wordBits / 8;
  unsigned p = wordBits / how.inputBits, s = wordBits / how.sumBits;
  unsigned bands = how.m / 8;
  unsigned aCount = bands * how.k / 4 / p, bCount = how.k / 4 / p;
  unsigned cCount = how.m / 4 / s;
  std::vector<uint64_t> in((aCount + bCount + cCount) * 32);
  auto put = [&](unsigned reg, unsigned lane, uint64_t bits, unsigned shift) {
    in[reg * 32 + lane] |= bits << shift;
  };
  for (unsigned row = 0; row < how.m; ++row)
    for (unsigned k = 0; k < how.k; ++k)
      put(row / 8 + bands * (k / (4 * p)), row % 8 * 4 + k % (4 * p) / p,
          how.a(a[row][k]), k % p * how.inputBits);
  for (unsigned k = 0; k < how.k; ++k)
    for (unsigned column = 0; column < 8; ++column)
      put(aCount + k / (4 * p), column * 4 + k % (4 * p) / p,
          how.b(b[k][column]), k % p * how.inputBits);
  for (unsigned row = 0; row < how.m; ++row)
    for (unsigned column = 0; column < 8; ++column) {
      unsigned i = row / 8 * 2 + column % 2;
      put(aCount + bCount + i / s, row % 8 * 4 + column / 2,
          how.c(c[row][column]), i % s * how.sumBits);
    }

  std::string type = "b" + std::to_string(wordBits), body;
  auto braces = [](const std::string &name, unsigned first, unsigned count) {
    std::string text;
    for (unsigned i = 0; i < count; ++i)
      text += (i ? ", %" : "{%") + name + std::to_string(first + i);
    return text + "}";
  };
  std::string sumType = wide                ? "f64"
                        : how.sumBits == 16 ? "b32"
                        : how.c == &wordOf  ? "s32"
                                            : "f32";
  for (unsigned i = 0; i < aCount + bCount + cCount; ++i) {
    bool isSum = i >= aCount + bCount;
    body += "ld.global." + type + " %" +
            (isSum ? "c" + std::to_string(i - aCount - bCount)
                   : "i" + std::to_string(i)) +
            ", [%a+" + std::to_string(i * 32 * bytes) + "];\n";
  }
  body += how.instruction + " " + braces("d", 0, cCount) + ", " +
          braces("i", 0, aCount) + ", " + braces("i", aCount, bCount) + ", " +
          braces("c", 0, cCount) + ";\n";
  for (unsigned i = 0; i < cCount; ++i)
    body += "st.global." + type + " [%a+" + std::to_string(i * 32 * bytes) +
            "], %d" + std::to_string(i) + ";\n";
  Kernel kernel(".visible .entry k(.param .u64 p) {\n.reg .b64 %a; .reg .b32 "
                "%t; .reg ." +
                    (wide ? "f64" : type) + " %i<32>; .reg ." + sumType +
                    " %c<16>, %d<16>;\n"
                    "ld.param.u64 %a, [p]; mov.u32 %t, %tid.x;\n"
                    "mad.wide.u32 %a, %t, " +
                    std::to_string(bytes) + ", %a;\n" + body + "ret;\n}\n",
                ptxHeadFor(how.version, how.target));
  std::vector<uint64_t> out;
  std::optional<Fault> fault;
  if (wide) {
    uint64_t memory = kernel.upload(in);
    fault = kernel.run(1, 32, {memory});
    out = kernel.download<uint64_t>(memory, cCount * 32);
  } else {
    uint64_t memory =
        kernel.upload(std::vector<uint32_t>(in.begin(), in.end()));
    fault = kernel.run(1, 32, {memory});
    std::vector<uint32_t> words =
        kernel.download<uint32_t>(memory, cCount * 32);
    out.assign(words.begin(), words.end());
  }
  if (fault)
    ADD_FAILURE() << fault->text();
  std::vector<std::vector<uint64_t>> d(how.m, std::vector<uint64_t>(8));
  for (unsigned row = 0; row < how.m; ++row)
    for (unsigned column = 0; column < 8; ++column) {
      unsigned i = row / 8 * 2 + column % 2;
      uint64_t word = out[i / s * 32 + row % 8 * 4 + column / 2];
      d[row][column] = word >> i % s * how.sumBits;
      if (how.sumBits < 64)
        d[row][column] &= (uint64_t(1) << how.sumBits) - 1;
    }
  return d;
}

/// Multiplies random multiples of `step` up to `most`, whose sums are exact.
void checkRandom(const Product &how, double step, int most, int least) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> pick(least, most);
  auto fill = [&](unsigned rows, unsigned columns, double by) {
    Matrix matrix = filled(rows, columns);
    for (auto &row : matrix)
      for (double &x : row)
        x = pick(random) * by;
    return matrix;
  };
  Matrix a = fill(how.m, how.k, step), b = fill(how.k, 8, step);
  Matrix c = fill(how.m, 8, 1);
  std::vector<std::vector<uint64_t>> d = run(how, a, b, c);
  for (unsigned row = 0; row < how.m; ++row)
    for (unsigned column = 0; column < 8; ++column) {
      double sum = c[row][column];
      for (unsigned k = 0; k < how.k; ++k)
        sum += a[row][k] * b[k][column];
      EXPECT_EQ(d[row][column], how.c(sum))
          << how.instruction << " at " << row << ", " << column;
    }
}

/// D(0, 0) where row 0 of A is `a`, column 0 of B is `b` and C(0, 0) is `c`;
/// everything else is 0.
uint64_t dot(const Product &how, const std::vector<double> &a,
             const std::vector<double> &b, double c) {
  Matrix left = filled(how.m, how.k), right = filled(how.k, 8);
  Matrix sum = filled(how.m, 8);
  for (size_t k = 0; k < a.size(); ++k) {
    left[0][k] = a[k];
    right[k][0] = b[k];
  }
  sum[0][0] = c;
  return run(how, left, right, sum)[0][0];
}

std::string mma(const std::string &rest) { return "mma.sync.aligned." + rest; }

const Product halfToFloat = {mma("m16n8k16.row.col.f32.f16.f16.f32"),
                             16,
                             16,
                             f16,
                             f16,
                             f32,
                             16,
                             32,
                             "7.0",
                             "sm_80"};
const Product halfToHalf = {mma("m16n8k16.row.col.f16.f16.f16.f16"),
                            16,
                            16,
                            f16,
                            f16,
                            f16,
                            16,
                            16,
                            "7.0",
                            "sm_80"};
const Product bfloat = {mma("m16n8k16.row.col.f32.bf16.bf16.f32"),
                        16,
                        16,
                        bf16,
                        bf16,
                        f32,
                        16,
                        32,
                        "7.0",
                        "sm_80"};
const Product tf32 = {mma("m16n8k8.row.col.f32.tf32.tf32.f32"),
                      16,
                      8,
                      f32,
                      f32,
                      f32,
                      32,
                      32,
                      "7.0",
                      "sm_80"};
const Product doubles = {mma("m8n8k4.row.col.f64.f64.f64.f64"),
                         8,
                         4,
                         f64,
                         f64,
                         f64,
                         64,
                         64,
                         "7.0",
                         "sm_80"};

Product bytes(const std::string &shape, unsigned m, unsigned k,
              const std::string &types) {
  return {mma(shape + ".row.col" + types),
          m,
          k,
          byteOf,
          byteOf,
          wordOf,
          8,
          32,
          "7.0",
          "sm_80"};
}
Product fp8(const std::string &shape, unsigned k, const std::string &types,
            Encoder a, Encoder b) {
  return {mma(shape + ".row.col.f32." + types + ".f32"),
          16,
          k,
          a,
          b,
          f32,
          8,
          32,
          "8.7",
          "sm_89"};
}

//===----------------------------------------------------------------------===//
// Every element in its place
//===----------------------------------------------------------------------===//

TEST(Mma, HalfProducts) {
  checkRandom(halfToFloat, 0.125, 100, -100);
  checkRandom(halfToHalf, 1, 4, -4);
  Product small = halfToFloat;
  small.instruction = mma("m16n8k8.row.col.f32.f16.f16.f32");
  small.k = 8;
  small.version = "6.5";
  small.target = "sm_75";
  checkRandom(small, 0.125, 100, -100);
  small = halfToHalf;
  small.instruction = mma("m16n8k8.row.col.f16.f16.f16.f16");
  small.k = 8;
  checkRandom(small, 1, 4, -4);
}

TEST(Mma, BFloatAndTf32Products) {
  checkRandom(bfloat, 0.25, 100, -100);
  checkRandom(tf32, 0.25, 500, -500);
  Product small = bfloat;
  small.instruction = mma("m16n8k8.row.col.f32.bf16.bf16.f32");
  small.k = 8;
  checkRandom(small, 0.25, 100, -100);
  small = tf32;
  small.instruction = mma("m16n8k4.row.col.f32.tf32.tf32.f32");
  small.k = 4;
  checkRandom(small, 0.25, 500, -500);
}

TEST(Mma, DoubleProducts) {
  checkRandom(doubles, 0.0625, 1 << 20, -(1 << 20));
  for (unsigned k : {4u, 8u, 16u}) {
    Product large = doubles;
    large.instruction =
        mma("m16n8k" + std::to_string(k)) + ".row.col.f64.f64.f64.f64";
    large.m = 16;
    large.k = k;
    large.version = "7.8";
    large.target = "sm_90";
    checkRandom(large, 0.0625, 1 << 20, -(1 << 20));
  }
}

TEST(Mma, ByteProducts) {
  checkRandom(bytes("m16n8k32", 16, 32, ".s32.s8.s8.s32"), 1, 127, -128);
  checkRandom(bytes("m16n8k16", 16, 16, ".s32.s8.s8.s32"), 1, 127, -128);
  checkRandom(bytes("m8n8k16", 8, 16, ".s32.s8.s8.s32"), 1, 127, -128);
  checkRandom(bytes("m16n8k32", 16, 32, ".s32.u8.u8.s32"), 1, 255, 0);
  checkRandom(bytes("m16n8k16", 16, 16, ".satfinite.s32.s8.u8.s32"), 1, 127, 0);
}

TEST(Mma, Fp8Products) {
  checkRandom(fp8("m16n8k32", 32, "e4m3.e4m3", e4m3, e4m3), 0.5, 8, -8);
  checkRandom(fp8("m16n8k32", 32, "e4m3.e5m2", e4m3, e5m2), 0.5, 4, -4);
  checkRandom(fp8("m16n8k16", 16, "e5m2.e4m3", e5m2, e4m3), 0.5, 4, -4);
  Product half = fp8("m16n8k32", 32, "e4m3.e4m3", e4m3, e4m3);
  half.instruction = mma("m16n8k32.row.col.f16.e4m3.e4m3.f16");
  half.c = f16;
  half.sumBits = 16;
  checkRandom(half, 0.5, 8, -8);
}

// A has one number, at (3, 5), and B one at (5, 6): lane 14 has the first in
// the upper half of its register 0, lane 26 the second. The product is element
// (3, 6), which is element 0 of lane 15.
TEST(Mma, AProductByHand) {
  Kernel kernel(".visible .entry k(.param .u64 p) {\n"
                ".reg .b32 %t, %a, %b; .reg .f32 %d<4>; .reg .pred %q;\n"
                ".reg .b64 %p;\n"
                "ld.param.u64 %p, [p]; mov.u32 %t, %tid.x;\n"
                "setp.eq.u32 %q, %t, 14; selp.b32 %a, 0x40000000, 0, %q;\n"
                "setp.eq.u32 %q, %t, 26; selp.b32 %b, 0x42000000, 0, %q;\n"
                "mov.f32 %d0, 0f00000000; mov.f32 %d1, %d0;\n"
                "mov.f32 %d2, %d0; mov.f32 %d3, %d0;\n"
                "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32\n"
                "{%d0, %d1, %d2, %d3}, {%a, 0}, {%b}, {%d0, %d1, %d2, %d3};\n"
                "mad.wide.u32 %p, %t, 16, %p;\n"
                "st.global.v4.f32 [%p], {%d0, %d1, %d2, %d3};\nret;\n}\n");
  uint64_t p = kernel.upload(std::vector<float>(128));
  std::optional<Fault> fault = kernel.run(1, 32, {p});
  ASSERT_FALSE(fault) << fault->text();
  std::vector<float> expected(128);
  expected[15 * 4] = 2 * 3;
  EXPECT_EQ(kernel.download<float>(p, 128), expected);
}

//===----------------------------------------------------------------------===//
// Awkward numbers
//===----------------------------------------------------------------------===//

constexpr uint64_t canonicalNan = 0x7fffffff;

TEST(Mma, InfinitiesAndNan) {
  EXPECT_EQ(dot(halfToFloat, {infinity}, {2}, 0), f32(infinity));
  EXPECT_EQ(dot(halfToFloat, {infinity}, {0}, 0), canonicalNan);
  EXPECT_EQ(dot(halfToFloat, {infinity, 1}, {1, -infinity}, 0), canonicalNan);
  EXPECT_EQ(dot(halfToFloat, {nan}, {0}, 1), canonicalNan);
  EXPECT_EQ(dot(halfToFloat, {1}, {1}, -infinity), f32(-infinity));
  EXPECT_EQ(dot(halfToFloat, {infinity}, {1}, -infinity), canonicalNan);
  EXPECT_EQ(dot(halfToHalf, {infinity}, {0}, 0), 0x7fffu);
  EXPECT_EQ(dot(bfloat, {infinity}, {0}, 0), canonicalNan);
  EXPECT_EQ(dot(tf32, {nan}, {1}, 0), canonicalNan);
  EXPECT_EQ(dot(doubles, {infinity}, {-3}, 5), f64(-infinity));
  EXPECT_TRUE(
      std::isnan(std::bit_cast<double>(dot(doubles, {infinity}, {0}, 0))));
}

TEST(Mma, SubnormalsAndZeros) {
  // The least f16 squared is far above the least f32.
  EXPECT_EQ(dot(halfToFloat, {0x1p-24}, {0x1p-24}, 0), f32(0x1p-48));
  EXPECT_EQ(dot(halfToHalf, {0x1p-24}, {3}, 0x1p-24), f16(4 * 0x1p-24));
  // Subnormal f32 are kept.
  EXPECT_EQ(dot(bfloat, {0x1p-100}, {0x1p-40}, 0), f32(0x1p-140));
  EXPECT_EQ(dot(bfloat, {0x1p-133}, {1}, 0x1p-149), f32(0x1p-133 + 0x1p-149));
  EXPECT_EQ(dot(tf32, {0x1p-126}, {0.5}, 0), f32(0x1p-127));
  // A sum of zeros of one sign alone keeps it. In row 0, -1 * 0 for every k.
  std::vector<double> ones(16, -1), zeros(16, 0);
  EXPECT_EQ(dot(halfToFloat, ones, zeros, -0.0), f32(-0.0));
  EXPECT_EQ(dot(halfToFloat, ones, zeros, 0.0), f32(0.0));
}

TEST(Mma, OverflowAndRounding) {
  EXPECT_EQ(dot(bfloat, {0x1p127}, {2}, 0), f32(infinity));
  EXPECT_EQ(dot(halfToHalf, {65504}, {1}, 16), f16(infinity)) << "a tie";
  EXPECT_EQ(dot(halfToHalf, {65504}, {1}, 8), f16(65504));
  // Ties go to even: 2049 and 2051 of f16.
  EXPECT_EQ(dot(halfToHalf, {1}, {1}, 2048), f16(2048));
  EXPECT_EQ(dot(halfToHalf, {1, 2}, {1, 1}, 2048), f16(2052));
  // Products overflow on the way without harm.
  EXPECT_EQ(dot(bfloat, {0x1p127, 0x1p127}, {2, -2}, 0), f32(0));
  // The sum is rounded once: two halves of the last digit are one.
  EXPECT_EQ(dot(halfToFloat, {1, 1}, {1, 1}, 0x1p24), f32(0x1p24 + 2));
  EXPECT_EQ(dot(halfToFloat, {1}, {1}, 0x1p24), f32(0x1p24));
}

TEST(Mma, Tf32IgnoresTheLowestDigits) {
  double most = std::bit_cast<float>(0x3f801fffu);
  EXPECT_EQ(dot(tf32, {most}, {most}, 0), f32(1));
  double last = std::bit_cast<float>(0x3f802000u);
  EXPECT_EQ(dot(tf32, {last}, {1}, 0), 0x3f802000u);
}

TEST(Mma, DoublesAreFused) {
  // (1 + e)(1 - e) - 1 = -e^2, which a rounded product loses.
  EXPECT_EQ(dot(doubles, {1 + 0x1p-30}, {1 - 0x1p-30}, -1), f64(-0x1p-60));
}

TEST(Mma, BytesWrapOrAreClamped) {
  Product wraps = bytes("m16n8k32", 16, 32, ".s32.s8.s8.s32");
  Product clamps = bytes("m16n8k32", 16, 32, ".satfinite.s32.s8.s8.s32");
  EXPECT_EQ(dot(wraps, {1}, {1}, 2147483647), 0x80000000u);
  EXPECT_EQ(dot(clamps, {1}, {1}, 2147483647), 0x7fffffffu);
  EXPECT_EQ(dot(wraps, {-1}, {1}, -2147483648.0), 0x7fffffffu);
  EXPECT_EQ(dot(clamps, {-1}, {1}, -2147483648.0), 0x80000000u);
  EXPECT_EQ(dot(clamps, {-128}, {-128}, 0), 16384u);
  // Only what the sum is in the end counts.
  EXPECT_EQ(dot(clamps, {127, -127}, {127, 127}, 2147483647), 0x7fffffffu);
  Product mixed = bytes("m16n8k32", 16, 32, ".s32.u8.s8.s32");
  EXPECT_EQ(dot(mixed, {255}, {-1}, 0), static_cast<uint32_t>(-255));
  mixed = bytes("m16n8k32", 16, 32, ".s32.s8.u8.s32");
  EXPECT_EQ(dot(mixed, {255}, {255}, 0), static_cast<uint32_t>(-255))
      << "the first 255 is -1";
}

TEST(Mma, Fp8Numbers) {
  Product four = fp8("m16n8k32", 32, "e4m3.e4m3", e4m3, e4m3);
  EXPECT_EQ(dot(four, {448}, {448}, 0), f32(200704));
  EXPECT_EQ(dot(four, {0x1p-9}, {-0x1p-9}, 0), f32(-0x1p-18)) << "subnormals";
  EXPECT_EQ(dot(four, {1.125}, {0.013671875}, 0), f32(0.015380859375));
  EXPECT_EQ(dot(four, {nan}, {1}, 0), canonicalNan);
  Product five = fp8("m16n8k32", 32, "e5m2.e5m2", e5m2, e5m2);
  EXPECT_EQ(dot(five, {57344}, {57344}, 0), f32(3288334336.0));
  EXPECT_EQ(dot(five, {0x1p-16}, {1.75}, 0), f32(1.75 * 0x1p-16));
  EXPECT_EQ(dot(five, {infinity}, {-1}, 0), f32(-infinity));
  EXPECT_EQ(dot(five, {nan}, {1}, 0), canonicalNan);
}

//===----------------------------------------------------------------------===//
// What is refused
//===----------------------------------------------------------------------===//

std::string logOf(const std::string &instruction, const std::string &version,
                  const std::string &target) {
  return Kernel(".visible .entry k() {\n.reg .b32 %r<8>; .reg .f32 %f<4>; .reg "
                ".f64 %d<8>;\n" +
                    mma(instruction) + "\nret;\n}\n",
                ptxHeadFor(version, target))
      .log();
}

TEST(Mma, RefusesOldTargetsAndVersions) {
  auto refuses = [](const std::string &instruction, const std::string &version,
                    const std::string &target, const std::string &why) {
    std::string log = logOf(instruction, version, target);
    EXPECT_NE(log.find("line 6; error   : column 1: 'mma.sync"),
              std::string::npos)
        << log;
    EXPECT_NE(log.find("requires " + why), std::string::npos) << log;
  };
  const std::string four = "{%r0,%r1,%r2,%r3}", floats = "{%f0,%f1,%f2,%f3}";
  std::string half = "m16n8k16.row.col.f32.f16.f16.f32 " + floats + ", " +
                     four + ", {%r4,%r5}, " + floats + ";";
  refuses(half, "7.0", "sm_75", ".target sm_80");
  refuses(half, "6.5", "sm_80", "PTX ISA .version 7.0");
  std::string small = "m16n8k8.row.col.f32.f16.f16.f32 " + floats +
                      ", {%r0,%r1}, {%r4}, " + floats + ";";
  refuses(small, "6.4", "sm_75", "PTX ISA .version 6.5");
  refuses(small, "6.5", "sm_70", ".target sm_75");
  std::string quarter = "m16n8k32.row.col.f32.e4m3.e5m2.f32 " + floats + ", " +
                        four + ", {%r4,%r5}, " + floats + ";";
  refuses(quarter, "8.4", "sm_80", ".target sm_89");
  refuses(quarter, "8.3", "sm_89", "PTX ISA .version 8.4");
  refuses("m16n8k4.row.col.f64.f64.f64.f64 {%d0,%d1,%d2,%d3}, {%d4,%d5}, "
          "{%d6}, {%d0,%d1,%d2,%d3};",
          "7.8", "sm_80", ".target sm_90");
}

TEST(Mma, RefusesWrongOperands) {
  const std::string floats = "{%f0,%f1,%f2,%f3}";
  EXPECT_NE(logOf("m16n8k16.row.col.f32.f16.f16.f32 " + floats +
                      ", {%r0,%r1}, {%r4,%r5}, " + floats + ";",
                  "8.0", "sm_80")
                .find("expected 4 registers in braces"),
            std::string::npos);
  EXPECT_NE(logOf("m16n8k8.row.col.f32.f16.f16.f32 " + floats +
                      ", {%r0,%r1}, %r4, " + floats + ";",
                  "8.0", "sm_80")
                .find("expected 1 registers in braces"),
            std::string::npos);
  EXPECT_NE(logOf("m16n8k8.row.col.f16.f16.f16.f32 {%r2,%r3}, {%r0,%r1}, "
                  "{%r4}, " +
                      floats + ";",
                  "8.0", "sm_80")
                .find("D and C must be of the same type"),
            std::string::npos);
  EXPECT_NE(logOf("m16n8k8.row.row.f32.f16.f16.f32 " + floats +
                      ", {%r0,%r1}, {%r4}, " + floats + ";",
                  "8.0", "sm_80")
                .find("'.row' does not fit there"),
            std::string::npos);
}

} // namespace
