//===- AllocationTest.cpp - every kind of memory --------------------------===//

#include "DriverLibrary.h"

#include <numeric>

using namespace theano;
using namespace theano::cuda;

namespace {

class AllocationTest : public DriverLibraryTest {
protected:
  template <typename T> T ask(PointerAttribute attribute, DevicePtr address) {
    T value = {};
    EXPECT_EQ(cu.cuPointerGetAttribute(&value, attribute, address), ok);
    return value;
  }
  uint64_t ask(PoolAttribute attribute, MemPool pool) {
    uint64_t value = 0;
    EXPECT_EQ(cu.cuMemPoolGetAttribute(pool, attribute, &value), ok);
    return value;
  }
};

TEST_F(AllocationTest, WhatIsFreeIsWhatIsNotAllocated) {
  size_t before = 0, total = 0, after = 0;
  ASSERT_EQ(cu.cuMemGetInfo_v2(&before, &total), ok);
  DevicePtr address = allocate(1000);
  ASSERT_EQ(cu.cuMemGetInfo_v2(&after, &total), ok);
  EXPECT_EQ(before - after, 1000u);
  void *host = nullptr;
  ASSERT_EQ(cu.cuMemAllocHost_v2(&host, 1000), ok);
  ASSERT_EQ(cu.cuMemGetInfo_v2(&after, &total), ok);
  EXPECT_EQ(before - after, 1000u) << "pinned memory is the host's";
  // Another context has the same device.
  Context second = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&second, 0, 0), ok);
  ASSERT_EQ(cu.cuMemGetInfo_v2(&after, &total), ok);
  EXPECT_EQ(before - after, 1000u);
  DevicePtr rest = 0;
  EXPECT_EQ(cu.cuMemAlloc_v2(&rest, total - 999), Result::OutOfMemory);
  ASSERT_EQ(cu.cuCtxDestroy_v2(second), ok);
  release(address);
  EXPECT_EQ(cu.cuMemFreeHost(host), ok);
}

TEST_F(AllocationTest, RowsWithAPitch) {
  DevicePtr address = 0;
  size_t pitch = 0, bytes = 0;
  ASSERT_EQ(cu.cuMemAllocPitch_v2(&address, &pitch, 513, 3, 4), ok);
  EXPECT_EQ(pitch, 1024u);
  DevicePtr begin = 0;
  EXPECT_EQ(cu.cuMemGetAddressRange_v2(&begin, &bytes, address + 1500), ok);
  EXPECT_EQ(begin, address);
  EXPECT_EQ(bytes, 3072u);
  EXPECT_EQ(cu.cuMemGetAddressRange_v2(&begin, nullptr, address + 3072),
            Result::NotFound);
  release(address);
  EXPECT_EQ(cu.cuMemGetAddressRange_v2(&begin, nullptr, address),
            Result::NotFound);
  EXPECT_EQ(cu.cuMemAllocPitch_v2(&address, &pitch, 513, 3, 5), invalid);
  EXPECT_EQ(cu.cuMemAllocPitch_v2(&address, &pitch, 0, 3, 4), invalid);
  EXPECT_EQ(cu.cuMemAllocPitch_v2(&address, nullptr, 1, 3, 4), invalid);
  EXPECT_EQ(cu.cuMemAllocPitch_v2(&address, &pitch, ~size_t(0), 1, 4),
            Result::OutOfMemory);
  EXPECT_EQ(cu.cuMemAllocPitch_v2(&address, &pitch, 512, ~size_t(0) / 256, 4),
            Result::OutOfMemory);
}

