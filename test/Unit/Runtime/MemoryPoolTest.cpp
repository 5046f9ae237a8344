//===- MemoryPoolTest.cpp - what a pool asks of its source ----------------===//

#include "MemoryPool.h"

#include "gtest/gtest.h"

#include <map>
#include <optional>

using namespace theano;

namespace {

/// Counts what it gives; at most `room` bytes at a time.
struct CountingSource : BlockSource {
  explicit CountingSource(size_t room) : room(room) {}

  Expected<DeviceAddress> take(size_t size) override {
    ++asked;
    if (broken)
      return deviceError("the bus is gone");
    if (size > room)
      return outOfMemory("no room");
    room -= size;
    held[next] = size;
    return next++;
  }
  void giveBack(DeviceAddress block, size_t size) override {
    auto found = held.find(block);
    ASSERT_NE(found, held.end()) << "block " << block << " is not out";
    EXPECT_EQ(found->second, size);
    room += size;
    held.erase(found);
  }

  size_t room;
  bool broken = false;
  int asked = 0;
  DeviceAddress next = 1;
  std::map<DeviceAddress, size_t> held;
};

struct PoolTest : testing::Test {
  /// A pool over `room` bytes that believes in 1 << 20.
  MemoryPool &make(size_t room, bool exact = false) {
    auto owned = std::make_unique<CountingSource>(room);
    source = owned.get();
    pool.emplace(std::move(owned), MemoryPool::Options{.deviceName = "toy",
                                                       .capacity = 1 << 20,
                                                       .granularity = 64,
                                                       .exact = exact});
    return *pool;
  }

  CountingSource *source = nullptr;
  std::optional<MemoryPool> pool;
};

TEST_F(PoolTest, SizesAreRoundedByAtMostAnEighth) {
  MemoryPool &memory = make(1 << 20);
  for (auto [bytes, size] : std::map<size_t, size_t>{
           {1, 64}, {64, 64}, {65, 128}, {1000, 1024}, {4097, 4608}}) {
    ASSERT_TRUE(memory.allocate(bytes));
    EXPECT_EQ(source->held.rbegin()->second, size) << bytes;
  }
}

TEST_F(PoolTest, FreedBlocksServeTheirClass) {
  MemoryPool &memory = make(1 << 20);
  DeviceAddress block = *memory.allocate(100);
  memory.deallocate(block, 100);
  EXPECT_EQ(*memory.allocate(128), block);
  EXPECT_NE(*memory.allocate(128), block);
  EXPECT_EQ(source->asked, 2);
}

TEST_F(PoolTest, ExactBlocksGoBackAtOnce) {
  MemoryPool &memory = make(1 << 20, /*exact=*/true);
  DeviceAddress block = *memory.allocate(100);
  EXPECT_EQ(source->held[block], 100u);
  memory.deallocate(block, 100);
  EXPECT_TRUE(source->held.empty());
}

TEST_F(PoolTest, WhatIsKeptMakesRoom) {
  MemoryPool &memory = make(1024);
  memory.deallocate(*memory.allocate(512), 512);
  EXPECT_TRUE(memory.allocate(1024));
  EXPECT_EQ(source->asked, 3);
  EXPECT_EQ(memory.bytesInUse(), 1024u);
  Expected<DeviceAddress> more = memory.allocate(64);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.failure().kind, ErrorKind::OutOfMemory);
  EXPECT_EQ(more.message(),
            "out of memory: cannot allocate 64 bytes on toy (1024 of 1048576 "
            "bytes are in use by this program): no room");
}

TEST_F(PoolTest, MoreThanThereIsIsNotAskedFor) {
  MemoryPool &memory = make(1 << 20);
  for (size_t bytes : {size_t(1 << 20) + 1, SIZE_MAX})
    EXPECT_EQ(memory.allocate(bytes).failure().kind, ErrorKind::OutOfMemory);
  EXPECT_EQ(source->asked, 0);
}

TEST_F(PoolTest, OtherFailuresArePassedOn) {
  MemoryPool &memory = make(1 << 20);
  source->broken = true;
  Expected<DeviceAddress> block = memory.allocate(1);
  ASSERT_FALSE(block);
  EXPECT_EQ(block.failure().kind, ErrorKind::DeviceError);
  EXPECT_EQ(block.message(), "the bus is gone");
  EXPECT_EQ(memory.bytesInUse(), 0u);
}

TEST_F(PoolTest, CountsWhatWasAskedFor) {
  MemoryPool &memory = make(1 << 20);
  DeviceAddress block = *memory.allocate(100);
  memory.deallocate(block, 100);
  EXPECT_EQ(memory.bytesInUse(), 0u);
  EXPECT_EQ(memory.peakBytes(), 100u);
  memory.resetPeak();
  EXPECT_EQ(memory.peakBytes(), 0u);
}

} // namespace
