//===- ExprTest.cpp - integer expressions over sizes ----------------------===//

#include "theano/Program/Expr.h"

#include <gtest/gtest.h>

using namespace theano;

namespace {
constexpr int64_t low = INT64_MIN, high = INT64_MAX;

struct Environment : ExprEnvironment {
  int64_t size = 7;
  int64_t value = 3;
  int reads = 0;
  int64_t dim(uint32_t, uint32_t) override { return size; }
  Expected<int64_t> scalar(uint32_t) override {
    ++reads;
    return value;
  }
};
} // namespace

TEST(Expr, DivisionsRoundAsNamed) {
  struct Case {
    int64_t a, b, floor, ceil, trunc, mod, rem;
  };
  for (auto [a, b, floor, ceil, trunc, mod, rem] :
       {Case{7, 2, 3, 4, 3, 1, 1}, Case{-7, 2, -4, -3, -3, 1, -1},
        Case{7, -2, -4, -3, -3, -1, 1}, Case{-7, -2, 3, 4, 3, -1, -1},
        Case{6, 3, 2, 2, 2, 0, 0}, Case{0, -5, 0, 0, 0, 0, 0},
        Case{low, 2, low / 2, low / 2, low / 2, 0, 0}}) {
    EXPECT_EQ(applyExprKind(ExprKind::FloorDiv, a, b, 0), floor);
    EXPECT_EQ(applyExprKind(ExprKind::CeilDiv, a, b, 0), ceil);
    EXPECT_EQ(applyExprKind(ExprKind::DivTrunc, a, b, 0), trunc);
    EXPECT_EQ(applyExprKind(ExprKind::FloorMod, a, b, 0), mod);
    EXPECT_EQ(applyExprKind(ExprKind::RemTrunc, a, b, 0), rem);
  }
}

TEST(Expr, WhatDoesNotFitGivesNothing) {
  EXPECT_FALSE(applyExprKind(ExprKind::Add, high, 1, 0));
  EXPECT_FALSE(applyExprKind(ExprKind::Sub, low, 1, 0));
  EXPECT_FALSE(applyExprKind(ExprKind::Mul, int64_t(1) << 32, high, 0));
  EXPECT_FALSE(applyExprKind(ExprKind::Neg, low, 0, 0));
  EXPECT_EQ(applyExprKind(ExprKind::RemTrunc, low, -1, 0), 0);
  EXPECT_EQ(applyExprKind(ExprKind::FloorMod, low, -1, 0), 0);
  for (ExprKind kind :
       {ExprKind::FloorDiv, ExprKind::CeilDiv, ExprKind::DivTrunc}) {
    EXPECT_FALSE(applyExprKind(kind, low, -1, 0));
    EXPECT_FALSE(applyExprKind(kind, 1, 0, 0));
  }
}

TEST(Expr, EqualExpressionsHaveOneNumber) {
  ExprPool pool;
  ExprId n = pool.dim(0, 0), m = pool.dim(1, 0);
  EXPECT_EQ(pool.add(n, m), pool.add(m, n));
  EXPECT_EQ(pool.mul(pool.constant(4), n), pool.mul(n, pool.constant(4)));
  EXPECT_NE(pool.sub(n, m), pool.sub(m, n));
  EXPECT_EQ(pool.add(n, pool.constant(0)), n);
  EXPECT_EQ(pool.mul(n, pool.constant(1)), n);
  EXPECT_EQ(pool.constantValue(pool.mul(n, pool.constant(0))), 0);
  EXPECT_EQ(pool.constantValue(pool.add(pool.constant(2), pool.constant(3))),
            5);
  EXPECT_EQ(pool.constantValue(pool.binary(ExprKind::Eq, n, n)), 1);
  // What overflows is not folded; it fails when it is evaluated.
  EXPECT_FALSE(
      pool.constantValue(pool.add(pool.constant(high), pool.constant(1))));
}

