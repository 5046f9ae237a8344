//===- EmitPtx.h - a GPU kernel as PTX text ---------------------*- C++ -*-===//

#ifndef THEANO_TARGET_PTX_EMITPTX_H
#define THEANO_TARGET_PTX_EMITPTX_H

#include "mlir/Support/LLVM.h"
#include <array>
#include <string>
#include <vector>

namespace mlir {
class DialectRegistry;
namespace gpu {
class GPUModuleOp;
} // namespace gpu
} // namespace mlir

namespace theano {

/// What a parameter of a PTX entry is.
enum class PtxParam { Pointer, I8, I16, I32, I64, F16, F32, F64 };

/// One entry point and what a launch of it must know.
struct PtxFunction {
  std::string name;
  /// Threads of a block; {1, 1, 1} where the kernel does not say.
  std::array<unsigned, 3> block = {1, 1, 1};
  /// One for each parameter, in order.
  std::vector<PtxParam> params;
};

struct PtxModule {
  std::string text;
  std::vector<PtxFunction> entries;
  /// Bytes of shared memory that the text itself reserves for a block.
  unsigned sharedBytes = 0;
};

/// Writes a gpu.module, whose functions are in the LLVM and NVVM dialects, as
/// PTX for `arch` (such as "sm_80"). The same module and arch give the same
/// bytes: nothing is read from the environment and no library is linked in.
///
/// Fails with a diagnostic on an arch that is not known, and on an instruction,
/// a call or a type that the PTX back end could not select, naming it.
mlir::FailureOr<PtxModule> emitPtx(mlir::gpu::GPUModuleOp module,
                                   llvm::StringRef arch);

/// As above, for the arch that the attribute `kernel.target` names on the
/// gpu.module or on an op around it.
mlir::FailureOr<PtxModule> emitPtx(mlir::gpu::GPUModuleOp module);

/// Registers the translations to LLVM IR that emitPtx needs.
void registerPtxTranslations(mlir::DialectRegistry &registry);

} // namespace theano

#endif // THEANO_TARGET_PTX_EMITPTX_H
