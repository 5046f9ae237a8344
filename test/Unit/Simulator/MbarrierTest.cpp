//===- MbarrierTest.cpp - mbarriers, right and wrong ----------------------===//

#include "Kernel.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

const std::string head90 = ptxHeadFor("8.0", "sm_90");

/// `b` is room for two mbarriers. Thread 0 has initialised the first with
/// `count` before the others come. The value of %r0 goes to word %t of `out`;
/// `p` has 1024 words, i in word i.
std::string entry(const std::string &count, const std::string &body) {
  return ".visible .entry k(.param .u64 p, .param .u64 out) {\n"
         ".reg .b32 %t, %x, %u, %r<4>; .reg .b64 %p, %o, %a, %s, %v;\n"
         ".reg .pred %q, %z;\n"
         ".shared .align 16 .b8 s[4096]; .shared .align 8 .b64 b[2];\n"
         "ld.param.u64 %p, [p]; ld.param.u64 %o, [out]; mov.u32 %t, %tid.x;\n"
         "mad.wide.u32 %o, %t, 4, %o; mov.b32 %r0, 0; mov.u32 %u, s;\n"
         "setp.eq.u32 %z, %t, 0;\n"
         "@%z mbarrier.init.shared.b64 [b], " +
         count + ";\nbar.sync 0;\n" + body +
         "\nst.global.b32 [%o], %r0;\nret;\n}\n";
}
constexpr uint32_t bodyLine = 13;

