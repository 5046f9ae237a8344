//===- PassCache.h - passes kept between compilations -----------*- C++ -*-===//

#ifndef THEANO_EXECUTION_PASSCACHE_H
#define THEANO_EXECUTION_PASSCACHE_H

#include "mlir/Pass/PassManager.h"
#include "theano/Pipelines/Pipelines.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <memory>
#include <vector>

namespace theano {

class Trace;

/// Pass managers that outlive a compilation: to set the passes up takes about
/// as long as to run them on a small graph. A cache serves one context, which
/// must outlive it, and one compilation at a time.
class PassCache {
public:
  /// What decides which passes they are.
  struct Key {
    int phase;
    bool gpu;
    PipelineOptions options;
    Trace *trace;
    bool operator==(const Key &) const = default;
  };

  /// The passes of `key`; `make` makes them where there are none yet.
  mlir::PassManager &
  get(const Key &key,
      llvm::function_ref<std::unique_ptr<mlir::PassManager>()> make);

private:
  struct Entry {
    Key key;
    std::unique_ptr<mlir::PassManager> passes;
  };
  std::vector<Entry> entries;
};

} // namespace theano

#endif // THEANO_EXECUTION_PASSCACHE_H
