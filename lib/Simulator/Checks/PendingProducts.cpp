//===- PendingProducts.cpp - what wgmma has not been waited for -----------===//

#include "Checks/PendingProducts.h"

#include "Machine/AccessText.h"
#include "Machine/Warp.h"

#include <algorithm>
#include <cstring>

namespace theano::sim {

/// Reads that are remembered; of a kernel that never waits the oldest go.
static constexpr size_t mostReads = 1 << 16;

void PendingProducts::clear() {
  registers_.clear();
  reads_.clear();
  committed_ = 0;
  isFenced_ = false;
}

void PendingProducts::add(const Warp &warp, uint32_t pc, const Operand &operand,
                          bool isResult) {
  if (operand.kind == Operand::Kind::Register)
    registers_[{warp.regs, operand.id}] = {committed_, isResult, warp.mask, pc};
  for (const Operand &element : operand.elements)
    add(warp, pc, element, isResult);
}

void PendingProducts::issue(const Warp &warp, uint32_t pc,
                            const Instruction &instruction) {
  // A register may be both; the result is what counts.
  if (instruction.operands[1].kind == Operand::Kind::Vector)
    add(warp, pc, instruction.operands[1], /*isResult=*/false);
  add(warp, pc, instruction.operands[0], /*isResult=*/true);
}

void PendingProducts::reads(const Warp &warp, uint32_t pc, uint64_t product,
                            uint32_t address) {
  if (reads_.size() == mostReads)
    reads_.erase(reads_.begin(), reads_.begin() + mostReads / 2);
  Read &read = reads_.emplace_back();
  read.product = product;
  read.pc = pc;
  read.address = address;
  std::memcpy(read.bytes.data(), warp.shared + address, unitBytes);
}

void PendingProducts::wait(uint64_t pending) {
  std::erase_if(registers_, [&](const auto &entry) {
    return entry.second.group + pending < committed_;
  });
}

std::string PendingProducts::complete(const Warp &warp, uint64_t products,
                                      uint32_t &pc) {
  std::string wrong;
  for (const Read &read : reads_)
    if (read.product < products && wrong.empty() &&
        std::memcmp(read.bytes.data(), warp.shared + read.address, unitBytes) !=
            0) {
      pc = read.pc;
      wrong = "the 16 bytes at shared address " + hexText(read.address) +
              " have changed between the product that reads them and the wait "
              "for it";
    }
  std::erase_if(reads_,
                [&](const Read &read) { return read.product < products; });
  return wrong;
}

bool PendingProducts::findUnawaited(uint32_t &pc) const {
  bool found = false;
  for (const auto &[place, state] : registers_) {
    if (!state.isResult || (found && state.pc >= pc))
      continue;
    found = true;
    pc = state.pc;
  }
  return found;
}

const PendingProducts::State *
PendingProducts::find(const Warp &warp, const Operand &operand) const {
  if (operand.kind == Operand::Kind::Register) {
    auto found = registers_.find({warp.regs, operand.id});
    return found == registers_.end() || !(found->second.lanes & warp.mask)
               ? nullptr
               : &found->second;
  }
  for (const Operand &element : operand.elements)
    if (const State *state = find(warp, element))
      return state;
  return nullptr;
}

std::string PendingProducts::look(const Warp &warp,
                                  const Instruction &instruction) {
  const std::vector<Operand> &operands = instruction.operands;
  // One product may follow another.
  if (instruction.opcode == "wgmma" || operands.empty())
    return "";
  if (instruction.opcode == "mov" && operands.size() == 2 &&
      operands[0].kind == Operand::Kind::Register &&
      operands[1].kind == Operand::Kind::Register) {
    if (const State *from = find(warp, operands[1])) {
      State copy = *from;
      copy.lanes &= warp.mask;
      State &to = registers_[{warp.regs, operands[0].id}];
      copy.lanes |= to.lanes & ~warp.mask;
      copy.group = std::max(copy.group, to.group);
      copy.isResult |= to.isResult && (to.lanes & ~warp.mask);
      to = copy;
      return "";
    }
  }
  const std::string missing =
      " before wgmma.wait_group has waited for the product that ";
  for (const Operand &operand : operands) {
    const State *state = find(warp, operand);
    if (state && state->isResult)
      return "a register is used" + missing + "computes it";
    // What stands first in braces or alone is written; in an address nothing
    // is.
    bool isWritten =
        &operand == operands.data() && operand.kind != Operand::Kind::Address;
    if (state && isWritten)
      return "a register is written" + missing + "reads it";
  }
  return "";
}

} // namespace theano::sim
