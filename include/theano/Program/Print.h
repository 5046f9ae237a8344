//===- Print.h - programs as text -------------------------------*- C++ -*-===//

#ifndef THEANO_PROGRAM_PRINT_H
#define THEANO_PROGRAM_PRINT_H

#include "theano/Program/Program.h"

namespace theano {

/// `--emit=program`: signature, slots, kernels and commands, readable. The
/// program need not be verified; numbers without a meaning print as "?".
std::string print(const Program &program);

/// One expression, such as "ceildiv(%x.0 * %x.1, 4096)".
std::string printExpr(const Program &program, ExprId id);

} // namespace theano

#endif // THEANO_PROGRAM_PRINT_H
