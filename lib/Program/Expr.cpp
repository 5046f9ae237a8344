//===- Expr.cpp - integer expressions over sizes --------------------------===//

#include "theano/Program/Expr.h"

#include "theano/Support/CheckedMath.h"
#include "theano/Support/Hashing.h"

#include <algorithm>

using namespace theano;

//===----------------------------------------------------------------------===//
// Kinds
//===----------------------------------------------------------------------===//

unsigned theano::exprNumOperands(ExprKind kind) {
  switch (kind) {
  case ExprKind::Const:
  case ExprKind::Dim:
  case ExprKind::Scalar:
    return 0;
  case ExprKind::Neg:
    return 1;
  case ExprKind::Select:
    return 3;
  default:
    return 2;
  }
}

std::string_view theano::exprKindName(ExprKind kind) {
  static constexpr std::string_view names[kNumExprKinds] = {
      "const",    "dim",     "scalar",   "add",      "sub",      "mul",
      "floordiv", "ceildiv", "divtrunc", "floormod", "remtrunc", "min",
      "max",      "and",     "or",       "xor",      "eq",       "ne",
      "lt",       "le",      "gt",       "ge",       "select",   "neg"};
  return names[static_cast<size_t>(kind)];
}

std::optional<int64_t> theano::applyExprKind(ExprKind kind, int64_t a,
                                             int64_t b, int64_t c) {
  switch (kind) {
  case ExprKind::Const:
  case ExprKind::Dim:
  case ExprKind::Scalar:
    return std::nullopt;
  case ExprKind::Add:
    return checkedAdd(a, b);
  case ExprKind::Sub:
    return checkedSub(a, b);
  case ExprKind::Mul:
    return checkedMul(a, b);
  case ExprKind::FloorDiv:
    return checkedFloorDiv(a, b);
  case ExprKind::CeilDiv:
    return checkedCeilDiv(a, b);
  case ExprKind::DivTrunc:
    return checkedDivTrunc(a, b);
  case ExprKind::FloorMod:
    return checkedFloorMod(a, b);
  case ExprKind::RemTrunc:
    return checkedRemTrunc(a, b);
  case ExprKind::Min:
    return std::min(a, b);
  case ExprKind::Max:
    return std::max(a, b);
  case ExprKind::And:
    return a & b;
  case ExprKind::Or:
    return a | b;
  case ExprKind::Xor:
    return a ^ b;
  case ExprKind::Eq:
    return a == b;
  case ExprKind::Ne:
    return a != b;
  case ExprKind::Lt:
    return a < b;
  case ExprKind::Le:
    return a <= b;
  case ExprKind::Gt:
    return a > b;
  case ExprKind::Ge:
    return a >= b;
  case ExprKind::Select:
    return a != 0 ? b : c;
  case ExprKind::Neg:
    return checkedSub(0, a);
  }
  return std::nullopt;
}

static bool isCommutative(ExprKind kind) {
  switch (kind) {
  case ExprKind::Add:
  case ExprKind::Mul:
  case ExprKind::Min:
  case ExprKind::Max:
  case ExprKind::And:
  case ExprKind::Or:
  case ExprKind::Xor:
  case ExprKind::Eq:
  case ExprKind::Ne:
    return true;
  default:
    return false;
  }
}

//===----------------------------------------------------------------------===//
// The pool
//===----------------------------------------------------------------------===//

size_t ExprPool::Hash::operator()(const ExprNode &node) const {
  uint64_t hash = static_cast<uint64_t>(node.kind);
  hash = hashCombine(hash, node.a);
  hash = hashCombine(hash, node.b);
  hash = hashCombine(hash, node.c);
  return hashCombine(hash, static_cast<uint64_t>(node.value));
}

ExprId ExprPool::intern(const ExprNode &node) {
  auto [it, isNew] = ids_.try_emplace(node, static_cast<ExprId>(nodes_.size()));
  if (!isNew)
    return it->second;
  Facts facts{1, node.kind == ExprKind::Scalar};
  const uint32_t operands[3] = {node.a, node.b, node.c};
  for (unsigned i = 0, e = exprNumOperands(node.kind); i < e; ++i) {
    facts.depth = std::max(facts.depth, facts_[operands[i]].depth + 1);
    facts.readsScalar |= facts_[operands[i]].readsScalar;
  }
  nodes_.push_back(node);
  facts_.push_back(facts);
  return it->second;
}

