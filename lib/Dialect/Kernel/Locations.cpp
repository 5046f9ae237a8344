//===- Locations.cpp - source locations as text ---------------------------===//

#include "theano/Dialect/Kernel/Locations.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

static void collect(Location loc, SmallVectorImpl<std::string> &found) {
  if (auto file = dyn_cast<FileLineColLoc>(loc)) {
    std::string text =
        (file.getFilename().getValue() + ":" + Twine(file.getLine())).str();
    // Column 0 is MLIR's for one that is not known: Python tells lines alone.
    if (unsigned column = file.getColumn())
      text += ":" + std::to_string(column);
    if (!llvm::is_contained(found, text))
      found.push_back(text);
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
  SmallVector<std::string> found;
  collect(loc, found);
  return found;
}

std::string theano::kernel::describeLocation(Location loc) {
  SmallVector<std::string> all = listLocations(loc);
  return all.empty() ? std::string() : all.front();
}
