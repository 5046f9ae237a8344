//===- AssemblyFormat.cpp - text of the theano dialect --------------------===//

#include "AssemblyFormat.h"

using namespace mlir;
using namespace theano;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

ParseResult theano::parseUnaryTypes(OpAsmParser &parser, Type &operand,
                                    Type &result) {
  if (parser.parseType(operand))
    return failure();
  if (succeeded(parser.parseOptionalArrow()))
    return parser.parseType(result);
  result = operand;
  return success();
}

void theano::printUnaryTypes(OpAsmPrinter &printer, Operation *, Type operand,
                             Type result) {
  printer << operand;
  if (operand != result)
    printer << " -> " << result;
}

/// `A` or `(A, B, ...) -> C` for the given number of operands.
static ParseResult parseNaryTypes(OpAsmParser &parser, unsigned count,
                                  SmallVectorImpl<Type> &operands,
                                  Type &result) {
  SMLoc location = parser.getCurrentLocation();
  Type type;
  if (parser.parseType(type))
    return failure();
  auto function = dyn_cast<FunctionType>(type);
  if (!function) {
    operands.assign(count, type);
    result = type;
    return success();
  }
  if (function.getNumInputs() != count || function.getNumResults() != 1)
    return parser.emitError(location, "expected ")
           << count << " operand types and one result type, got " << type;
  llvm::append_range(operands, function.getInputs());
  result = function.getResult(0);
  return success();
}

static void printNaryTypes(OpAsmPrinter &printer, ArrayRef<Type> operands,
                           Type result) {
  if (llvm::all_of(operands, [&](Type type) { return type == result; }))
    printer << result;
  else
    printer.printFunctionalType(operands, TypeRange(result));
}

//===----------------------------------------------------------------------===//
// Lists of numbers
//===----------------------------------------------------------------------===//

static ParseResult parseNumbers(OpAsmParser &parser,
                                DenseI64ArrayAttr &result) {
  SmallVector<int64_t> numbers;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parser.parseInteger(numbers.emplace_back());
      }))
    return failure();
  result = parser.getBuilder().getDenseI64ArrayAttr(numbers);
  return success();
}

static void printNumbers(OpAsmPrinter &printer, ArrayRef<int64_t> numbers) {
  printer << '[';
  llvm::interleaveComma(numbers, printer);
  printer << ']';
}

//===----------------------------------------------------------------------===//
// Elementwise ops
//===----------------------------------------------------------------------===//

static ParseResult parseBroadcastTypes(OpAsmParser &parser, unsigned count,
                                       ArrayAttr &broadcast,
                                       SmallVectorImpl<Type> &operands,
                                       Type &result) {
  if (succeeded(parser.parseOptionalKeyword("broadcast"))) {
    SmallVector<Attribute> lists;
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
          DenseI64ArrayAttr list;
          if (parseNumbers(parser, list))
            return failure();
          lists.push_back(list);
          return success();
        }))
      return failure();
    broadcast = parser.getBuilder().getArrayAttr(lists);
  }
  SMLoc location = parser.getNameLoc();
  if (parser.parseColon() || parseNaryTypes(parser, count, operands, result))
    return failure();
  if (broadcast)
    return success();
  for (Type type : operands)
    if (!isa<RankedTensorType>(type))
      return parser.emitError(location, "expected ranked tensors, got ")
             << type;
  broadcast = getStaticBroadcast(parser.getContext(), TypeRange(operands));
  return success();
}

static void printBroadcastTypes(OpAsmPrinter &printer, ArrayAttr broadcast,
                                ArrayRef<Type> operands, Type result) {
  if (broadcast !=
      getStaticBroadcast(broadcast.getContext(), TypeRange(operands))) {
    printer << "broadcast [";
    llvm::interleaveComma(
        broadcast.getAsRange<DenseI64ArrayAttr>(), printer,
        [&](DenseI64ArrayAttr list) { printNumbers(printer, list); });
    printer << "] ";
  }
  printer << ": ";
  printNaryTypes(printer, operands, result);
}

