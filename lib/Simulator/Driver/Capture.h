//===- Capture.h - streams whose work becomes a graph -----------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_CAPTURE_H
#define THEANO_SIMULATOR_DRIVER_CAPTURE_H

#include "Driver/Graphs.h"

namespace theano::cuda {

/// One capture: a stream, those that joined it by events, and the graph.
struct CaptureData {
  uint64_t id = 0;
  CaptureMode mode = CaptureMode::Global;
  uint64_t thread = 0; ///< its number
  Stream origin = nullptr;
  Graph graph = nullptr;
  bool ownsGraph = true; ///< else the program gave it
  bool isInvalid = false;
  std::vector<StreamData *> streams;
};

/// Starts a call that gives work to a stream, or asks for it: whether the work
/// is to be captured instead of done. An error where an earlier one ended the
/// capture, or where the legacy stream would have to wait for one.
Result enterStream(StreamData &stream, bool &isCaptured);

/// Adds a node behind what the stream has captured so far.
Result captureNode(StreamData &stream, NodeWork work);

/// Ends the stream's capture for a call that cannot be captured.
Result refuseInCapture(StreamData &stream);

/// Starts a call that does not belong to a stream and would be missed in a
/// graph, such as an allocation: an error, which ends them, where captures
/// forbid it.
Result enterUnsafe();

/// Records an event in a stream, captured or not, and lets a stream wait.
void recordEvent(EventData &event, StreamData &stream);
Result waitForEvent(StreamData &stream, const EventData &event, unsigned flags);

/// For a stream that ends.
void leaveCapture(StreamData &stream);

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_CAPTURE_H
