//===- Selectable.cpp - what the PTX back end can select ------------------===//

#include "Selectable.h"

#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

/// Intrinsics that become PTX instructions, or short sequences of them, for
/// every type that passes isSelectable(Type *).
static bool isSelectable(Intrinsic::ID id) {
  switch (id) {
  case Intrinsic::abs:
  case Intrinsic::assume:
  case Intrinsic::bitreverse:
  case Intrinsic::bswap:
  case Intrinsic::ceil:
  case Intrinsic::copysign:
  case Intrinsic::ctlz:
  case Intrinsic::ctpop:
  case Intrinsic::cttz:
  case Intrinsic::dbg_declare:
  case Intrinsic::dbg_label:
  case Intrinsic::dbg_value:
  case Intrinsic::experimental_noalias_scope_decl:
  case Intrinsic::fabs:
  case Intrinsic::floor:
  case Intrinsic::fma:
  case Intrinsic::fmuladd:
  case Intrinsic::fptosi_sat:
  case Intrinsic::fptoui_sat:
  case Intrinsic::fshl:
  case Intrinsic::fshr:
  case Intrinsic::is_fpclass:
  case Intrinsic::lifetime_end:
  case Intrinsic::lifetime_start:
  case Intrinsic::maximum:
  case Intrinsic::maxnum:
  case Intrinsic::memcpy:
  case Intrinsic::memmove:
  case Intrinsic::memset:
  case Intrinsic::minimum:
  case Intrinsic::minnum:
  case Intrinsic::nearbyint:
  case Intrinsic::rint:
  case Intrinsic::round:
  case Intrinsic::roundeven:
  case Intrinsic::sadd_sat:
  case Intrinsic::sadd_with_overflow:
  case Intrinsic::scmp:
  case Intrinsic::smax:
  case Intrinsic::smin:
  case Intrinsic::smul_with_overflow:
  case Intrinsic::sqrt:
  case Intrinsic::ssub_sat:
  case Intrinsic::ssub_with_overflow:
  case Intrinsic::trunc:
  case Intrinsic::uadd_sat:
  case Intrinsic::uadd_with_overflow:
  case Intrinsic::ucmp:
  case Intrinsic::umax:
  case Intrinsic::umin:
  case Intrinsic::umul_with_overflow:
  case Intrinsic::usub_sat:
  case Intrinsic::usub_with_overflow:
  case Intrinsic::vector_reduce_add:
  case Intrinsic::vector_reduce_and:
  case Intrinsic::vector_reduce_fadd:
  case Intrinsic::vector_reduce_fmax:
  case Intrinsic::vector_reduce_fmin:
  case Intrinsic::vector_reduce_fmul:
  case Intrinsic::vector_reduce_mul:
  case Intrinsic::vector_reduce_or:
  case Intrinsic::vector_reduce_smax:
  case Intrinsic::vector_reduce_smin:
  case Intrinsic::vector_reduce_umax:
  case Intrinsic::vector_reduce_umin:
  case Intrinsic::vector_reduce_xor:
    return true;
  default:
    return false;
  }
}

/// Whether values of this type can be held in PTX registers.
static bool isSelectable(Type *type) {
  if (auto *vector = dyn_cast<FixedVectorType>(type))
    return isSelectable(vector->getElementType());
  if (auto *structure = dyn_cast<StructType>(type))
    return all_of(structure->elements(),
                  [](Type *element) { return isSelectable(element); });
  if (auto *array = dyn_cast<ArrayType>(type))
    return isSelectable(array->getElementType());
  if (auto *integer = dyn_cast<IntegerType>(type))
    return integer->getBitWidth() <= 128;
  return type->isVoidTy() || type->isLabelTy() || type->isMetadataTy() ||
         type->isPointerTy() || type->isHalfTy() || type->isBFloatTy() ||
         type->isFloatTy() || type->isDoubleTy();
}

/// The first chip that has the instruction of an intrinsic of NVVM. Only what
/// emitters write by choice is here: all else is in every chip that we know.
static int64_t getLeastChip(StringRef name) {
  static constexpr std::pair<StringLiteral, int64_t> chips[] = {
      {"llvm.nvvm.cp.async.", 80},
      {"llvm.nvvm.mma.m16n8k16.", 80},
  };
  for (auto [prefix, sm] : chips)
    if (name.starts_with(prefix))
      return sm;
  return 0;
}

static std::optional<std::string> whyUnselectable(const Instruction &op,
                                                  int64_t sm) {
  std::string text;
  raw_string_ostream os(text);
  auto unselectableType = [](Type *type) { return !isSelectable(type); };
  if (unselectableType(op.getType()) ||
      any_of(op.operand_values(), [&](const Value *operand) {
        return unselectableType(operand->getType());
      })) {
    os << "a value whose type PTX has no register for, in '" << op << "'";
    return text;
  }
  if (op.getOpcode() == Instruction::FRem)
    return "a float remainder, which is to be expanded into arithmetic first";
  if (isa<InvokeInst, LandingPadInst, ResumeInst, IndirectBrInst, VAArgInst>(
          op)) {
    os << "the instruction '" << op << "'";
    return text;
  }
  auto *call = dyn_cast<CallBase>(&op);
  if (!call)
    return std::nullopt;
  const Function *callee = call->getCalledFunction();
  if (!callee) {
    os << "an indirect call, '" << op << "'";
    return text;
  }
  if (callee->isIntrinsic()) {
    if (int64_t least = getLeastChip(callee->getName()); least > sm) {
      os << "the intrinsic '" << callee->getName() << "', which sm_" << least
         << " is the first to have; choose schedules for sm_" << sm;
      return text;
    }
    if (callee->getName().starts_with("llvm.nvvm.") ||
        isSelectable(callee->getIntrinsicID()))
      return std::nullopt;
    os << "the intrinsic '" << callee->getName()
       << "', which has no PTX instruction";
    return text;
  }
  if (callee->isDeclaration()) {
    os << "a call of '" << callee->getName() << "', which no one defines";
    return text;
  }
  return std::nullopt;
}

std::optional<std::string> theano::whyUnselectable(const Module &module,
                                                   int64_t sm) {
  for (const Function &function : module)
    for (const BasicBlock &block : function)
      for (const Instruction &op : block)
        if (std::optional<std::string> why = ::whyUnselectable(op, sm)) {
          if (const DebugLoc &loc = op.getDebugLoc())
            *why += " (source line " + std::to_string(loc.getLine()) + ")";
          return why;
        }
  return std::nullopt;
}
