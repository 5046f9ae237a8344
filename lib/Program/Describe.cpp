//===- Describe.cpp - what a program does, for people ---------------------===//

#include "theano/Program/Describe.h"

#include "theano/Program/Print.h"

using namespace theano;

static void append(std::string &list, std::string_view item) {
  if (!list.empty())
    list += ", ";
  list += item;
}

/// One line, unless there is nothing to say.
static void addLine(std::string &out, std::string_view label,
                    std::string_view text) {
  if (text.empty())
    return;
  out += "  ";
  out += label;
  out.append(10 - label.size(), ' ');
  out += text;
  out += '\n';
}

static void describeLaunch(const Program &program, const LaunchCommand &launch,
                           std::string &out) {
  const Kernel &kernel = program.kernels[launch.kernel];
  std::string ops, lines;
  for (const std::string &op : kernel.ops)
    append(ops, op);
  for (LocationId id : kernel.locations)
    append(lines, program.locations.lookup(id));
  out += "kernel " + kernel.name + '\n';
  addLine(out, "family", kernel.family);
  addLine(out, "ops", ops);
  addLine(out, "source", lines);
  addLine(out, "bytes in", printExpr(program, launch.bytesIn));
  addLine(out, "bytes out", printExpr(program, launch.bytesOut));
  addLine(out, "grid", printExpr(program, launch.grid[0]));
  if (const auto *entry = std::get_if<PtxEntry>(&kernel.entry))
    addLine(out, "block",
            std::to_string(entry->block[0]) + " x " +
                std::to_string(entry->block[1]) + " x " +
                std::to_string(entry->block[2]));
}

static void describeCommands(const Program &program,
                             const CommandList &commands, std::string &out) {
  for (const Command &command : commands) {
    if (const auto *launch = std::get_if<LaunchCommand>(&command.step)) {
      describeLaunch(program, *launch, out);
    } else if (const auto *branch = std::get_if<IfCommand>(&command.step)) {
      describeCommands(program, branch->thenCommands, out);
      describeCommands(program, branch->elseCommands, out);
    } else if (const auto *loop = std::get_if<WhileCommand>(&command.step)) {
      describeCommands(program, loop->before, out);
      describeCommands(program, loop->body, out);
    }
  }
}

std::string theano::describe(const Program &program) {
  std::string out = "function " + program.name + ": " +
                    std::to_string(program.kernels.size()) + " kernels\n";
  describeCommands(program, program.commands, out);
  return out;
}
