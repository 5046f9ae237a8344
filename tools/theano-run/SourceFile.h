//===- SourceFile.h - the file that the command line names ------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_SOURCEFILE_H
#define TOOLS_THEANO_RUN_SOURCEFILE_H

#include "Options.h"

#include "mlir/AsmParser/AsmParserState.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

#include <memory>
#include <string>
#include <vector>

namespace theano::run {

/// A parsed and verified file of functions, with the names that its text gives
/// to their arguments.
class SourceFile {
public:
  SourceFile();

  /// Reads `file` (`-` is the standard input). Errors have the place in the
  /// file.
  Status parse(const std::string &file);

  mlir::MLIRContext &getContext() { return *context; }
  mlir::ModuleOp getModule() { return *module; }

  /// The function called `name`, which has a body.
  Expected<mlir::func::FuncOp> getFunction(const std::string &name);

  /// The names that the command line may use for argument `i` of a function,
  /// the best first.
  std::vector<std::string> namesOf(mlir::func::FuncOp function, unsigned i);

  /// Refuses names on the command line that mean nothing or are given twice,
  /// before any work. Drops the --for of all calls from a call that gives the
  /// same input by an -i of its own.
  Status resolveNames(Options &options);

private:
  std::unique_ptr<mlir::MLIRContext> context;
  std::string path;
  llvm::SourceMgr sources;
  mlir::AsmParserState names;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_SOURCEFILE_H
