//===- ClusterFaultTest.cpp - clusters, used wrongly ----------------------===//

#include "ClusterKernel.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

//===----------------------------------------------------------------------===//
// What is wrong
//===----------------------------------------------------------------------===//

void expectFault(const Fault &fault, uint32_t line, Result result,
                 const std::string &part) {
  EXPECT_EQ(fault.ptxLine, clusterBodyLine + line) << fault.text();
  EXPECT_EQ(fault.result, result) << fault.text();
  EXPECT_TRUE(contains(fault.message, part)) << fault.text();
}

TEST(ClusterFault, OutOfTheMemoryOfAnotherBlock) {
  expectFault(clusterFault(clusterSync + "@%w exit;\n"
                                         "mapa.shared::cluster.u32 %r1, %u, 0;"
                                         "\nld.shared::cluster.u32 %r0, "
                                         "[%r1+1056];\n"),
              3, Result::IllegalAddress, "out of bounds: read of 4 bytes");
  expectFault(clusterFault(clusterSync + "cvta.shared.u64 %l0, %s;\n"
                                         "mapa.u64 %l1, %l0, 1;\n"
                                         "@%w st.u64 [%l1+4000], %l0;\n"),
              3, Result::IllegalAddress, "in block (1,0,0), of 1056 bytes");
}

TEST(ClusterFault, NoSuchBlock) {
  expectFault(clusterFault("mapa.shared::cluster.u32 %r1, %u, 2;\n"), 0,
              Result::IllegalAddress,
              "there is no block of rank 2 in a cluster of 2");
  expectFault(clusterFault(clusterSync +
                           "add.u32 %r1, %u, 0x5000000;\n"
                           "ld.shared::cluster.u32 %r0, [%r1];\n"),
              2, Result::IllegalAddress, "of a cluster of 2 blocks");
  expectFault(clusterFault("mapa.u64 %l0, %p, 1;\n"), 0, Result::IllegalAddress,
              "not one of the shared memory of the cluster");
}

TEST(ClusterFault, MemoryOfTheClusterByPlainShared) {
  expectFault(clusterFault(clusterSync +
                           "xor.b32 %r1, %k, 1;\n"
                           "mapa.shared::cluster.u32 %r1, %u, %r1;"
                           "\nst.shared.u32 [%r1], 1;\n"),
              3, Result::IllegalAddress, "out of bounds");
}

TEST(ClusterFault, Misaligned) {
  expectFault(clusterFault(clusterSync +
                           "mapa.shared::cluster.u32 %r1, %u, 1;\n"
                           "st.shared::cluster.u32 [%r1+2], 1;\n"),
              2, Result::MisalignedAddress, "misaligned");
}

TEST(ClusterFault, ABlockThatHasEnded) {
  // Block 1 uses the memory of block 0 for much longer than that runs.
  expectFault(clusterFault(clusterSync +
                           "@%w exit;\nmapa.shared::cluster.u32 %r1, %u, 0;\n"
                           "mov.u32 %r2, 100000;\nloop:\n"
                           "st.shared::cluster.u32 [%r1], %r2;\n"
                           "sub.u32 %r2, %r2, 1; setp.ne.u32 %q, %r2, 0;\n"
                           "@%q bra loop;\n"),
              5, Result::IllegalAddress,
              "ended block: write of 4 bytes at shared::cluster address");
}

TEST(ClusterFault, ImpossibleBarriers) {
  expectFault(clusterFault("barrier.cluster.arrive;\n"
                           "barrier.cluster.arrive;\n"),
              1, Result::LaunchFailed, "a second time");
  expectFault(clusterFault("barrier.cluster.wait;\n"), 0, Result::LaunchFailed,
              "without having arrived");
  expectFault(clusterFault("and.b32 %r1, %t, 1; setp.eq.u32 %q, %r1, 0;\n"
                           "@%q bra other;\nbarrier.cluster.arrive.aligned;\n"
                           "bra join;\nother:\nbarrier.cluster.arrive.aligned;"
                           "\njoin:\nbarrier.cluster.wait;\n"),
              2, Result::LaunchFailed, "divergent barrier");
}

