//===- Table.cpp - the forms for this processor ---------------------------===//

#include "Instructions/Families.h"

namespace theano::sim {

static FormTable makeTable() {
  FormTable table;
#ifdef THEANO_SIM_HAS_V3
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("f16c")) {
#define X(NAME) v3::add##NAME(table);
    THEANO_SIM_FAMILIES(X)
#undef X
    return table;
  }
#endif
#define X(NAME) baseline::add##NAME(table);
  THEANO_SIM_FAMILIES(X)
#undef X
  return table;
}

const FormTable &instructionTable() {
  static const FormTable table = makeTable();
  return table;
}

} // namespace theano::sim
