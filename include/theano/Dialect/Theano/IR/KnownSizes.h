//===- KnownSizes.h - what is known of computed sizes -----------*- C++ -*-===//

#ifndef THEANO_DIALECT_THEANO_IR_KNOWNSIZES_H
#define THEANO_DIALECT_THEANO_IR_KNOWNSIZES_H

#include "mlir/IR/Value.h"
#include <optional>

namespace theano {

/// The number that a 0-d integer tensor is known to hold, from the ops that
/// compute it: constants, shapes, and what picks from or joins these.
std::optional<int64_t> getKnownNumber(mlir::Value scalar);

/// The same for each entry of a vector of i64 of static length; kDynamic where
/// nothing is known.
llvm::SmallVector<int64_t> getKnownEntries(mlir::Value vector);

} // namespace theano

#endif // THEANO_DIALECT_THEANO_IR_KNOWNSIZES_H
