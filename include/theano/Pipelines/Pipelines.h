//===- Pipelines.h - the stages of the compiler as functions ----*- C++ -*-===//
//
// Each function adds the passes of one phase to a pipeline on builtin.module,
// with what the phase requires and guarantees. Tools string them together;
// theano-opt offers the sums under the names in registerAllPasses().
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_PIPELINES_PIPELINES_H
#define THEANO_PIPELINES_PIPELINES_H

#include <cstdint>
#include <string>

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace theano {

struct PipelineOptions {
  /// Apply Theano's value-changing rewrites (x/x -> 1, x*0 -> 0).
  bool theanoRewrites = false;
  /// Leave matrix products that a library can do in the host function.
  bool keepContractions = false;
  /// Write updates into the state itself where that is right in a call that
  /// succeeds.
  bool updateInPlace = false;
  /// Bytes of a vector register of the CPU, a power of two.
  int64_t vectorBytes = 32;
  /// Compute f16 through f32 in our own code: for a CPU without F16C.
  bool expandF16 = false;
  /// The GPU architecture.
  std::string arch = "sm_80";
  /// Round the factors of f32 products to TF32 where the GPU multiplies it on
  /// matrix units.
  bool tf32 = false;

  bool operator==(const PipelineOptions &) const = default;
};

/// Simplifies the graph. Requires and guarantees host functions of the theano
/// dialect.
void addSimplifyPasses(mlir::OpPassManager &pm, const PipelineOptions &options);

/// Lowers the graph to linalg on signless tensors. Guarantees that no theano op
/// is left.
void addLinalgPasses(mlir::OpPassManager &pm);

/// Chooses the schedules and grids of kernels for a CPU.
void addCpuSchedulePasses(mlir::OpPassManager &pm,
                          const PipelineOptions &options);

/// Chooses the schedules and grids of kernels for a GPU.
void addGpuSchedulePasses(mlir::OpPassManager &pm,
                          const PipelineOptions &options);

/// Emits scheduled kernels as functions of the LLVM dialect that the runtime
/// can call; host functions are erased.
void addNativePasses(mlir::OpPassManager &pm, const PipelineOptions &options);

/// Emits scheduled kernels as gpu.modules of gpu, scf, arith, vector and
/// memref.
void addGpuPasses(mlir::OpPassManager &pm);

/// Takes emitted gpu.modules to the NVVM and LLVM dialects, ready for
/// Target/PTX.
void addNvvmPasses(mlir::OpPassManager &pm);

/// Groups linalg into kernels and chooses their schedules and grids, for a GPU
/// or a CPU.
void addScheduledKernelPasses(mlir::OpPassManager &pm,
                              const PipelineOptions &options, bool gpu);

/// The sum of the phases from the graph to scheduled kernels.
void addGraphToKernelsPasses(mlir::OpPassManager &pm,
                             const PipelineOptions &options, bool gpu);

/// Registers theano-to-kernels, theano-to-native and theano-to-ptx.
void registerPipelines();

} // namespace theano

#endif // THEANO_PIPELINES_PIPELINES_H
