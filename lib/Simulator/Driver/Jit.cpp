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
    auto number = reinterpret_cast<uintptr_t>(values[i]);
    switch (options[i]) {
    case JitOption::InfoLogBuffer:
      info_.text = static_cast<char *>(values[i]);
      break;
    case JitOption::InfoLogBufferSizeBytes:
      info_.size = &values[i];
      info_.room = number;
      break;
    case JitOption::ErrorLogBuffer:
      error_.text = static_cast<char *>(values[i]);
      break;
    case JitOption::ErrorLogBufferSizeBytes:
      error_.size = &values[i];
      error_.room = number;
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

void JitLog::fill(const Buffer &buffer, const std::string &text) {
  if (!buffer.size)
    return;
  size_t written = 0;
  if (buffer.text && buffer.room) {
    written = std::min(buffer.room - 1, text.size());
    std::memcpy(buffer.text, text.data(), written);
    buffer.text[written] = '\0';
  }
  *buffer.size = reinterpret_cast<void *>(written);
}

void JitLog::write(const std::string &errors, const std::string &notes) const {
  fill(info_, notes);
  fill(error_, errors);
  // Milliseconds, in the bits of a float; no time that a program could use.
  if (wallTime_)
    std::memset(static_cast<void *>(wallTime_), 0, sizeof(float));
}
