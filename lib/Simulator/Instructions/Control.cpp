//===- Control.cpp - branches, calls and exits ----------------------------===//

#include "Instructions/Lanes.h"
#include "Machine/Block.h"
#include "Machine/CoreOps.h"
#include "Machine/Emitter.h"
#include "Machine/SystemCalls.h"
#include "Machine/Target.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

bool emitBranch(Emitter &emitter, const Match &match) {
  const Instruction &instruction = match.instruction;
  const Operand &target = instruction.operands[0];
  if (target.kind != Operand::Kind::Label)
    return emitter.error(target.where, "expected a label");
  auto index = static_cast<uint32_t>(emitter.image().code.size());
  // A guard is part of the branch.
  if (instruction.guarded) {
    uint32_t guard = emitter.guardRow();
    Op &op = emitter.appendBare(branchIfOp);
    op.at[0] = guard;
    op.imm = instruction.guardNegated;
  } else {
    emitter.appendBare(branchOp);
  }
  emitter.fixLabel(index, target.id);
  return true;
}

const Op *tableBranchOp(Warp &warp, const Op &op) {
  const std::vector<uint32_t> &targets =
      warp.block().launch().image->branchTables[op.aux];
  const uint32_t *index = warp.row<uint32_t>(op.at[0]);
  std::array<uint32_t, warpSize> to = {};
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    if (index[lane] >= targets.size())
      return warp.fault(op, lane, cuda::Result::InvalidPc,
                        "the index " + std::to_string(index[lane]) +
                            " is beyond the list of " +
                            std::to_string(targets.size()) + " labels");
    to[lane] = targets[index[lane]];
  }
  return warp.scatter(op, to);
}

