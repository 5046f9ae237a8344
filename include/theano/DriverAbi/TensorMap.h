//===- TensorMap.h - types of the driver's tensor maps ----------*- C++ -*-===//
//
// As in Types.h: the binary interface, declared by us, with names that drop the
// driver's prefix. `cuda::TensorMap` is CUtensorMap.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DRIVERABI_TENSORMAP_H
#define THEANO_DRIVERABI_TENSORMAP_H

#include "theano/DriverAbi/Types.h"

namespace theano::cuda {

/// What a copy of a piece of an array needs to know of the array. Only the
/// driver and the device read it. This is the alignment that the calls want;
/// cuda.h gives the type a greater one.
inline constexpr size_t tensorMapAlignment = 64;
struct alignas(tensorMapAlignment) TensorMap {
  uint64_t opaque[16];
};

enum class TensorMapDataType : unsigned {
  Uint8 = 0,
  Uint16 = 1,
  Uint32 = 2,
  Int32 = 3,
  Uint64 = 4,
  Int64 = 5,
  Float16 = 6,
  Float32 = 7,
  Float64 = 8,
  Bfloat16 = 9,
  Float32Ftz = 10,
  Tfloat32 = 11,
  Tfloat32Ftz = 12,
  Packed16U4Align8 = 13, ///< the packed ones came with sm_100
  Packed16U4Align16 = 14,
  Packed16U6Align16 = 15,
};

enum class TensorMapInterleave : unsigned {
  None = 0,
  Bytes16 = 1,
  Bytes32 = 2
};

enum class TensorMapSwizzle : unsigned {
  None = 0,
  Bytes32 = 1,
  Bytes64 = 2,
  Bytes128 = 3,
  Bytes128Atom32 = 4, ///< from here on they came with sm_100
  Bytes128Atom32Flip8 = 5,
  Bytes128Atom64 = 6,
};

enum class TensorMapL2Promotion : unsigned {
  None = 0,
  Bytes64 = 1,
  Bytes128 = 2,
  Bytes256 = 3,
};

/// What takes the place of elements outside of the array.
enum class TensorMapFill : unsigned { Zeros = 0, NaN = 1 };

enum class TensorMapIm2ColWideMode : unsigned { W = 0, W128 = 1 };

} // namespace theano::cuda

#endif // THEANO_DRIVERABI_TENSORMAP_H
