//===- DeviceHeapTest.cpp - where malloc of a kernel finds memory ---------===//

#include "Memory/AddressSpace.h"

#include "gtest/gtest.h"
#include <vector>

using namespace theano::sim;

namespace {

TEST(DeviceHeap, PartsAreAlignedAndApart) {
  DeviceHeap heap;
  uint64_t first = heap.take(1).value(), second = heap.take(17).value(),
           third = heap.take(16).value();
  EXPECT_EQ(first % DeviceHeap::alignment, 0u);
  EXPECT_EQ(second, first + 16 + DeviceHeap::gap);
  EXPECT_EQ(third, second + 32 + DeviceHeap::gap);
  EXPECT_EQ(first, heap.begin());
  EXPECT_EQ(heap.end() - heap.begin(), DeviceHeap::usualBytes);
}

TEST(DeviceHeap, FreedPartsComeAgainAsLateAsPossible) {
  DeviceHeap heap;
  constexpr uint64_t size = (1 << 20) - DeviceHeap::gap;
  std::vector<uint64_t> all;
  while (std::optional<uint64_t> made = heap.take(size))
    all.push_back(*made);
  ASSERT_EQ(all.size(), 8u);
  EXPECT_FALSE(heap.take(1));
  heap.give(all[5], size);
  heap.give(all[2], size);
  EXPECT_EQ(heap.take(size), all[2]);
  heap.give(all[2], size);
  // Behind the one that was taken last.
  EXPECT_EQ(heap.take(100), all[5]);
  EXPECT_EQ(heap.take(100), all[5] + DeviceHeap::padded(100));
}

TEST(DeviceHeap, NeighboursBecomeOneAgain) {
  DeviceHeap heap;
  constexpr uint64_t third = 2 << 20,
                     most = DeviceHeap::usualBytes - DeviceHeap::gap;
  std::vector<uint64_t> all;
  for (int i = 0; i < 3; ++i)
    all.push_back(heap.take(third).value());
  EXPECT_FALSE(heap.take(most));
  for (int i : {0, 2, 1})
    heap.give(all[i], third);
  EXPECT_EQ(heap.take(most), heap.begin());
  EXPECT_FALSE(heap.take(1));
}

TEST(DeviceHeap, SizesThatDoNotFit) {
  DeviceHeap heap;
  EXPECT_FALSE(heap.take(0));
  EXPECT_FALSE(heap.take(~uint64_t(0)));
  EXPECT_FALSE(heap.take(DeviceHeap::usualBytes));
  EXPECT_TRUE(heap.take(1));
}

TEST(DeviceHeap, AsLargeAsIsAsked) {
  DeviceHeap heap;
  EXPECT_TRUE(heap.resize(64 << 10));
  EXPECT_FALSE(heap.take(64 << 10));
  EXPECT_TRUE(heap.take((64 << 10) - DeviceHeap::gap));
  EXPECT_FALSE(heap.resize(1 << 20)) << "it is in use";
  EXPECT_EQ(heap.end() - heap.begin(), 64u << 10);
}

TEST(DeviceHeap, TheDeviceKnowsItsParts) {
  AddressSpace memory(1 << 20);
  uint64_t made = memory.allocateHeap(24).value();
  EXPECT_EQ(describe(*memory.find(made + 23)), "heap allocation 1 of 24 bytes");
  EXPECT_FALSE(memory.find(made + 24));
  EXPECT_FALSE(memory.covers(made, 4)) << "no call of the driver may use it";
  EXPECT_EQ(memory.bytesInUse(), 0u);
  EXPECT_EQ(memory.countLive(AllocationKind::Heap), 1u);
  EXPECT_FALSE(memory.free(made, AllocationKind::Device));
  EXPECT_FALSE(memory.free(made + 8, AllocationKind::Heap));
  EXPECT_TRUE(memory.free(made, AllocationKind::Heap));
  EXPECT_TRUE(memory.find(made)->freed);
  EXPECT_FALSE(memory.free(made, AllocationKind::Heap));
  // Nothing is left of what was freed where it is made again.
  for (uint64_t size :
       {uint64_t(8) << 19, uint64_t(3) << 20, uint64_t(1) << 20})
    ASSERT_TRUE(
        memory.free(memory.allocateHeap(size).value(), AllocationKind::Heap));
  uint64_t all =
      memory.allocateHeap(DeviceHeap::usualBytes - DeviceHeap::gap).value();
  EXPECT_FALSE(memory.find(made)->freed);
  EXPECT_EQ(memory.find(made)->begin, all);
}

} // namespace
