//===- ClusterTest.cpp - blocks that run together -------------------------===//
//
// Every kernel runs under several seeds, with and without the checks that look
// for races, of which none may be found where nothing is wrong.
//
//===----------------------------------------------------------------------===//

#include "ClusterKernel.h"

using namespace theano::sim;

namespace {

//===----------------------------------------------------------------------===//
// Where a block is
//===----------------------------------------------------------------------===//

/// The value of a special register in each block of a grid, one thread each.
std::vector<uint32_t> special(const std::string &name,
                              const std::array<uint32_t, 3> &grid,
                              const std::array<uint32_t, 3> &cluster) {
  std::string read = name == "%is_explicit_cluster"
                         ? "mov.pred %q, " + name + "; selp.u32 %v, 1, 0, %q;\n"
                         : "mov.u32 %v, " + name + ";\n";
  Kernel kernel(
      ".visible .entry k(.param .u64 p) {\n"
      ".reg .b32 %x, %y, %z, %v, %w; .reg .b64 %p, %o; .reg .pred %q;\n"
      "mov.u32 %x, %ctaid.x; mov.u32 %y, %ctaid.y;\n"
      "mov.u32 %z, %ctaid.z; mov.u32 %w, %nctaid.y;\n"
      "mad.lo.u32 %y, %z, %w, %y; mov.u32 %w, %nctaid.x;\n"
      "mad.lo.u32 %x, %y, %w, %x; ld.param.u64 %p, [p];\n"
      "mad.wide.u32 %o, %x, 4, %p;\n" +
          read + "st.global.u32 [%o], %v; ret; }\n",
      clusterHead);
  EXPECT_TRUE(kernel.image) << kernel.diagnostics.log();
  uint32_t blocks = grid[0] * grid[1] * grid[2];
  uint64_t p = kernel.upload(std::vector<uint32_t>(blocks));
  LaunchSpec spec = kernel.launch(1, 1, {p});
  spec.grid = grid;
  spec.cluster = cluster;
  spec.explicitCluster = cluster != std::array<uint32_t, 3>{1, 1, 1};
  LaunchResult result = runLaunch(spec, kernel.options);
  EXPECT_FALSE(result.fault) << result.fault->text();
  return kernel.download<uint32_t>(p, blocks);
}

using Words = std::vector<uint32_t>;

TEST(Cluster, SpecialRegistersOfALine) {
  auto line = [](const std::string &name) {
    return special(name, {6, 1, 1}, {3, 1, 1});
  };
  EXPECT_EQ(line("%clusterid.x"), (Words{0, 0, 0, 1, 1, 1}));
  EXPECT_EQ(line("%clusterid.y"), (Words{0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(line("%nclusterid.x"), Words(6, 2));
  EXPECT_EQ(line("%nclusterid.z"), Words(6, 1));
  EXPECT_EQ(line("%cluster_ctaid.x"), (Words{0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(line("%cluster_nctaid.x"), Words(6, 3));
  EXPECT_EQ(line("%cluster_ctarank"), (Words{0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(line("%cluster_nctarank"), Words(6, 3));
  EXPECT_EQ(line("%is_explicit_cluster"), Words(6, 1));
}

// Blocks in order of x, then y, then z; ranks within 1 x 2 x 2.
TEST(Cluster, SpecialRegistersOfABox) {
  auto box = [](const std::string &name) {
    return special(name, {2, 2, 2}, {1, 2, 2});
  };
  EXPECT_EQ(box("%clusterid.x"), (Words{0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(box("%clusterid.y"), Words(8, 0));
  EXPECT_EQ(box("%nclusterid.x"), Words(8, 2));
  EXPECT_EQ(box("%nclusterid.y"), Words(8, 1));
  EXPECT_EQ(box("%cluster_ctaid.x"), Words(8, 0));
  EXPECT_EQ(box("%cluster_ctaid.y"), (Words{0, 0, 1, 1, 0, 0, 1, 1}));
  EXPECT_EQ(box("%cluster_ctaid.z"), (Words{0, 0, 0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(box("%cluster_nctaid.y"), Words(8, 2));
  EXPECT_EQ(box("%cluster_nctaid.z"), Words(8, 2));
  EXPECT_EQ(box("%cluster_ctarank"), (Words{0, 0, 1, 1, 2, 2, 3, 3}));
}

TEST(Cluster, WithoutClustersABlockIsOne) {
  auto alone = [](const std::string &name) {
    return special(name, {3, 1, 1}, {1, 1, 1});
  };
  EXPECT_EQ(alone("%clusterid.x"), (Words{0, 1, 2}));
  EXPECT_EQ(alone("%nclusterid.x"), Words(3, 3));
  EXPECT_EQ(alone("%cluster_ctarank"), Words(3, 0));
  EXPECT_EQ(alone("%cluster_nctarank"), Words(3, 1));
  EXPECT_EQ(alone("%is_explicit_cluster"), Words(3, 0));
}

// A special register may be a guard: of one op, of a branch, negated.
TEST(Cluster, ASpecialRegisterAsGuard) {
  const std::string body =
      "@%is_explicit_cluster add.u32 %r0, %r0, 1;\n"
      "@!%is_explicit_cluster add.u32 %r0, %r0, 10;\n"
      "@%is_explicit_cluster bra join;\nadd.u32 %r0, %r0, 100;\njoin:\n"
      "@!%is_explicit_cluster bar.sync 1, 64;\n";
  EXPECT_EQ(clusterValues(body, {2, 2, 32}), Words(64, 1));
  Kernel kernel(clusterEntry(body), clusterHead);
  uint64_t p = kernel.upload(Words(64));
  std::optional<Fault> fault = kernel.run(1, 64, {p});
  ASSERT_FALSE(fault) << fault->text();
  EXPECT_EQ(kernel.download<uint32_t>(p, 64), Words(64, 110));
}

//===----------------------------------------------------------------------===//
// Memory of other blocks
//===----------------------------------------------------------------------===//

/// Every thread stores 100 * rank + thread, and the cluster waits; %r1 is the
/// rank of the next block, %r2 the offset of the thread's word.
const std::string stored =
    "mad.lo.u32 %r1, %k, 100, %t; shl.b32 %r2, %t, 2; add.u32 %r3, %u, %r2;\n"
    "st.shared.u32 [%r3], %r1;\n" +
    clusterSync + "add.u32 %r1, %k, 1; rem.u32 %r1, %r1, %n;\n";

TEST(Cluster, LoadsFromTheNextBlock) {
  Words values = clusterValues(stored +
                                   "mapa.shared::cluster.u32 %r4, %r3, %r1;\n"
                                   "ld.shared::cluster.u32 %r0, [%r4];\n" +
                                   clusterSync,
                               {4, 4, 32});
  EXPECT_EQ(values[0], 100u);
  EXPECT_EQ(values[5], 105u);
  EXPECT_EQ(values[32], 200u);
  EXPECT_EQ(values[3 * 32 + 31], 31u) << "the last reads the first";
}

TEST(Cluster, GenericAddressesAndVectors) {
  Words values =
      clusterValues(stored +
                        "cvta.shared.u64 %l0, %s; mapa.u64 %l1, %l0, %r1;\n"
                        "ld.v4.u32 {%r4, %r5, %r6, %r7}, [%l1+16];\n"
                        "mapa.shared::cluster.u64 %l2, %s, %r1;\n"
                        "ld.shared::cluster.v2.u32 {%r8, %r9}, [%l2+8];\n"
                        "mad.lo.u32 %r0, %r7, 1000, %r9;\n" +
                        clusterSync,
                    {4, 2, 32});
  EXPECT_EQ(values[0], 107103u);
  EXPECT_EQ(values[32], 7003u);
  EXPECT_EQ(values[64], 107103u) << "another cluster has its own";
}

// A generic address of 32 bits is the lower half of one of 64.
TEST(Cluster, HalvesOfGenericAddresses) {
  Words values = clusterValues(
      stored +
          "cvta.shared.u64 %l0, %s; cvt.u32.u64 %r4, %l0;\n"
          "mapa.u32 %r5, %r4, %r1; getctarank.u32 %r6, %r5;\n"
          "and.b64 %l1, %l0, 0xffffffff00000000;\n"
          "cvt.u64.u32 %l2, %r5; or.b64 %l1, %l1, %l2;\n"
          "ld.u32 %r7, [%l1+16]; mad.lo.u32 %r0, %r6, 1000, %r7;\n" +
          clusterSync,
      {4, 2, 32});
  EXPECT_EQ(values[0], 1104u);
  EXPECT_EQ(values[32], 4u);
  EXPECT_EQ(values[64], 1104u);
}

TEST(Cluster, StoresAndAtomics) {
  // Block 0 counts what all threads of 3 blocks add, each its rank + 1, and
  // keeps the largest thread that each block has.
  Words values = clusterValues(
      "@!%z bra join;\nst.shared.u32 [%u], 0; st.shared.v4.u32 [%u+16], "
      "{%r0, %r0, %r0, %r0};\n"
      "join:\n" +
          clusterSync +
          "mapa.shared::cluster.u32 %r1, %u, 0; add.u32 %r2, %k, 1;\n"
          "red.relaxed.cluster.shared::cluster.add.u32 [%r1], %r2;\n"
          "shl.b32 %r3, %k, 2; add.u32 %r3, %r1, %r3;\n"
          "atom.shared::cluster.max.u32 %r4, [%r3+16], %t;\n"
          "@%z st.shared::cluster.u32 [%r3+32], %r2;\n" +
          clusterSync +
          "@!%w bra done;\nld.shared.v4.u32 {%r5, %r6, %r7, %r8}, [%u+16];\n"
          "ld.shared.u32 %r0, [%u]; add.u32 %r0, %r0, %r7;\n"
          "ld.shared.u32 %r9, [%u+40]; mad.lo.u32 %r0, %r9, 10000, %r0;\n"
          "done:\n",
      {3, 3, 40});
  // 40 * (1 + 2 + 3) + 39, and the 3 of the last block.
  EXPECT_EQ(values[0], 30279u);
  EXPECT_EQ(values[40], 0u);
}

// A generic address says whose memory it is, whoever uses it.
TEST(Cluster, AddressesThatAreHandedOn) {
  Words values = clusterValues(
      "mad.lo.u32 %r1, %k, 100, 7;\n@!%z bra join;\n"
      "st.shared.u32 [%u], %r1; cvta.shared.u64 %l0, %s;\n"
      "st.shared.u64 [%u+8], %l0;\njoin:\n" +
          clusterSync +
          "add.u32 %r1, %k, 1; rem.u32 %r1, %r1, %n;\n"
          "mapa.shared::cluster.u32 %r2, %u, %r1;\n"
          "ld.shared::cluster.u64 %l1, [%r2+8]; ld.u32 %r0, [%l1];\n"
          "getctarank.u64 %r3, %l1; mad.lo.u32 %r0, %r3, 1000, %r0;\n" +
          clusterSync,
      {3, 3, 32});
  EXPECT_EQ(values[0], 1107u);
  EXPECT_EQ(values[32], 2207u);
  EXPECT_EQ(values[64], 7u);
}

TEST(Cluster, WhoseAddressItIs) {
  // Bits: own and other, in .shared and .shared::cluster; equal addresses.
  Words values = clusterValues(
      "mapa.shared::cluster.u32 %r1, %u, 1; getctarank.shared::cluster.u32 "
      "%r2, %r1;\n"
      "cvta.shared.u64 %l0, %s; mapa.u64 %l1, %l0, 0; mapa.u64 %l2, %l0, 1;\n"
      "isspacep.shared %q, %l1; selp.u32 %r3, 1, 0, %q;\n"
      "isspacep.shared::cta %q, %l2; selp.u32 %r4, 2, 0, %q;\n"
      "isspacep.shared::cluster %q, %l2; selp.u32 %r5, 4, 0, %q;\n"
      "setp.eq.u64 %q, %l0, %l1; selp.u32 %r6, 8, 0, %q;\n"
      "cvta.to.shared.u64 %l3, %l0; setp.eq.u64 %q, %l3, %s;\n"
      "selp.u32 %r7, 16, 0, %q; isspacep.global %q, %l2;\n"
      "selp.u32 %r8, 32, 0, %q;\n"
      "or.b32 %r0, %r3, %r4; or.b32 %r0, %r0, %r5; or.b32 %r0, %r0, %r6;\n"
      "or.b32 %r0, %r0, %r7; or.b32 %r0, %r0, %r8; mad.lo.u32 %r0, %r2, 100, "
      "%r0;\n");
  EXPECT_EQ(values[0], 129u) << "1 + 4 + 8 + 16";
  EXPECT_EQ(values[32], 122u) << "2 + 4 + 16";
}

// As accesses to the own memory: a turn of all banks, and one for each lane
// that wants another word of one bank.
TEST(Cluster, WhatIsCounted) {
  Kernel kernel(clusterEntry(stored +
                             "mapa.shared::cluster.u32 %r4, %r3, %r1;\n"
                             "ld.shared::cluster.u32 %r0, [%r4];\n"
                             "mad.lo.u32 %r5, %t, 124, %r4;\n"
                             "setp.lt.u32 %q, %t, 8;\n"
                             "@%q ld.shared::cluster.u32 %r0, [%r5];\n" +
                             clusterSync),
                clusterHead);
  ASSERT_TRUE(kernel.image) << kernel.diagnostics.log();
  kernel.options.count = true;
  LaunchSpec spec =
      kernel.launch(2, 32, {kernel.upload(std::vector<uint32_t>(64))});
  spec.cluster = {2, 1, 1};
  LaunchResult result = runLaunch(spec, kernel.options);
  ASSERT_FALSE(result.fault) << result.fault->text();
  OpCounts sum;
  for (const OpCounts &counts : result.counters->ops())
    sum += counts;
  // In each of two blocks: stored in 1 turn, read in 1 and in 8.
  EXPECT_EQ(sum.wavefronts, 2u * (1 + 1 + 8));
  EXPECT_EQ(sum.idealWavefronts, 2u * (1 + 1 + 1));
}

//===----------------------------------------------------------------------===//
// The barrier
//===----------------------------------------------------------------------===//

TEST(ClusterBarrier, ManyPhases) {
  // Ten times each block takes the value of the next and adds its rank.
  Words values = clusterValues(
      "mov.u32 %r4, 10; mov.u32 %r0, %k; add.u32 %r1, %k, 1;\n"
      "rem.u32 %r1, %r1, %n; mapa.shared::cluster.u32 %r2, %u, %r1;\n"
      "loop:\n@%z st.shared.u32 [%u], %r0;\n"
      "barrier.cluster.arrive.release.aligned;\n"
      "barrier.cluster.wait.acquire.aligned;\n"
      "ld.shared::cluster.u32 %r3, [%r2]; add.u32 %r0, %r3, %k;\n"
      "barrier.cluster.arrive.aligned; barrier.cluster.wait.aligned;\n"
      "sub.u32 %r4, %r4, 1; setp.ne.u32 %q, %r4, 0; @%q bra loop;\n",
      {2, 2, 64});
  // x, y = y + 0, x + 1: every turn adds 1 to one of the two, in turns.
  EXPECT_EQ(values[0], 5u);
  EXPECT_EQ(values[64], 6u);
}

TEST(ClusterBarrier, ArmsOfABranchAndThreadsThatLeft) {
  // A third of the threads has exited, two arms arrive at different places.
  Words values = clusterValues(
      "rem.u32 %r1, %t, 3; setp.eq.u32 %q, %r1, 2; @%q exit;\n"
      "mad.lo.u32 %r2, %t, 4, %u; st.shared.u32 [%r2], %k;\n"
      "setp.eq.u32 %q, %r1, 1; @%q bra other;\n"
      "barrier.cluster.arrive; bra join;\n"
      "other:\nbarrier.cluster.arrive; nanosleep.u32 20;\njoin:\n"
      "barrier.cluster.wait;\nxor.b32 %r3, %k, 1;\n"
      "mapa.shared::cluster.u32 %r4, %r2, %r3;\n"
      "ld.shared::cluster.u32 %r0, [%r4]; add.u32 %r0, %r0, 5;\n" +
          clusterSync,
      {2, 2, 50});
  EXPECT_EQ(values[0], 6u);
  EXPECT_EQ(values[2], 0u) << "has left";
  EXPECT_EQ(values[50 + 49], 5u);
}

TEST(ClusterBarrier, ABlockThatEndsArrives) {
  Words values = clusterValues(
      "@!%w exit;\n" + clusterSync + "mov.u32 %r0, 9;\n", {4, 4, 33});
  EXPECT_EQ(values[32], 9u);
  EXPECT_EQ(values[33], 0u);
}

TEST(ClusterBarrier, OfABlockAlone) {
  Words values = clusterValues(
      "mad.lo.u32 %r1, %t, 4, %u; st.shared.u32 [%r1], %t;\n" + clusterSync +
          "xor.b32 %r2, %t, 63; mad.lo.u32 %r2, %r2, 4, %u;\n"
          "mapa.shared::cluster.u32 %r2, %r2, 0;\n"
          "ld.shared::cluster.u32 %r0, [%r2];\n",
      {2, 1, 64});
  EXPECT_EQ(values[0], 63u);
  EXPECT_EQ(values[64 + 10], 53u);
}

TEST(ClusterBarrier, AllClustersOfACooperativeLaunchMeet) {
  for (uint32_t threads : {1, 3}) {
    Kernel kernel(clusterEntry("@!%z bra join;\nred.global.add.u32 [%p], 1;\n"
                               "wait:\nld.acquire.gpu.global.u32 %r1, [%p];\n"
                               "setp.lt.u32 %q, %r1, 8; @%q bra wait;\n"
                               "join:\n" +
                               clusterSync + "mov.u32 %r0, 8;"),
                  clusterHead);
    kernel.options.threads = threads;
    LaunchSpec spec =
        kernel.launch(8, 32, {kernel.upload(std::vector<uint32_t>(256))});
    spec.cluster = {2, 1, 1};
    spec.cooperative = true;
    LaunchResult result = runLaunch(spec, kernel.options);
    EXPECT_FALSE(result.fault) << result.fault->text();
  }
}

} // namespace
