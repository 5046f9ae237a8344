//===- PassTrace.h - passes as spans of a trace -----------------*- C++ -*-===//

#ifndef THEANO_LIB_EXECUTION_PASSTRACE_H
#define THEANO_LIB_EXECUTION_PASSTRACE_H

#include "mlir/Pass/PassInstrumentation.h"
#include "theano/Runtime/Trace.h"
#include "llvm/ADT/DenseMap.h"

#include <mutex>

namespace theano {

/// Adds one event of category "compile" for each run of a pass on an op. Passes
/// may run on several threads.
class PassTrace final : public mlir::PassInstrumentation {
public:
  explicit PassTrace(Trace &trace) : trace(trace) {}

  void runBeforePass(mlir::Pass *pass, mlir::Operation *op) override;
  void runAfterPass(mlir::Pass *pass, mlir::Operation *op) override;
  void runAfterPassFailed(mlir::Pass *pass, mlir::Operation *op) override;

private:
  Trace &trace;
  std::mutex mutex; // guards the trace and what follows
  llvm::DenseMap<std::pair<mlir::Pass *, mlir::Operation *>,
                 std::pair<int64_t, int64_t>>
      starts;
};

} // namespace theano

#endif // THEANO_LIB_EXECUTION_PASSTRACE_H
