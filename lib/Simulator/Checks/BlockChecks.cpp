//===- BlockChecks.cpp - what is looked for beyond every access -----------===//

#include "Checks/BlockChecks.h"

#include "Machine/AccessText.h"
#include "Machine/Block.h"
#include "Machine/CoreOps.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace theano::sim {

/// Reads of one word of shared memory that are remembered beyond one of each
/// warp.
static constexpr unsigned mostSharedReads = 64;
/// The same of all blocks of a cluster.
static constexpr unsigned mostClusterReads = 250;

static unsigned warpsOf(const LaunchSpec &launch) {
  return (launch.threads() + warpSize - 1) / warpSize;
}

AllocationShadow &LaunchChecks::shadowOf(const Allocation &allocation) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::unique_ptr<AllocationShadow> &shadow = shadows_[allocation.begin];
  if (!shadow)
    shadow = std::make_unique<AllocationShadow>(
        arena, allocation.end - allocation.begin, budget_);
  return *shadow;
}

/// The allocation that the op with this slot met last.
struct BlockChecks::Region {
  uint64_t begin = 0, end = 0;
  WrittenBytes *written = nullptr;    ///< null where all is
  AllocationShadow *shadow = nullptr; ///< null where nothing can be written
  uint64_t shadowBegin = 0;           ///< what the shadow is of
  /// Of malloc, and keeps what others may free: of one access only.
  bool isHeap = false;
  std::shared_ptr<WrittenBytes> kept;

  bool holds(uint64_t address, uint64_t bytes) const {
    return address >= begin && address < end && bytes <= end - address;
  }
};

//===----------------------------------------------------------------------===//
// Access
//===----------------------------------------------------------------------===//

/// What an op does, lane after lane; and a witness of those that `lanes` names
/// at the moment.
class BlockChecks::Access final : public Witness {
public:
  Access(const BlockChecks &checks, Warp &warp, const Op &op,
         const OpInfo &info)
      : warp(warp), op(op), info(info), checks_(checks),
        bytes_(info.access.bytes) {
    clusterSize = checks.block_.launch().clusterSize();
  }

  Warp &warp;
  const Op &op;
  const OpInfo &info;

  // Of the lanes that are looked at: they read one place, or there is but one.
  uint32_t lanes = 0;
  unsigned lane = 0; ///< the lowest
  Space space = Space::Generic;
  uint64_t address = 0;         ///< in `space`
  const char *memory = nullptr; ///< what is there

  // The page that is worked on, which starts at this address.
  AllocationShadow::Page *page = nullptr;
  uint64_t pageStart = 0;
  std::unique_lock<std::mutex> pageLock;

  Others othersInGlobal = Others::Some; ///< `others` in global memory
  bool isFirst = false; ///< whatever was there before is nobody's concern
  bool isShared = false;
  const Block *owner = nullptr; ///< of the shared memory, if it is another's

  /// "shared address 0x10 of block (1,0,0)"
  std::string place() const {
    return std::string(spelling(space)) + " address " + hexText(address) +
           (owner ? " of block " + tripleText(owner->id()) : "");
  }

  uint32_t bytes() const { return bytes_; }
  /// Looks at a part of the bytes alone.
  void narrow(uint64_t from, uint32_t bytes) {
    address = from;
    bytes_ = bytes;
  }
  bool reads() const { return info.access.kind != MemoryAccess::Kind::Store; }
  bool writes() const { return info.access.kind != MemoryAccess::Kind::Load; }

  /// The offset in its page of the shadow of an allocation.
  uint32_t withinPage(uint64_t allocation) const {
    return static_cast<uint32_t>(
        (address - allocation) &
        ((uint64_t(1) << AllocationShadow::pageBits) - 1));
  }

  uint64_t addressOf(unsigned of) const {
    return info.access.narrow ? warp.row<uint32_t>(op.at[0])[of] +
                                    static_cast<uint32_t>(op.imm)
                              : warp.row<uint64_t>(op.at[0])[of] + op.imm;
  }

