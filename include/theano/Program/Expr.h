//===- Expr.h - integer expressions over sizes ------------------*- C++ -*-===//
//
// Sizes, grids, scalar kernel arguments and the conditions of checks are
// expressions over the dimensions of inputs and over 0-d integer values. They
// live in a pool and are named by number; equal expressions have one number,
// so that equality of symbolic sizes is equality of numbers.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_PROGRAM_EXPR_H
#define THEANO_PROGRAM_EXPR_H

#include "theano/Support/Status.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace theano {

/// The number of an expression in its pool.
using ExprId = uint32_t;

/// All values are 64-bit signed integers; a truth value is 0 or 1. The numbers
/// are part of the saved form of a Program.
enum class ExprKind : uint8_t {
  Const = 0,     ///< value
  Dim = 1,       ///< size of dimension b of slot a (an input or shared slot)
  Scalar = 2,    ///< the value of slot a, 0-d of an integer or bool dtype; an
                 ///< unsigned 64-bit value beyond int64 is an overflow
  Add = 3,       ///< a + b
  Sub = 4,       ///< a - b
  Mul = 5,       ///< a * b
  FloorDiv = 6,  ///< a / b towards minus infinity
  CeilDiv = 7,   ///< a / b towards plus infinity
  DivTrunc = 8,  ///< a / b towards zero
  FloorMod = 9,  ///< remainder of FloorDiv
  RemTrunc = 10, ///< remainder of DivTrunc
  Min = 11,
  Max = 12,
  And = 13, ///< bitwise, so logical on truth values
  Or = 14,
  Xor = 15,
  Eq = 16,
  Ne = 17,
  Lt = 18,
  Le = 19,
  Gt = 20,
  Ge = 21,
  Select = 22, ///< a != 0 ? b : c; only the chosen side is evaluated
  Neg = 23,    ///< -a
};
inline constexpr uint8_t kNumExprKinds = 24;

/// How many of a, b, c are expressions: 0 for Const, Dim and Scalar.
unsigned exprNumOperands(ExprKind kind);

/// The lower-case name, such as "floordiv".
std::string_view exprKindName(ExprKind kind);

struct ExprNode {
  ExprKind kind = ExprKind::Const;
  uint32_t a = 0, b = 0, c = 0; ///< operands, or slot and axis
  int64_t value = 0;            ///< of Const
  bool operator==(const ExprNode &) const = default;
};

/// An append-only list of nodes whose operands come before them. Building
/// folds what is constant and drops neutral operands (x + 0, x * 1); a fold
/// that would fail (overflow, division by zero) is left to fail at run time.
class ExprPool {
public:
  ExprId constant(int64_t value);
  ExprId dim(uint32_t slot, uint32_t axis);
  ExprId scalar(uint32_t slot);
  ExprId unary(ExprKind kind, ExprId a);
  ExprId binary(ExprKind kind, ExprId a, ExprId b);
  ExprId select(ExprId condition, ExprId a, ExprId b);

  ExprId add(ExprId a, ExprId b) { return binary(ExprKind::Add, a, b); }
  ExprId sub(ExprId a, ExprId b) { return binary(ExprKind::Sub, a, b); }
  ExprId mul(ExprId a, ExprId b) { return binary(ExprKind::Mul, a, b); }
  ExprId ceilDiv(ExprId a, ExprId b) { return binary(ExprKind::CeilDiv, a, b); }

  const ExprNode &node(ExprId id) const { return nodes_[id]; }
  size_t size() const { return nodes_.size(); }
  bool contains(ExprId id) const { return id < nodes_.size(); }

  /// The value when `id` is a Const.
  std::optional<int64_t> constantValue(ExprId id) const;
  /// True when `id` reads the value of a slot, itself or in an operand.
  bool dependsOnScalar(ExprId id) const { return facts_[id].readsScalar; }
  /// The length of the longest chain of operands; verify refuses programs with
  /// more than kMaxDepth, so that walking an expression may recurse.
  uint32_t depth(ExprId id) const { return facts_[id].depth; }
  static constexpr uint32_t kMaxDepth = 10000;

  /// Appends a node as it stands, unfolded, for reading saved programs. Fails
  /// when an operand does not come before it or the node is there already.
  Status append(const ExprNode &node);

private:
  struct Facts {
    uint32_t depth;
    bool readsScalar;
  };
  struct Hash {
    size_t operator()(const ExprNode &node) const;
  };
  ExprId intern(const ExprNode &node);

  std::vector<ExprNode> nodes_;
  std::vector<Facts> facts_;
  std::unordered_map<ExprNode, ExprId, Hash> ids_;
};

/// One operation on values; nothing when the result does not fit or the
/// divisor is 0. Not for leaves.
std::optional<int64_t> applyExprKind(ExprKind kind, int64_t a, int64_t b,
                                     int64_t c);

/// Where the leaves of expressions get their values.
class ExprEnvironment {
public:
  virtual ~ExprEnvironment() = default;
  /// The size of a dimension of an input or shared slot.
  virtual int64_t dim(uint32_t slot, uint32_t axis) = 0;
  /// The value of a 0-d integer or bool slot; may wait for the device.
  virtual Expected<int64_t> scalar(uint32_t slot) = 0;
};

/// Evaluates expressions of one pool and remembers their values.
class ExprEvaluator {
public:
  explicit ExprEvaluator(const ExprPool &pool) : pool_(pool) {}

  /// Forgets everything, for a new call.
  void reset();
  /// Forgets what depends on the values of slots, after one was written.
  void invalidateScalars() { scalarStart_ = ++now_; }

  /// The value, or the error "size overflows" (OutOfMemory), a division by
  /// zero (RuntimeCheck) or what reading a scalar gave. A product with a factor
  /// of 0 is 0, also where another factor overflows, and so is 0 divided by
  /// what overflows: an array without elements may have other sizes as large as
  /// it likes.
  Expected<int64_t> evaluate(ExprId id, ExprEnvironment &environment);

private:
  enum class Outcome : uint8_t { Value, Overflow, Failure };
  struct Result {
    int64_t value = 0; ///< of Overflow: the node whose own operation overflows
    Outcome outcome = Outcome::Value;
  };
  Result compute(ExprId id, ExprEnvironment &environment);
  Result computeNode(ExprId id, ExprEnvironment &environment);
  Result computeProduct(ExprId id, ExprEnvironment &environment);
  Result apply(ExprId id, int64_t a, int64_t b);

  struct Memo {
    Result result;     // never a Failure
    uint64_t time = 0; // when it was computed; 0 is never
  };
  const ExprPool &pool_;
  std::vector<Memo> memo_;
  // A counter that stands for time, and the times since when values hold.
  uint64_t now_ = 1, callStart_ = 1, scalarStart_ = 1;
  Status failure_; // where the outcome is Failure
};

} // namespace theano

#endif // THEANO_PROGRAM_EXPR_H
