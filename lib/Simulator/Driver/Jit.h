//===- Jit.h - the options of a load or a link ------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_JIT_H
#define THEANO_SIMULATOR_DRIVER_JIT_H

#include "theano/DriverAbi/Types.h"

#include <cstddef>
#include <string>

namespace theano::cuda {

/// The log buffers among the options. All else that may be said of how to
/// compile does not change results.
class JitLog {
public:
  /// InvalidValue where an option is none.
  Result read(unsigned count, const JitOption *options, void **values);

  /// Fills the buffers, and their sizes with what was written; as often as
  /// there is more to say.
  void write(const std::string &errors, const std::string &notes = "") const;

private:
  struct Buffer {
    char *text = nullptr;
    void **size = nullptr; ///< of what was written
    size_t room = 0;
  };
  static void fill(const Buffer &buffer, const std::string &text);

  Buffer info_, error_;
  void **wallTime_ = nullptr;
};

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_JIT_H
