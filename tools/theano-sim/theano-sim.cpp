//===- theano-sim.cpp - runs one kernel of a PTX file ---------------------===//

#include "Arguments.h"
#include "Launch.h"
#include "Options.h"

#include <cstdio>

using namespace theano;

static int report(const Failure &failure) {
  std::fflush(stdout);
  std::fprintf(stderr, "theano-sim: error: %s\n", failure.message.c_str());
  return 1;
}

/// Prints the findings and how it ended.
static int reportFindings(const simtool::Options &options,
                          const simtool::Outcome &outcome) {
  for (const std::string &finding : outcome.findings)
    std::fprintf(stderr, "theano-sim: %s: %s\n", options.file.c_str(),
                 finding.c_str());
  for (const std::string &array : outcome.arrays)
    std::fprintf(stderr, "theano-sim: note: %s\n", array.c_str());
  std::string text =
      "kernel '" + outcome.kernel + "' has " +
      (outcome.findings.size() == 1
           ? "a finding"
           : std::to_string(outcome.findings.size()) + " findings") +
      ", so that no array was written";
  if (!outcome.failure.empty())
    text += "; a program would see: " + outcome.failure;
  return report(invalidArgument(text));
}

int main(int argc, char **argv) {
  Expected<simtool::Options> options =
      simtool::parseOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options)
    return report(options.failure());
  if (options->help) {
    std::fputs(simtool::kHelp, stdout);
    return 0;
  }
  if (options->version) {
    std::puts("theano-sim 0.1.0");
    return 0;
  }
  Expected<std::vector<simtool::Argument>> arguments =
      simtool::readArguments(options->arguments);
  if (!arguments)
    return report(arguments.failure());
  Expected<simtool::Outcome> outcome = simtool::runKernel(*options, *arguments);
  if (!outcome)
    return report(outcome.failure());
  if (!outcome->findings.empty())
    return reportFindings(*options, *outcome);
  if (Status status = simtool::writeOutputs(*arguments); status.failed())
    return report(status.failure());
  // Counters have the output for themselves, so that programs can read it.
  std::fprintf(options->counters ? stderr : stdout,
               "kernel '%s' ran %s blocks of %s threads: no findings\n",
               outcome->kernel.c_str(),
               simtool::formatSizes(options->grid).c_str(),
               simtool::formatSizes(options->block).c_str());
  std::fputs(outcome->counters.c_str(), stdout);
  return 0;
}
