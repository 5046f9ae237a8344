//===- Streams.cpp - streams and what waits in them -----------------------===//

#include "Driver/State.h"

#include <algorithm>

using namespace theano::cuda;

THEANO_SIM_EXPORT cuStreamCreate(Stream *stream, unsigned flags) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  if (!stream || flags > streamNonBlocking)
    return Result::InvalidValue;
  auto made = std::make_unique<StreamData>();
  made->context = &*context;
  made->flags = flags;
  made->id = ++state().lastId;
  context->streams.push_back(made.get());
  *stream = state().streams.add(std::move(made));
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamDestroy_v2(Stream stream) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  // Work that it still has goes on.
  std::unique_ptr<StreamData> taken = state().streams.take(stream);
  if (!taken)
    return Result::InvalidHandle;
  std::erase(taken->context->streams, taken.get());
  return Result::Success;
}

THEANO_SIM_EXPORT cuStreamSynchronize(Stream handle) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *stream = findStream(*context, handle);
  if (!stream)
    return Result::InvalidHandle;
  return context.finish(*stream);
}