TEST_F(AllocationTest, ManagedMemoryIsOfBoth) {
  DevicePtr address = 0;
  ASSERT_EQ(cu.cuMemAllocManaged(&address, 4, attachGlobal), ok);
  auto *word = reinterpret_cast<uint32_t *>(address);
  *word = 1;
  Function store = kernel(load(storePtx), "store");
  uint32_t value = 7;
  void *parameters[] = {&address, &value};
  EXPECT_EQ(cu.cuLaunchKernel(store, 1, 1, 1, 1, 1, 1, 0, nullptr, parameters,
                              nullptr),
            ok);
  ASSERT_EQ(cu.cuCtxSynchronize(), ok);
  EXPECT_EQ(*word, 7u);
  EXPECT_EQ(ask<unsigned>(PointerAttribute::IsManaged, address), 1u);
  release(address);
  EXPECT_EQ(cu.cuMemFree_v2(address), invalid);
  EXPECT_EQ(cu.cuMemAllocManaged(&address, 4, 0), invalid);
  EXPECT_EQ(cu.cuMemAllocManaged(&address, 4, attachSingle), invalid);
  EXPECT_EQ(cu.cuMemAllocManaged(&address, 0, attachGlobal), invalid);
}

TEST_F(AllocationTest, WishesForManagedMemory) {
  DevicePtr address = 0, plain = allocate(16);
  ASSERT_EQ(cu.cuMemAllocManaged(&address, 16, attachGlobal), ok);
  constexpr Device host = -1;
  EXPECT_EQ(cu.cuMemPrefetchAsync(address + 8, 8, 0, nullptr), ok);
  EXPECT_EQ(cu.cuMemPrefetchAsync(address, 16, host, nullptr), ok);
  EXPECT_EQ(cu.cuMemPrefetchAsync(address, 16, 1, nullptr),
            Result::InvalidDevice);
  EXPECT_EQ(cu.cuMemPrefetchAsync(address, 17, 0, nullptr), invalid);
  EXPECT_EQ(cu.cuMemPrefetchAsync(plain, 16, 0, nullptr), invalid);
  MemoryLocation place = {LocationType::Device, 0};
  EXPECT_EQ(cu.cuMemPrefetchAsync_v2(address, 16, place, 0, nullptr), ok);
  EXPECT_EQ(cu.cuMemPrefetchAsync_v2(address, 16, place, 1, nullptr), invalid);
  EXPECT_EQ(cu.cuMemAdvise(address, 16, MemoryAdvice::SetReadMostly, 7), ok)
      << "where does not matter";
  EXPECT_EQ(cu.cuMemAdvise(address, 16, MemoryAdvice::SetPreferredLocation, 7),
            Result::InvalidDevice);
  EXPECT_EQ(cu.cuMemAdvise_v2(address, 16, MemoryAdvice::SetAccessedBy, place),
            ok);
  EXPECT_EQ(cu.cuMemAdvise_v2(address, 16, MemoryAdvice{}, place), invalid);
  EXPECT_EQ(cu.cuMemAdvise_v2(plain, 16, MemoryAdvice::SetAccessedBy, place),
            invalid);
  release(address);
  release(plain);
}

TEST_F(AllocationTest, PinnedMemoryAndItsFlags) {
  void *host = nullptr;
  ASSERT_EQ(
      cu.cuMemHostAlloc(&host, 64, hostAllocPortable | hostAllocWriteCombined),
      ok);
  unsigned flags = 0;
  EXPECT_EQ(cu.cuMemHostGetFlags(&flags, static_cast<char *>(host) + 63), ok);
  EXPECT_EQ(flags, 5u);
  EXPECT_EQ(cu.cuMemHostGetFlags(&flags, static_cast<char *>(host) + 64),
            invalid);
  DevicePtr address = 0;
  EXPECT_EQ(cu.cuMemHostGetDevicePointer_v2(&address, host, 0), ok);
  EXPECT_EQ(address, reinterpret_cast<DevicePtr>(host));
  EXPECT_EQ(cu.cuMemHostGetDevicePointer_v2(&address, host, 1), invalid);
  int own = 0;
  EXPECT_EQ(cu.cuMemHostGetDevicePointer_v2(&address, &own, 0), invalid);
  EXPECT_EQ(cu.cuMemHostAlloc(&host, 64, 8), invalid);
  EXPECT_EQ(cu.cuMemFree_v2(reinterpret_cast<DevicePtr>(host)), invalid);
  EXPECT_EQ(cu.cuMemHostUnregister(host), Result::HostMemoryNotRegistered);
  EXPECT_EQ(cu.cuMemFreeHost(host), ok);
  EXPECT_EQ(cu.cuMemFreeHost(host), invalid);
}

