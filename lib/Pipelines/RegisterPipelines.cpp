//===- RegisterPipelines.cpp - the pipelines of theano-opt ----------------===//

#include "theano/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace theano;

namespace {
struct TextOptions : PassPipelineOptions<TextOptions> {
  Option<bool> gpu{*this, "gpu",
                   llvm::cl::desc("choose schedules for a GPU, not a CPU"),
                   llvm::cl::init(false)};
  Option<bool> theanoRewrites{
      *this, "theano-rewrites",
      llvm::cl::desc("apply Theano's value-changing rewrites"),
      llvm::cl::init(false)};
  Option<bool> updateInPlace{
      *this, "update-in-place",
      llvm::cl::desc("write updates into the shared state itself"),
      llvm::cl::init(false)};
  Option<int64_t> vectorBytes{
      *this, "vector-bytes",
      llvm::cl::desc("bytes of a vector register of the CPU"),
      llvm::cl::init(32)};
  Option<std::string> arch{
      *this, "arch", llvm::cl::desc("the GPU that schedules are chosen for"),
      llvm::cl::init(PipelineOptions().arch)};
  Option<bool> tf32{
      *this, "tf32",
      llvm::cl::desc("round the factors of f32 products to TF32 where the GPU "
                     "multiplies it on matrix units"),
      llvm::cl::init(false)};

  PipelineOptions get() const {
    PipelineOptions options;
    options.theanoRewrites = theanoRewrites;
    options.updateInPlace = updateInPlace;
    options.vectorBytes = vectorBytes;
    options.arch = arch;
    options.tf32 = tf32;
    return options;
  }
};
} // namespace

void theano::registerPipelines() {
  PassPipelineRegistration<TextOptions>(
      "theano-to-kernels", "graphs to scheduled kernels and their launches",
      [](OpPassManager &pm, const TextOptions &options) {
        addGraphToKernelsPasses(pm, options.get(), options.gpu);
      });
  PassPipelineRegistration<TextOptions>(
      "theano-to-native", "graphs to the LLVM dialect for a CPU",
      [](OpPassManager &pm, const TextOptions &options) {
        addGraphToKernelsPasses(pm, options.get(), false);
        addNativePasses(pm, options.get());
      });
  PassPipelineRegistration<TextOptions>(
      "theano-to-ptx",
      "graphs to gpu.modules of the NVVM and LLVM dialects, ready for PTX",
      [](OpPassManager &pm, const TextOptions &options) {
        addGraphToKernelsPasses(pm, options.get(), true);
        addGpuPasses(pm);
        addNvvmPasses(pm);
      });
}
