//===- Shadow.h - who accessed memory last ----------------------*- C++ -*-===//
//
// For each word the last write, and the reads since then that are unordered
// among themselves: what a later access must come after. A word becomes
// two or four cells where something smaller is accessed, and words of a row
// that the lanes of a warp access in order, as is usual, have one cell together
// until others come.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_CHECKS_SHADOW_H
#define THEANO_SIMULATOR_CHECKS_SHADOW_H

#include "Checks/Knowledge.h"
#include "Memory/ZeroArena.h"

#include <atomic>
#include <mutex>

namespace theano::sim {

/// How strong an access is; without a race among equals of the device, of a
/// cluster, and of a block.
enum class Strength : uint8_t { Weak, Block, Cluster, Device };

/// An access by one lane, or a read by several of a warp.
struct AccessRecord {
  static constexpr unsigned pcBits = 25;

  uint32_t block = 0;
  Time time = 0; ///< 0: there is none
  uint32_t lanes = 0;
  uint32_t pc : pcBits = 0;
  uint32_t warp : 5 = 0;
  uint32_t strengthBits : 2 = 0;

  Strength strength() const { return static_cast<Strength>(strengthBits); }
  bool isOfSameWarp(const AccessRecord &other) const {
    return block == other.block && warp == other.warp;
  }
  /// May the two not be concurrent, in clusters of so many blocks?
  bool conflictsWith(const AccessRecord &other, uint32_t clusterSize) const;
};

/// What an access asks about those before it.
class Witness {
public:
  virtual ~Witness() = default;

  AccessRecord record;      ///< the access itself
  uint32_t clusterSize = 1; ///< blocks
  /// What its thread knows of the warps of its own block.
  const Time *known = nullptr;
  /// Whether it knows all of other blocks, or nothing, or has to be asked.
  enum class Others : uint8_t { All, None, Some } others = Others::Some;

  bool conflictsWith(const AccessRecord &other) const {
    return record.conflictsWith(other, clusterSize);
  }
  /// Did `other` happen before the access?
  bool knows(const AccessRecord &other) const {
    if (other.block == record.block)
      return known[other.warp] >= other.time || knowsOtherwise(other);
    return others == Others::All ||
           (others == Others::Some && knowsOtherwise(other));
  }
  /// Does the write leave in the `size` bytes at `offset` of its own what
  /// `other` wrote there?
  virtual bool writesTheSame(const AccessRecord &other, unsigned offset,
                             unsigned size) const = 0;

protected:
  virtual bool knowsOtherwise(const AccessRecord &other) const = 0;
};

struct Race {
  AccessRecord other;
  bool isWithWrite = false;
};

/// The cells of a piece of memory.
class ShadowCells {
public:
  /// In `arena`, which lives longer. For each cell there is room for the reads
  /// of so many warps, by number, or with 1 of any; more go to a list, of up to
  /// `mostMore`, and in all while `budget` lasts, where there is one.
  ShadowCells(ZeroArena &arena, uint32_t bytes, unsigned warps,
              unsigned mostMore, std::atomic<int64_t> *budget = nullptr)
      : arena_(arena), bytes_((bytes + 3) / 4 * 4), warps_(warps),
        mostMore_(mostMore), budget_(budget) {}
  ~ShadowCells();
  ShadowCells(const ShadowCells &) = delete;
  ShadowCells &operator=(const ShadowCells &) = delete;

  /// Enters a read of [at, at + bytes), which is aligned, unless it races.
  bool read(uint32_t at, uint32_t bytes, const Witness &witness, Race &race);
  /// The same of a write.
  bool write(uint32_t at, uint32_t bytes, const Witness &witness, Race &race);

  /// The words of a row.
  static constexpr uint32_t rowWords = 32, rowBytes = 4 * rowWords;

  /// The same of [at, end) of a row at once, its start or its end, the lanes of
  /// the access having each an equal part of it, in order. False where it
  /// cannot say that there is no race: each lane must then be entered by
  /// itself. Only with room for one read.
  bool readRow(uint32_t at, uint32_t end, const Witness &witness);
  bool writeRow(uint32_t at, uint32_t end, const Witness &witness);

private:
  /// One access of the first `cut` words of a row and one of the others, as
  /// warps seldom start where rows do. 0: nobody has been there.
  struct Row {
    struct Part {
      AccessRecord write, read;
    };
    Part parts[2];
    uint32_t cut = 0;
    bool isSplit = false; ///< into cells
  };
  /// A read that has no room, in the list of its cell.
  struct Node {
    AccessRecord access;
    uint32_t next = 0; ///< 0: none
  };

  Row &rowOf(uint32_t at);
  Row::Part *partOf(uint32_t at, uint32_t end, bool isWrite,
                    const Witness &witness);
  void splitRows(uint32_t at, uint32_t bytes);
  void splitRow(uint32_t number);
  void makeReads();
  void makeWrites();
  uint32_t cells() const { return bytes_ >> shift_; }
  void prepare(uint32_t bytes) {
    if (bytes < 1u << shift_)
      split(bytes);
  }
  void split(uint32_t bytes);
  template <typename T>
  T *repeat(const T *old, unsigned planes, unsigned parts);
  bool isTaken(uint32_t cell, unsigned room, const AccessRecord &read) const {
    return warps_ == 1 ? read.time != 0 : readers_[cell] >> room & 1;
  }
  void enterMore(uint32_t cell, AccessRecord &first, const Witness &witness);
  const AccessRecord *unorderedRead(uint32_t cell,
                                    const Witness &witness) const;
  void forgetReads(uint32_t cell);
  void keepAsRead(uint32_t cell, const AccessRecord &write);
  bool append(uint32_t cell, AccessRecord access);
  uint32_t takeNode();

  ZeroArena &arena_;
  uint32_t bytes_; ///< whole words
  unsigned warps_, mostMore_;
  std::atomic<int64_t> *budget_;
  unsigned shift_ = 2; ///< a cell is 1 << shift_ bytes
  /// Made when first needed: most memory is only read, or only written.
  Row *rows_ = nullptr;
  AccessRecord *writes_ = nullptr; ///< of each cell
  AccessRecord *reads_ = nullptr;  ///< for each warp, of each cell
  /// Of each cell, the warps with a read; of those that have room for one read
  /// its time says it.
  uint32_t *readers_ = nullptr;
  /// Of each cell, the number of its first node and how many there are: that
  /// a list is full is then known without a walk through memory.
  struct More {
    uint32_t first : 24 = 0, count : 8 = 0;
  };
  More *more_ = nullptr;
  std::vector<Node> nodes_; ///< without number 0
  uint32_t freeNode_ = 0;
};

/// The shadow of one allocation of global memory, in pages that are made when
/// they are touched. Blocks on several host threads use it at the same time.
class AllocationShadow {
public:
  static constexpr unsigned pageBits = 10;

  struct Page {
    Page(ZeroArena &arena, uint32_t bytes, std::atomic<int64_t> &budget);
    std::mutex mutex;
    ShadowCells cells;
  };

  AllocationShadow(ZeroArena &arena, uint64_t bytes,
                   std::atomic<int64_t> &budget);
  ~AllocationShadow();
  AllocationShadow(const AllocationShadow &) = delete;
  AllocationShadow &operator=(const AllocationShadow &) = delete;

  /// The page that holds the byte at `offset` of the allocation.
  Page &page(uint64_t offset);

private:
  ZeroArena &arena_;
  uint64_t bytes_;
  std::atomic<int64_t> &budget_;
  std::vector<std::atomic<Page *>> pages_;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_CHECKS_SHADOW_H
