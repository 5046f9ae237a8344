//===- PassTrace.cpp - passes as spans of a trace -------------------------===//

#include "PassTrace.h"

#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace theano;

void PassTrace::runBeforePass(Pass *pass, Operation *op) {
  std::lock_guard<std::mutex> lock(mutex);
  starts[{pass, op}] = {Trace::now(), Trace::threadTime()};
}

void PassTrace::runAfterPass(Pass *pass, Operation *op) {
  int64_t end = Trace::now(), threadEnd = Trace::threadTime();
  std::lock_guard<std::mutex> lock(mutex);
  auto [start, threadStart] = starts.lookup({pass, op});
  starts.erase({pass, op});
  // What takes passes to nested ops is a pass without a name of its own.
  if (!pass->getArgument().empty())
    trace.add({pass->getArgument().str(), "compile", start, end - start,
               threadEnd - threadStart});
}

void PassTrace::runAfterPassFailed(Pass *pass, Operation *op) {
  runAfterPass(pass, op);
}
