//===- Trace.cpp - what a call spent its time on --------------------------===//

#include "theano/Runtime/Trace.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

using namespace theano;

int64_t Trace::now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int64_t Trace::threadTime() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<int64_t>(time.tv_sec) * 1000000000 + time.tv_nsec;
}

static std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", c);
      result += escape;
    } else {
      result += c;
    }
  }
  return result + '"';
}

// Chrome counts in microseconds; three decimals keep the nanoseconds.
static std::string microseconds(int64_t nanoseconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3f",
                static_cast<double>(nanoseconds) / 1000);
  return text;
}

std::string Trace::toChromeJson() const {
  // A span that holds others ends, and is added, after them.
  int64_t first = events_.empty() ? 0 : events_.front().startNs;
  for (const TraceEvent &event : events_)
    first = std::min(first, event.startNs);
  std::string text = R"({"traceEvents":[)";
  for (size_t i = 0; i < events_.size(); ++i) {
    const TraceEvent &event = events_[i];
    text += (i ? ",\n" : "\n");
    text += R"({"name":)" + quoted(event.name) + R"(,"cat":)" +
            quoted(event.category) + R"(,"ph":"X","pid":0,"tid":0,"ts":)" +
            microseconds(event.startNs - first) + R"(,"dur":)" +
            microseconds(event.durationNs);
    if (event.threadNs >= 0)
      text += R"(,"tdur":)" + microseconds(event.threadNs);
    text += '}';
  }
  return text + "\n],\"displayTimeUnit\":\"ns\"}\n";
}
