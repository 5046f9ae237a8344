//===- AsyncChecksTest.cpp - all checks on copies and matrices ------------===//
//
// Each pattern is run as it should be, where nothing may be found, and without
// one of the things that it needs, under several orders of warps.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

using namespace theano::sim;

namespace {

/// The shared bytes at `s` are written, but for the last half; `b` is an
/// mbarrier that waits for 32. `%t` is the thread, %u its 16 bytes of `s`, %v
/// those of its mirror image among 64 threads, %p its 16 bytes of `p`; %z holds
/// for thread 0. The body starts at line 15.
std::string entry(const std::string &body) {
  return ".visible .entry k(.param .u64 p) {\n"
         ".reg .b32 %t, %u, %v, %s, %r<5>; .reg .b64 %p, %q, %st;\n"
         ".reg .pred %z, %e, %low;\n"
         ".shared .align 16 .b8 s[2048]; .shared .align 8 .b64 b[1];\n"
         "ld.param.u64 %q, [p]; mov.u32 %t, %tid.x; mov.u32 %s, s;\n"
         "mad.wide.u32 %p, %t, 16, %q; mad.lo.u32 %u, %t, 16, %s;\n"
         "sub.u32 %v, 63, %t; mad.lo.u32 %v, %v, 16, %s;\n"
         "setp.eq.u32 %z, %t, 0; setp.lt.u32 %low, %t, 32;\n"
         "st.shared.v4.b32 [%u], {%t, %t, %t, %t};\n"
         "@%z mbarrier.init.shared.b64 [b], 32;\nbar.sync 0;\n" +
         body + "\nret;\n}\n";
}

const std::string head90 = ptxHeadFor("8.0", "sm_90");

std::optional<Fault> run(const std::string &text, uint32_t threads,
                         uint64_t seed) {
  Kernel kernel(text, head90);
  kernel.options.deepChecks = true;
  kernel.options.seed = seed;
  kernel.memory.trackWrites(true);
  return kernel.run(1, threads, {kernel.upload(std::vector<uint32_t>(1024))});
}

void expectClean(const std::string &body, uint32_t threads) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    std::optional<Fault> fault = run(entry(body), threads, seed);
    EXPECT_FALSE(fault) << "seed " << seed << ": " << fault->text();
  }
}

void expectFound(const std::string &body, uint32_t threads,
                 const std::string &what, uint32_t line) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    std::optional<Fault> fault = run(entry(body), threads, seed);
    ASSERT_TRUE(fault) << "seed " << seed << ": nothing was found";
    EXPECT_TRUE(fault->message.starts_with(what)) << fault->text();
    EXPECT_EQ(fault->ptxLine, line) << fault->text();
  }
}

const std::string read = "ld.shared.v4.b32 {%r0, %r1, %r2, %r3}, [%u];";
const std::string readMirror = "ld.shared.v4.b32 {%r0, %r1, %r2, %r3}, [%v];";
const std::string copy = "cp.async.cg.shared.global [%u], [%p], 16;\n";

TEST(AsyncChecks, ACopyThatNobodyWaitedForIsNotThere) {
  expectClean(copy + "cp.async.wait_all;\n" + read, 64);
  // What was there before does not hide it.
  expectFound(copy + read, 64, "unwritten memory: read of 16 bytes", 16);
  expectFound(copy + "cp.async.commit_group;\ncp.async.wait_group 1;\n" + read,
              64, "unwritten memory: read of 16 bytes", 18);
}

TEST(AsyncChecks, OthersWaitAtABarrier) {
  expectClean(copy + "cp.async.wait_all;\nbar.sync 0;\n" + readMirror, 64);
  expectFound(copy + "bar.sync 0;\n" + readMirror, 64,
              "unwritten memory: read of 16 bytes", 17);
}

TEST(AsyncChecks, MatricesAreReadAndWritten) {
  const std::string load =
      "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r0, %r1, %r2, %r3}, [%v];";
  const std::string store = "st.shared.v4.b32 [%u], {%s, %s, %s, %s};\n";
  expectClean(store + "bar.sync 0;\n" + load, 64);
  // Each warp loads what the other stores.
  for (uint64_t seed = 0; seed < 5; ++seed) {
    std::optional<Fault> fault = run(entry(store + load), 64, seed);
    ASSERT_TRUE(fault) << "seed " << seed << ": nothing was found";
    EXPECT_TRUE(fault->message.starts_with("race: ")) << fault->text();
  }
  expectFound("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%u+1024];", 32,
              "unwritten memory: read of 16 bytes", 15);
  // The addresses of lanes that point at no row do not count.
  expectClean("@!%z mov.u32 %u, 1024;\nsub.u32 %r0, %t, 8;\n"
              "setp.lt.u32 %e, %t, 8;\n@%e mad.lo.u32 %u, %t, 16, %s;\n"
              "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r0}, [%u];",
              32);
  expectClean("stmatrix.sync.aligned.m8n8.x1.shared.b16 [%u+1024], {%t};\n"
              "bar.warp.sync 0xffffffff;\n@%z ld.shared.b32 %r0, [%u+1024];",
              32);
}

const std::string await =
    "W: mbarrier.test_wait.parity.shared.b64 %e, [b], 0;\n@!%e bra W;\n";

