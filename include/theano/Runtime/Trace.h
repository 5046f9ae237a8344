//===- Trace.h - what a call spent its time on ------------------*- C++ -*-===//

#ifndef THEANO_RUNTIME_TRACE_H
#define THEANO_RUNTIME_TRACE_H

#include <cstdint>
#include <string>
#include <vector>

namespace theano {

/// One stretch of time: a command of a call, or what its caller traces.
struct TraceEvent {
  std::string name;     ///< the kernel's, or the kind of command
  std::string category; ///< "kernel", "copy", "gemm", "host", "transfer", ...
  int64_t startNs = 0;  ///< on the steady clock
  int64_t durationNs = 0;
  /// Processor time that the thread spent in it, which other work on the
  /// machine leaves as it is; -1 where it was not measured.
  int64_t threadNs = -1;
};

/// Collects events. While a call is traced, each command is waited for, so
/// that durations are those of the work and not of issuing it.
class Trace {
public:
  void add(TraceEvent event) { events_.push_back(std::move(event)); }
  const std::vector<TraceEvent> &events() const { return events_; }
  void clear() { events_.clear(); }

  /// The events in Chrome's trace format, times relative to the earliest.
  std::string toChromeJson() const;

  /// The steady clock in nanoseconds.
  static int64_t now();
  /// The processor time of this thread in nanoseconds.
  static int64_t threadTime();

private:
  std::vector<TraceEvent> events_;
};

/// Adds an event for its own lifetime; without a trace it does nothing.
class TraceSpan {
public:
  TraceSpan(Trace *trace, std::string name, std::string category)
      : trace_(trace),
        event_{std::move(name), std::move(category), trace ? Trace::now() : 0,
               0, trace ? Trace::threadTime() : 0} {}
  ~TraceSpan() {
    if (!trace_)
      return;
    event_.durationNs = Trace::now() - event_.startNs;
    event_.threadNs = Trace::threadTime() - event_.threadNs;
    trace_->add(std::move(event_));
  }
  TraceSpan(const TraceSpan &) = delete;
  TraceSpan &operator=(const TraceSpan &) = delete;

private:
  Trace *trace_;
  TraceEvent event_;
};

} // namespace theano

#endif // THEANO_RUNTIME_TRACE_H
