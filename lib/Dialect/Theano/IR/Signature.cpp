//===- Signature.cpp - attributes of a function's signature ---------------===//

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "theano/Dialect/Theano/IR/Theano.h"

using namespace mlir;
using namespace theano;

namespace {
/// One argument or result being verified.
struct Place {
  FunctionOpInterface function;
  bool isResult;
  unsigned number;

  InFlightDiagnostic error() const {
    FunctionOpInterface op = function;
    return op->emitOpError(isResult ? "result #" : "argument #")
           << number << " ";
  }
  Attribute get(unsigned other, StringAttr name) const {
    FunctionOpInterface op = function;
    return isResult ? op.getResultAttr(other, name)
                    : op.getArgAttr(other, name);
  }
};
} // namespace

/// The value of `attribute` is a string that is not empty.
static LogicalResult verifyString(const Place &place,
                                  NamedAttribute attribute) {
  auto string = dyn_cast<StringAttr>(attribute.getValue());
  if (string && !string.empty())
    return success();
  return place.error() << "has " << attribute.getName().getValue() << " = "
                       << attribute.getValue()
                       << ", expected a string that is not empty";
}

/// No place before this one has the same attribute with the same value.
static LogicalResult verifyUnique(const Place &place,
                                  NamedAttribute attribute) {
  StringAttr name = attribute.getName();
  for (unsigned other = 0; other < place.number; ++other)
    if (place.get(other, name) == attribute.getValue())
      return place.error() << "has the same " << name << " = "
                           << attribute.getValue() << " as #" << other;
  return success();
}

/// An update goes to a shared argument of the same type.
static LogicalResult verifyUpdate(const Place &place, Attribute variable) {
  FunctionOpInterface function = place.function;
  Type type = function.getResultTypes()[place.number];
  auto shared = StringAttr::get(function->getContext(), "theano.shared");
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    if (function.getArgAttr(i, shared) != variable)
      continue;
    if (function.getArgumentTypes()[i] == type)
      return success();
    return place.error() << "of type " << type << " updates " << variable
                         << ", which is argument #" << i << " of type "
                         << function.getArgumentTypes()[i];
  }
  return place.error() << "updates " << variable
                       << ", but no argument has theano.shared = " << variable;
}

static LogicalResult verifyPlace(const Place &place, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  bool isKnown = name == "theano.name" || name == "theano.dtype" ||
                 name == (place.isResult ? "theano.update" : "theano.shared");
  if (!isKnown)
    return place.error() << "has the unknown attribute " << name
                         << "; known are theano.name, theano.dtype and "
                         << (place.isResult ? "theano.update"
                                            : "theano.shared");
  if (failed(verifyString(place, attribute)))
    return failure();
  auto value = cast<StringAttr>(attribute.getValue());
  if (name == "theano.dtype") {
    if (getTypeOfDtype(value.getContext(), value))
      return success();
    return place.error() << "has theano.dtype = " << value
                         << ", which is no dtype (bool, int8 to int64, uint8 "
                            "to uint64, float16, bfloat16, float32, float64)";
  }
  // Names are for users, who may give one twice; state has one place each.
  if (name != "theano.name" && failed(verifyUnique(place, attribute)))
    return failure();
  return name == "theano.update" ? verifyUpdate(place, value) : success();
}

LogicalResult TheanoDialect::verifyRegionArgAttribute(
    Operation *op, unsigned, unsigned argIndex, NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return op->emitOpError("has ")
           << attribute.getName() << " on an argument, but is no function";
  return verifyPlace({function, /*isResult=*/false, argIndex}, attribute);
}

LogicalResult TheanoDialect::verifyRegionResultAttribute(
    Operation *op, unsigned, unsigned resultIndex, NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return op->emitOpError("has ")
           << attribute.getName() << " on a result, but is no function";
  return verifyPlace({function, /*isResult=*/true, resultIndex}, attribute);
}
