//===- Linker.h - several texts as one module -------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_LINKER_H
#define THEANO_SIMULATOR_DRIVER_LINKER_H

#include "Driver/Jit.h"
#include "theano/DriverAbi/Launch.h"

#include <string>
#include <vector>

namespace theano::cuda {

struct ContextData;

/// A text and what errors call it.
struct NamedText {
  std::string name, text;
  bool operator==(const NamedText &) const = default;
};

struct LinkData {
  LinkState handle = nullptr;
  ContextData *context = nullptr;
  JitLog log;
  std::string errors;
  std::vector<NamedText> texts;
  /// Of an input or the link, which cannot be mended.
  Result failure = Result::Success;
  std::string product; ///< once it is complete
};

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_LINKER_H
