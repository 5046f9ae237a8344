//===- BasicsTest.cpp - dtypes, errors, 16-bit floats, targets ------------===//

#include "theano/Support/CheckedMath.h"
#include "theano/Support/Float16.h"
#include "theano/Support/HostArray.h"
#include "theano/Support/TargetInfo.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace theano;

TEST(DType, BothNamesParse) {
  for (uint8_t i = 0; i < kNumDTypes; ++i) {
    auto dtype = static_cast<DType>(i);
    EXPECT_EQ(parseDType(dtypeName(dtype)), dtype);
    EXPECT_EQ(parseDType(dtypeShortName(dtype)), dtype);
    EXPECT_EQ(isFloat(dtype) + isInteger(dtype), dtype != DType::Bool);
  }
  EXPECT_EQ(parseDType("bf16"), DType::BFloat16);
  EXPECT_EQ(parseDType("uint16"), DType::UInt16);
  for (const char *name : {"", "f8", "float", "i128", "complex64", "F32"})
    EXPECT_FALSE(parseDType(name)) << name;
  EXPECT_EQ(dtypeSize(DType::Bool), 1u);
  EXPECT_EQ(dtypeSize(DType::BFloat16), 2u);
  EXPECT_EQ(dtypeSize(DType::UInt64), 8u);
}

TEST(ErrorCode, MessagesSayWhatWasExpectedAndWhatCame) {
  int64_t values[] = {1, 3, 2};
  EXPECT_EQ(formatRuntimeError(ErrorCode::ShapeMismatch, values, "a.mlir:2:1"),
            "a.mlir:2:1: shape mismatch in dimension 1: expected equal sizes, "
            "got 3 and 2; only a dimension that is statically 1 broadcasts");
  int64_t index[] = {-6, 5};
  EXPECT_EQ(formatRuntimeError(ErrorCode::IndexOutOfRange, index, ""),
            "index out of range: expected an index from -5 to 4 for a "
            "dimension of size 5, got -6");
  int64_t empty[] = {0, 0};
  EXPECT_EQ(formatRuntimeError(ErrorCode::IndexOutOfRange, empty, ""),
            "index out of range: the dimension is empty, so no index is "
            "valid, got 0");
  int64_t reshape[] = {6, 8};
  EXPECT_EQ(formatRuntimeError(ErrorCode::ReshapeMismatch, reshape, ""),
            "reshape cannot change the number of elements: the array has 6, "
            "the new shape asks for 8");
  int64_t specify[] = {0, 4, 5};
  EXPECT_EQ(formatRuntimeError(ErrorCode::SpecifyShape, specify, ""),
            "specify_shape: expected size 4 in dimension 0, got 5");
  // Values that are missing read as 0; codes of no kind do no harm.
  EXPECT_EQ(formatRuntimeError(ErrorCode::NegativeSize, {}, ""),
            "negative size: expected a size of at least 0, got 0");
  EXPECT_EQ(formatRuntimeError(static_cast<ErrorCode>(77), {}, ""),
            "unknown error code 77");
  int64_t extremes[] = {0, std::numeric_limits<int64_t>::min()};
  EXPECT_FALSE(
      formatRuntimeError(ErrorCode::IndexOutOfRange, extremes, "").empty());
}

TEST(ErrorCode, EachNumberHasAName) {
  for (int32_t i = 0; i <= kLastErrorCode; ++i)
    EXPECT_NE(errorCodeName(*errorCodeFromInt(i)), "unknown");
  EXPECT_FALSE(errorCodeFromInt(-1));
  EXPECT_FALSE(errorCodeFromInt(kLastErrorCode + 1));
}

TEST(Float16, HalfRoundTripsAndRoundsToEven) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    auto half = static_cast<uint16_t>(bits);
    float value = halfToFloat(half);
    if (std::isnan(value))
      EXPECT_TRUE(std::isnan(halfToFloat(floatToHalf(value))));
    else
      ASSERT_EQ(floatToHalf(value), half);
  }
  EXPECT_EQ(floatToHalf(65519.0f), 0x7bff);
  EXPECT_EQ(floatToHalf(65520.0f), 0x7c00);
  EXPECT_EQ(floatToHalf(0x1p-25f), 0);
  EXPECT_EQ(floatToHalf(0x1.8p-25f), 1);
  EXPECT_EQ(floatToHalf(1 + 0x1p-11f), 0x3c00);
  EXPECT_EQ(floatToHalf(1 + 0x3p-11f), 0x3c02);
  EXPECT_EQ(floatToHalf(-0.0f), 0x8000);
  EXPECT_EQ(floatToHalf(-INFINITY), 0xfc00);
  // A double just above a tie must not be rounded twice.
  EXPECT_EQ(doubleToHalf(1 + 0x1p-11 + 0x1p-40), 0x3c01);
}

