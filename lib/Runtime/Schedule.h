//===- Schedule.h - the order of a program's commands -----------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_SCHEDULE_H
#define THEANO_LIB_RUNTIME_SCHEDULE_H

#include "theano/Program/Program.h"

namespace theano {

/// Moves what can fail ahead of what cannot be undone: checks that depend on
/// inputs alone come first, in their order; and in a program that writes
/// shared variables in place, so do the allocations whose sizes depend on
/// inputs alone. Only commands outside of branches and loops move.
void hoistFallibleCommands(Program &program);

} // namespace theano

#endif // THEANO_LIB_RUNTIME_SCHEDULE_H
