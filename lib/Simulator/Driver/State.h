//===- State.h - the simulated driver's objects -----------------*- C++ -*-===//
//
// One lock guards everything: every call of the driver takes it first, by way
// of `Call`. A launch that faults answers success all the same, as a real
// driver does, and the error shows in every later call of its context.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_DRIVER_STATE_H
#define THEANO_SIMULATOR_DRIVER_STATE_H

#include "Driver/Exports.h"
#include "Driver/Linker.h"
#include "Driver/Objects.h"
#include "Driver/Options.h"
#include "Driver/Totals.h"
#include "Driver/Work.h"
#include "Memory/AddressSpace.h"

#include <array>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <thread>

namespace theano::cuda {

struct CaptureData;
struct ModuleData;

struct FunctionData {
  Function handle = nullptr;
  ModuleData *module = nullptr;
  std::string name;
  const sim::FunctionCode *code = nullptr;
  int maxDynamicShared = 0; ///< set by FuncSetAttribute; 0: the default limit
  int carveout = -1;        ///< the preferred share of shared memory
  /// Blocks of a cluster that the program requires; zeros for any.
  std::array<unsigned, 3> requiredCluster = {};
  bool nonPortableCluster = false; ///< whether it may have more than 8
  int clusterPolicy = 0;           ///< how they are scheduled
};

struct ModuleData {
  Module handle = nullptr;
  ContextData *context = nullptr;
  std::unique_ptr<sim::Image> image;
  NamedHandles<Function> functions; ///< kernels
};

struct StreamData {
  Stream handle = nullptr;
  ContextData *context = nullptr;
  unsigned flags = 0;
  int priority = 0;
  uint64_t id = 0;
  /// What later work waits for, where that is not done yet.
  std::vector<WorkRef> last;
  /// Of the next launch.
  std::vector<sim::DeclaredTensor> declared;
  std::map<LaunchAttributeId, LaunchAttributeValue> attributes;
  /// While its work becomes a graph, and the nodes that come before the next.
  std::shared_ptr<CaptureData> capture;
  std::vector<GraphNode> captureTail;

  bool isBlocking() const { return !(flags & streamNonBlocking); }
};

struct EventData {
  Event handle = nullptr;
  ContextData *context = nullptr;
  bool timed = true;
  WorkRef recorded; ///< null before the first record
  /// Where it was recorded in a capture, and behind what.
  std::shared_ptr<CaptureData> capture;
  std::vector<GraphNode> captureTail;
};

/// Numbers by which graphs decide what to run. Kernels set them, from all host
/// threads.
class Conditions {
public:
  void set(uint64_t handle, uint32_t value) {
    std::lock_guard<std::mutex> lock(mutex_);
    values_[handle] = value;
  }
  /// False where there is none of this handle.
  bool change(uint64_t handle, uint32_t value) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = values_.find(handle);
    if (found != values_.end())
      found->second = value;
    return found != values_.end();
  }
  uint32_t get(uint64_t handle) const {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = values_.find(handle);
    return found == values_.end() ? 0 : found->second;
  }

private:
  mutable std::mutex mutex_;
  std::map<uint64_t, uint32_t> values_;
};

/// What an allocation has beyond its place.
struct AllocationFacts {
  unsigned flags = 0; ///< that it was made with
  MemPool pool = nullptr;
  bool syncMemops = false, isBeingFreed = false;
};

/// A pool keeps no memory back: what it has reserved is a number.
struct PoolData {
  MemPool handle = nullptr;
  uint64_t maxSize = 0;
  uint64_t used = 0, usedHigh = 0, reserved = 0, reservedHigh = 0;
  uint64_t releaseThreshold = 0;
  int reuse[3] = {1, 1, 1};
};

struct ContextData {
  explicit ContextData(uint64_t capacity);
  ~ContextData();
  ContextData(const ContextData &) = delete;
  ContextData &operator=(const ContextData &) = delete;

  Context handle = nullptr;
  sim::AddressSpace memory;
  std::map<uint64_t, AllocationFacts> facts; ///< by the allocation's begin
  /// The first fault; every later call answers it.
  Result sticky = Result::Success;
  uint64_t launches = 0, id = 0;
  /// That warps executed, and what nodes of graphs that move bytes count as.
  uint64_t instructions = 0;
  Conditions conditions;
  unsigned flags = 0;
  unsigned apiVersion = 3020;
  std::map<Limit, size_t> limits;
  CacheConfig cacheConfig = CacheConfig::PreferNone;
  StreamData legacy;
  std::map<uint64_t, std::unique_ptr<StreamData>> perThread;
  /// Streams that were made; the objects belong to the list of all.
  std::vector<StreamData *> streams;
  /// What blocks of a cooperative launch meet at; 0 before the first.
  uint64_t gridWorkspace = 0;
  std::list<WorkRef> pending; ///< in the order in which it was issued

