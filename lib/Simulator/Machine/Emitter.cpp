//===- Emitter.cpp - one function's instructions to ops -------------------===//

#include "Machine/Emitter.h"

#include "Machine/CoreOps.h"
#include "Machine/Target.h"

#include <algorithm>

namespace theano::sim {

Emitter::Emitter(Image &image, FunctionCode &code, const FormTable &table,
                 Diagnostics &diagnostics)
    : image_(image), code_(code), function_(*code.ast), table_(table),
      diagnostics_(diagnostics) {}

bool Emitter::error(Position where, std::string message) {
  diagnostics_.add(where, std::move(message));
  return false;
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

void Emitter::run() {
  if (!function_.clusterDirective.empty() &&
      !require(*this, function_.clusterWhere,
               "." + std::string(function_.clusterDirective),
               clusterRequirement))
    return;
  if (!layOut())
    return;
  code_.entry = static_cast<uint32_t>(image_.code.size());
  starts_.reserve(function_.body.size() + 1);
  for (const Instruction &instruction : function_.body) {
    starts_.push_back(static_cast<uint32_t>(image_.code.size()));
    current_ = &instruction;
    decode(instruction);
    for (uint32_t skip : skips_)
      image_.code[skip].aux = static_cast<uint32_t>(image_.code.size());
    skips_.clear();
    if (diagnostics_.full())
      return;
  }
  starts_.push_back(static_cast<uint32_t>(image_.code.size()));
  current_ = nullptr;
  appendHelper(endOp);
  code_.end = static_cast<uint32_t>(image_.code.size());
  resolveLabels();
}

void Emitter::resolveLabels() {
  auto place = [&](uint32_t label) {
    return starts_[function_.labels[label].target];
  };
  for (auto [op, label] : labelUses_)
    image_.code[op].aux = place(label);
  for (auto [table, number] : tableNumbers_)
    for (uint32_t label : table->labels)
      image_.branchTables[number].push_back(place(label));
}

void Emitter::fixLabel(uint32_t opIndex, uint32_t label) {
  labelUses_.emplace_back(opIndex, label);
}

uint32_t Emitter::branchTable(const LabelTable &table) {
  auto number = static_cast<uint32_t>(image_.branchTables.size());
  auto [slot, isNew] = tableNumbers_.try_emplace(&table, number);
  if (isNew)
    image_.branchTables.emplace_back();
  return slot->second;
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

static std::string spelled(const Instruction &instruction) {
  std::string text(instruction.opcode);
  for (std::string_view modifier : instruction.modifiers)
    text += "." + std::string(modifier);
  return text;
}

static bool countFits(const Form &form, size_t count) {
  size_t least = 0;
  bool open = false;
  for (const OperandSpec &spec : form.operands) {
    open |= spec.optional;
    least += !open;
  }
  return count >= least && count <= form.operands.size();
}

std::optional<Match> Emitter::select(const Instruction &instruction) {
  const std::vector<Form> *forms = table_.find(instruction.opcode);
  if (!forms) {
    error(instruction.where, "the instruction '" +
                                 std::string(instruction.opcode) +
                                 "' is not implemented");
    return std::nullopt;
  }
  size_t furthest = 0;
  const Form *closest = &forms->front(), *wrongCount = nullptr;
  for (const Form &form : *forms) {
    size_t matched = 0;
    std::optional<Match> match = matchModifiers(form, instruction, matched);
    if (match && countFits(form, instruction.operands.size()))
      return match;
    if (match)
      wrongCount = &form;
    if (matched > furthest) {
      furthest = matched;
      closest = &form;
    }
  }
  if (wrongCount) {
    error(instruction.where, "'" + spelled(instruction) + "' with " +
                                 std::to_string(instruction.operands.size()) +
                                 " operands; expected " + wrongCount->syntax);
    return std::nullopt;
  }
  std::string message = "'" + spelled(instruction) + "' is not implemented: ";
  message += furthest < instruction.modifiers.size()
                 ? "'." + std::string(instruction.modifiers[furthest]) +
                       "' does not fit there"
                 : "a modifier is missing at its end";
  error(instruction.where,
        message + "; the closest form is " + closest->syntax);
  return std::nullopt;
}

bool Emitter::decode(const Instruction &instruction) {
  isCounted_ = false;
  std::optional<Match> match = select(instruction);
  if (!match)
    return false;
  // What it needs beyond that says its family.
  auto isOfCluster = [](std::string_view modifier) {
    return modifier == "cluster" || modifier == "shared::cluster";
  };
  if (std::ranges::any_of(instruction.modifiers, isOfCluster) &&
      !require(*this, *match, clusterRequirement))
    return false;
  if (instruction.specialGuard &&
      !allows(*instruction.specialGuard, instruction.where))
    return false;
  return match->form.emit ? match->form.emit(*this, *match)
                          : emitSimple(*match);
}

bool Emitter::emitSimple(const Match &match) {
  std::vector<uint32_t> at;
  for (size_t i = 0; i < match.instruction.operands.size(); ++i)
    if (!rows(match.instruction.operands[i], match.form.operands[i], match, at))
      return false;
  Handler handler = match.form.select(match);
  if (!handler || at.size() > Op::operands)
    return error(match.instruction.where, "'" + spelled(match.instruction) +
                                              "' is not a valid combination");
  Op &op = append(handler);
  std::ranges::copy(at, std::begin(op.at));
  return true;
}

Op &Emitter::appendHelper(Handler handler) {
  image_.code.emplace_back().run = handler;
  image_.info.push_back({&function_, current_, false, {}, {}});
  return image_.code.back();
}

Op &Emitter::appendBare(Handler handler) {
  Op &op = appendHelper(handler);
  // An instruction may take several ops and is one all the same.
  OpInfo &info = image_.info.back();
  info.counted = !std::exchange(isCounted_, true);
  if (info.counted)
    info.ordering = orderingOf(*current_);
  return op;
}

uint32_t Emitter::guardRow() {
  return current_->specialGuard ? specialRow(*current_->specialGuard)
                                : registerRow(current_->guard);
}

Op &Emitter::append(Handler handler) {
  if (current_->guarded) {
    uint32_t guard = guardRow();
    Op &op = appendHelper(guardOp);
    op.at[0] = guard;
    op.aux = current_->guardNegated;
  }
  return appendBare(handler);
}

Op &Emitter::appendControl(Handler handler) {
  if (current_->guarded) {
    uint32_t guard = guardRow();
    skips_.push_back(static_cast<uint32_t>(image_.code.size()));
    Op &op = appendHelper(branchIfOp);
    op.at[0] = guard;
    op.imm = !current_->guardNegated;
  }
  return appendBare(handler);
}

} // namespace theano::sim
