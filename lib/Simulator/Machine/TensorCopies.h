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
  uint64_t shared; ///< where the box is in shared memory
};

/// A map must be there, as a prefetch of it wants.
bool checkTensorMap(const TensorAccess &access);
/// The box arrives at the mbarrier at shared address `mbarrier`.
bool loadTensor(const TensorAccess &access, uint64_t mbarrier);
/// `pick` says how elements of a type are written, or null where they cannot
/// be; `updates`, that it looks at what is there.
bool storeTensor(const TensorAccess &access,
                 BulkWrite (*pick)(cuda::TensorMapDataType type), bool updates);
/// Only looks whether the box could be read.
bool prefetchTensor(const TensorAccess &access);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_TENSORCOPIES_H
