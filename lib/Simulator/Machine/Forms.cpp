//===- Forms.cpp - the table of instruction forms -------------------------===//

#include "Machine/Forms.h"

#include <algorithm>
#include <cassert>

namespace theano::sim {

//===----------------------------------------------------------------------===//
// Reading syntax lines
//===----------------------------------------------------------------------===//

namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

ModifierGroup makeGroup(std::string_view words, bool optional) {
  ModifierGroup group;
  group.words = split(words, '|');
  group.optional = optional;
  group.isType = std::ranges::all_of(group.words, [](const std::string &word) {
    return parseType(word).has_value();
  });
  return group;
}

void readModifiers(std::string_view text, Form &form) {
  while (!text.empty()) {
    bool optional = text.starts_with("{.");
    if (optional || text.starts_with(".{")) {
      size_t end = text.find('}');
      assert(end != std::string_view::npos && "a brace is not closed");
      form.groups.push_back(makeGroup(text.substr(2, end - 2), optional));
      text.remove_prefix(end + 1);
      continue;
    }
    assert(text[0] == '.' && "expected a modifier");
    size_t end = std::min(text.find_first_of(".{", 1), text.size());
    form.groups.push_back(makeGroup(text.substr(1, end - 1), false));
    text.remove_prefix(end);
  }
}

OperandSpec readOperand(std::string_view text) {
  OperandSpec spec;
  auto takePrefix = [&](char c) {
    if (!text.starts_with(c))
      return false;
    text.remove_prefix(1);
    return true;
  };
  spec.optional = takePrefix('?');
  spec.destination = takePrefix('=');
  spec.negatable = takePrefix('!');
  spec.immediate = takePrefix('#');
  spec.any = takePrefix('*');
  spec.address = takePrefix('[');
  spec.vector = takePrefix('<');
  if (size_t colon = text.find(':'); colon != std::string_view::npos) {
    std::string_view type = text.substr(colon + 1);
    size_t end = std::min(type.find_first_of("|~>"), type.size());
    std::string_view name = type.substr(0, end);
    if (name == "w")
      spec.typeGroup = -1;
    else if (name.size() == 1)
      spec.typeGroup = name[0] - '0';
    else
      spec.type = parseType(name);
    assert((spec.type || name.size() == 1) && "unknown operand type");
  }
  spec.wider = text.find('~') != std::string_view::npos;
  spec.pair = text.find('|') != std::string_view::npos;
  spec.name = text.substr(0, text.find_first_of(":~|>]"));
  return spec;
}

Form readForm(std::string_view syntax) {
  Form form;
  form.syntax = syntax;
  size_t space = std::min(syntax.find(' '), syntax.size());
  std::string_view head = syntax.substr(0, space);
  size_t end = std::min(head.find_first_of("~.{"), head.size());
  form.opcode = head.substr(0, end);
  form.anyOrder = head.substr(end).starts_with('~');
  readModifiers(head.substr(end + form.anyOrder), form);
  if (space == syntax.size())
    return form;
  for (const std::string &part : split(syntax.substr(space + 1), ',')) {
    size_t start = part.find_first_not_of(' ');
    form.operands.push_back(readOperand(std::string_view(part).substr(start)));
  }
  return form;
}

} // namespace

void FormTable::add(std::string_view syntax, SelectHandler select) {
  Form form = readForm(syntax);
  form.select = select;
  forms_[form.opcode].push_back(std::move(form));
}

void FormTable::addCustom(std::string_view syntax, EmitOps emit) {
  Form form = readForm(syntax);
  form.emit = emit;
  forms_[form.opcode].push_back(std::move(form));
}

const std::vector<Form> *FormTable::find(std::string_view opcode) const {
  auto found = forms_.find(opcode);
  return found == forms_.end() ? nullptr : &found->second;
}

//===----------------------------------------------------------------------===//
// Fitting instructions
//===----------------------------------------------------------------------===//

/// As below, wherever the word of a group stands among the modifiers.
static std::optional<Match> matchInAnyOrder(const Form &form,
                                            const Instruction &instruction,
                                            size_t &matched) {
  Match match(form, instruction);
  match.chosen.assign(form.groups.size(), -1);
  bool isComplete = true;
  for (matched = 0; matched < instruction.modifiers.size(); ++matched) {
    bool isTaken = false;
    for (size_t i = 0; i < form.groups.size() && !isTaken; ++i) {
      const std::vector<std::string> &words = form.groups[i].words;
      auto word = std::ranges::find(words, instruction.modifiers[matched]);
      if (match.chosen[i] >= 0 || word == words.end())
        continue;
      match.chosen[i] = static_cast<int>(word - words.begin());
      isTaken = true;
    }
    if (!isTaken)
      return std::nullopt;
  }
  for (size_t i = 0; i < form.groups.size(); ++i)
    isComplete &= match.chosen[i] >= 0 || form.groups[i].optional;
  return isComplete ? std::optional(match) : std::nullopt;
}

std::optional<Match> matchModifiers(const Form &form,
                                    const Instruction &instruction,
                                    size_t &matched) {
  if (form.anyOrder)
    return matchInAnyOrder(form, instruction, matched);
  Match match(form, instruction);
  const std::vector<std::string_view> &modifiers = instruction.modifiers;
  matched = 0;
  for (const ModifierGroup &group : form.groups) {
    int found = -1;
    if (matched < modifiers.size())
      for (size_t i = 0; i < group.words.size(); ++i)
        if (group.words[i] == modifiers[matched])
          found = static_cast<int>(i);
    if (found < 0 && !group.optional)
      return std::nullopt;
    matched += found >= 0;
    match.chosen.push_back(found);
  }
  if (matched < modifiers.size())
    return std::nullopt;
  return match;
}

bool Match::has(std::string_view word) const {
  for (size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i] >= 0 && form.groups[i].words[chosen[i]] == word)
      return true;
  return false;
}

std::string_view Match::word(unsigned group) const {
  int index = chosen[group];
  return index < 0 ? std::string_view() : form.groups[group].words[index];
}

unsigned Match::typeCount() const {
  unsigned count = 0;
  for (const ModifierGroup &group : form.groups)
    count += group.isType;
  return count;
}

ScalarType Match::type(unsigned n) const {
  for (size_t i = 0; i < form.groups.size(); ++i)
    if (form.groups[i].isType && n-- == 0)
      return *parseType(word(static_cast<unsigned>(i)));
  assert(false && "the form has no such type");
  return ScalarType::B32;
}

unsigned Match::vectorWidth() const {
  return has("v8") ? 8 : has("v4") ? 4 : has("v2") ? 2 : 1;
}

ScalarType Match::operandType(const OperandSpec &spec) const {
  if (spec.type)
    return *spec.type;
  if (spec.typeGroup >= 0)
    return typeCount() ? type(static_cast<unsigned>(spec.typeGroup))
                       : ScalarType::B32;
  return widened(type()).value_or(type());
}

} // namespace theano::sim
