//===- ClusterAsyncTest.cpp - writes and copies on their way --------------===//

#include "ClusterKernel.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

using Words = std::vector<uint32_t>;

/// Every block has an mbarrier for one arrival, and the words of `s` are 1000
/// times its rank + their number; %r1 is the rank of the next block, %r2 its
/// `s` and %r3 its mbarrier.
const std::string ready =
    "mad.lo.u32 %r4, %k, 1000, %t; mad.lo.u32 %r5, %t, 4, %u;\n"
    "st.shared.u32 [%r5], %r4;\n@!%z bra join;\n"
    "mbarrier.init.shared.b64 [%m], 1;\n"
    "fence.mbarrier_init.release.cluster; fence.proxy.async;\njoin:\n" +
    clusterSync +
    "add.u32 %r1, %k, 1; rem.u32 %r1, %r1, %n;\n"
    "mapa.shared::cluster.u32 %r2, %u, %r1;\n"
    "mapa.shared::cluster.u32 %r3, %m, %r1;\n";
constexpr uint32_t readyLines = 10;

std::string expecting(uint32_t bytes) {
  return "@%z mbarrier.arrive.expect_tx.shared.b64 _, [%m], " +
         std::to_string(bytes) + ";\n";
}
const std::string awaited =
    "wait:\nmbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 %q, [%m], "
    "0;\n@!%q bra wait;\n";
const std::string load = "ld.shared.u32 %r0, [%r5+512];\n";

void expectFault(const Fault &fault, uint32_t line, Result result,
                 const std::string &part) {
  EXPECT_EQ(fault.ptxLine, clusterBodyLine + readyLines + line) << fault.text();
  EXPECT_EQ(fault.result, result) << fault.text();
  EXPECT_TRUE(contains(fault.message, part)) << fault.text();
}

//===----------------------------------------------------------------------===//
// st.async and red.async
//===----------------------------------------------------------------------===//

TEST(ClusterAsync, Stores) {
  Words values = clusterValues(
      ready + expecting(128) +
          "mad.lo.u32 %r6, %t, 4, %r2; add.u32 %r7, %r4, 7;\n"
          "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.u32 "
          "[%r6+512], %r7, [%r3];\n" +
          awaited + load,
      {3, 3, 32});
  EXPECT_EQ(values[0], 2007u);
  EXPECT_EQ(values[32 + 5], 12u);
  EXPECT_EQ(values[64 + 31], 1038u);
}

TEST(ClusterAsync, VectorsAndGenericAddresses) {
  Words values = clusterValues(
      ready + expecting(16 + 16 + 8) +
      "@!%z bra sent;\ncvta.shared.u64 %l0, %s; mapa.u64 %l1, %l0, %r1;\n"
      "mov.u64 %l3, m; cvta.shared.u64 %l3, %l3; mapa.u64 %l3, %l3, %r1;\n"
      "st.async.mbarrier::complete_tx::bytes.v4.b32 [%l1+512], "
      "{%k, %n, %r4, %k}, [%l3];\n"
      "mov.u64 %l4, 0x500000004; mov.u64 %l5, 6;\n"
      "st.async.shared::cluster.mbarrier::complete_tx::bytes.v2.u64 "
      "[%r2+528], {%l4, %l5}, [%r3];\n"
      "st.async.shared::cluster.mbarrier::complete_tx::bytes.b64 "
      "[%r2+544], %l5, [%r3];\nsent:\n" +
      awaited + "setp.lt.u32 %q, %t, 10;\n@%q " + load);
  EXPECT_EQ(Words(values.begin(), values.begin() + 10),
            (Words{1, 2, 1000, 1, 4, 5, 6, 0, 6, 0}));
}

