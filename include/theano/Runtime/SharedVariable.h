//===- SharedVariable.h - state between calls -------------------*- C++ -*-===//

#ifndef THEANO_RUNTIME_SHAREDVARIABLE_H
#define THEANO_RUNTIME_SHAREDVARIABLE_H

#include "theano/Runtime/DeviceArray.h"

#include <mutex>

namespace theano {

/// A handle on a value that outlives calls and that slots of any number of
/// programs refer to. dtype and rank never change; sizes may. Thread-safe: a
/// call locks every variable that it uses, in address order, for its duration.
class SharedVariable {
public:
  /// A variable on `device` that holds a copy of `value`.
  static Expected<std::shared_ptr<SharedVariable>>
  create(std::shared_ptr<Device> device, std::string name,
         const HostArray &value);

  const std::string &name() const { return name_; }
  DType dtype() const { return dtype_; }
  size_t rank() const { return rank_; }
  const std::shared_ptr<Device> &device() const { return device_; }

  /// A copy of the value. Fails (DeviceError) when the variable is invalid.
  Expected<HostArray> get() const;
  /// Replaces the value by a copy and makes an invalid variable valid again.
  /// TypeError when dtype or rank differ.
  Status set(const HostArray &value);

  Shape shape() const;
  /// Counts every change of the value.
  uint64_t generation() const;
  /// False after a call failed while it was writing the variable in place.
  bool valid() const;

private:
  friend class Executable;
  SharedVariable() = default;

  std::shared_ptr<Device> device_;
  std::string name_;
  DType dtype_ = DType::Float32;
  size_t rank_ = 0;

  mutable std::mutex mutex_; // guards what follows
  DeviceArray value_;
  uint64_t generation_ = 0;
  std::string invalidReason_; // empty while valid
};

} // namespace theano

#endif // THEANO_RUNTIME_SHAREDVARIABLE_H