bool emitTableBranch(Emitter &emitter, const Match &match) {
  const Operand &list = match.instruction.operands[1];
  uint32_t at = 0;
  if (!emitter.source(match.instruction.operands[0], ScalarType::U32, false,
                      at))
    return false;
  if (list.kind != Operand::Kind::Table ||
      emitter.function().tables[list.id].kind != LabelTable::Kind::Branches)
    return emitter.error(list.where, "expected the name of a .branchtargets");
  uint32_t number = emitter.branchTable(emitter.function().tables[list.id]);
  Op &op = emitter.appendControl(&tableBranchOp);
  op.at[0] = at;
  op.aux = number;
  return true;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

const Op *directCallOp(Warp &warp, const Op &op) {
  const Image &image = *warp.block().launch().image;
  return warp.call(op, image.callSites[op.aux], image.functions[op.imm],
                   warp.mask);
}

/// One callee at a time; the other lanes come back to this op.
const Op *indirectCallOp(Warp &warp, const Op &op) {
  const Image &image = *warp.block().launch().image;
  const CallSite &site = image.callSites[op.aux];
  const auto *pointers = warp.row<uint64_t>(op.at[0]);
  auto first = static_cast<unsigned>(std::countr_zero(warp.mask));
  uint64_t number = pointers[first] - codeWindow;
  if (number >= image.functions.size() || image.functions[number].ast->isEntry)
    return warp.fault(op, first, cuda::Result::InvalidPc,
                      "a call through a pointer that is no function's address");
  const FunctionCode &callee = image.functions[number];
  bool fits = site.arguments.size() == callee.parameters.size() &&
              site.results.size() == callee.results.size();
  for (size_t i = 0; fits && i < site.arguments.size(); ++i)
    fits = site.arguments[i].bytes == callee.parameters[i].bytes;
  for (size_t i = 0; fits && i < site.results.size(); ++i)
    fits = site.results[i].bytes == callee.results[i].bytes;
  if (!fits)
    return warp.fault(op, first, cuda::Result::InvalidPc,
                      "the called function '" + std::string(callee.ast->name) +
                          "' has other parameters than the call");
  uint32_t same = 0;
  for (uint32_t rest = warp.mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    same |= uint32_t(pointers[lane] == pointers[first]) << lane;
  }
  return warp.call(op, site, callee, same);
}

bool valueBlock(Emitter &emitter, const Operand &operand, bool result,
                const Parameter *formal, ParamBlock &block) {
  if (operand.kind == Operand::Kind::Symbol && operand.value == 0 &&
      operand.variable->space == Space::Param) {
    const ParamBlock *found = emitter.paramBlock(*operand.variable);
    if (!found || found->stride == 0)
      return emitter.error(operand.where,
                           "'" + std::string(operand.variable->name) +
                               "' cannot be passed on");
    block = *found;
    return true;
  }
  // A register or a number, as wide as the parameter that it stands for.
  ScalarType type = emitter.registerType(operand, ScalarType::B32);
  if (formal && formal->variable)
    type =
        bitsOf(formal->variable->type) > 32 ? ScalarType::B64 : ScalarType::B32;
  else if (formal)
    type = formal->type;
  uint32_t bytes = bitsOf(type) > 32 ? 8 : 4;
  block.stride = bytes;
  block.bytes = formal && formal->variable
                    ? static_cast<uint32_t>(formal->variable->bytes)
                    : bytes;
  if (block.bytes > bytes)
    return emitter.error(operand.where,
                         "the parameter does not fit a register");
  return result ? emitter.destination(operand, type, true, block.at)
                : emitter.source(operand, type, true, block.at);
}

bool valueBlocks(Emitter &emitter, const Operand &list, bool results,
                 const std::vector<Parameter> &formals,
                 std::vector<ParamBlock> &blocks) {
  if (list.elements.size() != formals.size())
    return emitter.error(
        list.where, "the call passes " + std::to_string(list.elements.size()) +
                        (results ? " results" : " arguments") +
                        ", the function has " + std::to_string(formals.size()));
  for (size_t i = 0; i < formals.size(); ++i) {
    ParamBlock &block = blocks.emplace_back();
    if (!valueBlock(emitter, list.elements[i], results, &formals[i], block))
      return false;
    if (formals[i].variable && formals[i].variable->bytes != block.bytes)
      return emitter.error(list.elements[i].where,
                           "the value has " + std::to_string(block.bytes) +
                               " bytes, the parameter " +
                               std::to_string(formals[i].variable->bytes));
  }
  return true;
}

bool hasBytes(const std::vector<Parameter> &declared,
              const std::vector<uint32_t> &bytes) {
  bool same = declared.size() == bytes.size();
  for (size_t i = 0; same && i < bytes.size(); ++i)
    same = bytes[i] == (declared[i].variable ? declared[i].variable->bytes
                                             : bytesOf(declared[i].type));
  return same;
}

/// The device's own function that a declaration means, or null after an error.
const SystemCall *systemCallOf(Emitter &emitter, const Operand &target) {
  const Function &function = *target.function;
  const SystemCall *found = findSystemCall(function.name);
  std::string name = "the function '" + std::string(function.name) + "'";
  if (!found) {
    emitter.error(target.where, name + " has no body in this module");
  } else if (!hasBytes(function.signature.results, found->results) ||
             !hasBytes(function.signature.parameters, found->parameters)) {
    emitter.error(target.where, name + " is declared with other parameters "
                                       "than the device's has");
    found = nullptr;
  }
  return found;
}

bool emitCall(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  Operand results, arguments;
  size_t next = 0;
  if (operands[next].kind == Operand::Kind::List)
    results = operands[next++];
  if (next >= operands.size())
    return emitter.error(match.instruction.where, "expected a function");
  const Operand &target = operands[next++];
  results.where = arguments.where = target.where;
  if (next < operands.size() && operands[next].kind == Operand::Kind::List)
    arguments = operands[next++];
  const Operand *prototype = next < operands.size() ? &operands[next] : nullptr;

  CallSite site;
  const Signature *signature = nullptr;
  const SystemCall *system = nullptr;
  uint32_t pointer = 0, callee = 0;
  if (target.kind == Operand::Kind::Function) {
    const Function *function = target.function->definition
                                   ? target.function->definition
                                   : target.function;
    auto found = emitter.image().functionsByAst.find(function);
    if (found == emitter.image().functionsByAst.end()) {
      system = systemCallOf(emitter, target);
      if (!system)
        return false;
    } else {
      callee = found->second;
    }
    if (function->isEntry)
      return emitter.error(target.where, "'" + std::string(function->name) +
                                             "' is a kernel, which a call "
                                             "cannot name");
    site.callee = function;
    signature = &function->signature;
  } else {
    if (!emitter.source(target, ScalarType::B64, false, pointer))
      return false;
    if (!prototype || prototype->kind != Operand::Kind::Table)
      return emitter.error(match.instruction.where,
                           "an indirect call needs a .callprototype or "
                           ".calltargets");
    const LabelTable &table = emitter.function().tables[prototype->id];
    if (table.kind == LabelTable::Kind::Calls && !table.functions.empty())
      signature = &table.functions[0]->signature;
    else if (table.kind == LabelTable::Kind::Prototype)
      signature = &table.signature;
    else
      return emitter.error(prototype->where, "expected a .callprototype");
  }
  if (!valueBlocks(emitter, results, true, signature->results, site.results) ||
      !valueBlocks(emitter, arguments, false, signature->parameters,
                   site.arguments))
    return false;
  auto number = static_cast<uint32_t>(emitter.image().callSites.size());
  bool direct = site.callee != nullptr;
  emitter.image().callSites.push_back(std::move(site));
  if (system) {
    emitter.image().prints |= system->prints;
    emitter.appendControl(system->run).aux = number;
    // So that reads of texts in global memory do not meet another op's hits.
    emitter.image().code.back().slot = emitter.hitSlot();
    return true;
  }
  emitter.code().callsOthers = true;
  Op &op = emitter.appendControl(direct ? &directCallOp : &indirectCallOp);
  op.at[0] = pointer;
  op.aux = number;
  op.imm = callee;
  return true;
}

//===----------------------------------------------------------------------===//
// Ends
//===----------------------------------------------------------------------===//

const Op *retOp(Warp &warp, const Op &op) { return warp.ret(op); }
const Op *exitOp(Warp &warp, const Op &op) { return warp.exit(op); }
const Op *trapOp(Warp &warp, const Op &op) {
  return warp.fault(op, static_cast<unsigned>(std::countr_zero(warp.mask)),
                    cuda::Result::LaunchFailed, "trap");
}
const Op *breakOp(Warp &warp, const Op &op) {
  return warp.fault(op, static_cast<unsigned>(std::countr_zero(warp.mask)),
                    cuda::Result::LaunchFailed,
                    "a breakpoint, and no debugger is there");
}

/// However long it is meant to be: the others get their turn.
const Op *sleepOp(Warp &warp, const Op &op) { return warp.sleep(op); }

bool emitSleep(Emitter &emitter, const Match &match) {
  uint32_t nanoseconds = 0;
  if (!require(emitter, match, {70, 6, 3}) ||
      !emitter.source(match.instruction.operands[0], ScalarType::U32, false,
                      nanoseconds))
    return false;
  emitter.appendControl(&sleepOp).at[0] = nanoseconds;
  return true;
}

/// A launch begins when all before it have completed, so that there is nothing
/// to wait for, and nothing starts earlier that was told so.
const Op *dependOp(Warp &, const Op &op) { return &op + 1; }

bool emitDepend(Emitter &emitter, const Match &match) {
  if (!require(emitter, match, {90, 7, 8}))
    return false;
  emitter.append(&dependOp);
  return true;
}

template <Handler handler> bool emitEnd(Emitter &emitter, const Match &) {
  emitter.appendControl(handler);
  return true;
}

} // namespace

void addControl(FormTable &table) {
  table.addCustom("bra{.uni} *label", emitBranch);
  table.addCustom("brx.idx{.uni} a:u32, *labels", emitTableBranch);
  table.addCustom("call{.uni} *a, ?*b, *c, *e", emitCall);
  table.addCustom("ret{.uni}", emitEnd<&retOp>);
  table.addCustom("exit", emitEnd<&exitOp>);
  table.addCustom("trap", emitEnd<&trapOp>);
  table.addCustom("brkpt", emitEnd<&breakOp>);
  table.addCustom("nanosleep.u32 a", emitSleep);
  table.addCustom("griddepcontrol.{launch_dependents|wait}", emitDepend);
}

} // namespace theano::sim::THEANO_SIM_ISA
