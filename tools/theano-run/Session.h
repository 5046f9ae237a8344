//===- Session.h - compiles and runs the calls of a command line *- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_SESSION_H
#define TOOLS_THEANO_RUN_SESSION_H

#include "Inputs.h"
#include "Options.h"

#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "theano/Execution/Compile.h"
#include "theano/Runtime/Executable.h"
#include "theano/Runtime/OpenDevice.h"
#include "llvm/Support/SourceMgr.h"

namespace theano::run {

/// One process of theano-run: the parsed file, the device and the shared
/// variables that its calls have in common.
class Session {
public:
  explicit Session(const Options &options) : options(options) {}

  Status run();

private:
  Status parse();
  Expected<TargetInfo> chooseTarget();
  /// Refuses names on the command line that mean nothing, before any work.
  Status checkNames();
  Status emit();
  Status dumpStages();
  Status openDevice();
  Status runCall(const CallOptions &call);

  /// The names that the command line may use for argument `i` of a function.
  std::vector<std::string> namesOf(mlir::func::FuncOp function, unsigned i);
  /// The shared variable called `name`, made from --shared at its first use.
  Expected<std::shared_ptr<SharedVariable>> getShared(const std::string &name);
  Status writeShared();

  const Options &options;
  std::unique_ptr<mlir::MLIRContext> context;
  llvm::SourceMgr sources;
  mlir::AsmParserState names;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  CompileOptions compileOptions;
  std::shared_ptr<Device> device;
  GivenArrays sharedValues;
  std::map<std::string, std::shared_ptr<SharedVariable>> shared;
};

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_SESSION_H
