//===- ClusterTensorTest.cpp - boxes for other blocks of a cluster --------===//

#include "ClusterKernel.h"
#include "Memory/TensorMap.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

using Words = std::vector<uint32_t>;

/// Where there are 64 words from 50 on in `p`, and the map of those, whose
/// boxes have 16.
constexpr uint32_t arrayAt = 2048, mapAt = 3072;

struct Outcome {
  std::optional<Fault> fault;
  Words words;
};
Outcome run(const std::string &body, uint32_t blocks, uint64_t seed = 0,
            bool deep = false) {
  Kernel kernel(clusterEntry(body), clusterHead);
  if (!kernel.image) {
    ADD_FAILURE() << kernel.diagnostics.log();
    return {};
  }
  kernel.options.seed = seed;
  kernel.options.deepChecks = deep;
  kernel.memory.trackWrites(deep);
  Words words(1024);
  for (uint32_t i = 0; i < 64; ++i)
    words[arrayAt / 4 + i] = 50 + i;
  uint64_t p = kernel.upload(words);
  TensorMap map;
  map.type = theano::cuda::TensorMapDataType::Uint32;
  map.rank = 1;
  map.address = p + arrayAt;
  map.sizes[0] = 64;
  map.box[0] = 16;
  theano::cuda::TensorMap bytes = map.encode();
  std::memcpy(reinterpret_cast<void *>(p + mapAt), &bytes, sizeof(bytes));
  LaunchSpec spec = kernel.launch(blocks, 32, {p});
  spec.cluster = {blocks, 1, 1};
  spec.explicitCluster = true;
  Outcome made;
  made.fault = runLaunch(spec, kernel.options).fault;
  made.words = kernel.download<uint32_t>(p, 1024);
  return made;
}

/// The words of all threads, the same under several seeds.
Words valuesOf(const std::string &body, uint32_t blocks) {
  Words values;
  for (uint64_t seed : {0, 1, 2})
    for (bool deep : {false, true}) {
      Outcome made = run(body, blocks, seed, deep);
      if (made.fault) {
        ADD_FAILURE() << "seed " << seed << ": " << made.fault->text();
        return Words(size_t(32) * blocks);
      }
      made.words.resize(size_t(32) * blocks);
      if (!values.empty()) {
        EXPECT_EQ(values, made.words) << "seed " << seed;
      }
      values = made.words;
    }
  return values;
}

/// Every block has an mbarrier for one arrival of 64 bytes; %r1 is the rank of
/// the next block, %r2 its `s` and %r3 its mbarrier; %l1 is the map.
const std::string ready =
    "mad.lo.u32 %r5, %t, 4, %u; add.u64 %l1, %p, 3072;\n@!%z bra join;\n"
    "mbarrier.init.shared.b64 [%m], 1;\n"
    "mbarrier.arrive.expect_tx.shared.b64 _, [%m], 64;\n"
    "fence.mbarrier_init.release.cluster; fence.proxy.async;\njoin:\n" +
    clusterSync +
    "add.u32 %r1, %k, 1; rem.u32 %r1, %r1, %n;\n"
    "mapa.shared::cluster.u32 %r2, %u, %r1;\n"
    "mapa.shared::cluster.u32 %r3, %m, %r1;\n"
    "mul.lo.u32 %r6, %k, 4;\n";
constexpr uint32_t readyLines = 11;

const std::string box =
    "@%z cp.async.bulk.tensor.1d.shared::cluster.global.tile."
    "mbarrier::complete_tx::bytes ";
const std::string boxForMany =
    "@%z cp.async.bulk.tensor.1d.shared::cluster.global.tile."
    "mbarrier::complete_tx::bytes.multicast::cluster ";
const std::string awaited =
    "wait:\nmbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 %q, [%m], "
    "0;\n@!%q bra wait;\n";
const std::string load =
    "setp.lt.u32 %q, %t, 16;\n@%q ld.shared.u32 %r0, [%r5+512];\n";

void expectFault(const std::string &body, uint32_t line, Result result,
                 const std::string &part, bool deep = false) {
  for (uint64_t seed : {0, 1, 2}) {
    std::optional<Fault> fault = run(ready + body, 2, seed, deep).fault;
    ASSERT_TRUE(fault) << part;
    EXPECT_EQ(fault->ptxLine, clusterBodyLine + readyLines + line)
        << fault->text();
    EXPECT_EQ(fault->result, result) << fault->text();
    EXPECT_TRUE(contains(fault->message, part)) << fault->text();
  }
}

TEST(ClusterTensor, ABoxForTheNextBlock) {
  Words values = valuesOf(ready + box + "[%r2+512], [%l1, {%r6}], [%r3];\n" +
                              awaited + load + clusterSync,
                          2);
  for (uint32_t i = 0; i < 16; ++i) {
    EXPECT_EQ(values[i], 54 + i);
    EXPECT_EQ(values[32 + i], 50 + i);
  }
}

