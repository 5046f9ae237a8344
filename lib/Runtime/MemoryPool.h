//===- MemoryPool.h - device memory, kept for reuse -------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_MEMORYPOOL_H
#define THEANO_LIB_RUNTIME_MEMORYPOOL_H

#include "theano/Runtime/Device.h"

#include <mutex>
#include <unordered_map>

namespace theano {

/// Where a pool takes its blocks from. Called by one thread at a time.
class BlockSource {
public:
  virtual ~BlockSource() = default;

  /// A block of `size` bytes. ErrorKind::OutOfMemory says that there are no
  /// more; the pool then gives back what it keeps and asks again.
  virtual Expected<DeviceAddress> take(size_t size) = 0;
  virtual void giveBack(DeviceAddress block, size_t size) = 0;
};

/// The memory of a device. Freed blocks are kept by size class (eight classes
/// to each power of two, so at most an eighth is wasted), or, when `exact`,
/// given back at once and never rounded up. Work on a device is in one order,
/// so a block may be handed out again while its last use is still pending.
class MemoryPool {
public:
  struct Options {
    std::string deviceName; ///< for messages
    size_t capacity = 0;    ///< bytes of memory that the device has
    size_t granularity = 1; ///< blocks are a multiple of it, a power of two
    bool exact = false;
  };

  MemoryPool(std::unique_ptr<BlockSource> source, Options options)
      : source_(std::move(source)), options_(std::move(options)) {}
  ~MemoryPool();

  Expected<DeviceAddress> allocate(size_t bytes);
  /// Takes back what allocate(bytes) gave.
  void deallocate(DeviceAddress block, size_t bytes);

  /// Bytes that were asked for and not yet taken back, now and at most.
  size_t bytesInUse() const;
  size_t peakBytes() const;
  void resetPeak();

private:
  size_t classSize(size_t bytes) const;
  bool giveBackKept();

  const std::unique_ptr<BlockSource> source_;
  const Options options_;
  mutable std::mutex mutex_; // guards what follows
  std::unordered_map<size_t, std::vector<DeviceAddress>> kept_; // by class size
  size_t inUse_ = 0, peak_ = 0;
};

} // namespace theano

#endif // THEANO_LIB_RUNTIME_MEMORYPOOL_H
