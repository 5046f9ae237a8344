//===- WmmaTest.cpp - matrix products by fragments ------------------------===//
//
// Halves are small integers here, whose products and sums are exact, and are
// written by a table of their bits.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

const std::string head75 = ptxHeadFor("7.8", "sm_75");

/// The bits of 0 to 7, with the sign.
uint16_t half(int x) {
  constexpr uint16_t bits[] = {0,      0x3c00, 0x4000, 0x4200,
                               0x4400, 0x4500, 0x4600, 0x4700};
  return static_cast<uint16_t>(bits[std::abs(x)] | (x < 0 ? 0x8000 : 0));
}
int a(int row, int k) { return (3 * row + k * k) % 11 - 5; }
int b(int k, int column) { return (5 * k + 2 * column * k) % 13 - 6; }
int c(int row, int column) { return row - 2 * column; }
int expected(int row, int column) {
  int sum = c(row, column);
  for (int k = 0; k < 16; ++k)
    sum += a(row, k) * b(k, column);
  return sum;
}

std::string entry(const std::string &body) {
  return ".visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c, "
         ".param .u64 d) {\n"
         ".reg .b64 %a, %b, %c, %d; .reg .b32 %l<8>, %r<8>, %h<4>, %n, %t;\n"
         ".reg .f32 %f<8>; .shared .align 32 .b8 s[1024];\n"
         "ld.param.u64 %a, [a]; ld.param.u64 %b, [b];\n"
         "ld.param.u64 %c, [c]; ld.param.u64 %d, [d];\n"
         "mov.u32 %n, 24; mov.u32 %t, %tid.x;\n" +
         body + "\nret;\n}\n";
}
constexpr uint32_t bodyLine = 10;

const std::string left = "{%l0,%l1,%l2,%l3,%l4,%l5,%l6,%l7}";
const std::string right = "{%r0,%r1,%r2,%r3,%r4,%r5,%r6,%r7}";
const std::string floats = "{%f0,%f1,%f2,%f3,%f4,%f5,%f6,%f7}";
const std::string halves = "{%h0,%h1,%h2,%h3}";

/// A matrix in memory, in lines of `stride` elements: its rows or its columns.
template <typename T, typename F>
std::vector<T> lines(bool columns, unsigned stride, F &&element) {
  std::vector<T> memory(16 * stride);
  for (int row = 0; row < 16; ++row)
    for (int column = 0; column < 16; ++column)
      memory[columns ? column * stride + row : row * stride + column] =
          element(row, column);
  return memory;
}
template <typename F> auto asHalf(F f) {
  return [f](int row, int column) { return half(f(row, column)); };
}

struct Product {
  Product(const std::string &body, bool aColumns, bool bColumns,
          const std::string &head = head75)
      : kernel(entry(body), head) {
    pa = kernel.upload(lines<uint16_t>(aColumns, 16, asHalf(a)));
    pb = kernel.upload(lines<uint16_t>(bColumns, 24, asHalf(b)));
    pc = kernel.upload(lines<float>(false, 16, c));
    pd = kernel.upload(std::vector<float>(256));
    kernel.options.count = true;
    fault = kernel.run(1, 32, {pa, pb, pc, pd});
  }
  Kernel kernel;
  uint64_t pa, pb, pc, pd;
  std::optional<Fault> fault;
};

// All four layouts, B with a stride in a register, D by rows or columns.
TEST(Wmma, SinglePrecisionSums) {
  for (bool aColumns : {false, true})
    for (bool bColumns : {false, true})
      for (bool dColumns : {false, true}) {
        auto layout = [](bool columns) {
          return std::string(columns ? "col" : "row");
        };
        Product product(
            "wmma.load.a.sync.aligned." + layout(aColumns) +
                ".m16n16k16.global.f16 " + left + ", [%a];\n" +
                "wmma.load.b.sync.aligned." + layout(bColumns) +
                ".m16n16k16.f16 " + right + ", [%b], %n;\n" +
                "wmma.load.c.sync.aligned.row.m16n16k16.global.f32 " + floats +
                ", [%c], 16;\nwmma.mma.sync.aligned." + layout(aColumns) + "." +
                layout(bColumns) + ".m16n16k16.f32.f32 " + floats + ", " +
                left + ", " + right + ", " + floats + ";\n" +
                "wmma.store.d.sync.aligned." + layout(dColumns) +
                ".m16n16k16.global.f32 [%d], " + floats + ";",
            aColumns, bColumns);
        ASSERT_FALSE(product.fault) << product.fault->text();
        EXPECT_EQ(product.kernel.download<float>(product.pd, 256),
                  lines<float>(dColumns, 16, expected));
      }
}