TEST(Float16, BFloat16RoundTripsAndRoundsToEven) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    auto half = static_cast<uint16_t>(bits);
    float value = bfloat16ToFloat(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(bfloat16ToFloat(floatToBFloat16(value))));
      continue;
    }
    ASSERT_EQ(floatToBFloat16(value), half);
    ASSERT_EQ(doubleToBFloat16(value), half);
  }
  EXPECT_EQ(floatToBFloat16(1 + 0x1p-8f), 0x3f80);
  EXPECT_EQ(floatToBFloat16(1 + 0x3p-8f), 0x3f82);
  EXPECT_EQ(floatToBFloat16(std::numeric_limits<float>::max()), 0x7f80);
  EXPECT_EQ(doubleToBFloat16(1 + 0x1p-8 + 0x1p-40), 0x3f81);
}

TEST(CheckedMath, ByteCounts) {
  EXPECT_EQ(checkedByteCount({}, 8), 8);
  int64_t shape[] = {3, 5};
  EXPECT_EQ(checkedByteCount(shape, 4), 60);
  int64_t huge[] = {int64_t(1) << 40, int64_t(1) << 40};
  EXPECT_FALSE(checkedByteCount(huge, 1));
  int64_t emptyHuge[] = {int64_t(1) << 40, int64_t(1) << 40, 0};
  EXPECT_EQ(checkedByteCount(emptyHuge, 8), 0);
  int64_t negative[] = {0, -1};
  EXPECT_FALSE(checkedByteCount(negative, 1));
}

TEST(HostArray, ImpossibleShapesAreErrors) {
  EXPECT_EQ(HostArray::allocate(DType::Int8, {-1}).failure().kind,
            ErrorKind::InvalidArgument);
  EXPECT_EQ(
      HostArray::allocate(DType::Float64, {int64_t(1) << 61}).failure().kind,
      ErrorKind::OutOfMemory);
  EXPECT_EQ(HostArray::allocate(DType::Int8, {INT64_MAX}).failure().kind,
            ErrorKind::OutOfMemory);
  EXPECT_EQ(HostArray::allocate(DType::Int8, {3, 0})->size(), 0);
  EXPECT_EQ(formatShape({}), "()");
}

TEST(HostArray, ConversionsAreThoseOfC) {
  HostArray array = *HostArray::allocate(DType::Float64, {6});
  const double values[] = {-1.9, 300, NAN, INFINITY, 0.5, 0};
  std::copy(std::begin(values), std::end(values), array.as<double>().begin());
  HostArray bytes = *convertElements(array, DType::UInt8);
  const uint8_t expected[] = {255, 44, 0, 0, 0, 0};
  EXPECT_TRUE(std::equal(std::begin(expected), std::end(expected),
                         bytes.as<uint8_t>().begin()));
  HostArray flags = *convertElements(array, DType::Bool);
  const uint8_t truth[] = {1, 1, 1, 1, 1, 0};
  EXPECT_TRUE(std::equal(std::begin(truth), std::end(truth),
                         flags.as<uint8_t>().begin()));
  EXPECT_EQ(convertElements(array, DType::Float16)->as<uint16_t>()[1], 0x5cb0);
}

TEST(TargetInfo, TablesKnowChips) {
  EXPECT_FALSE(lookupGpuTarget("sm_75")->gpu.asyncCopy);
  EXPECT_TRUE(lookupGpuTarget("sm_80")->gpu.asyncCopy);
  for (std::string_view name : gpuTargetNames())
    EXPECT_EQ(lookupGpuTarget(name)->name, name);
  EXPECT_NE(lookupGpuTarget("sm_130").message().find(
                "unknown GPU architecture 'sm_130': expected one of sm_75"),
            std::string::npos);
  EXPECT_TRUE(lookupGpuTarget("").failed());
  EXPECT_EQ(gpuTargetForDevice(9, 0)->name, "sm_90");
  // A newer device takes the newest entry that it can run.
  EXPECT_EQ(gpuTargetForDevice(8, 8)->name, "sm_87");
  EXPECT_EQ(gpuTargetForDevice(13, 0)->name, "sm_121");
  EXPECT_TRUE(gpuTargetForDevice(7, 0).failed());
  EXPECT_EQ(lookupCpuTarget("x86-64-v3")->cpu.vectorBytes, 32);
  EXPECT_TRUE(lookupCpuTarget("sparc").failed());
  EXPECT_EQ(nativeCpuTarget("znver4", "+avx2,+avx512f").cpu.vectorBytes, 64);
  EXPECT_EQ(nativeCpuTarget("haswell", "+avx2,-avx512f").cpu.vectorBytes, 32);
}
