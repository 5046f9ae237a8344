//===- Device.h - where programs run ----------------------------*- C++ -*-===//
//
// The runtime executes a Program the same way on every device; this interface
// is all that differs. Addresses are 64-bit numbers: host pointers on a CPU,
// device addresses on a GPU. Work is in order: each operation sees the effects
// of those issued before it by the same thread.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_RUNTIME_DEVICE_H
#define THEANO_RUNTIME_DEVICE_H

#include "theano/Program/Program.h"
#include "theano/Support/HostArray.h"

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace theano {

using DeviceAddress = uint64_t;

/// The kernels of one program, ready to be launched on the device that made
/// it. Destroying it unloads them.
class LoadedModule {
public:
  virtual ~LoadedModule() = default;
};

/// One launch. Arguments are pointers and integers, one 64-bit word each (the
/// low half for an i32), the status word's address last when the kernel has
/// one.
struct Launch {
  KernelId kernel = 0;
  std::array<int64_t, 3> grid = {1, 1, 1}; ///< every dimension at least 1
  std::span<const uint64_t> arguments;
  /// An array argument.
  struct Array {
    DeviceAddress address = 0;
    size_t bytes = 0;
    bool written = false;
  };
  std::span<const Array> arrays = {}; ///< for devices that count
  int64_t bytes = 0; ///< size of all array arguments: a hint for threading
};

/// One matrix product with its sizes known; see GemmCommand.
struct GemmCall {
  DType dtype = DType::Float32;
  bool transposeA = false, transposeB = false;
  bool batchedA = true, batchedB = true;
  int64_t batch = 1, m = 0, n = 0, k = 0;
  DeviceAddress a = 0, b = 0, c = 0;
};

class Device {
public:
  virtual ~Device() = default;
  Device() = default;
  Device(const Device &) = delete;
  Device &operator=(const Device &) = delete;

  /// "cpu", "cuda:0", ...
  virtual std::string name() const = 0;
  /// One line for people: model, memory, libraries.
  virtual std::string description() const = 0;
  virtual const TargetInfo &target() const = 0;

  /// At least `bytes` (more than 0) of memory aligned to 64 bytes. OutOfMemory
  /// names the number of bytes.
  virtual Expected<DeviceAddress> allocate(size_t bytes) = 0;
  /// Gives back what `allocate(bytes)` returned, after all work issued before.
  virtual void deallocate(DeviceAddress address, size_t bytes) = 0;

  virtual Status copyToDevice(DeviceAddress target, const void *source,
                              size_t bytes) = 0;
  /// Waits until the bytes have arrived.
  virtual Status copyToHost(void *target, DeviceAddress source,
                            size_t bytes) = 0;
  virtual Status copyOnDevice(DeviceAddress target, DeviceAddress source,
                              size_t bytes) = 0;
  virtual Status fillZero(DeviceAddress target, size_t bytes) = 0;

  /// True when a device address is a host pointer.
  virtual bool hostAccessible() const = 0;

  /// Makes the kernels of a verified program ready. The program outlives the
  /// module. Fails when the program is for another kind of target.
  virtual Expected<std::unique_ptr<LoadedModule>>
  loadModule(const Program &program) = 0;

  virtual Status launch(LoadedModule &module, const Launch &launch) = 0;

  /// A library's product; Unsupported where hasGemm() is false.
  virtual Status gemm(const GemmCall &call);
  virtual bool hasGemm() const { return false; }
  /// The library in use and how it is held to one thread, or why there is none.
  virtual std::string gemmDescription() const;

  /// Waits for all work and reports the first failure of it.
  virtual Status synchronize() = 0;

  /// Nanoseconds that the device takes for what `issue` issues, by its own
  /// clock where it has one; waits for it.
  virtual Expected<int64_t> measure(const std::function<Status()> &issue);

  /// Waits for the work before, then reads a status word. Reading clears
  /// nothing.
  virtual Expected<StatusWord> readStatus(DeviceAddress word);

  /// Bytes handed out now and at most since the last call of resetPeak.
  virtual size_t bytesInUse() const = 0;
  virtual size_t peakBytes() const = 0;
  virtual void resetPeak() = 0;
};

/// An owned piece of device memory.
class Buffer {
public:
  Buffer() = default;
  Buffer(Buffer &&other) noexcept { *this = std::move(other); }
  Buffer &operator=(Buffer &&other) noexcept;
  ~Buffer() { release(); }

  /// 0 bytes give a buffer with a null address.
  static Expected<Buffer> allocate(std::shared_ptr<Device> device,
                                   size_t bytes);

  DeviceAddress address() const { return address_; }
  size_t bytes() const { return bytes_; }
  const std::shared_ptr<Device> &device() const { return device_; }

private:
  void release();

  std::shared_ptr<Device> device_;
  DeviceAddress address_ = 0;
  size_t bytes_ = 0;
};

} // namespace theano

#endif // THEANO_RUNTIME_DEVICE_H
