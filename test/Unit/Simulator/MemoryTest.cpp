//===- MemoryTest.cpp - accesses, right and wrong -------------------------===//

#include "Kernel.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

std::string entry(const std::string &body, const std::string &before = "") {
  return before +
         ".visible .entry k(.param .u64 p) {\n"
         ".reg .b32 %t, %r<8>; .reg .b64 %p, %a, %rd<4>; .reg .pred %q;\n"
         ".reg .b16 %h;\n"
         "mov.u32 %t, %tid.x; ld.param.u64 %p, [p];\n"
         "mul.wide.u32 %a, %t, 4; add.s64 %a, %p, %a;\n" +
         body + "\nret;\n}\n";
}

Fault faultOf(const std::string &text, uint32_t threads = 32,
              size_t elements = 32) {
  Kernel kernel(text);
  uint64_t p = kernel.upload(std::vector<uint32_t>(elements));
  std::optional<Fault> fault = kernel.run(1, threads, {p});
  EXPECT_TRUE(fault) << "no fault was found";
  return fault.value_or(Fault());
}

TEST(Memory, OneElementPastTheEnd) {
  Fault fault = faultOf(
      entry(".loc 1 7 3\nld.global.u32 %r0, [%a+4];", ".file 1 \"net.py\"\n"));
  EXPECT_EQ(fault.result, Result::IllegalAddress);
  EXPECT_EQ(fault.thread[0], 31u);
  EXPECT_EQ(fault.ptxLine, 11u);
  EXPECT_EQ(fault.source, "net.py:7:3");
  EXPECT_NE(fault.message.find("0 bytes behind the end of allocation 1 of 128 "
                               "bytes"),
            std::string::npos)
      << fault.message;
}

TEST(Memory, BeforeTheStartAndAcrossTheEnd) {
  EXPECT_NE(faultOf(entry("st.global.u32 [%a+-4], %t;"))
                .message.find("bytes before allocation 1"),
            std::string::npos);
  EXPECT_NE(faultOf(entry("ld.global.v2.u64 {%rd0, %rd1}, [%p+16];"), 1, 7)
                .message.find("behind allocation 1 of 28 bytes"),
            std::string::npos);
}

TEST(Memory, ACleanTwin) {
  Kernel kernel(entry("ld.global.u32 %r0, [%a]; add.s32 %r0, %r0, 1;\n"
                      "st.global.u32 [%a], %r0;"));
  uint64_t p = kernel.upload(std::vector<uint32_t>(32, 5));
  ASSERT_FALSE(kernel.run(1, 32, {p}));
  EXPECT_EQ(kernel.download<uint32_t>(p, 32), std::vector<uint32_t>(32, 6));
}

TEST(Memory, FreedMemory) {
  Kernel kernel(entry("ld.global.u32 %r0, [%a];"));
  uint64_t p = kernel.upload(std::vector<uint32_t>(32));
  ASSERT_TRUE(kernel.memory.free(p, AllocationKind::Device));
  EXPECT_FALSE(kernel.memory.free(p, AllocationKind::Device));
  std::optional<Fault> fault = kernel.run(1, 32, {p});
  ASSERT_TRUE(fault);
  EXPECT_NE(fault->message.find("freed memory: read of 4 bytes"),
            std::string::npos);
}

TEST(Memory, MisalignedAccess) {
  Fault fault = faultOf(entry("ld.global.u32 %r0, [%p+2];"));
  EXPECT_EQ(fault.result, Result::MisalignedAddress);
  fault = faultOf(entry("ld.global.v4.u32 {%r0, %r1, %r2, %r3}, [%p+8];"));
  EXPECT_NE(fault.message.find("not a multiple of 16"), std::string::npos);
  fault = faultOf(entry("ld.shared.u64 %rd0, [s+4];", ".shared .b8 s[64];\n"));
  EXPECT_EQ(fault.result, Result::MisalignedAddress);
}

