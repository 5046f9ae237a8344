//===- TensorCopies.cpp - copies of boxes of arrays -----------------------===//

#include "Machine/TensorCopies.h"

#include "Checks/BlockChecks.h"
#include "Machine/AccessText.h"
#include "Machine/Block.h"

#include <cstring>

namespace theano::sim {

/// Of a box in shared memory.
static constexpr uint32_t boxAlignment = 128;
static constexpr uint64_t mostBoxBytes = 1 << 20;
/// What counts as an instruction for the watchdog.
static constexpr uint64_t bytesPerOp = 64;

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
  access.warp.charge(map->boxBytes() / bytesPerOp);
  return map;
}

/// Is the place of the box in shared memory one? With a swizzle that is all of
/// the lines that it touches.
static bool checkShared(const TensorAccess &access, const TensorMap &map,
                        bool write) {
  Warp &warp = access.warp;
  if (access.shared % boxAlignment)
    return warp.misaligned(access.op, access.lane, Space::Shared, access.shared,
                           boxAlignment);
  uint64_t bytes = map.boxBytes();
  if (swizzleMask(map.swizzle))
    bytes = (bytes + boxAlignment - 1) / boxAlignment * boxAlignment;
  if (access.shared <= warp.sharedBytes &&
      bytes <= warp.sharedBytes - access.shared)
    return true;
  return fail(access, cuda::Result::IllegalAddress,
              "out of bounds: " + accessText(bytes, write) +
                  " at shared address " + hexText(access.shared) + ", of " +
                  std::to_string(warp.sharedBytes) + " bytes");
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

bool loadTensor(const TensorAccess &access, uint64_t mbarrier) {
  Warp &warp = access.warp;
  constexpr uint32_t mbarrierBytes = 8;
  if (mbarrier % mbarrierBytes)
    return warp.misaligned(access.op, access.lane, Space::Shared, mbarrier,
                           mbarrierBytes);
  if (!warp.resolve(access.op, access.lane, Space::Shared, mbarrier,
                    mbarrierBytes, /*write=*/true))
    return false;
  std::optional<TensorMap> map = mapOf(access);
  if (!map || !checkShared(access, *map, /*write=*/true))
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
  std::string wrong = warp.block().mbarriers().bulkCopy(
      static_cast<uint32_t>(mbarrier),
      {&warp, access.lane, warp.pcOf(access.op)},
      static_cast<uint32_t>(access.shared), box.data(),
      static_cast<uint32_t>(bytes), swizzleMask(map->swizzle));
  return wrong.empty() ||
         fail(access, cuda::Result::LaunchFailed, std::move(wrong));
}

bool storeTensor(const TensorAccess &access,
                 BulkWrite (*pick)(cuda::TensorMapDataType type),
                 bool updates) {
  Warp &warp = access.warp;
  std::optional<TensorMap> map = mapOf(access);
  if (!map || !checkShared(access, *map, /*write=*/false))
    return false;
  BulkStore store;
  store.lane = access.lane;
  store.pc = warp.pcOf(access.op);
  store.write = pick(map->type);
  if (!store.write)
    return fail(access, cuda::Result::IllegalInstruction,
                "elements of the tensor map's type cannot be reduced in this "
                "way");
  uint64_t bytes = 0;
  bool isThere = forTensorRows(*map, access.start, [&](const TensorRow &row) {
    if (!row.bytes)
      return true;
    if (!checkGlobal(access, row, /*write=*/true) ||
        (updates &&
         !checkWritten(access, Space::Global, row.address, row.bytes)))
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
