//===- CudaDevice.cpp - running on a GPU ----------------------------------===//

#include "theano/Runtime/CudaDevice.h"

#include "CudaModule.h"
#include "DeviceBlocks.h"
#include "EventTimer.h"
#include "StagingBuffer.h"

using namespace theano;
using namespace theano::cuda;

//===----------------------------------------------------------------------===//
// Discovery
//===----------------------------------------------------------------------===//

namespace {

/// What is asked of a device once, when it is opened.
struct DeviceFacts {
  cuda::Device handle = 0;
  std::string model;
  size_t memory = 0;
  int driverVersion = 0;
  int major = 0, minor = 0, multiprocessors = 0;
  LaunchLimits limits;
};

/// The count, where CUDA_ERROR_NO_DEVICE of cuInit means 0.
Expected<int> countDevices(const Driver &driver) {
  Result initialised = driver.Init.function(0);
  if (initialised == Result::NoDevice)
    return 0;
  if (initialised != Result::Success)
    return driver.describe(driver.Init.name, initialised);
  int count = 0;
  if (Status status = driver.check(driver.DeviceGetCount, &count);
      status.failed())
    return status;
  return count;
}

Expected<DeviceFacts> askDevice(const Driver &driver, int ordinal) {
  DeviceFacts facts;
  Status status = driver.check(driver.DeviceGet, &facts.handle, ordinal);
  auto ask = [&](DeviceAttribute attribute, auto &value) {
    int answer = 0;
    if (status.succeeded())
      status = driver.check(driver.DeviceGetAttribute, &answer, attribute,
                            facts.handle);
    value = answer;
  };
  ask(DeviceAttribute::ComputeCapabilityMajor, facts.major);
  ask(DeviceAttribute::ComputeCapabilityMinor, facts.minor);
  ask(DeviceAttribute::MultiprocessorCount, facts.multiprocessors);
  LaunchLimits &limits = facts.limits;
  ask(DeviceAttribute::MaxThreadsPerBlock, limits.threadsPerBlock);
  ask(DeviceAttribute::MaxBlockDimX, limits.block[0]);
  ask(DeviceAttribute::MaxBlockDimY, limits.block[1]);
  ask(DeviceAttribute::MaxBlockDimZ, limits.block[2]);
  ask(DeviceAttribute::MaxGridDimX, limits.grid[0]);
  ask(DeviceAttribute::MaxGridDimY, limits.grid[1]);
  ask(DeviceAttribute::MaxGridDimZ, limits.grid[2]);
  ask(DeviceAttribute::MaxSharedMemoryPerBlock, limits.sharedBytes);
  ask(DeviceAttribute::MaxSharedMemoryPerBlockOptin, limits.sharedBytesOptin);
  char model[128] = {};
  if (status.succeeded())
    status = driver.check(driver.DeviceGetName, &model[0],
                          static_cast<int>(sizeof(model)), facts.handle);
  if (status.succeeded())
    status = driver.check(driver.DeviceTotalMem, &facts.memory, facts.handle);
  if (status.succeeded())
    status = driver.check(driver.DriverGetVersion, &facts.driverVersion);
  if (status.failed())
    return status;
  facts.model = model;
  return facts;
}

//===----------------------------------------------------------------------===//
// The device
//===----------------------------------------------------------------------===//

class CudaDevice final : public theano::Device {
public:
  CudaDevice(std::shared_ptr<DeviceContext> context,
             std::unique_ptr<StagingBuffer> staging, std::string name,
             TargetInfo target, DeviceFacts facts, bool exactAllocations)
      : context_(context), staging_(std::move(staging)), name_(std::move(name)),
        target_(std::move(target)), facts_(std::move(facts)),
        memory_(std::make_unique<DeviceBlocks>(std::move(context)),
                {.deviceName = name_,
                 .capacity = facts_.memory,
                 .granularity = DeviceBlocks::kGranularity,
                 .exact = exactAllocations}) {}

  std::string name() const override { return name_; }
  std::string description() const override;
  const TargetInfo &target() const override { return target_; }

  Expected<DeviceAddress> allocate(size_t bytes) override {
    return memory_.allocate(bytes);
  }
  void deallocate(DeviceAddress address, size_t bytes) override {
    memory_.deallocate(address, bytes);
  }

  Status copyToDevice(DeviceAddress target, const void *source,
                      size_t bytes) override;
  Status copyToHost(void *target, DeviceAddress source, size_t bytes) override;
  Status copyOnDevice(DeviceAddress target, DeviceAddress source,
                      size_t bytes) override;
  Status fillZero(DeviceAddress target, size_t bytes) override;
  bool hostAccessible() const override { return false; }

  Expected<std::unique_ptr<LoadedModule>>
  loadModule(const Program &program) override;
  Status launch(LoadedModule &module, const Launch &launch) override {
    return static_cast<CudaModule &>(module).launch(launch);
  }

  Status synchronize() override {
    return context_->run([&] { return context_->wait(); });
  }
  Expected<int64_t> measure(const std::function<Status()> &issue) override {
    return measureWithEvents(*context_, issue);
  }

  size_t bytesInUse() const override { return memory_.bytesInUse(); }
  size_t peakBytes() const override { return memory_.peakBytes(); }
  void resetPeak() override { memory_.resetPeak(); }

private:
  const Driver &driver() const { return context_->driver(); }

