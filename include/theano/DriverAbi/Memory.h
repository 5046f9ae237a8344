//===- Memory.h - types of the driver's memory calls ------------*- C++ -*-===//
//
// As in Types.h: the binary interface, declared by us, with names that drop the
// driver's prefix. `cuda::Copy3D` is CUDA_MEMCPY3D.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DRIVERABI_MEMORY_H
#define THEANO_DRIVERABI_MEMORY_H

#include "theano/DriverAbi/Types.h"

namespace theano::cuda {

using MemPool = struct MemPoolObject *;
using Array = struct ArrayObject *;

/// Where an operand of a copy lies. Unified: wherever its address belongs.
enum class MemoryType : unsigned {
  Host = 1,
  Device = 2,
  Array = 3,
  Unified = 4
};

/// A rectangle of rows. Host memory is named by `host`, all else by `device`.
struct Copy2D {
  size_t fromX, fromY;
  MemoryType fromType;
  const void *fromHost;
  DevicePtr fromDevice;
  Array fromArray;
  size_t fromPitch;
  size_t toX, toY;
  MemoryType toType;
  void *toHost;
  DevicePtr toDevice;
  Array toArray;
  size_t toPitch;
  size_t widthInBytes, height;
};

/// A box of rows; `height` of an operand is its rows in a slice.
struct Copy3D {
  size_t fromX, fromY, fromZ, fromLod;
  MemoryType fromType;
  const void *fromHost;
  DevicePtr fromDevice;
  Array fromArray;
  void *reserved0;
  size_t fromPitch, fromHeight;
  size_t toX, toY, toZ, toLod;
  MemoryType toType;
  void *toHost;
  DevicePtr toDevice;
  Array toArray;
  void *reserved1;
  size_t toPitch, toHeight;
  size_t widthInBytes, height, depth;
};

enum class PointerAttribute : unsigned {
  Context = 1,
  MemoryType = 2,
  DevicePointer = 3,
  HostPointer = 4,
  P2pTokens = 5,
  SyncMemops = 6,
  BufferId = 7,
  IsManaged = 8,
  DeviceOrdinal = 9,
  IsLegacyIpcCapable = 10,
  RangeStart = 11,
  RangeSize = 12,
  Mapped = 13,
  AllowedHandleTypes = 14,
  IsRdmaCapable = 15,
  AccessFlags = 16,
  MemPool = 17,
  MappingSize = 18,
  MappingBase = 19,
  MemoryBlockId = 20,
  IsDecompressCapable = 21,
};

/// Flags of MemHostAlloc.
inline constexpr unsigned hostAllocPortable = 1;
inline constexpr unsigned hostAllocDeviceMap = 2;
inline constexpr unsigned hostAllocWriteCombined = 4;
/// Flags of MemHostRegister: the first two as above.
inline constexpr unsigned hostRegisterIoMemory = 4;
inline constexpr unsigned hostRegisterReadOnly = 8;
/// Flags of MemAllocManaged.
inline constexpr unsigned attachGlobal = 1;
inline constexpr unsigned attachHost = 2;
inline constexpr unsigned attachSingle = 4;

enum class LocationType : unsigned { None = 0, Device = 1, Host = 2 };

struct MemoryLocation {
  LocationType type;
  int id;
};

/// What managed memory is going to be used for.
enum class MemoryAdvice : unsigned {
  SetReadMostly = 1,
  UnsetReadMostly = 2,
  SetPreferredLocation = 3,
  UnsetPreferredLocation = 4,
  SetAccessedBy = 5,
  UnsetAccessedBy = 6,
};

struct AccessDescription {
  MemoryLocation location;
  unsigned flags; ///< 0 none, 1 read, 3 read and write
};

struct PoolProperties {
  unsigned allocationType; ///< 1: pinned, which is all there is
  unsigned handleTypes;
  MemoryLocation location;
  void *securityAttributes;
  size_t maxSize;
  unsigned short usage;
  unsigned char reserved[54];
};

enum class PoolAttribute : unsigned {
  ReuseFollowEventDependencies = 1,
  ReuseAllowOpportunistic = 2,
  ReuseAllowInternalDependencies = 3,
  ReleaseThreshold = 4,
  ReservedCurrent = 5,
  ReservedHigh = 6,
  UsedCurrent = 7,
  UsedHigh = 8,
};

} // namespace theano::cuda

#endif // THEANO_DRIVERABI_MEMORY_H
