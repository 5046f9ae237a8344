//===- ParserImpl.h - the parser's state ------------------------*- C++ -*-===//
//
// Parser.cpp reads modules and functions, ParserDeclarations.cpp variables and
// registers, ParserBody.cpp statements and operands. Every function that reads
// something answers whether it could; the first failure is final.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_PTX_PARSERIMPL_H
#define THEANO_SIMULATOR_PTX_PARSERIMPL_H

#include "Ptx/Ast.h"
#include "Ptx/Lexer.h"

#include <unordered_map>

namespace theano::sim {

/// What a name means in one pair of braces.
struct Scope {
  struct RegisterRange {
    ScalarType type;
    uint64_t count;
  };
  std::unordered_map<std::string_view, uint32_t> registers;
  /// `%r<100>` under "%r".
  std::unordered_map<std::string_view, RegisterRange> ranges;
  std::unordered_map<std::string_view, const Variable *> variables;
  std::unordered_map<std::string_view, uint32_t> labels;
};

class Parser {
public:
  Parser(Module &module, Diagnostics &diagnostics)
      : module_(module), diagnostics_(diagnostics), lexer_(module.text) {}

  bool parseModule();

private:
  // Tokens.
  void advance();
  const Token &token() const { return tokens_[0]; }
  const Token &following() const { return tokens_[1]; }
  bool error(Position where, std::string message,
             Refusal refusal = Refusal::Invalid);
  bool expected(std::string_view what);
  bool take(char punctuation);
  bool takeIf(char punctuation);
  bool takeDotIf(std::string_view word);
  bool takeName(std::string_view &name, std::string_view what);
  bool takeInteger(uint64_t &value, std::string_view what);
  bool takeSize(uint32_t &value, uint64_t limit, std::string_view what);

  // Modules and functions.
  bool parseVersion();
  bool parseTarget();
  bool parseFile();
  bool parseAlias();
  bool skipSection();
  bool parseTopLevel();
  bool parseFunction(bool entry, Linkage linkage);
  bool parseParameters(std::vector<Parameter> &list, std::deque<Variable> &home,
                       Function *owner);
  bool parseFunctionDirectives(Function &function);
  bool parseThreads(Function &function);
  bool parseClusterDirective(Function &function);
  bool parseBody(Function &function);

  // Declarations.
  bool parseRegisters();
  bool parseVariables(Space space, Linkage linkage, Function *owner);
  /// Whatever stands before the name may have been said of the one before, so
  /// that this one `inherits` it.
  bool parseVariable(Variable &variable, bool parameter, bool inherits = false);
  bool parseArraySizes(Variable &variable, bool parameter);
  bool parseInitializer(Variable &variable);
  bool parseInitializerList(Variable &variable, uint64_t limit);
  bool parseInitializerElement(Variable &variable);
  bool addVariable(Variable variable, Function *owner, const Variable *&made);

  // Statements.
  bool parseStatement();
  bool parseDirective();
  bool parsePragma();
  bool parseLoc();
  bool parseLabel();
  bool parseTable(LabelTable::Kind kind, std::string_view name);
  bool parsePrototype(LabelTable &table);
  bool parseInstruction();
  bool parseOperand(Operand &operand);
  bool parsePrimary(Operand &operand);
  bool parseOffset(uint64_t &value);
  bool parseElements(std::vector<Operand> &elements, char close);
  bool parseNumber(Operand &operand, bool negative);
  bool parseNamed(Operand &operand);

  // Names.
  void openScope() { scopes_.emplace_back(); }
  void closeScope();
  bool finishLabels();
  bool isDeclaredHere(std::string_view name) const;
  std::optional<uint32_t> findRegister(std::string_view name);
  const Variable *findVariable(std::string_view name) const;
  uint32_t useLabel(std::string_view name, Position where);
  uint32_t makeRegister(Scope &scope, std::string_view name, ScalarType type);

  Module &module_;
  Diagnostics &diagnostics_;
  Lexer lexer_;
  Token tokens_[2];
  Function *function_ = nullptr;
  std::vector<Scope> scopes_;
  std::unordered_map<std::string_view, Function *> functions_;
  std::unordered_map<std::string_view, const Variable *> globals_;
  /// Instruction operands that name a label table, known once all are read.
  std::unordered_map<std::string_view, uint32_t> tables_;
  uint32_t loc_ = 0;
  uint32_t usedBytes_ = ~0u; ///< by the next instruction
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_PTX_PARSERIMPL_H