TEST(ClusterAsync, Reductions) {
  // Block 0 takes what all threads of 2 blocks have.
  Words values = clusterValues(
      "@!%z bra first;\nst.shared.v4.u32 [%u+512], {%r0, %r0, %r0, %r0};\n"
      "first:\n" +
      ready +
      "@%w mapa.shared::cluster.u32 %r2, %u, 0;\n"
      "mapa.shared::cluster.u32 %r2, %u, 0;\n"
      "mapa.shared::cluster.u32 %r3, %m, 0;\n"
      "@!%w bra send;\n" +
      expecting(64 * (4 + 4 + 8)) +
      "send:\nmov.b64 %l0, {%t, %r0};\n"
      "red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::"
      "bytes.add.u32 [%r2+512], %t, [%r3];\n"
      "red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::"
      "bytes.max.s32 [%r2+516], %r4, [%r3];\n"
      "red.async.relaxed.cluster.shared::cluster.mbarrier::complete_tx::"
      "bytes.add.u64 [%r2+520], %l0, [%r3];\n"
      "@!%w bra done;\n" +
      awaited + "setp.lt.u32 %q, %t, 4;\n@%q " + load + "done:\n" +
      clusterSync);
  // 0 + ... + 31, twice.
  EXPECT_EQ(values[0], 992u);
  EXPECT_EQ(values[1], 1031u);
  EXPECT_EQ(values[2], 992u);
}

//===----------------------------------------------------------------------===//
// Copies between shared memories
//===----------------------------------------------------------------------===//

TEST(ClusterAsync, CopiesToTheNextBlock) {
  Words values = clusterValues(
      ready + expecting(128) +
          "@%z cp.async.bulk.shared::cluster.shared::cta.mbarrier::"
          "complete_tx::bytes [%r2+512], [%u], 128, [%r3];\n" +
          awaited + load + clusterSync,
      {4, 4, 32});
  EXPECT_EQ(values[0], 3000u);
  EXPECT_EQ(values[33], 1u);
}

TEST(ClusterAsync, CopiesToManyBlocks) {
  // Block 0 reads 64 bytes of global memory for blocks 0 and 2.
  Words values = clusterValues(
      ready +
          "add.u32 %r7, %t, 50;\n"
          "mad.wide.u32 %l0, %t, 4, %p; st.global.u32 [%l0+2048], %r7;\n" +
          clusterSync + "setp.eq.u32 %q, %k, 1; @%q bra done;\n" +
          expecting(64) +
          "mov.u16 %h, 5; @!%w bra sent;\n"
          "@%z cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::"
          "bytes.multicast::cluster [%u+512], [%p+2048], 64, [%m], %h;\n"
          "sent:\n" +
          awaited + "setp.lt.u32 %q, %t, 16;\n@%q " + load + "done:\n" +
          clusterSync,
      {3, 3, 32});
  EXPECT_EQ(values[3], 53u);
  EXPECT_EQ(values[32 + 3], 0u);
  EXPECT_EQ(values[64 + 3], 53u);
}

TEST(ClusterAsync, CopiesThatAdd) {
  Words values = clusterValues(
      "mad.lo.u32 %r6, %t, 4, %u; st.shared.u32 [%r6+512], 5;\n" + ready +
      expecting(128) +
      "@%z cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::"
      "complete_tx::bytes.add.u32 [%r2+512], [%u], 128, [%r3];\n" +
      awaited + load + clusterSync);
  EXPECT_EQ(values[3], 1008u);
  EXPECT_EQ(values[35], 8u);
}

//===----------------------------------------------------------------------===//
// Copies to global memory
//===----------------------------------------------------------------------===//

std::string toGlobal(const std::string &copy, const std::string &wait) {
  return ready + "@!%z bra sent;\n" + copy + "cp.async.bulk.commit_group;\n" +
         wait + "sent:\nbar.sync 0;\n";
}
const std::string copyOut =
    "cp.async.bulk.global.shared::cta.bulk_group [%p+2048], [%u], 128;\n";
const std::string loadOut =
    "mad.wide.u32 %l0, %t, 4, %p; ld.global.u32 %r0, [%l0+2048];\n";

TEST(BulkGroups, CopiesToGlobalMemory) {
  Words values = clusterValues(
      toGlobal(copyOut, "cp.async.bulk.wait_group 0;\n") + loadOut, {1, 1, 32});
  EXPECT_EQ(values[31], 31u);
  // Before the wait nothing is there, and with the checks a finding.
  ClusterRun run(toGlobal(copyOut, "cp.async.bulk.wait_group 1;\n") + loadOut +
                     "cp.async.bulk.wait_group 0;\n",
                 {1, 1, 32});
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.values[31], 0u);
  Fault fault = clusterFault(
      toGlobal(copyOut, "cp.async.bulk.wait_group.read 0;\n") + loadOut,
      {1, 1, 32}, /*deep=*/true);
  EXPECT_TRUE(contains(fault.message, "unwritten memory")) << fault.text();
}

