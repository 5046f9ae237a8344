//===- TypeInference.cpp - what the ops share in inferring types ----------===//

#include "TypeInference.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace theano;

/// Whether `stated` may be said where `inferred` is known.
static bool areCompatible(TypeRange inferred, TypeRange stated,
                          bool (*sizesAgree)(int64_t, int64_t),
                          bool sameElement) {
  if (inferred.size() != stated.size())
    return false;
  for (auto [known, said] : llvm::zip(inferred, stated)) {
    auto knownType = dyn_cast<RankedTensorType>(known);
    auto saidType = dyn_cast<RankedTensorType>(said);
    if (!knownType || !saidType || knownType.getRank() != saidType.getRank())
      return false;
    if (sameElement && knownType.getElementType() != saidType.getElementType())
      return false;
    for (auto [k, s] : llvm::zip(knownType.getShape(), saidType.getShape()))
      if (!sizesAgree(k, s))
        return false;
  }
  return true;
}

static bool leavesOpen(int64_t known, int64_t said) {
  return said == known || ShapedType::isDynamic(said);
}

bool inference::isCompatibleShape(TypeRange inferred, TypeRange stated) {
  return areCompatible(inferred, stated, leavesOpen, /*sameElement=*/false);
}

bool inference::isCompatible(TypeRange inferred, TypeRange stated) {
  return areCompatible(inferred, stated, leavesOpen, /*sameElement=*/true);
}

bool inference::haveEqualRanks(TypeRange inferred, TypeRange stated) {
  auto agree = [](int64_t, int64_t) { return true; };
  return areCompatible(inferred, stated, agree, /*sameElement=*/true);
}

LogicalResult inference::verifyTypes(Operation *op) {
  auto interface = cast<InferTypeOpInterface>(op);
  SmallVector<Type> types;
  if (failed(interface.inferReturnTypes(
          op->getContext(), op->getLoc(), op->getOperands(),
          op->getRawDictionaryAttrs(), op->getPropertiesStorage(),
          op->getRegions(), types)))
    return failure();
  if (interface.isCompatibleReturnTypes(types, op->getResultTypes()))
    return success();
  return op->emitOpError("result has type ")
         << op->getResult(0).getType() << " where " << types.front()
         << " is inferred; what is stated may leave sizes open, not add to "
            "them";
}

LogicalResult inference::inferenceError(std::optional<Location> location,
                                        StringRef op, const Twine &message) {
  return emitOptionalError(location, "'", op, "' op ", message);
}

std::string inference::text(Type type) {
  std::string result;
  llvm::raw_string_ostream stream(result);
  stream << "'" << type << "'";
  return result;
}
