//===- WgmmaTest.cpp - matrix products of four warps ----------------------===//
//
// The matrices are laid out here by the rules of the PTX manual, group of 16
// bytes by group, and the expected products computed in double from numbers for
// which every order of the additions is exact.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include <cmath>
#include <random>

using namespace theano::sim;

namespace {

const std::string head90a = ptxHeadFor("8.4", "sm_90a");
constexpr unsigned threads = 128, sharedBytes = 40960;

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

/// A matrix in shared memory. `width` is that of the swizzle, 16 for none.
struct Layout {
  unsigned width = 128;
  bool transposed = false;
  unsigned start = 0, leading = 0, stride = 1024;

  uint64_t descriptor() const {
    uint64_t mode = width == 128 ? 1 : width == 64 ? 2 : width == 32 ? 3 : 0;
    return mode << 62 | uint64_t(stride / 16) << 32 |
           uint64_t(leading / 16) << 16 | start / 16;
  }
  /// Where byte `byte` of line `line` along K is.
  unsigned alongK(unsigned line, unsigned byte) const {
    unsigned r = line % 8, group = byte / 16, at = start + line / 8 * stride;
    if (width == 16)
      return at + group * leading + r * 16 + byte % 16;
    // Eight, four or two rows stand in a line of 128 bytes with another xor.
    unsigned flip = r * width / 128;
    return at + r * width + (group ^ flip) * 16 + byte % 16;
  }
  /// Where the 16-bit element (line, k) is when lines follow each other.
  unsigned alongLines(unsigned line, unsigned k) const {
    unsigned perRow = width / 2, r = k % 8;
    if (width == 16)
      return start + k / 8 * leading + line / 8 * stride + r * 16 +
             line % 8 * 2;
    unsigned group = line % perRow / 8, flip = r * width / 128;
    return start + k / 8 * stride + line / perRow * leading + r * width +
           (group ^ flip) * 16 + line % 8 * 2;
  }
};

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// The bits of a small integer as a float with so many bits of each kind.
uint32_t floatBits(int value, int exponentBits, int mantissaBits) {
  if (value == 0)
    return 0;
  int magnitude = std::abs(value), exponent = std::ilogb(magnitude);
  int bias = (1 << (exponentBits - 1)) - 1;
  auto digits =
      static_cast<uint32_t>(std::ldexp(magnitude, mantissaBits - exponent) -
                            std::ldexp(1, mantissaBits));
  return uint32_t(value < 0) << (exponentBits + mantissaBits) |
         uint32_t(exponent + bias) << mantissaBits | digits;
}
using Encoder = uint32_t (*)(int value);
uint32_t f16(int x) { return floatBits(x, 5, 10); }
uint32_t bf16(int x) { return floatBits(x, 8, 7); }
uint32_t f32(int x) { return floatBits(x, 8, 23); }
uint32_t e4m3(int x) { return floatBits(x, 4, 3); }
uint32_t e5m2(int x) { return floatBits(x, 5, 2); }
uint32_t s8(int x) { return static_cast<uint8_t>(x); }
uint32_t s32(int x) { return static_cast<uint32_t>(x); }

/// D = sign * A * B + D by `instruction`, which has `operands` at its end.
struct Product {
  std::string instruction;
  unsigned n = 8, depth = 16, bits = 16;
  Encoder a = &f16, b = &f16, d = &f32;
  unsigned sumBits = 32;
  std::string operands = "%q, 1, 1, 0, 0";
  Layout aLayout = {}, bLayout = {128, false, 16384, 0, 1024};
  bool inRegisters = false, adds = true;
  int sign = 1, least = -4, most = 4;
  int aMost = 4; ///< of A, where it differs
};

std::string braces(const std::string &name, unsigned count) {
  std::string text;
  for (unsigned i = 0; i < count; ++i)
    text += (i ? ", %" : "{%") + name + std::to_string(i);
  return text + "}";
}

/// The text of a kernel of four warps that copies `image` to shared memory,
/// runs `body` on %d and %r, and stores %d. %da and %db are the descriptors, %q
/// whether D counts.
std::string entry(const std::string &body, unsigned sums, bool isFloat = true,
                  const std::string &behind = "") {
  std::string type = isFloat ? "f32" : "b32";
  std::string text =
      ".visible .entry k(.param .u64 image, .param .u64 a, .param .u64 b, "
      ".param .u64 c, .param .u64 ra, .param .u64 adds) {\n"
      ".reg .b64 %p, %da, %db, %c, %ra, %u; .reg .b32 %t, %x, %w<4>, %r<4>; "
      ".reg ." +
      type + " %d<" + std::to_string(sums) +
      ">; .reg .pred %q, %l, %z;\n"
      ".shared .align 1024 .b8 s[40960];\n"
      "ld.param.u64 %p, [image]; ld.param.u64 %da, [a]; ld.param.u64 %db, "
      "[b]; ld.param.u64 %c, [c]; ld.param.u64 %ra, [ra]; ld.param.u64 %u, "
      "[adds];\n"
      "setp.ne.u64 %q, %u, 0; mov.u32 %t, %tid.x; setp.eq.u32 %z, %t, 0;\n"
      "mul.lo.u32 %x, %t, 16; mad.wide.u32 %p, %t, 16, %p;\n"
      "COPY: ld.global.v4.b32 {%w0, %w1, %w2, %w3}, [%p];\n"
      "st.shared.v4.b32 [%x], {%w0, %w1, %w2, %w3};\n"
      "add.u32 %x, %x, 2048; add.u64 %p, %p, 2048; setp.lt.u32 %l, %x, 40960; "
      "@%l bra COPY;\n"
      "mad.wide.u32 %c, %t, " +
      std::to_string(4 * sums) +
      ", %c; mad.wide.u32 %ra, %t, 16, %ra;\n"
      "ld.global.v4.b32 " +
      braces("r", 4) + ", [%ra];\n";
  for (unsigned i = 0; i < sums; ++i)
    text += "ld.global." + type + " %d" + std::to_string(i) + ", [%c+" +
            std::to_string(4 * i) + "];\n";
  text += "fence.proxy.async.shared::cta; bar.sync 0;\n" + body;
  for (unsigned i = 0; i < sums; ++i)
    text += "st.global." + type + " [%c+" + std::to_string(4 * i) + "], %d" +
            std::to_string(i) + ";\n";
  return text + behind + "ret;\n}\n";
}
/// Where the body starts.
uint32_t bodyLine(unsigned sums) { return 16 + sums; }

const std::string fence = "wgmma.fence.sync.aligned;\n";
const std::string finish = "wgmma.commit_group.sync.aligned;\n"
                           "wgmma.wait_group.sync.aligned 0;\n";

void expectProduct(const Product &how) {
  SCOPED_TRACE(how.instruction + " of " + std::to_string(how.aLayout.width) +
               " and " + std::to_string(how.bLayout.width) + " bytes");
  std::mt19937 random(7);
  auto matrix = [&](unsigned lines, unsigned columns, int most) {
    std::vector<std::vector<int>> made(lines, std::vector<int>(columns));
    for (std::vector<int> &line : made)
      for (int &value : line)
        value = how.bits == 1
                    ? int(random() % 2)
                    : how.least + int(random() % (most - how.least + 1));
    return made;
  };
  auto a = matrix(64, how.depth, how.aMost),
       b = matrix(how.n, how.depth, how.most);
  auto d = matrix(64, how.n, 50);

  std::vector<uint8_t> image(sharedBytes);
  auto put = [&](const Layout &layout, unsigned line, unsigned k,
                 uint32_t bits) {
    if (layout.transposed) {
      std::memcpy(&image[layout.alongLines(line, k)], &bits, 2);
      return;
    }
    unsigned at = layout.alongK(line, k * how.bits / 8);
    if (how.bits == 1)
      image[at] |= bits << k % 8;
    else
      std::memcpy(&image[at], &bits, how.bits / 8);
  };
  auto encodeBit = [&](Encoder encode, int value) {
    return how.bits == 1 ? uint32_t(value) : encode(value);
  };
  std::vector<uint32_t> registers(threads * 4);
  unsigned perWord = 32 / how.bits;
  for (unsigned k = 0; k < how.depth; ++k) {
    for (unsigned m = 0; m < 64; ++m) {
      uint32_t bits = encodeBit(how.a, a[m][k]);
      if (!how.inRegisters) {
        put(how.aLayout, m, k, bits);
        continue;
      }
      // As in mma.sync: rows g and g + 8, words q and q + 4 of a row.
      unsigned warp = m / 16, g = m % 8, word = k / perWord;
      unsigned lane = g * 4 + word % 4, reg = m / 8 % 2 + 2 * (word / 4);
      registers[(warp * 32 + lane) * 4 + reg] |= bits << k % perWord * how.bits;
    }
    for (unsigned n = 0; n < how.n; ++n)
      put(how.bLayout, n, k, encodeBit(how.b, b[n][k]));
  }
  unsigned perSum = 32 / how.sumBits, sums = how.n / 2 / perSum;
  std::vector<uint32_t> start(threads * sums), expected(threads * sums);
  for (unsigned m = 0; m < 64; ++m)
    for (unsigned n = 0; n < how.n; ++n) {
      int sum = 0;
      for (unsigned k = 0; k < how.depth; ++k)
        sum += a[m][k] * b[n][k];
      // Columns 2q and 2q + 1 of rows g and g + 8, then the next eight columns.
      unsigned thread = m / 16 * 32 + m % 8 * 4 + n % 8 / 2;
      unsigned i = n / 8 * 4 + m / 8 % 2 * 2 + n % 2;
      size_t at = thread * sums + i / perSum;
      unsigned shift = i % perSum * how.sumBits;
      start[at] |= how.d(d[m][n]) << shift;
      expected[at] |= how.d(how.sign * sum + (how.adds ? d[m][n] : 0)) << shift;
    }

  const std::string text =
      entry(fence + how.instruction + " " + braces("d", sums) + ", " +
                (how.inRegisters ? braces("r", 4) : "%da") + ", %db, " +
                how.operands + ";\n" + finish,
            sums, how.d == &f32);
  for (bool checks : {false, true}) {
    Kernel kernel(text, head90a);
    kernel.options.deepChecks = checks;
    kernel.options.seed = checks;
    kernel.memory.trackWrites(checks);
    uint64_t c = kernel.upload(start);
    std::optional<Fault> fault = kernel.run(
        1, threads,
        {kernel.upload(image), how.aLayout.descriptor(),
         how.bLayout.descriptor(), c, kernel.upload(registers), how.adds});
    ASSERT_FALSE(fault) << fault->text();
    EXPECT_EQ(kernel.download<uint32_t>(c, start.size()), expected);
  }
}

std::string nameOf(unsigned n, const std::string &rest) {
  return "wgmma.mma_async.sync.aligned.m64n" + std::to_string(n) + rest;
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

TEST(Wgmma, Swizzles) {
  Product how;
  for (unsigned n : {8u, 24u, 64u}) {
    how.n = n;
    how.instruction = nameOf(n, "k16.f32.f16.f16");
    for (unsigned width : {128u, 64u, 32u}) {
      how.aLayout = {width, false, 0, 0, width * 8};
      how.bLayout = {width, false, 16384, 0, width * 8};
      expectProduct(how);
    }
    // Groups of eight rows need not follow each other.
    how.aLayout = {128, false, 0, 0, 2048};
    how.bLayout = {64, false, 16384, 0, 1024};
    expectProduct(how);
    how.aLayout = {16, false, 64, 2048, 256};
    how.bLayout = {16, false, 16400, 128, 272};
    expectProduct(how);
  }
}

// The second, third and fourth 32 bytes of rows of 128: only the start moves.
TEST(Wgmma, StepsAlongK) {
  for (unsigned step : {1u, 2u, 3u}) {
    std::mt19937 random(step);
    Layout layout;
    std::vector<uint8_t> image(sharedBytes);
    std::vector<uint32_t> expected(threads * 4);
    int a[64][16], b[8][16];
    for (unsigned k = 0; k < 16; ++k) {
      auto put = [&](unsigned start, unsigned line) {
        int value = int(random() % 9) - 4;
        uint32_t bits = f16(value);
        std::memcpy(&image[start + layout.alongK(line, step * 32 + 2 * k)],
                    &bits, 2);
        return value;
      };
      for (unsigned m = 0; m < 64; ++m)
        a[m][k] = put(0, m);
      for (unsigned n = 0; n < 8; ++n)
        b[n][k] = put(16384, n);
    }
    for (unsigned m = 0; m < 64; ++m)
      for (unsigned n = 0; n < 8; ++n) {
        int sum = 0;
        for (unsigned k = 0; k < 16; ++k)
          sum += a[m][k] * b[n][k];
        expected[(m / 16 * 32 + m % 8 * 4 + n / 2) * 4 + m / 8 % 2 * 2 +
                 n % 2] = f32(sum);
      }
    Kernel kernel(entry(fence + nameOf(8, "k16.f32.f16.f16") + " " +
                            braces("d", 4) + ", %da, %db, %q, 1, 1, 0, 0;\n" +
                            finish,
                        4),
                  head90a);
    uint64_t c = kernel.upload(std::vector<uint32_t>(threads * 4));
    Layout second = layout;
    second.start = 16384;
    std::optional<Fault> fault =
        kernel.run(1, threads,
                   {kernel.upload(image), layout.descriptor() + 2 * step,
                    second.descriptor() + 2 * step, c,
                    kernel.upload(std::vector<uint32_t>(threads * 4)), 0});
    ASSERT_FALSE(fault) << fault->text();
    EXPECT_EQ(kernel.download<uint32_t>(c, expected.size()), expected);
  }
}

TEST(Wgmma, TransposedMatrices) {
  Product how;
  how.n = 128;
  how.instruction = nameOf(128, "k16.f32.bf16.bf16");
  how.a = how.b = &bf16;
  how.operands = "%q, 1, 1, 1, 1";
  for (unsigned width : {128u, 64u, 32u}) {
    // 16 rows of K, and one tile as wide as the swizzle behind the other.
    how.aLayout = {width, true, 0, width * 16, width * 8};
    how.bLayout = {width, true, 16384, width * 16, width * 8};
    expectProduct(how);
  }
  how.aLayout = {16, true, 0, 1024, 128};
  how.bLayout = {16, true, 16384, 128, 256};
  expectProduct(how);
  how.operands = "%q, 1, 1, 0, 1";
  how.aLayout = {};
  expectProduct(how);
}

TEST(Wgmma, AInRegisters) {
  Product how;
  how.inRegisters = true;
  how.n = 32;
  how.instruction = nameOf(32, "k16.f32.f16.f16");
  how.operands = "%q, 1, 1, 0";
  expectProduct(how);
  how.operands = "%q, 1, 1, 1";
  how.bLayout = {64, true, 16384, 1024, 512};
  expectProduct(how);
}

TEST(Wgmma, SignsAndWhetherDCounts) {
  Product how;
  how.instruction = nameOf(8, "k16.f32.f16.f16");
  for (auto [operands, sign] :
       {std::pair("%q, -1, 1, 0, 0", -1), std::pair("%q, 1, -1, 0, 0", -1),
        std::pair("%q, -1, -1, 0, 0", 1)}) {
    how.operands = operands;
    how.sign = sign;
    expectProduct(how);
  }
  how.adds = false;
  expectProduct(how);
  how.operands = "!%q, 1, 1, 0, 0";
  how.sign = 1;
  Product negated = how;
  negated.adds = false;
  negated.operands = "0, 1, 1, 0, 0";
  expectProduct(negated);
}

TEST(Wgmma, HalfSums) {
  Product how;
  how.d = &f16;
  how.sumBits = 16;
  how.n = 16;
  how.instruction = nameOf(16, "k16.f16.f16.f16");
  expectProduct(how);
  how.bits = 8;
  how.depth = 32;
  how.a = &e4m3;
  how.b = &e5m2;
  how.operands = "%q, 1, 1";
  how.instruction = nameOf(16, "k32.f16.e4m3.e5m2");
  expectProduct(how);
}

TEST(Wgmma, OtherKindsOfElements) {
  Product how;
  how.n = 16;
  how.operands = "%q, 1, 1";
  how.depth = 8;
  how.bits = 32;
  how.a = how.b = &f32;
  how.instruction = nameOf(16, "k8.f32.tf32.tf32");
  expectProduct(how);
  how.inRegisters = true;
  expectProduct(how);
  how.depth = 32;
  how.bits = 8;
  how.a = &e5m2;
  how.b = &e4m3;
  how.instruction = nameOf(16, "k32.f32.e5m2.e4m3");
  expectProduct(how);
  how.inRegisters = false;
  expectProduct(how);
}

TEST(Wgmma, Integers) {
  Product how;
  how.n = 48;
  how.operands = "%q";
  how.depth = 32;
  how.bits = 8;
  how.a = how.b = &s8;
  how.d = &s32;
  how.least = -100;
  how.aMost = how.most = 100;
  how.instruction = nameOf(48, "k32.s32.s8.s8");
  expectProduct(how);
  how.least = 0;
  how.aMost = 255;
  how.instruction = nameOf(48, "k32.s32.u8.s8");
  expectProduct(how);
  how.instruction = nameOf(48, "k32.s32.u8.s8.satfinite");
  expectProduct(how);
  how.inRegisters = true;
  expectProduct(how);
  how.depth = 256;
  how.bits = 1;
  how.instruction = nameOf(48, "k256.s32.b1.b1.and.popc");
  expectProduct(how);
  how.inRegisters = false;
  expectProduct(how);
}

// Two warpgroups multiply, each for itself; a third has too few warps.
TEST(Wgmma, SeveralWarpgroups) {
  std::vector<uint8_t> image(sharedBytes);
  Layout a, b;
  b.start = 16384;
  for (unsigned k = 0; k < 16; ++k) {
    uint32_t one = f16(1), two = f16(2);
    for (unsigned line = 0; line < 64; ++line)
      std::memcpy(&image[a.alongK(line, 2 * k)], &one, 2);
    for (unsigned line = 0; line < 8; ++line)
      std::memcpy(&image[b.alongK(line, 2 * k)], &two, 2);
  }
  const std::string body = fence + nameOf(8, "k16.f32.f16.f16") + " " +
                           braces("d", 4) + ", %da, %db, %q, 1, 1, 0, 0;\n" +
                           finish;
  for (unsigned count : {256u, 352u}) {
    Kernel kernel(entry(body, 4), head90a);
    kernel.options.deepChecks = true;
    std::vector<uint32_t> start(count * 4);
    uint64_t c = kernel.upload(start);
    std::optional<Fault> fault =
        kernel.run(1, count,
                   {kernel.upload(image), a.descriptor(), b.descriptor(), c,
                    kernel.upload(start), 0});
    ASSERT_EQ(fault.has_value(), count == 352) << fault->text();
    if (!fault) {
      EXPECT_EQ(kernel.download<uint32_t>(c, start.size()),
                std::vector<uint32_t>(start.size(), f32(32)));
    }
  }
}

// 256 columns: 128 registers of results.
TEST(Wgmma, TheLargest) {
  Product how;
  how.n = 256;
  how.aLayout = {32, false, 32768, 0, 256};
  how.bLayout = {128, false, 0, 0, 1024};
  how.instruction = nameOf(256, "k16.f32.f16.f16");
  expectProduct(how);
}

//===----------------------------------------------------------------------===//
// What is found
//===----------------------------------------------------------------------===//

const std::string product = nameOf(8, "k16.f32.f16.f16") + " " +
                            braces("d", 4) + ", %da, %db, %q, 1, 1, 0, 0;\n";

std::optional<Fault> run(const std::string &body, bool checks = false,
                         Layout a = {}, unsigned count = threads,
                         const std::string &behind = "",
                         uint64_t limit = 1'000'000) {
  Kernel kernel(entry(body, 4, true, behind), head90a);
  kernel.options.instructionLimit = limit;
  kernel.options.deepChecks = checks;
  kernel.memory.trackWrites(checks);
  Layout b = {};
  b.start = 16384;
  return kernel.run(1, count,
                    {kernel.upload(std::vector<uint8_t>(sharedBytes)),
                     a.descriptor(), b.descriptor(),
                     kernel.upload(std::vector<uint32_t>(threads * 4)),
                     kernel.upload(std::vector<uint32_t>(threads * 4)), 1});
}
void expectFound(const std::optional<Fault> &fault, const std::string &what,
                 uint32_t line) {
  ASSERT_TRUE(fault) << "nothing was found";
  EXPECT_NE(fault->message.find(what), std::string::npos) << fault->message;
  EXPECT_EQ(fault->ptxLine, bodyLine(4) + line) << fault->text();
}

TEST(Wgmma, AllFourWarpsTakePart) {
  EXPECT_FALSE(run(fence + product + finish));
  expectFound(run(fence + product + finish, false, {}, 96),
              "the block has not all, with 96 threads", 1);
  expectFound(
      run("setp.lt.u32 %l, %t, 96;\n" + fence + "@%l " + product + finish),
      "warp 3 of the warpgroup does not execute the instruction", 2);
  expectFound(
      run("setp.lt.u32 %l, %t, 112;\n" + fence + "@%l " + product + finish),
      "deadlock: 0 threads wait at a barrier and 32 for other lanes of "
      "their warp, 96 for other warps of their warpgroup",
      4);
  // One warp executes another product than the others.
  expectFound(run("setp.lt.u32 %l, %t, 32;\n" + fence + "@%l bra A;\n" +
                  product + "bra B;\nA:\n" + product + "B:\n" + finish),
              "the warps of a warpgroup execute different products", 6);
  expectFound(run("setp.lt.u32 %l, %t, 32;\n@%l add.u64 %db, %db, 64;\n" +
                  fence + product + finish),
              "the warps of a warpgroup pass different matrix descriptors", 3);
  expectFound(run("@%z add.u64 %db, %db, 64;\n" + fence + product + finish),
              "the lanes of a warp pass different matrix descriptors", 2);
  expectFound(run("setp.lt.u32 %q, %t, 8;\n" + fence + product + finish),
              "different predicates", 2);
  // Here by whole warps.
  expectFound(run("setp.lt.u32 %q, %t, 32;\n" + fence + product + finish),
              "the warps of a warpgroup pass different predicates", 2);
}

TEST(Wgmma, ABlockDoesNotEndBeforeItsProducts) {
  const std::string commit = "wgmma.commit_group.sync.aligned;\n";
  const std::string wait = "wgmma.wait_group.sync.aligned ";
  const std::string what = "ended block: nobody has waited for the product";
  expectFound(run(fence + product + commit + "exit;\n", true), what, 1);
  expectFound(run(fence + product + "exit;\n", true), what, 1);
  // Not in a group that is waited for.
  expectFound(run(fence + product + wait + "0;\nexit;\n", true), what, 1);
  expectFound(
      run(fence + product + commit + product + commit + wait + "1;\nexit;\n",
          true),
      what, 3);
  // Three warps wait, and one does not.
  expectFound(run("setp.ge.u32 %l, %t, 96;\n" + fence + product + commit +
                      "@%l exit;\n" + wait + "0;\nexit;\n",
                  true),
              what, 2);
  EXPECT_FALSE(run(fence + product + finish + "exit;\n", true));
  EXPECT_FALSE(run(fence + product + commit + product + commit + wait + "1;\n" +
                       wait + "0;\nexit;\n",
                   true));
}

TEST(Wgmma, MatricesLieInSharedMemory) {
  Layout far;
  far.start = sharedBytes - 1024;
  expectFound(run(fence + product + finish, false, far),
              "out of bounds: read of 16 bytes at shared address 0x", 1);
}

TEST(Wgmma, ResultsAreWaitedFor) {
  const std::string commit = "wgmma.commit_group.sync.aligned;\n";
  const std::string wait = "wgmma.wait_group.sync.aligned ";
  auto found = [&](const std::string &body) { return run(body, true); };
  const std::string use = "add.f32 %d0, %d0, %d1;\n";
  const std::string what = "a register is used before wgmma.wait_group";
  EXPECT_FALSE(found(fence + product + finish + use));
  expectFound(found(fence + product + commit + use), what, 3);
  expectFound(found(fence + product + commit + wait + "1;\n" + use), what, 4);
  // No group has it.
  expectFound(found(fence + product + wait + "0;\n" + use), what, 3);
  // Stores are uses, too.
  expectFound(found(fence + product + commit), what, 3);
  // A product may follow a product, and a copy is what it is of.
  EXPECT_FALSE(found(fence + product + product + finish + use));
  EXPECT_FALSE(found(fence + product + "mov.f32 %d0, %d0;\n" + finish + use));
  expectFound(found(fence + product + "mov.f32 %d0, 0f00000000;\n" + finish),
              what, 2);
  // What is no result does not come over one, in whichever lanes.
  const std::string other = ".reg .f32 %e; mov.f32 %e, 0f00000000;\n";
  expectFound(found(other + fence + product + "mov.f32 %d0, %e;\n" + finish),
              what, 3);
  const std::string some = "setp.lt.u32 %q, %t, 4;\n@%q ";
  expectFound(
      found(other + fence + product + some + "mov.f32 %d0, %e;\n" + finish),
      what, 4);
  EXPECT_FALSE(found(other + fence + product + some + "mov.f32 %e, %d0;\n" +
                     "@!%q add.f32 %e, %e, %e;\n" + finish));
  expectFound(found(other + fence + product + some + "mov.f32 %e, %d0;\n" +
                    "@%q add.f32 %e, %e, %e;\n" + finish),
              what, 5);
  // The last of three groups is not waited for.
  expectFound(found(fence + product + commit + product + commit + product +
                    commit + wait + "1;\n" + use),
              what, 8);
  // Registers of A may be read, but not written.
  const std::string byRegisters = nameOf(8, "k16.f32.f16.f16") + " " +
                                  braces("d", 4) + ", " + braces("r", 4) +
                                  ", %db, %q, 1, 1, 0;\n";
  EXPECT_FALSE(found(fence + byRegisters + "add.u32 %x, %r0, 1;\n" + finish));
  expectFound(found(fence + byRegisters + "add.u32 %r0, %x, 1;\n" + finish),
              "a register is written before", 2);
}

TEST(Wgmma, TheWatchdogCountsWhatAProductStandsFor) {
  // A thousand products of 64 x 8 x 16, 64 instructions of a warp each.
  const std::string loop = "mov.u32 %x, 0;\nagain:\n" + fence + product +
                           finish +
                           "add.u32 %x, %x, 1; setp.lt.u32 %l, %x, 1000;\n"
                           "@%l bra again;\n";
  std::optional<Fault> fault = run(loop, false, {}, threads, "", 200'000);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->result, theano::cuda::Result::LaunchTimeout);
  EXPECT_FALSE(run(loop));
}

TEST(Wgmma, AFenceComesFirst) {
  EXPECT_FALSE(run(product + finish));
  expectFound(run(product + finish, true), "no wgmma.fence comes before", 0);
}

TEST(Wgmma, MemoryStaysUntilTheWait) {
  const std::string change = "bar.sync 0;\n@%z st.shared.b32 [s+16400], 1;\n";
  EXPECT_FALSE(run(fence + product + finish + change, true));
  // The thread that changes it may be of any warp.
  expectFound(run(fence + product + change + "bar.sync 0;\n" + finish, true),
              "the 16 bytes at shared address 0x4010 have changed", 1);
}

TEST(Wgmma, UnwrittenMemory) {
  // Beyond what has been copied there is some that the launch adds.
  Kernel kernel(".visible .entry k(.param .u64 a) {\n.reg .b64 %a; .reg .f32 "
                "%d<4>;\n.shared .align 1024 .b8 s[16384];\n"
                "ld.param.u64 %a, [a];\n" +
                    fence + nameOf(8, "k16.f32.f16.f16") + " " +
                    braces("d", 4) + ", %a, %a, 0, 1, 1, 0, 0;\n" + finish +
                    "ret;\n}\n",
                head90a);
  kernel.options.deepChecks = true;
  std::optional<Fault> fault = kernel.run(1, threads, {Layout().descriptor()});
  ASSERT_TRUE(fault);
  EXPECT_TRUE(fault->message.starts_with("unwritten memory: read of 16 bytes"))
      << fault->message;
  EXPECT_EQ(fault->ptxLine, 9u);
}

// One thread of the four warps tells the one that fills the memory again when
// it has waited. The others may be as late as they like.
TEST(Wgmma, AWaitIsOneForAllWarps) {
  std::vector<uint8_t> image(sharedBytes);
  Layout a, b;
  b.start = 16384;
  for (unsigned k = 0; k < 16; ++k) {
    uint32_t one = f16(1);
    for (unsigned line = 0; line < 64; ++line)
      std::memcpy(&image[a.alongK(line, 2 * k)], &one, 2);
    for (unsigned line = 0; line < 8; ++line)
      std::memcpy(&image[b.alongK(line, 2 * k)], &one, 2);
  }
  // Warp 4 waits for thread 0 at the mbarrier and overwrites B.
  const std::string body =
      ".shared .align 8 .b64 bar;\n@%z mbarrier.init.shared.b64 [bar], 1;\n"
      "bar.sync 0;\nsetp.ge.u32 %l, %t, 128; @%l bra FILL;\n" +
      fence + product + finish +
      "@%z mbarrier.arrive.shared.b64 _, [bar];\nbra END;\nFILL:\n"
      "W: mbarrier.try_wait.parity.shared.b64 %l, [bar], 0;\n@!%l bra W;\n"
      "mul.lo.u32 %x, %t, 16; add.u32 %x, %x, 14336;\n"
      "st.shared.v4.b32 [%x], {%t, %t, %t, %t};\n"
      "add.u32 %x, %x, 512; st.shared.v4.b32 [%x], {%t, %t, %t, %t};\nEND:\n";
  for (bool checks : {false, true})
    for (uint64_t seed = 0; seed < 8; ++seed) {
      Kernel kernel(entry(body, 4), head90a);
      kernel.options.deepChecks = checks;
      kernel.options.seed = seed;
      std::vector<uint32_t> start(160 * 4);
      uint64_t c = kernel.upload(start);
      std::optional<Fault> fault =
          kernel.run(1, 160,
                     {kernel.upload(image), a.descriptor(), b.descriptor(), c,
                      kernel.upload(start), 0});
      ASSERT_FALSE(fault) << fault->text();
      start.assign(threads * 4, f32(16));
      EXPECT_EQ(kernel.download<uint32_t>(c, start.size()), start) << seed;
    }
}

//===----------------------------------------------------------------------===//
// Counters
//===----------------------------------------------------------------------===//

// A: 128 groups of 16 bytes, 16 a wavefront of 8 lanes; B: 16 groups, once.
// With a swizzle no phase conflicts; rows 128 bytes apart without one all do.
TEST(Wgmma, Counters) {
  auto counts = [](Layout layout) {
    Kernel kernel(entry(fence + product + finish, 4), head90a);
    kernel.options.count = true;
    Layout b = layout;
    b.start = 16384;
    std::optional<Fault> fault = kernel.run(
        1, threads,
        {kernel.upload(std::vector<uint8_t>(sharedBytes)), layout.descriptor(),
         b.descriptor(), kernel.upload(std::vector<uint32_t>(threads * 4)),
         kernel.upload(std::vector<uint32_t>(threads * 4)), 1});
    EXPECT_FALSE(fault) << fault->text();
    OpCounts sum;
    for (size_t pc = 0; pc < kernel.image->code.size(); ++pc)
      if (const Instruction *from = kernel.image->info[pc].instruction;
          from && from->opcode == "wgmma" && from->operands.size() == 8)
        sum += kernel.counters->ops()[pc];
    return std::vector<uint64_t>{sum.warps, sum.wavefronts,
                                 sum.idealWavefronts};
  };
  EXPECT_EQ(counts({}), (std::vector<uint64_t>{4, 18, 18}));
  EXPECT_EQ(counts({16, false, 0, 128, 256}),
            (std::vector<uint64_t>{4, 18, 18}));
}

//===----------------------------------------------------------------------===//
// What is refused
//===----------------------------------------------------------------------===//

TEST(Wgmma, Refusals) {
  auto logOf = [](const std::string &body, const std::string &head = head90a) {
    return Kernel(entry(body, 4), head).log();
  };
  auto expectLog = [](const std::string &log, const std::string &what) {
    EXPECT_NE(log.find(what), std::string::npos) << log;
  };
  for (const char *target : {"sm_90", "sm_80", "sm_100a"}) {
    std::string head = ptxHeadFor("8.6", target);
    expectLog(logOf(product, head), "requires .target sm_90a");
    expectLog(logOf(fence, head),
              "'wgmma.fence.sync.aligned' requires .target");
    expectLog(logOf(finish, head), "requires .target sm_90a");
  }
  expectLog(logOf(product, ptxHeadFor("7.8", "sm_90a")),
            "requires PTX ISA .version 8.0");
  const std::string front =
      nameOf(8, "k16.f32.f16.f16") + " " + braces("d", 4) + ", ";
  expectLog(logOf(front + "%da, %db, %q, 2, 1, 0, 0;"), "expected 1 or -1");
  expectLog(logOf(front + "%da, %db, %q, 1, 1, 2, 0;"), "expected 0 or 1");
  expectLog(logOf(front + "%da, %db, %q, 1, 1, 0;"), "expected 8 operands");
  expectLog(logOf(front + braces("r", 4) + ", %db, %q, 1, 1, 0, 0;"),
            "expected 7 operands");
  expectLog(logOf(front + "%da, %db, %t, 1, 1, 0, 0;"), "expected a predicate");
  expectLog(logOf(front + "%x, %db, %q, 1, 1, 0, 0;"), "of type .b64");
  expectLog(logOf(nameOf(16, "k16.f32.f16.f16") + " " + braces("d", 4) +
                  ", %da, %db, %q, 1, 1, 0, 0;"),
            "expected 8 registers in braces");
  expectLog(logOf(nameOf(12, "k16.f32.f16.f16") + " " + braces("d", 4) +
                  ", %da, %db, %q, 1, 1, 0, 0;"),
            "'.m64n12k16' does not fit there");
  // Of integers not every shape is there, nor are types mixed in PTX 8.0.
  expectLog(Kernel(entry(nameOf(40, "k32.s32.s8.s8") + " " + braces("d", 20) +
                             ", %da, %db, %q;",
                         20, false),
                   head90a)
                .log(),
            "'.s32' does not fit there");
  expectLog(Kernel(entry(nameOf(8, "k32.s32.s8.u8") + " " + braces("d", 4) +
                             ", %da, %db, %q;",
                         4, false),
                   ptxHeadFor("8.0", "sm_90a"))
                .log(),
            "requires PTX ISA .version 8.4");
}

} // namespace
