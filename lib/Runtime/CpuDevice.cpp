//===- CpuDevice.cpp - running on the host's processor --------------------===//

#include "theano/Runtime/CpuDevice.h"

#include "Blas.h"
#include "HostBlocks.h"
#include "SharedObject.h"
#include "theano/Support/CheckedMath.h"
#include "theano/Support/Memory.h"
#include "theano/Support/ParallelFor.h"

#include <cstring>
#include <mutex>

using namespace theano;

namespace {
using KernelFunction = void (*)(const uint64_t *args, int64_t firstBlock,
                                int64_t endBlock);

struct CpuModule : LoadedModule {
  SharedObject object;
  std::vector<KernelFunction> kernels; // by KernelId
};

// A piece of a launch that one thread takes touches at least this much memory;
// for less, waking a thread costs more than it gains.
constexpr int64_t bytesPerThread = 128 * 1024;

class CpuDevice final : public Device {
public:
  explicit CpuDevice(CpuDeviceOptions options)
      : options_(std::move(options)),
        memory_(std::make_unique<HostBlocks>(),
                {.deviceName = "the cpu",
                 .capacity = physicalMemory(),
                 .granularity = HostBlocks::kAlignment,
                 .exact = options_.exactAllocations}),
        pool_(options_.threads) {}

  std::string name() const override { return "cpu"; }
  std::string description() const override {
    return "cpu (" + options_.target.name + ", " +
           std::to_string(pool_.threads()) + " threads)";
  }
  const TargetInfo &target() const override { return options_.target; }

  Expected<DeviceAddress> allocate(size_t bytes) override {
    return memory_.allocate(bytes);
  }
  void deallocate(DeviceAddress address, size_t bytes) override {
    memory_.deallocate(address, bytes);
  }
  Status copyToDevice(DeviceAddress target, const void *source,
                      size_t bytes) override {
    std::memcpy(pointer(target), source, bytes);
    return Status::success();
  }
  Status copyToHost(void *target, DeviceAddress source, size_t bytes) override {
    std::memcpy(target, pointer(source), bytes);
    return Status::success();
  }
  Status copyOnDevice(DeviceAddress target, DeviceAddress source,
                      size_t bytes) override {
    std::memmove(pointer(target), pointer(source), bytes);
    return Status::success();
  }
  Status fillZero(DeviceAddress target, size_t bytes) override {
    std::memset(pointer(target), 0, bytes);
    return Status::success();
  }
  bool hostAccessible() const override { return true; }

  Expected<std::unique_ptr<LoadedModule>>
  loadModule(const Program &program) override;
  Status launch(LoadedModule &module, const Launch &launch) override;

  bool hasGemm() const override { return blas().has_value(); }
  Status gemm(const GemmCall &call) override {
    if (!hasGemm())
      return Device::gemm(call);
    return blas()->gemm(call, pool_);
  }

  std::string gemmDescription() const override {
    return hasGemm() ? blas_->description() : blasFailure_;
  }

  Status synchronize() override { return Status::success(); }
  size_t bytesInUse() const override { return memory_.bytesInUse(); }
  size_t peakBytes() const override { return memory_.peakBytes(); }
  void resetPeak() override { memory_.resetPeak(); }

  Status openBlas() {
    blas();
    return blasFailure_.empty() ? Status::success()
                                : Status(deviceError(blasFailure_));
  }

private:
  static void *pointer(DeviceAddress address) {
    return reinterpret_cast<void *>(address);
  }

  // Opening a BLAS takes longer than a small program runs, so it waits for
  // the first question.
  const std::optional<Blas> &blas() const {
    std::call_once(blasOnce_, [&] {
      Expected<Blas> opened = Blas::open(options_.blas);
      if (opened)
        blas_ = std::move(*opened);
      else
        blasFailure_ = opened.message();
    });
    return blas_;
  }

  CpuDeviceOptions options_;
  MemoryPool memory_;
  ThreadPool pool_;
  mutable std::once_flag blasOnce_;
  mutable std::optional<Blas> blas_;
  mutable std::string blasFailure_;
};
} // namespace

Expected<std::unique_ptr<LoadedModule>>
CpuDevice::loadModule(const Program &program) {
  if (program.target.isGpu())
    return invalidArgument("program '" + program.name + "' was compiled for " +
                           program.target.name + ": expected one for a cpu");
  auto module = std::make_unique<CpuModule>();
  if (program.kernels.empty())
    return std::unique_ptr<LoadedModule>(std::move(module));
  Expected<SharedObject> object = SharedObject::openBytes(program.cpuObject);
  if (!object)
    return object.takeStatus();
  module->object = std::move(*object);
  for (const Kernel &kernel : program.kernels) {
    const std::string &symbol = std::get<CpuEntry>(kernel.entry).symbol;
    auto function = module->object.lookup<KernelFunction>(symbol);
    if (!function)
      return deviceError("the compiled kernels of program '" + program.name +
                         "' have no symbol '" + symbol + "'");
    module->kernels.push_back(function);
  }
  return std::unique_ptr<LoadedModule>(std::move(module));
}

Status CpuDevice::launch(LoadedModule &module, const Launch &launch) {
  std::optional<int64_t> blocks = checkedByteCount(launch.grid, 1);
  if (!blocks)
    return outOfMemory("a grid of more blocks than 64 bits count");
  KernelFunction function =
      static_cast<CpuModule &>(module).kernels[launch.kernel];
  const uint64_t *arguments = launch.arguments.data();
  // Pieces are whole blocks, and blocks do not share state, so the bits do
  // not depend on how many there are.
  int64_t pieces = launch.bytes / bytesPerThread;
  int64_t grain = pieces <= 1 ? *blocks : (*blocks + pieces - 1) / pieces;
  pool_.parallelFor(0, *blocks, grain, [&](int64_t begin, int64_t end) {
    function(arguments, begin, end);
  });
  return Status::success();
}

Expected<std::shared_ptr<Device>>
theano::createCpuDevice(CpuDeviceOptions options) {
  if (options.target.isGpu())
    return invalidArgument("a cpu device cannot have the target " +
                           options.target.name);
  if (options.threads < 0 || options.threads > 1024)
    return invalidArgument("threads: expected 1 to 1024, or 0 for all, got " +
                           std::to_string(options.threads));
  bool named = !options.blas.empty() && options.blas != "none";
  auto device = std::make_shared<CpuDevice>(std::move(options));
  if (named)
    if (Status status = device->openBlas(); status.failed())
      return status;
  return std::shared_ptr<Device>(std::move(device));
}
