//===- Ast.h - a parsed PTX module ------------------------------*- C++ -*-===//
//
// What a text says, with every name resolved: registers and labels are numbers
// of their function, variables and functions are pointers into the module. What
// an instruction's opcode and modifiers mean is not known here.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_PTX_AST_H
#define THEANO_SIMULATOR_PTX_AST_H

#include "Ptx/Diagnostic.h"
#include "Ptx/Special.h"
#include "Ptx/Types.h"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace theano::sim {

struct Function;
struct Module;

enum class Linkage : uint8_t { Internal, Visible, Extern, Weak, Common };

struct Variable;

/// One element of an initialiser: an integer of the variable's type, or the
/// address of something plus an offset.
struct Initializer {
  enum class Kind : uint8_t { Integer, VariableAddress, FunctionAddress };
  Kind kind = Kind::Integer;
  bool generic = false; ///< generic(name): the address in the generic space
  uint64_t value = 0;   ///< bits of a number, or the offset
  const Variable *variable = nullptr;
  const Function *function = nullptr;
};

/// A named piece of memory in any space but .reg.
struct Variable {
  std::string_view name;
  Space space = Space::Global;
  ScalarType type = ScalarType::B8;
  Linkage linkage = Linkage::Internal;
  Position where;
  uint32_t align = 1;
  uint64_t bytes = 0;
  /// Extern with [] as its size: dynamic shared memory.
  bool unsized = false;
  std::vector<Initializer> init;
  /// The function that it is declared in; null at module level.
  const Function *owner = nullptr;
  /// Where another module of a link defines this declaration, or what is there
  /// in several of them.
  const Variable *definition = nullptr;
  uint32_t index = 0; ///< position in the owner's or module's list
};

/// A register that the function uses.
struct Register {
  std::string_view name;
  ScalarType type = ScalarType::B32;
};

struct Operand {
  enum class Kind : uint8_t {
    Register, ///< id
    Special,  ///< special
    Integer,  ///< value
    Float32,  ///< value: the bits
    Float64,  ///< value: the bits
    Symbol,   ///< variable + value
    Function, ///< function
    Label,    ///< id
    Table,    ///< id of a .branchtargets or .calltargets list or a prototype
    Address,  ///< [elements[0] + value], further elements after commas
    Vector,   ///< {elements}
    Pair,     ///< elements[0] | elements[1]
    List,     ///< (elements), in a call
    Sink,     ///< _
  };
  Kind kind = Kind::Sink;
  bool negated = false; ///< !p
  SpecialRegister special = SpecialRegister::LaneId;
  uint32_t id = 0;
  uint64_t value = 0;
  const Variable *variable = nullptr;
  const Function *function = nullptr;
  Position where;
  std::vector<Operand> elements;
};

struct Instruction {
  std::string_view opcode;
  std::vector<std::string_view> modifiers;
  std::vector<Operand> operands;
  Position where;
  bool guarded = false, guardNegated = false;
  uint32_t guard = 0;                          ///< register
  std::optional<SpecialRegister> specialGuard; ///< in its place
  uint32_t loc = 0;                            ///< index into Module::locs
  /// Of a load, by a pragma: a bit for each byte whose value anyone uses.
  uint32_t usedBytes = ~0u;
};

/// A `.loc`: where the instructions after it come from.
struct SourceLoc {
  uint32_t file = 0, line = 0, column = 0;
};

/// A parameter or result of a function: memory, or for .func a register.
struct Parameter {
  const Variable *variable = nullptr; ///< null when it is a register
  uint32_t reg = 0;
  ScalarType type = ScalarType::B32; ///< of the register
};

/// What a call must agree with.
struct Signature {
  std::vector<Parameter> results, parameters;
};

/// A list behind a label: .branchtargets, .calltargets or .callprototype.
struct LabelTable {
  enum class Kind : uint8_t { Branches, Calls, Prototype };
  Kind kind = Kind::Branches;
  std::string_view name;
  std::vector<uint32_t> labels;
  std::vector<const Function *> functions;
  Signature signature;
  std::deque<Variable> variables; ///< of the signature
};

struct Label {
  std::string_view name;
  Position firstUse;
  /// The instruction that it stands before; ~0 while undefined.
  uint32_t target = ~0u;
  /// The label of the enclosing scope that this one turned out to be; ~0.
  uint32_t alias = ~0u;
};

struct Function {
  std::string_view name;
  Position where;
  bool isEntry = false, hasBody = false, noReturn = false;
  Linkage linkage = Linkage::Internal;
  Signature signature;
  std::deque<Variable> variables; ///< parameters and everything declared inside
  std::vector<Register> registers;
  std::vector<Instruction> body;
  std::vector<Label> labels;
  std::deque<LabelTable> tables;
  /// From .maxntid and .reqntid; 0 when not given.
  uint32_t maxThreads[3] = {0, 0, 0};
  bool requiredThreads = false;
  /// Blocks of a cluster, from .reqnctapercluster; 0 when not given.
  uint32_t requiredCluster[3] = {0, 0, 0};
  bool explicitCluster = false;
  uint32_t maxClusterRank = 0; ///< from .maxclusterrank; 0 when not given
  /// The last directive of these, which a module's head must allow.
  std::string_view clusterDirective;
  Position clusterWhere;
  /// Where another part of the text, or another module of a link, gives this
  /// declaration its body.
  const Function *definition = nullptr;
  const Module *module = nullptr;
};

struct Module {
  std::string text; ///< what every string_view refers to
  unsigned versionMajor = 0, versionMinor = 0;
  std::string_view target; ///< "sm_80"
  std::deque<Function> functions;
  std::deque<Variable> variables;
  std::vector<SourceLoc> locs = {{}};
  /// Names of `.file` by number; empty where there is none.
  std::vector<std::string> files;
  /// What was linked to it, if it is the first of a link.
  std::vector<std::unique_ptr<Module>> linked;

  /// Calls `visit` with this module and those that were linked to it.
  template <typename Visitor> void forEach(Visitor &&visit) const {
    visit(*this);
    for (const auto &other : linked)
      visit(*other);
  }
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_PTX_AST_H
