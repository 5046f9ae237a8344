//===- Extensions.cpp - what a real driver does not have ------------------===//

#include "Driver/Report.h"
#include "Driver/State.h"

#include <cstdio>

using namespace theano::cuda;

THEANO_SIM_EXPORT theanoSimSet(const char *key, const char *value) {
  if (!key || !value)
    return Result::InvalidValue;
  Call call;
  THEANO_SIM_TRY(call.permitted());
  // The environment is read first, so that what is set here wins.
  std::string error;
  if (!state().readEnvironment(error)) {
    std::fprintf(stderr, "theano-sim: %s\n", error.c_str());
    return Result::InvalidValue;
  }
  if (state().options.set(key, value, error))
    return Result::Success;
  std::fprintf(stderr, "theano-sim: %s\n", error.c_str());
  return Result::InvalidValue;
}

THEANO_SIM_EXPORT theanoSimDeclare(Stream stream, DevicePtr address,
                                   size_t bytes, SimAccess access) {
  ContextCall context;
  THEANO_SIM_TRY(context.result());
  StreamData *found = findStream(*context, stream);
  if (!found)
    return Result::InvalidHandle;
  bool read = access == SimAccess::Read || access == SimAccess::ReadWrite;
  bool written = access == SimAccess::Write || access == SimAccess::ReadWrite;
  if ((!read && !written) || (bytes && !context->memory.covers(address, bytes)))
    return Result::InvalidValue;
  if (!bytes)
    return Result::Success;
  found->declared.push_back({address, bytes, read, written});
  return Result::Success;
}

THEANO_SIM_EXPORT theanoSimReport(SimReportFormat format,
                                  SimReportCallback callback, void *user) {
  if (!callback)
    return Result::InvalidValue;
  std::string text;
  {
    Call call;
    THEANO_SIM_TRY(call.permitted());
    const State &all = state();
    if (format == SimReportFormat::Table)
      text = theano::sim::writeTable(all.totals, all.findings);
    else if (format == SimReportFormat::Json)
      text = theano::sim::writeJson(all.totals, all.findings);
    else if (format == SimReportFormat::AnnotatedPtx)
      text = theano::sim::writeAnnotatedPtx(all.totals);
    else
      return Result::InvalidValue;
  }
  // Outside the lock: the callback may call the driver.
  callback(text.data(), text.size(), user);
  return Result::Success;
}

THEANO_SIM_EXPORT theanoSimReset() {
  Call call;
  THEANO_SIM_TRY(call.permitted());
  State &all = state();
  all.findings.clear();
  all.totals = {};
  for (const auto &[handle, stream] : all.streams)
    stream->declared.clear();
  for (const auto &[handle, context] : all.contexts) {
    context->legacy.declared.clear();
    for (const auto &[thread, stream] : context->perThread)
      stream->declared.clear();
  }
  return Result::Success;
}
