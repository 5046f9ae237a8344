//===- CaptureTest.cpp - streams whose work becomes a graph ---------------===//

#include "GraphFixture.h"

#include <thread>

using namespace theano;
using namespace theano::cuda;

namespace {

class CaptureTest : public GraphFixture {
protected:
  void begin(Stream what, CaptureMode mode = CaptureMode::Global) {
    ASSERT_EQ(cu.cuStreamBeginCapture_v2(what, mode), ok);
  }
  Graph end(Stream what, Result expected = Result::Success) {
    Graph made = nullptr;
    EXPECT_EQ(cu.cuStreamEndCapture(what, &made), expected);
    EXPECT_EQ(made != nullptr, expected == ok);
    return made;
  }
  CaptureStatus status(Stream what) {
    CaptureStatus found = {};
    EXPECT_EQ(cu.cuStreamIsCapturing(what, &found), ok);
    return found;
  }
  size_t nodesOf(Graph what) {
    size_t number = 0;
    EXPECT_EQ(cu.cuGraphGetNodes(what, nullptr, &number), ok);
    return number;
  }
  /// Runs and destroys a graph.
  void runOnce(Graph made) {
    GraphExec exec = instantiate(made);
    run(exec);
    destroy(exec);
    EXPECT_EQ(cu.cuGraphDestroy(made), ok);
  }
  Stream another(unsigned flags = streamNonBlocking) {
    Stream made = nullptr;
    EXPECT_EQ(cu.cuStreamCreate(&made, flags), ok);
    return made;
  }
  Event event() {
    Event made = nullptr;
    EXPECT_EQ(cu.cuEventCreate(&made, eventDisableTiming), ok);
    return made;
  }
};

TEST_F(CaptureTest, WorkBecomesNodes) {
  begin(stream);
  EXPECT_EQ(status(stream), CaptureStatus::Active);
  EXPECT_EQ(cu.cuMemsetD32Async(at(0), 4, 1, stream), ok);
  EXPECT_EQ(launch("append", at(0), 2, stream), ok);
  EXPECT_EQ(cu.cuMemcpyDtoDAsync_v2(at(1), at(0), 4, stream), ok);
  std::atomic<int> calls = 0;
  auto call = [](void *user) { ++*static_cast<std::atomic<int> *>(user); };
  EXPECT_EQ(cu.cuLaunchHostFunc(stream, call, &calls), ok);
  Graph made = end(stream);
  EXPECT_EQ(status(stream), CaptureStatus::None);
  EXPECT_EQ(nodesOf(made), 4u);
  size_t edges = 0;
  EXPECT_EQ(cu.cuGraphGetEdges(made, nullptr, nullptr, &edges), ok);
  EXPECT_EQ(edges, 3u);
  EXPECT_EQ(values(), std::vector<uint32_t>(count)) << "nothing has run";
  runOnce(made);
  EXPECT_EQ(value(1), 42u);
  EXPECT_EQ(calls, 1);
}

TEST_F(CaptureTest, EventsBringOtherStreamsIn) {
  Stream second = another();
  Event fork = event(), join = event();
  begin(stream);
  ASSERT_EQ(launch("append", at(0), 1, stream), ok);
  ASSERT_EQ(cu.cuEventRecord(fork, stream), ok);
  ASSERT_EQ(cu.cuStreamWaitEvent(second, fork, 0), ok);
  EXPECT_EQ(status(second), CaptureStatus::Active);
  ASSERT_EQ(launch("append", at(1), 2, second), ok);
  ASSERT_EQ(launch("append", at(0), 3, stream), ok);
  ASSERT_EQ(cu.cuEventRecord(join, second), ok);
  ASSERT_EQ(cu.cuStreamWaitEvent(stream, join, 0), ok);
  ASSERT_EQ(cu.cuMemcpyDtoDAsync_v2(at(2), at(0), 8, stream), ok);
  EXPECT_EQ(cu.cuEventQuery(join), Result::CapturedEvent);
  EXPECT_EQ(cu.cuEventSynchronize(join), Result::CapturedEvent);
  EXPECT_EQ(cu.cuStreamEndCapture(second, &graph),
            Result::StreamCaptureUnmatched);
  Graph made = end(stream);
  EXPECT_EQ(status(second), CaptureStatus::None);
  EXPECT_EQ(nodesOf(made), 4u);
  size_t edges = 0;
  EXPECT_EQ(cu.cuGraphGetEdges(made, nullptr, nullptr, &edges), ok);
  EXPECT_EQ(edges, 4u) << "two behind the first, two before the last";
  runOnce(made);
  EXPECT_EQ(values(), (std::vector<uint32_t>{13, 2, 13, 2, 0, 0, 0, 0}));
  ASSERT_EQ(cu.cuGraphCreate(&graph, 0), ok);
}

TEST_F(CaptureTest, AStreamThatIsNotJoined) {
  Stream second = another();
  Event fork = event();
  begin(stream);
  ASSERT_EQ(cu.cuEventRecord(fork, stream), ok);
  ASSERT_EQ(cu.cuStreamWaitEvent(second, fork, 0), ok);
  ASSERT_EQ(launch("append", at(1), 2, second), ok);
  end(stream, Result::StreamCaptureUnjoined);
  // Both streams work again.
  EXPECT_EQ(launch("append", at(1), 2, second), ok);
  EXPECT_EQ(cu.cuStreamSynchronize(second), ok);
  EXPECT_EQ(value(1), 2u);
}

TEST_F(CaptureTest, WhatACaptureHas) {
  unsigned long id = 0;
  CaptureStatus found = CaptureStatus::Active;
  EXPECT_EQ(cu.cuStreamGetCaptureInfo(stream, &found, &id), ok);
  EXPECT_EQ(found, CaptureStatus::None);
  begin(stream);
  ASSERT_EQ(launch("append", at(0), 1, stream), ok);
  Graph part = nullptr;
  const GraphNode *nodes = nullptr;
  const GraphEdgeData *edges = nullptr;
  size_t number = 0;
  ASSERT_EQ(cu.cuStreamGetCaptureInfo_v3(stream, &found, &id, &part, &nodes,
                                         &edges, &number),
            ok);
  EXPECT_EQ(found, CaptureStatus::Active);
  EXPECT_NE(id, 0u);
  ASSERT_EQ(number, 1u);
  EXPECT_EQ(edges[0].type, 0);
  // A node of the program's own among those of the capture.
  GraphNode own = add(part, "append", at(0), 2, {nodes[0]});
  ASSERT_EQ(cu.cuStreamUpdateCaptureDependencies(stream, &own, 1,
                                                 captureSetDependencies),
            ok);
  ASSERT_EQ(launch("append", at(0), 3, stream), ok);
  GraphNode none = nullptr;
  EXPECT_EQ(cu.cuStreamUpdateCaptureDependencies(stream, &none, 1, 0), invalid);
  EXPECT_EQ(cu.cuStreamUpdateCaptureDependencies(stream, &own, 1, 2), invalid);
  Graph made = end(stream);
  EXPECT_EQ(made, part);
  runOnce(made);
  EXPECT_EQ(value(0), 123u);
  EXPECT_EQ(cu.cuStreamUpdateCaptureDependencies(stream, &own, 1, 0),
            Result::IllegalState);
}

TEST_F(CaptureTest, IntoAGraphOfTheProgram) {
  GraphNode first = append(1);
  ASSERT_EQ(cu.cuStreamBeginCaptureToGraph(stream, graph, &first, nullptr, 1,
                                           CaptureMode::Relaxed),
            ok);
  ASSERT_EQ(launch("append", at(0), 2, stream), ok);
  EXPECT_EQ(end(stream), graph);
  GraphExec exec = instantiate(graph);
  run(exec);
  EXPECT_EQ(value(0), 12u);
  destroy(exec);
  EXPECT_EQ(cu.cuStreamBeginCaptureToGraph(stream, nullptr, nullptr, nullptr, 0,
                                           CaptureMode::Relaxed),
            invalid);
}

TEST_F(CaptureTest, ALaunchedGraphIsAChild) {
  append(5);
  GraphExec exec = instantiate(graph);
  begin(stream);
  ASSERT_EQ(launch("append", at(0), 4, stream), ok);
  ASSERT_EQ(cu.cuGraphLaunch(exec, stream), ok);
  Graph made = end(stream);
  destroy(exec);
  runOnce(made);
  EXPECT_EQ(value(0), 45u);
}

TEST_F(CaptureTest, EventsThatAreSeenFromOutside) {
  Event outside = event();
  begin(stream);
  ASSERT_EQ(cu.cuStreamWaitEvent(stream, outside, eventExternal), ok);
  ASSERT_EQ(cu.cuEventRecordWithFlags(outside, stream, eventExternal), ok);
  Graph made = end(stream);
  EXPECT_EQ(nodesOf(made), 2u);
  EXPECT_EQ(cu.cuEventQuery(outside), ok) << "it was not recorded yet";
  runOnce(made);
  EXPECT_EQ(cu.cuEventQuery(outside), ok);
}

//===----------------------------------------------------------------------===//
// What ends a capture
//===----------------------------------------------------------------------===//

TEST_F(CaptureTest, CallsThatCannotBeCaptured) {
  auto refused = [&](auto &&call, Result expected) {
    begin(stream);
    EXPECT_EQ(call(), expected);
    EXPECT_EQ(status(stream), CaptureStatus::Invalidated);
    EXPECT_EQ(launch("append", at(0), 1, stream),
              Result::StreamCaptureInvalidated);
    end(stream, Result::StreamCaptureInvalidated);
  };
  Result unsupported = Result::StreamCaptureUnsupported;
  DevicePtr address = 0;
  void *host = nullptr;
  Event plain = event();
  refused([&] { return cu.cuStreamSynchronize(stream); }, unsupported);
  refused([&] { return cu.cuStreamQuery(stream); }, unsupported);
  refused([&] { return cu.cuCtxSynchronize(); }, unsupported);
  refused([&] { return cu.cuMemAlloc_v2(&address, 4); }, unsupported);
  refused([&] { return cu.cuMemFree_v2(words); }, unsupported);
  refused([&] { return cu.cuMemAllocHost_v2(&host, 4); }, unsupported);
  refused([&] { return cu.cuMemcpyDtoD_v2(at(1), at(0), 4); }, unsupported);
  refused([&] { return cu.cuEventQuery(plain); }, unsupported);
  refused([&] { return cu.cuMemAllocAsync(&address, 4, stream); }, unsupported);
  auto callback = [](Stream, Result, void *) {};
  refused([&] { return cu.cuStreamAddCallback(stream, callback, nullptr, 0); },
          unsupported);
  // An event that was recorded before the capture.
  ASSERT_EQ(cu.cuEventRecord(plain, stream), ok);
  refused([&] { return cu.cuStreamWaitEvent(stream, plain, 0); },
          Result::StreamCaptureIsolation);
  EXPECT_EQ(values(), std::vector<uint32_t>(count));
}

TEST_F(CaptureTest, TheLegacyStream) {
  EXPECT_EQ(cu.cuStreamBeginCapture_v2(nullptr, CaptureMode::Global),
            Result::StreamCaptureUnsupported);
  Stream blocking = another(0);
  begin(blocking, CaptureMode::Relaxed);
  CaptureStatus found = {};
  EXPECT_EQ(cu.cuStreamIsCapturing(nullptr, &found),
            Result::StreamCaptureImplicit);
  EXPECT_EQ(status(blocking), CaptureStatus::Active) << "asking is no harm";
  EXPECT_EQ(cu.cuMemsetD32Async(at(0), 1, 1, nullptr),
            Result::StreamCaptureImplicit);
  end(blocking, Result::StreamCaptureInvalidated);
  // A stream that is not ordered with it is no obstacle.
  begin(stream, CaptureMode::Relaxed);
  EXPECT_EQ(cu.cuMemsetD32Async(at(0), 1, 1, nullptr), ok);
  EXPECT_EQ(cu.cuGraphDestroy(end(stream)), ok);
  // The thread's own default stream can be captured.
  ASSERT_EQ(cu.cuStreamBeginCapture_v2_ptsz(nullptr, CaptureMode::Relaxed), ok);
  EXPECT_EQ(cu.cuMemsetD32Async_ptsz(at(0), 2, 1, nullptr), ok);
  Graph made = nullptr;
  EXPECT_EQ(cu.cuStreamEndCapture_ptsz(nullptr, &made), ok);
  EXPECT_EQ(nodesOf(made), 1u);
  EXPECT_EQ(cu.cuGraphDestroy(made), ok);
}

TEST_F(CaptureTest, TwoCapturesDoNotMeet) {
  Stream second = another();
  Event other = event();
  begin(stream, CaptureMode::Relaxed);
  begin(second, CaptureMode::Relaxed);
  ASSERT_EQ(cu.cuEventRecord(other, second), ok);
  EXPECT_EQ(cu.cuStreamWaitEvent(stream, other, 0), Result::StreamCaptureMerge);
  end(stream, Result::StreamCaptureInvalidated);
  end(second, Result::StreamCaptureInvalidated);
}

TEST_F(CaptureTest, ModesAndThreads) {
  // A relaxed capture forbids nothing.
  begin(stream, CaptureMode::Relaxed);
  DevicePtr address = allocate(4);
  release(address);
  EXPECT_EQ(status(stream), CaptureStatus::Active);
  std::thread([&] {
    Graph made = nullptr;
    ASSERT_EQ(cu.cuCtxPushCurrent_v2(context), ok);
    EXPECT_EQ(cu.cuStreamEndCapture(stream, &made), ok)
        << "any thread may end it";
    EXPECT_EQ(cu.cuGraphDestroy(made), ok);
  }).join();
  // Another thread's calls end a global one, unless that thread asks not to.
  begin(stream, CaptureMode::ThreadLocal);
  std::thread([&] {
    ASSERT_EQ(cu.cuCtxPushCurrent_v2(context), ok);
    DevicePtr own = 0;
    EXPECT_EQ(cu.cuMemAlloc_v2(&own, 4), ok);
    EXPECT_EQ(cu.cuMemFree_v2(own), ok);
    Graph made = nullptr;
    EXPECT_EQ(cu.cuStreamEndCapture(stream, &made),
              Result::StreamCaptureWrongThread);
  }).join();
  EXPECT_EQ(cu.cuGraphDestroy(end(stream)), ok);
  begin(stream, CaptureMode::Global);
  std::thread([&] {
    ASSERT_EQ(cu.cuCtxPushCurrent_v2(context), ok);
    DevicePtr own = 0;
    CaptureMode mode = CaptureMode::ThreadLocal;
    EXPECT_EQ(cu.cuThreadExchangeStreamCaptureMode(&mode), ok);
    EXPECT_EQ(mode, CaptureMode::Global);
    EXPECT_EQ(cu.cuMemAlloc_v2(&own, 4), ok);
    EXPECT_EQ(cu.cuMemFree_v2(own), ok);
    EXPECT_EQ(cu.cuThreadExchangeStreamCaptureMode(&mode), ok);
    EXPECT_EQ(cu.cuMemAlloc_v2(&own, 4), Result::StreamCaptureUnsupported);
  }).join();
  end(stream, Result::StreamCaptureInvalidated);
  CaptureMode wrong = static_cast<CaptureMode>(3);
  EXPECT_EQ(cu.cuThreadExchangeStreamCaptureMode(&wrong), invalid);
}

TEST_F(CaptureTest, BeginningsAndEndsThatDoNotFit) {
  Graph made = nullptr;
  EXPECT_EQ(cu.cuStreamEndCapture(stream, &made), Result::IllegalState);
  EXPECT_EQ(cu.cuStreamBeginCapture_v2(stream, static_cast<CaptureMode>(3)),
            invalid);
  begin(stream);
  EXPECT_EQ(cu.cuStreamBeginCapture(stream), Result::IllegalState);
  EXPECT_EQ(cu.cuStreamEndCapture(stream, nullptr), invalid);
  EXPECT_EQ(cu.cuGraphDestroy(end(stream)), ok);
  // A graph that the program destroys while it is being made.
  begin(stream);
  ASSERT_EQ(launch("append", at(0), 1, stream), ok);
  CaptureStatus found = {};
  Graph part = nullptr;
  ASSERT_EQ(cu.cuStreamGetCaptureInfo_v2(stream, &found, nullptr, &part,
                                         nullptr, nullptr),
            ok);
  ASSERT_EQ(cu.cuGraphDestroy(part), ok);
  EXPECT_EQ(launch("append", at(0), 1, stream),
            Result::StreamCaptureInvalidated);
  end(stream, Result::StreamCaptureInvalidated);
  // A stream that ends takes its capture along.
  Stream second = another();
  begin(second);
  ASSERT_EQ(cu.cuStreamDestroy_v2(second), ok);
  EXPECT_EQ(cu.cuStreamEndCapture(second, &made), Result::InvalidHandle);
  release(allocate(4));
  // And so does a context.
  Context other = nullptr;
  ASSERT_EQ(cu.cuCtxCreate_v2(&other, 0, 0), ok);
  begin(another());
  ASSERT_EQ(cu.cuCtxDestroy_v2(other), ok);
  release(allocate(4));
}

} // namespace
