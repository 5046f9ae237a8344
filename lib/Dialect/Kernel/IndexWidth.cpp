//===- IndexWidth.cpp - how far the indices of a kernel reach -------------===//

#include "theano/Dialect/Kernel/IndexWidth.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "theano/Dialect/Kernel/DimClasses.h"

using namespace mlir;
using namespace theano::kernel;

/// Whether sizes with this product are out of reach. A product that overflows
/// is; a size of 0 makes it small whatever the others are.
static bool isOutOfReach(ArrayRef<int64_t> sizes) {
  if (llvm::is_contained(sizes, 0))
    return false;
  int64_t total = 1;
  for (int64_t size : sizes)
    if (!ShapedType::isDynamic(size) &&
        (llvm::MulOverflow(total, size, total) || total > kMaxNarrowCount))
      return true;
  return false;
}

bool theano::kernel::needsWideIndices(FuncOp kernel) {
  for (Type type : kernel.getArgumentTypes())
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      if (isOutOfReach(tensor.getShape()))
        return true;
  DimClasses dims(kernel);
  for (auto op : kernel.getBody().front().getOps<linalg::LinalgOp>()) {
    SmallVector<unsigned> loops;
    op.getReductionDims(loops);
    SmallVector<int64_t> sizes;
    for (unsigned loop : loops)
      if (DimSize size = dims.getLoopSize(op, loop);
          size.kind == DimSize::Kind::Static)
        sizes.push_back(size.value);
    if (isOutOfReach(sizes))
      return true;
  }
  return false;
}