TEST(ClusterTensor, ABoxForManyBlocks) {
  Words values =
      valuesOf(ready +
                   "setp.eq.u32 %q, %k, 1; @%q bra done;\n"
                   "mov.u16 %h, 5; @!%w bra sent;\n" +
                   boxForMany + "[%u+512], [%l1, {7}], [%m], %h;\nsent:\n" +
                   awaited + load + "done:\n" + clusterSync,
               3);
  for (uint32_t i = 0; i < 16; ++i) {
    EXPECT_EQ(values[i], 57 + i);
    EXPECT_EQ(values[32 + i], 0u);
    EXPECT_EQ(values[64 + i], 57 + i);
  }
}

TEST(ClusterTensor, WrongPlaces) {
  auto sent = [](const std::string &operands) {
    return box + operands + ";\n" + awaited + clusterSync;
  };
  expectFault(sent("[%r2+2048], [%l1, {0}], [%r3]"), 0, Result::IllegalAddress,
              "out of bounds: write of 64 bytes at shared::cluster address");
  expectFault(sent("[%r2+576], [%l1, {0}], [%r3]"), 0,
              Result::MisalignedAddress, "is not a multiple of 128");
  expectFault(sent("[%r2+512], [%l1, {0}], [%m]"), 0, Result::LaunchFailed,
              "the destination in that of block");
  expectFault(sent("[%r2+512], [%l1, {0}], [%r3+8]"), 0, Result::LaunchFailed,
              "no mbarrier is initialised");
  expectFault("mov.u16 %h, 4;\n" + boxForMany +
                  "[%u+512], [%l1, {0}], [%m], %h;\n" + clusterSync,
              1, Result::IllegalAddress, "there is no block of rank 2");
  // What is stored is always the own.
  expectFault("@%z cp.async.bulk.tensor.1d.global.shared::cta.tile.bulk_group "
              "[%l1, {0}], [%r2];\n" +
                  clusterSync,
              0, Result::IllegalAddress, "out of bounds: read of 64 bytes");
}

TEST(ClusterTensor, UnwrittenUntilWaitedFor) {
  expectFault(box + "[%r2+512], [%l1, {0}], [%r3];\n" + clusterSync + load +
                  awaited + clusterSync,
              3, Result::LaunchFailed, "unwritten memory", /*deep=*/true);
}

TEST(ClusterTensor, ABoxThatNobodyWaitsFor) {
  expectFault(box + "[%r2+512], [%l1, {0}], [%r3];\n" + clusterSync, 0,
              Result::LaunchFailed,
              "ended block: the write to shared memory of block (");
}

//===----------------------------------------------------------------------===//
// Groups of both kinds of copies to global memory
//===----------------------------------------------------------------------===//

/// Words 0 and 16 of the array become 1 by a copy, and 2 by a tensor map.
std::string storeBoth(const std::string &wait) {
  return "add.u64 %l1, %p, 3072; @!%z bra done;\n"
         "st.shared.v4.u32 [%u], {1, 1, 1, 1};\n"
         "mov.u32 %r5, %u;\nadd.u32 %r6, %u, 192;\n"
         "FILL: st.shared.u32 [%r5+128], 2; add.u32 %r5, %r5, 4;\n"
         "setp.lt.u32 %q, %r5, %r6; @%q bra FILL;\n"
         "cp.async.bulk.global.shared::cta.bulk_group [%p+2048], [%u], 16;\n"
         "cp.async.bulk.commit_group;\n"
         "cp.async.bulk.tensor.1d.global.shared::cta.tile.bulk_group "
         "[%l1, {16}], [%u+128];\n"
         "cp.async.bulk.commit_group;\n" +
         wait +
         "ld.global.u32 %r1, [%p+2048]; ld.global.u32 %r2, [%p+2112];\n"
         "mad.lo.u32 %r0, %r1, 100, %r2;\n"
         "cp.async.bulk.wait_group 0;\ndone:\n";
}

TEST(BulkGroups, OneOrderForBothKinds) {
  auto seen = [](const std::string &wait) {
    Outcome made = run(storeBoth(wait), 1);
    EXPECT_FALSE(made.fault) << made.fault->text();
    return made.words[0];
  };
  EXPECT_EQ(seen(""), 5066u) << "neither has been written";
  EXPECT_EQ(seen("cp.async.bulk.wait_group 1;\n"), 166u);
  EXPECT_EQ(seen("cp.async.bulk.wait_group 0;\n"), 102u);
  std::optional<Fault> fault =
      run(storeBoth("cp.async.bulk.wait_group 1;\n"), 1, 0, /*deep=*/true)
          .fault;
  ASSERT_TRUE(fault);
  EXPECT_TRUE(contains(fault->message, "unwritten memory: read of 4 bytes at "
                                       "global address"))
      << fault->text();
}

} // namespace
