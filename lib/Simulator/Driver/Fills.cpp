//===- Fills.cpp - memory set to one value --------------------------------===//

#include "Driver/Fills.h"

#include "Driver/Capture.h"
#include "Driver/Memory.h"

#include <cstring>

using namespace theano::cuda;

Result theano::cuda::checkFill(ContextData &context, const Fill &fill) {
  if (fill.elementBytes != 1 && fill.elementBytes != 2 &&
      fill.elementBytes != 4)
    return Result::InvalidValue;
  if (fill.isEmpty())
    return Result::Success;
  size_t row = 0, bytes = 0;
  if (fill.to == 0 || fill.to % fill.elementBytes ||
      __builtin_mul_overflow(fill.width, size_t(fill.elementBytes), &row))
    return Result::InvalidValue;
  if (fill.height > 1 && (fill.pitch < row || fill.pitch % fill.elementBytes))
    return Result::InvalidValue;
  if (__builtin_mul_overflow(fill.height - 1, fill.pitch, &bytes) ||
      __builtin_add_overflow(bytes, row, &bytes))
    return Result::InvalidValue;
  auto found = findAllocation(context, fill.to);
  return found && found->holds(fill.to, bytes) ? Result::Success
                                               : Result::InvalidValue;
}

uint64_t theano::cuda::runFill(ContextData &context, const Fill &fill) {
  if (fill.isEmpty())
    return 0;
  auto found = findAllocation(context, fill.to);
  for (size_t y = 0; y < fill.height; ++y) {
    uint64_t row = fill.to + y * fill.pitch;
    char *to = reinterpret_cast<char *>(row);
    if (fill.elementBytes == 1)
      std::memset(to, static_cast<int>(fill.value), fill.width);
    else
      for (size_t x = 0; x < fill.width; ++x)
        std::memcpy(to + x * fill.elementBytes, &fill.value, fill.elementBytes);
    found->context->memory.noteWritten(row, fill.width * fill.elementBytes);
  }
  return fill.height * fill.width * fill.elementBytes;
}

Result theano::cuda::enqueueFill(ContextCall &context, StreamData &stream,
                                 const Fill &fill) {
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(stream, isCaptured));
  THEANO_SIM_TRY(checkFill(*context, fill));
  if (isCaptured)
    return captureNode(stream, FillNode{fill, stream.context->handle});
  ContextData *of = stream.context;
  issue(stream, [of, fill] {
    // Memory of other contexts may be gone.
    if (checkFill(*of, fill) == Result::Success)
      runFill(*of, fill);
    else
      of->fail(Result::IllegalAddress);
  });
  return Result::Success;
}

static Result enqueue(const Fill &fill, Stream handle) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *stream = findStream(*context, handle);
  if (!stream)
    return Result::InvalidHandle;
  return enqueueFill(context, *stream, fill);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

THEANO_SIM_EXPORT cuMemsetD8_v2(DevicePtr to, unsigned char value,
                                size_t count) {
  return enqueue({to, 0, value, 1, count, 1}, nullptr);
}
THEANO_SIM_EXPORT cuMemsetD16_v2(DevicePtr to, unsigned short value,
                                 size_t count) {
  return enqueue({to, 0, value, 2, count, 1}, nullptr);
}
THEANO_SIM_EXPORT cuMemsetD32_v2(DevicePtr to, unsigned value, size_t count) {
  return enqueue({to, 0, value, 4, count, 1}, nullptr);
}
THEANO_SIM_EXPORT cuMemsetD8Async(DevicePtr to, unsigned char value,
                                  size_t count, Stream stream) {
  return enqueue({to, 0, value, 1, count, 1}, stream);
}
THEANO_SIM_EXPORT cuMemsetD16Async(DevicePtr to, unsigned short value,
                                   size_t count, Stream stream) {
  return enqueue({to, 0, value, 2, count, 1}, stream);
}
THEANO_SIM_EXPORT cuMemsetD32Async(DevicePtr to, unsigned value, size_t count,
                                   Stream stream) {
  return enqueue({to, 0, value, 4, count, 1}, stream);
}

THEANO_SIM_EXPORT cuMemsetD2D8_v2(DevicePtr to, size_t pitch,
                                  unsigned char value, size_t width,
                                  size_t height) {
  return enqueue({to, pitch, value, 1, width, height}, nullptr);
}
THEANO_SIM_EXPORT cuMemsetD2D16_v2(DevicePtr to, size_t pitch,
                                   unsigned short value, size_t width,
                                   size_t height) {
  return enqueue({to, pitch, value, 2, width, height}, nullptr);
}
THEANO_SIM_EXPORT cuMemsetD2D32_v2(DevicePtr to, size_t pitch, unsigned value,
                                   size_t width, size_t height) {
  return enqueue({to, pitch, value, 4, width, height}, nullptr);
}
THEANO_SIM_EXPORT cuMemsetD2D8Async(DevicePtr to, size_t pitch,
                                    unsigned char value, size_t width,
                                    size_t height, Stream stream) {
  return enqueue({to, pitch, value, 1, width, height}, stream);
}
THEANO_SIM_EXPORT cuMemsetD2D16Async(DevicePtr to, size_t pitch,
                                     unsigned short value, size_t width,
                                     size_t height, Stream stream) {
  return enqueue({to, pitch, value, 2, width, height}, stream);
}
THEANO_SIM_EXPORT cuMemsetD2D32Async(DevicePtr to, size_t pitch, unsigned value,
                                     size_t width, size_t height,
                                     Stream stream) {
  return enqueue({to, pitch, value, 4, width, height}, stream);
}