  bool knowsOtherwise(const AccessRecord &other) const override {
    // Shared memory still has the marks of the clusters before.
    if (isFirst ||
        (isShared && other.block / clusterSize != record.block / clusterSize))
      return true;
    // A lane knows what it did itself; of several, one did not.
    bool isAlone = (lanes & (lanes - 1)) == 0;
    uint32_t others = isAlone && other.isOfSameWarp(record)
                          ? other.lanes & ~lanes
                          : other.lanes;
    return checks_.clocks_.knows(record.warp, lane, other.block, other.warp,
                                 others, other.time);
  }

  bool writesTheSame(const AccessRecord &other, unsigned offset,
                     unsigned size) const override {
    if (info.access.kind != MemoryAccess::Kind::Store)
      return false;
    // A lane of this very instruction has not reached memory yet.
    auto before = static_cast<unsigned>(std::countr_zero(other.lanes));
    bool isTogether = other.isOfSameWarp(record) && other.pc == record.pc &&
                      other.time == record.time && (warp.mask >> before & 1) &&
                      addressOf(before) == start();
    auto isSame = [&] {
      for (unsigned i = offset; i < offset + size; ++i) {
        char there = isTogether ? storedByte(before, i) : memory[i];
        if (storedByte(lane, i) != there)
          return false;
      }
      return true;
    };
    // Nor, perhaps, has one of a block on another host thread, that is about
    // to.
    for (unsigned tries = 0; !isSame(); ++tries) {
      if (other.block == record.block || tries == 200)
        return false;
      std::this_thread::sleep_for(std::chrono::microseconds(10));
    }
    return true;
  }

  /// A finding against the lanes, in which `other` has a part, if it is given.
  void report(std::string message, const AccessRecord *other = nullptr) {
    uint32_t guilty = lanes;
    if (other && other->isOfSameWarp(record) && (lanes & ~other->lanes))
      guilty &= ~other->lanes;
    pageLock = {};
    warp.fault(op, static_cast<unsigned>(std::countr_zero(guilty)),
               cuda::Result::LaunchFailed, std::move(message));
  }

  /// Is what the compare-and-swap compares with in memory?
  bool comparesEqual() const {
    uint64_t there = 0;
    std::memcpy(&there, memory, bytes());
    uint64_t wanted = bytes() == 8 ? warp.row<uint64_t>(op.at[2])[lane]
                      : bytes() == 4
                          ? warp.row<uint32_t>(op.at[2])[lane]
                          : warp.row<uint32_t>(op.at[2])[lane] & 0xffff;
    return there == wanted;
  }

private:
  /// The lane's address as the op has it.
  uint64_t start() const { return addressOf(lane); }

  char storedByte(unsigned of, unsigned i) const {
    unsigned width = bytes() / info.access.elements;
    uint32_t row = op.at[1 + i / width];
    uint64_t value =
        width == 8 ? warp.row<uint64_t>(row)[of] : warp.row<uint32_t>(row)[of];
    return static_cast<char>(value >> i % width * 8);
  }

  const BlockChecks &checks_;
  uint32_t bytes_;
};

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

BlockChecks::BlockChecks(Block &block, LaunchChecks &launch)
    : block_(block), launch_(launch), image_(*block.launch().image),
      clocks_(warpsOf(block.launch()), block.launch().clusterSize()),
      sharedWritten_(block.sharedBytes()),
      // Always room for a warp, of which there may be but one; in a cluster for
      // a warp of any block.
      sharedCells_(launch.arena, static_cast<uint32_t>(block.sharedBytes()),
                   block.launch().clusterSize() > 1
                       ? 1
                       : std::max(warpsOf(block.launch()), 2u),
                   block.launch().clusterSize() > 1 ? mostClusterReads
                                                    : mostSharedReads),
      localWritten_(warpsOf(block.launch())), regions_(image_.hitSlots),
      products_(warpsOf(block.launch())) {}

BlockChecks::~BlockChecks() = default;

unsigned BlockChecks::warpIndex(const Warp &warp) { return warp.index(); }

