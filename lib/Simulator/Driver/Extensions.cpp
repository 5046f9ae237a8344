//===- Extensions.cpp - what a real driver does not have ------------------===//

#include "Driver/State.h"

#include <cstdio>

using namespace theano::cuda;

THEANO_SIM_EXPORT theanoSimSet(const char *key, const char *value) {
  if (!key || !value)
    return Result::InvalidValue;
  Call call;
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

THEANO_SIM_EXPORT theanoSimDeclare(Stream, DevicePtr, size_t, SimAccess) {
  // Nothing holds bytes against the least possible yet.
  return Result::NotSupported;
}

static std::string quoted(const std::string &text) {
  std::string made = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      made += '\\';
    if (static_cast<unsigned char>(c) >= 0x20)
      made += c;
  }
  return made + '"';
}

static std::string asTable(const State &all) {
  std::string text = "kernel, launches, warp instructions\n";
  for (const auto &[name, totals] : all.kernels)
    text += name + ", " + std::to_string(totals.launches) + ", " +
            std::to_string(totals.instructions) + "\n";
  for (const std::string &finding : all.findings)
    text += "finding: " + finding + "\n";
  return text;
}

static std::string asJson(const State &all) {
  std::string text = "{\"kernels\": [", separator;
  for (const auto &[name, totals] : all.kernels) {
    text += separator + "{\"name\": " + quoted(name) +
            ", \"launches\": " + std::to_string(totals.launches) +
            ", \"warpInstructions\": " + std::to_string(totals.instructions) +
            "}";
    separator = ", ";
  }
  text += "], \"findings\": [";
  separator.clear();
  for (const std::string &finding : all.findings) {
    text += separator + quoted(finding);
    separator = ", ";
  }
  return text + "]}\n";
}

THEANO_SIM_EXPORT theanoSimReport(SimReportFormat format,
                                  SimReportCallback callback, void *user) {
  if (!callback)
    return Result::InvalidValue;
  std::string text;
  {
    Call call;
    if (format == SimReportFormat::Table)
      text = asTable(state());
    else if (format == SimReportFormat::Json)
      text = asJson(state());
    else
      return Result::NotSupported;
  }
  // Outside the lock: the callback may call the driver.
  callback(text.data(), text.size(), user);
  return Result::Success;
}

THEANO_SIM_EXPORT theanoSimReset() {
  Call call;
  state().findings.clear();
  state().kernels.clear();
  return Result::Success;
}
