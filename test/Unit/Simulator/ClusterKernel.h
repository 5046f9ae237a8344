//===- ClusterKernel.h - runs a PTX text in clusters ------------*- C++ -*-===//

#ifndef THEANO_TEST_SIMULATOR_CLUSTERKERNEL_H
#define THEANO_TEST_SIMULATOR_CLUSTERKERNEL_H

#include "Kernel.h"

namespace theano::sim {

inline const std::string clusterHead = ptxHeadFor("8.6", "sm_90");

/// %t is the thread, %k the block's rank in its cluster, %n how many blocks
/// that has, %g the block; %s and %u are the address of 1024 bytes of shared
/// memory `s`, %m that of the mbarriers `m`. What is in %r0 goes to the
/// thread's word of `p`, whose address is %o. The body starts at line 15.
inline std::string clusterEntry(const std::string &body,
                                const std::string &directives = "") {
  return ".visible .entry k(.param .u64 p) " + directives +
         " {\n"
         ".shared .align 16 .b8 s[1024]; .shared .align 8 .b64 m[4];\n"
         ".reg .b32 %t, %k, %n, %g, %u, %m, %r<10>; .reg .pred %q, %z, %w;\n"
         ".reg .b64 %s, %p, %o, %l<8>; .reg .b16 %h;\n"
         "mov.u32 %t, %tid.x; mov.u32 %k, %cluster_ctarank;\n"
         "mov.u32 %n, %cluster_nctarank; mov.u32 %g, %ctaid.x;\n"
         "mov.u32 %r0, %ntid.x; mad.lo.u32 %r0, %g, %r0, %t;\n"
         "ld.param.u64 %p, [p]; mad.wide.u32 %o, %r0, 4, %p;\n"
         "mov.u64 %s, s; mov.u32 %u, s; mov.u32 %m, m; mov.b32 %r0, 0;\n"
         "setp.eq.u32 %z, %t, 0; setp.eq.u32 %w, %k, 0;\n"
         "// the body\n" +
         body + "\nst.global.u32 [%o], %r0;\nret;\n}\n";
}
inline constexpr uint32_t clusterBodyLine = 15;

/// All threads of the cluster wait for each other.
inline const std::string clusterSync =
    "barrier.cluster.arrive; barrier.cluster.wait;\n";

struct ClusterSize {
  uint32_t grid = 2, cluster = 2, block = 32;
};

/// What happened to a launch.
struct ClusterRun {
  ClusterRun(const std::string &body, ClusterSize size, uint64_t seed = 0,
             bool deep = false, uint32_t hostThreads = 1)
      : kernel(clusterEntry(body), clusterHead) {
    if (!kernel.image) {
      ADD_FAILURE() << kernel.diagnostics.log();
      return;
    }
    kernel.options.seed = seed;
    kernel.options.threads = hostThreads;
    kernel.options.deepChecks = deep;
    kernel.memory.trackWrites(deep);
    uint64_t p = kernel.upload(std::vector<uint32_t>(1024));
    LaunchSpec spec = kernel.launch(size.grid, size.block, {p});
    spec.cluster = {size.cluster, 1, 1};
    spec.explicitCluster = true;
    fault = runLaunch(spec, kernel.options).fault;
    values = kernel.download<uint32_t>(p, 1024);
  }
  Kernel kernel;
  std::optional<Fault> fault;
  std::vector<uint32_t> values;
};

/// The words of all threads under several seeds, which must be the same.
inline std::vector<uint32_t> clusterValues(const std::string &body,
                                           ClusterSize size = {}) {
  std::vector<uint32_t> values;
  for (uint64_t seed : {0, 1, 2, 3})
    for (bool deep : {false, true}) {
      ClusterRun run(body, size, seed, deep, seed == 3 ? 3 : 1);
      if (run.fault)
        ADD_FAILURE() << "seed " << seed << ": " << run.fault->text();
      run.values.resize(size_t(size.grid) * size.block);
      if (!values.empty()) {
        EXPECT_EQ(values, run.values) << "seed " << seed;
      }
      values = run.values;
    }
  return values;
}

/// The finding of a launch, the same under several seeds.
inline Fault clusterFault(const std::string &body, ClusterSize size = {},
                          bool deep = false) {
  Fault first;
  for (uint64_t seed : {0, 1, 2, 3}) {
    ClusterRun run(body, size, seed, deep);
    EXPECT_TRUE(run.fault) << "seed " << seed << ": no fault was found";
    if (!run.fault)
      continue;
    if (seed) {
      EXPECT_EQ(run.fault->ptxLine, first.ptxLine)
          << "seed " << seed << ": " << run.fault->text();
    } else {
      first = *run.fault;
    }
  }
  return first;
}

inline bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

} // namespace theano::sim

#endif // THEANO_TEST_SIMULATOR_CLUSTERKERNEL_H
