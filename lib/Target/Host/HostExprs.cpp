//===- HostExprs.cpp - host arithmetic as expressions ---------------------===//

#include "HostExprs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace theano;

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

static std::optional<ExprKind> binaryKind(Operation *op) {
  using Result = std::optional<ExprKind>;
  // Sizes are not negative, so that the unsigned divisions are floors.
  return TypeSwitch<Operation *, Result>(op)
      .Case([](arith::AddIOp) -> Result { return ExprKind::Add; })
      .Case([](arith::SubIOp) -> Result { return ExprKind::Sub; })
      .Case([](arith::MulIOp) -> Result { return ExprKind::Mul; })
      .Case([](arith::DivSIOp) -> Result { return ExprKind::DivTrunc; })
      .Case([](arith::RemSIOp) -> Result { return ExprKind::RemTrunc; })
      .Case<arith::DivUIOp, arith::FloorDivSIOp>(
          [](auto) -> Result { return ExprKind::FloorDiv; })
      .Case<arith::CeilDivSIOp, arith::CeilDivUIOp>(
          [](auto) -> Result { return ExprKind::CeilDiv; })
      .Case([](arith::RemUIOp) -> Result { return ExprKind::FloorMod; })
      .Case<arith::MinSIOp, arith::MinUIOp>(
          [](auto) -> Result { return ExprKind::Min; })
      .Case<arith::MaxSIOp, arith::MaxUIOp>(
          [](auto) -> Result { return ExprKind::Max; })
      .Case([](arith::AndIOp) -> Result { return ExprKind::And; })
      .Case([](arith::OrIOp) -> Result { return ExprKind::Or; })
      .Case([](arith::XOrIOp) -> Result { return ExprKind::Xor; })
      .Default([](Operation *) -> Result { return std::nullopt; });
}

bool HostExprs::translate(Operation *op) {
  if (op->getNumResults() != 1 || !op->getResult(0).getType().isIntOrIndex())
    return false;
  for (Value operand : op->getOperands())
    if (!has(operand))
      return false;
  Value result = op->getResult(0);
  unsigned bits = result.getType().isIndex()
                      ? 64
                      : result.getType().getIntOrFloatBitWidth();

  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto attr = dyn_cast<IntegerAttr>(constant.getValue());
    if (!attr)
      return false;
    set(result, pool.constant(bits == 1 ? attr.getValue().getZExtValue()
                                        : attr.getValue().getSExtValue()));
    return true;
  }
  if (std::optional<ExprKind> kind = binaryKind(op)) {
    ExprId a = get(op->getOperand(0)), b = get(op->getOperand(1));
    // x xor true is the way arith spells a negation of truth values.
    set(result, pool.binary(*kind, a, b));
    return true;
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    set(result,
        pool.select(get(select.getCondition()), get(select.getTrueValue()),
                    get(select.getFalseValue())));
    return true;
  }
  if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
    ExprId a = get(compare.getLhs()), b = get(compare.getRhs());
    ExprId zero = pool.constant(0);
    // An unsigned comparison with a size asks for "not negative" as well.
    auto below = [&](ExprKind kind, ExprId x, ExprId y) {
      return pool.binary(ExprKind::And, pool.binary(ExprKind::Ge, x, zero),
                         pool.binary(kind, x, y));
    };
    ExprId id = 0;
    switch (compare.getPredicate()) {
    case arith::CmpIPredicate::eq:
      id = pool.binary(ExprKind::Eq, a, b);
      break;
    case arith::CmpIPredicate::ne:
      id = pool.binary(ExprKind::Ne, a, b);
      break;
    case arith::CmpIPredicate::slt:
      id = pool.binary(ExprKind::Lt, a, b);
      break;
    case arith::CmpIPredicate::sle:
      id = pool.binary(ExprKind::Le, a, b);
      break;
    case arith::CmpIPredicate::sgt:
      id = pool.binary(ExprKind::Gt, a, b);
      break;
    case arith::CmpIPredicate::sge:
      id = pool.binary(ExprKind::Ge, a, b);
      break;
    case arith::CmpIPredicate::ult:
      id = below(ExprKind::Lt, a, b);
      break;
    case arith::CmpIPredicate::ule:
      id = below(ExprKind::Le, a, b);
      break;
    case arith::CmpIPredicate::ugt:
      id = below(ExprKind::Lt, b, a);
      break;
    case arith::CmpIPredicate::uge:
      id = below(ExprKind::Le, b, a);
      break;
    }
    set(result, id);
    return true;
  }
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtSIOp>(op)) {
    ExprId id = get(op->getOperand(0));
    Type from = op->getOperand(0).getType();
    // A sign-extended truth value is -1.
    if (isa<arith::ExtSIOp, arith::IndexCastOp>(op) && from.isInteger(1))
      id = pool.unary(ExprKind::Neg, id);
    set(result, isa<arith::ExtSIOp>(op) || bits == 64 ? id : wrap(id, bits));
    return true;
  }
  if (isa<arith::ExtUIOp>(op)) {
    ExprId id = get(op->getOperand(0));
    unsigned from = op->getOperand(0).getType().getIntOrFloatBitWidth();
    if (from > 1 && from < 64)
      id = pool.binary(ExprKind::And, id,
                       pool.constant((int64_t(1) << from) - 1));
    set(result, id);
    return true;
  }
  if (isa<arith::TruncIOp>(op)) {
    set(result, wrap(get(op->getOperand(0)), bits));
    return true;
  }
  return false;
}
