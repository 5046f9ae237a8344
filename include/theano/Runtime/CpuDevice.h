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
  /// The path of a BLAS library, "none", or empty for the usual names. The
  /// library must let us hold it to one thread, so that results do not depend
  /// on its threads.
  std::string blas;
};

/// A CPU device. Fails when a BLAS library is named that cannot be used;
/// without a name the usual ones are tried at the first need, and
/// finding none is no error: see Device::hasGemm and gemmDescription.
Expected<std::shared_ptr<Device>> createCpuDevice(CpuDeviceOptions options);

} // namespace theano

#endif // THEANO_RUNTIME_CPUDEVICE_H
