//===- LaunchSizes.cpp - sizes of a kernel, at its launch -----------------===//

#include "LaunchSizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace theano::kernel;

Value theano::kernel::getLaunchSize(OpBuilder &builder, LaunchOp launch,
                                    const DimClasses &dims, DimSize size) {
  Location loc = launch.getLoc();
  unsigned inputs = launch.getInputs().size();
  auto operand = [&](unsigned number) -> Value {
    return number < inputs ? launch.getInputs()[number]
                           : launch.getOutputs()[number - inputs];
  };
  switch (size.kind) {
  case DimSize::Kind::Static:
    return arith::ConstantIndexOp::create(builder, loc, size.value);
  case DimSize::Kind::Argument: {
    ArgumentDim dim = dims.getSizeArguments()[size.value];
    return builder.createOrFold<tensor::DimOp>(loc, operand(dim.argument),
                                               dim.dim);
  }
  case DimSize::Kind::Scalar:
    return operand(size.value);
  case DimSize::Kind::Unknown:
    break;
  }
  // The emitter refuses such a kernel with a message.
  return arith::ConstantIndexOp::create(builder, loc, 0);
}

Value theano::kernel::getLaunchCount(OpBuilder &builder, LaunchOp launch,
                                     const DimClasses &dims,
                                     linalg::LinalgOp op,
                                     ArrayRef<unsigned> loops) {
  Location loc = launch.getLoc();
  Value total = arith::ConstantIndexOp::create(builder, loc, 1);
  for (unsigned loop : loops) {
    Value size =
        getLaunchSize(builder, launch, dims, dims.getLoopSize(op, loop));
    total = builder.createOrFold<arith::MulIOp>(loc, total, size);
  }
  return total;
}

std::optional<int64_t>
theano::kernel::getStaticCount(const DimClasses &dims, linalg::LinalgOp op,
                               ArrayRef<unsigned> loops) {
  int64_t total = 1;
  for (unsigned loop : loops) {
    DimSize size = dims.getLoopSize(op, loop);
    if (size.kind != DimSize::Kind::Static)
      return std::nullopt;
    total = multiplySizes(total, size.value);
  }
  return total;
}

int64_t theano::kernel::multiplySizes(int64_t a, int64_t b) {
  int64_t product;
  return llvm::MulOverflow(a, b, product) ? std::numeric_limits<int64_t>::max()
                                          : product;
}
