//===- DescribeTest.cpp - what a program does, for people -----------------===//

#include "SampleProgram.h"

#include "theano/Program/Describe.h"

#include <gtest/gtest.h>

using namespace theano;

TEST(Describe, TellsOfEachLaunchInTheOrderOfTheCommands) {
  Program program = test::sampleProgram();
  std::string text = describe(program);
  EXPECT_TRUE(text.starts_with("function main: 1 kernels\n")) << text;
  EXPECT_NE(text.find("kernel k0\n"
                      "  family    map\n"
                      "  ops       tanh\n"
                      "  source    net.mlir:3:8\n"
                      "  bytes in  dim(%0:x, 0) * 4\n"
                      "  bytes out dim(%0:x, 0) * 4\n"
                      "  grid      ceildiv(dim(%0:x, 0), 128)\n"
                      "  block     128 x 1 x 1\n"),
            std::string::npos)
      << text;
}

TEST(Describe, LeavesOutWhatIsNotKnown) {
  Program program = test::sampleProgram();
  program.kernels[0].ops.clear();
  program.kernels[0].locations.clear();
  std::string text = describe(program);
  EXPECT_EQ(text.find("  ops"), std::string::npos) << text;
  EXPECT_EQ(text.find("  source"), std::string::npos) << text;
}
