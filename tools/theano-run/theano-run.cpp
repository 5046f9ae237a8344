//===- theano-run.cpp - runs a graph on real arrays -----------------------===//

#include "Session.h"
#include "Simulator.h"

#include <cstdio>

using namespace theano;

/// Usage errors end with 2, everything else that fails with 1.
static int report(const Failure &failure, int code) {
  std::fflush(stdout);
  std::string text = failure.message;
  // A run-time message names its place already.
  if (!failure.location.empty() && !text.starts_with(failure.location))
    text = failure.location + ": " + text;
  std::fprintf(stderr, "theano-run: error: %s\n", text.c_str());
  return code;
}

int main(int argc, char **argv) {
  Expected<run::Options> options =
      run::parseOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options)
    return report(options.failure(), 2);
  if (options->help) {
    std::fputs(run::kHelp, stdout);
    return 0;
  }
  if (options->version) {
    std::puts("theano-run 0.1.0");
    return 0;
  }
  if (options->file.empty() && !options->dumpPipeline)
    return report(invalidArgument("no file was given; theano-run --help tells "
                                  "how to run one"),
                  2);
  Status status = run::chooseSimulator(*options, argv[0]);
  if (status.succeeded())
    status = run::Session(*options).run();
  return status.failed() ? report(status.failure(), 1) : 0;
}
