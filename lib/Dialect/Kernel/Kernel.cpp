//===- Kernel.cpp - the kernel dialect ------------------------------------===//

#include "theano/Dialect/Kernel/Kernel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "theano/Dialect/Kernel/ContractionLoops.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace theano::kernel;

#include "theano/Dialect/Kernel/KernelDialect.cpp.inc"
#include "theano/Dialect/Kernel/KernelEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "theano/Dialect/Kernel/KernelAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "theano/Dialect/Kernel/KernelOps.cpp.inc"

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "theano/Dialect/Kernel/KernelAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "theano/Dialect/Kernel/KernelOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// TargetAttr
//===----------------------------------------------------------------------===//

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringRef arch, StringRef features) {
  if (arch.empty())
    return emitError() << "the target names no arch";
  SmallVector<StringRef> items;
  features.split(items, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef item : items)
    if (!item.starts_with("+") && !item.starts_with("-"))
      return emitError() << "feature '" << item
                         << "' of the target begins with neither + nor -";
  return success();
}

//===----------------------------------------------------------------------===//
// FuncOp
//===----------------------------------------------------------------------===//

ParseResult FuncOp::parse(OpAsmParser &parser, OperationState &result) {
  auto buildFunctionType =
      [](Builder &builder, ArrayRef<Type> arguments, ArrayRef<Type> results,
         function_interface_impl::VariadicFlag,
         std::string &) { return builder.getFunctionType(arguments, results); };
  return function_interface_impl::parseFunctionOp(
      parser, result, /*allowVariadic=*/false,
      getFunctionTypeAttrName(result.name), buildFunctionType,
      getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}

void FuncOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(
      printer, *this, /*isVariadic=*/false, getFunctionTypeAttrName(),
      getArgAttrsAttrName(), getResAttrsAttrName());
}

LogicalResult FuncOp::verify() {
  unsigned results = getFunctionType().getNumResults();
  if (getNumArguments() < results)
    return emitOpError("has ")
           << results << " results but only " << getNumArguments()
           << " arguments; it needs one destination argument a result";
  if (results == 0 && getFamily() != Family::Check)
    return emitOpError("has no result; only a kernel of the family 'check' may "
                       "have none");
  for (unsigned i = 0; i < results; ++i) {
    Type destination = getArgumentTypes()[getNumInputs() + i];
    if (destination != getResultTypes()[i])
      return emitOpError("result ")
             << i << " has type " << getResultTypes()[i]
             << " but its destination argument has type " << destination;
  }
  return success();
}

LogicalResult FuncOp::verifyRegions() {
  if (getFamily() != Family::Contract && getFamily() != Family::TensorContract)
    return success();
  linalg::LinalgOp op = findContraction(*this);
  if (!op || !isContraction(op))
    return emitOpError("holds no contraction of two tensors into one; expected "
                       "an op that adds products of their numbers over a "
                       "reduction loop, each of its loops being an index of "
                       "the tensors, and not all loops of one");
  return success();
}

LogicalResult ReturnOp::verify() {
  auto func = cast<FuncOp>((*this)->getParentOp());
  if (getOperandTypes() != TypeRange(func.getResultTypes()))
    return emitOpError("returns (")
           << getOperandTypes() << ") but kernel '" << func.getName()
           << "' has the result types (" << func.getResultTypes() << ")";
  return success();
}

//===----------------------------------------------------------------------===//
// PartialsOp
//===----------------------------------------------------------------------===//

LogicalResult PartialsOp::verify() {
  auto total = cast<RankedTensorType>(getTotal().getType());
  auto into = cast<RankedTensorType>(getInto().getType());
  bool scalars = into.getRank() == 1;
  bool whole = into.getRank() == total.getRank() + 1 &&
               succeeded(verifyCompatibleShape(into.getShape().drop_front(),
                                               total.getShape()));
  if (!(scalars || whole) || into.getElementType() != total.getElementType())
    return emitOpError("leaves the parts of a ")
           << total << " in a " << into
           << "; expected one dimension, or one in front of those of the "
              "total, and the same element type";
  return success();
}

//===----------------------------------------------------------------------===//
// LaunchOp
//===----------------------------------------------------------------------===//

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbolTable) {
  Operation *symbol =
      symbolTable.lookupNearestSymbolFrom(*this, getKernelAttr());
  // An emitted kernel has the name, and the family, of what it was made from.
  if (symbol && symbol->hasAttr("kernel.family"))
    return success();
  auto func = dyn_cast_or_null<FuncOp>(symbol);
  if (!func)
    return emitOpError("launches '")
           << getKernel() << "', which is no kernel.func of this module";
  SmallVector<Type> given(getInputs().getTypes());
  llvm::append_range(given, getOutputs().getTypes());
  if (TypeRange(given) != TypeRange(func.getArgumentTypes()))
    return emitOpError("passes (")
           << TypeRange(given) << ") but kernel '" << getKernel() << "' takes ("
           << func.getArgumentTypes() << ")";
  return success();
}