TEST(BulkGroups, TheWatchdogCountsBytes) {
  // Three thousand copies of 16 KB, 256 instructions of 64 bytes each.
  Kernel kernel(
      ".visible .entry k(.param .u64 p) {\n"
      ".shared .align 16 .b8 s[16384]; .reg .b64 %p; .reg .b32 %i, %u; "
      ".reg .pred %q;\n"
      "ld.param.u64 %p, [p]; mov.u32 %u, s; mov.u32 %i, 0;\nagain:\n"
      "cp.async.bulk.global.shared::cta.bulk_group [%p], [%u], "
      "16384;\n"
      "cp.async.bulk.commit_group;\ncp.async.bulk.wait_group 0;\n"
      "add.u32 %i, %i, 1; setp.lt.u32 %q, %i, 3000;\n"
      "@%q bra again;\nret;\n}\n",
      clusterHead);
  uint64_t to = kernel.upload(std::vector<uint32_t>(4096));
  EXPECT_FALSE(kernel.run(1, 1, {to}));
  kernel.options.instructionLimit = 200'000;
  std::optional<Fault> fault = kernel.run(1, 1, {to});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->result, Result::LaunchTimeout);
}

TEST(BulkGroups, SharedMemoryIsReadAsLateAsCanBe) {
  auto after = [](const std::string &wait) {
    ClusterRun run(toGlobal(copyOut, wait) +
                       "st.shared.u32 [%r5], 77;\nbar.sync 0;\n"
                       "cp.async.bulk.wait_group 0;\n",
                   {1, 1, 32});
    EXPECT_FALSE(run.fault) << run.fault->text();
    return run.values[512 + 9];
  };
  EXPECT_EQ(after("cp.async.bulk.wait_group.read 0;\n"), 9u);
  EXPECT_EQ(after("cp.async.bulk.wait_group 0;\n"), 9u);
  EXPECT_EQ(after(""), 77u) << "a wait comes too late";
  Fault fault = clusterFault(toGlobal(copyOut, ""), {1, 1, 32});
  EXPECT_EQ(fault.ptxLine, clusterBodyLine + readyLines + 1) << fault.text();
  EXPECT_TRUE(contains(fault.message, "ended block")) << fault.text();
  fault = clusterFault(toGlobal(copyOut, "st.shared.u32 [%u+20], 77;\n"
                                         "cp.async.bulk.wait_group 0;\n"),
                       {1, 1, 32}, /*deep=*/true);
  EXPECT_EQ(fault.ptxLine, clusterBodyLine + readyLines + 1) << fault.text();
  EXPECT_TRUE(contains(fault.message, "has changed between the bulk copy"))
      << fault.text();
}

/// What becomes of 16 bytes of global memory, 4 words each.
Words reduced(const std::string &operation, const Words &global,
              const Words &shared) {
  std::string body = "@!%z bra done;\n";
  for (size_t i = 0; i < 4; ++i)
    body += "st.global.u32 [%p+" + std::to_string(2048 + 4 * i) + "], " +
            std::to_string(global[i]) + ";\nst.shared.u32 [%u+" +
            std::to_string(4 * i) + "], " + std::to_string(shared[i]) + ";\n";
  body += "cp.reduce.async.bulk.global.shared::cta.bulk_group." + operation +
          " [%p+2048], [%u], 16;\ncp.async.bulk.commit_group;\n"
          "cp.async.bulk.wait_group 0;\ndone:\n";
  ClusterRun run(body, {1, 1, 32}, 0, /*deep=*/true);
  if (run.fault)
    ADD_FAILURE() << run.fault->text();
  return Words(run.values.begin() + 512, run.values.begin() + 516);
}

