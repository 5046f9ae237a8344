//===- DTypeRulesTest.cpp - Theano's rules for dtypes ---------------------===//

#include "theano/Frontend/DTypeRules.h"

#include "gtest/gtest.h"
#include <cmath>
#include <limits>

using namespace theano;

TEST(Upcast, FollowsNumPy) {
  EXPECT_EQ(upcast(DType::Int64, DType::UInt64), DType::Float64);
  EXPECT_EQ(upcast(DType::Int8, DType::UInt8), DType::Int16);
  EXPECT_EQ(upcast(DType::UInt32, DType::Int8), DType::Int64);
  EXPECT_EQ(upcast(DType::Int16, DType::Float16), DType::Float32);
  EXPECT_EQ(upcast(DType::UInt8, DType::Float16), DType::Float16);
  EXPECT_EQ(upcast(DType::Int32, DType::Float32), DType::Float64);
  EXPECT_EQ(upcast(DType::Int32, DType::Float16), DType::Float64);
  EXPECT_EQ(upcast(DType::Bool, DType::UInt8), DType::UInt8);
  EXPECT_EQ(upcast(DType::BFloat16, DType::Float16), DType::Float32);
}

TEST(Upcast, IsCommutativeAndIdempotent) {
  for (uint8_t i = 0; i < kNumDTypes; ++i) {
    auto a = static_cast<DType>(i);
    EXPECT_EQ(upcast(a, a), a);
    for (uint8_t j = 0; j < kNumDTypes; ++j) {
      auto b = static_cast<DType>(j);
      EXPECT_EQ(upcast(a, b), upcast(b, a))
          << dtypeName(a) << " and " << dtypeName(b);
    }
  }
}

TEST(UpgradeToFloat, IgnoresFloatX) {
  EXPECT_EQ(upgradeToFloat(DType::Bool), DType::Float32);
  EXPECT_EQ(upgradeToFloat(DType::UInt16), DType::Float32);
  EXPECT_EQ(upgradeToFloat(DType::Int32), DType::Float64);
  EXPECT_EQ(upgradeToFloat(DType::Float16), DType::Float16);
}

TEST(Autocast, TakesTheSmallestInteger) {
  EXPECT_EQ(autocast(int64_t(127)), DType::Int8);
  EXPECT_EQ(autocast(int64_t(128)), DType::Int16);
  EXPECT_EQ(autocast(int64_t(-32769)), DType::Int32);
  EXPECT_EQ(autocast(int64_t(1) << 31), DType::Int64);
}

TEST(Autocast, TakesTheShortestExactFloat) {
  EXPECT_EQ(autocast(1.0, DType::Float64), DType::Float32);
  EXPECT_EQ(autocast(0.1, DType::Float64), DType::Float64);
  EXPECT_EQ(autocast(0.1, DType::Float32), DType::Float32);
  EXPECT_EQ(autocast(1e300, DType::Float64), DType::Float64);
  EXPECT_EQ(autocast(0.5, DType::Float16), DType::Float16);
  EXPECT_EQ(autocast(65537.0, DType::Float16), DType::Float32);
  double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(autocast(infinity, DType::Float64), DType::Float32);
  EXPECT_EQ(autocast(std::nan(""), DType::Float64), DType::Float64);
}
