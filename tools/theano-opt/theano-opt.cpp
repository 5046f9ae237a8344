//===- theano-opt.cpp - runs passes on IR ---------------------------------===//

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "theano/InitAll.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/raw_ostream.h"

/// What MlirOptMain does with names of files; but it destroys LLVM's counters
/// before it returns, and this prints them first.
static llvm::LogicalResult runAndCount(llvm::StringRef input,
                                       llvm::StringRef output,
                                       mlir::DialectRegistry &registry,
                                       const mlir::MlirOptMainConfig &config) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> in = mlir::openInputFile(input, &message);
  std::unique_ptr<llvm::ToolOutputFile> out;
  if (in)
    out = mlir::openOutputFile(output, &message);
  if (!out) {
    llvm::errs() << message << "\n";
    return llvm::failure();
  }
  llvm::EnableStatistics(/*DoPrintOnExit=*/false);
  llvm::LogicalResult result =
      mlir::MlirOptMain(out->os(), std::move(in), registry, config);
  if (llvm::succeeded(result))
    out->keep();
  llvm::PrintStatistics(llvm::errs());
  return result;
}

/// Hides the options that libraries have registered by being loaded: hundreds,
/// none of which is about MLIR. --help-hidden still lists them.
static void hideLibraryOptions() {
  for (auto [name, option] : llvm::cl::getRegisteredOptions())
    if (name != "help" && name != "help-list" && name != "version" &&
        option->getOptionHiddenFlag() == llvm::cl::NotHidden)
      option->setHiddenFlag(llvm::cl::Hidden);
}

int main(int argc, char **argv) {
  hideLibraryOptions();
  mlir::DialectRegistry registry;
  theano::registerAllDialects(registry);
  theano::registerAllPasses();
  // --mlir-pass-statistics and --stats of LLVM count nothing where it was built
  // without assertions, as packages are.
  llvm::cl::opt<bool> statistics(
      "pass-statistics",
      llvm::cl::desc("Print to stderr how often each pass did what it does"));
  auto [input, output] = mlir::registerAndParseCLIOptions(
      argc, argv, "theano-opt: shows every stage\n", registry);
  auto config = mlir::MlirOptMainConfig::createFromCLOptions();
  if (!statistics || config.shouldListPasses() || config.shouldShowDialects())
    return mlir::asMainReturnCode(
        mlir::MlirOptMain(argc, argv, input, output, registry));
  llvm::InitLLVM initialization(argc, argv);
  return mlir::asMainReturnCode(runAndCount(input, output, registry, config));
}
