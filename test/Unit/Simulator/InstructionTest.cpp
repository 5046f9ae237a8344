//===- InstructionTest.cpp - single instructions --------------------------===//
//
// Expected values are derived by hand from the PTX manual.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include <cmath>
#include <limits>

using namespace theano::sim;

namespace {

struct Row {
  const char *types, *instruction;
  uint64_t a, b, c, expected;
};

void check(const std::vector<Row> &rows) {
  for (const Row &row : rows)
    EXPECT_EQ(evaluate(row.types, row.instruction, row.a, row.b, row.c),
              row.expected)
        << row.instruction << " of 0x" << std::hex << row.a << ", 0x" << row.b
        << ", 0x" << row.c;
}

constexpr uint64_t top32 = 0x80000000, top64 = 0x8000000000000000;

TEST(Instructions, Integer) {
  check({
      {"www", "add.s32 %d, %a, %b;", 0x7fffffff, 1, 0, top32},
      {"www", "add.sat.s32 %d, %a, %b;", 0x7fffffff, 1, 0, 0x7fffffff},
      {"www", "sub.sat.s32 %d, %a, %b;", top32, 1, 0, top32},
      {"hhh", "add.u16 %d, %a, %b;", 0xffff, 2, 0, 1},
      {"lll", "sub.s64 %d, %a, %b;", 0, 1, 0, ~uint64_t(0)},
      {"www", "mul.lo.s32 %d, %a, %b;", 0x10000, 0x10001, 0, 0x10000},
      {"www", "mul.hi.u32 %d, %a, %b;", 0xffffffff, 0xffffffff, 0, 0xfffffffe},
      {"www", "mul.hi.s32 %d, %a, %b;", 0xffffffff, 0xffffffff, 0, 0},
      {"lll", "mul.hi.s64 %d, %a, %b;", top64, 2, 0, ~uint64_t(0)},
      {"lll", "mul.hi.u64 %d, %a, %b;", top64, 2, 0, 1},
      {"lww", "mul.wide.s32 %d, %a, %b;", 0xffffffff, 2, 0, uint64_t(-2)},
      {"lww", "mul.wide.u32 %d, %a, %b;", 0xffffffff, 2, 0, 0x1fffffffe},
      {"whh", "mul.wide.s16 %d, %a, %b;", 0xffff, 2, 0, 0xfffffffe},
      {"wwww", "mad.lo.s32 %d, %a, %b, %c;", 3, 0xffffffff, 5, 2},
      {"lwwl", "mad.wide.s32 %d, %a, %b, %c;", 0xffffffff, 3, 1, uint64_t(-2)},
      {"www", "div.s32 %d, %a, %b;", top32, 0xffffffff, 0, top32},
      {"www", "div.s32 %d, %a, %b;", uint32_t(-7), 2, 0, uint32_t(-3)},
      {"www", "rem.s32 %d, %a, %b;", uint32_t(-7), 2, 0, 0xffffffff},
      {"www", "rem.s32 %d, %a, %b;", top32, 0xffffffff, 0, 0},
      {"www", "div.u32 %d, %a, %b;", 7, 0, 0, 0xffffffff},
      {"www", "min.s32 %d, %a, %b;", 0xffffffff, 1, 0, 0xffffffff},
      {"www", "min.u32 %d, %a, %b;", 0xffffffff, 1, 0, 1},
      {"ww", "neg.s32 %d, %a;", top32, 0, 0, top32},
      {"ww", "abs.s32 %d, %a;", uint32_t(-5), 0, 0, 5},
      {"wwww", "sad.u32 %d, %a, %b, %c;", 3, 10, 1, 8},
      {"www", "mul24.hi.s32 %d, %a, %b;", 0xffffff, 0x10000, 0, 0xffffffff},
      // 1*1 + 2*2 + 3*3 + (-1)*(-1) + 10
      {"wwww", "dp4a.s32.s32 %d, %a, %b, %c;", 0xff030201, 0xff030201, 10, 25},
      {"wwww", "dp4a.u32.s32 %d, %a, %b, %c;", 0xff, 0xff, 0, uint32_t(-255)},
      // 2*3 + 1*4, by the bytes 2 and 3
      {"wwww", "dp2a.hi.u32.u32 %d, %a, %b, %c;", 0x00010002, 0x04030000, 0,
       10},
  });
}

TEST(Instructions, PartsOfAWord) {
  const char *merge = "vabsdiff4.u32.u32.u32 %d, %a, %b, %c;";
  check({
      // |1 - 4|, |2 - 3|, |255 - 0|, |0 - 128|
      {"wwww", merge, 0x00ff0201, 0x80000304, 7, 0x80ff0103},
      // |1 - 4| + |2 - 3| + |-1 - 0| + |0 + 128| + 7
      {"wwww", "vabsdiff4.u32.s32.s32.add %d, %a, %b, %c;", 0x00ff0201,
       0x80000304, 7, 140},
      // The first as signed, the second not: |-1 - 255|, cut to a byte.
      {"wwww", "vabsdiff4.u32.s32.u32 %d, %a, %b, %c;", 0xff, 0xff, 0, 0},
      {"wwww", "vabsdiff4.u32.s32.u32.add %d, %a, %b, %c;", 0xff, 0xff, 0, 256},
      {"wwww", "vabsdiff2.u32.u32.u32 %d, %a, %b, %c;", 0x00010005, 0x00030002,
       0, 0x00020003},
      {"wwww", "vabsdiff2.u32.s32.s32.add %d, %a, %b, %c;", 0x8000ffff,
       0x7fff0001, 1, 65535 + 2 + 1},
      {"www", "min.s16x2 %d, %a, %b;", 0xfffe0003, 0x00010002, 0, 0xfffe0002},
      {"www", "min.relu.s16x2 %d, %a, %b;", 0xfffe0003, 0x00010002, 0, 2},
      {"www", "max.s16x2.relu %d, %a, %b;", 0xfffefffd, 0x8000fffc, 0, 0},
      {"www", "max.s16x2.relu %d, %a, %b;", 0x0005fffd, 0x8000fffc, 0, 0x50000},
      {"www", "max.s32.relu %d, %a, %b;", top32, 0xffffffff, 0, 0},
  });
  for (const char *wrong :
       {"vabsdiff4.u32.u32.u32 %a, %a, %a;",
        "vabsdiff4.u32.u32 %a, %a, %a, %a;",
        "vabsdiff4.b32.u32.u32 %a, %a, %a, %a;",
        "vabsdiff3.u32.u32.u32 %a, %a, %a, %a;", "min.relu.u16x2 %a, %a, %a;"})
    EXPECT_NE(Kernel(".visible .entry k() {\n.reg .b32 %a;\n" +
                     std::string(wrong) + "\nret;\n}\n")
                  .log()
                  .find("line 6"),
              std::string::npos)
        << wrong;
}

TEST(Instructions, Carry) {
  const char *wide = "{ .reg .b32 %l0, %h0, %l1, %h1, %l, %h;\n"
                     "mov.b64 {%l0, %h0}, %a; mov.b64 {%l1, %h1}, %b;\n";
  auto joined = [&](const std::string &body) {
    return std::string(wide) + body + "mov.b64 %d, {%l, %h}; }";
  };
  std::string add = joined("add.cc.u32 %l, %l0, %l1; addc.u32 %h, %h0, %h1;\n");
  std::string sub = joined("sub.cc.u32 %l, %l0, %l1; subc.u32 %h, %h0, %h1;\n");
  check({
      {"lll", add.c_str(), 0x1ffffffff, 1, 0, 0x200000000},
      {"lll", sub.c_str(), 0x100000000, 1, 0, 0xffffffff},
      {"lll", sub.c_str(), 5, 3, 0, 2},
      // After a subtraction without borrow addc sees a carry.
      {"www", "sub.cc.u32 %d, %a, %b; addc.u32 %d, 0, 0;", 5, 3, 0, 1},
      {"www", "sub.cc.u32 %d, %a, %b; addc.u32 %d, 0, 0;", 3, 5, 0, 0},
      {"wwww", "mad.lo.cc.u32 %d, %a, %b, %c; madc.hi.u32 %d, %a, %b, 0;",
       0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
  });
}

TEST(Instructions, Bits) {
  check({
      {"www", "shl.b32 %d, %a, %b;", 1, 31, 0, top32},
      {"www", "shl.b32 %d, %a, %b;", 1, 32, 0, 0},
      {"www", "shr.u32 %d, %a, %b;", top32, 0xffffffff, 0, 0},
      {"www", "shr.s32 %d, %a, %b;", top32, 33, 0, 0xffffffff},
      {"hhw", "shr.s16 %d, %a, %b;", 0x8000, 4, 0, 0xf800},
      {"llw", "shl.b64 %d, %a, %b;", 1, 64, 0, 0},
      {"wwww", "shf.l.wrap.b32 %d, %a, %b, %c;", 0x80000001, 0x12345678, 36,
       0x23456788},
      {"wwww", "shf.r.clamp.b32 %d, %a, %b, %c;", 1, 0x55, 40, 0x55},
      {"wwww", "bfe.u32 %d, %a, %b, %c;", 0xabcd1234, 8, 8, 0x12},
      {"wwww", "bfe.s32 %d, %a, %b, %c;", 0x0000f000, 12, 4, 0xffffffff},
      {"wwww", "bfe.s32 %d, %a, %b, %c;", 0xffffffff, 4, 0, 0},
      {"wwww", "bfe.s32 %d, %a, %b, %c;", top32, 31, 8, 0xffffffff},
      {"wwww", "bfe.s32 %d, %a, %b, %c;", top32, 200, 8, 0xffffffff},
      {"wwww", "bfi.b32 %d, %a, %b, %c, 8;", 0xff, 0, 4, 0xff0},
      {"wwww", "bfi.b32 %d, %a, %b, %c, 8;", 0xff, 7, 40, 7},
      {"ww", "bfind.u32 %d, %a;", 0, 0, 0, 0xffffffff},
      {"ww", "bfind.u32 %d, %a;", 0x100, 0, 0, 8},
      {"ww", "bfind.s32 %d, %a;", 0xffffffff, 0, 0, 0xffffffff},
      {"ww", "bfind.s32 %d, %a;", 0xfffffffe, 0, 0, 0},
      {"ww", "bfind.shiftamt.u32 %d, %a;", 1, 0, 0, 31},
      {"ww", "clz.b32 %d, %a;", 0, 0, 0, 32},
      {"wl", "clz.b64 %d, %a;", 1, 0, 0, 63},
      {"ww", "popc.b32 %d, %a;", 0xf0f0, 0, 0, 8},
      {"ww", "brev.b32 %d, %a;", 1, 0, 0, top32},
      {"wwww", "prmt.b32 %d, %a, %b, %c;", 0x33221100, 0x77665544, 0x7531,
       0x77553311},
      // Bit 3 of a selector spreads the sign of the byte.
      {"wwww", "prmt.b32 %d, %a, %b, %c;", 0x80, 0, 0x1118, 0x000000ff},
      {"wwww", "prmt.b32.f4e %d, %a, %b, %c;", 0x33221100, 0x77665544, 1,
       0x44332211},
      {"wwww", "lop3.b32 %d, %a, %b, %c, 0x80;", 0xf, 0x6, 0x3, 2},
      {"wwww", "lop3.b32 %d, %a, %b, %c, 0x96;", 0xf, 0x6, 0x3, 0xa},
      {"ww", "cnot.b32 %d, %a;", 0, 0, 0, 1},
      {"www", "bmsk.clamp.b32 %d, %a, %b;", 4, 40, 0, 0xfffffff0},
      {"www", "szext.clamp.s32 %d, %a, %b;", 0x80, 8, 0, 0xffffff80},
  });
}

constexpr float inf = std::numeric_limits<float>::infinity();
constexpr uint64_t nan32 = 0x7fffffff;

TEST(Instructions, Float32) {
  uint64_t one = bitsOf(1.0f), tiny = bitsOf(0x1p-25f);
  uint64_t denormal = 1, least = bitsOf(0x1p-126f);
  check({
      {"www", "add.rn.f32 %d, %a, %b;", one, tiny, 0, one},
      {"www", "add.rp.f32 %d, %a, %b;", one, tiny, 0, one + 1},
      {"www", "add.rm.f32 %d, %a, %b;", one, tiny, 0, one},
      {"www", "add.rz.f32 %d, %a, %b;", one, bitsOf(-0x1p-30f), 0, one - 1},
      {"www", "add.ftz.f32 %d, %a, %b;", denormal, denormal, 0, 0},
      {"www", "add.f32 %d, %a, %b;", denormal, denormal, 0, 2},
      {"www", "mul.ftz.f32 %d, %a, %b;", least, bitsOf(-0.5f), 0, top32},
      {"www", "mul.f32 %d, %a, %b;", least, bitsOf(0.5f), 0, 0x400000},
      {"www", "sub.f32 %d, %a, %b;", bitsOf(inf), bitsOf(inf), 0, nan32},
      {"www", "add.sat.f32 %d, %a, %b;", one, one, 0, one},
      {"www", "add.sat.f32 %d, %a, %b;", nan32, one, 0, 0},
      // (1 + 2^-12)^2 - 1 - 2^-11 = 2^-24, which two roundings lose.
      {"wwww", "fma.rn.f32 %d, %a, %b, %c;", bitsOf(1 + 0x1p-12f),
       bitsOf(1 + 0x1p-12f), bitsOf(-1 - 0x1p-11f), bitsOf(0x1p-24f)},
      {"www", "div.rn.f32 %d, %a, %b;", one, bitsOf(3.0f), 0, 0x3eaaaaab},
      {"www", "div.rz.f32 %d, %a, %b;", one, bitsOf(3.0f), 0, 0x3eaaaaaa},
      {"ww", "sqrt.rn.f32 %d, %a;", bitsOf(2.0f), 0, 0, 0x3fb504f3},
      {"ww", "sqrt.rn.f32 %d, %a;", bitsOf(-1.0f), 0, 0, nan32},
      {"ww", "rcp.rn.f32 %d, %a;", top32, 0, 0, bitsOf(-inf)},
      {"www", "min.f32 %d, %a, %b;", 0, top32, 0, top32},
      {"www", "max.f32 %d, %a, %b;", top32, 0, 0, 0},
      {"www", "min.f32 %d, %a, %b;", nan32, one, 0, one},
      {"www", "min.NaN.f32 %d, %a, %b;", 0x7fc00001, one, 0, nan32},
      {"www", "max.xorsign.abs.f32 %d, %a, %b;", bitsOf(-3.0f), bitsOf(2.0f), 0,
       bitsOf(-3.0f)},
      {"www", "copysign.f32 %d, %a, %b;", top32, one, 0, bitsOf(-1.0f)},
      {"ww", "ex2.approx.f32 %d, %a;", bitsOf(3.0f), 0, 0, bitsOf(8.0f)},
      {"ww", "lg2.approx.f32 %d, %a;", top32, 0, 0, bitsOf(-inf)},
      {"ww", "rsqrt.approx.f32 %d, %a;", top32, 0, 0, bitsOf(-inf)},
      {"ww", "rcp.approx.ftz.f32 %d, %a;", bitsOf(0x1p127f), 0, 0, 0},
  });
}

TEST(Instructions, Float32OfSmallFloats) {
  uint64_t one = bitsOf(1.0f);
  // 1 + 2^-10, of which the float behind is half an ulp away, and its last
  // digit even.
  uint64_t digit = 0x3c01, sum = bitsOf(1 + 0x1p-10f), half = bitsOf(0x1p-24f);
  check({
      {"whw", "add.f32.f16 %d, %a, %b;", digit, half, 0, sum},
      {"whw", "add.rp.f32.f16 %d, %a, %b;", digit, half, 0, sum + 1},
      {"whw", "add.rn.f32.f16 %d, %a, %b;", 1, 0, 0, half},
      {"whw", "add.rn.f32.f16 %d, %a, %b;", 0x7e00, one, 0, nan32},
      {"whw", "add.sat.f32.bf16 %d, %a, %b;", 0x3fc0, one, 0, one},
      {"whw", "sub.rz.f32.bf16 %d, %a, %b;", 0x3f80, bitsOf(0x1p-30f), 0,
       one - 1},
      {"whw", "sub.f32.f16 %d, %a, %b;", 0xfc00, one, 0, bitsOf(-inf)},
      // (1 + 2^-10)^2 - 1 - 2^-9 = 2^-20, which a product of halves loses.
      {"whhw", "fma.rn.f32.f16 %d, %a, %b, %c;", digit, digit,
       bitsOf(-1 - 0x1p-9f), bitsOf(0x1p-20f)},
      {"whhw", "fma.rm.sat.f32.bf16 %d, %a, %b, %c;", 0xbf80, 0x3f80,
       bitsOf(0.5f), 0},
  });
}

TEST(Instructions, Float64) {
  uint64_t one = bitsOf(1.0);
  check({
      {"lll", "add.rp.f64 %d, %a, %b;", one, bitsOf(0x1p-60), 0, one + 1},
      {"lll", "div.rn.f64 %d, %a, %b;", one, bitsOf(3.0), 0,
       0x3fd5555555555555},
      {"llll", "fma.rn.f64 %d, %a, %b, %c;", bitsOf(1 + 0x1p-30),
       bitsOf(1 + 0x1p-30), bitsOf(-1 - 0x1p-29), bitsOf(0x1p-60)},
      {"ll", "rcp.approx.ftz.f64 %d, %a;", bitsOf(2.0), 0, 0, bitsOf(0.5)},
      // The upper half alone, unless it is without .ftz: 1 / 2.5.
      {"ll", "rsqrt.approx.ftz.f64 %d, %a;", bitsOf(6.25), 0, 0,
       0x3fd9999900000000},
      {"ll", "rsqrt.approx.f64 %d, %a;", bitsOf(6.25), 0, 0,
       0x3fd999999999999a},
      {"ll", "rsqrt.approx.f64 %d, %a;", top64, 0, 0,
       bitsOf(-double(INFINITY))},
      {"ll", "rsqrt.approx.f64 %d, %a;", bitsOf(0x1p-1072), 0, 0,
       bitsOf(0x1p536)},
      {"lll", "max.f64 %d, %a, %b;", top64, 0, 0, 0},
  });
}

TEST(Instructions, SmallFloats) {
  // f16: 1 is 0x3c00, the least subnormal 1, infinity 0x7c00.
  check({
      {"hhh", "add.rn.f16 %d, %a, %b;", 0x3c00, 0x3c00, 0, 0x4000},
      {"hhh", "add.rn.f16 %d, %a, %b;", 1, 1, 0, 2},
      {"hhh", "add.rn.ftz.f16 %d, %a, %b;", 1, 1, 0, 0},
      // 65504 + 16 is halfway to 65536, and overflows.
      {"hhh", "add.rn.f16 %d, %a, %b;", 0x7bff, 0x4c00, 0, 0x7c00},
      {"hhh", "mul.rn.f16 %d, %a, %b;", 0x7c00, 0, 0, 0x7fff},
      {"hhhh", "fma.rn.f16 %d, %a, %b, %c;", 0x3c01, 0x3c01, 0xbc02, 0x0010},
      {"hhhh", "fma.rn.relu.f16 %d, %a, %b, %c;", 0xbc00, 0x3c00, 0, 0},
      {"www", "add.rn.f16x2 %d, %a, %b;", 0x40003c00, 0x3c003c00, 0,
       0x42004000},
      // bf16: 1 + 1/256 is a tie to even.
      {"hhhh", "fma.rn.bf16 %d, %a, %b, %c;", 0x3f80, 0x3f80, 0x3b80, 0x3f80},
      {"hhh", "min.f16 %d, %a, %b;", 0x7e00, 0x3c00, 0, 0x3c00},
      {"hh", "neg.f16 %d, %a;", 0, 0, 0, 0x8000},
  });
}

TEST(Instructions, Convert) {
  check({
      {"ww", "cvt.rni.s32.f32 %d, %a;", bitsOf(2.5f), 0, 0, 2},
      {"ww", "cvt.rzi.s32.f32 %d, %a;", bitsOf(-2.9f), 0, 0, uint32_t(-2)},
      {"ww", "cvt.rmi.s32.f32 %d, %a;", bitsOf(-2.1f), 0, 0, uint32_t(-3)},
      {"ww", "cvt.rpi.s32.f32 %d, %a;", bitsOf(2.1f), 0, 0, 3},
      {"ww", "cvt.rzi.s32.f32 %d, %a;", bitsOf(1e10f), 0, 0, 0x7fffffff},
      {"ww", "cvt.rzi.u32.f32 %d, %a;", bitsOf(-1.0f), 0, 0, 0},
      {"ww", "cvt.rzi.s32.f32 %d, %a;", nan32, 0, 0, 0},
      {"lw", "cvt.rzi.s64.f32 %d, %a;", nan32, 0, 0, top64},
      {"wl", "cvt.rzi.s32.f64 %d, %a;", bitsOf(std::nan("")), 0, 0, top32},
      {"lw", "cvt.rzi.u64.f32 %d, %a;", bitsOf(0x1p63f), 0, 0, top64},
      // 2^24 + 1 is a tie, 2^24 + 3 rounds up.
      {"ww", "cvt.rn.f32.u32 %d, %a;", 0x1000001, 0, 0, bitsOf(0x1p24f)},
      {"ww", "cvt.rp.f32.u32 %d, %a;", 0x1000001, 0, 0, bitsOf(0x1.000002p24f)},
      // Just above a tie of f32: by way of double it would round down.
      {"wl", "cvt.rn.f32.u64 %d, %a;", 0x8000008000000001, 0, 0, 0x5f000001},
      {"hl", "cvt.rn.bf16.u64 %d, %a;", 0x8080000000000001, 0, 0, 0x5f01},
      {"wl", "cvt.rn.f32.f64 %d, %a;", bitsOf(1 + 0x1p-24), 0, 0, bitsOf(1.0f)},
      {"wl", "cvt.rp.f32.f64 %d, %a;", bitsOf(1 + 0x1p-24), 0, 0,
       bitsOf(1.0f) + 1},
      {"hw", "cvt.rn.f16.f32 %d, %a;", bitsOf(65519.0f), 0, 0, 0x7bff},
      {"hw", "cvt.rn.f16.f32 %d, %a;", bitsOf(65520.0f), 0, 0, 0x7c00},
      {"hw", "cvt.rz.f16.f32 %d, %a;", bitsOf(1e9f), 0, 0, 0x7bff},
      {"hw", "cvt.rn.f16.f32 %d, %a;", bitsOf(0x1p-25f), 0, 0, 0},
      {"hw", "cvt.rn.f16.f32 %d, %a;", bitsOf(0x1.8p-25f), 0, 0, 1},
      {"hl", "cvt.rn.f16.f64 %d, %a;", bitsOf(1 + 0x1p-11 + 0x1p-40), 0, 0,
       0x3c01},
      {"wh", "cvt.f32.f16 %d, %a;", 1, 0, 0, bitsOf(0x1p-24f)},
      {"wh", "cvt.f32.f16 %d, %a;", 0xfc00, 0, 0, bitsOf(-inf)},
      {"hw", "cvt.rn.bf16.f32 %d, %a;", 0x3f808000, 0, 0, 0x3f80},
      {"hw", "cvt.rn.bf16.f32 %d, %a;", 0x3f818000, 0, 0, 0x3f82},
      {"www", "cvt.rn.f16x2.f32 %d, %a, %b;", bitsOf(1.0f), bitsOf(2.0f), 0,
       0x3c004000},
      {"ww", "cvt.rmi.f32.f32 %d, %a;", bitsOf(-0.5f), 0, 0, bitsOf(-1.0f)},
      {"ww", "cvt.rpi.f32.f32 %d, %a;", bitsOf(-0.5f), 0, 0, top32},
      {"ww", "cvt.sat.f32.f32 %d, %a;", bitsOf(2.0f), 0, 0, bitsOf(1.0f)},
      {"ww", "cvt.s32.s8 %d, %a;", 0x180, 0, 0, 0xffffff80},
      {"ww", "cvt.u32.u8 %d, %a;", 0x1ff, 0, 0, 0xff},
      {"lw", "cvt.s64.s16 %d, %a;", 0x8000, 0, 0, 0xffffffffffff8000},
      {"ww", "cvt.sat.s8.s32 %d, %a;", 1000, 0, 0, 127},
      {"ww", "cvt.sat.u8.s32 %d, %a;", uint32_t(-5), 0, 0, 0},
      {"wl", "cvt.u32.u64 %d, %a;", 0x123456789, 0, 0, 0x23456789},
      {"ww", "cvt.rna.tf32.f32 %d, %a;", 0x3f801000, 0, 0, 0x3f802000},
      {"ww", "cvt.rna.tf32.f32 %d, %a;", 0xbf800fff, 0, 0, 0xbf800000},
      {"ww", "cvt.rna.tf32.f32 %d, %a;", 0x7f7fffff, 0, 0, 0x7f800000},
      {"ww", "cvt.rna.tf32.f32 %d, %a;", 0xff800000, 0, 0, 0xff800000},
      {"ww", "cvt.rna.tf32.f32 %d, %a;", 0xff800001, 0, 0, 0x7fffffff},
  });
}

// Ties go to the even neighbour: {input, result}.
TEST(Instructions, Tf32TiesToEven) {
  const std::vector<std::pair<uint32_t, uint32_t>> rows = {
      {0x3f801000, 0x3f800000}, {0x3f803000, 0x3f804000},
      {0x3f801001, 0x3f802000}, {0xbf802fff, 0xbf802000},
      {0x7f7fffff, 0x7f800000}, {0x7f800000, 0x7f800000},
      {0xffc00000, 0x7fffffff}, {0x80000001, 0x80000000}};
  for (auto [from, to] : rows) {
    Kernel kernel(".visible .entry k(.param .u64 p) {\n"
                  ".reg .b64 %p; .reg .b32 %d; .reg .f32 %a;\n"
                  "ld.param.u64 %p, [p]; ld.global.f32 %a, [%p];\n"
                  "cvt.rn.tf32.f32 %d, %a; st.global.b32 [%p], %d; ret; }\n",
                  ptxHeadFor("8.0", "sm_90"));
    uint64_t p = kernel.upload<uint32_t>({from});
    ASSERT_FALSE(kernel.run(1, 1, {p}));
    EXPECT_EQ(kernel.download<uint32_t>(p, 1)[0], to) << std::hex << from;
  }
}

TEST(Instructions, CompareAndSelect) {
  uint64_t one = bitsOf(1.0f);
  check({
      {"pww", "setp.lt.s32 %d, %a, %b;", 0xffffffff, 0, 0, 1},
      {"pww", "setp.lo.u32 %d, %a, %b;", 0xffffffff, 0, 0, 0},
      {"pww", "setp.ne.f32 %d, %a, %b;", nan32, one, 0, 0},
      {"pww", "setp.neu.f32 %d, %a, %b;", nan32, one, 0, 1},
      {"pww", "setp.geu.f32 %d, %a, %b;", nan32, one, 0, 1},
      {"pww", "setp.nan.f32 %d, %a, %b;", one, one, 0, 0},
      {"pww", "setp.eq.f32 %d, %a, %b;", 1, 2, 0, 0},
      {"pww", "setp.eq.ftz.f32 %d, %a, %b;", 1, 2, 0, 1},
      {"pwwp", "setp.eq.and.s32 %d, %a, %b, %c;", 3, 3, 0, 0},
      {"pwwp", "setp.eq.and.s32 %d, %a, %b, !%c;", 3, 3, 0, 1},
      // The second destination is `not t` joined with c, not the opposite.
      {"pwwp", "setp.eq.or.s32 %q|%d, %a, %b, %c;", 3, 3, 1, 1},
      {"pwwp", "setp.eq.and.s32 %q|%d, %a, %b, %c;", 3, 4, 0, 0},
      {"www", "set.gt.u32.s32 %d, %a, %b;", 5, 3, 0, 0xffffffff},
      {"www", "set.gt.f32.s32 %d, %a, %b;", 5, 3, 0, one},
      {"wwwp", "selp.b32 %d, %a, %b, %c;", 1, 2, 0, 2},
      {"wwww", "slct.u32.f32 %d, %a, %b, %c;", 1, 2, nan32, 2},
      {"wwww", "slct.u32.s32 %d, %a, %b, %c;", 1, 2, 0, 1},
      {"pw", "testp.subnormal.f32 %d, %a;", 1, 0, 0, 1},
      {"pw", "testp.normal.f32 %d, %a;", bitsOf(inf), 0, 0, 0},
      {"ppp", "xor.pred %d, %a, %b;", 1, 1, 0, 0},
      {"pp", "not.pred %d, %a;", 0, 0, 0, 1},
  });
}

TEST(Instructions, Move) {
  check({
      {"lww", "mov.b64 %d, {%a, %b};", 1, 2, 0, 0x200000001},
      {"wl", "{ .reg .b32 %x; mov.b64 {%x, %d}, %a; }", 0x200000001, 0, 0, 2},
      {"wl", "mov.b64 {_, %d}, %a;", 0x200000001, 0, 0, 2},
      {"whh", "mov.b32 %d, {%a, %b};", 1, 2, 0, 0x20001},
      {"w", "mov.f32 %d, 0f3F800000;", 0, 0, 0, bitsOf(1.0f)},
      {"l", "mov.f64 %d, 0d3FF0000000000000;", 0, 0, 0, bitsOf(1.0)},
      {"w", "mov.u32 %d, WARP_SZ;", 0, 0, 0, 32},
      {"w", "mov.s32 %d, -1;", 0, 0, 0, 0xffffffff},
  });
}

TEST(Instructions, AGuardKeepsTheOldValue) {
  check({
      {"wwwp", "mov.b32 %d, %b; @%c mov.b32 %d, %a;", 1, 2, 0, 2},
      {"wwwp", "mov.b32 %d, %b; @!%c mov.b32 %d, %a;", 1, 2, 0, 1},
      // What is switched off must not fault.
      {"wlwp", "mov.b32 %d, %b; @%c ld.global.b32 %d, [%a];", 0, 7, 0, 7},
  });
}

} // namespace