ExprId ExprPool::constant(int64_t value) {
  return intern({ExprKind::Const, 0, 0, 0, value});
}

ExprId ExprPool::dim(uint32_t slot, uint32_t axis) {
  return intern({ExprKind::Dim, slot, axis, 0, 0});
}

ExprId ExprPool::scalar(uint32_t slot) {
  return intern({ExprKind::Scalar, slot, 0, 0, 0});
}

std::optional<int64_t> ExprPool::constantValue(ExprId id) const {
  if (nodes_[id].kind != ExprKind::Const)
    return std::nullopt;
  return nodes_[id].value;
}

ExprId ExprPool::unary(ExprKind kind, ExprId a) {
  if (std::optional<int64_t> x = constantValue(a))
    if (std::optional<int64_t> folded = applyExprKind(kind, *x, 0, 0))
      return constant(*folded);
  return intern({kind, a, 0, 0, 0});
}

// The result when an operand is neutral or absorbing, or both are equal.
// Constants of commutative kinds stand on the right already.
static std::optional<ExprId> simplify(ExprPool &pool, ExprKind kind, ExprId a,
                                      ExprId b) {
  std::optional<int64_t> y = pool.constantValue(b);
  switch (kind) {
  case ExprKind::Add:
    if (y == 0)
      return a;
    break;
  case ExprKind::Sub:
    if (y == 0)
      return a;
    if (a == b)
      return pool.constant(0);
    break;
  case ExprKind::Mul:
    if (y == 1)
      return a;
    if (y == 0)
      return b;
    break;
  case ExprKind::FloorDiv:
  case ExprKind::CeilDiv:
  case ExprKind::DivTrunc:
    if (y == 1)
      return a;
    break;
  case ExprKind::FloorMod:
  case ExprKind::RemTrunc:
    if (y == 1)
      return pool.constant(0);
    break;
  case ExprKind::Min:
  case ExprKind::Max:
  case ExprKind::And:
  case ExprKind::Or:
    if (a == b)
      return a;
    break;
  case ExprKind::Xor:
  case ExprKind::Ne:
  case ExprKind::Lt:
  case ExprKind::Gt:
    if (a == b)
      return pool.constant(0);
    break;
  case ExprKind::Eq:
  case ExprKind::Le:
  case ExprKind::Ge:
    if (a == b)
      return pool.constant(1);
    break;
  default:
    break;
  }
  return std::nullopt;
}

ExprId ExprPool::binary(ExprKind kind, ExprId a, ExprId b) {
  std::optional<int64_t> x = constantValue(a), y = constantValue(b);
  if (x && y)
    if (std::optional<int64_t> folded = applyExprKind(kind, *x, *y, 0))
      return constant(*folded);
  // One order for commutative kinds, so that equal sizes get equal numbers.
  if (isCommutative(kind) && (x ? !y : !y && a > b))
    std::swap(a, b);
  if (std::optional<ExprId> simpler = simplify(*this, kind, a, b))
    return *simpler;
  return intern({kind, a, b, 0, 0});
}

ExprId ExprPool::select(ExprId condition, ExprId a, ExprId b) {
  if (std::optional<int64_t> chosen = constantValue(condition))
    return *chosen ? a : b;
  if (a == b)
    return a;
  return intern({ExprKind::Select, condition, a, b, 0});
}

Status ExprPool::append(const ExprNode &node) {
  const uint32_t operands[3] = {node.a, node.b, node.c};
  for (unsigned i = 0, e = exprNumOperands(node.kind); i < e; ++i)
    if (operands[i] >= nodes_.size())
      return invalidArgument("expression " + std::to_string(nodes_.size()) +
                             " has an operand that does not come before it");
  size_t before = nodes_.size();
  intern(node);
  if (nodes_.size() == before)
    return invalidArgument("expression " + std::to_string(before) +
                           " repeats an earlier one");
  return Status::success();
}

//===----------------------------------------------------------------------===//
// Evaluation
//===----------------------------------------------------------------------===//

