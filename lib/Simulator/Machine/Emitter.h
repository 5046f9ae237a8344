//===- Emitter.h - one function's instructions to ops -----------*- C++ -*-===//
//
// What a form's own emitter works with: it turns operands into frame offsets
// and appends ops. Everything that it is asked for is checked; a failed call
// has reported why, and the emitter then returns false.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_EMITTER_H
#define THEANO_SIMULATOR_MACHINE_EMITTER_H

#include "Machine/Forms.h"
#include "Machine/Image.h"

namespace theano::sim {

class Emitter {
public:
  Emitter(Image &image, FunctionCode &code, const FormTable &table,
          Diagnostics &diagnostics);

  /// Decodes the function's body.
  void run();

  Image &image() { return image_; }
  const Function &function() const { return function_; }
  FunctionCode &code() { return code_; }

  bool error(Position where, std::string message);

  /// Appends an op for the current instruction; where that is guarded, behind
  /// an op that narrows the active lanes for it.
  Op &append(Handler handler);
  /// The same for an op that parks lanes or moves them elsewhere. A guard
  /// becomes a branch around it, so that the op meets only lanes that take it.
  Op &appendControl(Handler handler);
  /// The same for an op that has the guard among its own operands.
  Op &appendBare(Handler handler);
  /// An op in front of the instruction's own, for all lanes; not counted.
  Op &appendHelper(Handler handler);

  // Operands. Each answers false on a mismatch.
  bool destination(const Operand &operand, ScalarType type, bool wider,
                   uint32_t &at);
  bool source(const Operand &operand, ScalarType type, bool wider,
              uint32_t &at);
  bool predicate(const Operand &operand, bool negatable, uint32_t &at);
  /// An address operand: the row of its base, of 64-bit or with `narrow` of
  /// 32-bit lanes, and the constant to add. A base that is a variable or a
  /// number becomes a constant row.
  bool address(const Operand &operand, uint32_t &base, bool &narrow,
               uint64_t &offset);
  bool immediate(const Operand &operand, uint64_t &value);
  /// By the form's specification: appends the rows of an operand to `at`.
  bool rows(const Operand &operand, const OperandSpec &spec, const Match &match,
            std::vector<uint32_t> &at);

  /// The type of an operand's register; of an immediate, `otherwise`.
  ScalarType registerType(const Operand &operand, ScalarType otherwise) const;

  // Rows.
  uint32_t registerRow(uint32_t id);
  /// That of the current instruction's guard, where it has one.
  uint32_t guardRow();
  /// A row that holds `value` in each lane; `bytes` 4 or 8, or 0 for a
  /// predicate.
  uint32_t constantRow(uint64_t value, uint8_t bytes);
  uint32_t specialRow(SpecialRegister special);
  uint32_t localAddressRow(uint64_t offset, uint8_t bytes);
  uint32_t dynamicSharedRow(uint64_t offset, uint8_t bytes);
  /// A row that nothing reads: for the destination `_`.
  uint32_t scratchRow();
  /// A fresh row of up to 64-bit lanes, for a value between two ops.
  uint32_t temporaryRow() { return reserve(8 * warpSize, 64); }

  /// Says what the op appended last accesses.
  void setAccess(const MemoryAccess &access) {
    image_.info.back().access = access;
  }
  /// A fresh entry of the hit cache, for an op that accesses global memory.
  uint32_t hitSlot() { return image_.hitSlots++; }

  // Places.
  /// Where a `.param` variable lives: in the launch buffer if the stride is 0,
  /// else in the frame. Null for one of another function.
  const ParamBlock *paramBlock(const Variable &variable) const;
  /// Makes `op.aux` the op that a label stands for, once that is known.
  void fixLabel(uint32_t opIndex, uint32_t label);
  /// The same for a branch table, whose number it answers. Branches share it:
  /// many may use one that is long.
  uint32_t branchTable(const LabelTable &table);

private:
  bool layOut();
  uint32_t reserve(uint32_t bytes, uint32_t align);
  bool decode(const Instruction &instruction);
  std::optional<Match> select(const Instruction &instruction);
  bool emitSimple(const Match &match);
  bool checkCount(const Match &match);
  bool allows(SpecialRegister special, Position where);
  bool symbolValue(const Operand &operand, uint8_t bytes, uint32_t &at);
  void resolveLabels();

  Image &image_;
  FunctionCode &code_;
  const Function &function_;
  const FormTable &table_;
  Diagnostics &diagnostics_;

  const Instruction *current_ = nullptr;
  bool isCounted_ = false; ///< whether an op of `current_` counts already
  std::vector<uint32_t> registerRows_;
  std::map<std::pair<uint64_t, uint8_t>, uint32_t> constants_;
  std::map<SpecialRegister, uint32_t> specials_;
  std::map<std::pair<uint64_t, uint8_t>, uint32_t> locals_, dynamics_;
  std::map<const Variable *, uint64_t> localOffsets_;
  std::map<const Variable *, ParamBlock> blocks_;
  std::optional<uint32_t> scratch_;
  /// The op that each instruction starts at.
  std::vector<uint32_t> starts_;
  std::vector<std::pair<uint32_t, uint32_t>> labelUses_; ///< op, label
  std::map<const LabelTable *, uint32_t> tableNumbers_;
  /// Branches around the current instruction.
  std::vector<uint32_t> skips_;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_EMITTER_H