TEST(Memory, ConstantsAreReadOnly) {
  std::string table = ".const .b32 table[2] = {3, 4};\n";
  EXPECT_NE(
      faultOf(entry("mov.u64 %rd0, table; st.global.u32 [%rd0], %t;", table))
          .message.find("read-only memory: write of 4 bytes"),
      std::string::npos);
  Kernel kernel(
      entry("ld.const.u32 %r0, [table+4]; st.global.u32 [%a], %r0;", table));
  uint64_t p = kernel.upload(std::vector<uint32_t>(32));
  ASSERT_FALSE(kernel.run(1, 32, {p}));
  EXPECT_EQ(kernel.download<uint32_t>(p, 1)[0], 4u);
}

TEST(Memory, SharedMemoryEndsWhereItEnds) {
  std::string shared = ".extern .shared .align 4 .b8 dynamic[];\n";
  std::string body = "mov.u64 %rd0, dynamic; mul.wide.u32 %rd1, %t, 4;\n"
                     "add.s64 %rd0, %rd0, %rd1; st.shared.u32 [%rd0], %t;";
  Kernel kernel(entry(body, shared));
  uint64_t p = kernel.upload(std::vector<uint32_t>(32));
  EXPECT_FALSE(kernel.run(1, 32, {p}, 128));
  std::optional<Fault> fault = kernel.run(1, 32, {p}, 124);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->thread[0], 31u);
}

TEST(Memory, GenericAddressesReachEverySpace) {
  Kernel kernel(entry(".local .b32 l[2];\n"
                      "mov.u64 %rd0, s; cvta.shared.u64 %rd0, %rd0;\n"
                      "st.u32 [%rd0], 11; ld.shared.u32 %r0, [s];\n"
                      "mov.u64 %rd1, l; cvta.local.u64 %rd1, %rd1;\n"
                      "add.s32 %r1, %t, 100; st.u32 [%rd1+4], %r1;\n"
                      "ld.local.u32 %r2, [l+4]; isspacep.shared %q, %rd0;\n"
                      "@!%q trap; isspacep.shared %q, %rd1; @%q trap;\n"
                      "cvta.to.global.u64 %rd2, %a;\n"
                      "add.s32 %r0, %r0, %r2; st.global.u32 [%rd2], %r0;",
                      ".shared .b32 s;\n"));
  uint64_t p = kernel.upload(std::vector<uint32_t>(32));
  std::optional<Fault> fault = kernel.run(1, 32, {p});
  ASSERT_FALSE(fault) << fault->text();
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(kernel.download<uint32_t>(p, 32)[i], 111 + i);
}

TEST(Memory, SmallTypesExtend) {
  Kernel kernel(
      entry("ld.global.s8 %r0, [%p]; ld.global.u8 %r1, [%p];\n"
            "ld.global.s16 %rd0, [%p]; st.global.u32 [%p+4], %r0;\n"
            "st.global.u32 [%p+8], %r1; st.global.u64 [%p+16], %rd0;\n"
            "ld.global.s8 %h, [%p]; st.global.u16 [%p+12], %h;\n"
            "st.global.u8 [%p+14], %rd0;"));
  uint64_t p = kernel.upload(std::vector<uint32_t>{0x8081, 0, 0, 0, 0, 0});
  ASSERT_FALSE(kernel.run(1, 1, {p}));
  EXPECT_EQ(kernel.download<uint32_t>(p, 6),
            (std::vector<uint32_t>{0x8081, 0xffffff81, 0x81, 0x0081ff81,
                                   0xffff8081, 0xffffffff}));
}

TEST(Memory, AtomicsCountEveryThread) {
  Kernel kernel(entry("atom.global.add.u32 %r0, [%p], 1;\n"
                      "red.global.max.s32 [%p+4], %t;\n"
                      "atom.global.inc.u32 %r1, [%p+8], 2;\n"
                      "red.shared.add.u32 [s], 1;",
                      ".shared .b32 s;\n"));
  kernel.options.threads = 2;
  uint64_t p = kernel.upload(std::vector<uint32_t>(64));
  ASSERT_FALSE(kernel.run(10, 64, {p}));
  std::vector<uint32_t> values = kernel.download<uint32_t>(p, 3);
  EXPECT_EQ(values[0], 640u);
  EXPECT_EQ(values[1], 63u);
  EXPECT_EQ(values[2], 640u % 3);
}

