//===- FunctionTest.cpp - functions from slices of a graph ----------------===//

#include "theano/Frontend/Function.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "theano/Dialect/Theano/IR/Theano.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace theano;

namespace {

class FunctionTest : public ::testing::Test {
protected:
  Value vector() { return graph.input(DType::Float32, {false}); }
  Value add(Value a, Value b) { return *graph.elementwise("add", {a, b}); }

  static func::FuncOp main(FunctionGraph &function) {
    return function.module->lookupSymbol<func::FuncOp>("main");
  }
  template <typename OpTy> static int count(func::FuncOp function) {
    int number = 0;
    function.walk([&](OpTy) { ++number; });
    return number;
  }

  MLIRContext context;
  GraphBuilder graph{context};
};

TEST_F(FunctionTest, ClonesOnlyWhatIsNeeded) {
  Value x = vector(), y = vector();
  graph.setName(x, "x");
  Value sum = add(x, y);
  add(sum, sum);
  auto function = buildFunction(graph, {.inputs = {x, y}, .outputs = {sum}});
  ASSERT_TRUE(static_cast<bool>(function)) << function.message();
  func::FuncOp op = main(*function);
  EXPECT_EQ(count<AddOp>(op), 1);
  EXPECT_EQ(op.getArgAttrOfType<StringAttr>(0, "theano.name"), "x");
  EXPECT_FALSE(op.getArgAttr(1, "theano.name"));
}

TEST_F(FunctionTest, NamesSharedVariablesAndUpdates) {
  Value a = graph.shared(DType::Float32, {false});
  Value b = graph.shared(DType::Float32, {false});
  graph.setName(a, "W");
  graph.setName(b, "W");
  auto function = buildFunction(
      graph, {.outputs = {add(a, b)}, .updates = {{a, b}, {b, add(a, a)}}});
  ASSERT_TRUE(static_cast<bool>(function)) << function.message();
  EXPECT_EQ(function->sharedNames, (SmallVector<std::string>{"W", "W_1"}));
  EXPECT_EQ(main(*function).getResultAttrOfType<StringAttr>(2, "theano.update"),
            "W_1");
}

TEST_F(FunctionTest, NamesAreTakenOnce) {
  Value x = vector(), y = vector();
  graph.setName(x, "x");
  graph.setName(y, "x");
  auto function =
      buildFunction(graph, {.inputs = {x, y}, .outputs = {x, x, y}});
  ASSERT_TRUE(static_cast<bool>(function)) << function.message();
  func::FuncOp op = main(*function);
  EXPECT_TRUE(op.getArgAttr(0, "theano.name"));
  EXPECT_FALSE(op.getArgAttr(1, "theano.name"));
  EXPECT_TRUE(op.getResultAttr(0, "theano.name"));
  EXPECT_FALSE(op.getResultAttr(1, "theano.name"));
}

TEST_F(FunctionTest, ReplacesGivens) {
  Value x = vector(), y = vector();
  Value sum = add(x, y);
  auto swapped =
      buildFunction(graph, {.inputs = {y},
                            .outputs = {add(sum, sum)},
                            .givens = {{x, *graph.elementwise("exp", y)}}});
  ASSERT_TRUE(static_cast<bool>(swapped)) << swapped.message();
  EXPECT_EQ(count<ExpOp>(main(*swapped)), 1);
  // An intermediate value can be replaced, too.
  auto cut = buildFunction(
      graph, {.inputs = {y}, .outputs = {add(sum, y)}, .givens = {{sum, y}}});
  ASSERT_TRUE(static_cast<bool>(cut)) << cut.message();
  EXPECT_EQ(count<AddOp>(main(*cut)), 1);
}

TEST_F(FunctionTest, GivensKeepTheTypeOfWhatTheyReplace) {
  Value x = vector();
  auto ones = HostArray::allocate(DType::Float32, {1});
  ASSERT_TRUE(static_cast<bool>(ones));
  Value constant = *graph.constant(*ones);
  Value y = vector();
  auto function = buildFunction(
      graph,
      {.inputs = {y}, .outputs = {add(x, y)}, .givens = {{x, constant}}});
  ASSERT_TRUE(static_cast<bool>(function)) << function.message();
  // A size that is now known to be 1 must not begin to broadcast.
  main(*function).walk([](AddOp op) { EXPECT_FALSE(isBroadcast(op, 0, 0)); });
}

TEST_F(FunctionTest, RefusesWhatTheanoRefuses) {
  Value x = vector(), y = vector();
  Value w = graph.shared(DType::Float32, {false});
  Value wide = *graph.cast(x, DType::Float64);
  auto kind = [&](FunctionSpec spec) {
    auto function = buildFunction(graph, spec);
    return function ? std::string("success")
                    : std::string(errorKindName(function.failure().kind));
  };
  EXPECT_EQ(kind({.inputs = {x}, .outputs = {add(x, y)}}), "invalid argument");
  EXPECT_EQ(kind({.inputs = {x, x}, .outputs = {x}}), "invalid argument");
  EXPECT_EQ(kind({.inputs = {w}, .outputs = {w}}), "type error");
  EXPECT_EQ(kind({.inputs = {x}, .updates = {{w, wide}}}), "type error");
  EXPECT_EQ(kind({.inputs = {x}, .updates = {{x, x}}}), "type error");
  EXPECT_EQ(kind({.inputs = {x}, .updates = {{w, x}, {w, x}}}),
            "invalid argument");
  EXPECT_EQ(kind({.outputs = {x}, .givens = {{x, add(x, w)}}}),
            "invalid argument");
  EXPECT_EQ(kind({.inputs = {x}, .outputs = {x}, .givens = {{x, w}}}),
            "invalid argument");
}

TEST_F(FunctionTest, DeepGraphsDoNotRecurse) {
  Value x = vector(), sum = x;
  for (int i = 0; i < 20000; ++i)
    sum = add(sum, x);
  auto function = buildFunction(graph, {.inputs = {x}, .outputs = {sum}});
  ASSERT_TRUE(static_cast<bool>(function)) << function.message();
  EXPECT_EQ(count<AddOp>(main(*function)), 20000);
}

TEST_F(FunctionTest, FindsLeavesInOrder) {
  Value x = vector(), y = vector();
  Value w = graph.shared(DType::Float32, {false});
  FunctionSpec spec;
  spec.outputs = {add(add(y, w), x)};
  EXPECT_EQ(findLeaves(spec), (SmallVector<Value>{y, w, x}));
}

} // namespace