TEST(Expr, OverflowAndDivisionByZeroAreErrors) {
  ExprPool pool;
  Environment environment;
  ExprEvaluator evaluator(pool);
  ExprId n = pool.dim(0, 0);
  auto overflow =
      evaluator.evaluate(pool.mul(n, pool.constant(high)), environment);
  ASSERT_FALSE(overflow);
  EXPECT_EQ(overflow.failure().kind, ErrorKind::OutOfMemory);
  EXPECT_NE(overflow.message().find("size overflows"), std::string::npos);
  ExprId byZero =
      pool.binary(ExprKind::FloorDiv, n, pool.sub(n, pool.dim(1, 0)));
  EXPECT_EQ(evaluator.evaluate(byZero, environment).failure().code,
            ErrorCode::DivisionByZero);
  // The side that is not chosen is not evaluated.
  ExprId guarded = pool.select(pool.binary(ExprKind::Gt, n, pool.constant(9)),
                               byZero, pool.constant(-1));
  EXPECT_EQ(*evaluator.evaluate(guarded, environment), -1);
}

// The number of elements of an array that has none, whatever its other sizes.
TEST(Expr, ZeroTimesWhatOverflowsIsZero) {
  ExprPool pool;
  Environment environment;
  ExprId n = pool.dim(0, 0), zero = pool.sub(n, pool.dim(1, 0));
  ExprId huge = pool.mul(n, pool.constant(high));
  ExprId chain = huge; // shared operands: each node is computed once
  for (int i = 0; i < 100; ++i)
    chain = pool.mul(chain, pool.add(chain, pool.constant(1)));
  ExprId byZero = pool.binary(ExprKind::FloorDiv, n, zero);
  for (bool again : {false, true}) {
    ExprEvaluator evaluator(pool);
    evaluator.reset();
    if (again) { // remembers that it overflows
      EXPECT_FALSE(evaluator.evaluate(chain, environment));
    }
    EXPECT_EQ(*evaluator.evaluate(pool.mul(huge, zero), environment), 0);
    EXPECT_EQ(*evaluator.evaluate(pool.mul(zero, huge), environment), 0);
    EXPECT_EQ(*evaluator.evaluate(pool.mul(chain, zero), environment), 0);
    EXPECT_EQ(
        *evaluator.evaluate(pool.mul(pool.mul(huge, zero), pool.constant(high)),
                            environment),
        0);
    // The operation that overflows is named, not one that uses it.
    Expected<int64_t> overflow =
        evaluator.evaluate(pool.mul(chain, n), environment);
    ASSERT_FALSE(overflow);
    EXPECT_NE(overflow.message().find("mul of 7 and " + std::to_string(high)),
              std::string::npos)
        << overflow.message();
    // Other failures are not forgiven, and nothing is added to infinity.
    EXPECT_EQ(
        evaluator.evaluate(pool.mul(byZero, zero), environment).failure().code,
        ErrorCode::DivisionByZero);
    EXPECT_EQ(
        evaluator.evaluate(pool.mul(huge, byZero), environment).failure().code,
        ErrorCode::DivisionByZero);
    EXPECT_FALSE(evaluator.evaluate(pool.add(huge, zero), environment));
    EXPECT_EQ(*evaluator.evaluate(pool.ceilDiv(zero, huge), environment), 0);
    EXPECT_FALSE(evaluator.evaluate(pool.ceilDiv(n, huge), environment));
    EXPECT_FALSE(evaluator.evaluate(pool.ceilDiv(huge, n), environment));
  }
}

TEST(Expr, ValuesAreRememberedUntilTheyMayChange) {
  ExprPool pool;
  Environment environment;
  ExprId sum = pool.scalar(0);
  for (int i = 0; i < 60; ++i) // a tree of 2^60 nodes
    sum = pool.binary(ExprKind::Xor, pool.add(sum, pool.constant(1)),
                      pool.add(sum, pool.constant(2)));
  ExprEvaluator evaluator(pool);
  evaluator.reset();
  ASSERT_TRUE(evaluator.evaluate(sum, environment));
  EXPECT_EQ(environment.reads, 1);
  environment.value = 4;
  environment.size = 8;
  evaluator.invalidateScalars();
  EXPECT_EQ(*evaluator.evaluate(pool.scalar(0), environment), 4);
  EXPECT_EQ(environment.reads, 2);
  EXPECT_EQ(*evaluator.evaluate(pool.dim(0, 0), environment), 8);
  evaluator.invalidateScalars();
  environment.size = 9;
  EXPECT_EQ(*evaluator.evaluate(pool.dim(0, 0), environment), 8);
  evaluator.reset();
  EXPECT_EQ(*evaluator.evaluate(pool.dim(0, 0), environment), 9);
}
