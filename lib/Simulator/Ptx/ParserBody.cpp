//===- ParserBody.cpp - statements and operands ---------------------------===//

#include "Ptx/ParserImpl.h"

#include <bit>
#include <charconv>
#include <utility>

namespace theano::sim {

//===----------------------------------------------------------------------===//
// Directives and labels
//===----------------------------------------------------------------------===//

bool Parser::parseStatement() {
  if (token().kind == TokenKind::DotWord)
    return parseDirective();
  if (token().kind == TokenKind::Identifier && following().is(':'))
    return parseLabel();
  if (token().kind == TokenKind::Identifier || token().is('@'))
    return parseInstruction();
  if (takeIf(';'))
    return true;
  return expected("an instruction, a label or a directive");
}

bool Parser::parseDirective() {
  const Token word = token();
  advance();
  if (word.text == "reg")
    return parseRegisters();
  for (Space space :
       {Space::Shared, Space::Local, Space::Param, Space::Global, Space::Const})
    if (word.text == spelling(space))
      return parseVariables(space, Linkage::Internal, function_);
  if (word.text == "loc")
    return parseLoc();
  if (word.text == "pragma")
    return parsePragma();
  if (word.text == "branchtargets" || word.text == "calltargets" ||
      word.text == "callprototype")
    return error(word.where, "'." + std::string(word.text) +
                                 "' needs a label in front of it");
  if (word.text == "extern" && takeDotIf("shared"))
    return parseVariables(Space::Shared, Linkage::Extern, function_);
  return error(word.where, "'." + std::string(word.text) +
                               "' is not a directive that is known here");
}

/// The bytes that a load's pragma names, or all. Where nvcc makes one load of
/// several it may reach over bytes that none of them wanted, and says so.
static uint32_t readUsedBytes(std::string_view pragma) {
  constexpr std::string_view name = "used_bytes_mask ";
  uint32_t mask = 0;
  if (!pragma.starts_with(name))
    return ~0u;
  pragma.remove_prefix(name.size());
  bool isHex = pragma.starts_with("0x");
  pragma.remove_prefix(isHex ? 2 : 0);
  auto [end, code] = std::from_chars(
      pragma.data(), pragma.data() + pragma.size(), mask, isHex ? 16 : 10);
  return code == std::errc() && end == pragma.data() + pragma.size() ? mask
                                                                     : ~0u;
}

/// A compiler that does not know a pragma passes over it.
bool Parser::parsePragma() {
  if (token().kind != TokenKind::String)
    return expected("a string");
  while (token().kind == TokenKind::String) {
    usedBytes_ &= readUsedBytes(token().text);
    advance();
    takeIf(',');
  }
  return take(';');
}

bool Parser::parseLoc() {
  SourceLoc loc;
  if (!takeSize(loc.file, 65535, "a file number") ||
      !takeSize(loc.line, ~0u, "a line number") ||
      !takeSize(loc.column, ~0u, "a column number"))
    return false;
  // Where the code was inlined to: `, function_name label, inlined_at f l c`.
  while (takeIf(',')) {
    std::string_view word, label;
    if (!takeName(word, "function_name or inlined_at"))
      return false;
    uint64_t number = 0;
    if (word == "function_name") {
      if (!takeName(label, "a label"))
        return false;
      if (takeIf('+') && !takeInteger(number, "an offset"))
        return false;
    } else if (!takeInteger(number, "a file number") ||
               !takeInteger(number, "a line number") ||
               !takeInteger(number, "a column number")) {
      return false;
    }
  }
  loc_ = static_cast<uint32_t>(module_.locs.size());
  module_.locs.push_back(loc);
  return true;
}

uint32_t Parser::useLabel(std::string_view name, Position where) {
  auto [slot, isNew] = scopes_.back().labels.try_emplace(name, 0);
  if (isNew) {
    slot->second = static_cast<uint32_t>(function_->labels.size());
    function_->labels.push_back({name, where, ~0u, ~0u});
  }
  return slot->second;
}

bool Parser::parseLabel() {
  const Token name = token();
  advance();
  advance();
  if (takeDotIf("branchtargets"))
    return parseTable(LabelTable::Kind::Branches, name.text);
  if (takeDotIf("calltargets"))
    return parseTable(LabelTable::Kind::Calls, name.text);
  if (takeDotIf("callprototype"))
    return parseTable(LabelTable::Kind::Prototype, name.text);
  Label &label = function_->labels[useLabel(name.text, name.where)];
  if (label.target != ~0u)
    return error(name.where, "the label '" + std::string(name.text) +
                                 "' is defined a second time");
  label.target = static_cast<uint32_t>(function_->body.size());
  return true;
}

bool Parser::parseTable(LabelTable::Kind kind, std::string_view name) {
  tables_[name] = static_cast<uint32_t>(function_->tables.size());
  LabelTable &table = function_->tables.emplace_back();
  table.kind = kind;
  table.name = name;
  if (kind == LabelTable::Kind::Prototype)
    return parsePrototype(table);
  do {
    Position where = token().where;
    std::string_view target;
    if (!takeName(target, "a name"))
      return false;
    if (kind == LabelTable::Kind::Branches) {
      table.labels.push_back(useLabel(target, where));
      continue;
    }
    auto function = functions_.find(target);
    if (function == functions_.end())
      return error(where, "'" + std::string(target) + "' is not a function");
    table.functions.push_back(function->second);
  } while (takeIf(','));
  return take(';');
}

bool Parser::parsePrototype(LabelTable &table) {
  if (takeIf('(') &&
      (!parseParameters(table.signature.results, table.variables, nullptr) ||
       !take(')')))
    return false;
  std::string_view name;
  if (!takeName(name, "_"))
    return false;
  if (takeIf('(') &&
      (!parseParameters(table.signature.parameters, table.variables, nullptr) ||
       !take(')')))
    return false;
  takeDotIf("noreturn");
  return take(';');
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

bool Parser::parseInstruction() {
  Instruction made;
  made.loc = loc_;
  made.usedBytes = std::exchange(usedBytes_, ~0u);
  if (takeIf('@')) {
    made.guarded = true;
    made.guardNegated = takeIf('!');
    Position where = token().where;
    std::string_view name;
    if (!takeName(name, "a predicate"))
      return false;
    std::optional<uint32_t> id = findRegister(name);
    if (id && function_->registers[*id].type == ScalarType::Pred)
      made.guard = *id;
    else if (std::optional<SpecialRegister> special = parseSpecial(name);
             special && factsOf(*special).type == ScalarType::Pred)
      made.specialGuard = special;
    else
      return error(where, "'" + std::string(name) +
                              "' is not a predicate register that is declared "
                              "here");
  }
  made.where = token().where;
  if (!takeName(made.opcode, "an instruction"))
    return false;
  while (token().kind == TokenKind::DotWord) {
    made.modifiers.push_back(token().text);
    advance();
  }
  if (!token().is(';'))
    do {
      if (!parseOperand(made.operands.emplace_back()))
        return false;
    } while (takeIf(','));
  if (!take(';'))
    return false;
  function_->body.push_back(std::move(made));
  return true;
}

bool Parser::parseElements(std::vector<Operand> &elements, char close) {
  if (takeIf(close))
    return true;
  do {
    if (!parsePrimary(elements.emplace_back()))
      return false;
  } while (takeIf(','));
  return take(close);
}

bool Parser::parseOperand(Operand &operand) {
  operand.where = token().where;
  if (takeIf('(')) {
    operand.kind = Operand::Kind::List;
    return parseElements(operand.elements, ')');
  }
  if (takeIf('{')) {
    operand.kind = Operand::Kind::Vector;
    return parseElements(operand.elements, '}');
  }
  if (takeIf('[')) {
    operand.kind = Operand::Kind::Address;
    if (!parsePrimary(operand.elements.emplace_back()) ||
        !parseOffset(operand.value))
      return false;
    // Coordinates of tensor copies.
    while (takeIf(',')) {
      Operand &extra = operand.elements.emplace_back();
      extra.where = token().where;
      if (takeIf('{')) {
        extra.kind = Operand::Kind::Vector;
        if (!parseElements(extra.elements, '}'))
          return false;
      } else if (!parsePrimary(extra)) {
        return false;
      }
    }
    return take(']');
  }
  if (!parsePrimary(operand))
    return false;
  if (!takeIf('|'))
    return true;
  Operand pair;
  pair.kind = Operand::Kind::Pair;
  pair.where = operand.where;
  pair.elements.push_back(std::move(operand));
  if (!parsePrimary(pair.elements.emplace_back()))
    return false;
  operand = std::move(pair);
  return true;
}

bool Parser::parsePrimary(Operand &operand) {
  operand.where = token().where;
  operand.negated = takeIf('!');
  if (token().kind == TokenKind::Identifier)
    return parseNamed(operand);
  bool negative = false;
  if (token().is('-') || token().is('+')) {
    negative = token().is('-');
    advance();
  }
  return parseNumber(operand, negative);
}

bool Parser::parseNumber(Operand &operand, bool negative) {
  operand.value = token().value;
  switch (token().kind) {
  case TokenKind::Integer:
    operand.kind = Operand::Kind::Integer;
    if (negative)
      operand.value = -operand.value;
    break;
  case TokenKind::Float32:
    operand.kind = Operand::Kind::Float32;
    operand.value ^= negative ? uint64_t(1) << 31 : 0;
    break;
  case TokenKind::Float64:
    operand.kind = Operand::Kind::Float64;
    operand.value ^= negative ? uint64_t(1) << 63 : 0;
    break;
  default:
    return expected("an operand");
  }
  advance();
  return true;
}

/// `+4`, `+-4` or `-4`, all optional and repeatable.
bool Parser::parseOffset(uint64_t &value) {
  while (token().is('+') || token().is('-')) {
    bool negative = token().is('-');
    advance();
    if (takeIf('-'))
      negative = !negative;
    uint64_t offset = 0;
    if (!takeInteger(offset, "an offset"))
      return false;
    value += negative ? -offset : offset;
  }
  return true;
}

bool Parser::parseNamed(Operand &operand) {
  const Token name = token();
  advance();
  if (name.text == "_") {
    operand.kind = Operand::Kind::Sink;
    return true;
  }
  if (std::optional<uint32_t> id = findRegister(name.text)) {
    operand.kind = Operand::Kind::Register;
    operand.id = *id;
    return true;
  }
  if (const Variable *variable = findVariable(name.text)) {
    operand.kind = Operand::Kind::Symbol;
    operand.variable = variable;
    return parseOffset(operand.value);
  }
  if (auto function = functions_.find(name.text);
      function != functions_.end()) {
    operand.kind = Operand::Kind::Function;
    operand.function = function->second;
    return true;
  }
  if (auto table = tables_.find(name.text); table != tables_.end()) {
    operand.kind = Operand::Kind::Table;
    operand.id = table->second;
    return true;
  }
  if (name.text == "WARP_SZ") {
    operand.kind = Operand::Kind::Integer;
    operand.value = 32;
    return true;
  }
  if (name.text[0] == '%') {
    std::string spelled(name.text);
    if (token().kind == TokenKind::DotWord) {
      spelled += "." + std::string(token().text);
      advance();
    }
    std::optional<SpecialRegister> special = parseSpecial(spelled);
    if (!special)
      return error(name.where, "'" + spelled +
                                   "' is neither a register that is declared "
                                   "here nor a special register that is "
                                   "implemented");
    operand.kind = Operand::Kind::Special;
    operand.special = *special;
    return true;
  }
  operand.kind = Operand::Kind::Label;
  operand.id = useLabel(name.text, name.where);
  return true;
}

} // namespace theano::sim
