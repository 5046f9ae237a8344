//===- ConvertTheanoToLinalg.cpp - the pass -------------------------------===//
//
// A function is written anew, op by op, beside the old one, which it replaces.
// That keeps the element types of the theano dialect, signs and all, at hand
// while an op is rewritten.
//
//===----------------------------------------------------------------------===//

#include "KeptOps.h"
#include "Rewriters.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "theano/Conversion/TheanoToLinalg/Passes.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_CONVERTTHEANOTOLINALG
#include "theano/Conversion/TheanoToLinalg/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano;

#define DEBUG_TYPE "convert-theano-to-linalg"
ALWAYS_ENABLED_STATISTIC(numConverted, "Number of theano ops converted");

static bool isDialectTensor(Type type) { return isTensorOf(type, isDtype); }

/// Whether `type` means the same before and after.
static bool isUnchanged(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? isDialectTensor(tensor) && getStorageTensor(tensor) == tensor
                : !isa<TensorType>(type);
}

namespace {
class FunctionConverter {
public:
  FunctionConverter(func::FuncOp source, const Rewriters &rewriters)
      : source(source), rewriters(rewriters), builder(source.getLoc()) {}

  LogicalResult run();

private:
  LogicalResult checkSignature();
  func::FuncOp createTarget();
  LogicalResult convert(Operation &op);
  LogicalResult keep(Operation &op);
  LogicalResult rewrite(Operation &op, const Rewriters::Rewriter &rewriter);

