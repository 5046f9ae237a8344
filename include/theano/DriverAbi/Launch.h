//===- Launch.h - types of launches, links and libraries --------*- C++ -*-===//
//
// As in Types.h: the binary interface, declared by us, with names that drop the
// driver's prefix. `cuda::LaunchConfig` is CUlaunchConfig.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DRIVERABI_LAUNCH_H
#define THEANO_DRIVERABI_LAUNCH_H

#include "theano/DriverAbi/Types.h"

namespace theano::cuda {

// Opaque handles.
using LinkState = struct LinkStateObject *;
using Library = struct LibraryObject *;
using Kernel = struct KernelObject *;

/// What a launch, a stream or a node of a graph is told beside its sizes.
enum class LaunchAttributeId : unsigned {
  Ignore = 0,
  AccessPolicyWindow = 1,
  Cooperative = 2,
  SynchronizationPolicy = 3,
  ClusterDimension = 4,
  ClusterSchedulingPolicy = 5,
  ProgrammaticStreamSerialization = 6,
  ProgrammaticEvent = 7,
  Priority = 8,
  MemSyncDomainMap = 9,
  MemSyncDomain = 10,
  PreferredClusterDimension = 11,
  LaunchCompletionEvent = 12,
  DeviceUpdatableKernelNode = 13,
  PreferredSharedMemoryCarveout = 14,
  NvlinkUtilCentricScheduling = 16,
};

union LaunchAttributeValue {
  char pad[64];
  int cooperative;
  int priority;
  struct {
    unsigned x, y, z;
  } cluster;
  struct {
    Event event;
    int flags;
    int atBlockStart;
  } event; ///< of both kinds of events; the last is of the first kind
};

struct LaunchAttribute {
  LaunchAttributeId id;
  char pad[4];
  LaunchAttributeValue value;
};

struct LaunchConfig {
  unsigned gridX, gridY, gridZ;
  unsigned blockX, blockY, blockZ;
  unsigned sharedBytes;
  Stream stream;
  LaunchAttribute *attributes;
  unsigned attributeCount;
};

/// A function of the host in a stream, and one that is told of errors.
using HostFunction = void (*)(void *user);
using StreamCallback = void (*)(Stream stream, Result result, void *user);

/// Flags of StreamWaitEvent and EventRecordWithFlags: in a capture, a node of
/// its own instead of an edge.
inline constexpr unsigned eventExternal = 1;

/// What a link is given.
enum class JitInput : unsigned {
  Cubin = 0,
  Ptx = 1,
  Fatbinary = 2,
  Object = 3,
  Library = 4,
  Nvvm = 5,
};

enum class LibraryOption : unsigned {
  HostUniversalFunctionAndDataTable = 0,
  BinaryIsPreserved = 1,
};

/// How GetProcAddress went.
enum class ProcAddressStatus : unsigned {
  Success = 0,
  SymbolNotFound = 1,
  VersionNotSufficient = 2,
};

enum class ModuleLoadingMode : unsigned { Eager = 1, Lazy = 2 };
enum class FunctionLoadingState : unsigned { Unloaded = 0, Loaded = 1 };

} // namespace theano::cuda

#endif // THEANO_DRIVERABI_LAUNCH_H
