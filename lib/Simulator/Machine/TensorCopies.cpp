//===- TensorCopies.cpp - copies of boxes of arrays -----------------------===//

#include "Machine/TensorCopies.h"

#include "Checks/BlockChecks.h"
#include "Machine/AccessText.h"
#include "Machine/Block.h"

#include <cstring>

namespace theano::sim {

/// Of a box in shared memory.
static constexpr uint32_t boxAlignment = 128;
static constexpr uint32_t mbarrierBytes = 8;
static constexpr uint64_t mostBoxBytes = 1 << 20;

static bool fail(const TensorAccess &access, cuda::Result result,
                 std::string message) {
  access.warp.fault(access.op, access.lane, result, std::move(message));
  return false;
}

//===----------------------------------------------------------------------===//
// What is accessed
//===----------------------------------------------------------------------===//

static std::optional<TensorMap> readMap(const TensorAccess &access) {
  constexpr uint32_t alignment = cuda::tensorMapAlignment;
  uint64_t address = access.map;
  Space space = findSpace(address);
  if (space != Space::Global && space != Space::Param) {
    fail(access, cuda::Result::IllegalAddress,
         "a tensor map is a parameter, a constant or in global memory, and "
         "address " +
             hexText(access.map) + " is none of those");
    return std::nullopt;
  }
  if (address % alignment) {
    access.warp.misaligned(access.op, access.lane, space, address, alignment);
    return std::nullopt;
  }
  const char *bytes = access.warp.resolve(
      access.op, access.lane, space, address, tensorMapBytes, /*write=*/false);
  if (!bytes)
    return std::nullopt;
  std::optional<TensorMap> map = TensorMap::decode(bytes);
  if (!map)
    fail(access, cuda::Result::IllegalInstruction,
         "no tensor map is at " + std::string(spelling(space)) + " address " +
             hexText(address));
  return map;
}

bool checkTensorMap(const TensorAccess &access) {
  return readMap(access).has_value();
}

/// The map, where the instruction has its dimensions.
static std::optional<TensorMap> mapOf(const TensorAccess &access) {
  std::optional<TensorMap> map = readMap(access);
  if (!map)
    return std::nullopt;
  if (map->rank != access.rank) {
    fail(access, cuda::Result::IllegalInstruction,
         "the tensor map has " + std::to_string(map->rank) +
             " dimensions, and the instruction " + std::to_string(access.rank));
    return std::nullopt;
  }
  // Nobody must wait long for a box that no block has room for.
  if (uint64_t bytes = map->boxBytes(); bytes > mostBoxBytes) {
    fail(access, cuda::Result::IllegalInstruction,
         "the box has " + std::to_string(bytes) +
             " bytes, more than any shared memory");
    return std::nullopt;
  }
  access.warp.chargeBytes(map->boxBytes());
  return map;
}

/// What an address of shared::cluster is called.
static Space spaceOf(uint64_t address) {
  return address >> clusterShift ? Space::SharedCluster : Space::Shared;
}

/// What of shared memory must be there for a box: with a swizzle that is all of
/// the lines that it touches.
static uint64_t sharedBytesOf(const TensorMap &map) {
  uint64_t bytes = map.boxBytes();
  return swizzleMask(map.swizzle)
             ? (bytes + boxAlignment - 1) / boxAlignment * boxAlignment
             : bytes;
}

static bool isAligned(const TensorAccess &access, uint64_t address,
                      uint32_t alignment) {
  return address % alignment == 0 ||
         access.warp.misaligned(access.op, access.lane, spaceOf(address),
                                address, alignment);
}

/// Is the place of the box in the own shared memory?
static bool checkShared(const TensorAccess &access, const TensorMap &map) {
  Warp &warp = access.warp;
  uint64_t bytes = sharedBytesOf(map);
  if (!isAligned(access, access.shared, boxAlignment))
    return false;
  if (access.shared <= warp.sharedBytes &&
      bytes <= warp.sharedBytes - access.shared)
    return true;
  return fail(access, cuda::Result::IllegalAddress,
              "out of bounds: " + accessText(bytes, /*write=*/false) +
                  " at shared address " + hexText(access.shared) + ", of " +
                  std::to_string(warp.sharedBytes) + " bytes");
}

/// Where a box arrives.
struct Arrival {
  Block *owner = nullptr;
  uint32_t to = 0, mbarrier = 0;
};

/// The arrival at these addresses of shared::cluster; no owner after a fault.
static Arrival findArrival(const TensorAccess &access, const TensorMap &map,
                           uint64_t to, uint64_t mbarrier) {
  Warp &warp = access.warp;
  if (!isAligned(access, mbarrier, mbarrierBytes) ||
      !warp.resolve(access.op, access.lane, Space::SharedCluster, mbarrier,
                    mbarrierBytes, /*write=*/true) ||
      !isAligned(access, to, boxAlignment))
    return {};
  Block *owner = warp.findInCluster(access.op, access.lane, to,
                                    sharedBytesOf(map), /*write=*/true);
  if (!owner || !warp.requireOneOwner(access.op, access.lane,
                                      *warp.ownerOf(mbarrier), *owner))
    return {};
  return {owner, static_cast<uint32_t>(to), static_cast<uint32_t>(mbarrier)};
}

/// All arrivals of a load; false after a fault.
static bool findArrivals(const TensorAccess &access, const TensorMap &map,
                         uint64_t mbarrier, std::optional<uint32_t> ranks,
                         std::vector<Arrival> &arrivals) {
  auto find = [&](uint64_t to, uint64_t at) {
    arrivals.push_back(findArrival(access, map, to, at));
    return arrivals.back().owner != nullptr;
  };
  if (!ranks)
    return find(access.shared, mbarrier);
  uint64_t to = access.shared;
  Warp &warp = access.warp;
  if (!warp.resolve(access.op, access.lane, Space::SharedCluster, to,
                    sharedBytesOf(map), /*write=*/true) ||
      !warp.resolve(access.op, access.lane, Space::SharedCluster, mbarrier,
                    mbarrierBytes, /*write=*/true))
    return false;
  warp.ownerOf(to);
  warp.ownerOf(mbarrier);
  for (uint32_t rest = *ranks; rest; rest &= rest - 1) {
    auto rank = static_cast<uint32_t>(std::countr_zero(rest));
    uint64_t block = uint64_t(rank + 1) << clusterShift;
    if (!access.warp.findRank(access.op, access.lane, rank) ||
        !find(block | to, block | mbarrier))
      return false;
  }
  return true;
}

/// Is there global memory for a row?
static bool checkGlobal(const TensorAccess &access, const TensorRow &row,
                        bool write) {
  const Warp::Hit &hit = access.warp.hits[access.op.slot];
  bool isKnown = row.address >= hit.begin && row.address < hit.end &&
                 row.bytes <= hit.end - row.address && !(write && hit.readOnly);
  return isKnown || access.warp.findAllocation(access.op, access.lane,
                                               row.address, row.bytes, write);
}

/// Has all of it been written, where that is looked at?
static bool checkWritten(const TensorAccess &access, Space space,
                         uint64_t address, uint64_t bytes) {
  return !access.warp.checks ||
         access.warp.checks->reads(access.warp, access.op, access.lane, space,
                                   address, static_cast<uint32_t>(bytes));
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

bool loadTensor(const TensorAccess &access, uint64_t mbarrier,
                std::optional<uint32_t> ranks) {
  Warp &warp = access.warp;
  std::vector<Arrival> arrivals;
  std::optional<TensorMap> map = mapOf(access);
  if (!map || !findArrivals(access, *map, mbarrier, ranks, arrivals))
    return false;
  uint64_t bytes = map->boxBytes();
  std::vector<char> box(bytes);
  fillTensorBox(*map, box.data(), bytes);
  bool isRead = forTensorRows(*map, access.start, [&](const TensorRow &row) {
    if (!row.bytes)
      return true;
    if (!checkGlobal(access, row, /*write=*/false) ||
        !checkWritten(access, Space::Global, row.address, row.bytes))
      return false;
    char *to = box.data() + row.offset;
    std::memcpy(to, reinterpret_cast<const char *>(row.address), row.bytes);
    convertTensorElements(map->type, to, row.bytes);
    if (warp.counters)
      warp.counters->noteSpan(warp, access.op, MemoryAccess::Kind::Load,
                              row.address, row.bytes);
    return true;
  });
  if (!isRead)
    return false;
  if (warp.counters)
    warp.counters->noteBulk(warp, access.op, bytes);
  for (const Arrival &arrival : arrivals) {
    AsyncWrite write;
    write.to = arrival.to;
    write.bytes = box.data();
    write.size = static_cast<uint32_t>(bytes);
    write.swizzle = swizzleMask(map->swizzle);
    std::string wrong = arrival.owner->mbarriers().bulkWrite(
        arrival.mbarrier, {&warp, access.lane, warp.pcOf(access.op)}, write);
    if (!wrong.empty())
      return fail(access, cuda::Result::LaunchFailed, std::move(wrong));
  }
  return true;
}

bool storeTensor(const TensorAccess &access,
                 Combine (*pick)(cuda::TensorMapDataType type)) {
  Warp &warp = access.warp;
  std::optional<TensorMap> map = mapOf(access);
  if (!map || !checkShared(access, *map))
    return false;
  BulkStore store;
  store.lane = access.lane;
  store.pc = warp.pcOf(access.op);
  store.combine = pick ? pick(map->type) : nullptr;
  if (pick && !store.combine)
    return fail(access, cuda::Result::IllegalInstruction,
                "elements of the tensor map's type cannot be reduced in this "
                "way");
  uint64_t bytes = 0;
  bool isThere = forTensorRows(*map, access.start, [&](const TensorRow &row) {
    if (!row.bytes)
      return true;
    if (!checkGlobal(access, row, /*write=*/true) ||
        (pick && !checkWritten(access, Space::Global, row.address, row.bytes)))
      return false;
    bytes += row.bytes;
    bool isWritten = true;
    forPieces(
        static_cast<uint32_t>(access.shared + row.offset),
        static_cast<uint32_t>(row.bytes), swizzleMask(map->swizzle),
        [&](uint32_t from, uint32_t offset, uint32_t size) {
          isWritten =
              isWritten && checkWritten(access, Space::Shared, from, size);
          store.pieces.push_back(
              {from, size, reinterpret_cast<char *>(row.address + offset)});
        });
    if (isWritten && warp.counters)
      warp.counters->noteSpan(warp, access.op, MemoryAccess::Kind::Store,
                              row.address, row.bytes);
    return isWritten;
  });
  if (!isThere)
    return false;
  if (warp.counters)
    warp.counters->noteBulk(warp, access.op, bytes);
  if (warp.bulkGroups.issue(warp, std::move(store)))
    return true;
  warp.endFaulted(access.op);
  return false;
}

bool prefetchTensor(const TensorAccess &access) {
  std::optional<TensorMap> map = mapOf(access);
  return map && forTensorRows(*map, access.start, [&](const TensorRow &row) {
           return !row.bytes || checkGlobal(access, row, /*write=*/false);
         });
}

} // namespace theano::sim
