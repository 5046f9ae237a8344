//===- DescribeTest.cpp - what a program does, for people -----------------===//

#include "SampleProgram.h"

#include "theano/Program/Describe.h"

#include <gtest/gtest.h>

using namespace theano;

namespace {
/// 300 everywhere; no value is known.
struct Sizes : ExprEnvironment {
  int64_t dim(uint32_t, uint32_t) override { return 300; }
  Expected<int64_t> scalar(uint32_t) override {
    return invalidArgument("unknown");
  }
};
} // namespace

TEST(Describe, TellsOfEachCommandInOrder) {
  Program program = test::sampleProgram();
  EXPECT_EQ(describe(program),
            "function main: 1 kernel\n"
            "kernel k0\n"
            "  family    map\n"
            "  ops       tanh at net.mlir:3:8\n"
            "  bytes in  dim(%0:x, 0) * 4\n"
            "  bytes out dim(%0:x, 0) * 4\n"
            "  grid      ceildiv(dim(%0:x, 0), 128) x 1 x 1\n"
            "  block     128 x 1 x 1\n"
            "  shared    64 bytes\n"
            "copy\n"
            "call of the host function f\n"
            "  ops       net.mlir:3:8\n"
            "matrix product of a library\n"
            "  sizes     1 of dim(%0:x, 0) x 1 by 1 x 1\n");
}

TEST(Describe, ComparesWhatIsMovedWithTheLeast) {
  // A kernel takes x to a temporary of as many bytes, which a product takes
  // with a constant of 8 bytes to the output: the temporary is what a single
  // kernel would spare.
  Program program = test::sampleProgram();
  const auto &branch = std::get<IfCommand>(program.commands[3].step);
  const auto &loop = std::get<WhileCommand>(branch.thenCommands[0].step);
  Command launch = loop.before[0], product = program.commands.back();
  program.commands = {
      {AllocateCommand{3}}, launch, {AllocateCommand{5}}, product};
  Sizes sizes;
  std::string text = describe(program, &sizes);
  EXPECT_TRUE(text.ends_with("all of it\n"
                             "  bytes in  2408, at least 1208\n"
                             "  bytes out 2400, at least 1200\n"))
      << text;
}

TEST(Describe, TellsLaunchesOfOneKernelApart) {
  Program program = test::sampleProgram();
  const auto &branch = std::get<IfCommand>(program.commands[3].step);
  const auto &loop = std::get<WhileCommand>(branch.thenCommands[0].step);
  Command first = loop.before[0], second = first;
  LocationId line = program.kernels[0].locations[0];
  LocationId other = program.locations.add("net.mlir:5:8");
  program.kernels[0].locations = {line, other};
  program.kernels[0].ops = {"tanh", "tanh"};
  std::get<LaunchCommand>(first.step).sources = {line};
  std::get<LaunchCommand>(second.step).sources = {other};
  program.commands = {{AllocateCommand{3}}, first, second};
  std::string text = describe(program);
  EXPECT_NE(text.find("  family    map\n"
                      "  launch    1 of 2\n"
                      "  ops       tanh at net.mlir:3:8\n"
                      "  bytes in"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  launch    2 of 2\n"
                      "  ops       tanh at net.mlir:5:8\n"
                      "  bytes in"),
            std::string::npos)
      << text;
}

TEST(Describe, LeavesOutWhatIsNotKnown) {
  Program program = test::sampleProgram();
  program.kernels[0].ops.clear();
  EXPECT_NE(describe(program).find("  ops       net.mlir:3:8\n"),
            std::string::npos);
  program.kernels[0].locations.clear();
  EXPECT_EQ(describe(program).find("  family    map\n  ops"),
            std::string::npos);
  // A sum over a loop depends on values.
  Sizes sizes;
  std::string text = describe(program, &sizes);
  EXPECT_NE(text.find("  bytes in  dim(%0:x, 0) * 4 = 1200\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("all of it\n  bytes in  not known, at least"),
            std::string::npos)
      << text;
}
