//===- CpuDevice.h - running on the host's processor ------------*- C++ -*-===//

#ifndef THEANO_RUNTIME_CPUDEVICE_H
#define THEANO_RUNTIME_CPUDEVICE_H

#include "theano/Runtime/Device.h"

namespace theano {

struct CpuDeviceOptions {
  /// What programs are compiled for; part of Device::target.
  TargetInfo target;
  /// Threads of the parallel-for; 0 takes one for each hardware thread.
  int64_t threads = 0;
  /// Each allocation its own, of the exact size and freed at once, so that
  /// memory checkers see every overrun. Otherwise freed memory is kept for
  /// allocations of the same size class.
  bool exactAllocations = false;
  /// The path of a BLAS library, "none", or empty for the usual names.
  std::string blas;
};

/// A CPU device. Fails when a BLAS library is named that cannot be used;
/// without a name a missing BLAS is not an error (see Device::description).
Expected<std::shared_ptr<Device>> createCpuDevice(CpuDeviceOptions options);

} // namespace theano

#endif // THEANO_RUNTIME_CPUDEVICE_H
