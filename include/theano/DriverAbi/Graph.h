//===- Graph.h - types of graphs and captures -------------------*- C++ -*-===//
//
// As in Types.h: the binary interface, declared by us, with names that drop the
// driver's prefix. `cuda::GraphNodeParams` is CUgraphNodeParams.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_DRIVERABI_GRAPH_H
#define THEANO_DRIVERABI_GRAPH_H

#include "theano/DriverAbi/Launch.h"
#include "theano/DriverAbi/Memory.h"

namespace theano::cuda {

// Opaque handles; that of a condition is a number, which kernels are given.
using Graph = struct GraphObject *;
using GraphNode = struct GraphNodeObject *;
using GraphExec = struct GraphExecObject *;
using ConditionalHandle = unsigned long long;

enum class GraphNodeType : unsigned {
  Kernel = 0,
  Memcpy = 1,
  Memset = 2,
  Host = 3,
  Graph = 4,
  Empty = 5,
  WaitEvent = 6,
  EventRecord = 7,
  SemaphoreSignal = 8,
  SemaphoreWait = 9,
  MemAlloc = 10,
  MemFree = 11,
  BatchMemOp = 12,
  Conditional = 13,
};

/// Of the first interface, and the later ones.
struct KernelNodeParamsV1 {
  Function function;
  unsigned gridX, gridY, gridZ;
  unsigned blockX, blockY, blockZ;
  unsigned sharedBytes;
  void **parameters;
  void **extra;
};
struct KernelNodeParams {
  Function function;
  unsigned gridX, gridY, gridZ;
  unsigned blockX, blockY, blockZ;
  unsigned sharedBytes;
  void **parameters;
  void **extra;
  Kernel kernel; ///< where there is no function
  Context context;
};

struct MemsetNodeParamsV1 {
  DevicePtr to;
  size_t pitch;
  unsigned value, elementBytes;
  size_t width, height;
};
struct MemsetNodeParams {
  DevicePtr to;
  size_t pitch;
  unsigned value, elementBytes;
  size_t width, height;
  Context context;
};

struct MemcpyNodeParams {
  int flags, reserved;
  Context context;
  Copy3D copy;
};

struct HostNodeParams {
  HostFunction function;
  void *user;
};

struct ChildGraphNodeParams {
  Graph graph;
  int ownership; ///< 0: the node gets a clone; 1: the graph itself
};

struct EventNodeParams {
  Event event;
};

enum class ConditionalType : unsigned { If = 0, While = 1, Switch = 2 };

struct ConditionalNodeParams {
  ConditionalHandle handle;
  ConditionalType type;
  unsigned size; ///< graphs
  Graph *bodies; ///< which the driver makes
  Context context;
};

struct GraphNodeParams {
  GraphNodeType type;
  int reserved0[3];
  union {
    long long reserved1[29];
    KernelNodeParams kernel;
    MemcpyNodeParams copy;
    MemsetNodeParams fill;
    HostNodeParams host;
    ChildGraphNodeParams child;
    EventNodeParams event;
    ConditionalNodeParams conditional;
  };
  long long reserved2;
};

/// All zeros for an edge that orders two nodes.
struct GraphEdgeData {
  unsigned char fromPort, toPort, type, reserved[5];
};

/// A flag of GraphConditionalHandleCreate: each launch starts with the default.
inline constexpr unsigned conditionalAssignDefault = 1;

/// Flags of GraphInstantiate.
inline constexpr unsigned long long instantiateFlags = 15;
inline constexpr unsigned long long instantiateUpload = 2;
inline constexpr unsigned long long instantiateDeviceLaunch = 4;

enum class GraphInstantiateResult : unsigned {
  Success = 0,
  Error = 1,
  InvalidStructure = 2,
  NodeOperationNotSupported = 3,
  MultipleContextsNotSupported = 4,
  ConditionalHandleUnused = 5,
};

struct GraphInstantiateParams {
  unsigned long flags;
  Stream uploadStream;
  GraphNode errorNode;
  GraphInstantiateResult result;
};

enum class GraphExecUpdateResult : unsigned {
  Success = 0,
  Error = 1,
  TopologyChanged = 2,
  NodeTypeChanged = 3,
  FunctionChanged = 4,
  ParametersChanged = 5,
  NotSupported = 6,
  UnsupportedFunctionChange = 7,
  AttributesChanged = 8,
};

struct GraphExecUpdateInfo {
  GraphExecUpdateResult result;
  GraphNode errorNode;
  GraphNode errorFromNode;
};

enum class CaptureMode : unsigned { Global = 0, ThreadLocal = 1, Relaxed = 2 };
enum class CaptureStatus : unsigned { None = 0, Active = 1, Invalidated = 2 };

/// Flags of StreamUpdateCaptureDependencies.
inline constexpr unsigned captureAddDependencies = 0;
inline constexpr unsigned captureSetDependencies = 1;

} // namespace theano::cuda

#endif // THEANO_DRIVERABI_GRAPH_H
