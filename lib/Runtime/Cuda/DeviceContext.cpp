//===- DeviceContext.cpp - one GPU's context and stream -------------------===//

#include "DeviceContext.h"

#include <cstdio>

namespace theano::cuda {

/// How many launches a failure names.
static constexpr size_t launchesNamed = 3;

static void printLateFailure(const Failure &failure) {
  std::fprintf(stderr, "warning: while releasing a CUDA device: %s\n",
               failure.message.c_str());
}

Expected<std::shared_ptr<DeviceContext>>
DeviceContext::open(std::shared_ptr<const Driver> driver, Device device,
                    std::function<void(const Failure &)> lateFailure) {
  Context context;
  if (Status status =
          driver->check(driver->DevicePrimaryCtxRetain, &context, device);
      status.failed())
    return status;
  // From here on the destructor gives everything back.
  std::shared_ptr<DeviceContext> made(new DeviceContext());
  made->driver_ = std::move(driver);
  made->lateFailure_ = lateFailure ? std::move(lateFailure) : printLateFailure;
  made->device_ = device;
  made->context_ = context;
  // The legacy default stream waits for other libraries' work; ours does not.
  Status status = made->run([&] {
    return made->driver_->check(made->driver_->StreamCreate, &made->stream_,
                                streamNonBlocking);
  });
  if (status.failed())
    return status;
  return made;
}

DeviceContext::~DeviceContext() {
  auto report = [&](Status status) {
    if (status.failed())
      lateFailure_(status.failure());
  };
  if (stream_)
    release([&] { return driver_->check(driver_->StreamDestroy, stream_); });
  report(takeDeferred());
  report(driver_->check(driver_->DevicePrimaryCtxRelease, device_));
}

Status DeviceContext::push() {
  return driver_->check(driver_->CtxPushCurrent, context_);
}

void DeviceContext::pop() {
  Context popped;
  defer(driver_->check(driver_->CtxPopCurrent, &popped));
}

Status DeviceContext::wait() {
  Status status = driver_->check(driver_->StreamSynchronize, stream_);
  std::lock_guard<std::mutex> lock(mutex_);
  if (status.succeeded()) {
    launches_.clear();
    return status;
  }
  if (launches_.empty())
    return status;
  Failure failure = std::move(status).failure();
  failure.message += ", found while waiting for earlier work; the last "
                     "kernels launched were ";
  for (size_t i = 0; i < launches_.size(); ++i)
    failure.message += (i ? ", '" : "'") + launches_[i] + "'";
  return failure;
}

void DeviceContext::noteLaunch(const std::string &kernel) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (launches_.size() == launchesNamed)
    launches_.erase(launches_.begin());
  launches_.push_back(kernel);
}

void DeviceContext::defer(Status status) {
  if (status.succeeded())
    return;
  std::lock_guard<std::mutex> lock(mutex_);
  if (deferred_.succeeded())
    deferred_ = std::move(status);
}

Status DeviceContext::takeDeferred() {
  std::lock_guard<std::mutex> lock(mutex_);
  Status taken = std::move(deferred_);
  deferred_ = Status::success();
  return taken;
}

} // namespace theano::cuda