ParseResult theano::parseBinaryTypes(OpAsmParser &parser, ArrayAttr &broadcast,
                                     Type &lhs, Type &rhs, Type &result) {
  SmallVector<Type> operands;
  if (parseBroadcastTypes(parser, 2, broadcast, operands, result))
    return failure();
  lhs = operands[0];
  rhs = operands[1];
  return success();
}

void theano::printBinaryTypes(OpAsmPrinter &printer, Operation *,
                              ArrayAttr broadcast, Type lhs, Type rhs,
                              Type result) {
  printBroadcastTypes(printer, broadcast, {lhs, rhs}, result);
}

ParseResult theano::parseTernaryTypes(OpAsmParser &parser, ArrayAttr &broadcast,
                                      Type &first, Type &second, Type &third,
                                      Type &result) {
  SmallVector<Type> operands;
  if (parseBroadcastTypes(parser, 3, broadcast, operands, result))
    return failure();
  first = operands[0];
  second = operands[1];
  third = operands[2];
  return success();
}

void theano::printTernaryTypes(OpAsmPrinter &printer, Operation *,
                               ArrayAttr broadcast, Type first, Type second,
                               Type third, Type result) {
  printBroadcastTypes(printer, broadcast, {first, second, third}, result);
}

ParseResult theano::parseAllocTypes(OpAsmParser &parser,
                                    DenseI64ArrayAttr &broadcast, Type &value,
                                    Type &result) {
  if (succeeded(parser.parseOptionalKeyword("broadcast")) &&
      parseNumbers(parser, broadcast))
    return failure();
  SMLoc location = parser.getNameLoc();
  if (parser.parseColon() || parseUnaryTypes(parser, value, result))
    return failure();
  if (broadcast)
    return success();
  if (!isa<RankedTensorType>(value))
    return parser.emitError(location, "expected a ranked tensor, got ")
           << value;
  broadcast =
      parser.getBuilder().getDenseI64ArrayAttr(getStaticUnitDims(value));
  return success();
}

