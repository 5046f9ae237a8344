//===- Simulator.cpp - the device called sim ------------------------------===//

#include "Simulator.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace theano;

/// Any address inside this executable.
static int anchor;

Status run::chooseSimulator(Options &options, const char *argv0) {
  if (options.device != "sim")
    return Status::success();
  if (!options.cudaDriver.empty())
    return invalidArgument("--device=sim brings its own driver and takes no "
                           "--cuda-driver");
  llvm::SmallString<256> path(llvm::sys::fs::getMainExecutable(argv0, &anchor));
  llvm::sys::path::remove_filename(path);
  llvm::sys::path::append(path, "..", "lib", "libtheano-cuda-sim.so");
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  if (!llvm::sys::fs::exists(path))
    return unsupported("--device=sim needs the simulated driver, expected at " +
                       path.str().str());
  options.device = "cuda";
  options.cudaDriver = path.str();
  options.exactAllocations = true;
  if (options.explain && !options.counters) {
    options.counters = cuda::SimReportFormat::Table;
    options.simulator.emplace_back("count", "on");
  }
  return Status::success();
}
