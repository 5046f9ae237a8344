//===- DeviceHeap.h - where malloc of a kernel finds memory -----*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MEMORY_DEVICEHEAP_H
#define THEANO_SIMULATOR_MEMORY_DEVICEHEAP_H

#include <cstdint>
#include <map>
#include <optional>

namespace theano::sim {

/// Parts of one piece of memory that the host keeps as long as the device is
/// there: a kernel that uses what it, or another block at the same time, has
/// freed is wrong and harms nobody. Freed parts are used again as late as
/// possible, so that such a use is seen.
class DeviceHeap {
public:
  /// What a device has unless it is asked for more.
  static constexpr uint64_t usualBytes = 8 << 20;
  static constexpr uint64_t alignment = 16;
  /// Between two parts, and belongs to none.
  static constexpr uint64_t gap = 64;

  DeviceHeap() = default;
  ~DeviceHeap();
  DeviceHeap(const DeviceHeap &) = delete;
  DeviceHeap &operator=(const DeviceHeap &) = delete;

  /// [begin, end) of all of it; the same once something has been taken.
  uint64_t begin() const { return begin_; }
  uint64_t end() const { return begin_ + bytes_; }

  /// How large it is; false once something has been taken.
  bool resize(uint64_t bytes) {
    if (!base_)
      bytes_ = bytes;
    return !base_;
  }

  /// The start of so many bytes with a gap behind them, or nothing.
  std::optional<uint64_t> take(uint64_t wanted);
  /// Gives back what `take` made of so many bytes.
  void give(uint64_t address, uint64_t wanted);

  /// What `wanted` bytes take.
  static uint64_t padded(uint64_t wanted) {
    return (wanted + alignment - 1) / alignment * alignment + gap;
  }

private:
  void *base_ = nullptr;
  uint64_t bytes_ = usualBytes;
  uint64_t begin_ = 0;
  std::map<uint64_t, uint64_t> free_; ///< begin to end, none touching another
  uint64_t cursor_ = 0;               ///< behind what was taken last
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MEMORY_DEVICEHEAP_H
