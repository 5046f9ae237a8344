//===- EmitObject.h - native code in process --------------------*- C++ -*-===//

#ifndef THEANO_TARGET_CPU_EMITOBJECT_H
#define THEANO_TARGET_CPU_EMITOBJECT_H

#include "mlir/IR/BuiltinOps.h"
#include "theano/Support/TargetInfo.h"

#include <cstdint>
#include <vector>

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace theano {

/// Compiles a module of the LLVM dialect (from wrap-cpu-kernels) into a shared
/// object for `target`, linked in process with lld. It imports nothing but
/// memcpy, memmove, memset, fma and fmaf; a module that needs another function
/// is refused with a diagnostic that names it. Links run one at a time.
mlir::FailureOr<std::vector<uint8_t>> emitSharedObject(mlir::ModuleOp module,
                                                       const CpuTarget &target);

/// The same module as assembly text.
mlir::FailureOr<std::string> emitAssembly(mlir::ModuleOp module,
                                          const CpuTarget &target);

/// The CPU that this process runs on, as LLVM sees it.
TargetInfo getHostCpuTarget();

/// Registers the translations to LLVM IR that these functions need.
void registerCpuTranslations(mlir::DialectRegistry &registry);

} // namespace theano

#endif // THEANO_TARGET_CPU_EMITOBJECT_H