/// What happened to `threads` threads of a block.
struct Ran {
  Ran(const std::string &text, uint32_t threads,
      const std::string &head = ptxHead, uint64_t seed = 0)
      : kernel(text, head) {
    std::vector<uint32_t> numbers(1024);
    for (uint32_t i = 0; i < 1024; ++i)
      numbers[i] = i;
    kernel.options.seed = seed;
    uint64_t p = kernel.upload(numbers);
    uint64_t out = kernel.upload(std::vector<uint32_t>(threads));
    fault = kernel.run(1, threads, {p, out});
    values = kernel.download<uint32_t>(out, threads);
  }
  Kernel kernel;
  std::optional<Fault> fault;
  std::vector<uint32_t> values;
};
uint32_t one(const std::string &count, const std::string &body,
             const std::string &head = ptxHead) {
  Ran run(entry(count, body), 1, head);
  if (run.fault)
    ADD_FAILURE() << run.fault->text();
  return run.values[0];
}
Fault faultOf(const std::string &count, const std::string &body,
              uint32_t threads = 1, const std::string &head = ptxHead) {
  Ran run(entry(count, body), threads, head);
  EXPECT_TRUE(run.fault) << "no fault was found";
  return run.fault.value_or(Fault());
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

// An arrival answers the state that it found: 3 arrivals are missing, then 2,
// then 1; behind the third it is 3 again.
TEST(Mbarrier, PendingCounts) {
  EXPECT_EQ(one("3", "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "mbarrier.pending_count.b64 %r0, %s;\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "mbarrier.pending_count.b64 %r1, %s;\n"
                     "mad.lo.u32 %r0, %r0, 10, %r1;\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "mbarrier.pending_count.b64 %r1, %s;\n"
                     "mad.lo.u32 %r0, %r0, 10, %r1;\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "mbarrier.pending_count.b64 %r1, %s;\n"
                     "mad.lo.u32 %r0, %r0, 10, %r1;"),
            3213u);
}

// Tests of the state of phase 0 and of both parities, in bits 0 to 2, before
// the last of two arrivals; and in bits 3 to 5 behind it.
TEST(Mbarrier, StatesAndParities) {
  auto tests = [](const std::string &first) {
    std::string text;
    const char *what[] = {"test_wait.shared.b64 %q, [b], %s;",
                          "test_wait.parity.shared.b64 %q, [b], 0;",
                          "test_wait.parity.shared.b64 %q, [b], 1;"};
    for (int i = 0; i < 3; ++i)
      text += std::string("mbarrier.") + what[i] + "\n@%q or.b32 %r0, %r0, " +
              std::to_string((first == "1" ? 1 : 8) << i) + ";\n";
    return text;
  };
  // Parity 1 stands for the phase before the first, which has ended.
  EXPECT_EQ(one("2", "mbarrier.arrive.shared.b64 %s, [b];\n" + tests("1") +
                         "mbarrier.arrive.shared.b64 %v, [b];\n" + tests("8")),
            0b011100u);
}

TEST(Mbarrier, DroppedArrivals) {
  // Two, of which one leaves: the next phase waits for one alone.
  EXPECT_EQ(one("2", "mbarrier.arrive_drop.shared.b64 %s, [b];\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "mbarrier.pending_count.b64 %r0, %s;\n"
                     "mbarrier.test_wait.parity.shared.b64 %q, [b], 1;\n"
                     "@%q add.u32 %r0, %r0, 10;"),
            11u);
}

TEST(Mbarrier, CountsOfArrivals) {
  EXPECT_EQ(one("7", "mbarrier.arrive.noComplete.shared.b64 %s, [b], 4;\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "mbarrier.pending_count.b64 %r0, %s;"),
            3u);
  EXPECT_EQ(one("7",
                "mov.u32 %x, 7;\n"
                "mbarrier.arrive.release.cta.shared::cta.b64 %s, [b], %x;\n"
                "mbarrier.test_wait.acquire.cta.shared::cta.b64 %q, [b], %s;\n"
                "selp.u32 %r0, 1, 0, %q;",
                head90),
            1u);
}

// A phase also waits for bytes, in whichever order they are announced.
TEST(Mbarrier, TransactionCounts) {
  const std::string test =
      "mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n"
      "mad.lo.u32 %r0, %r0, 10, 1; @%q add.u32 %r0, %r0, 1;\n";
  EXPECT_EQ(
      one("1",
          "mbarrier.arrive.expect_tx.shared.b64 _, [b], 48;\n" + test +
              "mbarrier.complete_tx.shared::cluster.b64 [b], 16;\n" + test +
              "mbarrier.complete_tx.shared::cluster.relaxed.cluster.b64 [b], "
              "32;\n" +
              test,
          head90),
      112u);
  EXPECT_EQ(
      one("1",
          "mbarrier.complete_tx.shared::cluster.b64 [b], 16;\n" + test +
              "mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [b], 16;\n" +
              test + "mbarrier.arrive.shared.b64 %s, [b];\n" + test,
          head90),
      112u);
}

TEST(Mbarrier, GenericAddresses) {
  EXPECT_EQ(one("1", "mov.u64 %a, b; cvta.shared.u64 %a, %a;\n"
                     "mbarrier.init.b64 [%a+8], 5;\n"
                     "mbarrier.arrive.b64 %s, [%a+8];\n"
                     "mbarrier.pending_count.b64 %r0, %s;"),
            5u);
  EXPECT_NE(faultOf("1", "mbarrier.arrive.b64 %s, [%p];")
                .message.find("not one of shared memory"),
            std::string::npos);
}

//===----------------------------------------------------------------------===//
// Threads that wait for each other
//===----------------------------------------------------------------------===//

// Two warps exchange words twice, and wait by the state that they got.
TEST(Mbarrier, ExchangeBetweenWarps) {
  std::string body = "xor.b32 %x, %t, 63; mad.lo.u32 %r3, %x, 4, %u;\n"
                     "mad.lo.u32 %u, %t, 4, %u; mov.u32 %r2, 0;\n"
                     "AGAIN: mad.lo.u32 %r1, %t, 3, %r2;\n"
                     "st.shared.b32 [%u], %r1;\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "L: mbarrier.test_wait.shared.b64 %q, [b], %s;\n"
                     "@!%q bra L;\n"
                     "ld.shared.b32 %r1, [%r3]; add.u32 %r0, %r0, %r1;\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "M: mbarrier.test_wait.shared.b64 %q, [b], %s;\n"
                     "@!%q bra M;\n"
                     "add.u32 %r2, %r2, 1; setp.lt.u32 %q, %r2, 2;\n"
                     "@%q bra AGAIN;";
  for (uint64_t seed : {0, 1, 2}) {
    Ran run(entry("64", body), 64, ptxHead, seed);
    ASSERT_FALSE(run.fault) << run.fault->text();
    for (uint32_t i = 0; i < 64; ++i)
      EXPECT_EQ(run.values[i], 2 * 3 * (63 - i) + 1);
  }
}

// One lane spins, and the other lanes of its warp end the phase, further on in
// the program.
TEST(Mbarrier, ASpinningLaneDoesNotHangItsWarp) {
  for (const char *wait : {"try_wait.parity.shared.b64 %q, [b], 0, 1000;",
                           "test_wait.parity.shared.b64 %q, [b], 0;"}) {
    Ran run(entry("31", std::string("@!%z bra OTHERS;\nL: mbarrier.") + wait +
                            "\n@!%q bra L;\nmov.u32 %r0, 7;\nbra OUT;\n"
                            "OTHERS: mbarrier.arrive.shared.b64 %s, [b];\n"
                            "OUT:"),
            32, head90);
    ASSERT_FALSE(run.fault) << run.fault->text();
    EXPECT_EQ(run.values[0], 7u);
  }
}

TEST(Mbarrier, ADeadlockIsFound) {
  // One arrival is missing.
  Fault fault = faultOf("33",
                        "mbarrier.arrive.shared.b64 %s, [b];\n"
                        "L: mbarrier.try_wait.shared.b64 %q, [b], %s;\n"
                        "@!%q bra L;",
                        32, head90);
  EXPECT_EQ(fault.result, Result::LaunchFailed);
  EXPECT_NE(fault.message.find("deadlock: 0 threads wait at a barrier and 0 "
                               "for other lanes of their warp, 32 test an "
                               "mbarrier whose phase does not end"),
            std::string::npos)
      << fault.text();
  EXPECT_EQ(fault.ptxLine, bodyLine + 1);
  // Two groups of a warp test in loops of their own.
  fault = faultOf("1",
                  "setp.lt.u32 %q, %t, 16; @%q bra M;\n"
                  "L: mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n"
                  "@!%q bra L;\nbra OUT;\n"
                  "M: mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n"
                  "@!%q bra M;\nOUT:",
                  32);
  EXPECT_NE(fault.message.find("32 test an mbarrier"), std::string::npos)
      << fault.text();
  // One warp waits at a barrier for one that tests an mbarrier, at which the
  // first would arrive behind it.
  fault = faultOf("32",
                  "setp.ge.u32 %q, %t, 32; @%q bra OTHER;\n"
                  "L: mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n"
                  "@!%q bra L;\nbar.sync 1; bra OUT;\n"
                  "OTHER: bar.sync 1;\nmbarrier.arrive.shared.b64 %s, [b];\n"
                  "OUT:",
                  64);
  EXPECT_NE(fault.message.find("deadlock: 32 threads wait at a barrier and 0 "
                               "for other lanes of their warp, 32 test"),
            std::string::npos)
      << fault.text();
}

// A loop that also looks at memory may end by what another block writes, or as
// here by what it writes itself, however long that takes.
TEST(Mbarrier, ALoopThatSeesMemoryIsNoDeadlock) {
  for (const char *look : {"red.global.add.u32 [%p], 1;\n"
                           "ld.volatile.global.u32 %r0, [%p];\n",
                           "atom.shared.add.u32 %r0, [s], 1;\n"})
    EXPECT_GE(one("1", "st.shared.u32 [s], 0;\nL: "
                       "mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n" +
                           std::string(look) +
                           "setp.lt.u32 %q, %r0, 40000; @%q bra L;"),
              40000u);
}

// Nor is it one while a lane of the same warp works, without touching memory.
TEST(Mbarrier, AWorkingLaneIsNoDeadlock) {
  Ran run(entry("1", "@%z bra WORK;\nL: mbarrier.test_wait.parity.shared.b64 "
                     "%q, [b], 0;\n@!%q bra L;\nmov.u32 %r0, 7; bra OUT;\n"
                     "WORK: mov.u32 %x, 0;\nMORE: add.u32 %x, %x, 1;\n"
                     "setp.lt.u32 %q, %x, 500000; @%q bra MORE;\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\nOUT:"),
          32);
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.values[31], 7u);
}

/// The first warp waits for thread 32, which arrives behind `sleep`, or never.
std::string slept(const std::string &sleep) {
  return entry("1", "setp.ge.u32 %q, %t, 32; @%q bra SLEEP;\n"
                    "L: mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n"
                    "@!%q bra L;\nmov.u32 %r0, 7; bra OUT;\n"
                    "SLEEP: mov.u32 %x, 0;\n" +
                        sleep + "mbarrier.arrive.shared.b64 %s, [b];\nOUT:");
}

// Nor while somebody sleeps who will wake up, however often it naps.
TEST(Mbarrier, ASleeperThatWillWakeUpIsNoDeadlock) {
  for (const char *sleep :
       {"NAP: nanosleep.u32 100; add.u32 %x, %x, 1;\n"
        "setp.lt.u32 %q, %x, 50000; @%q bra NAP;\n",
        // By a clock, and by a count in local memory.
        "mov.u64 %a, %clock64;\nNAP: nanosleep.u32 100; mov.u64 %v, %clock64;\n"
        "sub.u64 %v, %v, %a; setp.lt.u64 %q, %v, 400000; @%q bra NAP;\n",
        ".local .b32 naps; st.local.u32 [naps], 0;\nNAP: nanosleep.u32 100;\n"
        "ld.local.u32 %x, [naps]; add.u32 %x, %x, 1; st.local.u32 [naps], %x;\n"
        "mov.u32 %r1, 50000; setp.lt.u32 %q, %x, %r1; mov.u32 %x, 0;\n"
        "@%q bra NAP;\n"})
    for (uint64_t seed : {0, 1, 2}) {
      Ran run(slept(sleep), 33, ptxHead, seed);
      ASSERT_FALSE(run.fault) << run.fault->text();
      EXPECT_EQ(run.values[31], 7u);
    }
}

// Who sleeps for something that nobody does will not.
TEST(Mbarrier, ASleeperThatWaitsInVainIsADeadlock) {
  auto found = [](const std::string &sleep, const std::string &what) {
    for (uint64_t seed : {0, 1}) {
      Ran run(slept(sleep), 33, ptxHead, seed);
      ASSERT_TRUE(run.fault) << "nothing was found";
      EXPECT_NE(run.fault->message.find(what), std::string::npos)
          << run.fault->text();
    }
  };
  found("st.shared.u32 [s], 0;\nNAP: nanosleep.u32 100;\n"
        "ld.volatile.shared.u32 %x, [s]; setp.eq.u32 %q, %x, 0;\n"
        "@%q bra NAP;\n",
        "deadlock: 0 threads wait at a barrier and 0 for other lanes of their "
        "warp, 32 test an mbarrier whose phase does not end, 1 sleep and do "
        "the same again");
  // It sleeps between tests.
  found("NAP: nanosleep.u32 100; add.u32 %x, %x, 1;\n"
        "mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n@!%q bra NAP;\n",
        "33 test an mbarrier whose phase does not end");
}

// Nor while one tests between pieces of work.
TEST(Mbarrier, WhoWorksBetweenTestsIsNoDeadlock) {
  Ran run(entry("1", "setp.lt.u32 %z, %t, 32; @%z bra WORK;\n"
                     "L: mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n"
                     "@!%q bra L;\nmov.u32 %r0, 7; bra OUT;\n"
                     "WORK: mov.u32 %x, 0;\nMORE: mov.u32 %u, 0;\n"
                     "PIECE: add.u32 %u, %u, 1; setp.lt.u32 %q, %u, 50;\n"
                     "@%q bra PIECE;\n"
                     "mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n"
                     "add.u32 %x, %x, 1; setp.lt.u32 %q, %x, 30000;\n"
                     "@%q bra MORE;\nsetp.eq.u32 %q, %t, 0;\n"
                     "@%q mbarrier.arrive.shared.b64 %s, [b];\nOUT:"),
          64);
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.values[63], 7u);
}

