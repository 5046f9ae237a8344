//===- Special.h - PTX's special registers ----------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_PTX_SPECIAL_H
#define THEANO_SIMULATOR_PTX_SPECIAL_H

#include "Ptx/Types.h"

#include <iterator>

namespace theano::sim {

// NAME, SPELLING, TYPE, WHEN its value is known:
//   Thread  fixed for a thread of a launch, whichever block it belongs to
//   Block   changes with the block
//   Clock   changes with every read
// clang-format off
#define THEANO_SIM_SPECIAL_REGISTERS(X)                                        \
  X(TidX, "%tid.x", U32, Thread)                                               \
  X(TidY, "%tid.y", U32, Thread)                                               \
  X(TidZ, "%tid.z", U32, Thread)                                               \
  X(NTidX, "%ntid.x", U32, Thread)                                             \
  X(NTidY, "%ntid.y", U32, Thread)                                             \
  X(NTidZ, "%ntid.z", U32, Thread)                                             \
  X(CtaIdX, "%ctaid.x", U32, Block)                                            \
  X(CtaIdY, "%ctaid.y", U32, Block)                                            \
  X(CtaIdZ, "%ctaid.z", U32, Block)                                            \
  X(NCtaIdX, "%nctaid.x", U32, Thread)                                         \
  X(NCtaIdY, "%nctaid.y", U32, Thread)                                         \
  X(NCtaIdZ, "%nctaid.z", U32, Thread)                                         \
  X(ClusterIdX, "%clusterid.x", U32, Block)                                    \
  X(ClusterIdY, "%clusterid.y", U32, Block)                                    \
  X(ClusterIdZ, "%clusterid.z", U32, Block)                                    \
  X(NClusterIdX, "%nclusterid.x", U32, Thread)                                 \
  X(NClusterIdY, "%nclusterid.y", U32, Thread)                                 \
  X(NClusterIdZ, "%nclusterid.z", U32, Thread)                                 \
  X(ClusterCtaIdX, "%cluster_ctaid.x", U32, Block)                             \
  X(ClusterCtaIdY, "%cluster_ctaid.y", U32, Block)                             \
  X(ClusterCtaIdZ, "%cluster_ctaid.z", U32, Block)                             \
  X(ClusterNCtaIdX, "%cluster_nctaid.x", U32, Thread)                          \
  X(ClusterNCtaIdY, "%cluster_nctaid.y", U32, Thread)                          \
  X(ClusterNCtaIdZ, "%cluster_nctaid.z", U32, Thread)                          \
  X(ClusterCtaRank, "%cluster_ctarank", U32, Block)                            \
  X(ClusterNCtaRank, "%cluster_nctarank", U32, Thread)                         \
  X(IsExplicitCluster, "%is_explicit_cluster", Pred, Thread)                   \
  X(LaneId, "%laneid", U32, Thread)                                            \
  X(WarpId, "%warpid", U32, Thread)                                            \
  X(NWarpId, "%nwarpid", U32, Thread)                                          \
  X(SmId, "%smid", U32, Block)                                                 \
  X(NSmId, "%nsmid", U32, Thread)                                              \
  X(GridId, "%gridid", U64, Thread)                                            \
  X(EnvReg0, "%envreg0", U32, Thread)                                          \
  X(EnvReg1, "%envreg1", U32, Thread)                                          \
  X(EnvReg2, "%envreg2", U32, Thread)                                          \
  X(LaneMaskEq, "%lanemask_eq", U32, Thread)                                   \
  X(LaneMaskLe, "%lanemask_le", U32, Thread)                                   \
  X(LaneMaskLt, "%lanemask_lt", U32, Thread)                                   \
  X(LaneMaskGe, "%lanemask_ge", U32, Thread)                                   \
  X(LaneMaskGt, "%lanemask_gt", U32, Thread)                                   \
  X(DynamicSmemSize, "%dynamic_smem_size", U32, Thread)                        \
  X(TotalSmemSize, "%total_smem_size", U32, Thread)                            \
  X(ReservedSmemBegin, "%reserved_smem_offset_begin", U32, Thread)             \
  X(ReservedSmemEnd, "%reserved_smem_offset_end", U32, Thread)                 \
  X(ReservedSmemCap, "%reserved_smem_offset_cap", U32, Thread)                 \
  X(ReservedSmem0, "%reserved_smem_offset_0", U32, Thread)                     \
  X(ReservedSmem1, "%reserved_smem_offset_1", U32, Thread)                     \
  X(Clock, "%clock", U32, Clock)                                               \
  X(ClockHi, "%clock_hi", U32, Clock)                                          \
  X(Clock64, "%clock64", U64, Clock)                                           \
  X(GlobalTimer, "%globaltimer", U64, Clock)                                   \
  X(GlobalTimerLo, "%globaltimer_lo", U32, Clock)                              \
  X(GlobalTimerHi, "%globaltimer_hi", U32, Clock)
// clang-format on

enum class SpecialRegister : uint8_t {
#define X(NAME, SPELLING, TYPE, WHEN) NAME,
  THEANO_SIM_SPECIAL_REGISTERS(X)
#undef X
};

enum class SpecialWhen : uint8_t { Thread, Block, Clock };

struct SpecialFacts {
  std::string_view name;
  ScalarType type;
  SpecialWhen when;
};

inline constexpr SpecialFacts specialFacts[] = {
#define X(NAME, SPELLING, TYPE, WHEN)                                          \
  {SPELLING, ScalarType::TYPE, SpecialWhen::WHEN},
    THEANO_SIM_SPECIAL_REGISTERS(X)
#undef X
};

inline const SpecialFacts &factsOf(SpecialRegister special) {
  return specialFacts[static_cast<size_t>(special)];
}

/// Is it a place in the shared memory that the system has for itself?
inline bool isOfReservedSmem(SpecialRegister special) {
  return special >= SpecialRegister::ReservedSmemBegin &&
         special <= SpecialRegister::ReservedSmem1;
}

/// Is it of the cluster that the block is in?
inline bool isOfCluster(SpecialRegister special) {
  return special >= SpecialRegister::ClusterIdX &&
         special <= SpecialRegister::IsExplicitCluster;
}

/// Finds "%tid.x", ...; with its component where it has one.
inline std::optional<SpecialRegister> parseSpecial(std::string_view name) {
  for (size_t i = 0; i < std::size(specialFacts); ++i)
    if (specialFacts[i].name == name)
      return static_cast<SpecialRegister>(i);
  return std::nullopt;
}

} // namespace theano::sim

#endif // THEANO_SIMULATOR_PTX_SPECIAL_H
