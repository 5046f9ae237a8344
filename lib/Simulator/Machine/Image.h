//===- Image.h - a decoded module -------------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_IMAGE_H
#define THEANO_SIMULATOR_MACHINE_IMAGE_H

#include "Machine/Op.h"
#include "Machine/Ordering.h"
#include "Ptx/Ast.h"

#include <map>
#include <memory>
#include <unordered_map>

namespace theano::sim {

class AddressSpace;

/// A row of a frame whose value is known when the frame is made.
struct FrameRow {
  enum class Kind : uint8_t {
    Constant,      ///< value in every lane
    Special,       ///< a special register
    LocalAddress,  ///< value past the frame's local memory
    DynamicShared, ///< value past the start of dynamic shared memory
  };
  Kind kind = Kind::Constant;
  SpecialRegister special = SpecialRegister::LaneId;
  uint8_t bytes = 4; ///< of a lane: 4 or 8, or 0 for a predicate
  uint32_t at = 0;
  uint64_t value = 0;
};

/// What a device has of local memory for a thread, and with it for the stack of
/// a warp. Frames hold registers and parameters, of which a thread that runs on
/// a device cannot have more, either.
inline constexpr uint64_t maxLocalBytes = 512 << 10;
inline constexpr uint64_t maxStackBytes = maxLocalBytes * warpSize;

/// A value of each lane in a frame, `stride` bytes apart: parameter memory, or
/// a register's row. Of a kernel's parameter: `at` in the launch buffer, stride
/// 0.
struct ParamBlock {
  uint32_t at = 0, stride = 0, bytes = 0;
};

/// What a call op needs beyond its operands.
struct CallSite {
  const Function *callee = nullptr;           ///< null for an indirect call
  std::vector<ParamBlock> arguments, results; ///< in the caller's frame
};

struct FunctionCode {
  const Function *ast = nullptr;
  uint32_t entry = 0, end = 0; ///< ops [entry, end)
  uint32_t frameBytes = 0;
  uint32_t localBytes = 0;
  bool callsOthers = false;
  std::vector<FrameRow> rows;
  /// Parameters in order: kernels' bytes in the launch buffer, functions'
  /// blocks in the frame.
  std::vector<ParamBlock> parameters, results;
  uint32_t parameterBytes = 0; ///< of a kernel
  uint32_t sharedBytes = 0;    ///< of a kernel: static shared memory
};

/// Which memory an op accesses, for what is counted: operand 0 and `imm` are
/// the address, a lane's bytes follow each other.
struct MemoryAccess {
  enum class Kind : uint8_t { None, Load, Store, Atomic };
  Kind kind = Kind::None;
  Space space = Space::Generic;
  bool narrow = false;  ///< the base has 32-bit lanes
  uint8_t bytes = 0;    ///< of a lane
  uint8_t elements = 1; ///< rows that they come from or go to
  /// The lanes whose address counts.
  uint32_t lanes = fullMask;
  /// Bytes of a lane that a load may leave out: nobody uses them.
  uint32_t unused = 0;
};

/// Where an op comes from.
struct OpInfo {
  const Function *function = nullptr;
  const Instruction *instruction = nullptr;
  /// Pseudo ops that the decoder adds do not count as instructions.
  bool counted = true;
  MemoryAccess access = {};
  Ordering ordering = {};
};

/// A module that can run. Ops and infos have the same index.
struct Image {
  std::unique_ptr<Module> module;
  std::vector<Op> code;
  std::vector<OpInfo> info;
  std::vector<FunctionCode> functions; ///< those with a body
  std::unordered_map<std::string_view, uint32_t> functionsByName;
  std::unordered_map<const Function *, uint32_t> functionsByAst;
  std::vector<CallSite> callSites;
  std::vector<std::vector<uint32_t>> branchTables;
  /// Operands of ops that have more than fit: `imm` says where they start.
  std::vector<uint32_t> moreOperands;
  uint32_t hitSlots = 1;
  bool prints = false; ///< whether there is a call of vprintf
  /// Whether anyone asks for the shared memory that the system has for itself.
  bool usesReservedShared = false;
  /// Whether anyone waits for a cluster, which may be the block alone.
  bool usesClusters = false;

  /// Global and constant variables' addresses and sizes by name.
  struct Global {
    uint64_t address = 0, bytes = 0;
  };
  std::unordered_map<const Variable *, Global> globals;
  std::unordered_map<std::string_view, const Variable *> globalsByName;
  /// Offsets of `.shared` variables, without those of dynamic size.
  std::unordered_map<const Variable *, uint64_t> sharedOffsets;
  AddressSpace *memory = nullptr;

  Image() = default;
  Image(const Image &) = delete;
  Image &operator=(const Image &) = delete;
  ~Image();

  /// The function that holds op `pc`.
  const FunctionCode &functionAt(uint32_t pc) const;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_IMAGE_H
