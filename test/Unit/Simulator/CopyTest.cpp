//===- CopyTest.cpp - copies and fills of every shape ---------------------===//

#include "DriverLibrary.h"

#include <numeric>

using namespace theano;
using namespace theano::cuda;

namespace {

class CopyTest : public DriverLibraryTest {
protected:
  /// 0, 1, 2, ...
  static std::vector<uint8_t> counted(size_t count) {
    std::vector<uint8_t> bytes(count);
    std::iota(bytes.begin(), bytes.end(), uint8_t(0));
    return bytes;
  }
};

TEST_F(CopyTest, InAllDirections) {
  std::vector<uint8_t> from = counted(16), to(16);
  DevicePtr first = allocate(16), second = allocate(16);
  EXPECT_EQ(cu.cuMemcpyHtoD_v2(first, from.data(), 16), ok);
  EXPECT_EQ(cu.cuMemcpyDtoD_v2(second, first, 16), ok);
  EXPECT_EQ(cu.cuMemcpyDtoH_v2(to.data(), second, 16), ok);
  EXPECT_EQ(to, from);
  // The driver finds out where each side lies.
  std::vector<uint8_t> zeros(16);
  auto host = reinterpret_cast<DevicePtr>(zeros.data());
  EXPECT_EQ(cu.cuMemcpy(first, host, 16), ok);
  EXPECT_EQ(cu.cuMemcpyAsync(host, second, 16, nullptr), ok);
  EXPECT_EQ(zeros, from);
  EXPECT_EQ(download<uint8_t>(first, 16), std::vector<uint8_t>(16));
  EXPECT_EQ(cu.cuMemcpyPeer(first, context, second, context, 16), ok);
  EXPECT_EQ(download<uint8_t>(first, 16), from);
  EXPECT_EQ(cu.cuMemcpyPeer(first, context, second, nullptr, 16),
            Result::InvalidContext);
  // Overlapping, as memmove.
  EXPECT_EQ(cu.cuMemcpyDtoDAsync_v2(first + 1, first, 15, nullptr), ok);
  EXPECT_EQ(download<uint8_t>(first, 4), (std::vector<uint8_t>{0, 0, 1, 2}));
  release(first);
  release(second);
}

TEST_F(CopyTest, BetweenContexts) {
  DevicePtr first = upload(counted(8));
  Context other = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&other, 0, 0), ok);
  DevicePtr second = allocate(8);
  EXPECT_EQ(cu.cuMemcpyPeer(second, other, first, context, 8), ok);
  EXPECT_EQ(download<uint8_t>(second, 8), counted(8));
  // An address is one of the process.
  EXPECT_EQ(cu.cuMemFree_v2(first), ok);
  release(second);
  ASSERT_EQ(cu.cuCtxDestroy_v2(other), ok);
}

TEST_F(CopyTest, MemoryThatIsNotThere) {
  std::vector<uint8_t> bytes(16);
  DevicePtr address = allocate(16), other = allocate(16);
  uint8_t *onDevice = reinterpret_cast<uint8_t *>(other);
  EXPECT_EQ(cu.cuMemcpyHtoD_v2(address + 1, bytes.data(), 16), invalid);
  EXPECT_EQ(cu.cuMemcpyHtoD_v2(address, nullptr, 1), invalid);
  EXPECT_EQ(cu.cuMemcpyHtoD_v2(0, bytes.data(), 1), invalid);
  EXPECT_EQ(cu.cuMemcpyDtoH_v2(bytes.data(), address - 1, 1), invalid);
  EXPECT_EQ(cu.cuMemcpyDtoH_v2(bytes.data(), ~DevicePtr(0), 16), invalid);
  EXPECT_EQ(
      cu.cuMemcpyDtoD_v2(address, reinterpret_cast<DevicePtr>(&bytes[0]), 16),
      invalid)
      << "the host's own memory";
  EXPECT_EQ(cu.cuMemcpyHtoD_v2(address, onDevice, 16), invalid)
      << "the device's memory is not the host's";
  EXPECT_EQ(cu.cuMemcpyDtoH_v2(onDevice, address, 16), invalid);
  EXPECT_EQ(cu.cuMemcpyHtoD_v2(address, nullptr, 0), ok) << "nothing to do";
  EXPECT_EQ(cu.cuMemsetD8_v2(address + 8, 0, 9), invalid);
  EXPECT_EQ(cu.cuMemsetD32_v2(address + 2, 0, 1), invalid) << "misaligned";
  EXPECT_EQ(cu.cuMemsetD32_v2(address, 0, ~size_t(0) / 2), invalid);
  Stream none = reinterpret_cast<Stream>(uintptr_t(0x99));
  EXPECT_EQ(cu.cuMemcpyHtoDAsync_v2(address, bytes.data(), 16, none),
            Result::InvalidHandle);
  EXPECT_EQ(cu.cuMemsetD8Async(address, 0, 16, none), Result::InvalidHandle);
  release(address);
  release(other);
}