// Halves go out through shared memory, and come back as words.
TEST(Wmma, HalfPrecisionSums) {
  Product product("mov.f32 %f0, 0f00000000; mov.b32 %h0, 0; mov.b32 %h1, 0;\n"
                  "mov.b32 %h2, 0x3c003c00; mov.b32 %h3, 0;\n"
                  "wmma.load.a.sync.aligned.row.m16n16k16.global.f16 " +
                      left + ", [%a];\n" +
                      "wmma.store.d.sync.aligned.row.m16n16k16.shared.f16 "
                      "[s], " +
                      halves +
                      ";\n"
                      "wmma.load.c.sync.aligned.col.m16n16k16.shared.f16 " +
                      halves +
                      ", [s];\n"
                      "wmma.store.d.sync.aligned.row.m16n16k16.global.f16 "
                      "[%d], " +
                      halves + ";",
                  false, false);
  ASSERT_FALSE(product.fault) << product.fault->text();
  // Stored by rows and loaded by columns it is transposed: what was in columns
  // of ones is in rows, and as many ones there are.
  std::vector<uint16_t> words =
      product.kernel.download<uint16_t>(product.pd, 256);
  unsigned ones = 0;
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 16; ++j) {
      EXPECT_EQ(words[16 * i + j], words[16 * i]) << "a row is all the same";
      ones += words[16 * i + j] == 0x3c00;
    }
  EXPECT_EQ(ones, 64u);

  Product sums("wmma.load.a.sync.aligned.row.m16n16k16.f16 " + left +
                   ", [%a];\n" + "wmma.load.b.sync.aligned.row.m16n16k16.f16 " +
                   right + ", [%b], 24;\n" +
                   "mov.b32 %h0, 0; mov.b32 %h1, 0; mov.b32 %h2, 0;\n"
                   "mov.b32 %h3, 0;\n"
                   "wmma.mma.sync.aligned.row.row.m16n16k16.f16.f16 " +
                   halves + ", " + left + ", " + right + ", " + halves +
                   ";\n"
                   "wmma.mma.sync.aligned.row.row.m16n16k16.f32.f16 " +
                   floats + ", " + left + ", " + right + ", " + halves +
                   ";\n"
                   "wmma.store.d.sync.aligned.row.m16n16k16.f32 [%d], " +
                   floats + ";",
               false, false);
  ASSERT_FALSE(sums.fault) << sums.fault->text();
  // Twice the product of A and B alone, all of it within 11 bits.
  EXPECT_EQ(sums.kernel.download<float>(sums.pd, 256),
            lines<float>(false, 16, [](int row, int column) {
              return 2 * (expected(row, column) - c(row, column));
            }));
}

