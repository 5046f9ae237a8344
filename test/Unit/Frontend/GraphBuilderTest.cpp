//===- GraphBuilderTest.cpp - building graphs by Theano's rules -----------===//

#include "theano/Frontend/GraphBuilder.h"

#include "mlir/IR/MLIRContext.h"
#include "theano/Dialect/Theano/IR/Theano.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace theano;

namespace {

class GraphBuilderTest : public ::testing::Test {
protected:
  Value scalar(DType dtype) { return graph.input(dtype, {}); }
  Value vector(DType dtype) { return graph.input(dtype, {false}); }
  Value matrix(DType dtype) { return graph.input(dtype, {false, false}); }

  static std::string typeText(const Expected<Value> &value) {
    return value ? formatType(*value) : "error: " + value.message();
  }

  MLIRContext context;
  GraphBuilder graph{context};
};

TEST_F(GraphBuilderTest, PadsAndCastsOperands) {
  auto sum =
      graph.elementwise("add", {vector(DType::Int32), matrix(DType::Float32)});
  EXPECT_EQ(typeText(sum), "TensorType(float64, matrix)");
  auto add = sum->getDefiningOp<AddOp>();
  ASSERT_TRUE(add);
  EXPECT_TRUE(isBroadcast(add, 0, 0));
  EXPECT_FALSE(isBroadcast(add, 0, 1));
}

TEST_F(GraphBuilderTest, LiteralsTakeTheSmallestDtype) {
  auto product = graph.elementwise(
      "mul", {vector(DType::Float32), graph.literal(int64_t(3))});
  EXPECT_EQ(typeText(product), "TensorType(float32, vector)");
  auto power = graph.elementwise(
      "pow", {graph.literal(int64_t(2)), graph.literal(int64_t(20))});
  EXPECT_EQ(typeText(power), "TensorType(int8, scalar)");
  EXPECT_EQ(dtypeOf(graph.literal(0.1)), DType::Float64);
  graph.setFloatX(DType::Float32);
  EXPECT_EQ(dtypeOf(graph.literal(0.1)), DType::Float32);
}

TEST_F(GraphBuilderTest, IntegersDivideToFloatX) {
  Value x = vector(DType::Int64);
  EXPECT_EQ(typeText(graph.elementwise("true_div", {x, x})),
            "TensorType(float64, vector)");
  graph.setFloatX(DType::Float32);
  EXPECT_EQ(typeText(graph.elementwise("true_div", {x, x})),
            "TensorType(float32, vector)");
  // Of a mixed pair the promotion counts, not floatX.
  EXPECT_EQ(
      typeText(graph.elementwise("true_div", {vector(DType::Float32), x})),
      "TensorType(float64, vector)");
}

TEST_F(GraphBuilderTest, BoolIsNoNumberForSomeOps) {
  Value b = vector(DType::Bool);
  for (const char *name : {"neg", "sgn"})
    EXPECT_EQ(graph.elementwise(name, b).failure().kind, ErrorKind::TypeError);
  EXPECT_EQ(graph.elementwise("sub", {b, b}).failure().kind,
            ErrorKind::TypeError);
  EXPECT_EQ(typeText(graph.elementwise("add", {b, b})),
            "TensorType(bool, vector)");
  EXPECT_EQ(typeText(graph.elementwise("sub", {graph.literal(int64_t(1)), b})),
            "TensorType(int8, vector)");
  EXPECT_EQ(graph.elementwise("and", {b, vector(DType::Int8)}).failure().kind,
            ErrorKind::TypeError);
}

TEST_F(GraphBuilderTest, RefusesWrongArity) {
  Value x = vector(DType::Float32);
  EXPECT_EQ(graph.elementwise("exp", {x, x}).failure().kind,
            ErrorKind::TypeError);
  EXPECT_EQ(graph.elementwise("add", x).failure().kind, ErrorKind::TypeError);
  EXPECT_EQ(graph.elementwise("nonsense", x).failure().kind,
            ErrorKind::Unsupported);
}

TEST_F(GraphBuilderTest, ReductionsChooseDtypeAndAccumulator) {
  ReductionOptions options;
  options.axes = SmallVector<int64_t>{-1};
  auto sum = graph.reduce("sum", matrix(DType::Int8), options);
  EXPECT_EQ(typeText(sum), "TensorType(int64, vector)");
  auto floats = graph.reduce("sum", matrix(DType::Float32), options);
  EXPECT_EQ(typeText(floats), "TensorType(float32, vector)");
  EXPECT_TRUE(floats->getDefiningOp<SumOp>().getAcc().isF64());
  EXPECT_EQ(typeText(graph.reduce("mean", matrix(DType::Bool), options)),
            "TensorType(float64, vector)");
  options.keepdims = true;
  EXPECT_EQ(typeText(graph.reduce("argmax", matrix(DType::Float32), options)),
            "TensorType(int64, col)");
  options.accDtype = DType::Float32;
  EXPECT_EQ(graph.reduce("sum", matrix(DType::Float64), options).failure().kind,
            ErrorKind::TypeError);
}

TEST_F(GraphBuilderTest, ReductionsRefuseWrongAxes) {
  ReductionOptions options;
  options.axes = SmallVector<int64_t>{2};
  EXPECT_EQ(graph.reduce("max", matrix(DType::Float32), options).failure().kind,
            ErrorKind::InvalidArgument);
  options.axes = SmallVector<int64_t>{1, -1};
  EXPECT_EQ(graph.reduce("max", matrix(DType::Float32), options).failure().kind,
            ErrorKind::InvalidArgument);
}

TEST_F(GraphBuilderTest, IndexesByPosition) {
  Value x = graph.input(DType::Float32, {false, false, false});
  IndexItem ellipsis, last, newAxis;
  ellipsis.kind = IndexItem::Kind::Ellipsis;
  last.entry = IndexEntry::index(-1);
  newAxis.kind = IndexItem::Kind::NewAxis;
  EXPECT_EQ(typeText(graph.index(x, {newAxis, ellipsis, last})),
            "TensorType(float32, (True, False, False))");
  EXPECT_EQ(graph.index(x, {last, last, last, last}).failure().kind,
            ErrorKind::IndexError);
  EXPECT_EQ(graph.index(x, {ellipsis, ellipsis}).failure().kind,
            ErrorKind::IndexError);
}

TEST_F(GraphBuilderTest, PicksRowsWithAsManyIndices) {
  Value x = matrix(DType::Float32), y = vector(DType::Int32);
  Size count = *graph.sizeOf(y, 0);
  auto plain = graph.pick(x, count, y);
  ASSERT_TRUE(static_cast<bool>(plain));
  EXPECT_EQ(plain->getDefiningOp<PickOp>().getIndices(), y);
  // Another count is checked at run time.
  auto checked = graph.pick(x, *graph.sizeOf(x, 0), y);
  ASSERT_TRUE(static_cast<bool>(checked));
  EXPECT_TRUE(checked->getDefiningOp<PickOp>()
                  .getIndices()
                  .getDefiningOp<SpecifyShapeOp>());
}

TEST_F(GraphBuilderTest, ReshapesToMixedSizes) {
  Value x = matrix(DType::Float32);
  Size rows = *graph.sizeOf(x, 0);
  EXPECT_EQ(typeText(graph.reshape(x, {Size(1), rows, Size(-1)})),
            "TensorType(float32, (True, False, False))");
  EXPECT_EQ(graph.reshape(x, {Size(-1), Size(-1)}).failure().kind,
            ErrorKind::InvalidArgument);
  EXPECT_EQ(graph.reshape(x, {Size(-2)}).failure().kind,
            ErrorKind::InvalidArgument);
  Value shape = vector(DType::Int64);
  EXPECT_EQ(graph.reshape(x, shape, std::nullopt).failure().kind,
            ErrorKind::InvalidArgument);
  EXPECT_EQ(typeText(graph.reshape(x, shape, 3)), "TensorType(float32, 3D)");
}

TEST_F(GraphBuilderTest, DropsOnlyBroadcastableDimensions) {
  Value row = graph.input(DType::Float32, {true, false});
  EXPECT_EQ(typeText(graph.dimshuffle(row, {1})),
            "TensorType(float32, vector)");
  EXPECT_EQ(graph.dimshuffle(row, {0}).failure().kind,
            ErrorKind::InvalidArgument);
  EXPECT_EQ(graph.dimshuffle(row, {0, 1, 1}).failure().kind,
            ErrorKind::InvalidArgument);
}

TEST_F(GraphBuilderTest, DotOfScalarsMultiplies) {
  auto product = graph.dot(scalar(DType::Float32), matrix(DType::Float32));
  EXPECT_TRUE(product->getDefiningOp<MulOp>());
  EXPECT_EQ(typeText(graph.dot(vector(DType::Float32), matrix(DType::Int32))),
            "TensorType(float64, vector)");
}

TEST_F(GraphBuilderTest, SoftmaxOfAVectorIsARow) {
  EXPECT_EQ(typeText(graph.softmax("softmax", vector(DType::Float32))),
            "TensorType(float32, row)");
  EXPECT_EQ(graph.softmax("softmax", matrix(DType::Int32)).failure().kind,
            ErrorKind::InvalidArgument);
}

TEST_F(GraphBuilderTest, ConstantsOfEveryShape) {
  auto none = HostArray::allocate(DType::Float32, {0, 3});
  ASSERT_TRUE(static_cast<bool>(none));
  EXPECT_EQ(typeText(graph.constant(*none)), "TensorType(float32, matrix)");
  auto flags = HostArray::allocate(DType::Bool, {3});
  ASSERT_TRUE(static_cast<bool>(flags));
  flags->as<uint8_t>()[1] = 1;
  auto constant = graph.constant(*flags);
  auto elements =
      cast<DenseElementsAttr>(constant->getDefiningOp<ConstantOp>().getValue());
  EXPECT_EQ(llvm::to_vector(elements.getValues<bool>()),
            (SmallVector<bool>{false, true, false}));
}

} // namespace
