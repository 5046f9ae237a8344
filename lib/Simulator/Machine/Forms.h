//===- Forms.h - the table of instruction forms -----------------*- C++ -*-===//
//
// One row of the table is one form of an instruction, written like the syntax
// lines of the PTX manual:
//
//   add{.sat}.s32 =d, a, b
//   setp.{eq|ne}{.and|or|xor}.{b32|s32} =p:pred|q, a, b, ?!c:pred
//   ld{.weak}.{global|shared}.{v2|v4}.{b32|b64} =<d>~, [a]
//
// Modifiers: `.word` must stand there, `.{a|b}` is one of several, `{.a|b}` may
// be left out. They stand in this order, or in any behind `opcode~`. Operands,
// separated by commas:
//
//   name         a register or an immediate
//   =name        a destination register, `_` allowed
//   =name|other  a destination with an optional predicate after a bar
//   !name        a predicate that `!` may negate
//   ?name        may be left out, as may all after it
//   [name]       an address
//   <name>       as many registers in braces as the modifier v2, v4, ... says
//   #name        an immediate
//   *name        whatever: the form's own emitter reads it
//   name~        the register may be wider than the type
//   name:type    its type; `:0`, `:1` the n-th modifier that is a type, `:w`
//   the
//                first of them at twice its width. Left out: `:0`.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_FORMS_H
#define THEANO_SIMULATOR_MACHINE_FORMS_H

#include "Machine/Op.h"
#include "Ptx/Ast.h"

#include <map>

namespace theano::sim {

class Emitter;
class Match;

/// The handler of one variant of a form.
using SelectHandler = Handler (*)(const Match &match);
/// Decodes an instruction that is not just a handler and operand rows. Answers
/// false after reporting an error.
using EmitOps = bool (*)(Emitter &emitter, const Match &match);

/// A modifier position: the words of which one stands there.
struct ModifierGroup {
  std::vector<std::string> words;
  bool optional = false;
  bool isType = false;
};

struct OperandSpec {
  std::string name;
  bool destination = false, pair = false, negatable = false, optional = false;
  bool address = false, vector = false, immediate = false, any = false;
  bool wider = false;
  /// A fixed type, or the number of a type modifier (-1: the first, widened).
  std::optional<ScalarType> type;
  int typeGroup = 0;
};

struct Form {
  std::string syntax;
  std::string opcode;
  bool anyOrder = false; ///< of the modifiers
  std::vector<ModifierGroup> groups;
  std::vector<OperandSpec> operands;
  SelectHandler select = nullptr; ///< one of the two is set
  EmitOps emit = nullptr;
};

/// An instruction that a form fits: which word stands at each modifier
/// position.
class Match {
public:
  Match(const Form &form, const Instruction &instruction)
      : form(form), instruction(instruction) {}

  const Form &form;
  const Instruction &instruction;
  /// For each group the index of the word that is there, or -1.
  std::vector<int> chosen;

  bool has(std::string_view word) const;
  /// The n-th modifier that is a type.
  ScalarType type(unsigned n = 0) const;
  unsigned typeCount() const;
  /// The word at group `group`, or empty.
  std::string_view word(unsigned group) const;
  /// The number in v2, v4 or v8; 1 without one.
  unsigned vectorWidth() const;
  ScalarType operandType(const OperandSpec &spec) const;
};

/// All forms by opcode.
class FormTable {
public:
  /// Adds a form whose op is just a handler and one row an operand, in order;
  /// a pair takes two rows, and what is left out keeps offset 0.
  void add(std::string_view syntax, SelectHandler select);
  /// Adds a form with its own emitter.
  void addCustom(std::string_view syntax, EmitOps emit);

  /// The forms of an opcode, or null.
  const std::vector<Form> *find(std::string_view opcode) const;

  using FormsByOpcode = std::map<std::string, std::vector<Form>, std::less<>>;
  const FormsByOpcode &all() const { return forms_; }

private:
  FormsByOpcode forms_;
};

/// Fits `form` to the modifiers of an instruction. On failure `matched` says
/// how many modifiers it got through.
std::optional<Match> matchModifiers(const Form &form,
                                    const Instruction &instruction,
                                    size_t &matched);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_FORMS_H
