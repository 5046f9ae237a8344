//===- Broadcast.cpp - what broadcasts ------------------------------------===//

#include "theano/Dialect/Theano/IR/Broadcast.h"

#include "theano/Dialect/Theano/IR/Theano.h"

using namespace mlir;
using namespace theano;

SmallVector<int64_t> theano::getStaticUnitDims(Type type) {
  SmallVector<int64_t> dims;
  for (auto [dim, size] :
       llvm::enumerate(cast<RankedTensorType>(type).getShape()))
    if (size == 1)
      dims.push_back(dim);
  return dims;
}

ArrayAttr theano::getStaticBroadcast(MLIRContext *context, TypeRange operands) {
  SmallVector<Attribute> lists;
  for (Type type : operands)
    lists.push_back(DenseI64ArrayAttr::get(context, getStaticUnitDims(type)));
  return ArrayAttr::get(context, lists);
}

ArrayAttr theano::getStaticBroadcast(MLIRContext *context,
                                     ValueRange operands) {
  return getStaticBroadcast(context, operands.getTypes());
}

ArrayRef<int64_t> theano::broadcastDims(Operation *op, unsigned operand) {
  if (auto alloc = dyn_cast<AllocOp>(op))
    return operand == 0 ? alloc.getBroadcast() : ArrayRef<int64_t>();
  auto elementwise = dyn_cast<ElementwiseOpInterface>(op);
  ArrayAttr broadcast = elementwise ? elementwise.getBroadcast() : ArrayAttr();
  if (!broadcast || operand >= broadcast.size())
    return {};
  return cast<DenseI64ArrayAttr>(broadcast[operand]).asArrayRef();
}

bool theano::isBroadcast(Operation *op, unsigned operand, int64_t dim) {
  return llvm::is_contained(broadcastDims(op, operand), dim);
}
