//===- DeviceContext.h - one GPU's context and stream -----------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_CUDA_DEVICECONTEXT_H
#define THEANO_LIB_RUNTIME_CUDA_DEVICECONTEXT_H

#include "theano/Runtime/Driver.h"

#include <functional>
#include <mutex>
#include <vector>

namespace theano::cuda {

/// A reference to a device's primary context, and the stream that all work goes
/// to. Whatever lives on the device shares it, so that it is given back last.
class DeviceContext {
public:
  static Expected<std::shared_ptr<DeviceContext>>
  open(std::shared_ptr<const Driver> driver, Device device,
       std::function<void(const Failure &)> lateFailure);
  ~DeviceContext();

  const Driver &driver() const { return *driver_; }
  Stream stream() const { return stream_; }

  /// Runs `work` (a callable that gives a Status) with the context current,
  /// and leaves the calling thread's stack of contexts as it was. A failure
  /// that was put off earlier is returned first, and `work` is then not run.
  template <typename Work> Status run(Work &&work) {
    if (Status earlier = takeDeferred(); earlier.failed())
      return earlier;
    if (Status pushed = push(); pushed.failed())
      return pushed;
    Status status = work();
    pop();
    return status;
  }

  /// The same for giving something back: the failure is put off, and entering
  /// the context is tried twice, as what is not given back is lost.
  template <typename Work> void release(Work &&work) {
    Status pushed = push();
    if (pushed.failed()) {
      defer(std::move(pushed));
      if (Status again = push(); again.failed())
        return;
    }
    defer(work());
    pop();
  }

  /// Waits for all work; only within run or release. A failure names the last
  /// kernels launched.
  Status wait();

  /// Remembers a launch until the next successful wait.
  void noteLaunch(const std::string &kernel);

  /// Puts a failure off until the next operation or, at the end, reports it as
  /// a late one. The first is kept; success is ignored.
  void defer(Status status);

private:
  DeviceContext() = default;
  Status push();
  void pop();
  Status takeDeferred();

  std::shared_ptr<const Driver> driver_;
  std::function<void(const Failure &)> lateFailure_;
  Device device_ = 0;
  Context context_ = nullptr;
  Stream stream_ = nullptr;

  std::mutex mutex_; // guards what follows
  Status deferred_;
  std::vector<std::string> launches_; // the newest few since the last wait
};

} // namespace theano::cuda

#endif // THEANO_LIB_RUNTIME_CUDA_DEVICECONTEXT_H
