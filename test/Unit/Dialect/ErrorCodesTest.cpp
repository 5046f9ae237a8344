//===- ErrorCodesTest.cpp - one list of run-time errors, kept twice -------===//
//
// The compiler spells an error code as kernel::Error, the runtime as
// ErrorCode. Neither layer may include the other, so this test, which may use
// both, holds the two lists together.
//
//===----------------------------------------------------------------------===//

#include "theano/Dialect/Kernel/Kernel.h"
#include "theano/Support/ErrorCode.h"

#include "gtest/gtest.h"

using namespace theano;

TEST(ErrorCodes, HaveOneNumberAndOneNameInBothLayers) {
  for (int32_t number = 1; number <= kLastErrorCode; ++number) {
    std::optional<ErrorCode> inRuntime = errorCodeFromInt(number);
    std::optional<kernel::Error> inCompiler = kernel::symbolizeError(number);
    ASSERT_TRUE(inRuntime) << "the runtime has no code " << number;
    ASSERT_TRUE(inCompiler) << "the kernel dialect has no code " << number;
    EXPECT_EQ(static_cast<int32_t>(*inRuntime), number);
    EXPECT_EQ(static_cast<int32_t>(*inCompiler), number);
    EXPECT_EQ(std::string(errorCodeName(*inRuntime)),
              kernel::stringifyError(*inCompiler).str())
        << "code " << number;
  }
}

TEST(ErrorCodes, EndAtOneNumberInBothLayers) {
  EXPECT_EQ(kernel::getMaxEnumValForError(),
            static_cast<uint32_t>(kLastErrorCode));
  EXPECT_FALSE(kernel::symbolizeError(0)) << "0 means that nothing failed";
  EXPECT_EQ(errorCodeFromInt(0), ErrorCode::None);
  EXPECT_FALSE(errorCodeFromInt(kLastErrorCode + 1));
}
