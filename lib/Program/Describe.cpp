//===- Describe.cpp - what a program does, for people ---------------------===//

#include "theano/Program/Describe.h"

#include "theano/Program/Print.h"

#include <algorithm>
#include <map>
#include <set>

using namespace theano;

namespace {
/// A sum of bytes; not known once a part is not known.
class ByteSum {
public:
  void add(std::optional<int64_t> more) {
    if (!more || __builtin_add_overflow(total, *more, &total))
      forget();
  }
  void forget() { known = false; }
  std::optional<int64_t> value() const {
    return known ? std::optional(total) : std::nullopt;
  }

private:
  // Not an optional: g++ 12 takes one that a loop may empty for uninitialized.
  int64_t total = 0;
  bool known = true;
};

/// Bytes read and written.
struct Traffic {
  ByteSum in, out;
};

class Describer {
public:
  Describer(const Program &program, ExprEnvironment *sizes)
      : program(program), sizes(sizes), evaluator(program.exprs) {}

  std::string run() {
    size_t count = program.kernels.size();
    out = "function " + program.name + ": " + std::to_string(count) +
          (count == 1 ? " kernel\n" : " kernels\n");
    countLaunches(program.commands);
    describe(program.commands);
    if (sizes)
      describeTraffic();
    return std::move(out);
  }

private:
  //===--------------------------------------------------------------------===//
  // Values and lines
  //===--------------------------------------------------------------------===//

  std::optional<int64_t> valueOf(ExprId id) {
    if (!sizes)
      return std::nullopt;
    Expected<int64_t> value = evaluator.evaluate(id, *sizes);
    return value ? std::optional(*value) : std::nullopt;
  }

  std::optional<int64_t> bytesOf(SlotId slot) {
    std::optional<int64_t> bytes =
        static_cast<int64_t>(dtypeSize(program.slots[slot].dtype));
    for (ExprId size : program.slots[slot].shape) {
      std::optional<int64_t> value = valueOf(size);
      int64_t product = 0;
      if (!bytes || !value || __builtin_mul_overflow(*bytes, *value, &product))
        return std::nullopt;
      bytes = product;
    }
    return bytes;
  }

  /// The expression and, where it says more, its value.
  std::string format(ExprId id) {
    std::string text = printExpr(program, id);
    std::optional<int64_t> value = valueOf(id);
    if (value && !program.exprs.constantValue(id))
      text += " = " + std::to_string(*value);
    return text;
  }

  static std::string format(std::optional<int64_t> bytes) {
    return bytes ? std::to_string(*bytes) : "not known";
  }

  /// One line, unless there is nothing to say.
  void line(std::string_view label, std::string_view text) {
    if (text.empty())
      return;
    out += "  ";
    out += label;
    out.append(10 - label.size(), ' ');
    out += text;
    out += '\n';
  }

  //===--------------------------------------------------------------------===//
  // Commands
  //===--------------------------------------------------------------------===//

  void describe(const CommandList &commands) {
    for (const Command &command : commands)
      std::visit([&](const auto &step) { describe(step); }, command.step);
  }

  void countLaunches(const CommandList &commands) {
    for (const Command &command : commands) {
      if (const auto *launch = std::get_if<LaunchCommand>(&command.step)) {
        ++launches[launch->kernel].all;
      } else if (const auto *branch = std::get_if<IfCommand>(&command.step)) {
        countLaunches(branch->thenCommands);
        countLaunches(branch->elseCommands);
      } else if (const auto *loop = std::get_if<WhileCommand>(&command.step)) {
        countLaunches(loop->before);
        countLaunches(loop->body);
      }
    }
  }

  void describe(const LaunchCommand &launch) {
    const Kernel &kernel = program.kernels[launch.kernel];
    out += "kernel " + kernel.name + '\n';
    line("family", kernel.family);
    Launches &counted = launches[launch.kernel];
    ++counted.described;
    if (counted.all > 1)
      line("launch", std::to_string(counted.described) + " of " +
                         std::to_string(counted.all));
    line("ops", sourceOps(kernel, launch));
    line("bytes in", format(launch.bytesIn));
    line("bytes out", format(launch.bytesOut));
    line("in place", inPlace(launch));
    std::string grid;
    for (ExprId size : launch.grid)
      grid += (grid.empty() ? "" : " x ") + format(size);
    line("grid", grid);
    if (const auto *entry = std::get_if<PtxEntry>(&kernel.entry)) {
      line("block", std::to_string(entry->block[0]) + " x " +
                        std::to_string(entry->block[1]) + " x " +
                        std::to_string(entry->block[2]));
      if (uint32_t shared = entry->staticShared + entry->dynamicShared)
        line("shared", std::to_string(shared) + " bytes");
    }
    moved.in.add(valueOf(launch.bytesIn));
    moved.out.add(valueOf(launch.bytesOut));
    for (const auto &argument : launch.arguments)
      if (const auto *buffer = std::get_if<BufferArgument>(&argument))
        (buffer->written ? written : read).insert(rootOf(buffer->slot));
  }