// ptxas takes the modifiers of atomics in any order.
TEST(Memory, AtomicsInAnyOrderOfTheirModifiers) {
  struct Row {
    const char *instruction;
    uint32_t old, now;
  };
  for (const Row &row :
       {Row{"atom.add.relaxed.gpu.u32 %r0, [%p], 3;", 7, 10},
        {"atom.global.cta.exch.b32 %r0, [%p], 9;", 7, 9},
        {"atom.cas.release.gpu.global.b32 %r0, [%p], 7, 1;", 7, 1},
        {"atom.max.acq_rel.sys.s32 %r0, [%p], -1;", 7, 7},
        {"atom.u32.inc.global %r0, [%p], 7;", 7, 0},
        {"red.add.release.cta.u32 [%p], 5; mov.b32 %r0, 7;", 7, 12}}) {
    Kernel kernel(
        entry(std::string(row.instruction) + " st.global.u32 [%p+4], %r0;"));
    uint64_t p = kernel.upload(std::vector<uint32_t>{7, 0});
    ASSERT_FALSE(kernel.run(1, 1, {p})) << row.instruction;
    EXPECT_EQ(kernel.download<uint32_t>(p, 2),
              (std::vector<uint32_t>{row.now, row.old}))
        << row.instruction;
  }
  for (const char *wrong :
       {"atom.add.relaxed.gpu.relaxed.u32 %r0, [%p], 3;",
        "atom.relaxed.gpu.u32 %r0, [%p], 3;", "atom.add.global %r0, [%p], 3;",
        "atom.add.add.u32 %r0, [%p], 3;", "atom.add.noftz.u32 %r0, [%p], 3;",
        "atom.add.weak.u32 %r0, [%p], 3;"}) {
    std::string log = Kernel(entry(wrong)).log();
    EXPECT_NE(log.find("line 9"), std::string::npos) << wrong << log;
    EXPECT_NE(log.find("is not implemented"), std::string::npos) << log;
  }
}

// Behind what the kernel asks for, and apart from it.
TEST(Memory, SharedMemoryOfTheSystem) {
  Kernel kernel(entry("mov.u32 %r0, %reserved_smem_offset_begin;\n"
                      "mov.u32 %r1, %reserved_smem_offset_end;\n"
                      "mov.u32 %r2, %reserved_smem_offset_cap;\n"
                      "mov.u32 %r3, %reserved_smem_offset_1;\n"
                      "mov.u32 %r4, %total_smem_size;\n"
                      "st.shared.u32 [%r3], 7; ld.shared.u32 %r5, [%r3];\n"
                      "st.shared.u32 [%r1+-4], 7;\n"
                      "st.global.v4.u32 [%p], {%r0, %r1, %r2, %r3};\n"
                      "st.global.v2.u32 [%p+16], {%r4, %r5};",
                      ".shared .b8 s[100];\n"));
  uint64_t p = kernel.upload(std::vector<uint32_t>(6));
  std::optional<Fault> fault = kernel.run(1, 1, {p}, 40);
  ASSERT_FALSE(fault) << fault->text();
  std::vector<uint32_t> found = kernel.download<uint32_t>(p, 6);
  // 100 bytes, to a multiple of 16, and 40 of the launch.
  EXPECT_EQ(found[4], 152u);
  EXPECT_GT(found[0], found[4]);
  EXPECT_EQ(found[1], found[0] + 1024);
  EXPECT_EQ(found[2], 1024u);
  EXPECT_GE(found[3], found[0]);
  EXPECT_LE(found[3] + 288, found[1]);
  EXPECT_EQ(found[5], 7u);
  // Who does not ask for it has none.
  Fault beyond = faultOf(entry("st.shared.u32 [%r0+152], 7;"), 1);
  EXPECT_NE(beyond.message.find("of 0 bytes"), std::string::npos)
      << beyond.message;
  EXPECT_NE(Kernel(entry("mov.u32 %r0, %reserved_smem_offset_2;"))
                .log()
                .find("line 9"),
            std::string::npos);
}

} // namespace
