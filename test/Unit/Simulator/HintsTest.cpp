//===- HintsTest.cpp - instructions that say how to run -------------------===//
//
// setmaxnreg and griddepcontrol change no value. What PTX asks of who uses them
// is checked all the same.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

using namespace theano::sim;

namespace {

const std::string head90a = ptxHeadFor("8.0", "sm_90a");

/// %t is the thread, whose word of `p` gets %r0. The body starts at line 10.
std::string entry(const std::string &body) {
  return ".visible .entry k(.param .u64 p) {\n"
         ".reg .b32 %t, %r<4>; .reg .b64 %p; .reg .pred %q;\n"
         "ld.param.u64 %p, [p]; mov.u32 %t, %tid.x;\n"
         "mad.wide.u32 %p, %t, 4, %p; mov.b32 %r0, 0;\n"
         "mov.b32 %r1, 40;\n"
         "// the body\n" +
         body + "\nst.global.b32 [%p], %r0;\nret;\n}\n";
}
constexpr uint32_t bodyLine = 10;

struct Ran {
  explicit Ran(const std::string &body, uint32_t threads = 128,
               uint64_t seed = 0, const std::string &head = head90a)
      : kernel(entry(body), head) {
    if (!kernel.image) {
      ADD_FAILURE() << kernel.diagnostics.log();
      return;
    }
    kernel.options.seed = seed;
    uint64_t p = kernel.upload(std::vector<uint32_t>(threads));
    fault = kernel.run(1, threads, {p});
    values = kernel.download<uint32_t>(p, threads);
  }
  Kernel kernel;
  std::optional<Fault> fault;
  std::vector<uint32_t> values;
};

void expectFound(const std::string &body, const std::string &what,
                 uint32_t line, uint32_t threads = 128) {
  Ran run(body, threads);
  ASSERT_TRUE(run.fault) << "nothing was found in " << body;
  EXPECT_NE(run.fault->message.find(what), std::string::npos)
      << run.fault->text();
  EXPECT_EQ(run.fault->ptxLine, bodyLine + line) << run.fault->text();
}

std::string logOf(const std::string &body, const std::string &version,
                  const std::string &target) {
  return Kernel(entry(body), ptxHeadFor(version, target)).log();
}
void expectLog(const std::string &log, const std::string &part) {
  EXPECT_NE(log.find(part), std::string::npos) << log;
}

//===----------------------------------------------------------------------===//
// setmaxnreg
//===----------------------------------------------------------------------===//

const std::string fewer = "setmaxnreg.dec.sync.aligned.u32 24;\n";
const std::string more = "setmaxnreg.inc.sync.aligned.u32 256;\n";

TEST(SetMaxNReg, ChangesNoValue) {
  for (uint64_t seed : {0, 1, 2}) {
    // One warpgroup gives registers to the other and takes them back.
    Ran run("mov.u32 %r0, %t; setp.lt.u32 %q, %t, 128; @%q bra A;\n" + more +
                "bar.sync 0;\n" + fewer + "bra B;\nA:\n" + fewer +
                "bar.sync 0;\n" + more + "B:",
            256, seed);
    ASSERT_FALSE(run.fault) << run.fault->text();
    for (uint32_t i = 0; i < 256; ++i)
      EXPECT_EQ(run.values[i], i);
  }
}

TEST(SetMaxNReg, IsForAWholeWarpgroup) {
  expectFound(fewer,
              "setmaxnreg is executed by four whole warps, the first of which "
              "is a multiple of four; of these the block has not all, with 96 "
              "threads",
              0, 96);
  expectFound("setp.lt.u32 %q, %t, 96;\n@%q " + fewer,
              "warp 3 of the warpgroup does not execute the instruction", 1);
  expectFound("setp.lt.u32 %q, %t, 32; @%q bra A;\n" + fewer + "bra B;\nA:\n" +
                  fewer + "B:",
              "the warps of a warpgroup execute different setmaxnreg: another "
              "one that at PTX line 14",
              1);
  expectFound("setp.lt.u32 %q, %t, 16; @%q bra A;\n" + fewer + "bra B;\nA:\n" +
                  fewer + "B:",
              "divergent warp", 1);
}

TEST(SetMaxNReg, TheFourWaitForEachOtherBetweenTwo) {
  expectFound(fewer + more,
              "warp 1 of the warpgroup has not executed the setmaxnreg at PTX "
              "line 10 yet",
              1);
  EXPECT_FALSE(Ran(fewer + "bar.sync 0;\n" + more).fault);
  // Another warpgroup is another matter.
  EXPECT_FALSE(Ran("setp.lt.u32 %q, %t, 128; @%q bra A;\n" + fewer +
                       "bar.sync 1, 128;\n" + more + "A:",
                   256)
                   .fault);
}

// The bounds and wordings of ptxas.
TEST(SetMaxNReg, Immediates) {
  auto log = [](const std::string &count) {
    return logOf("setmaxnreg.dec.sync.aligned.u32 " + count + ";", "8.0",
                 "sm_90a");
  };
  expectLog(log("16"), "value '16' out of range, expected to be in range "
                       "[24..256]");
  expectLog(log("264"), "value '264' out of range");
  expectLog(log("-8"), "out of range");
  for (const char *odd : {"20", "28", "257"})
    expectLog(log(odd), "unexpected value '" + std::string(odd) +
                            "', expected to be multiple of 8");
  expectLog(log("%r1"), "expected an integer constant");
  for (const char *wrong :
       {"setmaxnreg.sync.aligned.u32 40;", "setmaxnreg.dec.aligned.u32 40;",
        "setmaxnreg.dec.sync.aligned 40;",
        "setmaxnreg.dec.sync.aligned.u32 40, 40;"})
    EXPECT_NE(logOf(wrong, "8.0", "sm_90a"), "") << wrong;
}

TEST(SetMaxNReg, TargetsAndVersions) {
  for (const char *target : {"sm_80", "sm_90", "sm_100"})
    expectLog(logOf(fewer, "9.0", target),
              "requires .target sm_90a or another");
  expectLog(logOf(fewer, "7.8", "sm_90a"),
            "requires PTX ISA .version 8.0 or later");
  for (const char *target : {"sm_90a", "sm_100a", "sm_100f", "sm_120a"})
    EXPECT_FALSE(Ran(fewer, 128, 0, ptxHeadFor("9.0", target)).fault);
}

//===----------------------------------------------------------------------===//
// griddepcontrol
//===----------------------------------------------------------------------===//

// By some lanes, of some warps, again and again: nothing comes of it.
TEST(GridDepControl, ChangesNothing) {
  Ran run("griddepcontrol.wait; mov.u32 %r0, %t; setp.lt.u32 %q, %t, 5;\n"
          "@%q griddepcontrol.launch_dependents;\n"
          "@%q add.u32 %r0, %r0, 100; griddepcontrol.launch_dependents;\n"
          "@!%q griddepcontrol.wait;",
          50, 0, ptxHeadFor("7.8", "sm_90"));
  ASSERT_FALSE(run.fault) << run.fault->text();
  EXPECT_EQ(run.values[4], 104u);
  EXPECT_EQ(run.values[5], 5u);
}

TEST(GridDepControl, TargetsAndVersions) {
  for (const char *body :
       {"griddepcontrol.wait;", "griddepcontrol.launch_dependents;"}) {
    expectLog(logOf(body, "9.0", "sm_80"), "requires .target sm_90 or higher");
    expectLog(logOf(body, "7.7", "sm_90"),
              "requires PTX ISA .version 7.8 or later");
  }
  for (const char *wrong :
       {"griddepcontrol;", "griddepcontrol.wait.launch_dependents;",
        "griddepcontrol.wait 1;"})
    EXPECT_NE(logOf(wrong, "7.8", "sm_90"), "") << wrong;
}

} // namespace
