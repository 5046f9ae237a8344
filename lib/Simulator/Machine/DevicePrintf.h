//===- DevicePrintf.h - the text of a kernel's printf -----------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_DEVICEPRINTF_H
#define THEANO_SIMULATOR_MACHINE_DEVICEPRINTF_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace theano::sim {

/// Reads `bytes` bytes at a generic address; false after a fault.
using ReadBytes =
    std::function<bool(uint64_t address, void *to, uint32_t bytes)>;

/// The text at `address` up to its end; empty after a fault.
std::optional<std::string> readText(uint64_t address, const ReadBytes &read);

struct PrintedText {
  std::string text;
  int32_t arguments = 0; ///< that the format takes
};

/// What `format` makes of the arguments at `arguments`, each of which is at a
/// multiple of its size: 4 bytes of an int, 8 of a long, a double or a pointer.
/// Empty after a fault.
std::optional<PrintedText> formatPrint(const std::string &format,
                                       uint64_t arguments,
                                       const ReadBytes &read);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_DEVICEPRINTF_H