TEST(BulkGroups, Reductions) {
  const Words global = {1, 0xffffffff, 7, 5}, shared = {2, 1, 7, 4};
  EXPECT_EQ(reduced("add.u32", global, shared), (Words{3, 0, 14, 9}));
  EXPECT_EQ(reduced("add.u64", {0xffffffff, 1, 7, 5}, {2, 3, 7, 4}),
            (Words{1, 5, 14, 9}))
      << "carries go into the second word";
  EXPECT_EQ(reduced("min.s32", global, shared), (Words{1, 0xffffffff, 7, 4}));
  EXPECT_EQ(reduced("max.u32", global, shared), (Words{2, 0xffffffff, 7, 5}));
  EXPECT_EQ(reduced("xor.b32", global, shared), (Words{3, 0xfffffffe, 0, 1}));
  EXPECT_EQ(reduced("inc.u32", {1, 2, 9, 0}, {2, 2, 8, 4}),
            (Words{2, 0, 0, 1}));
  // 1.5 + 2.25, -1 + 1, 0.5 + 0.25, 4 + 4.
  EXPECT_EQ(reduced("add.f32", {0x3fc00000, 0xbf800000, 0x3f000000, 0x40800000},
                    {0x40100000, 0x3f800000, 0x3e800000, 0x40800000}),
            (Words{0x40700000, 0, 0x3f400000, 0x41000000}));
  // In halves: 1 and 2 with 2 and 1; NaN and -0 with 1 and 0.
  EXPECT_EQ(reduced("min.f16", {0x40003c00, 0x80007e00, 0, 0},
                    {0x3c004000, 0x00003c00, 0, 0}),
            (Words{0x3c003c00, 0x80003c00, 0, 0}));
  EXPECT_EQ(
      reduced("add.noftz.f16", {0x40003c00, 0, 0, 0}, {0x3c004000, 0, 0, 0}),
      (Words{0x42004200, 0, 0, 0}));
  EXPECT_EQ(reduced("max.bf16", {0x40003f80, 0, 0, 0}, {0x3f804000, 0, 0, 0}),
            (Words{0x40004000, 0, 0, 0}));
}

TEST(BulkGroups, Prefetches) {
  clusterValues("@%z cp.async.bulk.prefetch.L2.global [%p], 64;\n");
  Fault fault =
      clusterFault("@%z cp.async.bulk.prefetch.L2.global [%p], 8192;\n");
  EXPECT_EQ(fault.ptxLine, clusterBodyLine) << fault.text();
  EXPECT_TRUE(contains(fault.message, "out of bounds")) << fault.text();
}

//===----------------------------------------------------------------------===//
// What is wrong
//===----------------------------------------------------------------------===//

const std::string send =
    "st.async.shared::cluster.mbarrier::complete_tx::bytes.u32 ";

TEST(ClusterAsync, UnwrittenUntilWaitedFor) {
  Fault fault = clusterFault(ready + expecting(4) + "@%z " + send +
                                 "[%r2+512], %k, [%r3];\n" + clusterSync +
                                 "@%z " + load + awaited,
                             {}, /*deep=*/true);
  expectFault(fault, 3, Result::LaunchFailed, "unwritten memory");
}

TEST(ClusterAsync, WritesThatNobodyWaitsFor) {
  expectFault(clusterFault(ready + expecting(4) + "@%z " + send +
                           "[%r2+512], %k, [%r3];\n" + clusterSync),
              1, Result::LaunchFailed,
              "ended block: the write to shared memory of block (");
}

TEST(ClusterAsync, ASourceThatEnds) {
  // Block 1 waits for its copy; block 0, which has the source, does not.
  expectFault(
      clusterFault(ready + "@%w bra source;\n" + expecting(64) + clusterSync +
                   "mov.u32 %r8, 100;\nloop:\nnanosleep.u32 9;\n"
                   "sub.u32 %r8, %r8, 1; setp.ne.u32 %q, %r8, 0;\n"
                   "@%q bra loop;\n" +
                   awaited + "exit;\nsource:\n" + clusterSync +
                   "@%z cp.async.bulk.shared::cluster.shared::cta.mbarrier::"
                   "complete_tx::bytes [%r2+512], [%u], 64, [%r3];\n"),
      14, Result::LaunchFailed,
      "ended block: the copy from shared memory of block (0,0,0)");
}

// Block 0 waits for what block 1 writes when it has slept long enough.
TEST(ClusterAsync, ASleepingBlockIsNoDeadlock) {
  ClusterRun run(ready + expecting(4) + clusterSync +
                     "@%w bra WAIT;\nmov.u32 %r8, 50000;\n"
                     "NAP: nanosleep.u32 9; sub.u32 %r8, %r8, 1;\n"
                     "setp.ne.u32 %q, %r8, 0; @%q bra NAP;\n@%z " +
                     send + "[%r2+512], 77, [%r3];\nbra OUT;\nWAIT:\n" +
                     awaited + "ld.shared.u32 %r0, [%u+512];\nOUT:\n" +
                     clusterSync,
                 {2, 2, 32});
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.values[0], 77u);
}

