//===- HostExprs.cpp - host arithmetic as expressions ---------------------===//

#include "HostExprs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace theano;

// The expression of an integer of w < 64 bits is its signed value, from
// -2^(w-1) to 2^(w-1) - 1, whatever sign its dtype has; a truth value is 0 or
// 1. Sums, differences, products and quotients leave that range and are wrapped
// back; unsigned ops see their operands without the sign. A size, of type
// index, is not negative, so that it needs none of that.

static unsigned getBits(Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

/// `id` reduced to a signed integer of `bits` bits; a truth value for one bit.
ExprId HostExprs::wrap(ExprId id, unsigned bits) {
  if (bits >= 64)
    return id;
  if (bits == 1)
    return pool.binary(ExprKind::And, id, pool.constant(1));
  ExprId half = pool.constant(int64_t(1) << (bits - 1));
  ExprId modulus = pool.constant(int64_t(1) << bits);
  return pool.sub(pool.binary(ExprKind::FloorMod, pool.add(id, half), modulus),
                  half);
}

void HostExprs::setScalar(Value value, SlotId slot) {
  // The slot may be of an unsigned dtype, now or once it is found to be a
  // result.
  set(value, wrap(pool.scalar(slot), getBits(value.getType())));
}

/// `value` as a signed integer: a truth value is 0 or -1.
ExprId HostExprs::getSigned(Value value) {
  ExprId id = get(value);
  return value.getType().isInteger(1) ? pool.unary(ExprKind::Neg, id) : id;
}

/// `value` as an unsigned integer; one of 64 bits stays as it is.
ExprId HostExprs::getUnsigned(Value value) {
  ExprId id = get(value);
  unsigned bits = getBits(value.getType());
  if (bits == 1 || bits >= 64)
    return id;
  return pool.binary(ExprKind::And, id,
                     pool.constant((int64_t(1) << bits) - 1));
}

/// Whether a < b as unsigned integers.
ExprId HostExprs::isBelow(Value a, Value b) {
  ExprId x = getUnsigned(a), y = getUnsigned(b);
  ExprId less = pool.binary(ExprKind::Lt, x, y);
  if (getBits(a.getType()) < 64)
    return less;
  ExprId zero = pool.constant(0);
  // A comparison with a size asks for "not negative" as well.
  if (a.getType().isIndex())
    return pool.binary(ExprKind::And, pool.binary(ExprKind::Ge, x, zero), less);
  // Of two signs the negative one is the larger number.
  ExprId isNegativeX = pool.binary(ExprKind::Lt, x, zero);
  ExprId isNegativeY = pool.binary(ExprKind::Lt, y, zero);
  ExprId differ = pool.binary(ExprKind::Xor, isNegativeX, isNegativeY);
  return pool.binary(ExprKind::Xor, less, differ);
}

ExprId HostExprs::compare(arith::CmpIOp op) {
  Value lhs = op.getLhs(), rhs = op.getRhs();
  auto signedOrder = [&](ExprKind kind) {
    ExprId x = getSigned(lhs), y = getSigned(rhs);
    return pool.binary(kind, x, y);
  };
  ExprId one = pool.constant(1);
  switch (op.getPredicate()) {
  case arith::CmpIPredicate::eq:
    return pool.binary(ExprKind::Eq, get(lhs), get(rhs));
  case arith::CmpIPredicate::ne:
    return pool.binary(ExprKind::Ne, get(lhs), get(rhs));
  case arith::CmpIPredicate::slt:
    return signedOrder(ExprKind::Lt);
  case arith::CmpIPredicate::sle:
    return signedOrder(ExprKind::Le);
  case arith::CmpIPredicate::sgt:
    return signedOrder(ExprKind::Gt);
  case arith::CmpIPredicate::sge:
    return signedOrder(ExprKind::Ge);
  case arith::CmpIPredicate::ult:
    return isBelow(lhs, rhs);
  case arith::CmpIPredicate::ugt:
    return isBelow(rhs, lhs);
  case arith::CmpIPredicate::ule:
    return pool.binary(ExprKind::Xor, isBelow(rhs, lhs), one);
  case arith::CmpIPredicate::uge:
    return pool.binary(ExprKind::Xor, isBelow(lhs, rhs), one);
  }
  llvm_unreachable("all predicates are covered");
}

namespace {
/// An arith op of two operands: the kind that computes it, and how it reads
/// them.
struct BinaryRule {
  ExprKind kind;
  bool isUnsigned = false;
};
} // namespace

static std::optional<BinaryRule> getBinaryRule(Operation *op) {
  using Rule = BinaryRule;
  return TypeSwitch<Operation *, std::optional<Rule>>(op)
      .Case([](arith::AddIOp) { return Rule{ExprKind::Add}; })
      .Case([](arith::SubIOp) { return Rule{ExprKind::Sub}; })
      .Case([](arith::MulIOp) { return Rule{ExprKind::Mul}; })
      .Case([](arith::DivSIOp) { return Rule{ExprKind::DivTrunc}; })
      .Case([](arith::RemSIOp) { return Rule{ExprKind::RemTrunc}; })
      .Case([](arith::FloorDivSIOp) { return Rule{ExprKind::FloorDiv}; })
      .Case([](arith::CeilDivSIOp) { return Rule{ExprKind::CeilDiv}; })
      .Case([](arith::DivUIOp) { return Rule{ExprKind::FloorDiv, true}; })
      .Case([](arith::CeilDivUIOp) { return Rule{ExprKind::CeilDiv, true}; })
      .Case([](arith::RemUIOp) { return Rule{ExprKind::FloorMod, true}; })
      .Case([](arith::MinSIOp) { return Rule{ExprKind::Min}; })
      .Case([](arith::MaxSIOp) { return Rule{ExprKind::Max}; })
      .Case([](arith::AndIOp) { return Rule{ExprKind::And}; })
      .Case([](arith::OrIOp) { return Rule{ExprKind::Or}; })
      .Case([](arith::XOrIOp) { return Rule{ExprKind::Xor}; })
      .Default([](Operation *) { return std::nullopt; });
}

bool HostExprs::translate(Operation *op) {
  if (op->getNumResults() != 1 || !op->getResult(0).getType().isIntOrIndex())
    return false;
  for (Value operand : op->getOperands())
    if (!has(operand))
      return false;
  Value result = op->getResult(0);
  unsigned bits = getBits(result.getType());

  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto attr = dyn_cast<IntegerAttr>(constant.getValue());
    if (!attr)
      return false;
    set(result, pool.constant(bits == 1 ? attr.getValue().getZExtValue()
                                        : attr.getValue().getSExtValue()));
    return true;
  }
  if (std::optional<BinaryRule> rule = getBinaryRule(op)) {
    // x xor true is the way arith spells a negation of truth values.
    Value a = op->getOperand(0), b = op->getOperand(1);
    ExprId x = rule->isUnsigned ? getUnsigned(a) : getSigned(a);
    ExprId y = rule->isUnsigned ? getUnsigned(b) : getSigned(b);
    ExprId id = pool.binary(rule->kind, x, y);
    bool staysInRange = isa<arith::MinSIOp, arith::MaxSIOp, arith::AndIOp,
                            arith::OrIOp, arith::XOrIOp>(op);
    set(result, staysInRange && bits != 1 ? id : wrap(id, bits));
    return true;
  }
  if (isa<arith::MinUIOp, arith::MaxUIOp>(op)) {
    Value a = op->getOperand(0), b = op->getOperand(1);
    bool isMin = isa<arith::MinUIOp>(op);
    set(result,
        result.getType().isIndex()
            ? pool.binary(isMin ? ExprKind::Min : ExprKind::Max, get(a), get(b))
            : pool.select(isBelow(a, b), get(isMin ? a : b),
                          get(isMin ? b : a)));
    return true;
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    set(result,
        pool.select(get(select.getCondition()), get(select.getTrueValue()),
                    get(select.getFalseValue())));
    return true;
  }
  if (auto comparison = dyn_cast<arith::CmpIOp>(op)) {
    set(result, compare(comparison));
    return true;
  }
  if (isa<arith::ExtSIOp, arith::IndexCastOp>(op)) {
    set(result, wrap(getSigned(op->getOperand(0)), bits));
    return true;
  }
  if (isa<arith::ExtUIOp, arith::IndexCastUIOp>(op)) {
    set(result, wrap(getUnsigned(op->getOperand(0)), bits));
    return true;
  }
  if (isa<arith::TruncIOp>(op)) {
    set(result, wrap(get(op->getOperand(0)), bits));
    return true;
  }
  return false;
}