TEST_F(AllocationTest, MemoryOfTheHostThatIsRegistered) {
  mayHaveFindings = true;
  std::vector<uint32_t> words(16);
  DevicePtr address = 0;
  EXPECT_EQ(cu.cuMemHostRegister_v2(words.data(), 64, hostAllocDeviceMap), ok);
  EXPECT_EQ(cu.cuMemHostRegister(words.data() + 15, 4, 0),
            Result::HostMemoryAlreadyRegistered);
  EXPECT_EQ(cu.cuMemHostGetDevicePointer_v2(&address, &words[3], 0), ok);
  Module module = load(storePtx);
  Function store = kernel(module, "store");
  uint32_t value = 5;
  void *parameters[] = {&address, &value};
  auto launch = [&] {
    return cu.cuLaunchKernel(store, 1, 1, 1, 1, 1, 1, 0, nullptr, parameters,
                             nullptr);
  };
  EXPECT_EQ(launch(), ok);
  EXPECT_EQ(cu.cuCtxSynchronize(), ok);
  EXPECT_EQ(words[3], 5u);
  EXPECT_EQ(cu.cuMemHostUnregister(words.data() + 1),
            Result::HostMemoryNotRegistered)
      << "not where it starts";
  EXPECT_EQ(cu.cuMemFreeHost(words.data()), invalid);
  EXPECT_EQ(cu.cuMemHostUnregister(words.data()), ok);
  EXPECT_EQ(cu.cuMemHostUnregister(words.data()),
            Result::HostMemoryNotRegistered);
  EXPECT_EQ(cu.cuMemHostRegister_v2(nullptr, 64, 0), invalid);
  EXPECT_EQ(cu.cuMemHostRegister_v2(words.data(), 0, 0), invalid);
  EXPECT_EQ(cu.cuMemHostRegister_v2(words.data(), 64, 16), invalid);
  EXPECT_EQ(cu.cuMemHostRegister_v2(words.data(), ~size_t(0), 0), invalid);
  // The device does not see it any more.
  EXPECT_EQ(launch(), ok);
  EXPECT_EQ(cu.cuCtxSynchronize(), Result::IllegalAddress);
}

//===----------------------------------------------------------------------===//
// What an address is
//===----------------------------------------------------------------------===//

TEST_F(AllocationTest, WhatAnAddressIs) {
  DevicePtr address = allocate(100), inside = address + 10;
  EXPECT_EQ(ask<Context>(PointerAttribute::Context, inside), context);
  EXPECT_EQ(ask<unsigned>(PointerAttribute::MemoryType, inside), 2u);
  EXPECT_EQ(ask<DevicePtr>(PointerAttribute::DevicePointer, inside), inside);
  EXPECT_EQ(ask<DevicePtr>(PointerAttribute::RangeStart, inside), address);
  EXPECT_EQ(ask<size_t>(PointerAttribute::RangeSize, inside), 100u);
  EXPECT_EQ(ask<int>(PointerAttribute::DeviceOrdinal, inside), 0);
  EXPECT_EQ(ask<unsigned>(PointerAttribute::IsManaged, inside), 0u);
  EXPECT_EQ(ask<unsigned>(PointerAttribute::Mapped, inside), 1u);
  void *host = nullptr;
  EXPECT_EQ(
      cu.cuPointerGetAttribute(&host, PointerAttribute::HostPointer, inside),
      invalid);
  void *pinned = nullptr;
  ASSERT_EQ(cu.cuMemAllocHost_v2(&pinned, 8), ok);
  auto pinnedAddress = reinterpret_cast<DevicePtr>(pinned);
  EXPECT_EQ(ask<unsigned>(PointerAttribute::MemoryType, pinnedAddress), 1u);
  EXPECT_EQ(ask<void *>(PointerAttribute::HostPointer, pinnedAddress), pinned);
  EXPECT_NE(ask<uint64_t>(PointerAttribute::BufferId, inside),
            ask<uint64_t>(PointerAttribute::BufferId, pinnedAddress));
  unsigned on = 1;
  EXPECT_EQ(cu.cuPointerSetAttribute(&on, PointerAttribute::SyncMemops, inside),
            ok);
  EXPECT_EQ(ask<unsigned>(PointerAttribute::SyncMemops, address), 1u);
  EXPECT_EQ(cu.cuPointerSetAttribute(&on, PointerAttribute::IsManaged, inside),
            invalid);
  EXPECT_EQ(cu.cuMemFreeHost(pinned), ok);
  release(address);
  unsigned type = 0;
  EXPECT_EQ(
      cu.cuPointerGetAttribute(&type, PointerAttribute::MemoryType, inside),
      invalid)
      << "it is gone";
  EXPECT_EQ(cu.cuPointerGetAttribute(&type, static_cast<PointerAttribute>(99),
                                     inside),
            invalid);
}

