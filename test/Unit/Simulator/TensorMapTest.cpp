//===- TensorMapTest.cpp - which tensor maps the driver makes -------------===//

#include "DriverLibrary.h"

#include <cstring>
#include <limits>

using namespace theano::cuda;

namespace {

/// What a call passes; as it is here it is right.
struct Arguments {
  TensorMapDataType type = TensorMapDataType::Float32;
  unsigned rank = 2;
  uint64_t address = 1 << 20;
  std::vector<uint64_t> sizes = {100, 50}, strides = {400};
  std::vector<uint32_t> box = {16, 8}, steps = {1, 1};
  TensorMapInterleave interleave = TensorMapInterleave::None;
  TensorMapSwizzle swizzle = TensorMapSwizzle::None;
  TensorMapL2Promotion promotion = TensorMapL2Promotion::None;
  TensorMapFill fill = TensorMapFill::Zeros;
};

class TensorMapTest : public DriverLibraryTest {
protected:
  void SetUp() override { use("sm_90"); }
  void use(const char *arch) {
    if (context) {
      ASSERT_EQ(cu.cuCtxDestroy_v2(context), ok);
    }
    context = nullptr;
    ASSERT_EQ(cu.theanoSimSet("arch", arch), ok);
    DriverLibraryTest::SetUp();
  }
  void TearDown() override {
    DriverLibraryTest::TearDown();
    ASSERT_EQ(cu.theanoSimSet("arch", "sm_80"), ok);
  }

  Result encode(const Arguments &with) {
    return cu.cuTensorMapEncodeTiled(
        &map, with.type, with.rank, reinterpret_cast<void *>(with.address),
        with.sizes.data(), with.strides.data(), with.box.data(),
        with.steps.data(), with.interleave, with.swizzle, with.promotion,
        with.fill);
  }
  /// The answer to what `change` makes of the right arguments.
  template <typename F> Result changed(F &&change) {
    Arguments with;
    change(with);
    return encode(with);
  }

