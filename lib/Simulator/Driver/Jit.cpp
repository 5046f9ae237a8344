//===- Jit.cpp - the options of a load or a link --------------------------===//

#include "Driver/Jit.h"

#include <algorithm>
#include <cstring>

using namespace theano::cuda;

Result JitLog::read(unsigned count, const JitOption *options, void **values) {
  if (count && (!options || !values))
    return Result::InvalidValue;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] > JitOption::Last)
      return Result::InvalidValue;
    switch (options[i]) {
    case JitOption::InfoLogBuffer:
      info_ = static_cast<char *>(values[i]);
      break;
    case JitOption::InfoLogBufferSizeBytes:
      infoSize_ = &values[i];
      break;
    case JitOption::ErrorLogBuffer:
      error_ = static_cast<char *>(values[i]);
      break;
    case JitOption::ErrorLogBufferSizeBytes:
      errorSize_ = &values[i];
      break;
    case JitOption::WallTime:
      wallTime_ = &values[i];
      break;
    default:
      break;
    }
  }
  return Result::Success;
}

static void fill(char *buffer, void **size, const std::string &text) {
  if (!size)
    return;
  auto room = static_cast<size_t>(reinterpret_cast<uintptr_t>(*size));
  size_t written = 0;
  if (buffer && room) {
    written = std::min(room - 1, text.size());
    std::memcpy(buffer, text.data(), written);
    buffer[written] = '\0';
  }
  *size = reinterpret_cast<void *>(written);
}

void JitLog::write(const std::string &errors, const std::string &notes) const {
  fill(info_, infoSize_, notes);
  fill(error_, errorSize_, errors);
  // Milliseconds, in the bits of a float; no time that a program could use.
  if (wallTime_)
    std::memset(static_cast<void *>(wallTime_), 0, sizeof(float));
}