  func::FuncOp source;
  const Rewriters &rewriters;
  LinalgBuilder builder;
};

struct ConvertTheanoToLinalg
    : theano::impl::ConvertTheanoToLinalgBase<ConvertTheanoToLinalg> {
  void runOnOperation() override {
    Rewriters rewriters;
    populateElementwiseRewriters(rewriters);
    populateIndexingRewriters(rewriters);
    populateLinearAlgebraRewriters(rewriters);
    populateNeuralNetRewriters(rewriters);
    populateReductionRewriters(rewriters);
    populateShapeRewriters(rewriters);
    bool failure = false;
    // Everything after this pass takes a function by itself: kernels, commands
    // and the file that they become know no other.
    getOperation().walk([&](CallOpInterface call) {
      call->emitError("calls of functions are not supported: a function is "
                      "compiled by itself; write the body of the called one "
                      "here");
      failure = true;
    });
    if (failure)
      return signalPassFailure();
    for (auto function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (!function.isExternal())
        failure |= failed(FunctionConverter(function, rewriters).run());
    if (failure)
      signalPassFailure();
  }
};
} // namespace

/// Whether the function has anything to do with the dialect.
static bool usesDialect(func::FuncOp function) {
  auto result = function.walk([](Operation *op) {
    return isa<TheanoDialect>(op->getDialect()) ? WalkResult::interrupt()
                                                : WalkResult::advance();
  });
  return result.wasInterrupted();
}

LogicalResult FunctionConverter::checkSignature() {
  auto refuse = [&](StringRef what, unsigned number, Type type) {
    return source.emitOpError(what)
           << " #" << number << " has type " << type
           << "; expected a ranked tensor of bool (i1), i8 to i64, ui8 to "
              "ui64, f16, bf16, f32 or f64";
  };
  FunctionType type = source.getFunctionType();
  for (auto [number, input] : llvm::enumerate(type.getInputs()))
    if (!isDialectTensor(input))
      return refuse("argument", number, input);
  for (auto [number, result] : llvm::enumerate(type.getResults()))
    if (!isDialectTensor(result))
      return refuse("result", number, result);
  // It is what the conversion writes down; before it the type alone says what
  // an element is.
  auto checkDtype = [&](StringRef what, unsigned number, Type type,
                        Attribute dtype) -> LogicalResult {
    auto name = dyn_cast_or_null<StringAttr>(dtype);
    StringRef own = getDtypeName(getElementTypeOrSelf(type));
    if (!name || name.getValue() == own)
      return success();
    return source.emitOpError(what)
           << " #" << number << " has theano.dtype = " << name
           << ", but its type " << type << " holds " << own
           << "; leave the attribute out and let the type say the dtype";
  };
  for (auto [number, input] : llvm::enumerate(type.getInputs()))
    if (failed(checkDtype("argument", number, input,
                          source.getArgAttr(number, "theano.dtype"))))
      return failure();
  for (auto [number, result] : llvm::enumerate(type.getResults()))
    if (failed(checkDtype("result", number, result,
                          source.getResultAttr(number, "theano.dtype"))))
      return failure();
  if (!source.getBody().hasOneBlock())
    return source.emitOpError(
        "has several blocks; expected one block, with control flow as ops of "
        "the theano dialect");
  return success();
}

func::FuncOp FunctionConverter::createTarget() {
  OpBuilder moduleBuilder(source);
  FunctionType type = source.getFunctionType();
  SmallVector<Type> inputs, results;
  for (Type input : type.getInputs())
    inputs.push_back(getStorageTensor(input));
  for (Type result : type.getResults())
    results.push_back(getStorageTensor(result));
  auto target =
      func::FuncOp::create(moduleBuilder, source.getLoc(), source.getName(),
                           moduleBuilder.getFunctionType(inputs, results));
  for (NamedAttribute attribute : source->getAttrs())
    if (attribute.getName() != source.getFunctionTypeAttrName())
      target->setAttr(attribute.getName(), attribute.getValue());
  auto dtype = [&](Type tensor) {
    return moduleBuilder.getStringAttr(
        getDtypeName(getElementTypeOrSelf(tensor)));
  };
  for (auto [number, input] : llvm::enumerate(type.getInputs()))
    target.setArgAttr(number, "theano.dtype", dtype(input));
  for (auto [number, result] : llvm::enumerate(type.getResults()))
    target.setResultAttr(number, "theano.dtype", dtype(result));

  Block &body = target.getBody().emplaceBlock();
  for (auto [argument, input] : llvm::zip_equal(source.getArguments(), inputs))
    builder.set(argument, body.addArgument(input, argument.getLoc()));
  builder.setInsertionPointToEnd(&body);
  return target;
}

/// Copies an op of another dialect.
LogicalResult FunctionConverter::keep(Operation &op) {
  auto unchanged = [](TypeRange types) {
    return llvm::all_of(types, isUnchanged);
  };
  WalkResult result = op.walk([&](Operation *inner) {
    if (isa<TheanoDialect>(inner->getDialect())) {
      inner->emitOpError("stands inside '")
          << op.getName() << "', which convert-theano-to-linalg cannot enter";
      return WalkResult::interrupt();
    }
    if (!unchanged(inner->getOperandTypes()) ||
        !unchanged(inner->getResultTypes())) {
      inner->emitOpError(
          "cannot be kept by convert-theano-to-linalg: its types "
          "change with the conversion; expected ops of the "
          "theano dialect on bool and unsigned tensors");
      return WalkResult::interrupt();
    }
    return failed(checkKept(inner)) ? WalkResult::interrupt()
                                    : WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  IRMapping mapping;
  auto use = [&](Value value) {
    if (value.getParentBlock() == &source.getBody().front())
      mapping.map(value, builder.get(value));
  };
  op.walk([&](Operation *inner) { llvm::for_each(inner->getOperands(), use); });
  Operation *copy = builder.clone(op, mapping);
  for (auto [from, to] : llvm::zip_equal(op.getResults(), copy->getResults()))
    builder.map(from, to);
  return success();
}

/// Ops that are kept may write into a `tensor.empty`; its elements are nothing
/// that a graph can read.
static LogicalResult checkFilled(Operation &op) {
  for (Value operand : op.getOperands()) {
    auto empty = operand.getDefiningOp<tensor::EmptyOp>();
    if (!empty || (empty.getType().hasStaticShape() &&
                   empty.getType().getNumElements() == 0))
      continue;
    return empty.emitOpError("makes a tensor whose elements are read before "
                             "anything has written them; use theano.alloc or "
                             "theano.constant");
  }
  return success();
}

/// Runs the rewriter of an op. Sizes that are known to differ where they must
/// be equal would make linalg ops that are not valid, so they are an error here
/// and not at run time.
LogicalResult FunctionConverter::rewrite(Operation &op,
                                         const Rewriters::Rewriter &rewriter) {
  Block *block = builder.getInsertionBlock();
  Operation *last = block->empty() ? nullptr : &block->back();
  if (failed(rewriter(&op, builder)))
    return failure();
  Block::iterator first =
      last ? std::next(last->getIterator()) : block->begin();
  for (Operation &made : llvm::make_range(first, block->end())) {
    auto check = dyn_cast<kernel::CheckOp>(made);
    if (!check || check.getCode() != kernel::Error::ShapeMismatch ||
        getConstantIntValue(check.getCondition()) != 0)
      continue;
    auto number = [&](unsigned i) {
      return *getConstantIntValue(check.getValues()[i]);
    };
    InFlightDiagnostic error = op.emitOpError("needs equal sizes in dimension ")
                               << number(0) << ", got " << number(1) << " and "
                               << number(2) << " from operands";
    for (Value operand : op.getOperands()) {
      SmallVector<int64_t> shape;
      for (Value size : builder.sizes(builder.get(operand)))
        shape.push_back(
            getConstantIntValue(size).value_or(ShapedType::kDynamic));
      error << " "
            << RankedTensorType::get(shape,
                                     getElementTypeOrSelf(operand.getType()));
    }
    return error << "; only a dimension that is statically 1 broadcasts";
  }
  return success();
}

LogicalResult FunctionConverter::convert(Operation &op) {
  builder.setLoc(op.getLoc());
  if (isa<func::ReturnOp>(op) || isa<TheanoDialect>(op.getDialect()))
    if (failed(checkFilled(op)))
      return failure();
  if (auto ret = dyn_cast<func::ReturnOp>(op)) {
    SmallVector<Value> values;
    for (Value operand : ret.getOperands())
      values.push_back(builder.get(operand));
    func::ReturnOp::create(builder, values);
    return success();
  }
  if (auto castOp = dyn_cast<tensor::CastOp>(op);
      castOp && isDialectTensor(castOp.getSource().getType()) &&
      isDialectTensor(castOp.getType())) {
    builder.set(castOp, builder.get(castOp.getSource()));
    return success();
  }
  if (!isa<TheanoDialect>(op.getDialect()))
    return keep(op);
  const Rewriters::Rewriter *rewriter = rewriters.find(&op);
  if (!rewriter)
    return op.emitOpError("has no conversion to linalg");
  if (failed(rewrite(op, *rewriter)))
    return failure();
  ++numConverted;
  return success();
}

LogicalResult FunctionConverter::run() {
  bool isOurs =
      llvm::all_of(source.getFunctionType().getInputs(), isDialectTensor) &&
      llvm::all_of(source.getFunctionType().getResults(), isDialectTensor);
  if (!isOurs && !usesDialect(source))
    return success();
  if (failed(checkSignature()))
    return failure();
  func::FuncOp target = createTarget();
  for (Operation &op : source.getBody().front())
    if (failed(convert(op))) {
      target.erase();
      return failure();
    }
  // Folding leaves constants behind, and the host computes sizes by itself.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(target.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  source.erase();
  return success();
}