void BlockChecks::start() {
  clocks_.start(static_cast<uint32_t>(block_.index()));
  sharedWritten_.clear(0, sharedWritten_.size());
  sharedPublished_.clear();
  arrivals_.clear();
  remote_.clear();
  for (PendingProducts &products : products_)
    products.clear();
  for (std::unique_ptr<WrittenBytes> &written : localWritten_)
    if (written)
      written->clear(0, written->size());
}

const Op *BlockChecks::run(Warp &warp, const Op &op) {
  if (op.run != guardOp)
    return runUnguarded(warp, op);
  // As the guard does, which would run the op unseen.
  uint32_t all = warp.mask, some = all & guardLanes(warp, op);
  const Op &guarded = (&op)[1];
  if (some == 0)
    return &guarded + 1;
  warp.mask = some;
  const Op *next = runUnguarded(warp, guarded);
  warp.mask = all;
  return next;
}

const Op *BlockChecks::runUnguarded(Warp &warp, const Op &op) {
  const OpInfo &info = image_.info[warp.pcOf(op)];
  if (PendingProducts &products = productsOf(warp);
      !products.isEmpty() && info.counted)
    if (std::string wrong = products.look(warp, *info.instruction);
        !wrong.empty())
      return warp.fault(op, static_cast<unsigned>(std::countr_zero(warp.mask)),
                        cuda::Result::LaunchFailed, std::move(wrong));
  switch (info.ordering.kind) {
  case Ordering::Kind::None:
    break;
  case Ordering::Kind::Fence:
    for (uint32_t rest = warp.mask; rest; rest &= rest - 1)
      clocks_.fence(warp.index(), static_cast<unsigned>(std::countr_zero(rest)),
                    info.ordering);
    break;
  case Ordering::Kind::Meeting:
    // Where lanes are missing, the warp tells when they have come.
    if (warp.isComplete(op)) {
      met(warp, warp.mask);
      // Not stores: what lies in the row of a lane comes from others, so that
      // equal values cannot be told.
      if (info.access.kind == MemoryAccess::Kind::Load) {
        Access access(*this, warp, op, info);
        if (!enter(access))
          return warp.stop;
      }
    }
    break;
  case Ordering::Kind::Access: {
    // Parameters are nobody else's.
    if (info.access.kind == MemoryAccess::Kind::None)
      break;
    Access access(*this, warp, op, info);
    if (!info.ordering.isStrong || info.access.space == Space::Shared ||
        info.access.space == Space::SharedCluster)
      return enter(access) ? op.run(warp, op) : warp.stop;
    std::lock_guard<FairMutex> lock(launch_.strong);
    return enter(access) ? op.run(warp, op) : warp.stop;
  }
  }
  return op.run(warp, op);
}

bool BlockChecks::ended() { return areProductsAwaited() && isMemoryAwaited(); }

bool BlockChecks::areProductsAwaited() {
  for (uint32_t i = 0; i < products_.size(); ++i)
    if (uint32_t pc = 0; products_[i].findUnawaited(pc)) {
      block_.report(block_.warp(i), 0, pc, cuda::Result::LaunchFailed,
                    "ended block: nobody has waited for the product, which may "
                    "still read shared memory: wgmma.commit_group or "
                    "wait_group is missing");
      return false;
    }
  return true;
}

void BlockChecks::met(const Warp &warp, uint32_t lanes) {
  clocks_.meet(warp.index(), lanes, lanes == warp.alive());
}

