//===- TensorCopies.h - copies of boxes of arrays ---------------*- C++ -*-===//
//
// What the instructions on tensor maps do for one lane. Everything that a map
// leads to is checked like any other access; false after a finding.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_MACHINE_TENSORCOPIES_H
#define THEANO_SIMULATOR_MACHINE_TENSORCOPIES_H

#include "Machine/BulkGroups.h"
#include "Machine/TensorBox.h"

namespace theano::sim {

/// Which box, by whom.
struct TensorAccess {
  Warp &warp;
  const Op &op;
  unsigned lane;
  uint64_t map;  ///< its generic address
  unsigned rank; ///< that the instruction says
  TensorCoordinates start;
  uint64_t shared; ///< where the box is in shared memory, of the cluster
};

/// A map must be there, as a prefetch of it wants.
bool checkTensorMap(const TensorAccess &access);
/// The box arrives at the mbarrier at shared::cluster address `mbarrier`; with
/// `ranks` in each block of these ranks, at the same place and its own
/// mbarrier.
bool loadTensor(const TensorAccess &access, uint64_t mbarrier,
                std::optional<uint32_t> ranks);
/// `pick` says how elements of a type update what is there, or null where they
/// cannot; without it they take its place.
bool storeTensor(const TensorAccess &access,
                 Combine (*pick)(cuda::TensorMapDataType type));
/// Only looks whether the box could be read.
bool prefetchTensor(const TensorAccess &access);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_TENSORCOPIES_H