TEST(ClusterFault, Deadlocks) {
  // The threads of block 1 wait for more of their block than there are.
  Fault fault = clusterFault("@%w bra join;\nsetp.lt.u32 %q, %t, 32;\n"
                             "@%q bar.sync 1, 64;\njoin:\n" +
                                 clusterSync,
                             {2, 2, 64});
  EXPECT_TRUE(contains(fault.message, "deadlock: 32 threads wait at a barrier"))
      << fault.text();
  EXPECT_TRUE(contains(fault.message, "96 wait at the barrier of the cluster"))
      << fault.text();
  EXPECT_TRUE(contains(fault.message, "bar.sync")) << fault.text();
  // Those of block 1 test an mbarrier at which nobody arrives.
  fault =
      clusterFault("@!%z bra join;\nmbarrier.init.shared.b64 [%m], 1;\njoin:\n"
                   "bar.sync 0; @%w bra all;\nwait:\n"
                   "mbarrier.try_wait.parity.shared.b64 %q, [%m], 0; @!%q bra "
                   "wait;\nall:\n" +
                   clusterSync);
  EXPECT_TRUE(
      contains(fault.message, "32 test an mbarrier whose phase does not end"))
      << fault.text();
}

//===----------------------------------------------------------------------===//
// What a module's head allows
//===----------------------------------------------------------------------===//

std::string logOf(const std::string &version, const std::string &target,
                  const std::string &directives, const std::string &body) {
  return Kernel(".visible .entry k() " + directives +
                    " {\n.reg .b32 %r<4>; .reg .b64 %l<4>; .reg .pred %q;\n" +
                    body + "\nret; }\n",
                ptxHeadFor(version, target))
      .log();
}

TEST(ClusterHead, OlderTargetsAndVersions) {
  for (const char *body :
       {"barrier.cluster.arrive;", "mapa.u64 %l0, %l1, 0;",
        "getctarank.shared::cluster.u32 %r0, %r1;",
        "isspacep.shared::cluster %q, %l0;", "mov.u32 %r0, %clusterid.x;",
        "cvta.shared::cluster.u64 %l0, %l1;",
        "ld.shared::cluster.u32 %r0, [%r1];", "fence.acq_rel.cluster;",
        "atom.shared::cluster.add.u32 %r0, [%r1], 1;",
        "ld.relaxed.cluster.global.u32 %r0, [%l0];",
        "mov.pred %q, %is_explicit_cluster;", "@%is_explicit_cluster ret;"}) {
    std::string log = logOf("7.8", "sm_80", "", body);
    EXPECT_TRUE(contains(log, "requires .target sm_90 or higher")) << log;
    EXPECT_TRUE(contains(log, "6")) << log;
    log = logOf("7.7", "sm_90", "", body);
    EXPECT_TRUE(contains(log, "requires PTX ISA .version 7.8")) << log;
  }
  std::string log = logOf("7.8", "sm_90", "", "barrier.cluster.wait.acquire;");
  EXPECT_TRUE(contains(log, "requires PTX ISA .version 8.0")) << log;
}

TEST(ClusterHead, Directives) {
  for (const char *directive :
       {".reqnctapercluster 2", ".explicitcluster", ".maxclusterrank 8"}) {
    std::string log = logOf("7.8", "sm_80", directive, "");
    EXPECT_TRUE(contains(log, "requires .target sm_90")) << log;
    log = logOf("7.7", "sm_90", directive, "");
    EXPECT_TRUE(contains(log, "requires PTX ISA .version 7.8")) << log;
  }
  std::string log =
      logOf("7.8", "sm_90", ".maxclusterrank 8 .reqnctapercluster 2", "");
  EXPECT_TRUE(contains(log, "exclude each other")) << log;
  Kernel kernel(".visible .entry k() .reqntid 32 .explicitcluster "
                ".reqnctapercluster 2, 3\n{ ret; }\n",
                ptxHeadFor("7.8", "sm_90"));
  ASSERT_TRUE(kernel.image) << kernel.diagnostics.log();
  const Function &ast = *kernel.image->functions[0].ast;
  EXPECT_TRUE(ast.explicitCluster);
  EXPECT_EQ(ast.requiredCluster[0], 2u);
  EXPECT_EQ(ast.requiredCluster[1], 3u);
  EXPECT_EQ(ast.requiredCluster[2], 1u);
}

TEST(ClusterHead, WhatThereIsNot) {
  for (const char *body :
       {"barrier.cluster.sync;", "barrier.cluster.wait.relaxed;",
        "mapa.shared.u32 %r0, %r1, 0;", "mapa.u32 %r0, %l1, 0;",
        "@%clusterid.x ret;", "getctarank.shared::cta.u32 %r0, %r1;",
        "mov.u32 %r0, %is_explicit_cluster;"})
    EXPECT_NE(logOf("8.6", "sm_90", "", body), "") << body;
}

} // namespace