static bool divides(ExprKind kind) {
  return kind >= ExprKind::FloorDiv && kind <= ExprKind::RemTrunc;
}

void ExprEvaluator::reset() {
  callStart_ = scalarStart_ = ++now_;
  memo_.resize(pool_.size());
}

Expected<int64_t> ExprEvaluator::evaluate(ExprId id,
                                          ExprEnvironment &environment) {
  if (memo_.size() < pool_.size())
    memo_.resize(pool_.size());
  Result result = compute(id, environment);
  switch (result.outcome) {
  case Outcome::Value:
    return result.value;
  case Outcome::Failure:
    return std::move(failure_);
  case Outcome::Overflow:
    break;
  }
  const ExprNode &node = pool_.node(static_cast<ExprId>(result.value));
  std::string text(exprKindName(node.kind));
  text += " of " + std::to_string(compute(node.a, environment).value);
  if (exprNumOperands(node.kind) == 2)
    text += " and " + std::to_string(compute(node.b, environment).value);
  return outOfMemory("size overflows: " + text + " does not fit 64 bits");
}

ExprEvaluator::Result ExprEvaluator::compute(ExprId id,
                                             ExprEnvironment &environment) {
  const ExprNode &node = pool_.node(id);
  if (node.kind == ExprKind::Const)
    return {node.value};
  Memo &memo = memo_[id];
  if (memo.time >= (pool_.dependsOnScalar(id) ? scalarStart_ : callStart_))
    return memo.result;
  Result result = computeNode(id, environment);
  if (result.outcome != Outcome::Failure)
    memo = {result, now_};
  return result;
}

ExprEvaluator::Result ExprEvaluator::computeNode(ExprId id,
                                                 ExprEnvironment &environment) {
  const ExprNode &node = pool_.node(id);
  switch (node.kind) {
  case ExprKind::Dim:
    return {environment.dim(node.a, node.b)};
  case ExprKind::Scalar: {
    Expected<int64_t> scalar = environment.scalar(node.a);
    if (scalar)
      return {*scalar};
    failure_ = scalar.takeStatus();
    return {0, Outcome::Failure};
  }
  case ExprKind::Select: {
    Result condition = compute(node.a, environment);
    if (condition.outcome != Outcome::Value)
      return condition;
    return compute(condition.value ? node.b : node.c, environment);
  }
  case ExprKind::Mul:
    return computeProduct(id, environment);
  default:
    break;
  }
  Result a = compute(node.a, environment), b;
  if (a.outcome != Outcome::Value)
    return a;
  if (exprNumOperands(node.kind) == 2)
    b = compute(node.b, environment);
  // The rows of a block are what a row leaves room for: no rows of overflowing
  // rows make no blocks.
  if (b.outcome == Outcome::Overflow && a.value == 0 && divides(node.kind))
    return a;
  if (b.outcome != Outcome::Value)
    return b;
  return apply(id, a.value, b.value);
}

// What overflows has a value, though not one of 64 bits, and 0 times it is 0.
ExprEvaluator::Result
ExprEvaluator::computeProduct(ExprId id, ExprEnvironment &environment) {
  const ExprNode &node = pool_.node(id);
  Result a = compute(node.a, environment);
  if (a.outcome == Outcome::Failure)
    return a;
  Result b = compute(node.b, environment);
  if (b.outcome == Outcome::Failure)
    return b;
  for (const Result &factor : {a, b})
    if (factor.outcome == Outcome::Value && factor.value == 0)
      return factor;
  for (const Result &factor : {a, b})
    if (factor.outcome == Outcome::Overflow)
      return factor;
  return apply(id, a.value, b.value);
}

ExprEvaluator::Result ExprEvaluator::apply(ExprId id, int64_t a, int64_t b) {
  ExprKind kind = pool_.node(id).kind;
  if (std::optional<int64_t> value = applyExprKind(kind, a, b, 0))
    return {*value};
  if (!divides(kind) || b != 0)
    return {id, Outcome::Overflow};
  failure_ = runtimeCheckFailure(ErrorCode::DivisionByZero, {}, {});
  return {0, Outcome::Failure};
}