TEST(ClusterAsync, WrongPlaces) {
  auto sent = [](const std::string &operands, bool isNow = true) {
    return clusterFault(ready + expecting(4) + "@%z " + send + operands +
                        ";\n" + (isNow ? awaited : "") + clusterSync);
  };
  expectFault(sent("[%r2+2048], %k, [%r3]"), 1, Result::IllegalAddress,
              "out of bounds");
  expectFault(sent("[%r2+513], %k, [%r3]"), 1, Result::MisalignedAddress,
              "misaligned");
  expectFault(sent("[%r2+512], %k, [%m]"), 1, Result::LaunchFailed,
              "the destination in that of block");
  expectFault(sent("[%r2+512], %k, [%r3+8]"), 1, Result::LaunchFailed,
              "no mbarrier is initialised");
  const std::string many =
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes."
      "multicast::cluster [%u+512], [%p], ";
  expectFault(clusterFault(ready + "mov.u16 %h, 4;\n@%z " + many +
                           "16, [%m], %h;\n" + clusterSync),
              1, Result::IllegalAddress, "there is no block of rank 2");
  // Nor may the addresses be of another block that there is not.
  const std::string added = "mov.u16 %h, 3; add.u32 %u, %u, 0x63000000;\n@%z ";
  expectFault(
      clusterFault(ready + added + many + "16, [%m], %h;\n" + clusterSync), 1,
      Result::IllegalAddress, "out of bounds");
  expectFault(clusterFault(ready + "mov.u16 %h, 1; mov.u32 %r8, 24;\n@%z " +
                           many + "%r8, [%m], %h;\n" + clusterSync),
              1, Result::LaunchFailed, "not a multiple of 16");
}

TEST(ClusterAsync, Heads) {
  auto refuses = [](const std::string &version, const std::string &target,
                    const std::string &body, const std::string &part) {
    Kernel kernel(".visible .entry k() {\n.reg .b32 %r<4>; .reg .b64 %l<4>;\n"
                  ".reg .b16 %h;\n" +
                      body + "\nret; }\n",
                  ptxHeadFor(version, target));
    EXPECT_TRUE(contains(kernel.log(), part)) << body << ": " << kernel.log();
  };
  const std::string tx = "mbarrier::complete_tx::bytes";
  refuses("8.0", "sm_90",
          "st.async.shared::cluster." + tx + ".u32 [%r1], %r2, [%r3];",
          "requires PTX ISA .version 8.1");
  refuses("8.1", "sm_80", "st.async." + tx + ".u32 [%l1], %r2, [%l3];",
          "requires .target sm_90");
  refuses("8.1", "sm_90",
          "st.async.shared::cluster." + tx +
              ".v4.u64 [%r1], {%l0, %l0, %l0, %l0}, [%r3];",
          "at most 16 bytes");
  refuses("8.1", "sm_90",
          "red.async.shared::cluster." + tx + ".add.u32 [%r1], %r2, [%r3];",
          "");
  refuses("8.1", "sm_90",
          "red.async.relaxed.cluster.shared::cluster." + tx +
              ".add.f32 [%r1], %r2, [%r3];",
          "is not implemented");
  refuses("8.0", "sm_80", "cp.async.bulk.commit_group;",
          "requires .target sm_90");
  refuses("7.9", "sm_90", "cp.async.bulk.wait_group.read 0;",
          "requires PTX ISA .version 8.0");
  refuses("8.0", "sm_90", "cp.async.bulk.wait_group %r1;",
          "expected an integer constant");
  refuses("8.0", "sm_90",
          "cp.async.bulk.global.shared::cta.bulk_group [%l1], [%r2], 24;",
          "must be a multiple of 16");
  refuses("8.0", "sm_90",
          "cp.async.bulk.shared::cta.global." + tx +
              ".multicast::cluster [%r1], [%l2], 16, [%r3], %h;",
          "is not implemented");
  refuses("8.0", "sm_90",
          "cp.reduce.async.bulk.global.shared::cta.bulk_group.add.f16 [%l1], "
          "[%r2], 16;",
          "is not implemented");
}

} // namespace
