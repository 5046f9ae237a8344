//===- InitAll.h - registers all that the tools know ------------*- C++ -*-===//

#ifndef THEANO_INITALL_H
#define THEANO_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace theano {

/// Adds our dialects, the upstream ones that our passes use, and the interface
/// implementations and translations they need.
void registerAllDialects(mlir::DialectRegistry &registry);

/// Registers our passes and pipelines, and the upstream passes that make sense
/// beside them, for use by name.
void registerAllPasses();

} // namespace theano

#endif // THEANO_INITALL_H
