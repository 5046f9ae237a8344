//===- Fault.h - what a kernel did wrong ------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_FAULT_H
#define THEANO_SIMULATOR_MACHINE_FAULT_H

#include "theano/DriverAbi/Types.h"

#include <array>
#include <string>

namespace theano::sim {

struct Image;

/// One finding in a launch.
struct Fault {
  /// What the driver reports from then on.
  cuda::Result result = cuda::Result::LaunchFailed;
  std::string message; ///< what happened, without where
  std::string kernel;
  std::array<uint32_t, 3> block = {}, thread = {};
  uint64_t blockIndex = 0; ///< in launch order
  bool hasThread = false;
  uint32_t ptxLine = 0;    ///< 0 when no instruction is to blame
  std::string instruction; ///< its opcode and modifiers
  std::string source;      ///< "file:line:column" of its .loc, or empty

  /// "kernel 'k', block (0,0,0), thread (5,0,0), PTX line 12 (ld.global.f32),
  /// a.py:3:7: ..."
  std::string text() const;
};

/// Fills in the places that op `pc` of `image` comes from.
void locate(Fault &fault, const Image &image, uint32_t pc);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_FAULT_H
