//===- Function.cpp - a function from a slice of a graph ------------------===//

#include "theano/Frontend/Function.h"

#include "CreateChecked.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"
#include <set>

using namespace mlir;
using namespace theano;

namespace {

/// The needed part of the workspace.
struct Slice {
  llvm::SetVector<Value> leaves;
  SmallVector<Operation *> ops; // each after what it uses
};

/// Walks from results to leaves without recursion: graphs may be deep.
class Slicer {
public:
  Slicer(const FunctionSpec &spec) {
    for (Value input : spec.inputs)
      cuts.insert(input);
    for (auto [from, to] : spec.givens)
      replaced[from] = to;
  }

  void visit(Value root, Slice &slice) {
    SmallVector<std::pair<Value, bool>> pending = {{root, false}};
    while (!pending.empty()) {
      auto [value, operandsDone] = pending.pop_back_val();
      if (auto it = replaced.find(value); it != replaced.end())
        value = it->second;
      Operation *op = value.getDefiningOp();
      if (!op || cuts.contains(value)) {
        slice.leaves.insert(value);
        continue;
      }
      if (operandsDone) {
        if (added.insert(op).second)
          slice.ops.push_back(op);
        continue;
      }
      if (!entered.insert(op).second)
        continue;
      pending.push_back({value, true});
      for (Value operand : llvm::reverse(op->getOperands()))
        pending.push_back({operand, false});
    }
  }

private:
  llvm::DenseSet<Value> cuts;
  llvm::DenseMap<Value, Value> replaced;
  llvm::DenseSet<Operation *> entered, added;
};

Slice sliceOf(const FunctionSpec &spec) {
  Slice slice;
  Slicer slicer(spec);
  for (Value output : spec.outputs)
    slicer.visit(output, slice);
  for (auto [variable, value] : spec.updates)
    slicer.visit(value, slice);
  return slice;
}

} // namespace

