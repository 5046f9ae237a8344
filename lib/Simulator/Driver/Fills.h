//===- Fills.h - memory set to one value ------------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_FILLS_H
#define THEANO_SIMULATOR_DRIVER_FILLS_H

#include "Driver/State.h"

namespace theano::cuda {

/// Rows of elements of 1, 2 or 4 bytes.
struct Fill {
  DevicePtr to = 0;
  size_t pitch = 0; ///< bytes from a row to the next, where there are more
  unsigned value = 0, elementBytes = 1;
  size_t width = 0, height = 1; ///< in elements, and rows

  bool isEmpty() const { return width == 0 || height == 0; }
};

/// InvalidValue where the device has no such memory.
Result checkFill(ContextData &context, const Fill &fill);
/// Of a fill that was checked; how many bytes it has set.
uint64_t runFill(ContextData &context, const Fill &fill);

Result enqueueFill(ContextCall &context, StreamData &stream, const Fill &fill);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_FILLS_H
