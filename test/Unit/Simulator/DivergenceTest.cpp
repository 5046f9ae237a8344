//===- DivergenceTest.cpp - lanes that part and meet again ----------------===//

#include "Kernel.h"

#include <algorithm>

using namespace theano::sim;

namespace {

/// An entry that computes %v from %t, the thread, and stores it at out[%t].
std::string perThread(const std::string &body) {
  return ".visible .entry k(.param .u64 out) {\n"
         ".reg .b32 %t, %v, %r<16>; .reg .b64 %o, %rd<8>; .reg .pred %p<8>;\n"
         "mov.u32 %t, %tid.x; ld.param.u64 %o, [out];\n"
         "mul.wide.u32 %rd0, %t, 4; add.s64 %rd0, %o, %rd0;\n" +
         body + "\nst.global.u32 [%rd0], %v;\nret;\n}\n";
}

std::vector<uint32_t> run(const std::string &text, uint32_t threads,
                          uint32_t grid = 1) {
  Kernel kernel(text);
  uint64_t out = kernel.upload(std::vector<uint32_t>(threads));
  std::optional<Fault> fault = kernel.run(grid, threads, {out});
  if (fault)
    ADD_FAILURE() << fault->text();
  return kernel.download<uint32_t>(out, threads);
}

TEST(Divergence, ArmsMeetAgain) {
  // All 32 lanes are active again behind the branch: the ballot sees them.
  auto values = run(perThread("and.b32 %r0, %t, 1; setp.eq.u32 %p0, %r0, 0;\n"
                              "@%p0 bra EVEN;\n"
                              "mov.b32 %v, 1; bra BEHIND;\n"
                              "EVEN: mov.b32 %v, 2;\n"
                              "BEHIND: activemask.b32 %r1;\n"
                              "setp.eq.u32 %p1, %r1, -1;\n"
                              "selp.b32 %r2, 10, 0, %p1;\n"
                              "add.s32 %v, %v, %r2;"),
                    32);
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(values[i], i % 2 ? 11u : 12u) << i;
}

TEST(Divergence, LoopsOfDifferentLength) {
  auto values =
      run(perThread("mov.b32 %v, 0; mov.b32 %r0, 0;\n"
                    "LOOP: add.s32 %v, %v, %r0; add.s32 %r0, %r0, 1;\n"
                    "setp.le.u32 %p0, %r0, %t; @%p0 bra LOOP;"),
          64);
  for (uint32_t i = 0; i < 64; ++i)
    EXPECT_EQ(values[i], i * (i + 1) / 2) << i;
}

TEST(Divergence, EarlyExitAndPartialWarp) {
  auto values = run(perThread("mov.b32 %v, 7; setp.gt.u32 %p0, %t, 20;\n"
                              "@%p0 ret;\n"
                              "shfl.sync.idx.b32 %v|%p1, %t, 3, 31, -1;"),
                    40);
  for (uint32_t i = 0; i < 40; ++i)
    EXPECT_EQ(values[i], i <= 20 ? 3u : 0u) << i;
}

// Lanes of one warp take a lock in turn. The holder must get on while the
// others spin at a lower program counter.
TEST(Divergence, ASpinLockWithinAWarp) {
  std::string text =
      ".global .u32 lock; .global .u32 count;\n" +
      perThread("mov.u64 %rd1, lock; mov.u64 %rd2, count;\n"
                "SPIN: atom.global.cas.b32 %r0, [%rd1], 0, 1;\n"
                "setp.ne.u32 %p0, %r0, 0; @%p0 bra SPIN;\n"
                "ld.volatile.global.u32 %r1, [%rd2]; add.s32 %r1, %r1, 1;\n"
                "st.volatile.global.u32 [%rd2], %r1; membar.gl;\n"
                "atom.global.exch.b32 %r0, [%rd1], 0;\n"
                "mov.b32 %v, %r1;");
  auto values = run(text, 64);
  std::vector<bool> seen(65);
  for (uint32_t value : values) {
    ASSERT_TRUE(value >= 1 && value <= 64) << value;
    EXPECT_FALSE(seen[value]) << value;
    seen[value] = true;
  }
}

// A warp that spins lets the others run.
TEST(Divergence, AWarpWaitsForAnother) {
  std::string text =
      ".global .u32 flag;\n" +
      perThread("mov.u64 %rd1, flag; mov.b32 %v, 5;\n"
                "setp.ge.u32 %p0, %t, 32; @%p0 bra SET;\n"
                "SPIN: ld.volatile.global.u32 %r0, [%rd1];\n"
                "setp.eq.u32 %p1, %r0, 0; @%p1 bra SPIN; bra OUT;\n"
                "SET: st.volatile.global.u32 [%rd1], 1;\nOUT:");
  EXPECT_EQ(run(text, 64), std::vector<uint32_t>(64, 5));
}

// Two arms of a branch meet in different shuffles.
TEST(Divergence, ArmsShuffleWithEachOther) {
  auto values = run(perThread("setp.lt.u32 %p0, %t, 16; @%p0 bra LOW;\n"
                              "shfl.sync.bfly.b32 %v, %t, 16, 31, -1;\n"
                              "add.s32 %v, %v, 100; bra OUT;\n"
                              "LOW: shfl.sync.bfly.b32 %v, %t, 16, 31, -1;\n"
                              "OUT:"),
                    32);
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(values[i], i < 16 ? i + 16 : i - 16 + 100) << i;
}

TEST(Divergence, TableBranch) {
  auto values = run(perThread("and.b32 %r0, %t, 3;\n"
                              "T: .branchtargets A, B, C, B;\n"
                              "brx.idx %r0, T;\n"
                              "A: mov.b32 %v, 1; bra OUT;\n"
                              "B: mov.b32 %v, 2; bra OUT;\n"
                              "C: mov.b32 %v, 3;\nOUT:"),
                    32);
  const uint32_t expected[] = {1, 2, 3, 2};
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(values[i], expected[i % 4]) << i;
}

TEST(Divergence, RecursionPerLane) {
  std::string text =
      ".func (.param .b32 r) f(.param .b32 n) {\n"
      ".reg .b32 %n, %m, %v; .reg .pred %p;\n"
      "ld.param.b32 %n, [n]; mov.b32 %v, 0;\n"
      "setp.eq.u32 %p, %n, 0; @%p bra OUT;\n"
      "sub.s32 %m, %n, 1;\n"
      "{ .param .b32 a; .param .b32 q; st.param.b32 [a], %m;\n"
      "call.uni (q), f, (a); ld.param.b32 %v, [q]; }\n"
      "add.s32 %v, %v, %n;\n"
      "OUT: st.param.b32 [r], %v; ret;\n}\n" +
      perThread("{ .param .b32 a; .param .b32 q; st.param.b32 [a], %t;\n"
                "call.uni (q), f, (a); ld.param.b32 %v, [q]; }");
  auto values = run(text, 32);
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(values[i], i * (i + 1) / 2) << i;
}

TEST(Divergence, CallsThroughPointers) {
  std::string text =
      ".func (.reg .b32 r) one(.reg .b32 x) { add.s32 r, x, 1; ret; }\n"
      ".func (.reg .b32 r) two(.reg .b32 x) { mul.lo.s32 r, x, 2; ret; }\n"
      ".global .u64 table[2] = {one, two};\n" +
      perThread("and.b32 %r0, %t, 1; mul.wide.u32 %rd1, %r0, 8;\n"
                "mov.u64 %rd2, table; add.s64 %rd2, %rd2, %rd1;\n"
                "ld.global.u64 %rd3, [%rd2];\n"
                "P: .callprototype (.reg .b32 _) _ (.reg .b32 _);\n"
                "call (%v), %rd3, (%t), P;");
  auto values = run(text, 32);
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(values[i], i % 2 ? i * 2 : i + 1) << i;
}

TEST(Divergence, EverySeedGivesTheSame) {
  for (uint64_t seed : {0, 1, 2, 3}) {
    Kernel kernel(perThread("bar.sync 0; mov.b32 %v, %t;"));
    kernel.options.seed = seed;
    kernel.options.threads = 2;
    uint64_t out = kernel.upload(std::vector<uint32_t>(256));
    ASSERT_FALSE(kernel.run(8, 256, {out}));
    EXPECT_EQ(kernel.download<uint32_t>(out, 256)[255], 255u);
  }
}

/// Each warp of a block takes a number; the first gets 0.
std::vector<uint32_t> orderOfWarps(uint64_t seed,
                                   const std::vector<uint64_t> &blocks) {
  constexpr uint32_t warps = 8;
  Kernel kernel(".visible .entry k(.param .u64 out) {\n"
                ".reg .b32 %t, %n; .reg .b64 %o, %a; .reg .pred %p;\n"
                ".shared .u32 next; mov.u32 %t, %tid.x; ld.param.u64 %o, "
                "[out];\n"
                "and.b32 %n, %t, 31; setp.ne.u32 %p, %n, 0; @%p ret;\n"
                "atom.shared.add.u32 %n, [next], 1;\n"
                "shr.u32 %t, %t, 5; mul.wide.u32 %a, %t, 4;\n"
                "add.s64 %a, %o, %a; st.global.u32 [%a], %n; ret;\n}\n");
  if (!kernel.image) {
    ADD_FAILURE() << kernel.diagnostics.log();
    return {};
  }
  kernel.options.seed = seed;
  uint64_t out = kernel.upload(std::vector<uint32_t>(warps));
  LaunchSpec launch = kernel.launch(16, warps * 32, {out});
  Block block(launch, kernel.options, /*counters=*/nullptr);
  for (uint64_t index : blocks) {
    block.start(index);
    // Shared memory is what the block before left.
    std::memset(block.shared(), 0, sizeof(uint32_t));
    BlockStatus status = BlockStatus::Yielded;
    while (status == BlockStatus::Yielded)
      status = block.step();
    EXPECT_EQ(status, BlockStatus::Done);
  }
  return kernel.download<uint32_t>(out, warps);
}

TEST(Divergence, TheSeedSetsTheOrderOfWarps) {
  const std::vector<uint32_t> ascending = {0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(orderOfWarps(0, {3}), ascending);
  std::vector<uint32_t> third = orderOfWarps(1, {3});
  EXPECT_NE(third, ascending);
  EXPECT_NE(third, orderOfWarps(2, {3}));
  std::vector<uint32_t> sorted = third;
  std::ranges::sort(sorted);
  EXPECT_EQ(sorted, ascending);
  // Whatever blocks the same host thread ran before.
  EXPECT_EQ(orderOfWarps(1, {0, 3}), third);
  EXPECT_EQ(orderOfWarps(1, {0, 1, 2, 3}), third);
}

TEST(Divergence, TheWatchdogEndsAGridOfTooManyShortBlocks) {
  Kernel kernel(".visible .entry k() {\nret;\n}\n");
  kernel.options.instructionLimit = 1000;
  std::optional<Fault> fault = kernel.run(5000, 1, {});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->result, theano::cuda::Result::LaunchTimeout);
  EXPECT_FALSE(kernel.run(900, 1, {})) << "as many are allowed";
}

TEST(Divergence, TheWatchdogEndsAnEndlessLoop) {
  Kernel kernel(".visible .entry k() {\nL: bra L;\n}\n");
  kernel.options.instructionLimit = 100000;
  std::optional<Fault> fault = kernel.run(1, 32, {});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->result, theano::cuda::Result::LaunchTimeout);
  EXPECT_NE(fault->message.find("watchdog"), std::string::npos);
}

