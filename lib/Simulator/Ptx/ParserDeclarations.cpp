//===- ParserDeclarations.cpp - registers and variables -------------------===//

#include "Ptx/ParserImpl.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace theano::sim {

/// No address space of the device is larger.
static constexpr uint64_t maxVariableBytes = uint64_t(1) << 40;

static std::string tooLarge(const Variable &variable) {
  return "'" + std::string(variable.name) +
         "' is larger than any memory: the limit is " +
         std::to_string(maxVariableBytes) + " bytes";
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

bool Parser::isDeclaredHere(std::string_view name) const {
  const Scope &scope = scopes_.back();
  return scope.registers.contains(name) || scope.ranges.contains(name) ||
         scope.variables.contains(name);
}

uint32_t Parser::makeRegister(Scope &scope, std::string_view name,
                              ScalarType type) {
  auto id = static_cast<uint32_t>(function_->registers.size());
  function_->registers.push_back({name, type});
  scope.registers[name] = id;
  return id;
}

bool Parser::parseRegisters() {
  if (token().isDot("v2") || token().isDot("v4"))
    return error(token().where, "vector registers are not implemented");
  if (token().kind != TokenKind::DotWord)
    return expected("a register type");
  std::optional<ScalarType> type = parseType(token().text);
  if (!type)
    return expected("a register type");
  // The ISA has no 8-bit registers; compilers that write them mean 16 bits.
  advance();
  do {
    Position where = token().where;
    std::string_view name;
    if (!takeName(name, "a register name"))
      return false;
    if (isDeclaredHere(name))
      return error(where,
                   "'" + std::string(name) + "' is declared a second time");
    if (!takeIf('<')) {
      makeRegister(scopes_.back(), name, *type);
      continue;
    }
    // A range costs nothing until its registers are used.
    uint64_t count = 0;
    if (!takeInteger(count, "a number of registers") || !take('>'))
      return false;
    scopes_.back().ranges[name] = {*type, count};
  } while (takeIf(','));
  return take(';');
}

std::optional<uint32_t> Parser::findRegister(std::string_view name) {
  size_t digits = name.size();
  while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9')
    --digits;
  std::string_view prefix = name.substr(0, digits);
  uint64_t number = 0;
  bool numbered = digits < name.size() && name.size() - digits <= 10 &&
                  (name[digits] != '0' || digits + 1 == name.size());
  if (numbered)
    number = std::stoul(std::string(name.substr(digits)));
  for (size_t i = scopes_.size(); i-- > 0;) {
    Scope &scope = scopes_[i];
    if (auto found = scope.registers.find(name); found != scope.registers.end())
      return found->second;
    if (!numbered)
      continue;
    auto range = scope.ranges.find(prefix);
    if (range != scope.ranges.end() && number < range->second.count)
      return makeRegister(scope, name, range->second.type);
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

const Variable *Parser::findVariable(std::string_view name) const {
  for (size_t i = scopes_.size(); i-- > 0;) {
    auto found = scopes_[i].variables.find(name);
    if (found != scopes_[i].variables.end())
      return found->second;
  }
  auto found = globals_.find(name);
  return found == globals_.end() ? nullptr : found->second;
}

bool Parser::addVariable(Variable variable, Function *owner,
                         const Variable *&made) {
  std::string_view name = variable.name;
  variable.owner = owner;
  std::deque<Variable> &home = owner ? owner->variables : module_.variables;
  variable.index = static_cast<uint32_t>(home.size());
  if (owner) {
    if (isDeclaredHere(name))
      return error(variable.where,
                   "'" + std::string(name) + "' is declared a second time");
    home.push_back(std::move(variable));
    made = scopes_.back().variables[name] = &home.back();
    return true;
  }
  if (functions_.contains(name))
    return error(variable.where,
                 "'" + std::string(name) + "' is a function already");
  auto [slot, isNew] = globals_.try_emplace(name, nullptr);
  // An extern declaration and its definition may stand in one text.
  if (!isNew && slot->second->linkage != Linkage::Extern)
    return error(variable.where,
                 "'" + std::string(name) + "' is declared a second time");
  if (!isNew) {
    auto &earlier = const_cast<Variable &>(*slot->second);
    variable.index = earlier.index;
    earlier = std::move(variable);
    made = &earlier;
    return true;
  }
  home.push_back(std::move(variable));
  made = slot->second = &home.back();
  return true;
}

bool Parser::parseVariables(Space space, Linkage linkage, Function *owner) {
  Variable common;
  common.space = space;
  common.linkage = linkage;
  // A bank number after .const is a relic that means nothing any more.
  bool inherits = false;
  do {
    Variable variable = common;
    if (!parseVariable(variable, false, std::exchange(inherits, true)))
      return false;
    // The initialiser may name the variable itself.
    const Variable *made = nullptr;
    common.type = variable.type;
    common.align = variable.align;
    if (!addVariable(std::move(variable), owner, made))
      return false;
    Position where = token().where;
    if (takeIf('=')) {
      if (space != Space::Global && space != Space::Const)
        return error(where, "only .global and .const variables are "
                            "initialised");
      if (!parseInitializer(const_cast<Variable &>(*made)))
        return false;
    }
    if (made->unsized && made->init.empty() &&
        (space != Space::Shared || linkage != Linkage::Extern) &&
        linkage != Linkage::Extern)
      return error(made->where, "the array '" + std::string(made->name) +
                                    "' has neither a size nor an initialiser");
  } while (takeIf(','));
  return take(';');
}

bool Parser::parseVariable(Variable &variable, bool parameter, bool inherits) {
  bool typed = false, aligned = false;
  uint32_t vector = 1;
  while (token().kind == TokenKind::DotWord) {
    const Token word = token();
    if (word.text == "align") {
      advance();
      Position where = token().where;
      if (!takeSize(variable.align, 1 << 16, "an alignment"))
        return false;
      if (variable.align == 0 || (variable.align & (variable.align - 1)))
        return error(where, "an alignment must be a power of two");
      aligned = true;
      continue;
    }
    if (word.text == "v2" || word.text == "v4") {
      advance();
      vector = word.text == "v2" ? 2 : 4;
      continue;
    }
    // What a pointer parameter points to is a hint to optimisers.
    bool hint = word.text == "ptr" || word.text == "global" ||
                word.text == "const" || word.text == "shared" ||
                word.text == "local";
    if (parameter && typed && hint) {
      advance();
      if (word.text == "ptr") {
        // Its .align is that of what it points to.
        uint32_t ignored = 0;
        while (token().isDot("global") || token().isDot("const") ||
               token().isDot("shared") || token().isDot("local"))
          advance();
        if (takeDotIf("align") && !takeSize(ignored, 1 << 16, "an alignment"))
          return false;
      }
      continue;
    }
    if (word.text == "attribute") {
      advance();
      if (!take('('))
        return false;
      while (!token().is(')')) {
        if (token().kind == TokenKind::End || token().kind == TokenKind::Error)
          return expected("')'");
        advance();
      }
      advance();
      continue;
    }
    std::optional<ScalarType> type = parseType(word.text);
    if (!type || *type == ScalarType::Pred)
      return expected("a type");
    if (typed)
      return expected("a name");
    variable.type = *type;
    typed = true;
    advance();
  }
  if (!typed && !inherits)
    return expected("a type");
  variable.where = token().where;
  if (!(parameter && token().isName("_")) || !parameter) {
    if (!takeName(variable.name, "a name"))
      return false;
  } else {
    advance();
    variable.name = "_";
  }
  variable.bytes = uint64_t(bytesOf(variable.type)) * vector;
  if (!aligned && variable.align < variable.bytes)
    variable.align = static_cast<uint32_t>(variable.bytes);
  return parseArraySizes(variable, parameter);
}

bool Parser::parseArraySizes(Variable &variable, bool parameter) {
  while (token().is('[')) {
    Position where = token().where;
    advance();
    if (takeIf(']')) {
      // A variadic function's last parameter has no size of its own.
      variable.unsized = true;
      variable.bytes = parameter ? 0 : variable.bytes;
      continue;
    }
    uint64_t count = 0;
    if (!takeInteger(count, "an array size") || !take(']'))
      return false;
    if (count == 0 && !parameter)
      return error(where, "'" + std::string(variable.name) +
                              "' has no elements: an array size must not be 0");
    if (__builtin_mul_overflow(variable.bytes, count, &variable.bytes) ||
        variable.bytes > maxVariableBytes)
      return error(where, tooLarge(variable));
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Initialisers
//===----------------------------------------------------------------------===//

bool Parser::parseInitializer(Variable &variable) {
  uint64_t element = bytesOf(variable.type);
  Position where = token().where;
  if (token().is('{')) {
    if (!parseInitializerList(variable, variable.unsized
                                            ? maxVariableBytes / element
                                            : variable.bytes / element))
      return false;
  } else if (!parseInitializerElement(variable)) {
    return false;
  }
  if (variable.unsized) {
    // As many rows as the values fill.
    uint64_t row = std::max<uint64_t>(variable.bytes / element, 1);
    uint64_t rows = (variable.init.size() + row - 1) / row;
    if (__builtin_mul_overflow(variable.bytes, rows, &variable.bytes) ||
        variable.bytes > maxVariableBytes)
      return error(where, tooLarge(variable));
    variable.unsized = false;
  }
  if (variable.init.size() * element > variable.bytes)
    return error(where, "the initialiser of '" + std::string(variable.name) +
                            "' has more values than the variable has room for");
  return true;
}

bool Parser::parseInitializerList(Variable &variable, uint64_t limit) {
  // Inner braces of arrays of arrays are read as one list.
  uint32_t depth = 0;
  do {
    while (takeIf('{'))
      ++depth;
    if (!token().is('}') && !parseInitializerElement(variable))
      return false;
    if (variable.init.size() > limit)
      return error(token().where, "the initialiser of '" +
                                      std::string(variable.name) +
                                      "' has more values than the variable "
                                      "has room for");
    while (depth && takeIf('}'))
      --depth;
  } while (takeIf(','));
  return depth == 0 || expected("'}'");
}

bool Parser::parseInitializerElement(Variable &variable) {
  Initializer element;
  Operand number;
  Position where = token().where;
  bool negative = takeIf('-');
  if (token().kind != TokenKind::Identifier) {
    if (!parseNumber(number, negative))
      return false;
    // A number is stored in the variable's own type.
    if (variable.type == ScalarType::F32 &&
        number.kind == Operand::Kind::Float64)
      element.value = std::bit_cast<uint32_t>(
          static_cast<float>(std::bit_cast<double>(number.value)));
    else
      element.value = number.value;
    variable.init.push_back(element);
    return true;
  }
  uint32_t parentheses = 0;
  if (token().isName("generic")) {
    advance();
    element.generic = true;
    if (!take('('))
      return false;
    ++parentheses;
  } else if (following().is('(')) {
    return error(where, "'" + std::string(token().text) +
                            "' in an initialiser is not implemented");
  }
  std::string_view name = token().text;
  advance();
  while (parentheses--)
    if (!take(')'))
      return false;
  if (const Variable *target = findVariable(name)) {
    element.kind = Initializer::Kind::VariableAddress;
    element.variable = target;
  } else if (auto function = functions_.find(name);
             function != functions_.end()) {
    element.kind = Initializer::Kind::FunctionAddress;
    element.function = function->second;
  } else {
    return error(where, "'" + std::string(name) +
                            "' is neither a variable nor a function");
  }
  if (bytesOf(variable.type) != 8)
    return error(where, "an address needs a 64-bit variable");
  if (!parseOffset(element.value))
    return false;
  variable.init.push_back(element);
  return true;
}

} // namespace theano::sim
