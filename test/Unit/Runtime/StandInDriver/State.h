//===- State.h - what the stand-in driver knows -----------------*- C++ -*-===//

#ifndef THEANO_TEST_STANDINDRIVER_STATE_H
#define THEANO_TEST_STANDINDRIVER_STATE_H

#include "StandInDriver.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#define STANDIN_EXPORT extern "C" __attribute__((visibility("default")))
/// Exports `NAME` as another name of `OF`, which is defined in the same file.
#define STANDIN_ALIAS(NAME, OF)                                                \
  STANDIN_EXPORT __typeof__(OF) NAME __attribute__((alias(#OF)))

namespace theano::standin {

using namespace theano::cuda;

/// Objects whose release was tried and made to fail are not leaks.
struct Tracked {
  bool releaseTried = false;
};

struct Allocation : Tracked {
  std::unique_ptr<uint8_t[]> bytes;
  size_t size = 0;
  bool live = true; // freed ones stay, so that their use is recognised
};

struct HostBlock : Tracked {
  std::unique_ptr<uint8_t[]> bytes;
  size_t size = 0;
};

struct KernelSignature {
  std::string name;
  std::vector<size_t> parameterSizes;
};

struct ModuleState : Tracked {
  std::map<std::string, Function> functions;
};

struct FunctionState {
  KernelSignature signature;
  Module module = nullptr;
  int maxDynamicShared = 48 * 1024;
};

/// One operation that waits in a stream.
struct Pending {
  std::function<Result()> run;
  const void *hostMemory = nullptr; // that it reads or writes
  size_t hostBytes = 0;
};

struct StreamState : Tracked {
  std::deque<Pending> pending;
};

struct EventState : Tracked {
  Stream stream = nullptr;
  bool recorded = false;
  int64_t timeNs = -1; // when it was reached; -1 before
};

struct Settings {
  int devices = 1;
  int major = 8, minor = 0;
  size_t memory = size_t(1) << 30;
  bool ignoreKernels = false;
};

struct RegisteredBody {
  Body body = nullptr;
  void *user = nullptr;
};

/// The driver's state; one for the process, as a driver's is.
class State {
public:
  static State &get();

  /// Everything below is guarded by this; exported functions hold it.
  std::recursive_mutex mutex;

  // --- What tests see and set.
  Settings settings;
  std::vector<std::string> calls;
  std::vector<std::string> findings;
  std::string failedCall;
  unsigned callCount = 0;
  std::map<unsigned, Result> failByNumber;
  std::map<std::pair<std::string, unsigned>, Result> failByName;
  std::map<std::string, unsigned> callsByName;
  std::map<unsigned, Result> faults; // by launch number
  unsigned launches = 0;
  std::map<std::string, RegisteredBody> bodies;

  // --- What the driver has.
  bool initialised = false;
  Result fault = Result::Success; // once set, the context is lost
  std::map<Device, unsigned> retained;
  std::map<DevicePtr, Allocation> allocations;
  std::map<void *, HostBlock> hostBlocks;
  std::map<Module, ModuleState> modules;
  std::map<Function, FunctionState> functions;
  std::map<Stream, StreamState> streams;
  std::map<Event, EventState> events;
  size_t used = 0;
  DevicePtr nextAddress = 0;
  uintptr_t nextHandle = 0;

  void reset();
  void find(std::string sentence) { findings.push_back(std::move(sentence)); }

  /// A handle that was never used before and is no valid pointer.
  template <typename Handle> Handle newHandle() {
    nextHandle += 16;
    return reinterpret_cast<Handle>(nextHandle);
  }

  /// The host memory of `bytes` at `address` inside one live allocation; null
  /// and a finding naming `user` otherwise.
  uint8_t *memory(DevicePtr address, size_t bytes, const std::string &user);

  /// Puts work into a stream; InvalidHandle for an unknown one.
  Result enqueue(Stream stream, Pending work, const std::string &user);
  /// Runs what waits in a stream, or in all of them.
  Result drain(Stream stream);
  Result drainAll();

  /// Notes what is left of a device whose last reference went, and frees it.
  void closeContext();
};

/// What a call needs before it does its work.
enum class Needs : uint8_t { Nothing, Init, Context };

/// Records a call, fails it when a plan says so or its needs are not met, and
/// otherwise does `work` under the lock.
Result call(const char *name, Needs needs, const std::function<Result()> &work);

/// Whether the next call, if it is one of `name`, is planned to fail.
bool willFail(const char *name);

Context contextOf(Device device);
std::vector<Context> &contextStack();
std::vector<KernelSignature> parseEntries(const std::string &ptx);
bool addFailures(State &state, const std::string &plan);

} // namespace theano::standin

#endif // THEANO_TEST_STANDINDRIVER_STATE_H
