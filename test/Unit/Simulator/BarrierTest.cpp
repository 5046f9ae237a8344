//===- BarrierTest.cpp - barriers, right and wrong ------------------------===//

#include "Kernel.h"

using namespace theano::sim;

namespace {

std::string entry(const std::string &body) {
  return ".visible .entry k(.param .u64 out) {\n"
         ".reg .b32 %t, %r<8>; .reg .b64 %o, %rd<4>; .reg .pred %p<4>;\n"
         ".shared .align 4 .b32 s[256];\n"
         "mov.u32 %t, %tid.x; ld.param.u64 %o, [out];\n"
         "mul.wide.u32 %rd0, %t, 4; add.s64 %rd0, %o, %rd0;\n" +
         body + "\nret;\n}\n";
}

std::string faultOf(const std::string &body, uint32_t threads) {
  Kernel kernel(entry(body));
  uint64_t out = kernel.upload(std::vector<uint32_t>(threads));
  std::optional<Fault> fault = kernel.run(1, threads, {out});
  EXPECT_TRUE(fault) << "no fault was found";
  return fault ? fault->text() : "";
}

TEST(Barriers, ExchangeThroughSharedMemory) {
  Kernel kernel(entry("mov.u64 %rd1, s; mul.wide.u32 %rd2, %t, 4;\n"
                      "add.s64 %rd2, %rd1, %rd2; st.shared.u32 [%rd2], %t;\n"
                      "bar.sync 0;\n"
                      "sub.s32 %r0, 95, %t; mul.wide.u32 %rd2, %r0, 4;\n"
                      "add.s64 %rd2, %rd1, %rd2; ld.shared.u32 %r1, [%rd2];\n"
                      "st.global.u32 [%rd0], %r1;"));
  uint64_t out = kernel.upload(std::vector<uint32_t>(96));
  ASSERT_FALSE(kernel.run(1, 96, {out}));
  for (uint32_t i = 0; i < 96; ++i)
    EXPECT_EQ(kernel.download<uint32_t>(out, 96)[i], 95 - i);
}

TEST(Barriers, ReductionsSeeEveryThread) {
  Kernel kernel(entry("setp.lt.u32 %p0, %t, 37;\n"
                      "bar.red.popc.u32 %r0, 1, %p0;\n"
                      "bar.red.and.pred %p1, 1, %p0;\n"
                      "bar.red.or.pred %p2, 1, !%p0;\n"
                      "selp.b32 %r1, 1000, 0, %p1; add.s32 %r0, %r0, %r1;\n"
                      "selp.b32 %r1, 100, 0, %p2; add.s32 %r0, %r0, %r1;\n"
                      "st.global.u32 [%rd0], %r0;"));
  uint64_t out = kernel.upload(std::vector<uint32_t>(64));
  ASSERT_FALSE(kernel.run(1, 64, {out}));
  EXPECT_EQ(kernel.download<uint32_t>(out, 64), std::vector<uint32_t>(64, 137));
}

TEST(Barriers, ProducersArriveWithoutWaiting) {
  Kernel kernel(entry("setp.ge.u32 %p0, %t, 32; @%p0 bra CONSUME;\n"
                      "st.shared.u32 [s], 9; bar.arrive 2, 64; ret;\n"
                      "CONSUME: bar.sync 2, 64; ld.shared.u32 %r0, [s];\n"
                      "st.global.u32 [%rd0], %r0;"));
  uint64_t out = kernel.upload(std::vector<uint32_t>(64));
  ASSERT_FALSE(kernel.run(1, 64, {out}));
  EXPECT_EQ(kernel.download<uint32_t>(out, 64)[63], 9u);
}

TEST(Barriers, ExitedThreadsCountAsArrived) {
  Kernel kernel(entry("setp.ge.u32 %p0, %t, 40; @%p0 ret;\nbar.sync 0;\n"
                      "st.global.u32 [%rd0], 1;"));
  uint64_t out = kernel.upload(std::vector<uint32_t>(96));
  EXPECT_FALSE(kernel.run(1, 96, {out}));
}

TEST(Barriers, DivergentBarrierIsReportedAtItsLine) {
  // Line 4 is the entry; the body starts at line 9.
  std::string text = faultOf("setp.lt.u32 %p0, %t, 16; @%p0 bra L;\n"
                             "bar.sync 0;\nbra OUT;\n"
                             "L: bar.sync 0;\nOUT:",
                             32);
  EXPECT_NE(text.find("PTX line 10 (bar.sync): divergent barrier: other "
                      "threads of the warp wait at PTX line 12"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("kernel 'k', block (0,0,0), thread (16,0,0)"),
            std::string::npos)
      << text;
}

TEST(Barriers, DeadlockIsFoundExactly) {
  std::string text = faultOf("setp.lt.u32 %p0, %t, 32; @%p0 bra L;\n"
                             "bar.sync 1;\nbra OUT;\n"
                             "L: bar.sync 2;\nOUT:",
                             64);
  EXPECT_NE(text.find("deadlock: 64 threads wait at a barrier and 0 for other "
                      "lanes"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("PTX line 12 (bar.sync); PTX line 10 (bar.sync)"),
            std::string::npos)
      << text;
}

TEST(Barriers, ImpossibleBarriersAreRefused) {
  EXPECT_NE(faultOf("bar.sync 16;", 32).find("barriers 0 to 15"),
            std::string::npos);
  EXPECT_NE(faultOf("bar.sync 0, 40;", 64).find("not a multiple of 32"),
            std::string::npos);
  EXPECT_NE(faultOf("bar.sync 0, 128;", 64).find("the block has fewer"),
            std::string::npos);
}

TEST(Barriers, AShuffleThatWaitsForLanesThatNeverComeIsADeadlock) {
  std::string text = faultOf("setp.lt.u32 %p0, %t, 16; @%p0 bra L;\n"
                             "bar.sync 0; bra OUT;\n"
                             "L: shfl.sync.idx.b32 %r0, %t, 0, 31, -1;\nOUT:",
                             32);
  EXPECT_NE(text.find("16 threads wait at a barrier and 16 for other lanes"),
            std::string::npos)
      << text;
}

} // namespace