// Nor does what looks at memory now and then.
TEST(Mbarrier, ALoopThatSeldomSeesMemoryIsNoDeadlock) {
  EXPECT_EQ(one("1", "L: mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n"
                     "add.u32 %x, %x, 1; and.b32 %u, %x, 1023;\n"
                     "setp.ne.u32 %q, %u, 0; @%q bra L;\n"
                     "red.global.add.u32 [%p], 1;\n"
                     "ld.volatile.global.u32 %r0, [%p];\n"
                     "setp.lt.u32 %q, %r0, 50; @%q bra L;"),
            50u);
}

// What is counted while it is looked at whether there is a deadlock counts.
TEST(Mbarrier, NothingIsCountedTwiceOrLost) {
  for (uint32_t tests : {9'000u, 10'000u, 15'000u}) {
    Kernel kernel(entry("1", "L: mbarrier.test_wait.parity.shared.b64 %q, [b], "
                             "0;\nadd.u32 %r0, %r0, 1;\n"
                             "setp.lt.u32 %q, %r0, " +
                                 std::to_string(tests) + ";\n@%q bra L;"));
    kernel.options.count = true;
    uint64_t p = kernel.upload(std::vector<uint32_t>(1024));
    uint64_t out = kernel.upload(std::vector<uint32_t>(1));
    ASSERT_FALSE(kernel.run(1, 1, {p, out}));
    EXPECT_EQ(kernel.download<uint32_t>(out, 1)[0], tests);
    uint64_t found = 0;
    const Image &image = *kernel.image;
    for (size_t pc = 0; pc < image.code.size(); ++pc)
      if (image.info[pc].instruction &&
          image.info[pc].instruction->opcode == "mbarrier")
        found += kernel.counters->ops()[pc].warps;
    EXPECT_EQ(found, tests + 1u);
    EXPECT_EQ(kernel.counters->stored().size(), 1u);
  }
}

// A loop with a limit of its own ends by itself.
TEST(Mbarrier, ALimitedLoopEnds) {
  EXPECT_EQ(one("1", "L: mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n"
                     "add.u32 %r0, %r0, 1; setp.lt.u32 %q, %r0, 5000;\n"
                     "@%q bra L;"),
            5000u);
}

//===----------------------------------------------------------------------===//
// Copies that arrive
//===----------------------------------------------------------------------===//

/// A warp copies its words and has the copies arrive; the other reads them.
std::string pipeline(const std::string &arrive, const std::string &wait) {
  return "mad.wide.u32 %a, %t, 4, %p; mad.lo.u32 %r3, %t, 4, %u;\n"
         "st.shared.b32 [%r3], 77; bar.sync 0;\n"
         "setp.ge.u32 %q, %t, 32; @%q bra CONSUME;\n"
         "cp.async.ca.shared.global [%r3], [%a+128], 4;\n" +
         arrive +
         "bra OUT;\n"
         "CONSUME:\n" +
         wait +
         "ld.shared.b32 %r0, [%r3+-128];\n"
         "OUT:";
}
const std::string waitForPhase =
    "L: mbarrier.test_wait.parity.shared.b64 %q, [b], 0;\n@!%q bra L;\n";

TEST(Mbarrier, CopiesArrive) {
  const std::string with = "cp.async.mbarrier.arrive.noinc.shared.b64 [b];\n";
  for (uint64_t seed : {0, 1, 2, 3}) {
    Ran run(entry("32", pipeline(with, waitForPhase)), 64, ptxHead, seed);
    ASSERT_FALSE(run.fault) << run.fault->text();
    for (uint32_t i = 0; i < 32; ++i)
      EXPECT_EQ(run.values[32 + i], 32 + i);
    // Without a wait the old words are there.
    Ran wrong(entry("32", pipeline(with, "")), 64, ptxHead, seed);
    ASSERT_FALSE(wrong.fault) << wrong.fault->text();
    for (uint32_t i = 0; i < 32; ++i)
      EXPECT_EQ(wrong.values[32 + i], 77u);
  }
}

// Without .noinc the arrival of the copies adds itself to what the phase waits
// for: the thread's own is the one that was counted.
TEST(Mbarrier, CopiesArriveOnTopOfTheCount) {
  Ran run(entry("32", pipeline("cp.async.mbarrier.arrive.shared.b64 [b];\n"
                               "mbarrier.arrive.shared.b64 %s, [b];\n",
                               waitForPhase)),
          64);
  ASSERT_FALSE(run.fault) << run.fault->text();
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(run.values[32 + i], 32 + i);
  EXPECT_EQ(one("1", "cp.async.mbarrier.arrive.shared.b64 [b];\n"
                     "mbarrier.arrive.shared.b64 %s, [b];\n"
                     "mbarrier.pending_count.b64 %r0, %s;"),
            2u);
}

TEST(Mbarrier, AnArrivalTooManyIsFoundWhereTheCopyWasIssued) {
  Fault fault =
      faultOf("1", "cp.async.mbarrier.arrive.noinc.shared.b64 [b];\n"
                   "cp.async.mbarrier.arrive.noinc.shared.b64 [b];\n"
                   "cp.async.mbarrier.arrive.noinc.shared.b64 [b+8];\n"
                   "mbarrier.test_wait.parity.shared.b64 %q, [b], 0;");
  EXPECT_EQ(fault.ptxLine, bodyLine + 2);
  EXPECT_NE(fault.message.find("no mbarrier is initialised"),
            std::string::npos);
}

// 64 words by one thread; all wait. The second half of them is read.
TEST(Mbarrier, BulkCopies) {
  const std::string copy =
      "st.shared.b32 [s+128], 77; bar.sync 0;\n"
      "@%z mbarrier.arrive.expect_tx.shared.b64 _, [b], 256;\n"
      "@%z cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes "
      "[s], [%p+64], 256, [b];\n";
  const std::string load = "mad.lo.u32 %r3, %t, 4, %u; "
                           "ld.shared.b32 %r0, [%r3+128];";
  Ran run(entry("1", copy + waitForPhase + load), 32, head90);
  ASSERT_FALSE(run.fault) << run.fault->text();
  for (uint32_t i = 0; i < 32; ++i)
    EXPECT_EQ(run.values[i], 16 + 32 + i);
  Ran wrong(entry("1", copy + load), 32, head90);
  ASSERT_FALSE(wrong.fault) << wrong.fault->text();
  EXPECT_EQ(wrong.values[0], 77u) << "nobody waited";
  // 16 bytes that nobody expects.
  Fault fault = faultOf("2", copy + waitForPhase, 32, head90);
  EXPECT_NE(fault.message.find("deadlock"), std::string::npos);
}

TEST(Mbarrier, BulkCopyFaults) {
  auto found = [](const std::string &operands) {
    return faultOf("1",
                   "mov.u32 %x, 24;\ncp.async.bulk.shared::cluster.global."
                   "mbarrier::complete_tx::bytes " +
                       operands + ";",
                   1, head90);
  };
  Fault fault = found("[s], [%p+4080], 32, [b]");
  EXPECT_EQ(fault.result, Result::IllegalAddress);
  EXPECT_EQ(fault.ptxLine, bodyLine + 1);
  EXPECT_EQ(found("[s+4096], [%p], 32, [b]").result, Result::IllegalAddress);
  EXPECT_EQ(found("[s+8], [%p], 32, [b]").result, Result::MisalignedAddress);
  EXPECT_EQ(found("[s], [%p+8], 32, [b]").result, Result::MisalignedAddress);
  EXPECT_NE(found("[s], [%p], %x, [b]").message.find("not a multiple of 16"),
            std::string::npos);
  EXPECT_NE(found("[s], [%p], 32, [b+8]").message.find("no mbarrier"),
            std::string::npos);
}

//===----------------------------------------------------------------------===//
// Faults
//===----------------------------------------------------------------------===//

TEST(Mbarrier, WhatIsNoMbarrier) {
  EXPECT_NE(faultOf("1", "mbarrier.arrive.shared.b64 %s, [b+8];")
                .message.find("no mbarrier is initialised at shared address"),
            std::string::npos);
  EXPECT_NE(faultOf("1", "mbarrier.inval.shared.b64 [b];\n"
                         "mbarrier.arrive.shared.b64 %s, [b];")
                .message.find("no mbarrier is initialised"),
            std::string::npos);
  Fault fault = faultOf("1", "st.shared.b64 [b], 1;\n"
                             "mbarrier.arrive.shared.b64 %s, [b];");
  EXPECT_NE(fault.message.find("has been overwritten"), std::string::npos);
  EXPECT_EQ(fault.ptxLine, bodyLine + 1);
  EXPECT_EQ(faultOf("1", "mbarrier.arrive.shared.b64 %s, [b+4];").result,
            Result::MisalignedAddress);
  EXPECT_EQ(faultOf("1", "mbarrier.arrive.shared.b64 %s, [b+4096];").result,
            Result::IllegalAddress);
  // The block before left one there.
  Kernel kernel(entry("1", "mov.u32 %x, %ctaid.x; setp.eq.u32 %q, %x, 0;\n"
                           "@%q mbarrier.init.shared.b64 [b+8], 2;\n"
                           "mbarrier.arrive.shared.b64 %s, [b+8];"));
  uint64_t p = kernel.upload(std::vector<uint32_t>(1));
  uint64_t out = kernel.upload(std::vector<uint32_t>(32));
  std::optional<Fault> second = kernel.run(2, 1, {p, out});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->block[0], 1u);
}

