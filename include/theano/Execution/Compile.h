//===- Compile.h - from a graph to a Program --------------------*- C++ -*-===//

#ifndef THEANO_EXECUTION_COMPILE_H
#define THEANO_EXECUTION_COMPILE_H

#include "mlir/IR/BuiltinOps.h"
#include "theano/Program/Program.h"
#include "theano/Runtime/Trace.h"
#include "theano/Support/Status.h"

#include <optional>

namespace theano {

class PassCache;

/// What decides how a function is compiled. Made once by a tool and passed
/// down.
struct CompileOptions {
  TargetInfo target;
  /// Theano's value-changing rewrites (x/x -> 1, x*0 -> 0).
  bool theanoRewrites = false;
  /// Large matrix products through a BLAS that the device has.
  bool useBlas = false;
  /// Keep the old value of a shared variable until the call has succeeded.
  /// Without, updates are made in place where their kernels allow it, which
  /// needs less memory; a variable that a failed call has begun to overwrite is
  /// then invalid until it is set again.
  bool safeUpdates = true;
  /// Round the factors of float32 products to TF32, 10 bits of fraction, where
  /// a GPU multiplies that on matrix units; sums stay float32. Elsewhere
  /// products are those of float32.
  bool tf32 = false;
  /// Receives a span for each pass and step of the compilation; may be null.
  Trace *trace = nullptr;
  /// Keeps the passes for the next compilation; may be null.
  PassCache *passes = nullptr;
};

/// The stages whose text can be asked for, in the order in which they come.
enum class Stage {
  Theano,
  Linalg,
  Kernels,
  Gpu,
  Nvvm,
  Llvm,
  Program,
  Ptx,
  Asm
};

/// The stage called `name` ("theano", "linalg", ...), or an error that lists
/// them.
Expected<Stage> parseStage(std::string_view name);

/// Compiles function `name` of `module`, a module of the theano dialect, which
/// stays as it is. Diagnostics of the compiler become the message of the error.
Expected<Program> compile(mlir::ModuleOp module, llvm::StringRef name,
                          const CompileOptions &options);

/// The text of one stage of the same compilation.
Expected<std::string> emitStage(mlir::ModuleOp module, llvm::StringRef name,
                                Stage stage, const CompileOptions &options);

/// The passes of the same compilation as theano-opt --pass-pipeline takes them:
/// up to `stage`, or all of them. What comes after the passes (the program, PTX
/// and machine code) is no pass.
Expected<std::string> printPassPipeline(mlir::MLIRContext *context,
                                        std::optional<Stage> stage,
                                        const CompileOptions &options);

/// Registers what parsing and compiling need and no more, so that a process
/// starts fast.
void registerForExecution(mlir::DialectRegistry &registry);

/// The target called `name`: sm_NN, an x86-64 level, or "native".
Expected<TargetInfo> resolveTarget(std::string_view name);

} // namespace theano

#endif // THEANO_EXECUTION_COMPILE_H
