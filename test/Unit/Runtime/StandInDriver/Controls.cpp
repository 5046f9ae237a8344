//===- Controls.cpp - how tests steer the stand-in driver -----------------===//

#include "State.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace theano::standin {

namespace {
/// The whole of `text` as a number; false when it is none.
bool readNumber(const std::string &text, uint64_t &number) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    return false;
  number = std::strtoull(text.c_str(), nullptr, 10);
  return true;
}
} // namespace

bool addFailures(State &state, const std::string &plan) {
  for (size_t begin = 0; begin < plan.size();) {
    size_t end = std::min(plan.find(',', begin), plan.size());
    std::string item = plan.substr(begin, end - begin);
    begin = end + 1;
    size_t equals = item.find('=');
    uint64_t code = 0, number = 0;
    if (equals == std::string::npos ||
        !readNumber(item.substr(equals + 1), code))
      return false;
    std::string what = item.substr(0, equals);
    size_t hash = what.find('#');
    auto result = static_cast<Result>(code);
    if (readNumber(what, number))
      state.failByNumber[static_cast<unsigned>(number)] = result;
    else if (hash == std::string::npos)
      state.failByName[{what, 1}] = result;
    else if (readNumber(what.substr(hash + 1), number))
      state.failByName[{what.substr(0, hash), static_cast<unsigned>(number)}] =
          result;
    else
      return false;
  }
  return true;
}

namespace {

bool setOption(State &state, const std::string &key, const std::string &value) {
  Settings &settings = state.settings;
  uint64_t number = 0;
  if (key == "capability") {
    size_t dot = value.find('.');
    uint64_t minor = 0;
    if (dot == std::string::npos || !readNumber(value.substr(0, dot), number) ||
        !readNumber(value.substr(dot + 1), minor))
      return false;
    settings.major = static_cast<int>(number);
    settings.minor = static_cast<int>(minor);
    return true;
  }
  if (!readNumber(value, number))
    return false;
  if (key == "devices")
    settings.devices = static_cast<int>(number);
  else if (key == "memory")
    settings.memory = number;
  else if (key == "ignore_kernels")
    settings.ignoreKernels = number != 0;
  else
    return false;
  return true;
}

void report(const std::vector<std::string> &lines, TextCallback callback,
            void *user) {
  for (const std::string &line : lines)
    if (callback)
      callback(line.c_str(), user);
}

/// Reads the environment when the library is opened and reports when the
/// process ends.
struct Session {
  Session() {
    State &state = State::get();
    auto variable = [](const char *name) {
      const char *value = std::getenv(name);
      return std::string(value ? value : "");
    };
    auto refuse = [](const char *name) {
      std::fprintf(stderr, "stand-in driver: cannot read %s\n", name);
      _exit(86);
    };
    const std::pair<const char *, const char *> options[] = {
        {"THEANO_STANDIN_DEVICES", "devices"},
        {"THEANO_STANDIN_CAPABILITY", "capability"},
        {"THEANO_STANDIN_MEMORY", "memory"},
        {"THEANO_STANDIN_IGNORE_KERNELS", "ignore_kernels"}};
    for (auto [name, key] : options)
      if (std::string value = variable(name);
          !value.empty() && !setOption(state, key, value))
        refuse(name);
    if (!addFailures(state, variable("THEANO_STANDIN_FAIL")))
      refuse("THEANO_STANDIN_FAIL");
    if (std::string value = variable("THEANO_STANDIN_FAULT"); !value.empty()) {
      size_t equals = std::min(value.find('='), value.size());
      uint64_t number = 0, code = 0;
      if (equals == value.size() ||
          !readNumber(value.substr(0, equals), number) ||
          !readNumber(value.substr(equals + 1), code))
        refuse("THEANO_STANDIN_FAULT");
      state.faults[static_cast<unsigned>(number)] = static_cast<Result>(code);
    }
  }

  ~Session() {
    State &state = State::get();
    if (!state.retained.empty())
      state.find("leak: a primary context is still retained");
    for (const std::string &finding : state.findings)
      std::fprintf(stderr, "stand-in driver: %s\n", finding.c_str());
    const char *strict = std::getenv("THEANO_STANDIN_STRICT");
    if (strict && std::strcmp(strict, "1") == 0 && !state.findings.empty())
      _exit(86);
  }
};
Session session;

const Controls controls = {
    .reset = [] { State::get().reset(); },
    .fail = [](const char *plan) { return addFailures(State::get(), plan); },
    .fault =
        [](unsigned number, Result code) {
          State &state = State::get();
          state.faults[state.launches + number] = code;
        },
    .set =
        [](const char *key, const char *value) {
          return setOption(State::get(), key, value);
        },
    .setBody =
        [](const char *kernel, Body body, void *user) {
          if (body)
            State::get().bodies[kernel] = {body, user};
          else
            State::get().bodies.erase(kernel);
        },
    .callCount = [] { return State::get().callCount; },
    .failedCall = [] { return State::get().failedCall.c_str(); },
    .calls = [](TextCallback callback,
                void *user) { report(State::get().calls, callback, user); },
    .findings =
        [](TextCallback callback, void *user) {
          report(State::get().findings, callback, user);
          return static_cast<unsigned>(State::get().findings.size());
        },
    .contextDepth = [] { return static_cast<unsigned>(contextStack().size()); },
    .contextsRetained =
        [] {
          unsigned count = 0;
          for (const auto &[device, references] : State::get().retained)
            count += references;
          return count;
        },
};

} // namespace
} // namespace theano::standin

STANDIN_EXPORT const theano::standin::Controls *theanoStandInControls() {
  return &theano::standin::controls;
}
