//===- HostileTextTest.cpp - texts that nobody should write ---------------===//
//
// Each is refused with the code of a real driver and a log that names the line,
// or runs into a finding; ptxas agrees about what is refused. What a fuzzer
// found is in test/Fuzz/Findings.
//
//===----------------------------------------------------------------------===//

#include "DriverFixture.h"

#include <sys/resource.h>

using namespace theano;
using namespace theano::cuda;

namespace {

const std::string head = ".version 8.0\n.target sm_80\n.address_size 64\n";

std::string entry(const std::string &body, const std::string &parameters = "") {
  return head + ".visible .entry k(" + parameters + ") {\n" + body +
         "\nret;\n}\n";
}
std::string times(size_t count, const std::string &text) {
  std::string all;
  all.reserve(count * text.size());
  while (count--)
    all += text;
  return all;
}

class HostileText : public DriverFixture {
protected:
  /// Loads it; what it must answer, and a part of the log.
  void expect(const std::string &text, Result result, const std::string &part) {
    Module module = nullptr;
    Result got = load(text, module);
    EXPECT_EQ(resultName(got), std::string(resultName(result)))
        << text.substr(0, 300) << log;
    EXPECT_NE(log.find(part), std::string::npos)
        << text.substr(0, 300) << log << "\nexpected: " << part;
    if (got == Result::Success) {
      EXPECT_EQ(driver->ModuleUnload.function(module), Result::Success);
    }
  }
  void refused(const std::string &text, const std::string &part) {
    expect(text, Result::InvalidPtx, part);
  }
  void loads(const std::string &text) { expect(text, Result::Success, ""); }

