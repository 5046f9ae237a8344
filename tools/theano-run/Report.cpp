//===- Report.cpp - what theano-run tells of a program --------------------===//

#include "Report.h"

#include "theano/Program/Print.h"

#include <algorithm>

using namespace theano;
using namespace theano::run;

static void explainCommands(const Program &program, const CommandList &commands,
                            std::FILE *out) {
  for (const Command &command : commands) {
    if (const auto *launch = std::get_if<LaunchCommand>(&command.step)) {
      const Kernel &kernel = program.kernels[launch->kernel];
      std::string ops, lines;
      for (const std::string &op : kernel.ops)
        ops += (ops.empty() ? "" : ", ") + op;
      for (LocationId id : kernel.locations)
        lines += (lines.empty() ? "" : ", ") +
                 std::string(program.locations.lookup(id));
      std::fprintf(out, "kernel %s\n  family    %s\n", kernel.name.c_str(),
                   kernel.family.c_str());
      if (!ops.empty())
        std::fprintf(out, "  ops       %s\n", ops.c_str());
      if (!lines.empty())
        std::fprintf(out, "  source    %s\n", lines.c_str());
      std::fprintf(out, "  bytes in  %s\n  bytes out %s\n  grid      %s\n",
                   printExpr(program, launch->bytesIn).c_str(),
                   printExpr(program, launch->bytesOut).c_str(),
                   printExpr(program, launch->grid[0]).c_str());
      if (const auto *entry = std::get_if<PtxEntry>(&kernel.entry))
        std::fprintf(out, "  block     %u x %u x %u\n", entry->block[0],
                     entry->block[1], entry->block[2]);
    } else if (const auto *branch = std::get_if<IfCommand>(&command.step)) {
      explainCommands(program, branch->thenCommands, out);
      explainCommands(program, branch->elseCommands, out);
    } else if (const auto *loop = std::get_if<WhileCommand>(&command.step)) {
      explainCommands(program, loop->before, out);
      explainCommands(program, loop->body, out);
    }
  }
}

void theano::run::explain(const Program &program, std::FILE *out) {
  std::fprintf(out, "function %s: %zu kernels\n", program.name.c_str(),
               program.kernels.size());
  explainCommands(program, program.commands, out);
}

void theano::run::printTimes(const std::string &function, int64_t compileNs,
                             std::vector<int64_t> callNs, std::FILE *out) {
  std::fprintf(out, "%s: compile %.3f ms", function.c_str(), compileNs / 1e6);
  if (!callNs.empty()) {
    std::nth_element(callNs.begin(), callNs.begin() + callNs.size() / 2,
                     callNs.end());
    std::fprintf(out, ", run %.3f ms (median of %zu)",
                 callNs[callNs.size() / 2] / 1e6, callNs.size());
  }
  std::fputc('\n', out);
}