SmallVector<Value> theano::findLeaves(const FunctionSpec &spec) {
  return sliceOf(spec).leaves.takeVector();
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// Why `value` cannot stand where `variable` stood: nothing where it can.
static Status checkReplacement(StringRef what, Value variable, Value value,
                               bool exact) {
  bool fits =
      dtypeOf(variable) == dtypeOf(value) && rankOf(variable) == rankOf(value);
  if (fits)
    for (auto [wanted, given] :
         llvm::zip(broadcastableOf(variable), broadcastableOf(value)))
      fits &= exact ? wanted == given : (!wanted || given);
  if (fits)
    return Status::success();
  return typeError(
      (what + ": expected a " + formatType(variable) + ", got a " +
       formatType(value) +
       "; the dtype, the rank and what broadcasts must be the same "
       "(use T.cast or T.specify_shape)")
          .str());
}

/// Replacements happen at once: none may be built from what another replaces.
static Status checkIndependent(const FunctionSpec &spec) {
  llvm::DenseSet<Value> replaced, seen;
  SmallVector<Value> pending;
  for (auto [variable, value] : spec.givens) {
    replaced.insert(variable);
    pending.push_back(value);
  }
  while (!pending.empty()) {
    Value value = pending.pop_back_val();
    if (replaced.contains(value))
      return invalidArgument("givens: a replacement depends on a variable that "
                             "is replaced, too");
    if (!seen.insert(value).second)
      continue;
    if (Operation *op = value.getDefiningOp())
      llvm::append_range(pending, op->getOperands());
  }
  return Status::success();
}

static Status check(GraphBuilder &graph, const FunctionSpec &spec) {
  llvm::DenseSet<Value> seen;
  for (auto [variable, value] : spec.updates) {
    if (!graph.isShared(variable))
      return typeError("updates: expected a shared variable to update");
    if (!seen.insert(variable).second)
      return invalidArgument("updates: a shared variable is updated twice");
    if (Status status = checkReplacement("updates", variable, value, true);
        status.failed())
      return status;
  }
  seen.clear();
  for (auto [variable, value] : spec.givens) {
    if (!seen.insert(variable).second)
      return invalidArgument("givens: a variable is replaced twice");
    if (llvm::is_contained(spec.inputs, variable))
      return invalidArgument("givens: an explicit input of the function cannot "
                             "be replaced");
    if (Status status = checkReplacement("givens", variable, value, false);
        status.failed())
      return status;
  }
  return checkIndependent(spec);
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

namespace {

class FunctionWriter {
public:
  FunctionWriter(GraphBuilder &graph, const FunctionSpec &spec)
      : graph(graph), spec(spec), builder(&graph.context()) {}

  Expected<FunctionGraph> write();

private:
  Status addArguments(const Slice &slice);
  std::string uniqueName(StringRef wanted);
  DictionaryAttr attribute(StringRef key, StringRef value);
  /// `theano.name` for the first that has this name: names are unique in IR,
  /// but not in Theano.
  DictionaryAttr nameAttribute(StringRef name,
                               std::set<std::string, std::less<>> &taken);
  /// What stands for `value`, with the type that its users were built for.
  Value lookUp(Value value);

  GraphBuilder &graph;
  const FunctionSpec &spec;
  OpBuilder builder;
  FunctionGraph result;
  IRMapping mapping;
  llvm::DenseMap<Value, Value> replaced, adapted;
  std::set<std::string, std::less<>> names, inputNames, outputNames;
  func::FuncOp function;
  SmallVector<Type> argumentTypes;
  SmallVector<Attribute> argumentAttributes;
  SmallVector<Location> argumentLocations;
};

} // namespace

std::string FunctionWriter::uniqueName(StringRef wanted) {
  std::string base = wanted.empty() ? "shared" : wanted.str();
  std::string name = base;
  for (int next = 1; !names.insert(name).second; ++next)
    name = base + "_" + std::to_string(next);
  return name;
}

DictionaryAttr FunctionWriter::attribute(StringRef key, StringRef value) {
  if (value.empty())
    return builder.getDictionaryAttr({});
  return builder.getDictionaryAttr(
      builder.getNamedAttr(key, builder.getStringAttr(value)));
}

DictionaryAttr
FunctionWriter::nameAttribute(StringRef name,
                              std::set<std::string, std::less<>> &taken) {
  bool isFirst = taken.insert(name.str()).second;
  return attribute("theano.name", isFirst ? name : StringRef());
}

Status FunctionWriter::addArguments(const Slice &slice) {
  auto add = [&](Value value, DictionaryAttr attributes) {
    argumentTypes.push_back(value.getType());
    argumentAttributes.push_back(attributes);
    argumentLocations.push_back(value.getLoc());
  };
  llvm::DenseSet<Value> inputs;
  for (Value input : spec.inputs) {
    if (graph.isShared(input))
      return typeError(
          "inputs: a shared variable cannot be an input; use givens "
          "to replace it");
    if (!inputs.insert(input).second)
      return invalidArgument("inputs: a variable is given twice");
    add(input, nameAttribute(graph.getName(input), inputNames));
  }
  auto addShared = [&](Value value) {
    if (llvm::is_contained(result.shared, value))
      return;
    result.shared.push_back(value);
    result.sharedNames.push_back(uniqueName(graph.getName(value)));
    add(value, attribute("theano.shared", result.sharedNames.back()));
  };
  for (Value leaf : slice.leaves) {
    if (inputs.contains(leaf))
      continue;
    if (!graph.isShared(leaf))
      return invalidArgument(
          "a variable that the outputs depend on is not among "
          "the inputs: " +
          (graph.getName(leaf).empty() ? "<" + formatType(leaf) + ">"
                                       : graph.getName(leaf).str()));
    addShared(leaf);
  }
  for (auto [variable, value] : spec.updates)
    addShared(variable);
  return Status::success();
}

Value FunctionWriter::lookUp(Value value) {
  auto it = replaced.find(value);
  if (it == replaced.end())
    return mapping.lookup(value);
  Value given = mapping.lookup(it->second);
  if (given.getType() == value.getType())
    return given;
  // Forget the sizes that the users of `value` were built without.
  Value &cast = adapted[value];
  if (!cast)
    cast = tensor::CastOp::create(builder, graph.location(), value.getType(),
                                  given);
  return cast;
}

Expected<FunctionGraph> FunctionWriter::write() {
  if (Status status = check(graph, spec); status.failed())
    return status;
  for (auto [from, to] : spec.givens)
    replaced[from] = to;
  Slice slice = sliceOf(spec);
  if (Status status = addArguments(slice); status.failed())
    return status;

  Location location = graph.location();
  result.module = ModuleOp::create(location);
  builder.setInsertionPointToStart(result.module->getBody());
  SmallVector<Type> resultTypes;
  for (Value output : spec.outputs)
    resultTypes.push_back(output.getType());
  for (auto [variable, value] : spec.updates)
    resultTypes.push_back(variable.getType());
  function =
      func::FuncOp::create(builder, location, spec.name,
                           builder.getFunctionType(argumentTypes, resultTypes));
  function.setArgAttrsAttr(builder.getArrayAttr(argumentAttributes));
  Block *body = &function.getBody().emplaceBlock();
  body->addArguments(argumentTypes, argumentLocations);
  SmallVector<Value> arguments(spec.inputs);
  llvm::append_range(arguments, result.shared);
  mapping.map(arguments, body->getArguments());

  builder.setInsertionPointToEnd(body);
  for (Operation *op : slice.ops) {
    Operation *clone = op->cloneWithoutRegions();
    clone->setOperands(llvm::map_to_vector(
        op->getOperands(), [&](Value operand) { return lookUp(operand); }));
    builder.insert(clone);
    mapping.map(op->getResults(), clone->getResults());
  }

  SmallVector<Value> results;
  SmallVector<Attribute> resultAttributes;
  for (Value output : spec.outputs) {
    results.push_back(lookUp(output));
    resultAttributes.push_back(
        nameAttribute(graph.getName(output), outputNames));
  }
  for (auto [variable, value] : spec.updates) {
    Value updated = lookUp(value);
    if (updated.getType() != variable.getType())
      updated = tensor::CastOp::create(builder, location, variable.getType(),
                                       updated);
    results.push_back(updated);
    size_t slot = llvm::find(result.shared, variable) - result.shared.begin();
    resultAttributes.push_back(
        attribute("theano.update", result.sharedNames[slot]));
  }
  function.setResAttrsAttr(builder.getArrayAttr(resultAttributes));
  func::ReturnOp::create(builder, location, results);

  Expected<bool> valid =
      captureErrors(&graph.context(), [&]() -> FailureOr<bool> {
        if (failed(verify(*result.module)))
          return failure();
        return true;
      });
  if (!valid)
    return valid.takeStatus();
  return std::move(result);
}

Expected<FunctionGraph> theano::buildFunction(GraphBuilder &graph,
                                              const FunctionSpec &spec) {
  return FunctionWriter(graph, spec).write();
}