TEST(AsyncChecks, AnMbarrierOrders) {
  // The first warp stores and arrives; the second waits and reads.
  auto exchange = [](const std::string &arrive, const std::string &wait) {
    return "@!%low bra READ;\nst.shared.b32 [%u], %s;\n" + arrive +
           "bra END;\nREAD:\n" + wait + "ld.shared.b32 %r0, [%v];\nEND:";
  };
  const std::string arrive = "mbarrier.arrive.shared.b64 _, [b];\n";
  expectClean(exchange(arrive, await), 64);
  for (uint64_t seed = 0; seed < 5; ++seed) {
    std::optional<Fault> fault = run(entry(exchange(arrive, "")), 64, seed);
    ASSERT_TRUE(fault) << "seed " << seed << ": nothing was found";
    EXPECT_TRUE(fault->message.starts_with("race: ")) << fault->text();
  }
  // What is stored behind the arrival comes with no phase.
  expectFound("@!%low bra READ;\nmbarrier.arrive.shared.b64 _, [b];\n"
              "st.shared.b32 [%u], %s;\nmov.u32 %r4, 0;\n"
              "bra END;\nREAD:\n" +
                  await +
                  "bar.warp.sync 0xffffffff;\n"
                  "ld.shared.b32 %r0, [%v];\nEND:",
              64, "race: ", 24);
}

TEST(AsyncChecks, CopiesArriveAtAnMbarrier) {
  const std::string arrive = "cp.async.mbarrier.arrive.noinc.shared.b64 [b];\n";
  auto exchange = [&](const std::string &wait) {
    return "@!%low bra READ;\n" + copy + arrive + "bra END;\nREAD:\n" + wait +
           readMirror + "\nEND:";
  };
  expectClean(exchange(await), 64);
  // Whether it is found hangs on who comes first: the copy is under way, or has
  // not begun.
  bool found = false;
  for (uint64_t seed = 0; seed < 5; ++seed)
    found |= run(entry(exchange("")), 64, seed).has_value();
  EXPECT_TRUE(found);
}

TEST(AsyncChecks, BulkCopies) {
  const std::string bulk =
      "@%z mbarrier.arrive.expect_tx.shared.b64 _, [b], 512;\n"
      "@!%z mbarrier.arrive.shared.b64 _, [b];\n"
      "@%z cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes "
      "[s], [%q], 512, [b];\nbar.sync 0;\n";
  expectClean(bulk + await + read, 32);
  expectFound(bulk + read, 32, "unwritten memory: read of 16 bytes", 19);
}

TEST(AsyncChecks, WhatMatricesWriteToGlobalMemoryIsWritten) {
  const std::string store =
      ".visible .entry k(.param .u64 p) {\n"
      ".reg .b64 %p; .reg .b32 %r<9>; .reg .f32 %f<8>;\n"
      "ld.param.u64 %p, [p];\n"
      "mov.f32 %f0, 0f00000000; mov.f32 %f1, %f0; mov.f32 %f2, %f0;\n"
      "mov.f32 %f3, %f0; mov.f32 %f4, %f0; mov.f32 %f5, %f0;\n"
      "mov.f32 %f6, %f0; mov.f32 %f7, %f0;\n"
      "wmma.store.d.sync.aligned.row.m16n16k16.global.f32 [%p], "
      "{%f0, %f1, %f2, %f3, %f4, %f5, %f6, %f7};\n"
      "bar.warp.sync 0xffffffff;\nld.global.b32 %r0, [%p+1020];\nret;\n}\n";
  Kernel kernel(store);
  kernel.options.deepChecks = true;
  kernel.memory.trackWrites(true);
  uint64_t address =
      kernel.memory.allocate(1024, AllocationKind::Device).value();
  std::optional<Fault> fault = kernel.run(1, 32, {address});
  EXPECT_FALSE(fault) << fault->text();
}

TEST(AsyncChecks, WhatIsCopiedHasBeenWritten) {
  const std::string text = entry(copy + "cp.async.wait_all;\n" + read);
  for (uint64_t written : {1024u, 1008u}) {
    Kernel kernel(text, head90);
    kernel.options.deepChecks = true;
    kernel.memory.trackWrites(true);
    uint64_t address =
        kernel.memory.allocate(1024, AllocationKind::Device).value();
    kernel.memory.noteWritten(address, written);
    std::optional<Fault> fault = kernel.run(1, 64, {address});
    ASSERT_EQ(fault.has_value(), written != 1024);
    if (fault) {
      EXPECT_EQ(fault->thread[0], 63u);
      EXPECT_TRUE(fault->message.starts_with("unwritten memory: read of 16 "))
          << fault->text();
    }
  }
}

TEST(AsyncChecks, AFenceMakesUpForARelaxedArrival) {
  auto exchange = [](const std::string &fence) {
    return "@!%low bra READ;\nst.shared.b32 [%u], %s;\n" + fence +
           "mbarrier.arrive.relaxed.cta.shared::cta.b64 _, [b];\n"
           "bra END;\nREAD:\n" +
           await + "ld.shared.b32 %r0, [%v];\nEND:";
  };
  for (uint64_t seed = 0; seed < 5; ++seed)
    for (const char *fence : {"fence.acq_rel.cta;\n", ""}) {
      Kernel kernel(entry(exchange(fence)), ptxHeadFor("8.6", "sm_90"));
      kernel.options.deepChecks = true;
      kernel.options.seed = seed;
      kernel.memory.trackWrites(true);
      std::optional<Fault> fault =
          kernel.run(1, 64, {kernel.upload(std::vector<uint32_t>(1024))});
      EXPECT_EQ(fault.has_value(), std::string(fence).empty())
          << "seed " << seed << (fault ? ": " + fault->text() : "");
    }
}

} // namespace
