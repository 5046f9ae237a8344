//===- CudaModule.cpp - a program's kernels on a GPU ----------------------===//

#include "CudaModule.h"

#include <bit>

namespace theano::cuda {

//===----------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------===//

namespace {

std::string formatTriple(const std::array<int64_t, 3> &sizes) {
  return "(" + std::to_string(sizes[0]) + ", " + std::to_string(sizes[1]) +
         ", " + std::to_string(sizes[2]) + ")";
}

} // namespace

Expected<std::unique_ptr<LoadedModule>>
CudaModule::load(const std::shared_ptr<DeviceContext> &context,
                 const LaunchLimits &limits, const Program &program) {
  std::unique_ptr<CudaModule> made(new CudaModule(context, limits));
  if (program.kernels.empty())
    return std::unique_ptr<LoadedModule>(std::move(made));
  Status status = context->run([&] {
    if (Status loaded = made->loadText(program.ptx); loaded.failed())
      return loaded;
    for (const Kernel &kernel : program.kernels)
      if (Status found = made->findEntry(kernel); found.failed())
        return found;
    return Status::success();
  });
  if (status.failed())
    return status;
  return std::unique_ptr<LoadedModule>(std::move(made));
}

Status CudaModule::loadText(const std::string &ptx) {
  const Driver &driver = context_->driver();
  return driver.loadPtx(ptx, module_);
}

Status CudaModule::findEntry(const Kernel &kernel) {
  const auto *facts = std::get_if<PtxEntry>(&kernel.entry);
  if (!facts)
    return invalidArgument("kernel '" + kernel.name +
                           "' was compiled for a cpu, expected PTX");
  std::array<int64_t, 3> block = {facts->block[0], facts->block[1],
                                  facts->block[2]};
  bool fits = true;
  for (size_t i = 0; i < 3; ++i)
    fits &= block[i] >= 1 && block[i] <= limits_.block[i];
  // Each size fits 32 bits and was just bounded, so the product fits 64.
  if (!fits || block[0] * block[1] * block[2] > limits_.threadsPerBlock)
    return unsupported("kernel '" + kernel.name + "' needs blocks of " +
                       formatTriple(block) + " threads; the device allows " +
                       formatTriple(limits_.block) + " and " +
                       std::to_string(limits_.threadsPerBlock) + " in all");
  int64_t shared = int64_t(facts->staticShared) + facts->dynamicShared;
  if (shared > limits_.sharedBytesOptin)
    return unsupported("kernel '" + kernel.name + "' needs " +
                       std::to_string(shared) +
                       " bytes of shared memory; the device allows " +
                       std::to_string(limits_.sharedBytesOptin));

  Entry entry = {nullptr, &kernel, facts};
  const Driver &driver = context_->driver();
  Status status = driver.check(driver.ModuleGetFunction, &entry.function,
                               module_, facts->entry.c_str());
  if (status.succeeded() && facts->dynamicShared &&
      shared > limits_.sharedBytes)
    status = driver.check(driver.FuncSetAttribute, entry.function,
                          FunctionAttribute::MaxDynamicSharedSizeBytes,
                          static_cast<int>(facts->dynamicShared));
  if (status.failed()) {
    Failure failure = std::move(status).failure();
    failure.message += ", for kernel '" + facts->entry + "'";
    return failure;
  }
  entries_.push_back(entry);
  return Status::success();
}

CudaModule::~CudaModule() {
  if (!module_)
    return;
  context_->release([&] {
    context_->defer(context_->wait());
    const Driver &driver = context_->driver();
    return driver.check(driver.ModuleUnload, module_);
  });
}

//===----------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------===//

Status CudaModule::launch(const Launch &launch) {
  if (launch.kernel >= entries_.size())
    return invalidArgument("launch of kernel number " +
                           std::to_string(launch.kernel) + " of a module of " +
                           std::to_string(entries_.size()));
  const Entry &entry = entries_[launch.kernel];
  for (size_t i = 0; i < 3; ++i)
    if (launch.grid[i] < 1 || launch.grid[i] > limits_.grid[i])
      return unsupported("kernel '" + entry.kernel->name +
                         "' needs a grid of " + formatTriple(launch.grid) +
                         " blocks; the device allows (1, 1, 1) to " +
                         formatTriple(limits_.grid));
  if (launch.arguments.size() != entry.facts->params.size())
    return invalidArgument("kernel '" + entry.kernel->name + "' takes " +
                           std::to_string(entry.facts->params.size()) +
                           " arguments, got " +
                           std::to_string(launch.arguments.size()));
  return context_->run([&] { return issue(entry, launch); });
}

Status CudaModule::issue(const Entry &entry, const Launch &launch) {
  // The driver copies as many bytes from each address as the PTX parameter
  // has: of an i32 the low half of its word.
  static_assert(std::endian::native == std::endian::little);
  std::array<void *, 32> few;
  std::vector<void *> many;
  size_t count = launch.arguments.size();
  if (count > few.size())
    many.resize(count);
  void **parameters = count > few.size() ? many.data() : few.data();
  for (size_t i = 0; i < count; ++i)
    parameters[i] = const_cast<uint64_t *>(&launch.arguments[i]);

  const PtxEntry &facts = *entry.facts;
  const Driver &driver = context_->driver();
  for (const Launch::Array &array : launch.arrays)
    driver.declareArray(context_->stream(), array.address, array.bytes,
                        array.written);
  Status status = driver.check(driver.LaunchKernel, entry.function,
                               static_cast<unsigned>(launch.grid[0]),
                               static_cast<unsigned>(launch.grid[1]),
                               static_cast<unsigned>(launch.grid[2]),
                               facts.block[0], facts.block[1], facts.block[2],
                               facts.dynamicShared, context_->stream(),
                               parameters, static_cast<void **>(nullptr));
  if (status.succeeded()) {
    context_->noteLaunch(entry.kernel->name);
    return status;
  }
  Failure failure = std::move(status).failure();
  failure.message += ", for kernel '" + entry.kernel->name + "'";
  return failure;
}

} // namespace theano::cuda
