//===- CudaDevice.h - running on a GPU --------------------------*- C++ -*-===//

#ifndef THEANO_RUNTIME_CUDADEVICE_H
#define THEANO_RUNTIME_CUDADEVICE_H

#include "theano/Runtime/Device.h"

namespace theano {

struct CudaDeviceOptions {
  /// Which of the driver's devices, from 0.
  int ordinal = 0;
  /// A library with the driver's C interface; empty for libcuda.so.1.
  std::string driverPath;
  /// Each allocation its own, of the exact size and freed at once, so that
  /// memory checkers see every overrun. Otherwise freed memory is kept for
  /// allocations of the same size class.
  bool exactAllocations = false;
  /// Keys and values for a simulated driver, as its `theanoSimSet` takes them.
  std::vector<std::pair<std::string, std::string>> simulatorOptions;
  /// Told failures that come too late to be returned: those of releasing what
  /// the device or a module holds. Null writes one line to the standard error
  /// stream for each.
  std::function<void(const Failure &)> lateFailure;
};

/// The GPU `options.ordinal`, on the driver's primary context, which it shares
/// with other libraries of the process.
///
/// All work goes to one stream of its own, in the order in which it was issued.
/// Copies to the device and launches do not wait; a failure of theirs that the
/// driver finds later is returned by the next operation that waits, and its
/// message names the kernels launched since the last wait. The driver's fatal
/// errors (an illegal address, say) end the context: every later operation
/// fails too, device memory is lost, and only a new process helps.
///
/// Fails (DeviceError) when the library cannot be opened or lacks a symbol,
/// when a driver call fails, and (InvalidArgument) when there is no such
/// device or a simulator refuses an option; Unsupported for a GPU older than
/// every known target, and for simulator options of a driver that is none.
Expected<std::shared_ptr<Device>> createCudaDevice(CudaDeviceOptions options);

/// How many devices the driver at `driverPath` has. DeviceError as above; a
/// driver that reports CUDA_ERROR_NO_DEVICE has 0.
Expected<int> countCudaDevices(const std::string &driverPath = {});

/// "sm_80" for compute capability 8.0.
std::string cudaArchName(int major, int minor);

} // namespace theano

#endif // THEANO_RUNTIME_CUDADEVICE_H
