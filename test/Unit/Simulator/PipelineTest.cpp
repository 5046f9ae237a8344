//===- PipelineTest.cpp - a matrix product as kernels do it ---------------===//
//
// D = A * B of f16 by one warp for each 16 x 8 of D: two stages of asynchronous
// copies, ldmatrix from rows of 32 bytes, and mma. Small integers, so that the
// sums are exact.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

using namespace theano::sim;

namespace {

constexpr unsigned depth = 64; ///< k, in tiles of 16

/// A is 16 x 64, row by row; B is 64 x 8, column by column. `wait` is done
/// before a tile is read, `release` behind the product with it.
std::string product(const std::string &wait, const std::string &release) {
  return ".visible .entry k(.param .u64 a, .param .u64 b, .param .u64 d) {\n"
         ".reg .b64 %a, %b, %d, %x; .reg .b32 %t, %u, %s, %k, %i, %r<8>;\n"
         ".reg .b32 %v, %w; .reg .f32 %f<4>; .reg .pred %p, %q;\n"
         ".shared .align 16 .b8 s[1536];\n"
         "ld.param.u64 %a, [a]; ld.param.u64 %b, [b]; ld.param.u64 %d, [d];\n"
         "mov.u32 %t, %tid.x; mov.u32 %s, s; mov.u32 %k, 0;\n"
         "mov.f32 %f0, 0f00000000; mov.f32 %f1, %f0;\n"
         "mov.f32 %f2, %f0; mov.f32 %f3, %f0;\n"
         // Two lanes copy a row of A: 32 bytes of its 128. So do 16 of B.
         "shr.u32 %r0, %t, 1; and.b32 %r1, %t, 1; shl.b32 %r1, %r1, 4;\n"
         "shl.b32 %r2, %r0, 7; or.b32 %r2, %r2, %r1;\n"
         "cvt.u64.u32 %x, %r2; add.u64 %a, %a, %x; add.u64 %b, %b, %x;\n"
         "shl.b32 %u, %r0, 5; or.b32 %u, %u, %r1; add.u32 %u, %u, %s;\n"
         "setp.lt.u32 %p, %t, 16;\n"
         // Where the lane's row of a matrix is: of A rows 0 to 7, 8 to 15, and
         // both again 16 bytes further; of B rows 0 to 7, and further.
         "and.b32 %v, %t, 15; shl.b32 %v, %v, 5; and.b32 %r0, %t, 16;\n"
         "add.u32 %v, %v, %r0; add.u32 %v, %v, %s;\n"
         "and.b32 %w, %t, 7; shl.b32 %w, %w, 5; and.b32 %r0, %t, 8;\n"
         "shl.b32 %r0, %r0, 1; add.u32 %w, %w, %r0; add.u32 %w, %w, %s;\n"
         "cp.async.cg.shared.global [%u], [%a], 16;\n"
         "@%p cp.async.cg.shared.global [%u+512], [%b], 16;\n"
         "cp.async.commit_group;\nmov.u32 %i, 0;\n"
         "LOOP: add.u64 %a, %a, 32; add.u64 %b, %b, 32;\n"
         "sub.u32 %r0, 768, %i; add.u32 %r0, %r0, %u;\n"
         "add.u32 %k, %k, 1; setp.lt.u32 %q, %k, 4; @!%q bra LAST;\n"
         "cp.async.cg.shared.global [%r0], [%a], 16;\n"
         "@%p cp.async.cg.shared.global [%r0+512], [%b], 16;\n"
         "LAST: cp.async.commit_group;\n" +
         wait +
         "add.u32 %r0, %v, %i; add.u32 %r1, %w, %i;\n"
         "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r2, %r3, %r4, %r5}, "
         "[%r0];\n"
         "ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r6, %r7}, [%r1+512];\n"
         "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32\n"
         "{%f0, %f1, %f2, %f3}, {%r2, %r3, %r4, %r5}, {%r6, %r7},\n"
         "{%f0, %f1, %f2, %f3};\n" +
         release +
         "sub.u32 %i, 768, %i; @%q bra LOOP;\n"
         "shr.u32 %r0, %t, 2; shl.b32 %r0, %r0, 5; and.b32 %r1, %t, 3;\n"
         "shl.b32 %r1, %r1, 3; add.u32 %r0, %r0, %r1; cvt.u64.u32 %x, %r0;\n"
         "add.u64 %d, %d, %x; st.global.v2.f32 [%d], {%f0, %f1};\n"
         "st.global.v2.f32 [%d+256], {%f2, %f3};\nret;\n}\n";
}

int a(unsigned row, unsigned k) { return int((7 * row + 3 * k) % 5) - 2; }
int b(unsigned k, unsigned column) { return int((k * column + k) % 7) - 3; }

/// The bits of -3 to 3.
uint16_t half(int x) {
  constexpr uint16_t bits[] = {0, 0x3c00, 0x4000, 0x4200};
  return static_cast<uint16_t>(bits[std::abs(x)] | (x < 0 ? 0x8000 : 0));
}

struct Product {
  explicit Product(const std::string &text, bool checks = false)
      : kernel(text) {
    kernel.options.deepChecks = checks;
    kernel.memory.trackWrites(checks);
    std::vector<uint16_t> left(16 * depth), right(8 * depth);
    for (unsigned k = 0; k < depth; ++k) {
      for (unsigned row = 0; row < 16; ++row)
        left[row * depth + k] = half(a(row, k));
      for (unsigned column = 0; column < 8; ++column)
        right[column * depth + k] = half(b(k, column));
    }
    uint64_t d = kernel.upload(std::vector<float>(128));
    kernel.options.count = true;
    fault = kernel.run(1, 32, {kernel.upload(left), kernel.upload(right), d});
    values = kernel.download<float>(d, 128);
  }
  Kernel kernel;
  std::optional<Fault> fault;
  std::vector<float> values;
};

std::vector<float> expected() {
  std::vector<float> values(128);
  for (unsigned row = 0; row < 16; ++row)
    for (unsigned column = 0; column < 8; ++column)
      for (unsigned k = 0; k < depth; ++k)
        values[row * 8 + column] +=
            static_cast<float>(a(row, k) * b(k, column));
  return values;
}

const std::string wait = "cp.async.wait_group 1;\nbar.warp.sync 0xffffffff;\n";
const std::string release = "bar.warp.sync 0xffffffff;\n";

TEST(Pipeline, AMatrixProduct) {
  Product run(product(wait, release));
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.values, expected());
}

