//===- Describe.h - what a program does, for people -------------*- C++ -*-===//

#ifndef THEANO_PROGRAM_DESCRIBE_H
#define THEANO_PROGRAM_DESCRIBE_H

#include "theano/Program/Program.h"

namespace theano {

/// `--explain` and `Function.explain`: for each launch and library call, in the
/// order of the commands, the kernel, its family, source ops with their lines,
/// the bytes it moves and its launch shape, as expressions over the sizes of
/// the inputs.
///
/// With `sizes` each expression is followed by its value, and the end compares
/// the bytes that all commands move with the least that any program moves: each
/// input that is read, once, and each result, once. What depends on the value
/// of an array has no number where `sizes` cannot tell it.
std::string describe(const Program &program, ExprEnvironment *sizes = nullptr);

} // namespace theano

#endif // THEANO_PROGRAM_DESCRIBE_H