void theano::printAllocTypes(OpAsmPrinter &printer, Operation *op,
                             DenseI64ArrayAttr broadcast, Type value,
                             Type result) {
  if (broadcast.asArrayRef() != ArrayRef(getStaticUnitDims(value))) {
    printer << "broadcast ";
    printNumbers(printer, broadcast);
    printer << ' ';
  }
  printer << ": ";
  printUnaryTypes(printer, op, value, result);
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// `(axes [...])? keepdims? (acc T)? : A -> B`; without `acc` there is none.
static ParseResult parseReductionParts(OpAsmParser &parser,
                                       DenseI64ArrayAttr &axes,
                                       UnitAttr &keepdims, TypeAttr *acc,
                                       Type &operand, Type &result) {
  if (succeeded(parser.parseOptionalKeyword("axes")) &&
      parseNumbers(parser, axes))
    return failure();
  if (succeeded(parser.parseOptionalKeyword("keepdims")))
    keepdims = parser.getBuilder().getUnitAttr();
  if (acc && succeeded(parser.parseOptionalKeyword("acc"))) {
    Type type;
    if (parser.parseType(type))
      return failure();
    *acc = TypeAttr::get(type);
  }
  SMLoc location = parser.getNameLoc();
  if (parser.parseColon() || parseUnaryTypes(parser, operand, result))
    return failure();
  for (Type type : {operand, result})
    if (!isa<RankedTensorType>(type))
      return parser.emitError(location, "expected a ranked tensor, got ")
             << type;
  if (!axes)
    axes = parser.getBuilder().getDenseI64ArrayAttr(
        getAllAxes(cast<RankedTensorType>(operand).getRank()));
  if (acc && !*acc)
    *acc = TypeAttr::get(getElementTypeOrSelf(result));
  return success();
}

static void printReductionParts(OpAsmPrinter &printer, Operation *op,
                                DenseI64ArrayAttr axes, UnitAttr keepdims,
                                TypeAttr acc, Type operand, Type result) {
  int64_t rank = cast<RankedTensorType>(operand).getRank();
  if (axes.asArrayRef() != ArrayRef(getAllAxes(rank))) {
    printer << "axes ";
    printNumbers(printer, axes);
    printer << ' ';
  }
  if (keepdims)
    printer << "keepdims ";
  if (acc && acc.getValue() != getElementTypeOrSelf(result))
    printer << "acc " << acc.getValue() << ' ';
  printer << ": ";
  printUnaryTypes(printer, op, operand, result);
}

ParseResult theano::parseReduction(OpAsmParser &parser, DenseI64ArrayAttr &axes,
                                   UnitAttr &keepdims, Type &operand,
                                   Type &result) {
  return parseReductionParts(parser, axes, keepdims, /*acc=*/nullptr, operand,
                             result);
}

void theano::printReduction(OpAsmPrinter &printer, Operation *op,
                            DenseI64ArrayAttr axes, UnitAttr keepdims,
                            Type operand, Type result) {
  printReductionParts(printer, op, axes, keepdims, /*acc=*/{}, operand, result);
}

ParseResult theano::parseAccumulatingReduction(OpAsmParser &parser,
                                               DenseI64ArrayAttr &axes,
                                               UnitAttr &keepdims,
                                               TypeAttr &acc, Type &operand,
                                               Type &result) {
  return parseReductionParts(parser, axes, keepdims, &acc, operand, result);
}

void theano::printAccumulatingReduction(OpAsmPrinter &printer, Operation *op,
                                        DenseI64ArrayAttr axes,
                                        UnitAttr keepdims, TypeAttr acc,
                                        Type operand, Type result) {
  printReductionParts(printer, op, axes, keepdims, acc, operand, result);
}

//===----------------------------------------------------------------------===//
// Dimshuffle
//===----------------------------------------------------------------------===//

ParseResult theano::parseDimshuffleOrder(OpAsmParser &parser,
                                         DenseI64ArrayAttr &order) {
  SmallVector<int64_t> entries;
  if (parser.parseCommaSeparatedList(
          AsmParser::Delimiter::Square, [&]() -> ParseResult {
            SMLoc location = parser.getCurrentLocation();
            std::string name;
            if (failed(parser.parseOptionalString(&name)))
              return parser.parseInteger(entries.emplace_back());
            entries.push_back(DimshuffleOp::kNewDim);
            if (name == "x")
              return success();
            return parser.emitError(location,
                                    R"(expected a dimension or "x", got ")")
                   << name << '"';
          }))
    return failure();
  order = parser.getBuilder().getDenseI64ArrayAttr(entries);
  return success();
}

void theano::printDimshuffleOrder(OpAsmPrinter &printer, Operation *,
                                  DenseI64ArrayAttr order) {
  printer << '[';
  llvm::interleaveComma(order.asArrayRef(), printer, [&](int64_t entry) {
    if (entry == DimshuffleOp::kNewDim)
      printer << "\"x\"";
    else
      printer << entry;
  });
  printer << ']';
}

//===----------------------------------------------------------------------===//
// Sizes and indices
//===----------------------------------------------------------------------===//

/// A number or an operand; kNone, and nothing consumed, if there is neither.
static ParseResult parseOptionalPart(OpAsmParser &parser,
                                     UnresolvedOperands &values,
                                     int64_t &number) {
  OptionalParseResult isNumber = parser.parseOptionalInteger(number);
  if (isNumber.has_value()) {
    number = std::max(number, Size::kNone + 1);
    return *isNumber;
  }
  OpAsmParser::UnresolvedOperand operand;
  OptionalParseResult isOperand = parser.parseOptionalOperand(operand);
  number = isOperand.has_value() ? Size::kValue : Size::kNone;
  if (!isOperand.has_value())
    return success();
  values.push_back(operand);
  return *isOperand;
}

static void printPart(OpAsmPrinter &printer, const Size &part) {
  if (part.isValue())
    printer << part.getValue();
  else if (part.isNumber())
    printer << *part.getNumber();
}

ParseResult theano::parseSizes(OpAsmParser &parser, UnresolvedOperands &values,
                               DenseI64ArrayAttr &numbers) {
  SmallVector<int64_t> entries;
  if (parser.parseCommaSeparatedList(
          AsmParser::Delimiter::Square, [&]() -> ParseResult {
            SMLoc location = parser.getCurrentLocation();
            int64_t &number = entries.emplace_back(Size::kNone);
            if (succeeded(parser.parseOptionalQuestion()))
              return success();
            if (parseOptionalPart(parser, values, number))
              return failure();
            if (number == Size::kNone)
              return parser.emitError(location,
                                      "expected a number, an operand or '?'");
            return success();
          }))
    return failure();
  numbers = parser.getBuilder().getDenseI64ArrayAttr(entries);
  return success();
}

void theano::printSizes(OpAsmPrinter &printer, Operation *, OperandRange values,
                        DenseI64ArrayAttr numbers) {
  printer << '[';
  llvm::interleaveComma(mergeSizes(numbers, values), printer,
                        [&](const Size &size) {
                          if (size.isNone())
                            printer << '?';
                          else
                            printPart(printer, size);
                        });
  printer << ']';
}

ParseResult theano::parseIndexEntries(OpAsmParser &parser,
                                      UnresolvedOperands &values,
                                      DenseBoolArrayAttr &isIndex,
                                      DenseI64ArrayAttr &starts,
                                      DenseI64ArrayAttr &stops,
                                      DenseI64ArrayAttr &steps) {
  SmallVector<bool> indexFlags;
  SmallVector<int64_t> startNumbers, stopNumbers, stepNumbers;
  auto parseEntry = [&]() -> ParseResult {
    SMLoc location = parser.getCurrentLocation();
    int64_t start, stop = Size::kNone, step = Size::kNone;
    if (parseOptionalPart(parser, values, start))
      return failure();
    bool isSlice = succeeded(parser.parseOptionalColon());
    if (!isSlice && start == Size::kNone)
      return parser.emitError(location, "expected an index or a slice");
    if (isSlice) {
      if (parseOptionalPart(parser, values, stop))
        return failure();
      if (succeeded(parser.parseOptionalColon()) &&
          parseOptionalPart(parser, values, step))
        return failure();
    }
    indexFlags.push_back(!isSlice);
    startNumbers.push_back(start);
    stopNumbers.push_back(stop);
    stepNumbers.push_back(step);
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseEntry))
    return failure();
  Builder &builder = parser.getBuilder();
  isIndex = builder.getDenseBoolArrayAttr(indexFlags);
  starts = builder.getDenseI64ArrayAttr(startNumbers);
  stops = builder.getDenseI64ArrayAttr(stopNumbers);
  steps = builder.getDenseI64ArrayAttr(stepNumbers);
  return success();
}

void theano::printIndexEntries(OpAsmPrinter &printer, Operation *op,
                               OperandRange, DenseBoolArrayAttr,
                               DenseI64ArrayAttr, DenseI64ArrayAttr,
                               DenseI64ArrayAttr) {
  printer << '[';
  llvm::interleaveComma(cast<SubtensorOp>(op).getEntries(), printer,
                        [&](const IndexEntry &entry) {
                          printPart(printer, entry.start);
                          if (entry.isIndex)
                            return;
                          printer << ':';
                          printPart(printer, entry.stop);
                          if (entry.step.isNone())
                            return;
                          printer << ':';
                          printPart(printer, entry.step);
                        });
  printer << ']';
}
