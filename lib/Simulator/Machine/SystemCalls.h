//===- SystemCalls.h - functions that a device brings -----------*- C++ -*-===//
//
// `vprintf`, `malloc`, `free`, `__assertfail` and `cudaGraphSetConditional`
// have no body in any module: a text declares them, and the driver provides
// them.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_SYSTEMCALLS_H
#define THEANO_SIMULATOR_MACHINE_SYSTEMCALLS_H

#include "Machine/Op.h"

#include <string_view>
#include <vector>

namespace theano::sim {

struct SystemCall {
  std::string_view name;
  /// Bytes of each value.
  std::vector<uint32_t> results, parameters;
  /// With the number of its call site in `aux`.
  Handler run;
  bool prints = false;
};

const std::vector<SystemCall> &systemCalls();
/// The function of this name, or null.
const SystemCall *findSystemCall(std::string_view name);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_SYSTEMCALLS_H
