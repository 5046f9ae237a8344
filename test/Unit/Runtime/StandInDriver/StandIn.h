//===- StandIn.h - the stand-in driver in a gtest ---------------*- C++ -*-===//
//
// THEANO_STANDIN_DRIVER is the library's path, defined by CMake.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_TEST_STANDINDRIVER_STANDIN_H
#define THEANO_TEST_STANDINDRIVER_STANDIN_H

#include "StandInDriver.h"

#include <dlfcn.h>
#include <string>
#include <vector>

namespace theano::standin {

/// The controls of the library, which stays open. Null when it cannot be
/// opened.
inline const Controls *openStandIn() {
  static const Controls *controls = []() -> const Controls * {
    void *library = dlopen(THEANO_STANDIN_DRIVER, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, controlsName) : nullptr;
    return symbol ? reinterpret_cast<const Controls *(*)()>(symbol)() : nullptr;
  }();
  return controls;
}

inline void appendText(const char *text, void *user) {
  static_cast<std::vector<std::string> *>(user)->emplace_back(text);
}

inline std::vector<std::string> findings() {
  std::vector<std::string> lines;
  openStandIn()->findings(appendText, &lines);
  return lines;
}

inline std::vector<std::string> calls() {
  std::vector<std::string> lines;
  openStandIn()->calls(appendText, &lines);
  return lines;
}

/// How often `name` was called.
inline size_t callsOf(const std::string &name) {
  size_t count = 0;
  for (const std::string &call : calls())
    count += call == name;
  return count;
}

/// Parameter number `i` of a launch as a T.
template <typename T> T parameter(const Launch &launch, unsigned i) {
  return *static_cast<const T *>(launch.parameters[i]);
}

} // namespace theano::standin

#endif // THEANO_TEST_STANDINDRIVER_STANDIN_H
