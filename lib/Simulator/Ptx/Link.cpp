//===- Link.cpp - several modules as one ----------------------------------===//

#include "Ptx/Link.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace theano::sim {

namespace {

bool agree(const std::vector<Parameter> &a, const std::vector<Parameter> &b) {
  auto bytes = [](const Parameter &parameter) {
    return parameter.variable ? parameter.variable->bytes
                              : uint64_t(bitsOf(parameter.type)) / 8;
  };
  return std::ranges::equal(a, b, {}, bytes, bytes);
}
bool agree(const Function &a, const Function &b) {
  return a.isEntry == b.isEntry &&
         agree(a.signature.results, b.signature.results) &&
         agree(a.signature.parameters, b.signature.parameters);
}
bool agree(const Variable &a, const Variable &b) {
  return a.space == b.space && (a.unsized || b.unsized || a.bytes == b.bytes);
}

bool isDefined(const Function &function) { return function.hasBody; }
bool isDefined(const Variable &variable) {
  return variable.linkage != Linkage::Extern;
}

/// Kernels are seen by all, whatever is said of them.
bool isShared(const Function &function) {
  return function.isEntry || function.linkage != Linkage::Internal;
}
bool isShared(const Variable &variable) {
  return variable.linkage != Linkage::Internal &&
         // Dynamic shared memory is one by its nature.
         !(variable.space == Space::Shared && variable.unsized);
}

template <typename Symbol> bool isWeak(const Symbol &symbol) {
  return symbol.linkage == Linkage::Weak || symbol.linkage == Linkage::Common;
}

/// The symbols of one kind of all modules.
template <typename Symbol> class Symbols {
public:
  explicit Symbols(std::string &errors) : errors_(errors) {}

  void add(Symbol &symbol, const std::string &input) {
    if (!isShared(symbol))
      return;
    Entry &entry = entries_[symbol.name];
    if (!isDefined(symbol)) {
      entry.declarations.push_back({&symbol, &input});
      return;
    }
    if (!entry.definition) {
      entry.definition = &symbol;
      entry.input = &input;
    } else if (isWeak(symbol)) {
      entry.declarations.push_back({&symbol, &input});
    } else if (isWeak(*entry.definition)) {
      entry.declarations.push_back({entry.definition, entry.input});
      entry.definition = &symbol;
      entry.input = &input;
    } else {
      errors_ += "error   : Multiple definition of '" +
                 std::string(symbol.name) + "' in '" + input +
                 "', first defined in '" + *entry.input + "'\n";
    }
  }

  void resolve() {
    for (auto &[name, entry] : entries_)
      for (auto &[symbol, input] : entry.declarations) {
        if (!entry.definition || symbol->definition)
          continue;
        if (agree(*symbol, *entry.definition))
          symbol->definition = entry.definition;
        else
          errors_ += "error   : '" + std::string(name) + "' in '" + *input +
                     "' has other parameters or another size than in '" +
                     *entry.input + "'\n";
      }
  }

private:
  struct Entry {
    Symbol *definition = nullptr;
    const std::string *input = nullptr;
    std::vector<std::pair<Symbol *, const std::string *>> declarations;
  };
  std::unordered_map<std::string_view, Entry> entries_;
  std::string &errors_;
};

/// The last definition of a chain: a declaration whose module has a weak
/// definition, which lost.
void shorten(Function &function) {
  while (function.definition && function.definition->definition)
    function.definition = function.definition->definition;
}

using IsProvided = std::function<bool(std::string_view)>;

/// Finds what a module uses and nobody defines.
class References {
public:
  References(const std::string &input, const IsProvided &isProvided,
             std::string &errors)
      : input_(input), isProvided_(isProvided), errors_(errors) {}

  void visit(const Module &module) {
    for (const Function &function : module.functions)
      for (const Instruction &instruction : function.body)
        visit(instruction.operands);
  }

private:
  void visit(const std::vector<Operand> &operands) {
    for (const Operand &operand : operands) {
      visit(operand.elements);
      if (operand.kind == Operand::Kind::Function)
        check(*operand.function, isProvided_(operand.function->name));
      else if (operand.kind == Operand::Kind::Symbol && operand.variable &&
               !operand.variable->unsized)
        check(*operand.variable, false);
    }
  }
  template <typename Symbol> void check(const Symbol &symbol, bool provided) {
    if (provided || isDefined(symbol) || symbol.definition ||
        !seen_.insert(symbol.name).second)
      return;
    errors_ += "error   : Undefined reference to '" + std::string(symbol.name) +
               "' in '" + input_ + "'\n";
  }

  const std::string &input_;
  const IsProvided &isProvided_;
  std::string &errors_;
  std::unordered_set<std::string_view> seen_;
};

} // namespace

std::unique_ptr<Module> linkModules(std::vector<LinkInput> inputs,
                                    const IsProvided &isProvided,
                                    std::string &errors) {
  size_t before = errors.size();
  Symbols<Function> functions(errors);
  Symbols<Variable> variables(errors);
  for (LinkInput &input : inputs) {
    for (Function &function : input.module->functions)
      if (!function.definition)
        functions.add(function, input.name);
    for (Variable &variable : input.module->variables)
      variables.add(variable, input.name);
  }
  functions.resolve();
  variables.resolve();
  for (LinkInput &input : inputs) {
    for (Function &function : input.module->functions)
      shorten(function);
    References(input.name, isProvided, errors).visit(*input.module);
  }
  if (errors.size() != before)
    return nullptr;
  std::unique_ptr<Module> head = std::move(inputs.front().module);
  for (size_t i = 1; i < inputs.size(); ++i)
    head->linked.push_back(std::move(inputs[i].module));
  return head;
}

} // namespace theano::sim
