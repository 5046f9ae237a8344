//===- RandomTest.cpp - the counter-based random generator ----------------===//

#include "theano/Support/Philox.h"

#include <gtest/gtest.h>

using namespace theano;

// The known answers published with the generator.
TEST(Philox, KnownAnswers) {
  using Block = std::array<uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                       {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, FollowsTheDocumentedRecipe) {
  const uint64_t seed = (uint64_t(5) << 32) | 9;
  auto word = [&](uint32_t k) { return philox4x32({k, 0, 0, 0}, {9, 5}); };
  HostArray f32 = *HostArray::allocate(DType::Float32, {100});
  fillRandom(f32, seed);
  HostArray f64 = *HostArray::allocate(DType::Float64, {100});
  fillRandom(f64, seed);
  HostArray i16 = *HostArray::allocate(DType::Int16, {100});
  fillRandom(i16, seed);
  HostArray flags = *HostArray::allocate(DType::Bool, {100});
  fillRandom(flags, seed);
  for (uint32_t k = 0; k < 100; ++k) {
    uint32_t low = word(k)[0], high = word(k)[1];
    EXPECT_EQ(f32.as<float>()[k], static_cast<float>(low >> 8) * 0x1p-23f - 1);
    uint64_t wide = (uint64_t(high) << 32 | low) >> 11;
    EXPECT_EQ(f64.as<double>()[k], static_cast<double>(wide) * 0x1p-52 - 1);
    EXPECT_EQ(i16.as<int16_t>()[k], static_cast<int16_t>(low % 10));
    EXPECT_EQ(flags.as<uint8_t>()[k], low % 2);
    EXPECT_GE(f32.as<float>()[k], -1);
    EXPECT_LT(f32.as<float>()[k], 1);
  }
}

TEST(Arange, CastsTheIndex) {
  HostArray bytes = *HostArray::allocate(DType::Int8, {300});
  fillArange(bytes);
  EXPECT_EQ(bytes.as<int8_t>()[200], -56);
  HostArray flags = *HostArray::allocate(DType::Bool, {3});
  fillArange(flags);
  EXPECT_EQ(flags.as<uint8_t>()[0], 0);
  EXPECT_EQ(flags.as<uint8_t>()[2], 1);
  HostArray halves = *HostArray::allocate(DType::Float16, {4});
  fillArange(halves);
  EXPECT_EQ(halves.as<uint16_t>()[3], 0x4200);
}
