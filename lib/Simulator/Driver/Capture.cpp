//===- Capture.cpp - streams whose work becomes a graph -------------------===//

#include "Driver/Capture.h"

#include <algorithm>

using namespace theano::cuda;

static thread_local CaptureMode threadMode = CaptureMode::Global;

/// Those that have not ended.
static std::vector<std::shared_ptr<CaptureData>> &captures() {
  static auto *made = new std::vector<std::shared_ptr<CaptureData>>();
  return *made;
}

//===----------------------------------------------------------------------===//
// What other calls ask
//===----------------------------------------------------------------------===//

Result theano::cuda::enterStream(StreamData &stream, bool &isCaptured) {
  isCaptured = stream.capture != nullptr;
  if (isCaptured)
    return stream.capture->isInvalid ? Result::StreamCaptureInvalidated
                                     : Result::Success;
  if (&stream != &stream.context->legacy || captures().empty())
    return Result::Success;
  // It would have to wait for a stream that does nothing now.
  bool isImplicit = false;
  for (const StreamData *other : stream.context->blockingStreams())
    if (other->capture) {
      other->capture->isInvalid = true;
      isImplicit = true;
    }
  return isImplicit ? Result::StreamCaptureImplicit : Result::Success;
}

Result theano::cuda::captureNode(StreamData &stream, NodeWork work) {
  CaptureData &capture = *stream.capture;
  GraphNode node = nullptr;
  std::vector<GraphNode> &tail = stream.captureTail;
  Result result = addNode(&node, capture.graph, tail.data(), nullptr,
                          tail.size(), std::move(work));
  // The program has destroyed the graph, or nodes of it.
  if (result != Result::Success) {
    capture.isInvalid = true;
    return Result::StreamCaptureInvalidated;
  }
  tail = {node};
  return Result::Success;
}

Result theano::cuda::refuseInCapture(StreamData &stream) {
  stream.capture->isInvalid = true;
  return Result::StreamCaptureUnsupported;
}

Result theano::cuda::enterUnsafe() {
  bool isForbidden = false;
  for (const auto &capture : captures()) {
    bool isOwn = capture->thread == threadNumber();
    bool forbids = isOwn ? capture->mode != CaptureMode::Relaxed &&
                               threadMode != CaptureMode::Relaxed
                         : capture->mode == CaptureMode::Global &&
                               threadMode == CaptureMode::Global;
    if (!forbids)
      continue;
    capture->isInvalid = true;
    isForbidden = true;
  }
  return isForbidden ? Result::StreamCaptureUnsupported : Result::Success;
}

void theano::cuda::recordEvent(EventData &event, StreamData &stream) {
  event.capture = stream.capture;
  event.captureTail = stream.captureTail;
  event.recorded = stream.capture ? nullptr : mark(stream);
}

/// The stream's next node comes behind `nodes`, too.
static void addToTail(StreamData &stream, const std::vector<GraphNode> &nodes) {
  for (GraphNode node : nodes)
    if (std::ranges::find(stream.captureTail, node) == stream.captureTail.end())
      stream.captureTail.push_back(node);
}

static bool isOpen(const std::shared_ptr<CaptureData> &capture) {
  return std::ranges::find(captures(), capture) != captures().end();
}

Result theano::cuda::waitForEvent(StreamData &stream, const EventData &event,
                                  unsigned flags) {
  bool isCaptured = false;
  THEANO_SIM_TRY(enterStream(stream, isCaptured));
  if (isCaptured && flags == eventExternal)
    return captureNode(stream, WaitNode{event.handle});
  if (event.capture && isOpen(event.capture)) {
    if (event.capture->isInvalid)
      return Result::StreamCaptureInvalidated;
    if (&stream == &stream.context->legacy)
      return Result::StreamCaptureImplicit;
    if (isCaptured && stream.capture != event.capture) {
      stream.capture->isInvalid = event.capture->isInvalid = true;
      return Result::StreamCaptureMerge;
    }
    if (!isCaptured) {
      stream.capture = event.capture;
      stream.captureTail.clear();
      stream.capture->streams.push_back(&stream);
    }
    addToTail(stream, event.captureTail);
    return Result::Success;
  }
  // A graph cannot wait for what was issued before it.
  if (isCaptured && event.recorded) {
    stream.capture->isInvalid = true;
    return Result::StreamCaptureIsolation;
  }
  if (event.recorded)
    holdBack(stream, event.recorded);
  return Result::Success;
}