void BlockChecks::entered(const Warp &warp, uint32_t lanes, uint32_t localBase,
                          uint32_t localBytes) {
  if (WrittenBytes *written = localWritten_[warp.index()].get())
    for (uint32_t rest = lanes; rest; rest &= rest - 1)
      written->clear(static_cast<uint64_t>(std::countr_zero(rest)) *
                             warp.localStride +
                         localBase,
                     localBytes);
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

/// Says of the access when it is, whose, and how strong.
void BlockChecks::date(Access &access) {
  unsigned warp = access.warp.index();
  AccessRecord &record = access.record;
  record.block = static_cast<uint32_t>(block_.index());
  record.time = clocks_.now(warp);
  record.warp = warp & (warpSize - 1);
  // Further ops than that have no place in a record; none has so many.
  record.pc =
      std::min(access.warp.pcOf(access.op), (1u << AccessRecord::pcBits) - 1) &
      ((1u << AccessRecord::pcBits) - 1);
  const Ordering &ordering = access.info.ordering;
  Strength strength =
      !ordering.isStrong                           ? Strength::Weak
      : ordering.scope == Ordering::Scope::Block   ? Strength::Block
      : ordering.scope == Ordering::Scope::Cluster ? Strength::Cluster
                                                   : Strength::Device;
  record.strengthBits = static_cast<uint32_t>(strength) & 3;
}

bool BlockChecks::enter(Access &access) {
  const MemoryAccess &what = access.info.access;
  unsigned warp = access.warp.index();
  AccessRecord &record = access.record;
  const Ordering &ordering = access.info.ordering;
  date(access);
  // What strong accesses find may tell the lanes apart.
  bool isUniform = clocks_.isUniform(warp) && !ordering.isStrong;
  if (isUniform)
    lookUp(access);
  // Lanes that read one place and know the same are one.
  bool areOne = what.kind == MemoryAccess::Kind::Load && !ordering.isStrong &&
                what.space != Space::Generic && what.space != Space::Local &&
                isUniform;
  uint32_t rest = access.warp.mask & what.lanes;
  if (isUniform && rest == fullMask && what.space == Space::Global)
    rest = enterRows(access);
  while (rest) {
    access.lane = static_cast<unsigned>(std::countr_zero(rest));
    access.lanes = 1u << access.lane;
    access.address = access.addressOf(access.lane);
    access.space = what.space;
    access.isShared = false;
    rest &= rest - 1;
    while (areOne && rest &&
           access.addressOf(static_cast<unsigned>(std::countr_zero(rest))) ==
               access.address) {
      access.lanes |= rest & -rest;
      rest &= rest - 1;
    }
    // The lanes of a tile read the same again row by row.
    for (unsigned apart = 8; areOne && access.lane + apart < warpSize;
         apart += 8)
      if (unsigned other = access.lane + apart;
          rest >> other & 1 && access.addressOf(other) == access.address) {
        access.lanes |= 1u << other;
        rest &= ~(1u << other);
      }
    record.lanes = access.lanes;
    if (!isUniform)
      lookUp(access);
    if (!enterLanes(access))
      return false;
  }
  return true;
}

/// What the lane knows.
void BlockChecks::lookUp(Access &access) const {
  access.known = clocks_.known(access.warp.index(), access.lane);
  access.othersInGlobal = clocks_.knowsOthers(access.warp.index(), access.lane)
                              ? Witness::Others::Some
                              : Witness::Others::None;
}

bool BlockChecks::enterLanes(Access &access) {
  if (access.space == Space::Generic)
    access.space = findSpace(access.address);
  uint32_t bytes = access.bytes(), unused = access.info.access.unused;
  uint64_t start = access.address;
  if (start & (bytes - 1))
    return true;
  if (!unused)
    return enterBytes(access);
  // A load that the compiler made of several: what they read, in pieces that
  // are aligned.
  auto isUsed = [&](uint32_t first, uint32_t size) {
    return !(unused >> first & ((uint64_t(1) << size) - 1));
  };
  bool isClean = true;
  for (uint32_t first = 0, size = 0; first < bytes && isClean; first += size) {
    size = 1;
    if (!isUsed(first, size))
      continue;
    while (first % (2 * size) == 0 && first + 2 * size <= bytes &&
           isUsed(first, 2 * size))
      size *= 2;
    access.narrow(start + first, size);
    isClean = enterBytes(access);
  }
  access.narrow(start, bytes);
  return isClean;
}

bool BlockChecks::enterBytes(Access &access) {
  switch (access.space) {
  case Space::Shared:
    return enterShared(access, *this);
  case Space::SharedCluster:
    return enterCluster(access);
  case Space::Local:
    return enterLocal(access);
  case Space::Global:
    return enterGlobal(access);
  default:
    return true;
  }
}

bool BlockChecks::enterWritten(Access &access, WrittenBytes &written,
                               uint64_t at, std::string_view where) {
  if (!access.reads()) {
    written.markAlone(at, access.bytes());
    return true;
  }
  if (written.all(at, access.bytes()))
    return true;
  uint64_t first = written.firstUnwritten(at, access.bytes()) - at;
  access.report("unwritten memory: " + accessText(access.bytes(), false) +
                " at " + access.place() + std::string(where) +
                (first == 0 ? ", which nothing has written"
                            : ", of which nothing has written byte " +
                                  std::to_string(first)));
  return false;
}

bool BlockChecks::enterShared(Access &access, BlockChecks &owner) {
  uint64_t size = owner.block_.sharedBytes();
  if (access.address > size || access.bytes() > size - access.address)
    return true;
  access.memory = owner.block_.shared() + access.address;
  // Shared memory still has the marks of the blocks before.
  access.isShared = true;
  access.others =
      access.clusterSize > 1 ? Witness::Others::Some : Witness::Others::All;
  if (!enterWritten(access, owner.sharedWritten_, access.address, "") ||
      !enterCells(access, owner.sharedCells_,
                  static_cast<uint32_t>(access.address)))
    return false;
  if (access.info.ordering.isStrong)
    synchronize(access, owner.sharedPublished_);
  return true;
}

/// The shared memory of any block of the cluster.
bool BlockChecks::enterCluster(Access &access) {
  Block *owner = access.warp.ownerOf(access.address);
  access.space = Space::Shared;
  if (owner == &block_)
    return enterShared(access, *this);
  if (!owner || owner->hasEnded())
    return true;
  access.owner = owner;
  if (!knowsStarted(access.warp, access.op, access.lane, *owner) ||
      !enterShared(access, *owner->checks()))
    return false;
  owner->checks()->noteRemote(access.record);
  access.owner = nullptr;
  return true;
}

bool BlockChecks::enterLocal(Access &access) {
  const Warp &warp = access.warp;
  if (access.address > warp.localStride ||
      access.bytes() > warp.localStride - access.address)
    return true;
  std::unique_ptr<WrittenBytes> &written = localWritten_[warp.index()];
  if (!written)
    written =
        std::make_unique<WrittenBytes>(uint64_t(warp.localStride) * warpSize);
  return enterWritten(access, *written,
                      uint64_t(access.lane) * warp.localStride + access.address,
                      "");
}

BlockChecks::Region &BlockChecks::regionOf(const Access &access) {
  Region &region = regions_[access.op.slot];
  if (!region.isHeap && region.holds(access.address, access.bytes()))
    return region;
  region = {};
  std::optional<Allocation> found =
      block_.launch().memory->find(access.address);
  if (!found || found->freed)
    return region;
  if (found->kind == AllocationKind::Heap)
    return region = heapRegion(*found);
  region.begin = region.shadowBegin = found->begin;
  region.end = found->end;
  region.written = found->written.get();
  if (!found->readOnly)
    region.shadow = &launch_.shadowOf(*found);
  return region;
}

/// All that malloc makes has one shadow, since it is made again and again.
BlockChecks::Region BlockChecks::heapRegion(const Allocation &allocation) {
  auto [begin, end] = block_.launch().memory->heap();
  Allocation heap;
  heap.begin = begin;
  heap.end = end;
  return {allocation.begin,
          allocation.end,
          allocation.written.get(),
          &launch_.shadowOf(heap),
          begin,
          /*isHeap=*/true,
          allocation.written};
}

/// Enters a write of all that malloc has made there; false after a finding.
bool BlockChecks::enterHeap(Access &access, unsigned lane,
                            const Allocation &allocation) {
  date(access);
  access.lane = lane;
  access.lanes = access.record.lanes = 1u << lane;
  access.space = Space::Global;
  lookUp(access);
  access.others = access.isFirst ? Witness::Others::All : access.othersInGlobal;
  Region region = heapRegion(allocation);
  constexpr uint32_t piece = DeviceHeap::alignment;
  for (uint64_t at = allocation.begin; at < allocation.end; at += piece) {
    access.narrow(at, piece);
    if (!enterCells(access, cellsOf(access, region),
                    access.withinPage(region.shadowBegin)))
      return false;
  }
  return true;
}

void BlockChecks::allocated(Warp &warp, const Op &op, unsigned lane,
                            uint64_t address, uint64_t bytes) {
  Allocation made;
  made.begin = address;
  made.end = address + bytes;
  Access access(*this, warp, op, image_.info[warp.pcOf(op)]);
  access.isFirst = true;
  enterHeap(access, lane, made);
}

bool BlockChecks::released(Warp &warp, const Op &op, unsigned lane,
                           const Allocation &allocation) {
  Access access(*this, warp, op, image_.info[warp.pcOf(op)]);
  return enterHeap(access, lane, allocation);
}

/// Enters what the lanes do in order in rows of global memory, at once; answers
/// those that are left.
uint32_t BlockChecks::enterRows(Access &access) {
  uint64_t begin = access.addressOf(0);
  uint32_t bytes = access.bytes(), left = fullMask;
  uint64_t apart = begin & (bytes - 1);
  for (unsigned lane = 0; lane < warpSize; ++lane)
    apart |= access.addressOf(lane) - begin - uint64_t(lane) * bytes;
  access.address = begin;
  if (apart || bytes < 4 ||
      access.info.access.kind == MemoryAccess::Kind::Atomic ||
      access.info.access.unused)
    return left;
  const Region &region = regionOf(access);
  uint64_t at = begin - region.begin, size = uint64_t(warpSize) * bytes;
  if (!region.holds(begin, size) || !region.shadow)
    return left;
  if (region.written && access.writes())
    region.written->mark(at, size);
  else if (region.written && !region.written->all(at, size))
    return left;
  access.others = access.othersInGlobal;
  for (uint64_t end = at + size; at < end;) {
    uint64_t next =
        std::min((at / ShadowCells::rowBytes + 1) * ShadowCells::rowBytes, end);
    auto first = static_cast<uint32_t>((access.address - begin) / bytes);
    auto count = static_cast<uint32_t>((next - at) / bytes);
    access.lane = first;
    access.lanes = (fullMask >> (warpSize - count)) << first;
    access.record.lanes = access.lanes;
    ShadowCells &cells = cellsOf(access, region);
    uint32_t within = access.withinPage(region.shadowBegin);
    auto behind = static_cast<uint32_t>(within + (next - at));
    if (access.writes() ? cells.writeRow(within, behind, access)
                        : cells.readRow(within, behind, access))
      left &= ~access.lanes;
    access.address += next - at;
    at = next;
  }
  return left;
}

/// The cells of the page of the access, which is locked.
ShadowCells &BlockChecks::cellsOf(Access &access, const Region &region) {
  uint64_t start = access.address - access.withinPage(region.shadowBegin);
  if (!access.page || start != access.pageStart) {
    // One at a time: others may want two in another order.
    access.pageLock = {};
    access.page = &region.shadow->page(access.address - region.shadowBegin);
    access.pageLock = std::unique_lock<std::mutex>(access.page->mutex);
    access.pageStart = start;
  }
  return access.page->cells;
}

bool BlockChecks::enterGlobal(Access &access) {
  const Region &region = regionOf(access);
  if (!region.holds(access.address, access.bytes()) || !region.shadow)
    return true;
  access.memory = reinterpret_cast<const char *>(access.address);
  access.others = access.othersInGlobal;
  uint64_t at = access.address - region.begin;
  if (WrittenBytes *written = region.written) {
    if (!access.reads())
      written->mark(at, access.bytes());
    else if (!written->all(at, access.bytes()) &&
             !enterWritten(
                 access, *written, at,
                 ", " + std::to_string(at) + " bytes into " +
                     describe(*block_.launch().memory->find(access.address))))
      return false;
  }
  if (!enterCells(access, cellsOf(access, region),
                  access.withinPage(region.shadowBegin)))
    return false;
  if (access.info.ordering.isStrong)
    synchronize(access, launch_.published);
  return true;
}

bool BlockChecks::enterCells(Access &access, ShadowCells &cells, uint32_t at) {

  Race race;
  if (access.writes() ? cells.write(at, access.bytes(), access, race)
                      : cells.read(at, access.bytes(), access, race))
    return true;
  const AccessRecord &other = race.other;
  uint32_t lanes = other.lanes;
  if (other.isOfSameWarp(access.record) && (lanes & ~access.lanes))
    lanes &= ~access.lanes;
  std::string who =
      "thread " +
      tripleText(block_.threadId(
          other.warp, static_cast<unsigned>(std::countr_zero(lanes))));
  if (other.block != access.record.block)
    who += " of block " + tripleText(block_.idOf(other.block));
  // Some writes are kept where reads are.
  bool isWrite = race.isWithWrite ||
                 image_.info[other.pc].access.kind == MemoryAccess::Kind::Store;
  Fault place;
  locate(place, image_, other.pc);
  std::string where = "PTX line " + std::to_string(place.ptxLine) + " (" +
                      place.instruction + ")" +
                      (place.source.empty() ? "" : ", " + place.source);
  access.report("race: " + accessText(access.bytes(), access.writes()) +
                    " at " + access.place() + ", which " + who +
                    (isWrite ? " writes" : " reads") + " at " + where +
                    "; nothing orders the two",
                &other);
  return false;
}

void BlockChecks::synchronize(const Access &access, PublishedAt &published) {
  const Ordering &ordering = access.info.ordering;
  unsigned warp = access.warp.index();
  auto found = published.find(access.address);
  if (access.reads() && found != published.end())
    clocks_.acquire(warp, access.lane, ordering, found->second);
  if (!access.writes() || (ordering.compares && !access.comparesEqual()))
    return;
  Published mine = clocks_.release(warp, access.lane, ordering);
  if (mine.empty()) {
    // An update passes on what it found; a store ends it.
    if (!access.reads() && found != published.end())
      published.erase(found);
    return;
  }
  if (access.reads() && found != published.end()) {
    const Published &old = found->second;
    mine.device = old.device.with(mine.device);
    if (old.blockIndex / access.clusterSize ==
        mine.blockIndex / access.clusterSize)
      mine.cluster = old.cluster.with(mine.cluster);
    if (old.blockIndex == mine.blockIndex)
      mine.block = old.block.with(mine.block);
  }
  published[access.address] = std::move(mine);
}

//===----------------------------------------------------------------------===//
// Other than by loads and stores
//===----------------------------------------------------------------------===//

void BlockChecks::wrote(Space space, uint64_t address, uint64_t bytes) {
  if (space == Space::Shared) {
    sharedWritten_.mark(address, bytes);
  } else if (space == Space::Global) {
    std::optional<Allocation> found = block_.launch().memory->find(address);
    if (found && found->written)
      found->written->mark(address - found->begin, bytes);
  }
}

void BlockChecks::awaitsGlobal(uint64_t address, uint64_t bytes) {
  std::optional<Allocation> found = block_.launch().memory->find(address);
  if (found && found->written)
    found->written->clear(address - found->begin, bytes);
}

bool BlockChecks::reads(Warp &warp, const Op &op, unsigned lane, Space space,
                        uint64_t address, uint32_t bytes) {
  // Piece by piece it has been looked at.
  if (image_.info[warp.pcOf(op)].access.unused)
    return true;
  const WrittenBytes *written = nullptr;
  uint64_t at = address;
  std::optional<Allocation> found;
  if (space == Space::Shared) {
    written = &sharedWritten_;
  } else if (space == Space::Global) {
    found = block_.launch().memory->find(address);
    if (found && found->written) {
      written = found->written.get();
      at -= found->begin;
    }
  }
  if (!written || written->all(at, bytes))
    return true;
  warp.fault(op, lane, cuda::Result::LaunchFailed,
             "unwritten memory: " + accessText(bytes, false) + " at " +
                 std::string(spelling(space)) + " address " + hexText(address) +
                 ", of which nothing has written byte " +
                 std::to_string(written->firstUnwritten(at, bytes) - at));
  return false;
}

} // namespace theano::sim