// Row 0 of A starts with an infinity, and so does row 1 with the other; row 2
// meets a NaN.
TEST(Wmma, InfinitiesAndNan) {
  Kernel kernel(
      entry("wmma.load.a.sync.aligned.row.m16n16k16.f16 " + left +
            ", [%a];\nwmma.load.b.sync.aligned.row.m16n16k16.f16 " + right +
            ", [%b];\nwmma.load.c.sync.aligned.row.m16n16k16.f32 " + floats +
            ", [%c];\nwmma.mma.sync.aligned.row.row.m16n16k16.f32.f32 " +
            floats + ", " + left + ", " + right + ", " + floats +
            ";\nwmma.store.d.sync.aligned.row.m16n16k16.f32 [%d], " + floats +
            ";"),
      head75);
  std::vector<uint16_t> special(256), ones(256, half(1));
  special[0] = 0x7c00;
  special[16] = 0xfc00;
  special[32] = 0x7e00;
  uint64_t pd = kernel.upload(std::vector<float>(256));
  std::optional<Fault> fault =
      kernel.run(1, 32,
                 {kernel.upload(special), kernel.upload(ones),
                  kernel.upload(std::vector<float>(256, 2)), pd});
  ASSERT_FALSE(fault) << fault->text();
  std::vector<uint32_t> bits = kernel.download<uint32_t>(pd, 256);
  EXPECT_EQ(bits[3], 0x7f800000u);
  EXPECT_EQ(bits[16 + 3], 0xff800000u);
  EXPECT_EQ(bits[32 + 3], 0x7fffffffu);
  EXPECT_EQ(bits[48 + 3], 0x40000000u);
}

TEST(Wmma, Faults) {
  auto faultOf = [](const std::string &body) {
    Product product(body, false, false);
    EXPECT_TRUE(product.fault) << "no fault was found";
    return product.fault.value_or(Fault());
  };
  const std::string load = "wmma.load.a.sync.aligned.row.m16n16k16.global.f16 ";
  // The last row ends 16 bytes behind the array.
  Fault fault = faultOf("mov.u32 %n, 24;\n" + load + left + ", [%a+16];");
  EXPECT_EQ(fault.result, Result::IllegalAddress);
  EXPECT_EQ(fault.ptxLine, bodyLine + 1);
  EXPECT_NE(fault.message.find("16 bytes behind"), std::string::npos)
      << fault.message;
  EXPECT_EQ(faultOf(load + left + ", [%a], 4;").result,
            Result::MisalignedAddress);
  EXPECT_NE(faultOf("mad.wide.u32 %a, %t, 32, %a;\n" + load + left + ", [%a];")
                .message.find("different addresses or strides"),
            std::string::npos);
  EXPECT_EQ(faultOf("wmma.load.a.sync.aligned.row.m16n16k16.shared.f16 " +
                    left + ", [s+544];")
                .result,
            Result::IllegalAddress);
}

// A: 16 rows of 32 bytes, 16 sectors in global memory; in shared memory 32
// accesses of 16 bytes in four phases. C: 16 rows of 64 bytes, 32 sectors.
TEST(Wmma, Counters) {
  Product product("wmma.load.a.sync.aligned.row.m16n16k16.global.f16 " + left +
                      ", [%a];\n" +
                      "wmma.load.b.sync.aligned.row.m16n16k16.shared.f16 " +
                      right + ", [s];\n" +
                      "wmma.load.c.sync.aligned.row.m16n16k16.global.f32 " +
                      floats + ", [%c];",
                  false, false);
  ASSERT_FALSE(product.fault) << product.fault->text();
  std::vector<std::pair<uint64_t, uint64_t>> found;
  const Image &image = *product.kernel.image;
  for (size_t pc = 0; pc < image.code.size(); ++pc)
    if (const Instruction *from = image.info[pc].instruction;
        from && image.info[pc].counted && from->opcode == "wmma") {
      const OpCounts &counts = product.kernel.counters->ops()[pc];
      found.emplace_back(counts.sectors, counts.wavefronts);
    }
  using Pair = std::pair<uint64_t, uint64_t>;
  EXPECT_EQ(found, (std::vector<Pair>{{16, 0}, {0, 4}, {32, 0}}));
}

TEST(Wmma, RefusesWrongRegisters) {
  EXPECT_NE(Kernel(entry("wmma.load.a.sync.aligned.row.m16n16k16.f16 " +
                         halves + ", [%a];"))
                .log()
                .find("expected 8 registers in braces"),
            std::string::npos);
  EXPECT_NE(Kernel(entry("wmma.load.a.sync.aligned.row.m16n16k16.f16 " + left +
                         ", [%a];"),
                   ptxHeadFor("6.0", "sm_61"))
                .log()
                .find("requires .target sm_70"),
            std::string::npos);
}

} // namespace
