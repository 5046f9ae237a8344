//===- Verify.h - the rules that a program keeps ----------------*- C++ -*-===//

#ifndef THEANO_PROGRAM_VERIFY_H
#define THEANO_PROGRAM_VERIFY_H

#include "theano/Program/Program.h"

namespace theano {

/// Checks every number and every rule that Program.h states, so that whoever
/// executes the program needs no checks of its own. The message names what is
/// wrong.
Status verify(const Program &program);

} // namespace theano

#endif // THEANO_PROGRAM_VERIFY_H
