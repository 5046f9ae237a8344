//===- CreateOrError.h - builds an op, or says why not ----------*- C++ -*-===//

#ifndef THEANO_DIALECT_THEANO_IR_CREATEORERROR_H
#define THEANO_DIALECT_THEANO_IR_CREATEORERROR_H

#include "mlir/IR/Verifier.h"
#include "theano/Dialect/Theano/IR/Theano.h"

namespace theano {

/// Builds an op of the dialect from ranked tensors that may not fit together.
/// `OpTy::create` ends the process on operands from which no type can be
/// inferred; this reports a diagnostic at `location`, the op's own, leaves
/// nothing behind and returns failure.
///
/// What broadcasts is filled in from the operands where `properties` do not say
/// it; all else is the caller's. `elementType` replaces the inferred one for
/// ops whose element type is a parameter (cast, sum, prod, mean).
template <typename OpTy>
mlir::FailureOr<OpTy> createOrError(mlir::OpBuilder &builder,
                                    mlir::Location location,
                                    mlir::ValueRange operands,
                                    typename OpTy::Properties properties = {},
                                    mlir::Type elementType = {}) {
  mlir::MLIRContext *context = builder.getContext();
  if constexpr (requires { properties.broadcast; }) {
    if (!properties.broadcast) {
      if constexpr (std::is_same_v<OpTy, AllocOp>)
        properties.broadcast = mlir::DenseI64ArrayAttr::get(
            context, getStaticUnitDims(operands[0].getType()));
      else
        properties.broadcast = getStaticBroadcast(context, operands);
    }
  }
  mlir::OperationState state(location, OpTy::getOperationName());
  state.addOperands(operands);
  state.useProperties(properties);
  if (failed(OpTy::inferReturnTypes(context, location, operands,
                                    mlir::DictionaryAttr(),
                                    mlir::OpaqueProperties(&properties),
                                    mlir::RegionRange(), state.types)))
    return mlir::failure();
  if (elementType)
    state.types.front() = withElementType(state.types.front(), elementType);
  mlir::Operation *op = builder.create(state);
  if (succeeded(mlir::verify(op)))
    return llvm::cast<OpTy>(op);
  op->erase();
  return mlir::failure();
}

} // namespace theano

#endif // THEANO_DIALECT_THEANO_IR_CREATEORERROR_H
