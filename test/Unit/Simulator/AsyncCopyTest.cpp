//===- AsyncCopyTest.cpp - cp.async, right and wrong ----------------------===//

#include "Kernel.h"

using namespace theano::sim;
using theano::cuda::Result;

namespace {

/// Word i of `p` is 100 + i, and all of the 4096 bytes of shared memory at `s`
/// are 0xee. Lane `%t` has 16 bytes at `%a` in `p`, and at `%u` in `s`. What
/// %r0 to %r3 hold in the end goes to its place in `out`.
std::string entry(const std::string &body) {
  return ".visible .entry k(.param .u64 p, .param .u64 out) {\n"
         ".reg .b32 %t, %u, %x, %s, %r<4>; .reg .b64 %p, %o, %a; .reg .pred "
         "%q;\n"
         ".shared .align 16 .b8 s[4096];\n"
         "ld.param.u64 %p, [p]; ld.param.u64 %o, [out]; mov.u32 %t, %tid.x;\n"
         "mad.wide.u32 %a, %t, 16, %p; mov.u32 %s, s;\n"
         "mad.lo.u32 %u, %t, 16, %s; mad.wide.u32 %o, %t, 16, %o;\n"
         "mov.u32 %x, 0;\nFILL: mad.lo.u32 %r0, %t, 4, %x; and.b32 %r0, %r0, "
         "4095;\n"
         "add.u32 %r0, %r0, %s; st.shared.b32 [%r0], 0xeeeeeeee;\n"
         "add.u32 %x, %x, 128; setp.lt.u32 %q, %x, 4096; @%q bra FILL;\n"
         "mov.b32 %r0, 0; mov.b32 %r1, 0; mov.b32 %r2, 0; mov.b32 %r3, 0;\n"
         "bar.sync 0;\n" +
         body + "\nst.global.v4.b32 [%o], {%r0, %r1, %r2, %r3};\nret;\n}\n";
}
constexpr uint32_t bodyLine = 16;
constexpr uint32_t old = 0xeeeeeeee;

std::vector<uint32_t> numbered(size_t words) {
  std::vector<uint32_t> values(words);
  for (size_t i = 0; i < words; ++i)
    values[i] = static_cast<uint32_t>(100 + i);
  return values;
}

/// The registers 0 to 3 of thread after thread.
std::vector<uint32_t> run(const std::string &body, uint32_t threads = 32) {
  Kernel kernel(entry(body));
  uint64_t p = kernel.upload(numbered(1024));
  uint64_t out = kernel.upload(std::vector<uint32_t>(threads * 4));
  std::optional<Fault> fault = kernel.run(1, threads, {p, out});
  if (fault)
    ADD_FAILURE() << fault->text();
  return kernel.download<uint32_t>(out, threads * 4);
}
/// Those of the first thread.
std::vector<uint32_t> runOne(const std::string &body) {
  std::vector<uint32_t> words = run(body);
  words.resize(4);
  return words;
}

Fault faultOf(const std::string &body, uint32_t threads = 32) {
  Kernel kernel(entry(body));
  uint64_t p = kernel.upload(numbered(128));
  uint64_t out = kernel.upload(std::vector<uint32_t>(threads * 4));
  std::optional<Fault> fault = kernel.run(1, threads, {p, out});
  EXPECT_TRUE(fault) << "no fault was found";
  return fault.value_or(Fault());
}

using Words = std::vector<uint32_t>;

//===----------------------------------------------------------------------===//
// What is copied, and when
//===----------------------------------------------------------------------===//

TEST(AsyncCopy, SixteenEightAndFourBytes) {
  const std::string load =
      "cp.async.wait_all;\nld.shared.v4.b32 {%r0, %r1, %r2, %r3}, [%u];";
  EXPECT_EQ(run("cp.async.cg.shared.global [%u], [%a], 16;\n" + load),
            numbered(128));
  EXPECT_EQ(runOne("cp.async.ca.shared.global [%u+8], [%p+16], 8;\n" + load),
            Words({old, old, 104, 105}));
  EXPECT_EQ(runOne("cp.async.ca.shared.global [%u+4], [%p+20], 4;\n" + load),
            Words({old, 105, old, old}));
  EXPECT_EQ(runOne("cp.async.ca.shared::cta.global.L2::128B [%u], [%a], 16;\n" +
                   load),
            Words({100, 101, 102, 103}));
}

// The lane's own reads see the old bytes, too, until it waits.
TEST(AsyncCopy, IsHeldBackUntilWaitedFor) {
  EXPECT_EQ(runOne("cp.async.ca.shared.global [%u], [%a], 4;\n"
                   "ld.shared.b32 %r0, [%u];\ncp.async.commit_group;\n"
                   "ld.shared.b32 %r1, [%u];\ncp.async.wait_group 1;\n"
                   "ld.shared.b32 %r2, [%u];\ncp.async.wait_group 0;\n"
                   "ld.shared.b32 %r3, [%u];"),
            Words({old, old, old, 100}));
}

TEST(AsyncCopy, GroupsCompleteInOrder) {
  const std::string three = "cp.async.ca.shared.global [%u], [%a], 4;\n"
                            "cp.async.commit_group;\n"
                            "cp.async.ca.shared.global [%u+4], [%a+4], 4;\n"
                            "cp.async.commit_group;\n"
                            "cp.async.ca.shared.global [%u+8], [%a+8], 4;\n"
                            "cp.async.commit_group;\n"
                            "cp.async.ca.shared.global [%u+12], [%a+12], 4;\n";
  const std::string load = "\nld.shared.v4.b32 {%r0, %r1, %r2, %r3}, [%u];";
  EXPECT_EQ(runOne(three + "cp.async.wait_group 3;" + load),
            Words({old, old, old, old}));
  EXPECT_EQ(runOne(three + "cp.async.wait_group 2;" + load),
            Words({100, old, old, old}));
  EXPECT_EQ(runOne(three + "cp.async.wait_group 1;" + load),
            Words({100, 101, old, old}));
  // The last copy is in no group yet.
  EXPECT_EQ(runOne(three + "cp.async.wait_group 0;" + load),
            Words({100, 101, 102, old}));
  EXPECT_EQ(runOne(three + "cp.async.wait_all;" + load),
            Words({100, 101, 102, 103}));
  // Empty groups count.
  EXPECT_EQ(runOne(three +
                   "cp.async.commit_group;\ncp.async.commit_group;\n"
                   "cp.async.wait_group 2;" +
                   load),
            Words({100, 101, 102, old}));
}

// Only the lanes that wait have their bytes; lane 1 looks at those of lane 0.
TEST(AsyncCopy, EachLaneWaitsForItsOwn) {
  Words words = run("cp.async.ca.shared.global [%u], [%a], 4;\n"
                    "setp.lt.u32 %q, %t, 8;\n@%q cp.async.wait_all;\n"
                    "ld.shared.b32 %r0, [%u];");
  for (uint32_t lane = 0; lane < 32; ++lane)
    EXPECT_EQ(words[4 * lane], lane < 8 ? 100 + 4 * lane : old) << lane;
}

// Two warps copy for each other. A barrier is no wait.
TEST(AsyncCopy, AMissingWaitShowsBehindABarrier) {
  auto exchange = [](const std::string &wait) {
    return run("cp.async.cg.shared.global [%u], [%a], 16;\n" + wait +
                   "bar.sync 0;\nxor.b32 %x, %t, 32;\n"
                   "mad.lo.u32 %u, %x, 16, %s; ld.shared.b32 %r0, [%u];",
               64);
  };
  Words right = exchange("cp.async.wait_all;\n"), wrong = exchange("");
  for (uint32_t thread = 0; thread < 64; ++thread) {
    EXPECT_EQ(right[4 * thread], 100 + 4 * (thread ^ 32));
    EXPECT_EQ(wrong[4 * thread], old);
  }
}

// What nobody waits for ends with its block; the next one has nothing of it.
TEST(AsyncCopy, EndsWithItsBlock) {
  Kernel kernel(entry("mov.u32 %r0, %ctaid.x; setp.eq.u32 %q, %r0, 0;\n"
                      "@%q cp.async.cg.shared.global [%u], [%a], 16;\n"
                      "cp.async.commit_group;\n@%q ret;\n"
                      "cp.async.wait_group 0; ld.shared.b32 %r0, [%u];"));
  uint64_t p = kernel.upload(numbered(128));
  uint64_t out = kernel.upload(Words(128));
  ASSERT_FALSE(kernel.run(2, 32, {p, out}));
  EXPECT_EQ(kernel.download<uint32_t>(out, 1)[0], old);
}

// A kernel that never waits does not fill the host's memory: a copy may
// complete early, and the last ones have not.
TEST(AsyncCopy, TenThousandWithoutAWait) {
  Words words =
      runOne("mov.u32 %x, 0;\n"
             "L: cp.async.ca.shared.global [%u], [%a], 4;\n"
             "add.u32 %x, %x, 1; setp.lt.u32 %q, %x, 10000;\n"
             "@%q bra L;\n"
             "cp.async.ca.shared.global [%u+4], [%a+4], 4;\n"
             "ld.shared.v2.b32 {%r0, %r1}, [%u];\ncp.async.wait_all;\n"
             "ld.shared.v2.b32 {%r2, %r3}, [%u];");
  EXPECT_EQ(words, Words({100, old, 100, 101}));
}

//===----------------------------------------------------------------------===//
// Reading less than is written
//===----------------------------------------------------------------------===//

TEST(AsyncCopy, ZerosTakeThePlaceOfWhatIsNotRead) {
  const std::string load =
      "cp.async.wait_all;\nld.shared.v4.b32 {%r0, %r1, %r2, %r3}, [%u];";
  EXPECT_EQ(runOne("cp.async.cg.shared.global [%u], [%a], 16, 8;\n" + load),
            Words({100, 101, 0, 0}));
  // 0x65, the first byte of 101, and no more.
  EXPECT_EQ(runOne("mov.u32 %x, 5;\n"
                   "cp.async.ca.shared.global [%u], [%a], 8, %x;\n" +
                   load),
            Words({100, 101, old, old}));
  EXPECT_EQ(runOne("st.global.b32 [%a+4], 0x04030201; mov.u32 %x, 6;\n"
                   "cp.async.ca.shared.global [%u], [%a], 8, %x;\n" +
                   load),
            Words({100, 0x0201, old, old}));
  EXPECT_EQ(runOne("setp.eq.u32 %q, %t, 0;\n"
                   "cp.async.cg.shared.global [%u], [%a], 16, %q;\n" +
                   load),
            Words({0, 0, 0, 0}));
  EXPECT_EQ(runOne("setp.eq.u32 %q, %t, 0;\n"
                   "cp.async.cg.shared.global [%u], [%a], 16, !%q;\n" +
                   load),
            Words({100, 101, 102, 103}));
}

// The tail of an array: the last lanes read a part or nothing of what lies
// behind its end. 128 words; lane 31 starts at word 126.
TEST(AsyncCopy, DoesNotReadBehindTheSize) {
  const std::string tail = "add.u64 %a, %a, 8; sub.u32 %x, 31, %t;\n"
                           "min.u32 %x, %x, 1; mad.lo.u32 %x, %x, 8, 8;\n";
  Kernel kernel(entry(tail + "cp.async.cg.shared.global [%u], [%a+-8], 16, "
                             "%x;\n"
                             "cp.async.wait_all;\n"
                             "ld.shared.v4.b32 {%r0, %r1, %r2, %r3}, [%u];"));
  uint64_t p = kernel.upload(numbered(126));
  uint64_t out = kernel.upload(Words(128));
  std::optional<Fault> fault = kernel.run(1, 32, {p, out});
  ASSERT_FALSE(fault) << fault->text();
  Words words = kernel.download<uint32_t>(out, 128);
  EXPECT_EQ(Words(words.end() - 4, words.end()), Words({224, 225, 0, 0}));
  // Nothing is read at an address that is nowhere.
  EXPECT_EQ(runOne("mov.u64 %a, 4096;\n"
                   "cp.async.cg.shared.global [%u], [%a], 16, 0;\n"
                   "cp.async.wait_all; ld.shared.b32 %r0, [%u];")[0],
            0u);
}

TEST(AsyncCopy, ASizeBeyondTheCopyIsFound) {
  Fault fault = faultOf("mov.u32 %x, 17;\n"
                        "cp.async.cg.shared.global [%u], [%a], 16, %x;");
  EXPECT_EQ(fault.ptxLine, bodyLine + 1);
  EXPECT_NE(fault.message.find("a copy of 16 bytes is to read 17"),
            std::string::npos)
      << fault.message;
}

//===----------------------------------------------------------------------===//
// Faults, found where the copy is issued
//===----------------------------------------------------------------------===//

TEST(AsyncCopy, OutOfBoundsFreedAndMisaligned) {
  Fault fault = faultOf("add.u32 %x, %t, 1;\n"
                        "cp.async.cg.shared.global [%u], [%a+16], 16;\n"
                        "cp.async.wait_all;");
  EXPECT_EQ(fault.result, Result::IllegalAddress);
  EXPECT_EQ(fault.thread[0], 31u);
  EXPECT_EQ(fault.ptxLine, bodyLine + 1);
  EXPECT_NE(fault.message.find("read of 16 bytes at global address"),
            std::string::npos);
  EXPECT_NE(fault.message.find("0 bytes behind the end of allocation 1 of 512"),
            std::string::npos)
      << fault.message;

  fault = faultOf("cp.async.cg.shared.global [%u+3600], [%a], 16;");
  EXPECT_EQ(fault.result, Result::IllegalAddress);
  EXPECT_EQ(fault.thread[0], 31u);
  EXPECT_NE(fault.message.find("write of 16 bytes at shared address 0x1000"),
            std::string::npos)
      << fault.message;

  fault = faultOf("cp.async.cg.shared.global [%u+8], [%a], 16;");
  EXPECT_EQ(fault.result, Result::MisalignedAddress);
  EXPECT_NE(fault.message.find("the shared address"), std::string::npos);
  fault = faultOf("cp.async.cg.shared.global [%u], [%a+8], 16;");
  EXPECT_EQ(fault.result, Result::MisalignedAddress);
  EXPECT_NE(fault.message.find("the global address"), std::string::npos);
  EXPECT_EQ(faultOf("cp.async.ca.shared.global [%u], [%a+2], 4;").result,
            Result::MisalignedAddress);

  Kernel kernel(entry("cp.async.cg.shared.global [%u], [%a], 16;"));
  uint64_t p = kernel.upload(numbered(128));
  uint64_t out = kernel.upload(Words(128));
  ASSERT_TRUE(kernel.memory.free(p, AllocationKind::Device));
  std::optional<Fault> freed = kernel.run(1, 32, {p, out});
  ASSERT_TRUE(freed);
  EXPECT_NE(freed->message.find("freed memory: read of 16 bytes"),
            std::string::npos);
}

//===----------------------------------------------------------------------===//
// Counters
//===----------------------------------------------------------------------===//

// 32 lanes of 16 bytes: 16 sectors, and four phases without conflict. The 8
// lanes that read nothing save 4 sectors. Rows 64 bytes apart want four of the
// banks each and share them with every second lane: 4 turns a phase.
TEST(AsyncCopy, Counters) {
  auto counts = [](const std::string &copy) {
    Kernel kernel(entry(copy));
    kernel.options.count = true;
    uint64_t p = kernel.upload(numbered(128));
    uint64_t out = kernel.upload(Words(128));
    std::optional<Fault> fault = kernel.run(1, 32, {p, out});
    if (fault)
      ADD_FAILURE() << fault->text();
    OpCounts sum;
    for (size_t pc = 0; pc < kernel.image->code.size(); ++pc)
      if (const Instruction *from = kernel.image->info[pc].instruction;
          from && from->opcode == "cp")
        sum += kernel.counters->ops()[pc];
    EXPECT_EQ(kernel.counters->loaded().size(), sum.sectors);
    return std::vector<uint64_t>{sum.warps, sum.requests, sum.sectors,
                                 sum.wavefronts, sum.idealWavefronts};
  };
  EXPECT_EQ(counts("cp.async.cg.shared.global [%u], [%a], 16;"),
            (std::vector<uint64_t>{1, 1, 16, 4, 4}));
  EXPECT_EQ(counts("setp.lt.u32 %q, %t, 8;\n"
                   "cp.async.cg.shared.global [%u], [%a], 16, %q;"),
            (std::vector<uint64_t>{1, 1, 12, 4, 4}));
  EXPECT_EQ(counts("setp.lt.u32 %q, %t, 8;\n"
                   "@%q cp.async.cg.shared.global [%u], [%a], 16;"),
            (std::vector<uint64_t>{1, 1, 4, 1, 1}));
  EXPECT_EQ(counts("mad.lo.u32 %u, %t, 64, %s;\n"
                   "cp.async.cg.shared.global [%u], [%a], 16;"),
            (std::vector<uint64_t>{1, 1, 16, 16, 4}));
}

//===----------------------------------------------------------------------===//
// What is refused
//===----------------------------------------------------------------------===//

TEST(AsyncCopy, RefusesOldTargetsAndVersions) {
  auto logOf = [](const std::string &body, const std::string &version,
                  const std::string &target) {
    return Kernel(entry(body), ptxHeadFor(version, target)).log();
  };
  const std::string copy = "cp.async.ca.shared.global [%u], [%a], 4;";
  EXPECT_NE(logOf(copy, "7.0", "sm_75")
                .find("line " + std::to_string(bodyLine) +
                      "; error   : column 1: 'cp.async.ca.shared.global' "
                      "requires .target sm_80 or higher"),
            std::string::npos);
  EXPECT_NE(logOf(copy, "6.5", "sm_80").find("requires PTX ISA .version 7.0"),
            std::string::npos);
  EXPECT_NE(
      logOf("cp.async.ca.shared.global.L2::64B [%u], [%a], 4;", "7.3", "sm_80")
          .find("requires PTX ISA .version 7.4"),
      std::string::npos);
  EXPECT_NE(logOf("cp.async.wait_all;", "7.0", "sm_75").find("sm_80"),
            std::string::npos);
}

TEST(AsyncCopy, RefusesWrongSizes) {
  auto logOf = [](const std::string &body) {
    return Kernel(entry(body)).log();
  };
  EXPECT_NE(logOf("cp.async.cg.shared.global [%u], [%a], 8;")
                .find("cp.async.cg copies 16 bytes"),
            std::string::npos);
  EXPECT_NE(logOf("cp.async.ca.shared.global [%u], [%a], 2;")
                .find("cp.async copies 4, 8 or 16 bytes"),
            std::string::npos);
  EXPECT_NE(logOf("cp.async.ca.shared.global [%u], [%a], 4, 5;")
                .find("more is to be read than copied"),
            std::string::npos);
  EXPECT_NE(logOf("cp.async.wait_group %x;").find("expected an integer"),
            std::string::npos);
}

} // namespace