  /// Streams, but for the legacy one: all, and those that are ordered with it.
  std::vector<StreamData *> otherStreams() const;
  std::vector<const StreamData *> blockingStreams() const;
  void fail(Result error) {
    if (sticky == Result::Success)
      sticky = error;
  }
};

struct State {
  std::mutex mutex;
  std::condition_variable changed; ///< when work has been done
  bool initialized = false, environmentRead = false;
  sim::Options options = sim::Options::defaults();
  std::vector<std::string> findings;
  sim::Totals totals;

  Objects<Context, ContextData> contexts;
  Objects<Module, ModuleData> modules;
  Objects<Function, FunctionData> functions;
  Objects<Stream, StreamData> streams;
  Objects<Event, EventData> events;
  Objects<MemPool, PoolData> pools;
  Objects<LinkState, LinkData> links;

  /// The primary context's handle, which it keeps while there is none.
  Context primary = nullptr;
  unsigned primaryUses = 0, primaryFlags = 0;
  MemPool defaultPool = nullptr, currentPool = nullptr;
  uint64_t lastId = 0;    ///< of contexts and streams
  size_t pendingWork = 0; ///< of all contexts

  /// Takes the options of the environment, once.
  bool readEnvironment(std::string &error) {
    environmentRead = environmentRead || options.readEnvironment(error);
    return environmentRead;
  }
  /// Records a finding and prints it to the report file or standard error.
  void addFinding(const std::string &text);
};

/// Never destroyed: other threads may call in while the process ends.
State &state();

/// The calling thread's number, which no later thread has, unlike its id.
uint64_t threadNumber();

/// The calling thread's stack of contexts.
std::vector<Context> &contextStack();

constexpr Device deviceNumber = 0;
/// Lower numbers go first; here they only have to be answered.
constexpr int leastStreamPriority = 0, greatestStreamPriority = -5;

/// Bytes of the device's memory.
uint64_t deviceMemory();
/// How many of them its contexts use.
uint64_t deviceMemoryInUse();

/// Takes the lock for one call of the driver, and finds what it needs.
class Call {
public:
  Call() {
    // In a function of the host every call answers an error, and needs no lock.
    if (!isInHostFunction())
      lock_ = std::unique_lock<std::mutex>(state().mutex);
  }
  /// NotPermitted in a function of the host.
  Result permitted() const {
    return isInHostFunction() ? Result::NotPermitted : Result::Success;
  }
  /// Success after cuInit.
  Result initialized() const;
  /// The current context in `context`, if it is alive.
  Result alive(ContextData *&context) const;
  /// Waits until `isTrue` is; others may call the driver meanwhile, so that
  /// what was found before must be looked for again.
  template <typename Predicate> void wait(Predicate &&isTrue) {
    state().changed.wait(lock_, std::forward<Predicate>(isTrue));
  }

private:
  std::unique_lock<std::mutex> lock_;
};

/// A call that needs a current context which has not failed.
class ContextCall : public Call {
public:
  ContextCall();
  Result result() const { return result_; }
  ContextData *operator->() const { return context_; }
  ContextData &operator*() const { return *context_; }

  /// Waits for all work of the current context, then answers its error.
  Result finishAll();
  /// The same for the work of one stream up to now.
  Result finish(StreamData &stream);
  Result finish(const WorkRef &work);

private:
  ContextData *context_ = nullptr;
  Result result_;
};

/// While one exists, null means the calling thread's own default stream. They
/// do not nest.
class PerThreadDefault {
public:
  PerThreadDefault();
  ~PerThreadDefault();
  PerThreadDefault(const PerThreadDefault &) = delete;
  PerThreadDefault &operator=(const PerThreadDefault &) = delete;
};

/// The stream that a handle names, null and the other handles of default
/// streams being those of `context`. Null if it is none.
StreamData *findStream(ContextData &context, Stream stream);

/// The function of a handle, which may be a library's kernel: then the one in
/// `context`. Null if it is none.
FunctionData *findFunction(ContextData &context, Function function);

/// Waits for all work of a context.
void waitForIdle(Call &call, ContextData &context);

/// Unloads and frees all that is left of a context, reporting memory that was
/// not freed. It must have no pending work.
void destroyContext(ContextData &context);

} // namespace theano::cuda

// Ends a driver call with the error of EXPRESSION, if it is one.
#define THEANO_SIM_TRY(EXPRESSION)                                             \
  if (theano::cuda::Result tried = (EXPRESSION);                               \
      tried != theano::cuda::Result::Success)                                  \
  return tried

#endif // THEANO_SIMULATOR_DRIVER_STATE_H