// All checks have nothing against it, and name what is read too early.
TEST(Pipeline, AllChecks) {
  Product run(product(wait, release), /*checks=*/true);
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.values, expected());
  Product wrong(product("bar.warp.sync 0xffffffff;\n", release),
                /*checks=*/true);
  ASSERT_TRUE(wrong.fault);
  EXPECT_TRUE(wrong.fault->message.starts_with("unwritten memory"))
      << wrong.fault->text();
  EXPECT_NE(wrong.fault->text().find("ldmatrix"), std::string::npos);
}

// Each fault that a pipeline may have gives wrong numbers.
TEST(Pipeline, MissingWaitsShow) {
  const std::string barrier = "bar.warp.sync 0xffffffff;\n";
  for (const std::string &wrong :
       {barrier, "cp.async.wait_group 2;\n" + barrier}) {
    Product run(product(wrong, release));
    ASSERT_FALSE(run.fault) << run.fault->text();
    EXPECT_NE(run.values, expected());
  }
}

// Four tiles, each of 16 rows of 32 bytes of A and 8 of B: 16 + 8 sectors, all
// of them once. Rows 32 bytes apart share their banks with every fourth row: a
// phase of eight rows takes two turns, where one would do.
TEST(Pipeline, Counters) {
  Product run(product(wait, release));
  ASSERT_TRUE(run.kernel.counters);
  OpCounts copies, loads, others;
  const Image &image = *run.kernel.image;
  for (size_t pc = 0; pc < image.code.size(); ++pc) {
    if (!image.info[pc].instruction)
      continue;
    std::string_view opcode = image.info[pc].instruction->opcode;
    (opcode == "cp"         ? copies
     : opcode == "ldmatrix" ? loads
                            : others) += run.kernel.counters->ops()[pc];
    if (opcode == "mma") {
      EXPECT_EQ(run.kernel.counters->ops()[pc].warps, 4u);
    }
  }
  EXPECT_EQ(copies.sectors, 4u * (16 + 8));
  EXPECT_EQ(run.kernel.counters->loaded().size(), 4u * (16 + 8));
  EXPECT_EQ(loads.wavefronts, 4u * 2 * (4 + 2));
  EXPECT_EQ(loads.idealWavefronts, 4u * (4 + 2));
}

} // namespace