  // Destroyed last to first; the context goes with its last user.
  std::shared_ptr<DeviceContext> context_;
  std::unique_ptr<StagingBuffer> staging_;
  std::string name_;
  TargetInfo target_;
  DeviceFacts facts_;
  MemoryPool memory_;
};

std::string CudaDevice::description() const {
  return facts_.model + ", " + cudaArchName(facts_.major, facts_.minor) + ", " +
         std::to_string(facts_.memory >> 20) + " MiB, " +
         std::to_string(facts_.multiprocessors) +
         " multiprocessors, driver for CUDA " +
         std::to_string(facts_.driverVersion / 1000) + "." +
         std::to_string(facts_.driverVersion % 1000 / 10);
}

Status CudaDevice::copyToDevice(DeviceAddress target, const void *source,
                                size_t bytes) {
  if (bytes == 0)
    return Status::success();
  return context_->run([&] {
    if (bytes <= StagingBuffer::kLargest)
      return staging_->copyToDevice(target, source, bytes);
    Status status = driver().check(driver().MemcpyHtoDAsync, DevicePtr(target),
                                   source, bytes, context_->stream());
    // The caller may change its bytes as soon as we return.
    return status.failed() ? std::move(status) : context_->wait();
  });
}

Status CudaDevice::copyToHost(void *target, DeviceAddress source,
                              size_t bytes) {
  if (bytes == 0)
    return Status::success();
  return context_->run([&] {
    Status status =
        driver().check(driver().MemcpyDtoHAsync, target, DevicePtr(source),
                       bytes, context_->stream());
    return status.failed() ? std::move(status) : context_->wait();
  });
}

Status CudaDevice::copyOnDevice(DeviceAddress target, DeviceAddress source,
                                size_t bytes) {
  if (bytes == 0 || target == source)
    return Status::success();
  return context_->run([&] {
    return driver().check(driver().MemcpyDtoDAsync, DevicePtr(target),
                          DevicePtr(source), bytes, context_->stream());
  });
}

Status CudaDevice::fillZero(DeviceAddress target, size_t bytes) {
  if (bytes == 0)
    return Status::success();
  return context_->run([&] {
    return driver().check(driver().MemsetD8Async, DevicePtr(target),
                          static_cast<unsigned char>(0), bytes,
                          context_->stream());
  });
}

Expected<std::unique_ptr<LoadedModule>>
CudaDevice::loadModule(const Program &program) {
  if (!program.target.isGpu())
    return invalidArgument("program '" + program.name + "' is compiled for '" +
                           program.target.name + "' and cannot run on " +
                           name_);
  if (program.target.gpu.smNumber > target_.gpu.smNumber)
    return unsupported("program '" + program.name + "' is compiled for " +
                       program.target.name + ", newer than " + name_ + " (" +
                       cudaArchName(facts_.major, facts_.minor) +
                       "); compile it for that or an older one");
  return CudaModule::load(context_, facts_.limits, program);
}

} // namespace

//===----------------------------------------------------------------------===//
// Opening
//===----------------------------------------------------------------------===//

std::string theano::cudaArchName(int major, int minor) {
  return "sm_" + std::to_string(major * 10 + minor);
}

Expected<int> theano::countCudaDevices(const std::string &driverPath) {
  Expected<std::shared_ptr<const Driver>> driver = Driver::open(driverPath);
  if (!driver)
    return driver.takeStatus();
  return countDevices(**driver);
}

Expected<std::shared_ptr<theano::Device>>
theano::createCudaDevice(CudaDeviceOptions options) {
  Expected<std::shared_ptr<const Driver>> driver =
      Driver::open(options.driverPath);
  if (!driver)
    return driver.takeStatus();
  for (const auto &[key, value] : options.simulatorOptions)
    if (Status status = (*driver)->setSimulatorOption(key, value);
        status.failed())
      return status;
  Expected<int> count = countDevices(**driver);
  if (!count)
    return count.takeStatus();
  std::string name = "cuda:" + std::to_string(options.ordinal);
  if (options.ordinal < 0 || options.ordinal >= *count)
    return invalidArgument("there is no device " + name + ": the driver has " +
                           std::to_string(*count) +
                           (*count == 1 ? " device" : " devices"));
  Expected<DeviceFacts> facts = askDevice(**driver, options.ordinal);
  if (!facts)
    return facts.takeStatus();
  Expected<TargetInfo> target = gpuTargetForDevice(facts->major, facts->minor);
  if (!target)
    return target.takeStatus();
  target->gpu.multiprocessors = facts->multiprocessors;
  Expected<std::shared_ptr<DeviceContext>> context = DeviceContext::open(
      *driver, facts->handle, std::move(options.lateFailure));
  if (!context)
    return context.takeStatus();
  Expected<std::unique_ptr<StagingBuffer>> staging =
      StagingBuffer::create(*context);
  if (!staging)
    return staging.takeStatus();
  return std::shared_ptr<theano::Device>(std::make_shared<CudaDevice>(
      *context, std::move(*staging), std::move(name), std::move(*target),
      std::move(*facts), options.exactAllocations));
}
