//===- Work.h - what streams are given to do --------------------*- C++ -*-===//
//
// Work that waits for nothing is done when it is issued, by the thread that
// issues it, which is one of the orders that streams allow and the same every
// time. Only functions of the host are run by threads of their own, so that a
// program may let them wait for what it does next; until one has returned, the
// work behind it is kept.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_DRIVER_WORK_H
#define THEANO_SIMULATOR_DRIVER_WORK_H

#include "theano/DriverAbi/Types.h"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace theano::cuda {

struct ContextData;
struct StreamData;

/// One piece of work, as long as anybody asks for it.
struct Work {
  /// What it does, under the lock; nothing for a mark in a stream.
  std::function<void()> run;
  /// Or a function of the host, which is told of the context's error; `always`:
  /// after an error, too.
  std::function<void(Result)> host;
  bool always = false;
  std::vector<std::shared_ptr<Work>> after;
  bool started = false, done = false;
  std::chrono::steady_clock::time_point finished;
};
using WorkRef = std::shared_ptr<Work>;

/// Does `run` behind the stream's earlier work; nothing after an error.
void issue(StreamData &stream, std::function<void()> run);
/// The same for a function of the host.
void issueHost(StreamData &stream, std::function<void(Result)> host,
               bool always);
/// A point in the stream: done when all before it is.
WorkRef mark(StreamData &stream);
/// The stream's later work waits for `earlier`, too.
void holdBack(StreamData &stream, const WorkRef &earlier);
/// Whether what is issued next is done at once.
bool runsAtOnce(const StreamData &stream);

/// True in a function of the host, which may not call the driver.
bool isInHostFunction();

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_WORK_H
