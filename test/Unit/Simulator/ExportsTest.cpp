//===- ExportsTest.cpp - what the driver exports, against cuda.h ----------===//
//
// A function whose parameters or whose structures differ from NVIDIA's header
// does not compile, where there is that header.
//
//===----------------------------------------------------------------------===//

#include "../DriverAbi/Alike.h"
#include "DriverLibrary.h"

#include <set>

#ifdef THEANO_CUDA_HEADER

// All versions of all functions under their own names.
#define __CUDA_API_VERSION_INTERNAL
#include <cuda.h>

using theano::cuda::Alike;

// Our types by their short names, so that Exports.def reads as it does at home.
namespace ours {
using namespace theano::cuda;
#define SIM_FUNCTION(SYMBOL, SINCE, PARAMETERS)                                \
  using SYMBOL = Result PARAMETERS;
#define SIM_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)              \
  using SYMBOL = Result PARAMETERS;
#define SIM_DEFAULT_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)      \
  using SYMBOL = Result PARAMETERS;
#define SIM_OLD_NAME(SYMBOL, SINCE, TARGET, PARAMETERS, ARGUMENTS)             \
  using SYMBOL = Result PARAMETERS;
#define SIM_NARROW_FUNCTION(SYMBOL, NEWER)
#define SIM_EXTENSION(SYMBOL, PARAMETERS)
#include "Driver/Exports.def"
} // namespace ours

