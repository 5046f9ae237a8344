//===- StandInDriver.h - a driver for tests, and its controls ---*- C++ -*-===//
//
// `libtheano-stand-in-driver.so` has the C interface of a CUDA driver. Device
// memory is host memory behind addresses that the host cannot dereference;
// copies and launches wait in their stream until something waits for them, as
// late as a real driver may run them. It cannot run PTX: a test gives a kernel
// name a C++ function as its body.
//
// It checks its user: unknown handles, use after free, double free, accesses
// out of bounds, calls without a context, the 32-bit interfaces of CUDA 3, host
// memory freed under a pending copy, and whatever is left when the last context
// goes. What it finds is a list of sentences.
//
// Any call can be made to fail. Such a call has no effect, and what it would
// have released is not counted as leaked.
//
// Controls are the functions below, found by name, or for programs that open
// the library by path, these variables:
//   THEANO_STANDIN_FAIL       failures to plan, separated by commas: `N=CODE`
//                             fails call number N, `NAME=CODE` the first call
//                             of NAME, `NAME#N=CODE` its Nth. Calls are counted
//                             from 1; cuGetErrorName and cuGetErrorString fail
//                             by name only and do not count
//   THEANO_STANDIN_FAULT      `N=CODE`: the Nth launch is accepted and faults
//                             while it runs; every later call returns CODE
//   THEANO_STANDIN_DEVICES    number of devices (1)
//   THEANO_STANDIN_CAPABILITY compute capability (8.0)
//   THEANO_STANDIN_MEMORY     bytes of device memory (1073741824)
//   THEANO_STANDIN_IGNORE_KERNELS  1: a launch of a kernel without a body does
//                             nothing; otherwise it is CUDA_ERROR_NOT_SUPPORTED
//   THEANO_STANDIN_LOG        a file that receives each call's name, one a line
//   THEANO_STANDIN_STRICT     1: a process with findings ends with code 86
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_TEST_STANDINDRIVER_H
#define THEANO_TEST_STANDINDRIVER_H

#include "theano/DriverAbi/Types.h"

namespace theano::standin {

/// A launch as its body sees it, when it runs. Parameters were copied when the
/// launch was made, with the sizes of the PTX entry's parameters.
struct Launch {
  const char *kernel;
  unsigned grid[3];
  unsigned block[3];
  unsigned sharedBytes;
  unsigned parameterCount;
  const void *const *parameters;
  /// The host memory behind `bytes` device bytes at `address`, or null (and a
  /// finding) where these are not part of one live allocation.
  void *(*memory)(cuda::DevicePtr address, size_t bytes);
};

using Body = void (*)(const Launch &launch, void *user);
using TextCallback = void (*)(const char *text, void *user);

/// The controls as they are found by name.
struct Controls {
  /// Forgets objects, calls, findings, plans and bodies; settings are the
  /// defaults, not those of the environment.
  void (*reset)();
  /// Adds to THEANO_STANDIN_FAIL's plan; false when `plan` cannot be read.
  bool (*fail)(const char *plan);
  /// The `number`th launch from now faults while it runs.
  void (*fault)(unsigned number, cuda::Result code);
  /// Takes the settings `devices`, `capability`, `memory`, `ignore_kernels`;
  /// false when it does not know the key or cannot read the value.
  bool (*set)(const char *key, const char *value);
  /// Gives `kernel` a body, for every module. A null body removes it.
  void (*setBody)(const char *kernel, Body body, void *user);
  /// How many counted calls were made.
  unsigned (*callCount)();
  /// The name of the call that a plan made fail last, or "".
  const char *(*failedCall)();
  /// The names of all calls so far, in order.
  void (*calls)(TextCallback callback, void *user);
  /// The findings so far; returns how many there are.
  unsigned (*findings)(TextCallback callback, void *user);
  /// Contexts on the calling thread's stack.
  unsigned (*contextDepth)();
  /// References to primary contexts that were not given back.
  unsigned (*contextsRetained)();
};

/// The exported function that gives the controls: `const Controls *()`.
inline constexpr const char *controlsName = "theanoStandInControls";

} // namespace theano::standin

#endif // THEANO_TEST_STANDINDRIVER_H
