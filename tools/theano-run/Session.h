//===- Session.h - compiles and runs the calls of a command line *- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_SESSION_H
#define TOOLS_THEANO_RUN_SESSION_H

#include "Inputs.h"
#include "Options.h"
#include "SourceFile.h"
#include "Sweep.h"

#include "theano/Execution/Compile.h"
#include "theano/Execution/PassCache.h"
#include "theano/Runtime/Executable.h"
#include "theano/Support/File.h"

namespace theano::run {

/// One process of theano-run: the parsed file, the device and the shared
/// variables that its calls have in common.
class Session {
public:
  explicit Session(Options options) : options(std::move(options)) {}

  Status run();

private:
  Status openDevice();
  Status closeDevice();
  Status runCalls();
  Status runCall(const CallOptions &call);

  /// The function compiled for the device: once, however often it is called.
  Expected<std::shared_ptr<Executable>> load(mlir::func::FuncOp function);
  /// Finds the arrays of the arguments of `function`.
  Status bindArguments(mlir::func::FuncOp function, const CallOptions &call,
                       Sweep &sweep);
  /// The shared variable that an argument names, made from --shared at its
  /// first use.
  Expected<std::shared_ptr<SharedVariable>> getShared(const InputInfo &input);
  /// Prints the results of a call or keeps them for its file.
  Status keepResults(const CallOptions &call, const NamedArrays &results);
  Status keepShared();
  /// Finds out before hours of work whether their results can be written.
  Status checkResultFiles();
  void keepTrace();
  Status printCounters();

  Options options;
  SourceFile file;
  PassCache passes; // dies before the context, which the file owns
  CompileOptions compileOptions;
  /// The first failure that a device could only tell while it was released.
  Status lateFailure;
  std::shared_ptr<Device> device;
  GivenArrays sharedValues;
  std::map<std::string, std::shared_ptr<SharedVariable>> shared;
  /// By function: what has run and will run again.
  std::map<std::string, std::shared_ptr<Executable>> executables;
  Trace trace;
  /// What is written at the very end, when nothing has failed.
  std::vector<FileContents> files;
};

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_SESSION_H