TEST(Mbarrier, CountsThatDoNotFit) {
  EXPECT_NE(faultOf("0", "").message.find("1 to 1048575, not 0"),
            std::string::npos);
  EXPECT_NE(faultOf("1048576", "").message.find("not 1048576"),
            std::string::npos);
  EXPECT_NE(faultOf("2", "mbarrier.arrive.shared.b64 %s, [b], 3;", 1, head90)
                .message.find("3 arrive at an mbarrier that waits for 2 more"),
            std::string::npos);
  EXPECT_NE(faultOf("2", "mbarrier.arrive.noComplete.shared.b64 %s, [b], 2;")
                .message.find("is the last of its phase"),
            std::string::npos);
  EXPECT_NE(faultOf("2",
                    "mov.u32 %x, 0xffffffff;\n"
                    "mbarrier.arrive.expect_tx.shared.b64 %s, [b], %x;",
                    1, head90)
                .message.find("more than 1048575"),
            std::string::npos);
}

TEST(Mbarrier, RefusesOldTargetsAndVersions) {
  auto refuses = [](const std::string &body, const std::string &version,
                    const std::string &target, const std::string &why) {
    std::string log = Kernel(".visible .entry k(.param .u64 p) {\n"
                             ".reg .b32 %x; .reg .b64 %s, %p; .reg .pred %q;\n"
                             ".shared .align 16 .b64 b[4];\n"
                             "ld.param.u64 %p, [p];\n" +
                                 body + "\nret;\n}\n",
                             ptxHeadFor(version, target))
                          .log();
    EXPECT_NE(log.find("line 8; error"), std::string::npos) << log;
    EXPECT_NE(log.find("requires " + why), std::string::npos) << log;
  };
  refuses("mbarrier.init.shared.b64 [b], 1;", "7.0", "sm_75", ".target sm_80");
  refuses("mbarrier.init.shared.b64 [b], 1;", "6.5", "sm_80",
          "PTX ISA .version 7.0");
  refuses("mbarrier.init.shared::cta.b64 [b], 1;", "7.7", "sm_80",
          "PTX ISA .version 7.8");
  refuses("mbarrier.arrive.shared.b64 %s, [b], 2;", "8.0", "sm_80",
          ".target sm_90");
  refuses("mbarrier.arrive.release.cta.shared::cta.b64 %s, [b];", "7.8",
          "sm_90", "PTX ISA .version 8.0");
  refuses("mbarrier.arrive.relaxed.cta.shared::cta.b64 %s, [b];", "8.5",
          "sm_90", "PTX ISA .version 8.6");
  refuses("mbarrier.arrive.expect_tx.shared.b64 %s, [b], 16;", "8.0", "sm_80",
          ".target sm_90");
  refuses("mbarrier.test_wait.parity.shared.b64 %q, [b], 0;", "7.0", "sm_80",
          "PTX ISA .version 7.1");
  refuses("mbarrier.try_wait.shared.b64 %q, [b], %s;", "7.8", "sm_80",
          ".target sm_90");
  refuses("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes "
          "[b], [%p], 16, [b+16];",
          "8.0", "sm_80", ".target sm_90");
  refuses("fence.proxy.async;", "8.0", "sm_80", ".target sm_90");
}

} // namespace