  /// Loads it and runs `k` on one thread; what waiting for it answers.
  Result run(const std::string &text) {
    Module module = nullptr;
    Function function = nullptr;
    Result result = load(text, module);
    EXPECT_EQ(resultName(result), std::string("CUDA_SUCCESS")) << log;
    if (result != Result::Success ||
        driver->ModuleGetFunction.function(&function, module, "k") !=
            Result::Success)
      return result;
    result = driver->LaunchKernel.function(function, 1, 1, 1, 1, 1, 1, 0,
                                           nullptr, nullptr, nullptr);
    return result == Result::Success
               ? driver->StreamSynchronize.function(nullptr)
               : result;
  }
  /// The last finding.
  std::string finding() {
    Expected<std::string> report =
        driver->readSimulatorReport(SimReportFormat::Table);
    if (!report)
      return report.message();
    size_t at = report->rfind("finding: ");
    return at == std::string::npos ? "" : report->substr(at);
  }
};

//===----------------------------------------------------------------------===//
// Heads and words
//===----------------------------------------------------------------------===//

TEST_F(HostileText, HeadsThatAreNone) {
  refused("", "line 1; error   : column 1: expected '.version'");
  refused("hello world", "expected '.version', found 'hello'");
  refused("\xff\xfe\x01\x80", "expected '.version'");
  refused("\n\n.target sm_80\n", "line 3");
  refused(".version 7\n", "expected a version such as 7.0");
  refused(".version -7.0\n", "expected a version such as 7.0");
  refused(".version 7.8.9\n.target sm_80\n", "expected '.target'");
  refused(".version 0.5\n.target sm_80\n", "PTX version 0.5");
  refused(".version 7.99999999999999999999\n", "expected a version");
  expect(".version 9.1\n.target sm_80\n", Result::UnsupportedPtxVersion,
         "line 1; error   : column 10: PTX version 9.1 is not supported: the "
         "newest is 9.0");
  expect(".version 99.0\n.target sm_80\n", Result::UnsupportedPtxVersion,
         "PTX version 99.0");
  for (const char *target : {"sm_999999999999", "sm_", "sm_8", "sm_80x", "x80"})
    refused(".version 8.0\n.target " + std::string(target) + "\n",
            "line 2; error   : column 9: unknown target");
  expect(".version 8.0\n.target sm_999\n", Result::NoBinaryForGpu,
         "newer than the device");
}

TEST_F(HostileText, WordsThatDoNotEnd) {
  refused(head + "/* " + times(1 << 20, "*"), "a comment is not closed");
  refused(head + ".file 1 \"" + times(1 << 20, "x"), "a string is not closed");
  refused(head + ".file 1 \"\\", "a string is not closed");
  std::string name = times(1 << 20, "n");
  loads(head + ".global .b32 " + name + ";\n");
  // The log stays readable.
  refused(entry("mov.b32 " + name + ", 1;"), " ...\n");
  refused(entry(name + ";"), " ...\n");
}

TEST_F(HostileText, NumbersThatDoNotFit) {
  refused(entry(".reg .b64 %r;\nmov.b64 %r, 18446744073709551616;"),
          "line 6; error   : column 13: an integer does not fit 64 bits");
  refused(entry(".reg .b64 %r;\nmov.b64 %r, 0x1" + times(20000, "0") + ";"),
          "does not fit 64 bits");
  refused(entry(".reg .f64 %r;\nmov.f64 %r, 1.0e999999999;"),
          "a number cannot be read");
  refused(head + ".file 4000000000 \"x\"\n", "too large for a file number");
  refused(head + ".global .align 3 .b8 a[4];\n", "must be a power of two");
  refused(head + ".global .align 0 .b8 a[4];\n", "must be a power of two");
  refused(head + ".global .align 1099511627776 .b8 a[4];\n", "too large");
  refused(head + ".entry k() .maxntid 0 { ret; }\n", "must not be 0");
  refused(head + ".entry k() .reqntid 4096 { ret; }\n", "the limit is 1024");
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

TEST_F(HostileText, RegistersByTheThousandMillion) {
  // ptxas runs out of memory here; a range costs nothing before it is used.
  loads(entry(".reg .b32 %r<4000000000>;\nmov.b32 %r3999999999, 1;"));
  refused(entry(".reg .b32 %r<4000000000>;\nmov.b32 %r4000000000, 1;"),
          "'%r4000000000' is neither a register");
  refused(entry(".reg .b32 %r<18446744073709551616>;"), "does not fit");
  refused(entry(".reg .b32 %r<-1>;"), "expected a number of registers");
  std::string used = ".reg .b64 %r<70000>;\n";
  for (unsigned i = 0; i < 70000; ++i)
    used += "mov.b64 %r" + std::to_string(i) + ", 1;\n";
  refused(entry(used), "needs more registers and parameters than can be held");
}

TEST_F(HostileText, ArraysBeyondAnyMemory) {
  for (const char *space : {".global", ".const", ".shared"})
    refused(head + space + " .b8 a[18446744073709551615][2];\n",
            "'a' is larger than any memory");
  refused(head + ".global .b8 a[4294967296][4294967296];\n",
          "larger than any memory");
  refused(head + ".global .b8 a[-1];\n", "expected an array size, found '-'");
  refused(head + ".global .b8 a[0];\n", "an array size must not be 0");
  refused(head + ".const .b8 a[65537];\n", "constant memory exceeds 65536");
  refused(head + ".shared .b8 a[49153];\n", "shared memory exceeds 49152");
  refused(entry(".shared .b8 a[30000];\n.shared .b8 b[30000];"),
          "line 6; error   : column 13: shared memory exceeds");
  refused(entry(".local .b8 a[1099511627776];\n.local .b32 b;\n"
                ".reg .b32 %r;\nld.local.b32 %r, [b];"),
          "line 5; error   : column 12: local memory of 'k' exceeds");
  refused(entry("", ".param .b8 p[5000]"), "of which there may be 4352");
  refused(entry("", ".param .b8 p[1099511627776]"), "exceeds 32764 bytes");
  std::string many = ".param .u64 p";
  for (unsigned i = 0; i < 5000; ++i)
    many += ", .param .u64 p" + std::to_string(i);
  refused(entry("", many), "the parameters of 'k' have 40008 bytes");
  // Only memory that is written takes any of the host's.
  loads(head + ".global .b8 a[1000000000];\n");
  expect(head + ".global .b8 a[1099511627776];\n", Result::OutOfMemory,
         "line 4; error   : column 13: there is no memory for the variable 'a' "
         "of 1099511627776 bytes");
  expect(head + ".global .b8 a[9000000000];\n.global .b8 b[9000000000];\n",
         Result::OutOfMemory, "line 5");
}

TEST_F(HostileText, Initialisers) {
  loads(head + ".extern .global .u64 b;\n.global .u64 a = b;\n"
               ".global .u64 b = a;\n");
  loads(head + ".global .b32 a[][2] = {1, 2, 3};\n");
  refused(head + ".global .u64 a = b;\n.global .u64 b = a;\n",
          "line 4; error   : column 18: 'b' is neither a variable");
  refused(head + ".global .b32 a[2] = {1, 2, 3};\n", "more values");
  refused(head + ".global .u32 a = a;\n", "needs a 64-bit variable");
  refused(head + ".shared .u32 a = 1;\n", "are initialised");
  refused(head + ".global .b32 a[2] = " + times(100000, "{") + ";\n",
          "expected an operand");
  refused(head + ".global .u64 a[][1099511627776] = {0, 1};\n",
          "larger than any memory");
  refused(head + ".global a;\n", "expected a type");
}

//===----------------------------------------------------------------------===//
// Depth and number
//===----------------------------------------------------------------------===//

TEST_F(HostileText, Nesting) {
  loads(entry(times(200, "{") + times(200, "}")));
  refused(entry(times(100000, "{")), "nested more than 256 deep");
  refused(entry(times(100000, "(")), "expected an instruction");
  refused(entry("call " + times(100000, "(")), "expected an operand");
  refused(entry("mov.b32 " + times(100000, "[")), "expected an operand");
  refused(entry("mov.b32 " + times(100000, "!")), "expected an operand");
}

/// What the process has taken of the host's memory at most, in megabytes.
long peakMegabytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// Labels that inner braces leave to outer ones; tables that many branches use.
// Both once took memory that was the product of two numbers of the text.
TEST_F(HostileText, LabelsByTheThousand) {
  std::string uses, definitions, list;
  for (unsigned i = 0; i < 20000; ++i) {
    std::string name = "L" + std::to_string(i);
    uses += "bra " + name + ";\n";
    definitions += name + ":\n";
    list += (i ? ", " : "") + name;
  }
  long before = peakMegabytes();
  loads(entry(times(200, "{") + uses + times(200, "}") + definitions));
  refused(entry(times(200, "{") + uses + times(200, "}")),
          "'L0' is not declared");
  loads(entry(".reg .b32 %r;\nT: .branchtargets " + list + ";\n" +
              times(20000, "brx.idx %r, T;\n") + definitions));
  EXPECT_LT(peakMegabytes() - before, 1000);
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

TEST_F(HostileText, CallsOfWhatCannotBeCalled) {
  refused(head + ".entry f(.param .u64 x) { ret; }\n.entry k() {\n"
                 ".param .b64 p;\ncall f, (p);\n}\n",
          "line 7; error   : column 6: 'f' is a kernel");
  refused(entry("call f;"), "'f' is not declared");
  refused(head + ".func f();\n.entry k() { call f; }\n", "has no body");
  refused(head + ".func f(.param .u32 x) { ret; }\n.entry k() { call f; }\n",
          "the call passes 0 arguments, the function has 1");
  refused(head + ".func f() { ret; }\n.entry k() {\n.param .b32 p;\n"
                 "call f, (p);\n}\n",
          "passes 1 arguments, the function has 0");
  refused(head + ".func f(.reg .pred %p) { ret; }\n", "not implemented");
  refused(head + ".func f();\n.func f() { ret; }\n.func f() { ret; }\n",
          "line 6; error   : column 7: 'f' is defined a second time");
  refused(head + ".func f(.param .b32 x);\n.func f(.param .b64 x) { ret; }\n",
          "other parameters or results");
  refused(head + ".func f() { ret; }\n.func g() { ret; }\n.alias g, f;\n",
          "'g' is declared a second time");
  loads(head + ".func f() { ret; }\n.func g();\n.func h() { call g; ret; }\n"
               ".alias g, f;\n.entry k() { call g; ret; }\n");
  // Aliases of each other, and of themselves.
  refused(head + ".func f();\n.func g();\n.alias g, f;\n.alias f, g;\n"
                 ".entry k() { call g; ret; }\n",
          "has no body");
  refused(head + ".func f();\n.alias f, f;\n.entry k() { call f; }\n",
          "has no body");
}

TEST_F(HostileText, RecursionEndsWithTheStack) {
  EXPECT_EQ(run(head + ".func f() { call f; ret; }\n"
                       ".entry k() { call f; ret; }\n"),
            Result::HardwareStackError);
  EXPECT_NE(finding().find("stack overflow: 4096 calls deep"),
            std::string::npos)
      << finding();
}

// A frame of a megabyte, 4096 times over in each warp, would end the host.
TEST_F(HostileText, RecursionWithManyRegistersEndsSooner) {
  std::string body = ".reg .b64 %r<4000>;\n";
  for (unsigned i = 0; i < 4000; ++i)
    body += "mov.b64 %r" + std::to_string(i) + ", 1;\n";
  EXPECT_EQ(run(head + ".func f() {\n" + body + "call f;\nret;\n}\n" +
                ".entry k() { call f; ret; }\n"),
            Result::HardwareStackError);
  EXPECT_NE(finding().find("stack overflow: 17 calls deep"), std::string::npos)
      << finding();
}

// 2 to the 40th calls without a backward branch.
TEST_F(HostileText, CallsThatFanOutEndWithTheWatchdog) {
  ASSERT_TRUE(driver->setSimulatorOption("limit", "100000").succeeded());
  std::string text = head + ".func f0() { ret; }\n";
  for (unsigned i = 1; i <= 40; ++i) {
    std::string callee = "f" + std::to_string(i - 1);
    text += ".func f" + std::to_string(i) + "() { call " + callee + "; call " +
            callee + "; ret; }\n";
  }
  EXPECT_EQ(run(text + ".entry k() { call f40; ret; }\n"),
            Result::LaunchTimeout);
  ASSERT_TRUE(driver->setSimulatorOption("limit", "2000000000").succeeded());
}

TEST_F(HostileText, PointersToNoFunction) {
  const std::string before = head + ".entry k() {\n.reg .b64 %f;\n"
                                    "P: .callprototype _ ();\n";
  for (const char *pointer :
       {"0", "-1", "0x0400000000000000", "0x0400000000000001", "k"}) {
    std::string text =
        before + "mov.b64 %f, " + pointer + ";\ncall %f, P;\nret;\n}\n";
    EXPECT_EQ(run(text), Result::InvalidPc) << pointer;
    EXPECT_NE(finding().find("line 8 (call): a call through a pointer that is "
                             "no function's address"),
              std::string::npos)
        << finding();
    TearDown();
    SetUp();
  }
}

TEST_F(HostileText, AnIndexBehindItsTable) {
  EXPECT_EQ(run(entry(".reg .b32 %r;\nT: .branchtargets A, B;\n"
                      "mov.b32 %r, 2;\nbrx.idx %r, T;\nA:\nB:")),
            Result::InvalidPc);
  EXPECT_NE(finding().find("the index 2 is beyond the list of 2 labels"),
            std::string::npos)
      << finding();
}

// Beyond the windows of the spaces there is nothing, whatever the low bits are.
TEST_F(HostileText, GenericAddressesOfNoSpace) {
  EXPECT_EQ(run(head + ".global .b32 a;\n.entry k() {\n.reg .b64 %a;\n"
                       ".reg .b32 %r;\nmov.b64 %a, a;\n"
                       "or.b64 %a, %a, 0x0500000000000000;\n"
                       "ld.b32 %r, [%a];\nret;\n}\n"),
            Result::IllegalAddress);
  EXPECT_NE(finding().find("out of bounds: read of 4 bytes at global address "
                           "0x5"),
            std::string::npos)
      << finding();
}

} // namespace
