//===- EmitterOperands.cpp - operands to rows of a frame ------------------===//

#include "Machine/CoreOps.h"
#include "Machine/Emitter.h"
#include "Machine/Target.h"
#include "Memory/AddressSpace.h"

#include <bit>
#include <utility>

namespace theano::sim {

/// Of a kernel: what older devices and versions have, and what newer.
static constexpr uint64_t fewParameterBytes = 4352, maxParameterBytes = 32764;

static uint8_t laneBytes(ScalarType type) {
  return type == ScalarType::Pred ? 0 : bitsOf(type) <= 32 ? 4 : 8;
}

//===----------------------------------------------------------------------===//
// The frame
//===----------------------------------------------------------------------===//

uint32_t Emitter::reserve(uint32_t bytes, uint32_t align) {
  uint64_t at = (uint64_t(code_.frameBytes) + align - 1) / align * align;
  if (at + bytes > maxStackBytes) {
    error(function_.where, "'" + std::string(function_.name) +
                               "' needs more registers and parameters than "
                               "can be held");
    return 0;
  }
  code_.frameBytes = static_cast<uint32_t>(at + bytes);
  return static_cast<uint32_t>(at);
}

bool Emitter::layOut() {
  size_t errors = diagnostics_.list().size();
  for (const Register &reg : function_.registers) {
    uint32_t lane = laneBytes(reg.type);
    if (bitsOf(reg.type) > 64)
      error(function_.where, "128-bit registers are not implemented ('" +
                                 std::string(reg.name) + "')");
    registerRows_.push_back(lane ? reserve(lane * warpSize, 64)
                                 : reserve(4, 4));
  }
  uint64_t paramAt = 0, localAt = 0;
  for (const Variable &variable : function_.variables) {
    if (variable.space == Space::Local) {
      localAt =
          (localAt + variable.align - 1) / variable.align * variable.align;
      localOffsets_[&variable] = localAt;
      localAt += variable.bytes;
      if (localAt > maxLocalBytes)
        return error(variable.where,
                     "local memory of '" + std::string(function_.name) +
                         "' exceeds " + std::to_string(maxLocalBytes) +
                         " bytes");
    }
    if (variable.space != Space::Param)
      continue;
    if (variable.bytes > maxParameterBytes)
      return error(variable.where,
                   "the parameter '" + std::string(variable.name) +
                       "' exceeds " + std::to_string(maxParameterBytes) +
                       " bytes");
    auto bytes = static_cast<uint32_t>(variable.bytes);
    bool ofKernel =
        function_.isEntry &&
        code_.parameters.size() < function_.signature.parameters.size();
    if (ofKernel) {
      paramAt =
          (paramAt + variable.align - 1) / variable.align * variable.align;
      blocks_[&variable] = {static_cast<uint32_t>(paramAt), 0, bytes};
      code_.parameters.push_back(blocks_[&variable]);
      paramAt += bytes;
      continue;
    }
    uint32_t stride = (bytes + 15) / 16 * 16;
    blocks_[&variable] = {reserve(stride * warpSize, 16), stride, bytes};
  }
  code_.localBytes = static_cast<uint32_t>(localAt);
  const Module &module = *function_.module;
  bool isNew = std::pair(module.versionMajor, module.versionMinor) >=
                   std::pair(8u, 1u) &&
               archNumber(module.target) >= 70;
  uint64_t most = isNew ? maxParameterBytes : fewParameterBytes;
  if (paramAt > most)
    return error(function_.where,
                 "the parameters of '" + std::string(function_.name) +
                     "' have " + std::to_string(paramAt) +
                     " bytes, of which there may be " + std::to_string(most) +
                     " before PTX 8.1 and sm_70, then " +
                     std::to_string(maxParameterBytes));
  code_.parameterBytes = static_cast<uint32_t>(paramAt);
  if (function_.isEntry)
    return diagnostics_.list().size() == errors;
  auto blockOf = [&](const Parameter &parameter) -> ParamBlock {
    if (parameter.variable)
      return blocks_[parameter.variable];
    uint32_t lane = laneBytes(parameter.type);
    return {registerRows_[parameter.reg], lane, lane};
  };
  for (const Parameter &parameter : function_.signature.parameters)
    code_.parameters.push_back(blockOf(parameter));
  for (const Parameter &result : function_.signature.results)
    code_.results.push_back(blockOf(result));
  return diagnostics_.list().size() == errors;
}

const ParamBlock *Emitter::paramBlock(const Variable &variable) const {
  auto found = blocks_.find(&variable);
  return found == blocks_.end() ? nullptr : &found->second;
}

uint32_t Emitter::registerRow(uint32_t id) { return registerRows_[id]; }

uint32_t Emitter::constantRow(uint64_t value, uint8_t bytes) {
  if (bytes == 4)
    value &= 0xffffffff;
  auto [slot, isNew] = constants_.try_emplace({value, bytes}, 0);
  if (isNew) {
    slot->second = bytes ? reserve(bytes * warpSize, 64) : reserve(4, 4);
    FrameRow row;
    row.bytes = bytes;
    row.at = slot->second;
    row.value = value;
    code_.rows.push_back(row);
  }
  return slot->second;
}

uint32_t Emitter::specialRow(SpecialRegister special) {
  auto [slot, isNew] = specials_.try_emplace(special, 0);
  if (isNew) {
    image_.usesReservedShared |= isOfReservedSmem(special);
    uint8_t bytes = laneBytes(factsOf(special).type);
    slot->second = bytes ? reserve(bytes * warpSize, 64) : reserve(4, 4);
    FrameRow row;
    row.kind = FrameRow::Kind::Special;
    row.special = special;
    row.bytes = bytes;
    row.at = slot->second;
    code_.rows.push_back(row);
  }
  return slot->second;
}

uint32_t Emitter::localAddressRow(uint64_t offset, uint8_t bytes) {
  auto [slot, isNew] = locals_.try_emplace({offset, bytes}, 0);
  if (isNew) {
    slot->second = reserve(bytes * warpSize, 64);
    FrameRow row;
    row.kind = FrameRow::Kind::LocalAddress;
    row.bytes = bytes;
    row.at = slot->second;
    row.value = offset;
    code_.rows.push_back(row);
  }
  return slot->second;
}

uint32_t Emitter::dynamicSharedRow(uint64_t offset, uint8_t bytes) {
  auto [slot, isNew] = dynamics_.try_emplace({offset, bytes}, 0);
  if (isNew) {
    slot->second = reserve(bytes * warpSize, 64);
    FrameRow row;
    row.kind = FrameRow::Kind::DynamicShared;
    row.bytes = bytes;
    row.at = slot->second;
    row.value = offset;
    code_.rows.push_back(row);
  }
  return slot->second;
}

uint32_t Emitter::scratchRow() {
  if (!scratch_)
    scratch_ = reserve(8 * warpSize, 64);
  return *scratch_;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// May a register of type `reg` stand where the instruction wants `type`?
static bool accepts(ScalarType type, ScalarType reg) {
  if (type == reg)
    return true;
  if (bitsOf(type) != bitsOf(reg) || type == ScalarType::Pred ||
      reg == ScalarType::Pred)
    return false;
  TypeKind a = kindOf(type), b = kindOf(reg);
  auto isInteger = [](TypeKind kind) {
    return kind == TypeKind::Signed || kind == TypeKind::Unsigned;
  };
  if (a == TypeKind::Bits || b == TypeKind::Bits)
    return true;
  // Packed values and the small floats travel in integer registers, too.
  bool loose = a == TypeKind::Packed || type == ScalarType::BF16 ||
               type == ScalarType::F16 || type == ScalarType::TF32;
  return (isInteger(a) && isInteger(b)) || (loose && b != TypeKind::Pred);
}

/// The same where the register may be wider.
static bool acceptsWider(ScalarType type, ScalarType reg) {
  if (reg == ScalarType::Pred || type == ScalarType::Pred)
    return false;
  if (bitsOf(reg) < bitsOf(type))
    return false;
  if (bitsOf(reg) == bitsOf(type))
    return accepts(type, reg) || kindOf(type) == TypeKind::Bits;
  return kindOf(type) != TypeKind::Float || kindOf(reg) == TypeKind::Bits ||
         kindOf(reg) == TypeKind::Unsigned || kindOf(reg) == TypeKind::Signed;
}

static std::string describeRegister(const Register &reg) {
  return "'" + std::string(reg.name) + "' of type ." +
         std::string(spelling(reg.type));
}

ScalarType Emitter::registerType(const Operand &operand,
                                 ScalarType otherwise) const {
  if (operand.kind == Operand::Kind::Register)
    return function_.registers[operand.id].type;
  if (operand.kind == Operand::Kind::Special)
    return factsOf(operand.special).type;
  return otherwise;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

bool Emitter::destination(const Operand &operand, ScalarType type, bool wider,
                          uint32_t &at) {
  if (operand.kind == Operand::Kind::Sink) {
    at = scratchRow();
    return true;
  }
  if (operand.kind != Operand::Kind::Register || operand.negated)
    return error(operand.where, "expected a destination register of type ." +
                                    std::string(spelling(type)));
  const Register &reg = function_.registers[operand.id];
  if (!(wider ? acceptsWider(type, reg.type) : accepts(type, reg.type)))
    return error(operand.where, "expected a destination of type ." +
                                    std::string(spelling(type)) + ", found " +
                                    describeRegister(reg));
  at = registerRow(operand.id);
  return true;
}

/// Does the module's head allow the special register?
bool Emitter::allows(SpecialRegister special, Position where) {
  return !isOfCluster(special) ||
         require(*this, where, factsOf(special).name, clusterRequirement);
}

static uint64_t floatBits(const Operand &operand, ScalarType type) {
  if (operand.kind == Operand::Kind::Float64 && bitsOf(type) == 32)
    return std::bit_cast<uint32_t>(
        static_cast<float>(std::bit_cast<double>(operand.value)));
  if (operand.kind == Operand::Kind::Float32 && bitsOf(type) == 64)
    return std::bit_cast<uint64_t>(static_cast<double>(
        std::bit_cast<float>(static_cast<uint32_t>(operand.value))));
  return operand.value;
}

bool Emitter::source(const Operand &operand, ScalarType type, bool wider,
                     uint32_t &at) {
  auto mismatch = [&](const std::string &found) {
    return error(operand.where, "expected an operand of type ." +
                                    std::string(spelling(type)) + ", found " +
                                    found);
  };
  if (type == ScalarType::Pred)
    return predicate(operand, false, at);
  uint8_t bytes = laneBytes(type);
  switch (operand.kind) {
  case Operand::Kind::Register: {
    const Register &reg = function_.registers[operand.id];
    if (operand.negated ||
        !(wider ? acceptsWider(type, reg.type) : accepts(type, reg.type)))
      return mismatch(describeRegister(reg));
    at = registerRow(operand.id);
    return true;
  }
  case Operand::Kind::Special: {
    const SpecialFacts &facts = factsOf(operand.special);
    if (facts.when == SpecialWhen::Clock)
      return error(operand.where,
                   "'" + std::string(facts.name) + "' is read by mov only");
    if (!(wider ? acceptsWider(type, facts.type) : accepts(type, facts.type)))
      return mismatch("'" + std::string(facts.name) + "' of type ." +
                      std::string(spelling(facts.type)));
    at = specialRow(operand.special);
    return allows(operand.special, operand.where);
  }
  case Operand::Kind::Integer: {
    if (kindOf(type) == TypeKind::Float && bitsOf(type) >= 32)
      return mismatch("an integer; write it as a float, such as 0f3F800000");
    uint64_t value = operand.value;
    if (bitsOf(type) < 64)
      value &= (uint64_t(1) << bitsOf(type)) - 1;
    at = constantRow(value, bytes);
    return true;
  }
  case Operand::Kind::Float32:
  case Operand::Kind::Float64:
    if (bitsOf(type) < 32 || kindOf(type) == TypeKind::Signed ||
        kindOf(type) == TypeKind::Unsigned)
      return mismatch("a float");
    at = constantRow(floatBits(operand, type), bytes);
    return true;
  case Operand::Kind::Symbol:
  case Operand::Kind::Function:
    if (kindOf(type) == TypeKind::Float || bitsOf(type) < 32)
      return mismatch("an address");
    return symbolValue(operand, bytes, at);
  case Operand::Kind::Label:
    return error(operand.where,
                 "'" + std::string(function_.labels[operand.id].name) +
                     "' is neither a register nor a variable that is declared "
                     "here");
  default:
    return mismatch("something else");
  }
}

bool Emitter::symbolValue(const Operand &operand, uint8_t bytes, uint32_t &at) {
  if (operand.kind == Operand::Kind::Function) {
    const Function *function = operand.function->definition
                                   ? operand.function->definition
                                   : operand.function;
    auto found = image_.functionsByAst.find(function);
    if (found == image_.functionsByAst.end())
      return error(operand.where, "the function '" +
                                      std::string(function->name) +
                                      "' has no body in this module");
    at = constantRow(codeWindow + found->second, bytes);
    return true;
  }
  const Variable &variable = *operand.variable;
  switch (variable.space) {
  case Space::Global:
  case Space::Const:
    at = constantRow(image_.globals.at(&variable).address + operand.value,
                     bytes);
    return true;
  case Space::Shared:
    if (variable.unsized) {
      at = dynamicSharedRow(operand.value, bytes);
      return true;
    }
    at = constantRow(image_.sharedOffsets.at(&variable) + operand.value, bytes);
    return true;
  case Space::Local:
    at = localAddressRow(localOffsets_.at(&variable) + operand.value, bytes);
    return true;
  case Space::Param:
    if (const ParamBlock *block = paramBlock(variable);
        block && block->stride == 0) {
      at = constantRow(block->at + operand.value, bytes);
      return true;
    }
    return error(operand.where, "the address of the parameter '" +
                                    std::string(variable.name) +
                                    "' is not implemented: it is no kernel's");
  default:
    return error(operand.where,
                 "'" + std::string(variable.name) + "' has no address");
  }
}

bool Emitter::predicate(const Operand &operand, bool negatable, uint32_t &at) {
  if (operand.kind == Operand::Kind::Integer && !operand.negated) {
    at = constantRow(operand.value != 0, 0);
    return true;
  }
  if (operand.kind == Operand::Kind::Special && !operand.negated &&
      factsOf(operand.special).type == ScalarType::Pred) {
    at = specialRow(operand.special);
    return allows(operand.special, operand.where);
  }
  if (operand.kind != Operand::Kind::Register ||
      function_.registers[operand.id].type != ScalarType::Pred)
    return error(operand.where, "expected a predicate");
  at = registerRow(operand.id);
  if (!operand.negated)
    return true;
  if (!negatable)
    return error(operand.where, "'!' is not allowed here");
  uint32_t negated = reserve(4, 4);
  Op &op = appendHelper(notOp);
  op.at[0] = negated;
  op.at[1] = at;
  at = negated;
  return true;
}

bool Emitter::immediate(const Operand &operand, uint64_t &value) {
  if (operand.kind != Operand::Kind::Integer)
    return error(operand.where, "expected an integer constant");
  value = operand.value;
  return true;
}

bool Emitter::address(const Operand &operand, uint32_t &base, bool &narrow,
                      uint64_t &offset) {
  if (operand.kind != Operand::Kind::Address || operand.elements.size() != 1)
    return error(operand.where, "expected an address in square brackets");
  const Operand &inner = operand.elements[0];
  offset = operand.value;
  narrow = false;
  if (inner.kind == Operand::Kind::Register) {
    const Register &reg = function_.registers[inner.id];
    TypeKind kind = kindOf(reg.type);
    unsigned bits = bitsOf(reg.type);
    if (inner.negated || (bits != 32 && bits != 64) ||
        kind == TypeKind::Float || kind == TypeKind::Packed)
      return error(inner.where,
                   "an address cannot be in " + describeRegister(reg));
    narrow = bits == 32;
    base = registerRow(inner.id);
    return true;
  }
  if (inner.kind == Operand::Kind::Integer) {
    base = constantRow(inner.value, 8);
    return true;
  }
  if (inner.kind == Operand::Kind::Symbol)
    return symbolValue(inner, 8, base);
  return error(inner.where, "expected a register, a variable or a number");
}

bool Emitter::rows(const Operand &operand, const OperandSpec &spec,
                   const Match &match, std::vector<uint32_t> &at) {
  ScalarType type = match.operandType(spec);
  const Operand *main = &operand;
  if (operand.kind == Operand::Kind::Pair) {
    if (!spec.pair)
      return error(operand.where, "one destination is expected here, not two");
    main = &operand.elements[0];
  }
  uint64_t ignored = 0;
  if (spec.immediate && !immediate(*main, ignored))
    return false;
  uint32_t row = 0;
  bool ok = spec.destination ? destination(*main, type, spec.wider, row)
            : type == ScalarType::Pred ? predicate(*main, spec.negatable, row)
                                       : source(*main, type, spec.wider, row);
  if (!ok)
    return false;
  at.push_back(row);
  if (!spec.pair)
    return true;
  row = scratchRow();
  if (operand.kind == Operand::Kind::Pair &&
      !destination(operand.elements[1], ScalarType::Pred, false, row))
    return false;
  at.push_back(row);
  return true;
}

} // namespace theano::sim
