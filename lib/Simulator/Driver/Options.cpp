//===- Options.cpp - what a user may set ----------------------------------===//

#include "Driver/Options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <thread>

namespace theano::sim {

static constexpr const char *keys[] = {"arch",   "seed",  "limit", "threads",
                                       "report", "check", "count"};

static bool readNumber(std::string_view text, uint64_t least, uint64_t most,
                       uint64_t &value) {
  auto [end, code] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() &&
         value >= least && value <= most;
}

Options Options::defaults() {
  Options options;
  options.launch.threads = std::max(1u, std::thread::hardware_concurrency());
  return options;
}

bool Options::set(std::string_view key, std::string_view value,
                  std::string &error) {
  auto expected = [&](const char *what) {
    error = "option '" + std::string(key) + "': expected " + what + ", got '" +
            std::string(value) + "'";
    return false;
  };
  uint64_t number = 0;
  if (key == "arch") {
    std::string_view digits = value;
    if (!digits.starts_with("sm_"))
      return expected("a chip such as sm_80");
    digits.remove_prefix(3);
    if (!readNumber(digits, 50, 121, number))
      return expected("a chip from sm_50 to sm_121");
    arch = static_cast<int>(number);
    return true;
  }
  if (key == "seed") {
    if (!readNumber(value, 0, ~uint64_t(0), number))
      return expected("a number");
    launch.seed = number;
    return true;
  }
  if (key == "limit") {
    if (!readNumber(value, 1, ~uint64_t(0), number))
      return expected("a number of warp instructions, at least 1");
    launch.instructionLimit = number;
    return true;
  }
  if (key == "threads") {
    if (!readNumber(value, 1, 1024, number))
      return expected("a number of threads from 1 to 1024");
    launch.threads = static_cast<uint32_t>(number);
    return true;
  }
  if (key == "report") {
    reportFile = value;
    return true;
  }
  if (key == "count") {
    if (value != "on" && value != "off")
      return expected("'on' or 'off'");
    launch.count = value == "on";
    return true;
  }
  if (key == "check") {
    if (value != "basic" && value != "all")
      return expected("'basic' or 'all'");
    launch.deepChecks = value == "all";
    return true;
  }
  error = "there is no option '" + std::string(key) +
          "': expected arch, seed, limit, threads, report, check or count";
  return false;
}

bool Options::readEnvironment(std::string &error) {
  for (std::string key : keys) {
    std::string name = "THEANO_SIM_";
    for (char c : key)
      name += static_cast<char>(c - 'a' + 'A');
    const char *value = std::getenv(name.c_str());
    if (value && !set(key, value, error)) {
      error = name + ": " + error;
      return false;
    }
  }
  return true;
}

} // namespace theano::sim
