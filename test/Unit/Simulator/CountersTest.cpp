//===- CountersTest.cpp - counts derived by hand --------------------------===//

#include "Kernel.h"

#include "Machine/InstructionClass.h"

using namespace theano::sim;

namespace {

/// Four words for each of `threads` threads, at 4 bytes of `%a` a thread.
std::string entry(const std::string &body) {
  return ".visible .entry k(.param .u64 p) {\n"
         ".reg .b32 %t, %r<8>; .reg .b64 %p, %a, %b; .reg .pred %q;\n"
         ".shared .align 16 .b8 s[8192];\n"
         "mov.u32 %t, %tid.x; ld.param.u64 %p, [p];\n"
         "mul.wide.u32 %a, %t, 4; add.s64 %a, %p, %a;\n" +
         body + "\nret;\n}\n";
}

struct Counted {
  explicit Counted(const std::string &text) : kernel(text) {
    kernel.options.count = true;
  }
  void run(uint32_t grid, uint32_t block, size_t words = 4096) {
    uint64_t p = kernel.upload(std::vector<uint32_t>(words));
    std::optional<Fault> fault = kernel.run(grid, block, {p});
    ASSERT_FALSE(fault) << fault->text();
    ASSERT_TRUE(kernel.counters);
  }
  /// Of all instructions with this opcode and these modifiers.
  OpCounts of(const std::string &opcode, const std::string &modifier = "") {
    OpCounts sum;
    for (size_t pc = 0; pc < kernel.image->code.size(); ++pc) {
      const Instruction *instruction = kernel.image->info[pc].instruction;
      if (!instruction || instruction->opcode != opcode)
        continue;
      bool has = modifier.empty();
      for (std::string_view one : instruction->modifiers)
        has |= one == modifier;
      if (has)
        sum += kernel.counters->ops()[pc];
    }
    return sum;
  }
  Kernel kernel;
};

TEST(Counters, NothingIsCountedUnlessAskedFor) {
  Kernel kernel(entry(""));
  ASSERT_FALSE(kernel.run(1, 32, {kernel.upload<uint32_t>({0})}));
  EXPECT_FALSE(kernel.counters);
}

// 2 blocks of 48 threads: a whole warp and one of 16 lanes each. All blocks
// read the same 48 words: 6 sectors, 4 and 2 a warp.
TEST(Counters, WarpsLanesAndSectors) {
  Counted k(entry("ld.global.u32 %r0, [%a];\nadd.s32 %r0, %r0, 1;\n"
                  "st.global.u32 [%a], %r0;"));
  k.run(2, 48);
  OpCounts load = k.of("ld", "global");
  EXPECT_EQ(load.warps, 4u);
  EXPECT_EQ(load.lanes, 96u);
  EXPECT_EQ(load.requests, 4u);
  EXPECT_EQ(load.sectors, 12u);
  EXPECT_EQ(k.of("st").sectors, 12u);
  EXPECT_EQ(k.kernel.counters->loaded().size(), 6u);
  EXPECT_EQ(k.kernel.counters->stored().size(), 6u);
  EXPECT_EQ(k.of("add", "s32").lanes, 96u);
  EXPECT_EQ(k.of("ld", "param").requests, 0u) << "parameters are no traffic";
}

// A stride of 8 words: a sector a lane. Four words a lane: 16 sectors a warp.
// The same word: one sector.
TEST(Counters, SectorsOfStridesVectorsAndBroadcasts) {
  Counted k(entry("mad.wide.u32 %b, %t, 32, %p; ld.global.u32 %r0, [%b];\n"
                  "mad.wide.u32 %b, %t, 16, %p;\n"
                  "ld.global.v4.u32 {%r0, %r1, %r2, %r3}, [%b];\n"
                  "ld.volatile.global.u32 %r0, [%p];"));
  k.run(1, 32);
  EXPECT_EQ(k.of("ld", "v4").sectors, 16u);
  EXPECT_EQ(k.of("ld", "volatile").sectors, 1u);
  OpCounts all = k.of("ld", "global");
  EXPECT_EQ(all.requests, 3u);
  EXPECT_EQ(all.sectors, 32u + 16u + 1u);
  EXPECT_EQ(k.kernel.counters->loaded().size(), 32u) << "all are in the first";
}

// Words a lane apart: no conflict. Two words: lanes l and l + 16 want one bank.
// 32 words: all want one. The same word: a broadcast. Sixteen bytes a lane:
// four phases of eight lanes, none of which conflicts.
TEST(Counters, WavefrontsOfSharedMemory) {
  auto wavefronts = [](const std::string &body) {
    Counted k(entry(body));
    k.run(1, 32);
    OpCounts counts = k.of("ld", "shared");
    return std::pair(counts.wavefronts, counts.idealWavefronts);
  };
  auto strided = [&](int bytes) {
    return wavefronts("mov.u32 %r1, s; mad.lo.u32 %r1, %t, " +
                      std::to_string(bytes) +
                      ", %r1; ld.shared.u32 %r0, [%r1];");
  };
  using Pair = std::pair<uint64_t, uint64_t>;
  EXPECT_EQ(strided(4), Pair(1, 1));
  EXPECT_EQ(strided(8), Pair(2, 1));
  EXPECT_EQ(strided(128), Pair(32, 1));
  EXPECT_EQ(strided(132), Pair(1, 1)) << "padded rows";
  EXPECT_EQ(strided(0), Pair(1, 1));
  EXPECT_EQ(wavefronts("mov.u32 %r4, s; mad.lo.u32 %r4, %t, 16, %r4;\n"
                       "ld.shared.v4.u32 {%r0, %r1, %r2, %r3}, [%r4];"),
            Pair(4, 4));
  // Through the generic space it is the same memory.
  Counted generic(entry("mov.u64 %b, s; cvta.shared.u64 %b, %b;\n"
                        "mad.wide.u32 %b, %t, 8, %b; ld.u32 %r0, [%b];"));
  generic.run(1, 32);
  EXPECT_EQ(generic.of("ld", "u32").wavefronts, 2u);
  EXPECT_EQ(generic.of("ld", "u32").requests, 0u);
}

// A phase is the eight rows of a matrix, 16 bytes each. Rows one behind the
// other, or 144 bytes apart, fill all banks once; rows 128 bytes apart want the
// same four banks, and rows 64 bytes apart those of every second one. Lanes
// beyond the matrices have no say.
TEST(Counters, WavefrontsOfMatrices) {
  auto wavefronts = [](unsigned stride, const std::string &count,
                       const std::string &registers) {
    Counted k(entry("mov.u32 %r4, s; and.b32 %r5, %t, 7;\n"
                    "mad.lo.u32 %r4, %r5, " +
                    std::to_string(stride) +
                    ", %r4; setp.ge.u32 %q, %t, 16; @%q mov.u32 %r4, s;\n" +
                    "ldmatrix.sync.aligned.m8n8." + count + ".shared.b16 " +
                    registers + ", [%r4];"));
    k.run(1, 32);
    OpCounts counts = k.of("ldmatrix");
    EXPECT_EQ(counts.warps, 1u);
    EXPECT_EQ(counts.requests, 0u);
    return std::pair(counts.wavefronts, counts.idealWavefronts);
  };
  using Pair = std::pair<uint64_t, uint64_t>;
  EXPECT_EQ(wavefronts(16, "x1", "{%r0}"), Pair(1, 1));
  EXPECT_EQ(wavefronts(144, "x1", "{%r0}"), Pair(1, 1)) << "padded rows";
  EXPECT_EQ(wavefronts(128, "x1", "{%r0}"), Pair(8, 1));
  EXPECT_EQ(wavefronts(64, "x1", "{%r0}"), Pair(4, 1));
  EXPECT_EQ(wavefronts(16, "x2", "{%r0, %r1}"), Pair(2, 2));
  EXPECT_EQ(wavefronts(128, "x2", "{%r0, %r1}"), Pair(16, 2));
  // Lanes 16 to 31 share one row, a matrix of eight times the same.
  EXPECT_EQ(wavefronts(128, "x4", "{%r0, %r1, %r2, %r3}"), Pair(18, 4));
}

// Lanes 0 to 7 take the branch. A guard narrows the lanes; where it lets none
// through the instruction takes its slot all the same.
TEST(Counters, BranchesAndGuards) {
  Counted k(
      entry("setp.lt.u32 %q, %t, 8;\n@%q bra low;\nmul.lo.u32 %r0, %t, 3;\n"
            "low:\n@%q add.s32 %r0, %r0, 1;\n"
            "setp.gt.u32 %q, %t, 99;\n@%q xor.b32 %r0, %r0, 1;\n"
            "@%q bar.sync 0;\n@!%q bar.sync 0;"));
  k.run(1, 32);
  EXPECT_EQ(k.of("bra").divergent, 1u);
  EXPECT_EQ(k.of("bra").lanes, 32u);
  EXPECT_EQ(k.of("mul", "lo").lanes, 24u);
  EXPECT_EQ(k.of("add", "s32").warps, 1u);
  EXPECT_EQ(k.of("add", "s32").lanes, 8u);
  EXPECT_EQ(k.of("xor").warps, 1u);
  EXPECT_EQ(k.of("xor").lanes, 0u);
  EXPECT_EQ(k.of("bar").warps, 2u);
  EXPECT_EQ(k.of("bar").lanes, 32u);
}

// A loop of 10 turns by each of two warps; atomics touch one sector.
TEST(Counters, LoopsAndAtomics) {
  Counted k(entry("mov.u32 %r0, 0;\nloop:\nadd.s32 %r0, %r0, 1;\n"
                  "red.global.add.u32 [%p], 1;\nsetp.lt.u32 %q, %r0, 10;\n"
                  "@%q bra loop;"));
  k.run(1, 64);
  EXPECT_EQ(k.of("add", "s32").warps, 20u);
  EXPECT_EQ(k.of("bra").warps, 20u);
  EXPECT_EQ(k.of("bra").divergent, 0u);
  EXPECT_EQ(k.of("red").requests, 20u);
  EXPECT_EQ(k.of("red").sectors, 20u);
  EXPECT_EQ(k.kernel.counters->stored().size(), 1u);
}

// The counts are sums, so neither the number of host threads nor the order of
// the warps may show.
TEST(Counters, ThreadsAndSeedsDoNotShow) {
  std::string text = entry("ld.global.u32 %r0, [%a];\nbar.sync 0;\n"
                           "st.global.u32 [%a], %r0;");
  auto counts = [&](uint32_t threads, uint64_t seed) {
    Counted k(text);
    k.kernel.options.threads = threads;
    k.kernel.options.seed = seed;
    k.run(64, 96);
    OpCounts sum;
    for (const OpCounts &one : k.kernel.counters->ops())
      sum += one;
    return std::tuple(sum.warps, sum.lanes, sum.requests, sum.sectors,
                      k.kernel.counters->loaded().size());
  };
  auto one = counts(1, 0);
  // 7 instructions, ret and mov among them, by 3 warps of 64 blocks.
  EXPECT_EQ(std::get<0>(one), 8u * 3 * 64);
  EXPECT_EQ(std::get<4>(one), 12u);
  EXPECT_EQ(counts(4, 0), one);
  EXPECT_EQ(counts(4, 99), one);
}

// Some instructions take several ops of the simulator and are one all the same.
TEST(Counters, AnInstructionIsOne) {
  Counted k(entry("ld.global.s8 %r0, [%a]; mov.b64 {%r1, %r2}, %a;\n"
                  "ld.global.v2.s16 {%r1, %r2}, [%a]; cvt.s8.s32 %r3, %r0;"));
  k.run(1, 32);
  EXPECT_EQ(k.of("ld", "s8").warps, 1u);
  EXPECT_EQ(k.of("ld", "s8").sectors, 4u);
  EXPECT_EQ(k.of("ld", "v2").warps, 1u);
  EXPECT_EQ(k.of("mov", "b64").warps, 1u);
  EXPECT_EQ(k.of("cvt").warps, 1u);
}

// A branch by a table sends the lanes three ways.
TEST(Counters, BranchesByATable) {
  Counted k(entry("ts: .branchtargets l0, l1, l2;\nrem.u32 %r0, %t, 3;\n"
                  "brx.idx %r0, ts;\nl0: add.s32 %r1, %r0, 1;\n"
                  "l1: add.s32 %r1, %r0, 1;\nl2: add.s32 %r1, %r0, 1;"));
  k.run(1, 32);
  EXPECT_EQ(k.of("brx").warps, 1u);
  EXPECT_EQ(k.of("brx").divergent, 1u);
  EXPECT_EQ(k.of("add", "s32").lanes, 11u + 22u + 32u);
}

TEST(Counters, Classes) {
  Counted k(entry("cvt.rn.f32.u32 %r0, %t; add.f32 %r0, %r0, %r0;\n"
                  "shfl.sync.bfly.b32 %r1, %r0, 1, 31, -1;\n"
                  "selp.b32 %r1, %r0, %r1, %q; bar.sync 0;\n"
                  "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r1}, [%r0];\n"
                  "mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32 {%r0, %r1}, "
                  "{%r2}, {%r3}, {%r0, %r1};\n"
                  "movmatrix.sync.aligned.m8n8.trans.b16 %r0, %r1;"));
  ASSERT_TRUE(k.kernel.image) << k.kernel.diagnostics.log();
  std::string classes;
  for (const OpInfo &info : k.kernel.image->info)
    if (info.counted && info.instruction)
      classes += std::string(spelling(classify(*info.instruction))) + " ";
  EXPECT_EQ(classes, "move parameter integer integer convert float32 warp "
                     "select barrier load matrix warp control ");
}

} // namespace
