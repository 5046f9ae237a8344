//===- VerifyTest.cpp - the rules that a program keeps --------------------===//

#include "theano/Program/Verify.h"

#include "SampleProgram.h"

#include <functional>
#include <gtest/gtest.h>

using namespace theano;

TEST(Verify, TheSampleIsValid) {
  Status status = verify(test::sampleProgram());
  EXPECT_TRUE(status.succeeded()) << status.message();
}

TEST(Verify, EachRuleIsChecked) {
  using Change = std::function<void(Program &)>;
  const std::pair<Change, std::string> cases[] = {
      {[](Program &p) { p.slots[3].shape = {999}; },
       "slot 3: expression 999 does not exist"},
      {[](Program &p) { p.slots[4].aliasOf = 50; },
       "slot 4: it is an alias of a slot that does not exist"},
      {[](Program &p) { p.slots[3].aliasOf = 4; }, "alias of an alias"},
      {[](Program &p) { p.slots[2].data.pop_back(); },
       "slot 2: its data does not have the size of its shape"},
      {[](Program &p) { p.inputs.pop_back(); },
       "slot 1 is an input that no argument binds"},
      {[](Program &p) { p.inputs[0].dtype = DType::Float64; },
       "input 'x': its slot has another dtype"},
      {[](Program &p) { p.results[0].slot = 77; }, "slot 77 does not exist"},
      {[](Program &p) { p.results[1].updateName = "V"; },
       "it updates 'V', which is no shared argument"},
      {[](Program &p) { p.kernels[0].locations = {9}; },
       "location 9 does not exist"},
      {[](Program &p) {
         LaunchCommand launch;
         launch.sources = {9};
         p.commands.push_back({launch});
       },
       "location 9 does not exist"},
      {[](Program &p) {
         std::get<PtxEntry>(p.kernels[0].entry).block = {1024, 2, 1};
       },
       "a block has more than 1024 threads"},
      {[](Program &p) { p.kernels[0].entry = CpuEntry{"k"}; },
       "another kind of target"},
      {[](Program &p) { p.commands.push_back({AllocateCommand{0}}); },
       "slot 0 cannot be allocated or freed"},
      {[](Program &p) { p.commands.push_back({FreeCommand{5}}); },
       "slot 5 cannot be allocated or freed"},
      {[](Program &p) { p.commands.push_back({CopyCommand{3, 0}}); },
       "slot 0 is written but is an input or a constant"},
      {[](Program &p) { p.commands.push_back({LaunchCommand{}}); },
       "the arguments do not match the parameters of kernel 'k0'"},
      {[](Program &p) { p.exprs.dim(3, 0); },
       "it asks for a dimension of a slot that is no input"},
      {[](Program &p) { p.exprs.dim(0, 1); },
       "it asks for a dimension beyond the rank"},
      {[](Program &p) { p.exprs.scalar(0); },
       "it reads a slot that is not 0-d"},
      {[](Program &p) {
         ExprId e = p.exprs.dim(0, 0);
         for (uint32_t i = 0; i <= ExprPool::kMaxDepth; ++i)
           e = p.exprs.unary(ExprKind::Neg, e);
       },
       "it is nested too deeply"},
  };
  for (const auto &[change, message] : cases) {
    Program program = test::sampleProgram();
    change(program);
    Status status = verify(program);
    ASSERT_TRUE(status.failed()) << message;
    EXPECT_NE(status.message().find(message), std::string::npos)
        << status.message();
  }
}
