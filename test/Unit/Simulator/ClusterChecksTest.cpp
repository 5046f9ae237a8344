//===- ClusterChecksTest.cpp - what orders the blocks of a cluster --------===//
//
// Each pattern is run as it should be, where nothing may be found, and without
// one of the things that it needs.
//
//===----------------------------------------------------------------------===//

#include "ClusterKernel.h"

using namespace theano::sim;

namespace {

void expectClean(const std::string &body, ClusterSize size = {}) {
  clusterValues(body, size);
}
/// The line of a finding of the checks, and a part of what it says.
void expectFound(const std::string &body, uint32_t line, const char *part,
                 ClusterSize size = {}) {
  Fault fault = clusterFault(body, size, /*deep=*/true);
  EXPECT_EQ(fault.ptxLine, clusterBodyLine + line) << fault.text();
  EXPECT_TRUE(contains(fault.message, part)) << fault.text();
}
/// The same where a race may be seen from either of two places.
void expectRace(const std::string &body, uint32_t one, uint32_t other,
                ClusterSize size = {}) {
  for (uint64_t seed : {0, 1, 2, 3}) {
    ClusterRun run(body, size, seed, /*deep=*/true);
    ASSERT_TRUE(run.fault) << "seed " << seed << ": no race was found";
    EXPECT_TRUE(contains(run.fault->message, "race: ")) << run.fault->text();
    uint32_t line = run.fault->ptxLine - clusterBodyLine;
    EXPECT_TRUE(line == one || line == other) << run.fault->text();
  }
}

/// %r1 is the address of the thread's word in the block of the next rank, %r2
/// in the own.
const std::string places =
    "add.u32 %r3, %k, 1; rem.u32 %r3, %r3, %n; mad.lo.u32 %r2, %t, 4, %u;\n"
    "mapa.shared::cluster.u32 %r1, %r2, %r3;\n";

//===----------------------------------------------------------------------===//
// The barrier of the cluster
//===----------------------------------------------------------------------===//

const std::string store = "st.shared.u32 [%r2], %t;\n";
const std::string loadOther = "ld.shared::cluster.u32 %r0, [%r1];\n";

TEST(ClusterChecks, TheBarrierOrders) {
  expectClean(places + store + clusterSync + loadOther + clusterSync, {4, 2});
  expectClean(places + store +
              "barrier.cluster.arrive.release.aligned;\n"
              "barrier.cluster.wait.acquire.aligned;\n" +
              loadOther + clusterSync);
  // A fence does what a relaxed arrival does not.
  expectClean(places + store +
              "fence.acq_rel.cluster;\nbarrier.cluster.arrive.relaxed;\n"
              "barrier.cluster.wait;\n" +
              loadOther + clusterSync);
  expectRace(places + store +
                 "barrier.cluster.arrive.relaxed;\nbarrier.cluster.wait;\n" +
                 loadOther + clusterSync,
             2, 5);
}

// What comes between arriving and waiting is not ordered.
TEST(ClusterChecks, BehindAnArrival) {
  expectRace(places + clusterSync + "barrier.cluster.arrive;\n" + store +
                 "barrier.cluster.wait;\n" + loadOther + clusterSync,
             4, 6);
  expectClean(places + store + clusterSync + "barrier.cluster.arrive;\n" +
              "barrier.cluster.wait;\n" + loadOther + clusterSync);
}

TEST(ClusterChecks, TwoBlocksThatStore) {
  expectRace(places + clusterSync +
                 "mad.lo.u32 %r4, %k, 100, %t;\n"
                 "mapa.shared::cluster.u32 %r1, %r2, 0;\n"
                 "st.shared::cluster.u32 [%r1], %r4;\n" +
                 clusterSync,
             5, 5, {3, 3});
}

TEST(ClusterChecks, UnwrittenMemoryOfAnotherBlock) {
  expectFound(places + "@%w st.shared.u32 [%r2], %t;\n" + clusterSync +
                  loadOther + clusterSync,
              4,
              "unwritten memory: read of 4 bytes at shared address 0x0 of "
              "block (1,0,0)");
  expectClean(places + "@%w st.shared.u32 [%r2], %t;\n" + clusterSync +
              "@!%w " + loadOther + clusterSync);
}

// A later cluster finds what an earlier one left, as if nobody had been there.
TEST(ClusterChecks, ClusterAfterCluster) {
  expectClean(places + store + clusterSync + loadOther + clusterSync, {16, 2});
  expectFound(places + clusterSync +
                  "setp.lt.u32 %q, %g, 2; @%q st.shared.u32 [%r2], %t;\n" +
                  clusterSync + "@%q bra join;\n" + loadOther + "join:\n" +
                  clusterSync,
              6, "unwritten memory", {4, 2});
}

//===----------------------------------------------------------------------===//
// How long a block is there
//===----------------------------------------------------------------------===//

TEST(ClusterChecks, BlocksThatMayHaveEnded) {
  // Who reads does not say so to the one that has the memory.
  expectFound(places + store + clusterSync + loadOther, 4, "ended block: ");
  expectFound(places + clusterSync + "st.shared::cluster.u32 [%r1], %t;\n", 3,
              "ended block: ");
  // Even where the owner takes its time.
  expectFound(places + store + clusterSync + "@%w bra slow;\n" + loadOther +
                  "exit;\nslow:\nmov.u32 %r5, 200;\nloop:\nnanosleep.u32 9;\n"
                  "sub.u32 %r5, %r5, 1; setp.ne.u32 %q, %r5, 0;\n"
                  "@%q bra loop;\n",
              5,
              "ended block: read of shared memory of block (0,0,0), whose "
              "threads do not wait for it");
  // Enough for the owner alone to wait.
  expectClean(places + store + clusterSync + loadOther +
              "barrier.cluster.arrive;\nbarrier.cluster.wait;\n");
}

TEST(ClusterChecks, BlocksThatMayNotRunYet) {
  expectFound(places + "st.shared::cluster.u32 [%r1], %t;\n" + clusterSync, 2,
              "block that may not run yet");
  expectClean(places +
              "barrier.cluster.arrive.relaxed; barrier.cluster.wait;\n"
              "st.shared::cluster.u32 [%r1], %t;\n" +
              clusterSync);
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

/// Block 0 writes its word and sets a flag in global memory, behind the words
/// of the threads; block 1 waits for the flag and reads.
std::string message(const std::string &release, const std::string &acquire) {
  return places + clusterSync + "@!%z bra join;\n@!%w bra reader;\n" +
         "st.shared.u32 [%u], 5;\n" + release +
         " [%p+2048], 1;\nbra join;\nreader:\nwait:\n" + acquire +
         " %r4, [%p+2048];\nsetp.eq.u32 %q, %r4, 0; @%q bra wait;\n"
         "mapa.shared::cluster.u32 %r5, %u, 0;\n"
         "ld.shared::cluster.u32 %r0, [%r5];\njoin:\n" +
         clusterSync;
}

TEST(ClusterChecks, FlagsOfTheCluster) {
  const std::string release = "st.release.cluster.global.u32",
                    acquire = "ld.acquire.cluster.global.u32";
  expectClean(message(release, acquire));
  expectClean(message("st.release.gpu.global.u32", acquire));
  expectClean(message(release, "ld.acquire.gpu.global.u32"));
  expectRace(message("st.release.cta.global.u32", acquire), 6, 10);
  expectRace(message(release, "ld.relaxed.cluster.global.u32"), 5, 13);
}

// Blocks of different clusters do not meet in the scope of a cluster.
TEST(ClusterChecks, FlagsOfOtherClusters) {
  auto counted = [](const std::string &scope) {
    return "@%z red.relaxed." + scope + ".global.add.u32 [%p+2048], 1;\n" +
           clusterSync;
  };
  expectClean(counted("gpu"), {4, 2});
  expectClean(counted("cluster"), {2, 2});
  expectRace(counted("cluster"), 0, 0, {4, 2});
}

//===----------------------------------------------------------------------===//
// mbarriers
//===----------------------------------------------------------------------===//

/// Every block stores to the memory of block 0 and arrives at its mbarrier, for
/// which block 0 waits before it reads.
std::string remote(const std::string &arrive, const std::string &wait) {
  return "@!%z bra join;\nmbarrier.init.shared.b64 [%m], %r8;\n"
         "fence.mbarrier_init.release.cluster;\njoin:\n"
         "barrier.cluster.arrive.relaxed; barrier.cluster.wait;\n"
         "mad.lo.u32 %r2, %k, 128, %u; mad.lo.u32 %r2, %t, 4, %r2;\n"
         "mapa.shared::cluster.u32 %r1, %r2, 0;\n"
         "mad.lo.u32 %r3, %k, 100, %t; st.shared::cluster.u32 [%r1], %r3;\n"
         "mapa.shared::cluster.u32 %r4, %m, 0;\n" +
         arrive + " _, [%r4];\n@!%w bra done;\nwait:\n" + wait +
         " %q, [%m], 0;\n@!%q bra wait;\nadd.u32 %r3, %r2, 256;\n"
         "ld.shared.u32 %r0, [%r3];\ndone:\n" +
         clusterSync;
}
const std::string count96 = "mov.u32 %r8, 96;\n";

TEST(ClusterChecks, ArrivalsFromOtherBlocks) {
  const std::string arrive =
      "mbarrier.arrive.release.cluster.shared::cluster.b64";
  const std::string wait =
      "mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64";
  std::vector<uint32_t> values =
      clusterValues(count96 + remote(arrive, wait), {3, 3});
  EXPECT_EQ(values[7], 207u);
  EXPECT_EQ(values[32], 0u);
  // The arrival, or the wait, is for the own block alone.
  expectRace(count96 + remote("mbarrier.arrive.shared::cluster.b64", wait), 8,
             16, {3, 3});
  expectRace(count96 +
                 remote(arrive, "mbarrier.try_wait.parity.shared::cta.b64"),
             8, 16, {3, 3});
  expectRace(
      count96 +
          remote("mbarrier.arrive.relaxed.cluster.shared::cluster.b64", wait),
      8, 16, {3, 3});
}

TEST(ClusterChecks, MbarriersThatAreNone) {
  Fault fault = clusterFault(clusterSync +
                             "mapa.shared::cluster.u32 %r1, %m, 0;\n"
                             "mbarrier.arrive.shared::cluster.b64 _, [%r1];\n" +
                             clusterSync);
  EXPECT_EQ(fault.ptxLine, clusterBodyLine + 2) << fault.text();
  EXPECT_TRUE(contains(fault.message, "no mbarrier is initialised"))
      << fault.text();
  fault = clusterFault(clusterSync +
                       "cvta.shared.u64 %l0, %s; mapa.u64 %l1, %l0, 1;\n"
                       "@%w mbarrier.arrive.b64 %l2, [%l1];\n" +
                       clusterSync);
  EXPECT_EQ(fault.ptxLine, clusterBodyLine + 2) << fault.text();
  EXPECT_TRUE(contains(fault.message, "of the own block")) << fault.text();
}

TEST(ClusterChecks, AStateOfAnotherBlock) {
  Kernel kernel(clusterEntry("mbarrier.arrive.shared::cluster.b64 %l0, [%m];"),
                clusterHead);
  EXPECT_TRUE(contains(kernel.log(), "expected '_'")) << kernel.log();
}

} // namespace