#define SAME_AS_CUDA(OURS, THEIRS)                                             \
  static_assert(Alike<ours::OURS, decltype(::THEIRS)>::value,                  \
                #THEIRS " is declared differently in cuda.h");
#if CUDA_VERSION >= 13000
#define SIM_FUNCTION(SYMBOL, SINCE, PARAMETERS) SAME_AS_CUDA(SYMBOL, SYMBOL)
#define SIM_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)              \
  SAME_AS_CUDA(SYMBOL, SYMBOL) SAME_AS_CUDA(SYMBOL, SYMBOL##_ptsz)
#define SIM_DEFAULT_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)      \
  SAME_AS_CUDA(SYMBOL, SYMBOL) SAME_AS_CUDA(SYMBOL, SYMBOL##_ptds)
#define SIM_OLD_NAME(SYMBOL, SINCE, TARGET, PARAMETERS, ARGUMENTS)             \
  SAME_AS_CUDA(SYMBOL, SYMBOL)
#define SIM_NARROW_FUNCTION(SYMBOL, NEWER)
#define SIM_EXTENSION(SYMBOL, PARAMETERS)
#include "Driver/Exports.def"
#endif

#define SAME_PLACE(OURS, MEMBER, THEIRS, THEIR_MEMBER)                         \
  static_assert(offsetof(theano::cuda::OURS, MEMBER) ==                        \
                offsetof(THEIRS, THEIR_MEMBER))
#define SAME_SIZE(OURS, THEIRS)                                                \
  static_assert(sizeof(theano::cuda::OURS) == sizeof(THEIRS))
SAME_SIZE(Copy2D, CUDA_MEMCPY2D);
SAME_PLACE(Copy2D, fromPitch, CUDA_MEMCPY2D, srcPitch);
SAME_PLACE(Copy2D, toDevice, CUDA_MEMCPY2D, dstDevice);
SAME_PLACE(Copy2D, height, CUDA_MEMCPY2D, Height);
SAME_SIZE(Copy3D, CUDA_MEMCPY3D);
SAME_PLACE(Copy3D, fromHeight, CUDA_MEMCPY3D, srcHeight);
SAME_PLACE(Copy3D, toHost, CUDA_MEMCPY3D, dstHost);
SAME_PLACE(Copy3D, depth, CUDA_MEMCPY3D, Depth);
SAME_SIZE(PoolProperties, CUmemPoolProps);
SAME_PLACE(PoolProperties, location, CUmemPoolProps, location);
SAME_PLACE(PoolProperties, maxSize, CUmemPoolProps, maxSize);
SAME_SIZE(AccessDescription, CUmemAccessDesc);
SAME_SIZE(DeviceProperties, CUdevprop);
SAME_PLACE(DeviceProperties, textureAlign, CUdevprop, textureAlign);
SAME_SIZE(Uuid, CUuuid);
SAME_SIZE(ContextParameters, CUctxCreateParams);
SAME_PLACE(ContextParameters, graphics, CUctxCreateParams, cigParams);
SAME_SIZE(LaunchConfig, CUlaunchConfig);
SAME_PLACE(LaunchConfig, stream, CUlaunchConfig, hStream);
SAME_PLACE(LaunchConfig, attributeCount, CUlaunchConfig, numAttrs);
SAME_SIZE(LaunchAttribute, CUlaunchAttribute);
SAME_PLACE(LaunchAttribute, value, CUlaunchAttribute, value);
SAME_SIZE(KernelNodeParamsV1, CUDA_KERNEL_NODE_PARAMS_v1);
SAME_SIZE(KernelNodeParams, CUDA_KERNEL_NODE_PARAMS_v2);
SAME_PLACE(KernelNodeParams, kernel, CUDA_KERNEL_NODE_PARAMS_v2, kern);
SAME_SIZE(MemsetNodeParamsV1, CUDA_MEMSET_NODE_PARAMS_v1);
SAME_SIZE(MemsetNodeParams, CUDA_MEMSET_NODE_PARAMS_v2);
SAME_SIZE(MemcpyNodeParams, CUDA_MEMCPY_NODE_PARAMS);
SAME_PLACE(MemcpyNodeParams, copy, CUDA_MEMCPY_NODE_PARAMS, copyParams);
SAME_SIZE(HostNodeParams, CUDA_HOST_NODE_PARAMS_v1);
SAME_SIZE(GraphNodeParams, CUgraphNodeParams);
SAME_PLACE(GraphNodeParams, kernel, CUgraphNodeParams, kernel);
SAME_SIZE(ConditionalNodeParams, CUDA_CONDITIONAL_NODE_PARAMS);
SAME_PLACE(ConditionalNodeParams, bodies, CUDA_CONDITIONAL_NODE_PARAMS,
           phGraph_out);
SAME_SIZE(GraphEdgeData, CUgraphEdgeData);
SAME_SIZE(GraphInstantiateParams, CUDA_GRAPH_INSTANTIATE_PARAMS);
SAME_PLACE(GraphInstantiateParams, result, CUDA_GRAPH_INSTANTIATE_PARAMS,
           result_out);
SAME_SIZE(GraphExecUpdateInfo, CUgraphExecUpdateResultInfo);
SAME_SIZE(TensorMap, CUtensorMap);

#define SAME(OURS, THEIRS)                                                     \
  static_assert(static_cast<unsigned>(theano::cuda::OURS) == THEIRS)
SAME(DeviceAttribute::MaxThreadsPerMultiprocessor,
     CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR);
SAME(DeviceAttribute::ManagedMemory, CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY);
SAME(DeviceAttribute::CooperativeLaunch,
     CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH);
SAME(DeviceAttribute::MaxBlocksPerMultiprocessor,
     CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR);
SAME(DeviceAttribute::MemoryPoolsSupported,
     CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED);
SAME(FunctionAttribute::ClusterSchedulingPolicyPreference,
     CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE);
SAME(PointerAttribute::RangeSize, CU_POINTER_ATTRIBUTE_RANGE_SIZE);
SAME(PointerAttribute::IsDecompressCapable,
     CU_POINTER_ATTRIBUTE_IS_HW_DECOMPRESS_CAPABLE);
SAME(PoolAttribute::UsedHigh, CU_MEMPOOL_ATTR_USED_MEM_HIGH);
SAME(Limit::PersistingL2CacheSize, CU_LIMIT_PERSISTING_L2_CACHE_SIZE);
SAME(CacheConfig::PreferEqual, CU_FUNC_CACHE_PREFER_EQUAL);
SAME(hostAllocWriteCombined, CU_MEMHOSTALLOC_WRITECOMBINED);
SAME(hostRegisterReadOnly, CU_MEMHOSTREGISTER_READ_ONLY);
SAME(attachSingle, CU_MEM_ATTACH_SINGLE);
SAME(eventInterprocess, CU_EVENT_INTERPROCESS);
SAME(LaunchAttributeId::PreferredClusterDimension,
     CU_LAUNCH_ATTRIBUTE_PREFERRED_CLUSTER_DIMENSION);
SAME(LaunchAttributeId::PreferredSharedMemoryCarveout,
     CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT);
SAME(JitInput::Nvvm, CU_JIT_INPUT_NVVM);
SAME(JitOption::Last, CU_JIT_SPLIT_COMPILE);
SAME(LibraryOption::BinaryIsPreserved, CU_LIBRARY_BINARY_IS_PRESERVED);
SAME(ModuleLoadingMode::Lazy, CU_MODULE_LAZY_LOADING);
SAME(FunctionLoadingState::Loaded, CU_FUNCTION_LOADING_STATE_LOADED);
SAME(eventExternal, CU_EVENT_WAIT_EXTERNAL);
SAME(MemoryAdvice::UnsetAccessedBy, CU_MEM_ADVISE_UNSET_ACCESSED_BY);
SAME(ProcAddressStatus::VersionNotSufficient,
     CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT);
SAME(GraphNodeType::Conditional, CU_GRAPH_NODE_TYPE_CONDITIONAL);
SAME(GraphNodeType::EventRecord, CU_GRAPH_NODE_TYPE_EVENT_RECORD);
SAME(ConditionalType::Switch, CU_GRAPH_COND_TYPE_SWITCH);
SAME(GraphInstantiateResult::ConditionalHandleUnused,
     CUDA_GRAPH_INSTANTIATE_CONDITIONAL_HANDLE_UNUSED);
SAME(GraphExecUpdateResult::AttributesChanged,
     CU_GRAPH_EXEC_UPDATE_ERROR_ATTRIBUTES_CHANGED);
SAME(CaptureMode::Relaxed, CU_STREAM_CAPTURE_MODE_RELAXED);
SAME(CaptureStatus::Invalidated, CU_STREAM_CAPTURE_STATUS_INVALIDATED);
SAME(captureSetDependencies, CU_STREAM_SET_CAPTURE_DEPENDENCIES);
SAME(conditionalAssignDefault, CU_GRAPH_COND_ASSIGN_DEFAULT);
SAME(TensorMapDataType::Packed16U6Align16,
     CU_TENSOR_MAP_DATA_TYPE_16U6_ALIGN16B);
SAME(TensorMapDataType::Bfloat16, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16);
SAME(TensorMapSwizzle::Bytes128, CU_TENSOR_MAP_SWIZZLE_128B);
SAME(TensorMapSwizzle::Bytes128Atom64, CU_TENSOR_MAP_SWIZZLE_128B_ATOM_64B);
SAME(TensorMapInterleave::Bytes32, CU_TENSOR_MAP_INTERLEAVE_32B);
SAME(TensorMapL2Promotion::Bytes256, CU_TENSOR_MAP_L2_PROMOTION_L2_256B);
SAME(TensorMapFill::NaN, CU_TENSOR_MAP_FLOAT_OOB_FILL_NAN_REQUEST_ZERO_FMA);
SAME(DeviceAttribute::TensorMapAccessSupported,
     CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED);
#undef SAME

#endif // THEANO_CUDA_HEADER

namespace {

using namespace theano;
using namespace theano::cuda;

TEST(Exports, EachIsListedOnce) {
  std::set<std::string> seen;
  for (const char *name : {
#define SIM_FUNCTION(SYMBOL, SINCE, PARAMETERS) #SYMBOL,
#define SIM_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)              \
  #SYMBOL, #SYMBOL "_ptsz",
#define SIM_DEFAULT_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)      \
  #SYMBOL, #SYMBOL "_ptds",
#define SIM_OLD_NAME(SYMBOL, SINCE, TARGET, PARAMETERS, ARGUMENTS) #SYMBOL,
#define SIM_NARROW_FUNCTION(SYMBOL, NEWER) #SYMBOL,
#define SIM_EXTENSION(SYMBOL, PARAMETERS) #SYMBOL,
#include "Driver/Exports.def"
       })
    EXPECT_TRUE(seen.insert(name).second) << name;
}

TEST(Exports, AreAllThere) {
  // The constructor looks each of them up.
  EXPECT_TRUE(DriverLibrary::open().cuInit);
}

} // namespace
