//===- SharedVariable.cpp - state between calls ---------------------------===//

#include "theano/Runtime/SharedVariable.h"

using namespace theano;

Expected<std::shared_ptr<SharedVariable>>
SharedVariable::create(std::shared_ptr<Device> device, std::string name,
                       const HostArray &value) {
  Expected<DeviceArray> copy = copyToDevice(device, value);
  if (!copy)
    return copy.takeStatus();
  std::shared_ptr<SharedVariable> variable(new SharedVariable());
  variable->device_ = std::move(device);
  variable->name_ = std::move(name);
  variable->dtype_ = value.dtype();
  variable->rank_ = value.shape().size();
  variable->value_ = std::move(*copy);
  return variable;
}

Expected<HostArray> SharedVariable::get() const {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!invalidReason_.empty())
    return deviceError("shared variable '" + name_ + "' has no valid value: " +
                       invalidReason_ + "; set it again");
  return copyToHost(value_);
}

Status SharedVariable::set(const HostArray &value) {
  if (value.dtype() != dtype_ || value.shape().size() != rank_)
    return typeError("shared variable '" + name_ + "': expected " +
                     std::string(dtypeName(dtype_)) + " of rank " +
                     std::to_string(rank_) + ", got " +
                     std::string(dtypeName(value.dtype())) + " of rank " +
                     std::to_string(value.shape().size()));
  Expected<DeviceArray> copy = copyToDevice(device_, value);
  if (!copy)
    return copy.takeStatus();
  std::lock_guard<std::mutex> lock(mutex_);
  value_ = std::move(*copy);
  ++generation_;
  invalidReason_.clear();
  return Status::success();
}

Shape SharedVariable::shape() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return value_.shape;
}

uint64_t SharedVariable::generation() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return generation_;
}

bool SharedVariable::valid() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return invalidReason_.empty();
}
