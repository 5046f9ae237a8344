//===- CudaModule.h - a program's kernels on a GPU --------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_CUDA_CUDAMODULE_H
#define THEANO_LIB_RUNTIME_CUDA_CUDAMODULE_H

#include "DeviceContext.h"
#include "theano/Runtime/Device.h"

namespace theano::cuda {

/// What a device allows a launch to ask for.
struct LaunchLimits {
  int64_t threadsPerBlock = 0;
  std::array<int64_t, 3> block = {}, grid = {};
  int64_t sharedBytes = 0;      ///< of a block, without asking for more
  int64_t sharedBytesOptin = 0; ///< of a block, at most
};

class CudaModule : public LoadedModule {
public:
  /// Compiles the program's PTX with the driver and finds its kernels. The
  /// driver's log is part of the failure's message.
  static Expected<std::unique_ptr<LoadedModule>>
  load(const std::shared_ptr<DeviceContext> &context,
       const LaunchLimits &limits, const Program &program);
  ~CudaModule() override;

  /// Issues a launch of one of them.
  Status launch(const Launch &launch);

private:
  struct Entry {
    Function function = nullptr;
    const Kernel *kernel = nullptr; // of the program, which outlives us
    const PtxEntry *facts = nullptr;
  };

  CudaModule(std::shared_ptr<DeviceContext> context, const LaunchLimits &limits)
      : context_(std::move(context)), limits_(limits) {}
  Status loadText(const std::string &ptx);
  Status findEntry(const Kernel &kernel);
  Status issue(const Entry &entry, const Launch &launch);

  std::shared_ptr<DeviceContext> context_;
  LaunchLimits limits_;
  Module module_ = nullptr;
  std::vector<Entry> entries_; // by KernelId
};

} // namespace theano::cuda

#endif // THEANO_LIB_RUNTIME_CUDA_CUDAMODULE_H