  void describe(const GemmCommand &gemm) {
    out += "matrix product of a library\n";
    line("ops", program.locations.lookup(gemm.location));
    line("sizes", format(gemm.batch) + " of " + format(gemm.m) + " x " +
                      format(gemm.k) + " by " + format(gemm.k) + " x " +
                      format(gemm.n));
    ByteSum in;
    for (SlotId operand : {gemm.a, gemm.b}) {
      in.add(bytesOf(operand));
      read.insert(rootOf(operand));
    }
    std::optional<int64_t> result = bytesOf(gemm.c);
    if (sizes) {
      line("bytes in", format(in.value()));
      line("bytes out", format(result));
    }
    written.insert(rootOf(gemm.c));
    moved.in.add(in.value());
    moved.out.add(result);
  }

  void describe(const CopyCommand &copy) {
    out += "copy\n";
    std::optional<int64_t> bytes = bytesOf(copy.source);
    if (sizes)
      line("bytes", format(bytes));
    read.insert(rootOf(copy.source));
    written.insert(rootOf(copy.target));
    moved.in.add(bytes);
    moved.out.add(bytes);
  }

  void describe(const HostCallCommand &call) {
    out += "call of the host function " + call.name + '\n';
    line("ops", program.locations.lookup(call.location));
    read.insert(call.inputs.begin(), call.inputs.end());
    written.insert(call.outputs.begin(), call.outputs.end());
  }

  // What is done depends on values, and so does the sum.
  void forgetMoved() {
    moved.in.forget();
    moved.out.forget();
  }
  void describe(const IfCommand &branch) {
    describe(branch.thenCommands);
    describe(branch.elseCommands);
    forgetMoved();
  }
  void describe(const WhileCommand &loop) {
    describe(loop.before);
    describe(loop.body);
    forgetMoved();
  }
  void describe(const CheckCommand &) {}
  void describe(const AllocateCommand &) {}
  void describe(const FreeCommand &) {}

  /// The shared variables that the launch overwrites.
  std::string inPlace(const LaunchCommand &launch) const {
    std::string list;
    for (const auto &argument : launch.arguments) {
      const auto *buffer = std::get_if<BufferArgument>(&argument);
      if (!buffer || !buffer->written ||
          program.slots[buffer->slot].kind != SlotKind::Shared)
        continue;
      list += list.empty() ? "" : ", ";
      list += program.slots[buffer->slot].name;
    }
    return list;
  }

  static bool isFor(const LaunchCommand &launch, LocationId location) {
    return launch.sources.empty() ||
           std::ranges::find(launch.sources, location) != launch.sources.end();
  }

  /// "exp at net.mlir:3:8, sum at net.mlir:4:8".
  std::string sourceOps(const Kernel &kernel,
                        const LaunchCommand &launch) const {
    std::string list;
    for (size_t i = 0; i < kernel.locations.size(); ++i) {
      if (!isFor(launch, kernel.locations[i]))
        continue;
      list += list.empty() ? "" : ", ";
      if (i < kernel.ops.size() && !kernel.ops[i].empty())
        list += kernel.ops[i] + " at ";
      list += program.locations.lookup(kernel.locations[i]);
    }
    return list;
  }

  //===--------------------------------------------------------------------===//
  // The sum
  //===--------------------------------------------------------------------===//

  SlotId rootOf(SlotId slot) const {
    int32_t alias = program.slots[slot].aliasOf;
    return alias < 0 ? slot : static_cast<SlotId>(alias);
  }

  void describeTraffic() {
    Traffic least;
    for (SlotId slot : read)
      if (SlotKind kind = program.slots[slot].kind; kind == SlotKind::Input ||
                                                    kind == SlotKind::Shared ||
                                                    kind == SlotKind::Constant)
        least.in.add(bytesOf(slot));
    for (SlotId slot : written)
      if (program.slots[slot].kind == SlotKind::Output)
        least.out.add(bytesOf(slot));
    out += "all of it\n";
    line("bytes in",
         format(moved.in.value()) + ", at least " + format(least.in.value()));
    line("bytes out",
         format(moved.out.value()) + ", at least " + format(least.out.value()));
  }

  const Program &program;
  ExprEnvironment *sizes;
  ExprEvaluator evaluator;
  std::string out;
  Traffic moved;
  std::set<SlotId> read, written; ///< with memory of their own
  /// Of each kernel: the launches there are, and those told of so far.
  struct Launches {
    unsigned all = 0, described = 0;
  };
  std::map<KernelId, Launches> launches;
};
} // namespace

std::string theano::describe(const Program &program, ExprEnvironment *sizes) {
  return Describer(program, sizes).run();
}