TEST_F(AllocationTest, SeveralAnswersAtOnce) {
  DevicePtr address = allocate(100);
  unsigned type = 9;
  DevicePtr host = 9;
  int ordinal = 9;
  PointerAttribute attributes[] = {PointerAttribute::MemoryType,
                                   PointerAttribute::HostPointer,
                                   PointerAttribute::DeviceOrdinal};
  void *data[] = {&type, &host, &ordinal};
  EXPECT_EQ(cu.cuPointerGetAttributes(3, attributes, data, address), ok);
  EXPECT_EQ(type, 2u);
  EXPECT_EQ(host, 0u);
  EXPECT_EQ(ordinal, 0);
  // An address that is none has no error here.
  EXPECT_EQ(cu.cuPointerGetAttributes(3, attributes, data, 16), ok);
  EXPECT_EQ(type, 0u);
  EXPECT_EQ(ordinal, -2);
  EXPECT_EQ(cu.cuPointerGetAttributes(0, attributes, data, address), invalid);
  EXPECT_EQ(cu.cuPointerGetAttributes(3, nullptr, data, address), invalid);
  release(address);
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

TEST_F(AllocationTest, MemoryInTheOrderOfAStream) {
  MemPool pool = nullptr;
  ASSERT_EQ(cu.cuDeviceGetDefaultMemPool(&pool, 0), ok);
  uint64_t before = ask(PoolAttribute::UsedCurrent, pool);
  DevicePtr first = 0, second = 0;
  ASSERT_EQ(cu.cuMemAllocAsync(&first, 100, nullptr), ok);
  ASSERT_EQ(cu.cuMemAllocFromPoolAsync(&second, 28, pool, nullptr), ok);
  EXPECT_EQ(ask(PoolAttribute::UsedCurrent, pool) - before, 128u);
  EXPECT_EQ(ask<MemPool>(PointerAttribute::MemPool, first), pool);
  EXPECT_EQ(cu.cuMemFreeAsync(first, nullptr), ok);
  EXPECT_EQ(cu.cuMemFreeAsync(first, nullptr), invalid);
  EXPECT_EQ(cu.cuMemFree_v2(first), invalid);
  EXPECT_EQ(cu.cuMemFreeAsync(second + 4, nullptr), invalid);
  EXPECT_EQ(cu.cuMemFree_v2(second), ok) << "the other free takes it, too";
  EXPECT_EQ(ask(PoolAttribute::UsedCurrent, pool), before);
  // And the other way round.
  DevicePtr plain = allocate(8);
  EXPECT_EQ(cu.cuMemFreeAsync(plain, nullptr), ok);
  Stream gone = nullptr;
  ASSERT_EQ(cu.cuStreamCreate(&gone, 0), ok);
  ASSERT_EQ(cu.cuStreamDestroy_v2(gone), ok);
  EXPECT_EQ(cu.cuMemAllocAsync(&first, 8, gone), Result::InvalidHandle);
  EXPECT_EQ(cu.cuMemAllocAsync(&first, 0, nullptr), invalid);
  EXPECT_EQ(cu.cuMemAllocFromPoolAsync(&first, 8, nullptr, nullptr), invalid);
}

TEST_F(AllocationTest, PoolsOfTheProgram) {
  PoolProperties properties = {};
  properties.allocationType = 1;
  properties.location = {LocationType::Device, 0};
  properties.maxSize = 1000;
  MemPool pool = nullptr, standard = nullptr, found = nullptr;
  ASSERT_EQ(cu.cuMemPoolCreate(&pool, &properties), ok);
  ASSERT_EQ(cu.cuDeviceGetMemPool(&standard, 0), ok);
  ASSERT_EQ(cu.cuDeviceSetMemPool(0, pool), ok);
  ASSERT_EQ(cu.cuDeviceGetMemPool(&found, 0), ok);
  EXPECT_EQ(found, pool);
  DevicePtr address = 0, more = 0;
  ASSERT_EQ(cu.cuMemAllocAsync(&address, 900, nullptr), ok);
  EXPECT_EQ(ask(PoolAttribute::UsedCurrent, pool), 900u);
  EXPECT_EQ(cu.cuMemAllocAsync(&more, 101, nullptr), Result::OutOfMemory);
  uint64_t threshold = 500, zero = 0, one = 1;
  EXPECT_EQ(cu.cuMemPoolSetAttribute(pool, PoolAttribute::ReleaseThreshold,
                                     &threshold),
            ok);
  EXPECT_EQ(cu.cuMemFreeAsync(address, nullptr), ok);
  EXPECT_EQ(ask(PoolAttribute::UsedCurrent, pool), 0u);
  EXPECT_EQ(ask(PoolAttribute::UsedHigh, pool), 900u);
  EXPECT_EQ(ask(PoolAttribute::ReservedCurrent, pool), 500u);
  EXPECT_EQ(cu.cuMemPoolTrimTo(pool, 100), ok);
  EXPECT_EQ(ask(PoolAttribute::ReservedCurrent, pool), 100u);
  EXPECT_EQ(cu.cuMemPoolSetAttribute(pool, PoolAttribute::UsedHigh, &one),
            invalid);
  EXPECT_EQ(cu.cuMemPoolSetAttribute(pool, PoolAttribute::UsedHigh, &zero), ok);
  EXPECT_EQ(ask(PoolAttribute::UsedHigh, pool), 0u);
  EXPECT_EQ(cu.cuMemPoolSetAttribute(pool, PoolAttribute::UsedCurrent, &zero),
            invalid);
  AccessDescription access = {{LocationType::Device, 0}, 3};
  EXPECT_EQ(cu.cuMemPoolSetAccess(pool, &access, 1), ok);
  access.flags = 0;
  EXPECT_EQ(cu.cuMemPoolSetAccess(pool, &access, 1), invalid);
  unsigned flags = 0;
  EXPECT_EQ(cu.cuMemPoolGetAccess(&flags, pool, &access.location), ok);
  EXPECT_EQ(flags, 3u);
  EXPECT_EQ(cu.cuMemPoolDestroy(pool), ok);
  EXPECT_EQ(cu.cuMemPoolDestroy(pool), invalid);
  ASSERT_EQ(cu.cuDeviceGetMemPool(&found, 0), ok);
  EXPECT_EQ(found, standard);
  EXPECT_EQ(cu.cuMemPoolDestroy(standard), invalid);
  EXPECT_EQ(cu.cuDeviceSetMemPool(0, pool), invalid);
  properties.location.id = 1;
  EXPECT_EQ(cu.cuMemPoolCreate(&pool, &properties), Result::InvalidDevice);
  properties.allocationType = 0;
  EXPECT_EQ(cu.cuMemPoolCreate(&pool, &properties), invalid);
}

} // namespace
