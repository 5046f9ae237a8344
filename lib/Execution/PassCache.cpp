//===- PassCache.cpp - passes kept between compilations -------------------===//

#include "theano/Execution/PassCache.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace theano;

PassManager &
PassCache::get(const Key &key,
               llvm::function_ref<std::unique_ptr<PassManager>()> make) {
  auto entry = llvm::find_if(
      entries, [&](const Entry &entry) { return entry.key == key; });
  if (entry == entries.end()) {
    entries.push_back({key, make()});
    entry = std::prev(entries.end());
  }
  return *entry->passes;
}
