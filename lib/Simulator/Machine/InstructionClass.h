//===- InstructionClass.h - instructions by what they occupy ----*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_INSTRUCTIONCLASS_H
#define THEANO_SIMULATOR_MACHINE_INSTRUCTIONCLASS_H

#include "Ptx/Ast.h"

namespace theano::sim {

/// Which part of a multiprocessor an instruction keeps busy.
enum class InstructionClass : uint8_t {
  Float32,
  Float64,
  Half,   ///< f16 and bf16, also packed
  Matrix, ///< products of the tensor cores
  Integer,
  Select, ///< comparisons and what chooses by a predicate
  Convert,
  Move,
  Parameter, ///< ld.param and st.param: operands of others, or registers
  Load,
  Store,
  Async, ///< asynchronous copies and waits for them
  Atomic,
  Warp,    ///< shuffles, votes
  Barrier, ///< of a block, and mbarriers
  Fence,
  Control,
};
inline constexpr unsigned numInstructionClasses = 17;

InstructionClass classify(const Instruction &instruction);

/// In lower case, such as "float32".
std::string_view spelling(InstructionClass instructionClass);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_INSTRUCTIONCLASS_H