void theano::cuda::leaveCapture(StreamData &stream) {
  if (!stream.capture)
    return;
  stream.capture->isInvalid = true;
  std::erase(stream.capture->streams, &stream);
  // Nobody is left to end it.
  if (stream.capture->streams.empty()) {
    GraphData *graph = findGraph(stream.capture->graph);
    if (graph && stream.capture->ownsGraph)
      destroyGraph(*graph);
    std::erase(captures(), stream.capture);
  }
  stream.capture = nullptr;
}

//===----------------------------------------------------------------------===//
// Beginning and end
//===----------------------------------------------------------------------===//

/// Edges need not be given.
static bool areKnown(const GraphEdgeData *edges, size_t count) {
  return !edges || std::all_of(edges, edges + count, isKnown);
}

static Result begin(Stream handle, CaptureMode mode, Graph into,
                    const GraphNode *dependencies, const GraphEdgeData *edges,
                    size_t count) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *stream = findStream(*context, handle);
  if (!stream)
    return Result::InvalidHandle;
  if (mode > CaptureMode::Relaxed)
    return Result::InvalidValue;
  if (stream == &stream->context->legacy)
    return Result::StreamCaptureUnsupported;
  if (stream->capture)
    return Result::IllegalState;
  auto made = std::make_shared<CaptureData>();
  GraphData *graph = findGraph(into);
  std::vector<NodeData *> before;
  if (into) {
    if (!graph || !areKnown(edges, count))
      return Result::InvalidValue;
    THEANO_SIM_TRY(readNodes(*graph, dependencies, count, before));
  } else {
    graph = &makeGraph();
  }
  made->id = ++state().lastId;
  made->mode = mode;
  made->thread = threadNumber();
  made->origin = stream->handle;
  made->graph = graph->handle;
  made->ownsGraph = !into;
  made->streams = {stream};
  stream->capture = made;
  stream->captureTail.assign(dependencies, dependencies + before.size());
  captures().push_back(std::move(made));
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamBeginCapture(Stream stream) {
  return begin(stream, CaptureMode::Global, nullptr, nullptr, nullptr, 0);
}

THEANO_SIM_EXPORT cuStreamBeginCapture_v2(Stream stream, CaptureMode mode) {
  return begin(stream, mode, nullptr, nullptr, nullptr, 0);
}

THEANO_SIM_EXPORT cuStreamBeginCaptureToGraph(Stream stream, Graph graph,
                                              const GraphNode *dependencies,
                                              const GraphEdgeData *edges,
                                              size_t count, CaptureMode mode) {
  if (!graph)
    return Result::InvalidValue;
  return begin(stream, mode, graph, dependencies, edges, count);
}

/// Does the capture's first stream come behind all that the others did?
static bool isJoined(const CaptureData &capture, const StreamData &origin) {
  std::vector<const NodeData *> reached;
  std::vector<GraphNode> next = origin.captureTail;
  while (!next.empty()) {
    const NodeData *node = findNode(next.back());
    next.pop_back();
    if (!node || std::ranges::find(reached, node) != reached.end())
      continue;
    reached.push_back(node);
    for (const Dependency &dependency : node->dependencies)
      next.push_back(dependency.node->handle);
  }
  return std::ranges::all_of(capture.streams, [&](const StreamData *stream) {
    return std::ranges::all_of(stream->captureTail, [&](GraphNode tail) {
      const NodeData *node = findNode(tail);
      return !node || std::ranges::find(reached, node) != reached.end();
    });
  });
}

THEANO_SIM_EXPORT cuStreamEndCapture(Stream handle, Graph *graph) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *stream = findStream(*context, handle);
  if (!stream)
    return Result::InvalidHandle;
  if (!graph)
    return Result::InvalidValue;
  *graph = nullptr;
  std::shared_ptr<CaptureData> capture = stream->capture;
  if (!capture)
    return Result::IllegalState;
  if (capture->origin != stream->handle)
    return Result::StreamCaptureUnmatched;
  if (capture->mode != CaptureMode::Relaxed &&
      capture->thread != threadNumber())
    return Result::StreamCaptureWrongThread;
  GraphData *made = findGraph(capture->graph);
  // The program may have destroyed the graph.
  Result result = capture->isInvalid || !made ? Result::StreamCaptureInvalidated
                  : isJoined(*capture, *stream) ? Result::Success
                                                : Result::StreamCaptureUnjoined;
  for (StreamData *each : capture->streams) {
    each->capture = nullptr;
    each->captureTail.clear();
  }
  std::erase(captures(), capture);
  if (result == Result::Success)
    *graph = capture->graph;
  else if (made && capture->ownsGraph)
    destroyGraph(*made);
  return result;
}