  TensorMap map = {};
};

TEST_F(TensorMapTest, OneOfEachRank) {
  for (unsigned rank = 1; rank <= 5; ++rank)
    EXPECT_EQ(changed([&](Arguments &with) {
                with.rank = rank;
                with.sizes.assign(rank, 64);
                with.strides.assign(rank - 1, 256);
                with.box.assign(rank, 4);
                with.steps.assign(rank, 2);
              }),
              ok)
        << rank;
  for (unsigned rank : {0u, 6u, ~0u})
    EXPECT_EQ(changed([&](Arguments &with) {
                with.rank = rank;
                with.sizes.assign(8, 64);
                with.strides.assign(8, 256);
                with.box.assign(8, 4);
                with.steps.assign(8, 1);
              }),
              invalid)
        << rank;
}

TEST_F(TensorMapTest, Alignment) {
  EXPECT_EQ(changed([](Arguments &with) { with.address += 16; }), ok);
  EXPECT_EQ(changed([](Arguments &with) { with.address += 8; }), invalid);
  EXPECT_EQ(changed([](Arguments &with) { with.strides = {416}; }), ok);
  EXPECT_EQ(changed([](Arguments &with) { with.strides = {408}; }), invalid);
  constexpr uint64_t end = uint64_t(1) << 40;
  EXPECT_EQ(changed([](Arguments &with) { with.strides = {end - 16}; }), ok);
  EXPECT_EQ(changed([](Arguments &with) { with.strides = {end}; }), invalid);
  alignas(64) char bytes[192];
  Arguments with;
  for (size_t at : {0u, 8u, 32u, 64u})
    EXPECT_EQ(cu.cuTensorMapEncodeTiled(
                  reinterpret_cast<TensorMap *>(&bytes[at]), with.type, 2,
                  nullptr, with.sizes.data(), with.strides.data(),
                  with.box.data(), with.steps.data(), with.interleave,
                  with.swizzle, with.promotion, with.fill),
              at % 64 ? invalid : ok)
        << at;
}

TEST_F(TensorMapTest, Sizes) {
  constexpr uint64_t most = uint64_t(1) << 32;
  EXPECT_EQ(changed([](Arguments &with) { with.sizes = {most, 1}; }), ok);
  EXPECT_EQ(changed([](Arguments &with) { with.sizes = {1, most}; }), ok);
  EXPECT_EQ(changed([](Arguments &with) { with.sizes = {1, most + 1}; }),
            invalid);
  EXPECT_EQ(changed([](Arguments &with) { with.sizes = {0, 1}; }), invalid);
  EXPECT_EQ(changed([](Arguments &with) { with.box = {256, 256}; }), ok);
  EXPECT_EQ(changed([](Arguments &with) { with.box = {16, 257}; }), invalid);
  EXPECT_EQ(changed([](Arguments &with) { with.box = {260, 1}; }), invalid);
  EXPECT_EQ(changed([](Arguments &with) { with.box = {16, 0}; }), invalid);
  // A row of 12 bytes, and of 16.
  EXPECT_EQ(changed([](Arguments &with) { with.box = {3, 8}; }), invalid);
  EXPECT_EQ(changed([](Arguments &with) { with.box = {4, 8}; }), ok);
  EXPECT_EQ(changed([](Arguments &with) { with.steps = {1, 8}; }), ok);
  EXPECT_EQ(changed([](Arguments &with) { with.steps = {1, 9}; }), invalid);
  EXPECT_EQ(changed([](Arguments &with) { with.steps = {1, 0}; }), invalid);
}

TEST_F(TensorMapTest, ARowFitsItsSwizzle) {
  auto withRow = [&](uint32_t floats, TensorMapSwizzle swizzle) {
    return changed([&](Arguments &with) {
      with.box = {floats, 8};
      with.swizzle = swizzle;
    });
  };
  EXPECT_EQ(withRow(8, TensorMapSwizzle::Bytes32), ok);
  EXPECT_EQ(withRow(12, TensorMapSwizzle::Bytes32), invalid);
  EXPECT_EQ(withRow(16, TensorMapSwizzle::Bytes64), ok);
  EXPECT_EQ(withRow(20, TensorMapSwizzle::Bytes64), invalid);
  EXPECT_EQ(withRow(32, TensorMapSwizzle::Bytes128), ok);
  EXPECT_EQ(withRow(36, TensorMapSwizzle::Bytes128), invalid);
  EXPECT_EQ(withRow(4, TensorMapSwizzle::Bytes128), ok);
  EXPECT_EQ(withRow(256, TensorMapSwizzle::None), ok);
}

TEST_F(TensorMapTest, KindsOfElements) {
  using enum TensorMapDataType;
  for (TensorMapDataType type :
       {Uint8, Uint16, Uint32, Int32, Uint64, Int64, Float16, Float32, Float64,
        Bfloat16, Float32Ftz, Tfloat32, Tfloat32Ftz}) {
    bool isInteger = type <= Int64;
    for (TensorMapFill fill : {TensorMapFill::Zeros, TensorMapFill::NaN})
      EXPECT_EQ(changed([&](Arguments &with) {
                  with.type = type;
                  with.fill = fill;
                }),
                isInteger && fill == TensorMapFill::NaN ? invalid : ok)
          << static_cast<unsigned>(type);
  }
  auto none = [](auto value) {
    return [value](Arguments &with) { with.type = TensorMapDataType(value); };
  };
  EXPECT_EQ(changed(none(13)), invalid); // of a later chip
  EXPECT_EQ(changed(none(16)), invalid);
  EXPECT_EQ(changed([](Arguments &with) {
              with.promotion = TensorMapL2Promotion(4);
            }),
            invalid);
  EXPECT_EQ(changed([](Arguments &with) { with.fill = TensorMapFill(2); }),
            invalid);
  for (unsigned swizzle : {4u, 5u, 6u, 7u})
    EXPECT_EQ(changed([&](Arguments &with) {
                with.swizzle = TensorMapSwizzle(swizzle);
              }),
              invalid);
}

TEST_F(TensorMapTest, MissingArguments) {
  Arguments with;
  auto call = [&](TensorMap *to, const uint64_t *sizes, const uint64_t *strides,
                  const uint32_t *box, const uint32_t *steps, unsigned rank) {
    return cu.cuTensorMapEncodeTiled(to, with.type, rank, nullptr, sizes,
                                     strides, box, steps, with.interleave,
                                     with.swizzle, with.promotion, with.fill);
  };
  const uint64_t *sizes = with.sizes.data(), *strides = with.strides.data();
  const uint32_t *box = with.box.data(), *steps = with.steps.data();
  EXPECT_EQ(call(nullptr, sizes, strides, box, steps, 2), invalid);
  EXPECT_EQ(call(&map, nullptr, strides, box, steps, 2), invalid);
  EXPECT_EQ(call(&map, sizes, nullptr, box, steps, 2), invalid);
  EXPECT_EQ(call(&map, sizes, strides, nullptr, steps, 2), invalid);
  EXPECT_EQ(call(&map, sizes, strides, box, nullptr, 2), invalid);
  // One dimension has no stride.
  EXPECT_EQ(call(&map, sizes, nullptr, box, steps, 1), ok);
}

TEST_F(TensorMapTest, AnotherAddress) {
  ASSERT_EQ(encode({}), ok);
  TensorMap old = map, same = map;
  EXPECT_EQ(cu.cuTensorMapReplaceAddress(&map, reinterpret_cast<void *>(4096)),
            ok);
  EXPECT_NE(std::memcmp(&map, &old, sizeof(map)), 0);
  EXPECT_EQ(
      cu.cuTensorMapReplaceAddress(&map, reinterpret_cast<void *>(1 << 20)),
      ok);
  EXPECT_EQ(std::memcmp(&map, &old, sizeof(map)), 0);
  EXPECT_EQ(cu.cuTensorMapReplaceAddress(&map, reinterpret_cast<void *>(8)),
            invalid);
  EXPECT_EQ(std::memcmp(&map, &old, sizeof(map)), 0);
  EXPECT_EQ(cu.cuTensorMapReplaceAddress(nullptr, nullptr), invalid);
  // What is none stays none.
  ++same.opaque[3];
  EXPECT_EQ(cu.cuTensorMapReplaceAddress(&same, nullptr), invalid);
}

TEST_F(TensorMapTest, InterleavedLayoutsAreHeldToTheirRules) {
  Arguments with;
  with.interleave = TensorMapInterleave::Bytes16;
  EXPECT_EQ(encode(with), invalid); // two dimensions
  with.rank = 3;
  with.sizes = {64, 8, 8};
  with.strides = {64, 512};
  with.box = {4, 4, 4};
  with.steps = {1, 1, 1};
  EXPECT_EQ(encode(with), Result::NotSupported);
  EXPECT_NE(findings().find("an interleaved layout is not supported"),
            std::string::npos);
  with.interleave = TensorMapInterleave::Bytes32;
  EXPECT_EQ(encode(with), invalid); // the swizzle is another
  with.swizzle = TensorMapSwizzle::Bytes32;
  EXPECT_EQ(encode(with), Result::NotSupported);
  with.strides = {48, 512};
  EXPECT_EQ(encode(with), invalid);
  with.strides = {64, 512};
  with.address += 16;
  EXPECT_EQ(encode(with), invalid);
  with.interleave = TensorMapInterleave(3);
  EXPECT_EQ(encode(with), invalid);
  mayHaveFindings = true;
}

TEST_F(TensorMapTest, Chips) {
  EXPECT_EQ(encode({}), ok);
  auto access = [&] {
    int value = -1;
    EXPECT_EQ(cu.cuDeviceGetAttribute(
                  &value, DeviceAttribute::TensorMapAccessSupported, 0),
              ok);
    return value;
  };
  EXPECT_EQ(access(), 1);
  use("sm_89");
  EXPECT_EQ(encode({}), Result::NotSupported);
  EXPECT_EQ(cu.cuTensorMapReplaceAddress(&map, nullptr), Result::NotSupported);
  EXPECT_EQ(access(), 0);
  use("sm_100");
  EXPECT_EQ(encode({}), ok);
  EXPECT_EQ(changed([](Arguments &with) {
              with.swizzle = TensorMapSwizzle::Bytes128Atom32;
            }),
            Result::NotSupported);
  EXPECT_EQ(changed([](Arguments &with) {
              with.type = TensorMapDataType::Packed16U4Align8;
            }),
            Result::NotSupported);
  mayHaveFindings = true;
}

// What only sm_90 has, wgmma, is for no later chip.
TEST_F(TensorMapTest, TextsForOneChip) {
  const char *text = ".version 8.0\n.target sm_90a\n.address_size 64\n"
                     ".visible .entry k() {\nwgmma.fence.sync.aligned;\n"
                     "ret;\n}\n";
  Module module = load(text);
  EXPECT_EQ(cu.cuModuleUnload(module), ok);
  for (const char *arch : {"sm_89", "sm_100"}) {
    use(arch);
    EXPECT_EQ(cu.cuModuleLoadData(&module, text), Result::NoBinaryForGpu)
        << arch;
  }
}

TEST_F(TensorMapTest, NeedsAContext) {
  ASSERT_EQ(cu.cuCtxDestroy_v2(context), ok);
  context = nullptr;
  EXPECT_EQ(encode({}), Result::InvalidContext);
}

} // namespace
