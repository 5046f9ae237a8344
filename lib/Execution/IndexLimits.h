//===- IndexLimits.h - what is beyond 32-bit indices ------------*- C++ -*-===//

#ifndef THEANO_LIB_EXECUTION_INDEXLIMITS_H
#define THEANO_LIB_EXECUTION_INDEXLIMITS_H

#include "mlir/IR/BuiltinOps.h"
#include "theano/Program/Program.h"

namespace theano {

/// Fails a call of `program`, the Program of the kernels in `module`, before
/// anything runs when a kernel with 32-bit indices would meet a buffer or a
/// reduction of more than kernel::kMaxNarrowCount elements. What is known to be
/// less is not checked.
void addIndexLimits(Program &program, mlir::ModuleOp module);

} // namespace theano

#endif // THEANO_LIB_EXECUTION_INDEXLIMITS_H