THEANO_SIM_EXPORT cuThreadExchangeStreamCaptureMode(CaptureMode *mode) {
  Call call;
  THEANO_SIM_TRY(call.initialized());
  if (!mode || *mode > CaptureMode::Relaxed)
    return Result::InvalidValue;
  std::swap(*mode, threadMode);
  return Result::Success;
}

//===----------------------------------------------------------------------===//
// What a capture has so far
//===----------------------------------------------------------------------===//

namespace {
struct CaptureInfo {
  CaptureStatus status = CaptureStatus::None;
  uint64_t id = 0;
  Graph graph = nullptr;
  const std::vector<GraphNode> *tail = nullptr;
};
} // namespace

static Result readInfo(Stream handle, CaptureInfo &info) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *stream = findStream(*context, handle);
  if (!stream)
    return Result::InvalidHandle;
  if (stream == &stream->context->legacy)
    for (const StreamData *other : stream->context->blockingStreams())
      if (other->capture)
        return Result::StreamCaptureImplicit;
  if (!stream->capture)
    return Result::Success;
  info.status = stream->capture->isInvalid ? CaptureStatus::Invalidated
                                           : CaptureStatus::Active;
  info.id = stream->capture->id;
  info.graph = stream->capture->graph;
  info.tail = &stream->captureTail;
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamIsCapturing(Stream stream, CaptureStatus *status) {
  CaptureInfo info;
  THEANO_SIM_TRY(readInfo(stream, info));
  if (!status)
    return Result::InvalidValue;
  *status = info.status;
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamGetCaptureInfo_v3(Stream stream,
                                            CaptureStatus *status,
                                            unsigned long *id, Graph *graph,
                                            const GraphNode **dependencies,
                                            const GraphEdgeData **edges,
                                            size_t *count) {
  CaptureInfo info;
  THEANO_SIM_TRY(readInfo(stream, info));
  if (!status)
    return Result::InvalidValue;
  *status = info.status;
  if (info.status != CaptureStatus::Active)
    return Result::Success;
  if (id)
    *id = info.id;
  if (graph)
    *graph = info.graph;
  if (dependencies)
    *dependencies = info.tail->data();
  // Edges say no more than that they are there.
  static thread_local std::vector<GraphEdgeData> zeros;
  zeros.assign(info.tail->size(), {});
  if (edges)
    *edges = zeros.data();
  if (count)
    *count = info.tail->size();
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamGetCaptureInfo_v2(Stream stream,
                                            CaptureStatus *status,
                                            unsigned long *id, Graph *graph,
                                            const GraphNode **dependencies,
                                            size_t *count) {
  return cuStreamGetCaptureInfo_v3(stream, status, id, graph, dependencies,
                                   nullptr, count);
}

THEANO_SIM_EXPORT cuStreamGetCaptureInfo(Stream stream, CaptureStatus *status,
                                         unsigned long *id) {
  return cuStreamGetCaptureInfo_v3(stream, status, id, nullptr, nullptr,
                                   nullptr, nullptr);
}

static Result updateDependencies(Stream handle, const GraphNode *nodes,
                                 const GraphEdgeData *edges, size_t count,
                                 unsigned flags) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *stream = findStream(*context, handle);
  if (!stream)
    return Result::InvalidHandle;
  if (flags > captureSetDependencies || !areKnown(edges, count))
    return Result::InvalidValue;
  if (!stream->capture)
    return Result::IllegalState;
  if (stream->capture->isInvalid)
    return Result::StreamCaptureInvalidated;
  const GraphData *graph = findGraph(stream->capture->graph);
  std::vector<NodeData *> found;
  if (!graph)
    return Result::InvalidValue;
  THEANO_SIM_TRY(readNodes(*graph, nodes, count, found));
  if (flags == captureSetDependencies)
    stream->captureTail.clear();
  addToTail(*stream, {nodes, nodes + found.size()});
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamUpdateCaptureDependencies(Stream stream,
                                                    GraphNode *nodes,
                                                    size_t count,
                                                    unsigned flags) {
  return updateDependencies(stream, nodes, nullptr, count, flags);
}
THEANO_SIM_EXPORT
cuStreamUpdateCaptureDependencies_v2(Stream stream, GraphNode *nodes,
                                     const GraphEdgeData *edges, size_t count,
                                     unsigned flags) {
  return updateDependencies(stream, nodes, edges, count, flags);
}