TEST_F(CopyTest, Rectangles) {
  // A 3 x 2 part of a 5 x 4 matrix of bytes, from (1, 1), into rows of 512.
  std::vector<uint8_t> from = counted(20), to(12, 99);
  DevicePtr address = 0;
  size_t pitch = 0;
  ASSERT_EQ(cu.cuMemAllocPitch_v2(&address, &pitch, 3, 2, 4), ok);
  Copy2D copy = {};
  copy.fromType = MemoryType::Host;
  copy.fromHost = from.data();
  copy.fromX = 1;
  copy.fromY = 1;
  copy.fromPitch = 5;
  copy.toType = MemoryType::Device;
  copy.toDevice = address;
  copy.toPitch = pitch;
  copy.widthInBytes = 3;
  copy.height = 2;
  EXPECT_EQ(cu.cuMemcpy2D_v2(&copy), ok);
  EXPECT_EQ(download<uint8_t>(address, 3), (std::vector<uint8_t>{6, 7, 8}));
  EXPECT_EQ(download<uint8_t>(address + pitch, 3),
            (std::vector<uint8_t>{11, 12, 13}));
  // Back, to the right of a 4 x 3 matrix.
  Copy2D back = {};
  back.fromType = MemoryType::Unified;
  back.fromDevice = address;
  back.fromPitch = pitch;
  back.toType = MemoryType::Host;
  back.toHost = to.data();
  back.toX = 1;
  back.toY = 1;
  back.toPitch = 4;
  back.widthInBytes = 3;
  back.height = 2;
  EXPECT_EQ(cu.cuMemcpy2DAsync_v2(&back, nullptr), ok);
  EXPECT_EQ(
      to, (std::vector<uint8_t>{99, 99, 99, 99, 99, 6, 7, 8, 99, 11, 12, 13}));
  back.toPitch = 3;
  EXPECT_EQ(cu.cuMemcpy2D_v2(&back), invalid) << "a row is longer";
  back.toPitch = 4;
  back.height = 3;
  EXPECT_EQ(cu.cuMemcpy2DUnaligned_v2(&back), invalid) << "there are two";
  back.height = 0;
  EXPECT_EQ(cu.cuMemcpy2D_v2(&back), ok);
  back.height = 2;
  back.toType = MemoryType::Array;
  EXPECT_EQ(cu.cuMemcpy2D_v2(&back), Result::NotSupported);
  EXPECT_EQ(cu.cuMemcpy2D_v2(nullptr), invalid);
  release(address);
}

TEST_F(CopyTest, Boxes) {
  // The 1 x 2 x 2 part at (1, 0, 1) of a box of 2 x 2 x 3 bytes.
  DevicePtr address = upload(counted(12));
  std::vector<uint8_t> to(4);
  Copy3D copy = {};
  copy.fromType = MemoryType::Device;
  copy.fromDevice = address;
  copy.fromX = 1;
  copy.fromZ = 1;
  copy.fromPitch = 2;
  copy.fromHeight = 2;
  copy.toType = MemoryType::Host;
  copy.toHost = to.data();
  copy.toPitch = 1;
  copy.toHeight = 2;
  copy.widthInBytes = 1;
  copy.height = 2;
  copy.depth = 2;
  EXPECT_EQ(cu.cuMemcpy3D_v2(&copy), ok);
  EXPECT_EQ(to, (std::vector<uint8_t>{5, 7, 9, 11}));
  copy.fromHeight = 1;
  EXPECT_EQ(cu.cuMemcpy3D_v2(&copy), invalid);
  copy.fromHeight = 2;
  copy.fromZ = 2;
  EXPECT_EQ(cu.cuMemcpy3DAsync_v2(&copy, nullptr), invalid)
      << "there are three slices";
  copy.fromZ = ~size_t(0);
  EXPECT_EQ(cu.cuMemcpy3D_v2(&copy), invalid);
  copy.fromZ = 0;
  copy.toLod = 1;
  EXPECT_EQ(cu.cuMemcpy3D_v2(&copy), invalid);
  release(address);
}

TEST_F(CopyTest, Fills) {
  DevicePtr address = allocate(16);
  EXPECT_EQ(cu.cuMemsetD8_v2(address, 0x11, 16), ok);
  EXPECT_EQ(cu.cuMemsetD16_v2(address, 0x2233, 2), ok);
  EXPECT_EQ(cu.cuMemsetD32Async(address + 8, 0x44556677, 1, nullptr), ok);
  EXPECT_EQ(
      download<uint32_t>(address, 4),
      (std::vector<uint32_t>{0x22332233, 0x11111111, 0x44556677, 0x11111111}));
  // Two rows of three, five bytes apart.
  EXPECT_EQ(cu.cuMemsetD2D8_v2(address, 5, 1, 3, 2), ok);
  EXPECT_EQ(download<uint8_t>(address, 8),
            (std::vector<uint8_t>{1, 1, 1, 0x22, 0x11, 1, 1, 1}));
  EXPECT_EQ(cu.cuMemsetD2D16_v2(address, 6, 2, 1, 2), ok);
  EXPECT_EQ(download<uint16_t>(address, 4),
            (std::vector<uint16_t>{2, 0x2201, 0x0111, 2}));
  EXPECT_EQ(cu.cuMemsetD2D32Async(address, 8, 3, 1, 2, nullptr), ok);
  EXPECT_EQ(download<uint32_t>(address, 3)[2], 3u);
  EXPECT_EQ(cu.cuMemsetD2D8_v2(address, 2, 1, 3, 2), invalid);
  EXPECT_EQ(cu.cuMemsetD2D32_v2(address, 6, 1, 1, 2), invalid);
  EXPECT_EQ(cu.cuMemsetD2D8_v2(address, 14, 1, 3, 2), invalid);
  release(address);
}

} // namespace
