//===- WmmaShapesTest.cpp - every shape and type of a fragment ------------===//
//
// One kernel for each row of a table: it loads A, B and C, multiplies and
// stores D. The numbers of registers are those of the manual. Elements are
// small integers, and the expected product is a plain loop over them.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

using namespace theano::sim;

namespace {

struct Row {
  int m, n, k;
  const char *factor, *sum; ///< types
  const char *types;        ///< as the product names them
  int aRegisters, bRegisters, sumRegisters;
  const char *version, *target; ///< the first that have it
};

const Row rows[] = {
    {16, 16, 16, "f16", "f32", "f32.f32", 8, 8, 8, "6.3", "sm_70"},
    {8, 32, 16, "f16", "f32", "f32.f32", 8, 8, 8, "6.3", "sm_70"},
    {32, 8, 16, "f16", "f32", "f32.f32", 8, 8, 8, "6.3", "sm_70"},
    {16, 16, 16, "f16", "f16", "f16.f16", 8, 8, 4, "6.3", "sm_70"},
    {8, 32, 16, "f16", "f16", "f16.f16", 8, 8, 4, "6.3", "sm_70"},
    {32, 8, 16, "f16", "f16", "f16.f16", 8, 8, 4, "6.3", "sm_70"},
    {16, 16, 16, "bf16", "f32", "f32.bf16.bf16.f32", 4, 4, 8, "7.0", "sm_80"},
    {8, 32, 16, "bf16", "f32", "f32.bf16.bf16.f32", 2, 8, 8, "7.0", "sm_80"},
    {32, 8, 16, "bf16", "f32", "f32.bf16.bf16.f32", 8, 2, 8, "7.0", "sm_80"},
    {16, 16, 8, "tf32", "f32", "f32.tf32.tf32.f32", 4, 4, 8, "7.0", "sm_80"},
    {8, 8, 4, "f64", "f64", "f64.f64.f64.f64", 1, 1, 2, "7.0", "sm_80"},
    {8, 8, 4, "f64", "f64", "rn.f64.f64.f64.f64", 1, 1, 2, "7.0", "sm_80"},
    {8, 8, 4, "f64", "f64", "f64.f64.f64.f64.rn", 1, 1, 2, "7.0", "sm_80"},
    {16, 16, 16, "s8", "s32", "s32.s8.s8.s32", 2, 2, 8, "6.3", "sm_72"},
    {8, 32, 16, "s8", "s32", "s32.s8.s8.s32", 1, 4, 8, "6.3", "sm_72"},
    {32, 8, 16, "s8", "s32", "s32.s8.s8.s32.satfinite", 4, 1, 8, "6.3",
     "sm_72"},
    {16, 16, 16, "u8", "s32", "s32.u8.u8.s32", 2, 2, 8, "6.3", "sm_72"},
    {8, 32, 16, "u8", "s32", "s32.u8.u8.s32", 1, 4, 8, "6.3", "sm_72"},
    {32, 8, 16, "u8", "s32", "s32.u8.u8.s32", 4, 1, 8, "6.3", "sm_72"},
    {8, 8, 32, "s4", "s32", "s32.s4.s4.s32", 1, 1, 2, "6.3", "sm_75"},
    {8, 8, 32, "u4", "s32", "s32.u4.u4.s32", 1, 1, 2, "6.3", "sm_75"},
};

std::string shapeOf(const Row &row) {
  return "m" + std::to_string(row.m) + "n" + std::to_string(row.n) + "k" +
         std::to_string(row.k);
}
int bitsOf(const std::string &type) {
  // tf32 has the bits of a float.
  return type == "tf32"
             ? 32
             : std::stoi(type.substr(type.find_first_of("0123456789")));
}
bool isSigned(const Row &row) { return row.factor[0] != 'u'; }

/// "{%a0, %a1, ...}"
std::string registers(const char *name, int count) {
  std::string list;
  for (int i = 0; i < count; ++i)
    list += (i ? ", %" : "{%") + std::string(name) + std::to_string(i);
  return list + "}";
}
std::string layout(bool columns) { return columns ? "col" : "row"; }

/// A by rows or columns, B likewise, C by rows, D by columns.
std::string kernelOf(const Row &row, bool aColumns, bool bColumns) {
  auto typeOf = [](const std::string &type) {
    return std::string(type == "f64" ? "f64" : type == "f32" ? "f32" : "b32");
  };
  auto declare = [&](const char *name, const std::string &type) {
    return ".reg ." + type + " %" + name + "<8>; ";
  };
  std::string factor = row.factor, sum = row.sum, shape = "." + shapeOf(row);
  std::string a = registers("a", row.aRegisters);
  std::string b = registers("b", row.bRegisters);
  std::string c = registers("c", row.sumRegisters);
  std::string product = "wmma.mma.sync.aligned." + layout(aColumns) + "." +
                        layout(bColumns) + shape + "." + row.types;
  return ".visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c, "
         ".param .u64 d) {\n.reg .b64 %p<4>; " +
         declare("a", typeOf(factor)) + declare("b", typeOf(factor)) +
         declare("c", typeOf(sum)) +
         "\nld.param.u64 %p0, [a]; ld.param.u64 %p1, [b];\n"
         "ld.param.u64 %p2, [c]; ld.param.u64 %p3, [d];\n"
         "wmma.load.a.sync.aligned." +
         layout(aColumns) + shape + ".global." + factor + " " + a +
         ", [%p0];\nwmma.load.b.sync.aligned." + layout(bColumns) + shape +
         "." + factor + " " + b + ", [%p1];\nwmma.load.c.sync.aligned.row" +
         shape + ".global." + sum + " " + c + ", [%p2];\n" + product + " " + c +
         ", " + a + ", " + b + ", " + c + ";\nwmma.store.d.sync.aligned.col" +
         shape + ".global." + sum + " [%p3], " + c + ";\nret;\n}\n";
}

/// The bits of a small integer in each type.
uint64_t encode(const std::string &type, int x) {
  if (type == "f64")
    return std::bit_cast<uint64_t>(double(x));
  uint32_t single = std::bit_cast<uint32_t>(float(x));
  if (type == "f32" || type == "tf32")
    return single;
  if (type == "bf16")
    return single >> 16;
  if (type == "f16")
    // Of a float that fits: three bits less of exponent, thirteen of digits.
    return x ? (single >> 16 & 0x8000) |
                   ((single & 0x7fffffff) - (112u << 23)) >> 13
             : 0;
  return static_cast<uint64_t>(x) & ((uint64_t(1) << bitsOf(type)) - 1);
}

/// A matrix in memory, dense, its elements next to each other.
struct Matrix {
  Matrix(int rows, int columns, const std::string &type, bool byColumns)
      : rows(rows), columns(columns), type(type), byColumns(byColumns),
        bytes(size_t(rows) * columns * bitsOf(type) / 8) {}
  size_t at(int row, int column) const {
    return byColumns ? size_t(column) * rows + row
                     : size_t(row) * columns + column;
  }
  void set(int row, int column, int x) {
    size_t bit = at(row, column) * bitsOf(type);
    uint64_t word = encode(type, x) << bit % 8;
    for (size_t i = 0; i < (bitsOf(type) + 7u) / 8; ++i)
      bytes[bit / 8 + i] |= static_cast<uint8_t>(word >> 8 * i);
  }
  int rows, columns;
  std::string type;
  bool byColumns;
  std::vector<uint8_t> bytes;
};

int a(const Row &row, int m, int k) {
  return (3 * m + 5 * k + m * k) % 7 - (isSigned(row) ? 3 : 0);
}
int b(const Row &row, int k, int n) {
  return (2 * k + 3 * n + k * n) % 6 - (isSigned(row) ? 2 : 0);
}
int c(int m, int n) { return m - 2 * n; }

void check(const Row &row, bool aColumns, bool bColumns) {
  SCOPED_TRACE(shapeOf(row) + " " + row.types + " " + layout(aColumns) + " " +
               layout(bColumns));
  Matrix left(row.m, row.k, row.factor, aColumns);
  Matrix right(row.k, row.n, row.factor, bColumns);
  Matrix start(row.m, row.n, row.sum, false), end(row.m, row.n, row.sum, true);
  for (int m = 0; m < row.m; ++m)
    for (int n = 0; n < row.n; ++n) {
      int sum = c(m, n);
      for (int k = 0; k < row.k; ++k)
        sum += a(row, m, k) * b(row, k, n);
      start.set(m, n, c(m, n));
      end.set(m, n, sum);
    }
  for (int k = 0; k < row.k; ++k) {
    for (int m = 0; m < row.m; ++m)
      left.set(m, k, a(row, m, k));
    for (int n = 0; n < row.n; ++n)
      right.set(k, n, b(row, k, n));
  }
  Kernel kernel(kernelOf(row, aColumns, bColumns),
                ptxHeadFor(row.version, row.target));
  uint64_t d = kernel.upload(std::vector<uint8_t>(end.bytes.size()));
  std::optional<Fault> fault =
      kernel.run(1, 32,
                 {kernel.upload(left.bytes), kernel.upload(right.bytes),
                  kernel.upload(start.bytes), d});
  ASSERT_FALSE(fault) << fault->text();
  EXPECT_EQ(kernel.download<uint8_t>(d, end.bytes.size()), end.bytes);
}

TEST(WmmaShapes, Products) {
  for (const Row &row : rows)
    for (bool aColumns : {false, true})
      for (bool bColumns : {false, true})
        // Four bits have one arrangement.
        if (bitsOf(row.factor) > 4 || (!aColumns && bColumns))
          check(row, aColumns, bColumns);
}

// Ones against ones, and what is where only one of the two is.
TEST(WmmaShapes, SingleBits) {
  auto kernelOf = [](const std::string &operation) {
    return ".visible .entry k(.param .u64 a, .param .u64 b, .param .u64 d) {\n"
           ".reg .b64 %p<3>; .reg .b32 %a, %b, %c<2>;\n"
           "ld.param.u64 %p0, [a]; ld.param.u64 %p1, [b];\n"
           "ld.param.u64 %p2, [d]; mov.b32 %c0, 100; mov.b32 %c1, 100;\n"
           "wmma.load.a.sync.aligned.row.m8n8k128.global.b1 {%a}, [%p0], 256;\n"
           "wmma.load.b.sync.aligned.col.m8n8k128.b1 {%b}, [%p1];\n"
           "wmma.mma." +
           operation +
           ".popc.sync.aligned.row.col.m8n8k128.s32.b1.b1.s32 {%c0, %c1}, "
           "{%a}, {%b}, {%c0, %c1};\n"
           "wmma.store.d.sync.aligned.row.m8n8k128.s32 [%p2], {%c0, %c1};\n"
           "ret;\n}\n";
  };
  // Row i of A has 16 i ones and then zeros, in every other line of 16 bytes;
  // column j of B has 8 j ones.
  std::vector<uint8_t> left(16 * 16), right(8 * 16);
  for (int i = 0; i < 8; ++i) {
    std::fill_n(left.begin() + 32 * i, 2 * i, 0xff);
    std::fill_n(right.begin() + 16 * i, i, 0xff);
  }
  for (bool byAnd : {false, true}) {
    Kernel kernel(kernelOf(byAnd ? "and" : "xor"),
                  byAnd ? ptxHeadFor("7.1", "sm_80")
                        : ptxHeadFor("6.3", "sm_75"));
    uint64_t d = kernel.upload(std::vector<int32_t>(64));
    std::optional<Fault> fault =
        kernel.run(1, 32, {kernel.upload(left), kernel.upload(right), d});
    ASSERT_FALSE(fault) << fault->text();
    std::vector<int32_t> found = kernel.download<int32_t>(d, 64);
    for (int i = 0; i < 8; ++i)
      for (int j = 0; j < 8; ++j)
        EXPECT_EQ(found[8 * i + j], 100 + (byAnd ? std::min(16 * i, 8 * j)
                                                 : std::abs(16 * i - 8 * j)))
            << i << ", " << j;
  }
}

// 16 products of the largest bytes on top of a sum near the end of 32 bits.
TEST(WmmaShapes, SumsThatDoNotFit) {
  for (bool clamps : {false, true}) {
    Row row{16,    16,     16,
            "u8",  "s32",  clamps ? "s32.u8.u8.s32.satfinite" : "s32.u8.u8.s32",
            2,     2,      8,
            "6.3", "sm_72"};
    Kernel kernel(kernelOf(row, false, false), ptxHeadFor("6.3", "sm_72"));
    std::vector<uint8_t> most(256, 255);
    uint64_t d = kernel.upload(std::vector<int32_t>(256));
    ASSERT_FALSE(kernel.run(
        1, 32,
        {kernel.upload(most), kernel.upload(most),
         kernel.upload(std::vector<int32_t>(256, INT32_MAX - 5)), d}));
    int64_t sum = int64_t(INT32_MAX) - 5 + 16 * 255 * 255;
    EXPECT_EQ(kernel.download<int32_t>(d, 1)[0],
              clamps ? INT32_MAX
                     : static_cast<int32_t>(sum - (int64_t(1) << 32)));
  }
}

// The lowest 13 bits of tf32 do not count, nor do products of f64 round twice.
TEST(WmmaShapes, Digits) {
  Row tensor{16, 16, 8, "tf32", "f32",  "f32.tf32.tf32.f32",
             4,  4,  8, "7.0",  "sm_80"};
  Kernel single(kernelOf(tensor, false, false), ptxHeadFor("7.0", "sm_80"));
  std::vector<float> ones(128, 1 + 0x1p-10f + 0x1p-11f), two(128);
  two[0] = 2;
  uint64_t d = single.upload(std::vector<float>(256));
  ASSERT_FALSE(single.run(1, 32,
                          {single.upload(ones), single.upload(two),
                           single.upload(std::vector<float>(256)), d}));
  EXPECT_EQ(single.download<float>(d, 1)[0], 2 + 0x1p-9f);

  Row fused{8, 8, 4, "f64", "f64", "f64.f64.f64.f64", 1, 1, 2, "7.0", "sm_80"};
  Kernel twice(kernelOf(fused, false, false), ptxHeadFor("7.0", "sm_80"));
  std::vector<double> near(32), first(32);
  near[0] = first[0] = 1 + 0x1p-30;
  d = twice.upload(std::vector<double>(64));
  ASSERT_FALSE(
      twice.run(1, 32,
                {twice.upload(near), twice.upload(first),
                 twice.upload(std::vector<double>(64, -1 - 0x1p-29)), d}));
  EXPECT_EQ(twice.download<double>(d, 1)[0], 0x1p-60);
}

TEST(WmmaShapes, Refusals) {
  auto log = [](const std::string &line, const std::string &version = "7.1",
                const std::string &target = "sm_80") {
    return Kernel(".visible .entry k(.param .u64 p) {\n"
                  ".reg .b32 %r<8>; .reg .b64 %p; .reg .f32 %f<8>; .reg .f64 "
                  "%d<4>;\nld.param.u64 %p, [p];\n" +
                      line + "\nret;\n}\n",
                  ptxHeadFor(version, target))
        .log();
  };
  auto eight = registers("r", 8), four = registers("r", 4);
  auto two = registers("r", 2), one = registers("r", 1);
  const std::string load = "wmma.load.a.sync.aligned.";
  const std::string product = "wmma.mma.sync.aligned.row.col.";
  struct {
    std::string line, message;
  } refused[] = {
      {load + "row.m16n16k16.s8 " + eight + ", [%p];", "expected 2 registers"},
      {load + "row.m8n32k16.bf16 " + four + ", [%p];", "expected 2 registers"},
      {load + "row.m8n8k4.f64 {%r0}, [%p];", "line 7"},
      {load + "col.m8n8k32.s4 " + one + ", [%p];", "is not implemented"},
      {load + "row.m16n16k16.tf32 " + four + ", [%p];", "is not implemented"},
      {load + "row.m16n16k8.bf16 " + four + ", [%p];", "is not implemented"},
      {"wmma.load.c.sync.aligned.row.m8n8k4.f32 " + two + ", [%p];",
       "is not implemented"},
      {product + "m16n16k16.s32.s8.u8.s32 " + eight + ", " + two + ", " + two +
           ", " + eight + ";",
       "A and B must be of the same type, found .s8 and .u8"},
      {product + "m8n8k32.s32.s4.u4.s32 " + two + ", " + one + ", " + one +
           ", " + two + ";",
       "A and B must be of the same type"},
      {product + "m16n16k16.f32.f32.satfinite " + registers("f", 8) + ", " +
           eight + ", " + eight + ", " + registers("f", 8) + ";",
       "is not implemented"},
      {"wmma.mma.or.popc.sync.aligned.row.col.m8n8k128.s32.b1.b1.s32 " + two +
           ", " + one + ", " + one + ", " + two + ";",
       "is not implemented"},
  };
  for (const auto &[line, message] : refused) {
    std::string found = log(line);
    EXPECT_NE(found.find("line 7"), std::string::npos) << line << found;
    EXPECT_NE(found.find(message), std::string::npos) << line << found;
  }
  struct {
    std::string line;
    const char *version, *target, *message;
  } older[] = {
      {load + "row.m8n32k16.f16 " + eight + ", [%p];", "6.2", "sm_70",
       "requires PTX ISA .version 6.3"},
      {load + "row.m16n16k16.s8 " + two + ", [%p];", "6.3", "sm_70",
       "requires .target sm_72"},
      {load + "row.m8n8k32.u4 " + one + ", [%p];", "6.3", "sm_72",
       "requires .target sm_75"},
      {load + "row.m16n16k16.bf16 " + four + ", [%p];", "7.0", "sm_75",
       "requires .target sm_80"},
      {load + "row.m8n8k4.f64 {%d0}, [%p];", "6.5", "sm_80",
       "requires PTX ISA .version 7.0"},
      {"wmma.mma.and.popc.sync.aligned.row.col.m8n8k128.s32.b1.b1.s32 " + two +
           ", " + one + ", " + one + ", " + two + ";",
       "7.1", "sm_75", "requires .target sm_80"},
  };
  for (const auto &[line, version, target, message] : older) {
    std::string found = log(line, version, target);
    EXPECT_NE(found.find(message), std::string::npos) << line << found;
  }
}

} // namespace
