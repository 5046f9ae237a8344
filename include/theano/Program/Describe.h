//===- Describe.h - what a program does, for people -------------*- C++ -*-===//

#ifndef THEANO_PROGRAM_DESCRIBE_H
#define THEANO_PROGRAM_DESCRIBE_H

#include "theano/Program/Program.h"

namespace theano {

/// `--explain` and `Function.explain`: for each launch, in the order of the
/// commands, the kernel, its family, source ops and lines, the bytes it moves
/// and its launch shape, as expressions over the sizes of the inputs.
std::string describe(const Program &program);

} // namespace theano

#endif // THEANO_PROGRAM_DESCRIBE_H
