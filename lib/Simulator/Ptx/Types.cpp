//===- Types.cpp - PTX's scalar types and state spaces --------------------===//

#include "Ptx/Types.h"

#include <array>

namespace theano::sim {

namespace {
struct TypeFacts {
  std::string_view name;
  TypeKind kind;
  uint16_t bits;
};

constexpr std::array typeFacts = {
#define X(NAME, SPELLING, KIND, BITS) TypeFacts{SPELLING, TypeKind::KIND, BITS},
    THEANO_SIM_SCALAR_TYPES(X)
#undef X
};

const TypeFacts &factsOf(ScalarType type) {
  return typeFacts[static_cast<size_t>(type)];
}
} // namespace

std::string_view spelling(ScalarType type) { return factsOf(type).name; }
TypeKind kindOf(ScalarType type) { return factsOf(type).kind; }
unsigned bitsOf(ScalarType type) { return factsOf(type).bits; }

std::optional<ScalarType> parseType(std::string_view text) {
  for (size_t i = 0; i < typeFacts.size(); ++i)
    if (typeFacts[i].name == text)
      return static_cast<ScalarType>(i);
  return std::nullopt;
}

std::optional<ScalarType> widened(ScalarType type) {
  for (size_t i = 0; i < typeFacts.size(); ++i)
    if (typeFacts[i].kind == kindOf(type) &&
        typeFacts[i].bits == 2 * bitsOf(type))
      return static_cast<ScalarType>(i);
  return std::nullopt;
}

std::string_view spelling(Space space) {
  switch (space) {
  case Space::Generic:
    return "generic";
  case Space::Reg:
    return "reg";
  case Space::Global:
    return "global";
  case Space::Const:
    return "const";
  case Space::Shared:
    return "shared";
  case Space::SharedCluster:
    return "shared::cluster";
  case Space::Local:
    return "local";
  case Space::Param:
    return "param";
  }
  return "unknown";
}

} // namespace theano::sim