// The sleeper's warp comes first, and must let the one that wakes it go on;
// thousands of naps are no deadlock.
TEST(Divergence, ASleepingThreadWaitsForOthers) {
  auto values = run(
      ".shared .u32 flag;\n" +
          perThread("setp.ge.u32 %p0, %t, 32; @%p0 bra WAKE;\n"
                    "mov.b32 %v, 0;\n"
                    "NAP: nanosleep.u32 %t; add.s32 %v, %v, 1;\n"
                    "setp.lt.u32 %p0, %v, 30000; @%p0 bra NAP;\n"
                    "AGAIN: nanosleep.u32 20;\n"
                    "ld.volatile.shared.u32 %r0, [flag];\n"
                    "setp.ne.u32 %p0, %r0, 77; @%p0 bra AGAIN;\n"
                    "mov.b32 %v, %r0; bra BEHIND;\n"
                    "WAKE: mov.b32 %v, 77; st.volatile.shared.u32 [flag], %v;\n"
                    "BEHIND:"),
      64);
  EXPECT_EQ(values, std::vector<uint32_t>(64, 77));
}

TEST(Divergence, ABreakpointEndsTheKernel) {
  Kernel kernel(perThread("mov.b32 %v, 0; setp.eq.u32 %p0, %t, 9;\n"
                          "@%p0 brkpt;"));
  uint64_t out = kernel.upload(std::vector<uint32_t>(32));
  std::optional<Fault> fault = kernel.run(1, 32, {out});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->thread[0], 9u);
  EXPECT_EQ(fault->instruction, "brkpt");
}

TEST(Divergence, RefusesASleepOfOtherTypes) {
  for (const char *nap : {"nanosleep.u64 %rd0;", "nanosleep.b32 %t;",
                          "nanosleep %t;", "nanosleep.u32 %rd0;"})
    EXPECT_NE(Kernel(perThread(nap)).log().find("line 8"), std::string::npos)
        << nap;
  EXPECT_NE(Kernel(perThread("nanosleep.u32 1;"), ptxHeadFor("6.3", "sm_61"))
                .log()
                .find("requires .target sm_70"),
            std::string::npos);
}

} // namespace
