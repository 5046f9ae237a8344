//===- Locations.cpp - source locations as text ---------------------------===//

#include "theano/Dialect/Kernel/Locations.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

static void collect(Location loc, llvm::SetVector<std::string> &found) {
  if (auto file = dyn_cast<FileLineColLoc>(loc)) {
    found.insert((file.getFilename().getValue() + ":" +
                  Twine(file.getLine()) + ":" + Twine(file.getColumn()))
                     .str());
  } else if (auto named = dyn_cast<NameLoc>(loc)) {
    collect(named.getChildLoc(), found);
  } else if (auto call = dyn_cast<CallSiteLoc>(loc)) {
    collect(call.getCallee(), found);
    collect(call.getCaller(), found);
  } else if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location child : fused.getLocations())
      collect(child, found);
  }
}

SmallVector<std::string> theano::kernel::listLocations(Location loc) {
  llvm::SetVector<std::string> found;
  collect(loc, found);
  return found.takeVector();
}

std::string theano::kernel::describeLocation(Location loc) {
  SmallVector<std::string> all = listLocations(loc);
  return all.empty() ? std::string() : all.front();
}
