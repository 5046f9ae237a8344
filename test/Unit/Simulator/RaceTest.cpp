//===- RaceTest.cpp - races, and what orders accesses ---------------------===//
//
// Each pattern is run as it should be, where nothing may be found, and without
// one of the things that it needs. Warps run in several orders, blocks on one
// and on several host threads: what is found must not hang on either.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

using namespace theano::sim;

namespace {

/// %s is the shared word of the thread, %o its word of the output, %p the
/// output, of which 1024 words are 0. The body starts at line 13.
std::string entry(const std::string &body) {
  return ".visible .entry k(.param .u64 p) {\n"
         ".shared .align 16 .b32 s[512];\n"
         ".reg .b32 %t, %b, %n, %g, %v, %r<8>; .reg .pred %q, %w;\n"
         ".reg .b64 %s, %p, %o, %rd<8>;\n"
         "mov.u32 %t, %tid.x; mov.u32 %b, %ctaid.x; mov.u32 %n, %nctaid.x;\n"
         "mov.u32 %r0, %ntid.x; mad.lo.u32 %g, %b, %r0, %t;\n"
         "ld.param.u64 %p, [p]; mul.wide.u32 %o, %g, 4; add.s64 %o, %p, %o;\n"
         "mov.u64 %s, s; mul.wide.u32 %rd0, %t, 4; add.s64 %s, %s, %rd0;\n"
         "setp.eq.u32 %w, %t, 0;\n" +
         body + "\nret;\n}\n";
}

struct Setting {
  uint64_t seed;
  uint32_t threads;
};
constexpr Setting settings[] = {{0, 1}, {1, 1}, {2, 1}, {3, 2}, {4, 3}};

std::optional<Fault> run(const std::string &text, uint32_t grid, uint32_t block,
                         const Setting &setting) {
  Kernel kernel(text);
  kernel.options.deepChecks = true;
  kernel.options.seed = setting.seed;
  // Enough for all blocks that wait for each other.
  kernel.options.threads = setting.threads == 1 ? 1 : 4;
  kernel.memory.trackWrites(true);
  return kernel.run(grid, block, {kernel.upload(std::vector<uint32_t>(1024))});
}

void expectClean(const std::string &body, uint32_t grid, uint32_t block,
                 uint32_t leastThreads = 1) {
  for (const Setting &setting : settings) {
    if (setting.threads < leastThreads)
      continue;
    std::optional<Fault> fault = run(entry(body), grid, block, setting);
    EXPECT_FALSE(fault) << "seed " << setting.seed << ": " << fault->text();
  }
}

/// Two lines of which the finding names one, and the other as the other place.
struct Lines {
  uint32_t one, other;
};

void expectRace(const std::string &body, uint32_t grid, uint32_t block,
                Lines lines, uint32_t leastThreads = 1) {
  for (const Setting &setting : settings) {
    if (setting.threads < leastThreads)
      continue;
    std::optional<Fault> fault = run(entry(body), grid, block, setting);
    ASSERT_TRUE(fault) << "seed " << setting.seed << ": no race was found";
    EXPECT_TRUE(fault->message.starts_with("race: ")) << fault->text();
    EXPECT_TRUE(fault->ptxLine == lines.one || fault->ptxLine == lines.other)
        << fault->text();
    uint32_t other = lines.one + lines.other - fault->ptxLine;
    EXPECT_NE(fault->message.find("at PTX line " + std::to_string(other) + " "),
              std::string::npos)
        << fault->text();
  }
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

const std::string reverse = "mov.u64 %rd1, s; sub.s32 %r1, 63, %t;\n"
                            "mul.wide.u32 %rd2, %r1, 4;\n"
                            "add.s64 %rd1, %rd1, %rd2;\n";

TEST(SharedRace, ExchangeWithoutABarrier) {
  std::string start = reverse + "st.shared.u32 [%s], 0; bar.sync 0;\n";
  expectClean(start + "st.shared.u32 [%s], %t; bar.sync 0;\n"
                      "ld.shared.u32 %r2, [%rd1];",
              1, 64);
  expectRace(start + "st.shared.u32 [%s], %t;\nld.shared.u32 %r2, [%rd1];", 1,
             64, {17, 18});
}

TEST(SharedRace, TheMessageNamesBothSides) {
  std::optional<Fault> fault =
      run(entry(reverse + "st.shared.u32 [%s], 0; bar.sync 0;\n"
                          "st.shared.u32 [%s], %t;\n"
                          "ld.shared.u32 %r2, [%rd1];"),
          1, 64, {2, 1});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->text(),
            "kernel 'k', block (0,0,0), thread (0,0,0), PTX line 17 "
            "(st.shared.u32): race: write of 4 bytes at shared address 0x0, "
            "which thread (63,0,0) reads at PTX line 18 (ld.shared.u32); "
            "nothing orders the two");
}

TEST(SharedRace, LanesOfOneInstruction) {
  expectClean("st.shared.u32 [s], 7;", 1, 128);
  expectRace("st.shared.u32 [s], %t;", 1, 32, {13, 13});
  // Equal pairs, but not all.
  expectRace("shr.u32 %r1, %t, 1; st.shared.u32 [s], %r1;", 1, 4, {13, 13});
  expectClean("st.shared.v2.u32 [s], {%n, %n};", 1, 96);
  expectRace("st.shared.v2.u32 [s], {%n, %t};", 1, 96, {13, 13});
}

TEST(SharedRace, EqualStoresWhereBytesAreApart) {
  // Other bytes of the same memory have been looked at one by one.
  const std::string bytes = "@%w st.shared.u8 [s+100], %t;\n";
  expectClean(bytes + "st.shared.u32 [s], 7;", 1, 128);
  expectClean(bytes + "st.shared.v2.u32 [s+8], {%n, %n};", 1, 96);
  expectClean(bytes + "st.shared.u16 [s+2], %n;", 1, 96);
  expectRace(bytes + "st.shared.u32 [s], %t;", 1, 32, {14, 14});
}

TEST(SharedRace, AnAtomicUpdateDoesNotExcuseAPlainStore) {
  // The thread that sets the counter updates it, too.
  const std::string start = "@%w st.shared.u32 [s], 5; bar.sync 0;\n"
                            "@%w st.shared.u32 [s], 0;\n";
  const std::string update = "atom.shared.add.u32 %r1, [s], 1;\n";
  expectClean(start + "bar.sync 0;\n" + update, 1, 64);
  expectRace(start + update, 1, 64, {14, 15});
  // And who reads it plainly behind the updates needs a barrier.
  expectClean(start + "bar.sync 0;\n" + update + "bar.sync 0;\n" +
                  "ld.shared.u32 %r1, [s];",
              1, 64);
  expectRace(start + "bar.sync 0;\n" + update + "ld.shared.u32 %r1, [s];", 1,
             64, {16, 17});
}

TEST(SharedRace, NeighboursInAWordAreApart) {
  expectClean("mov.u64 %rd1, s; cvt.u64.u32 %rd2, %t;\n"
              "add.s64 %rd1, %rd1, %rd2;\n"
              "st.shared.u8 [%rd1], %t; ld.shared.u8 %r2, [%rd1];\n"
              "bar.sync 0; ld.shared.u32 %r1, [s];",
              1, 64);
  expectRace("mov.u64 %rd1, s; cvt.u64.u32 %rd2, %t;\n"
             "add.s64 %rd1, %rd1, %rd2;\n"
             "st.shared.u8 [%rd1], %t; bar.sync 0;\n"
             "ld.shared.u8 %r2, [s+40]; bar.warp.sync -1;\n"
             "@%w st.shared.u16 [s+40], %t;",
             1, 64, {16, 17});
}

const std::string swapLanes = "mov.u64 %rd1, s; xor.b32 %r1, %t, 1;\n"
                              "mul.wide.u32 %rd2, %r1, 4;\n"
                              "add.s64 %rd1, %rd1, %rd2;\n";

TEST(SharedRace, LanesOfAWarpNeedToMeet) {
  std::string start = swapLanes + "st.shared.u32 [%s], %t;\n";
  std::string end = "\nld.shared.u32 %r2, [%rd1];";
  expectRace(start + end, 1, 32, {16, 18});
  expectClean(start + "bar.warp.sync -1;" + end, 1, 32);
  expectClean(start + "shfl.sync.idx.b32 %r3, %t, 0, 31, -1;" + end, 1, 32);
  expectClean(start +
                  "and.b32 %r4, %t, 30; shl.b32 %r4, 3, %r4;\n"
                  "bar.warp.sync %r4;" +
                  end,
              1, 32);
  // Halves of the warp, where the neighbour is in the other one.
  std::string across = "mov.u64 %rd1, s; xor.b32 %r1, %t, 16;\n"
                       "mul.wide.u32 %rd2, %r1, 4;\n"
                       "add.s64 %rd1, %rd1, %rd2;\n"
                       "st.shared.u32 [%s], %t;\n"
                       "and.b32 %r4, %t, 16; shl.b32 %r4, 0xffff, %r4;\n";
  expectRace(across + "bar.warp.sync %r4;" + end, 1, 32, {16, 19});
}

TEST(SharedRace, MeetingsInBothArmsOfABranch) {
  expectClean(swapLanes + "and.b32 %r1, %t, 1; setp.eq.u32 %q, %r1, 0;\n"
                          "@%q bra EVEN;\n"
                          "st.shared.u32 [%s], 1; bar.warp.sync -1; bra JOIN;\n"
                          "EVEN: st.shared.u32 [%s], 2; bar.warp.sync -1;\n"
                          "JOIN: ld.shared.u32 %r2, [%rd1];",
              1, 32);
  expectRace(swapLanes + "and.b32 %r1, %t, 1; setp.eq.u32 %q, %r1, 0;\n"
                         "bar.warp.sync -1; @%q bra EVEN;\n"
                         "st.shared.u32 [%s], 1; bra JOIN;\n"
                         "EVEN: st.shared.u32 [%s], 2;\n"
                         "ld.shared.u32 %r2, [%rd1];\nJOIN:",
             1, 32, {18, 20});
}

/// s[t] += s[t + step], down to one word.
std::string reduction(const std::string &between) {
  return "st.shared.u32 [%s], %t; mov.u32 %r3, 16;\n"
         "L: bar.warp.sync -1;\n"
         "setp.ge.u32 %q, %t, %r3;\n"
         "mul.wide.u32 %rd1, %r3, 4; add.s64 %rd1, %s, %rd1;\n"
         "@!%q ld.shared.u32 %r1, [%rd1];\n" +
         between +
         "@!%q ld.shared.u32 %r2, [%s];\n"
         "@!%q add.s32 %r1, %r1, %r2;\n"
         "@!%q st.shared.u32 [%s], %r1;\n"
         "shr.u32 %r3, %r3, 1; setp.ne.u32 %q, %r3, 0; @%q bra L;\n"
         "@%w st.global.u32 [%p], %r1;";
}
TEST(SharedRace, ReductionByAWarp) {
  expectClean(reduction(""), 1, 32);
  std::string text = reduction("");
  text.replace(text.find("bar.warp.sync -1;"), 17, "");
  expectRace(text, 1, 32, {13, 17});
}

/// Three tiles go through two buffers; each thread reads its neighbour's word.
std::string tiles(const std::string &barrier) {
  return "mov.u32 %r3, 0; xor.b32 %r1, %t, 32; mul.wide.u32 %rd2, %r1, 4;\n"
         "mov.u64 %rd1, s; add.s64 %rd2, %rd1, %rd2;\n"
         "st.shared.u32 [%s], 9;\n"
         "L: bar.sync 0;\n"
         "and.b32 %r4, %r3, 1; mul.wide.u32 %rd3, %r4, 1024;\n"
         "xor.b64 %rd4, %rd3, 1024;\n"
         "add.s64 %rd5, %s, %rd4; st.shared.u32 [%rd5], %r3;\n"
         "add.s64 %rd6, %rd2, %rd3; ld.shared.u32 %r5, [%rd6];\n" +
         barrier + "add.s32 %r3, %r3, 1; setp.lt.u32 %q, %r3, 6; @%q bra L;";
}
TEST(SharedRace, DoubleBufferedTiles) {
  expectClean(tiles(""), 1, 64);
  std::string text = tiles("");
  text.replace(text.find("L: bar.sync 0;"), 14, "L: bar.warp.sync -1;");
  text.replace(text.find("[%s], 9;"), 8, "[%s], 9; bar.sync 0;");
  text.insert(0, "st.shared.u32 [%s+1024], 8; ");
  expectRace(text, 1, 64, {19, 20});
}

TEST(SharedRace, ProducersAndConsumers) {
  auto text = [](const std::string &arrive, const std::string &wait) {
    return "st.shared.u32 [%s], 0; bar.sync 0;\n"
           "setp.ge.u32 %q, %t, 32; @%q bra CONSUME;\n"
           "st.shared.u32 [%s], 9;\n" +
           arrive + "ret;\nCONSUME: " + wait +
           "ld.shared.u32 %r0, [%s+-128];\n";
  };
  expectClean(text("bar.arrive 2, 64;", "bar.sync 2, 64;"), 1, 64);
  expectClean(text("bar.sync 2, 64;", "bar.sync 2, 64;"), 1, 64);
  expectRace(text("", ""), 1, 64, {15, 17});
  // The consumer tells the producer, which is the wrong way round.
  expectRace(text("bar.sync 2, 64;", "bar.arrive 2, 64;"), 1, 64, {15, 17});
  // The warps in between are no part of it.
  expectRace("st.shared.u32 [%s], 0; bar.sync 0;\n"
             "setp.ge.u32 %q, %t, 64; @%q bra OTHER;\n"
             "st.shared.u32 [%s], 9; bar.sync 1, 64; ret;\n"
             "OTHER: ld.shared.u32 %r0, [%s+-256];",
             1, 96, {15, 16});
}

TEST(SharedRace, ReadersOfEveryWarpAreRemembered) {
  // All read a word; the writer has met all of them but one.
  auto text = [](const char *late) {
    return "@%w st.shared.u32 [s], 3; bar.sync 0;\n"
           "setp.ge.u32 %q, %t, 224; @%q bra LATE;\n"
           "ld.shared.u32 %r1, [s]; bar.sync 1, 224;\n"
           "@%w st.shared.u32 [s], 4; ret;\n"
           "LATE: ld.shared.u32 %r1, [" +
           std::string(late) + "];";
  };
  expectClean(text("s+0];\n//"), 1, 224);
  expectRace(text("s"), 1, 256, {16, 17});
}

TEST(SharedRace, FlagsWithFences) {
  auto text = [](const std::string &fence, const std::string &kind) {
    return "st.shared.u32 [%s], 0; bar.sync 0;\n"
           "setp.eq.u32 %q, %t, 32; @%q bra WAIT; @!%w ret;\n"
           "st.shared.u32 [s+4], 5;\n" +
           fence + "st." + kind +
           "shared.u32 [s], 1; ret;\n"
           "WAIT: ld." +
           kind + "shared.u32 %r1, [s]; setp.eq.u32 %q, %r1, 0; @%q bra WAIT;" +
           fence + "ld.shared.u32 %r2, [s+4];";
  };
  expectClean(text("membar.cta;\n", "volatile."), 1, 64);
  expectClean(text("fence.acq_rel.gpu;\n", "relaxed.cta."), 1, 64);
  expectRace(text("\n", "volatile."), 1, 64, {15, 19});
  expectRace(text("membar.cta;\n", ""), 1, 64, {17, 18});
}

TEST(SharedRace, UpdatesAreNoRaceAndPlainReadsOfThemAre) {
  std::string start = "@%w st.shared.u32 [s], 0; bar.sync 0;\n"
                      "red.shared.add.u32 [s], 1;\n";
  expectClean(start + "bar.sync 0; ld.shared.u32 %r1, [s];", 1, 96);
  expectRace(start + "ld.shared.u32 %r1, [s];", 1, 96, {14, 15});
}

TEST(SharedRace, BlocksStartAnew) {
  expectClean("@%w st.shared.u32 [s], %b; bar.sync 0; ld.shared.u32 %r1, [s];",
              50, 64);
}

TEST(SharedRace, ThreadsThatExitTakePart) {
  expectClean("st.shared.u32 [%s], %t; setp.ge.u32 %q, %t, 40; @%q ret;\n"
              "bar.sync 0; ld.shared.u32 %r1, [%s+128];",
              1, 96);
}

//===----------------------------------------------------------------------===//
// Global memory
//===----------------------------------------------------------------------===//

TEST(GlobalRace, BlocksThatWriteOneWord) {
  expectClean("@%w st.global.u32 [%p], 5;", 20, 32);
  expectRace("@%w st.global.u32 [%p], %b;", 20, 32, {13, 13});
  expectClean("@%w red.global.add.u32 [%p], 1;", 20, 32);
  expectClean("@%w st.volatile.global.u32 [%p], %b;", 20, 32);
  // A scope that leaves the others out.
  expectRace("@%w red.relaxed.cta.global.add.u32 [%p], 1;", 20, 32, {13, 13});
}

TEST(GlobalRace, BlocksThatReadWhatOthersWrite) {
  expectRace("st.global.u32 [%o], %t;\nld.global.u32 %r1, [%o+128];", 1, 64,
             {13, 14});
  expectClean("st.global.u32 [%o], %t; bar.sync 0;\n"
              "ld.global.u32 %r1, [%o+128];",
              1, 64);
  expectRace("setp.eq.u32 %q, %b, 3;\n@%q st.global.u32 [%p+64], 1;\n"
             "@!%q ld.global.u32 %r1, [%p+64];",
             8, 32, {14, 15});
  expectClean("ld.global.u32 %r1, [%p]; ld.global.nc.u32 %r2, [%p+4];", 30, 64);
}

TEST(GlobalRace, RowsAreOfTheirLanes) {
  // A warp writes four rows at once; then each lane reads a word of its own, or
  // of another lane, of which it knows or not.
  std::string start = "mul.wide.u32 %rd1, %t, 16; add.s64 %rd1, %p, %rd1;\n"
                      "st.global.v4.u32 [%rd1], {%t, %t, %t, %t};\n";
  expectClean(start + "ld.global.u32 %r1, [%rd1+4];\n"
                      "st.global.v2.u32 [%rd1+8], {%t, %b};\n"
                      "ld.global.u8 %r2, [%rd1+13];",
              1, 64);
  expectRace(start + "ld.global.u32 %r1, [%o];", 1, 32, {14, 15});
  expectRace(start + "xor.b32 %r1, %t, 1; mul.wide.u32 %rd2, %r1, 16;\n"
                     "add.s64 %rd2, %p, %rd2;\n"
                     "ld.global.v4.u32 {%r1, %r2, %r3, %r4}, [%rd2];",
             1, 64, {14, 17});
  expectClean(start + "bar.warp.sync -1; ld.global.u32 %r1, [%o];", 1, 32);
  // Whole rows, of other lanes and of other warps.
  expectRace(start + "ld.global.v2.u32 {%r1, %r2}, [%p];\n"
                     "mul.wide.u32 %rd2, %t, 8; add.s64 %rd2, %p, %rd2;\n"
                     "ld.global.v2.u32 {%r1, %r2}, [%rd2];",
             1, 32, {14, 15});
  std::string twice = "and.b32 %r1, %t, 31; mul.wide.u32 %rd1, %r1, 4;\n"
                      "add.s64 %rd1, %p, %rd1;\n";
  expectRace(twice + "st.global.u32 [%rd1], %t;", 1, 64, {15, 15});
  expectClean(twice + "ld.global.u32 %r2, [%rd1]; bar.sync 0;\n"
                      "setp.ge.u32 %q, %t, 32; @%q ret;\n"
                      "st.global.u32 [%rd1], %t;",
              1, 64);
  expectRace(twice + "ld.global.u32 %r2, [%rd1];\n"
                     "setp.ge.u32 %q, %t, 32; @%q ret;\n"
                     "st.global.u32 [%rd1], %t;",
             1, 64, {15, 17});
}

TEST(GlobalRace, RowsMayStartAnywhere) {
  // Warps write in order from the fourth word on, and read what others wrote.
  std::string start = "add.s64 %o, %o, 12; st.global.u32 [%o], %t;\n";
  expectClean(start + "ld.global.u32 %r1, [%o];\n"
                      "st.global.u32 [%o], %r1; bar.sync 0;\n"
                      "ld.global.u32 %r1, [%o+-12];",
              1, 128);
  expectClean(start + "bar.sync 0; ld.global.u32 %r1, [%o+40]; bar.sync 0;\n"
                      "st.global.u32 [%o+4], %t;",
              1, 128);
  expectRace(start + "bar.warp.sync -1; ld.global.u32 %r1, [%o+-4];", 1, 64,
             {13, 14});
  expectRace(start + "bar.sync 0; ld.global.u32 %r1, [%o+4];\n"
                     "bar.warp.sync -1; st.global.u32 [%o], %t;",
             1, 64, {14, 15});
  // What a read of other parts knows of stays for who does not.
  expectRace("setp.ge.u32 %q, %t, 32; @%q bra B;\n"
             "st.global.u32 [%o+12], %t; bar.warp.sync -1;\n"
             "ld.global.u32 %r1, [%o+16]; ret;\n"
             "B: ld.global.u32 %r1, [%o+-108];",
             1, 64, {14, 16});
}

TEST(GlobalRace, OfOneBlock) {
  std::string start = "st.global.u32 [%o], %t;\n";
  std::string end = "xor.b32 %r1, %t, 32; mul.wide.u32 %rd1, %r1, 4;\n"
                    "add.s64 %rd1, %p, %rd1; ld.global.u32 %r2, [%rd1];";
  expectClean(start + "bar.sync 0;\n" + end, 1, 64);
  expectRace(start + "bar.warp.sync -1;\n" + end, 1, 64, {13, 16});
}

TEST(GlobalRace, TheMessageNamesTheOtherBlock) {
  std::optional<Fault> fault =
      run(entry("@%w st.global.u32 [%p+8], %b;"), 2, 32, {0, 1});
  ASSERT_TRUE(fault);
  std::string text = fault->text();
  EXPECT_TRUE(text.starts_with("kernel 'k', block (1,0,0), thread (0,0,0), PTX "
                               "line 13 (st.global.u32): race: write of 4 "
                               "bytes at global address 0x"))
      << text;
  EXPECT_TRUE(text.ends_with("which thread (0,0,0) of block (0,0,0) writes at "
                             "PTX line 13 (st.global.u32); nothing orders the "
                             "two"))
      << text;
}

/// Each block writes a partial result; the last one to take a ticket reads all.
std::string lastBlock(const std::string &fence) {
  return "@!%w bra JOIN;\n"
         "mul.wide.u32 %rd1, %b, 4; add.s64 %rd1, %p, %rd1;\n"
         "st.global.u32 [%rd1+64], %b;\n" +
         fence +
         "atom.global.inc.u32 %r1, [%p], 1000;\n"
         "add.s32 %r1, %r1, 1; st.shared.u32 [s], %r1;\n" +
         fence +
         "JOIN: bar.sync 0; ld.shared.u32 %r1, [s];\n"
         "setp.lt.u32 %q, %r1, %n; @%q ret;\n"
         "setp.ge.u32 %q, %t, %n; @%q ret;\n"
         "mul.wide.u32 %rd1, %t, 4; add.s64 %rd1, %p, %rd1;\n"
         "ld.global.u32 %r2, [%rd1+64]; @%w st.global.u32 [%p], 0;";
}
TEST(GlobalRace, TheLastBlock) {
  expectClean(lastBlock("membar.gl;\n"), 20, 64);
  expectClean(lastBlock("fence.acq_rel.gpu;\n"), 20, 64);
  expectRace(lastBlock("\n"), 20, 64, {15, 24});
  // A fence for the block alone.
  expectRace(lastBlock("membar.cta;\n"), 20, 64, {15, 24});
  // By the update itself.
  std::string text = lastBlock("\n");
  text.replace(text.find("atom.global"), 11, "atom.acq_rel.gpu.global");
  expectClean(text, 20, 64);
}

/// A scan where each block waits for the sum of the one before.
std::string lookBack(const std::string &fence, const std::string &load,
                     const std::string &store) {
  return "@!%w bra JOIN; mov.u32 %r1, 0; setp.eq.u32 %q, %b, 0;\n"
         "mul.wide.u32 %rd1, %b, 8; add.s64 %rd1, %p, %rd1; @%q bra FIRST;\n"
         "SPIN: " +
         load +
         " %r2, [%rd1+-8]; setp.eq.u32 %q, %r2, 0;\n"
         "@%q bra SPIN;\n" +
         fence +
         "ld.global.u32 %r1, [%rd1+-4];\n"
         "FIRST: add.s32 %r1, %r1, 1;\n"
         "st.global.u32 [%rd1+4], %r1;\n" +
         fence + store +
         " [%rd1], 1;\n"
         "st.shared.u32 [s], %r1;\n"
         "JOIN: bar.sync 0; ld.shared.u32 %r1, [s];";
}
TEST(GlobalRace, LookBack) {
  expectClean(lookBack("membar.gl;\n", "ld.volatile.global.u32",
                       "st.volatile.global.u32"),
              40, 64);
  expectClean(
      lookBack("\n", "ld.acquire.gpu.global.u32", "st.release.gpu.global.u32"),
      40, 64);
  expectRace(
      lookBack("\n", "ld.relaxed.gpu.global.u32", "st.relaxed.gpu.global.u32"),
      40, 64, {18, 20});
  // The flag itself.
  expectRace(lookBack("membar.gl;\n", "ld.global.u32", "st.global.u32"), 40, 64,
             {15, 22});
}

/// Blocks add to one row of the output in turn, by a semaphore.
std::string splitK(const std::string &wait, const std::string &post) {
  return "mul.wide.u32 %rd1, %t, 4; add.s64 %rd1, %p, %rd1; @!%w bra GO;\n"
         "WAIT: " +
         wait +
         " %r1, [%p]; setp.ne.u32 %q, %r1, %b; @%q bra WAIT;\n"
         "GO: bar.sync 0;\n"
         "ld.global.u32 %r2, [%rd1+1024];\n"
         "add.s32 %r2, %r2, %b;\n"
         "st.global.u32 [%rd1+1024], %r2;\n"
         "bar.sync 0; add.s32 %r1, %b, 1;\n@%w " +
         post;
}
TEST(GlobalRace, SplitK) {
  expectClean(splitK("ld.acquire.gpu.global.u32",
                     "st.release.gpu.global.u32 [%p], %r1;"),
              12, 64);
  expectClean(splitK("ld.acquire.gpu.global.u32",
                     "red.release.gpu.global.add.u32 [%p], 1;"),
              12, 64);
  expectRace(splitK("ld.acquire.gpu.global.u32",
                    "st.relaxed.gpu.global.u32 [%p], %r1;"),
             12, 64, {16, 18});
  expectRace(splitK("ld.relaxed.gpu.global.u32",
                    "st.release.gpu.global.u32 [%p], %r1;"),
             12, 64, {16, 18});
}

/// Every block writes a word, waits for all, and reads the next block's.
std::string gridSync(const std::string &before, const std::string &behind) {
  return "mul.wide.u32 %rd1, %b, 4; add.s64 %rd1, %p, %rd1;\n"
         "add.s32 %r1, %b, 1; rem.u32 %r1, %r1, %n;\n"
         "mul.wide.u32 %rd2, %r1, 4; add.s64 %rd2, %p, %rd2;\n"
         "@%w st.global.u32 [%rd1+64], %b;\n"
         "bar.sync 0; @!%w bra ON;\n" +
         before +
         "red.global.add.u32 [%p], 1;\n"
         "SPIN: ld.volatile.global.u32 %r2, [%p]; setp.ne.u32 %q, %r2, %n;\n"
         "@%q bra SPIN;\n" +
         behind +
         "ON: bar.sync 0;\n"
         "ld.global.u32 %r3, [%rd2+64];\n";
}
TEST(GlobalRace, GridSync) {
  expectClean(gridSync("membar.gl;\n", "membar.gl;\n"), 4, 64, 2);
  expectRace(gridSync("\n", "membar.gl;\n"), 4, 64, {16, 24}, 2);
  expectRace(gridSync("membar.gl;\n", "\n"), 4, 64, {16, 24}, 2);
}

TEST(GlobalRace, MoreBlocksThanAnyTreeLevelHolds) {
  expectClean(lookBack("membar.gl;\n", "ld.volatile.global.u32",
                       "st.volatile.global.u32"),
              120, 32);
  Kernel kernel(entry(lastBlock("membar.gl;\n")));
  kernel.options.deepChecks = true;
  uint64_t p = kernel.upload(std::vector<uint32_t>(6000));
  std::optional<Fault> fault = kernel.run(5000, 32, {p});
  EXPECT_FALSE(fault) << fault->text();
}

TEST(GlobalRace, LaunchesAreOrdered) {
  Kernel kernel(entry("st.global.u32 [%p], 1; ld.global.u32 %r1, [%p];"));
  kernel.options.deepChecks = true;
  uint64_t p = kernel.upload(std::vector<uint32_t>(16));
  EXPECT_FALSE(kernel.run(1, 1, {p}));
  EXPECT_FALSE(kernel.run(1, 1, {p}));
}

TEST(GlobalRace, ManyReadersOfOneWord) {
  expectRace("ld.global.u32 %r1, [%p];\n"
             "setp.eq.u32 %q, %b, 60; @!%q ret;\n@%w st.global.u32 [%p], 1;",
             61, 64, {13, 15});
}

TEST(GlobalRace, APlainStoreBeforeAtomicUpdates) {
  expectRace("setp.eq.u32 %q, %g, 0;\n@%q st.global.u32 [%p], 9;\n"
             "atom.global.add.u32 %r1, [%p], 1;",
             8, 32, {14, 15});
}

// Blocks on several host threads, of which one has been looked at and has not
// stored yet when the other comes.
TEST(GlobalRace, EqualStoresOfManyBlocks) {
  expectClean("and.b32 %r1, %t, 15; mul.wide.u32 %rd1, %r1, 256;\n"
              "add.s64 %rd1, %p, %rd1; mov.u32 %r2, 7;\n"
              "st.global.u32 [%rd1], %r2;\nst.global.u32 [%rd1+8], %r2;",
              64, 16);
}

} // namespace
