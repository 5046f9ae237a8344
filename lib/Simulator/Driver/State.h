//===- State.h - the simulated driver's objects -----------------*- C++ -*-===//
//
// One lock guards everything: every call of the driver takes it first, by way
// of `Call`. All work is done when it is issued, which is one of the orders
// that a stream allows; a launch that faults answers success all the same, as a
// real driver does, and the error shows in every later call.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_DRIVER_STATE_H
#define THEANO_SIMULATOR_DRIVER_STATE_H

#include "Driver/Options.h"
#include "Driver/Totals.h"
#include "Memory/AddressSpace.h"
#include "theano/DriverAbi/Extensions.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#define THEANO_SIM_EXPORT                                                      \
  extern "C" __attribute__((visibility("default"))) theano::cuda::Result

namespace theano::cuda {

struct FunctionObject {
  ModuleObject *module = nullptr;
  const sim::FunctionCode *code = nullptr;
  int maxDynamicShared = 0; ///< set by FuncSetAttribute; 0: the default limit
};

struct ModuleObject {
  ContextObject *context = nullptr;
  std::unique_ptr<sim::Image> image;
  std::map<std::string, std::unique_ptr<FunctionObject>, std::less<>> functions;
};

struct StreamObject {
  ContextObject *context = nullptr;
};

struct EventObject {
  ContextObject *context = nullptr;
  bool timed = true, recorded = false;
  std::chrono::steady_clock::time_point time;
};

struct ContextObject {
  explicit ContextObject(uint64_t capacity) : memory(capacity) {}
  sim::AddressSpace memory;
  /// The first fault; every later call answers it.
  Result sticky = Result::Success;
  uint64_t launches = 0;
  std::map<Module, std::unique_ptr<ModuleObject>> modules;
  std::map<Stream, std::unique_ptr<StreamObject>> streams;
  std::map<Event, std::unique_ptr<EventObject>> events;
  /// For the next launch on each stream.
  std::map<Stream, std::vector<sim::DeclaredTensor>> declared;
};

struct State {
  std::mutex mutex;
  bool initialized = false, environmentRead = false;
  sim::Options options = sim::Options::defaults();
  std::unique_ptr<ContextObject> primary;
  unsigned primaryUses = 0;
  std::vector<std::string> findings;
  sim::Totals totals;

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

/// The calling thread's stack of contexts.
std::vector<Context> &contextStack();

constexpr Device deviceNumber = 0;

/// Bytes of the device's memory.
uint64_t deviceMemory();

/// Takes the lock for one call of the driver, and finds what it needs.
class Call {
public:
  Call() : lock_(state().mutex) {}
  /// Success after cuInit.
  Result initialized() const {
    return state().initialized ? Result::Success : Result::NotInitialized;
  }
  /// The current context in `context`, if it is alive and has not failed.
  Result current(Context &context) const;

private:
  std::lock_guard<std::mutex> lock_;
};

/// The stream of a handle: null is the default stream. False if it is none.
bool isStream(Context context, Stream stream);

/// Unloads and frees all that is left of a context, reporting memory that was
/// not freed.
void destroyPrimary();

} // namespace theano::cuda

// Ends a driver call with the error of EXPRESSION, if it is one.
#define THEANO_SIM_TRY(EXPRESSION)                                             \
  if (theano::cuda::Result tried = (EXPRESSION);                               \
      tried != theano::cuda::Result::Success)                                  \
  return tried

#endif // THEANO_SIMULATOR_DRIVER_STATE_H
