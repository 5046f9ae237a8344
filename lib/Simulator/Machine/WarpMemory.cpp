//===- WarpMemory.cpp - where an access goes ------------------------------===//

#include "Checks/BlockChecks.h"
#include "Machine/AccessText.h"
#include "Machine/Block.h"

#include <cstdio>

namespace theano::sim {

std::string hexText(uint64_t value) {
  char text[20];
  std::snprintf(&text[0], sizeof(text), "0x%llx",
                static_cast<unsigned long long>(value));
  return &text[0];
}

std::string accessText(uint64_t bytes, bool write) {
  return std::string(write ? "write" : "read") + " of " +
         std::to_string(bytes) + " bytes";
}

/// What lies nearest to an address that no allocation holds.
static std::string nearest(const AddressSpace &memory, uint64_t address) {
  std::optional<Allocation> before = memory.before(address);
  std::optional<Allocation> after = memory.after(address);
  // Beyond this an address is nowhere rather than near something.
  constexpr uint64_t near = 1 << 20;
  uint64_t past =
      before && address >= before->end ? address - before->end : ~uint64_t(0);
  uint64_t ahead = after ? after->begin - address : ~uint64_t(0);
  if (past <= ahead && past < near)
    return std::to_string(past) + " bytes behind the end of " +
           describe(*before) + (before->freed ? ", which is freed" : "");
  if (ahead < near)
    return std::to_string(ahead) + " bytes before " + describe(*after);
  return "no allocation is near";
}

bool Warp::findAllocation(const Op &op, unsigned lane, uint64_t address,
                          uint64_t bytes, bool write) {
  const AddressSpace &memory = *block_.launch().memory;
  std::optional<Allocation> found = memory.find(address);
  std::string what =
      accessText(bytes, write) + " at global address " + hexText(address);
  if (!found) {
    fault(op, lane, cuda::Result::IllegalAddress,
          "out of bounds: " + what + ", " + nearest(memory, address));
    return false;
  }
  if (found->freed) {
    fault(op, lane, cuda::Result::IllegalAddress,
          "freed memory: " + what + ", " +
              std::to_string(address - found->begin) + " bytes into " +
              describe(*found));
    return false;
  }
  if (bytes > found->end - address) {
    fault(op, lane, cuda::Result::IllegalAddress,
          "out of bounds: " + what + ", which ends " +
              std::to_string(bytes - (found->end - address)) +
              " bytes behind " + describe(*found));
    return false;
  }
  if (write && found->readOnly) {
    fault(op, lane, cuda::Result::IllegalAddress,
          "read-only memory: " + what + ", in " + describe(*found));
    return false;
  }
  // Another thread may free what malloc has made, before the next access.
  if (found->kind != AllocationKind::Heap)
    hits[op.slot] = {found->begin, found->end, found->readOnly};
  return true;
}

bool Warp::isReadOnly(uint64_t address) const {
  std::optional<Allocation> found = block_.launch().memory->find(address);
  return found && found->readOnly;
}

Space findSpace(uint64_t &address) {
  constexpr uint64_t inside = (uint64_t(1) << windowShift) - 1;
  uint64_t window = address >> windowShift;
  if (window == 0)
    return Space::Global;
  // Without a rank, as all that are of no cluster: one look is enough.
  if (address >> clusterShift == sharedWindow >> clusterShift) {
    address -= sharedWindow;
    return Space::Shared;
  }
  address &= inside;
  switch (window) {
  case sharedWindow >> windowShift:
    return Space::SharedCluster;
  case localWindow >> windowShift:
    return Space::Local;
  case paramWindow >> windowShift:
    return Space::Param;
  default:
    address |= window << windowShift;
    return Space::Generic;
  }
}

/// Apart, so that what is in bounds costs no more than that is found out.
[[gnu::noinline]] static char *reportOutside(Warp &warp, const Op &op,
                                             unsigned lane, Space space,
                                             uint64_t address, uint32_t bytes,
                                             bool write, uint64_t size) {
  warp.fault(op, lane, cuda::Result::IllegalAddress,
             "out of bounds: " + accessText(bytes, write) + " at " +
                 std::string(spelling(space)) + " address " + hexText(address) +
                 ", of " + std::to_string(size) + " bytes");
  return nullptr;
}

char *Warp::resolve(const Op &op, unsigned lane, Space space, uint64_t address,
                    uint32_t bytes, bool write) {
  if (space == Space::Generic)
    space = findSpace(address);
  if (space == Space::Shared) {
    if (address > sharedBytes || bytes > sharedBytes - address)
      return reportOutside(*this, op, lane, space, address, bytes, write,
                           sharedBytes);
    if (!noteAccess(op, lane, space, address, bytes, write))
      return nullptr;
    return shared + address;
  }
  if (space == Space::Local) {
    uint64_t size = current_->localBase + current_->function->localBytes;
    if (address > size || bytes > size - address)
      return reportOutside(*this, op, lane, space, address, bytes, write, size);
    return local + uint64_t(lane) * localStride + address;
  }
  if (space == Space::Param) {
    if (address > paramBytes || bytes > paramBytes - address || write)
      return reportOutside(*this, op, lane, space, address, bytes, write,
                           paramBytes);
    return const_cast<char *>(params) + address;
  }
  if (space == Space::SharedCluster)
    return resolveInCluster(op, lane, address, bytes, write);
  const Hit &hit = hits[op.slot];
  bool known = address >= hit.begin && address < hit.end &&
               bytes <= hit.end - address && !(write && hit.readOnly);
  if (!known && !findAllocation(op, lane, address, bytes, write))
    return nullptr;
  if (!noteAccess(op, lane, Space::Global, address, bytes, write))
    return nullptr;
  return reinterpret_cast<char *>(address);
}

/// Tells the checks of what is no load or store; those have been looked at.
bool Warp::noteAccess(const Op &op, unsigned lane, Space space,
                      uint64_t address, uint32_t bytes, bool write) {
  if (!checks)
    return true;
  if (!write)
    return checks->reads(*this, op, lane, space, address, bytes);
  checks->wrote(space, address, bytes);
  return true;
}

bool Warp::misaligned(const Op &op, unsigned lane, Space space,
                      uint64_t address, uint32_t bytes) {
  fault(op, lane, cuda::Result::MisalignedAddress,
        "misaligned access: the " + std::string(spelling(space)) + " address " +
            hexText(address) + " is not a multiple of " +
            std::to_string(bytes));
  return false;
}

} // namespace theano::sim
