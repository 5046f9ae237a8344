//===- Print.cpp - programs as text ---------------------------------------===//

#include "theano/Program/Print.h"

using namespace theano;

// Expressions share operands, so a tree can be far larger than the pool. One
// with more nodes than this is printed by its number and listed by itself.
static constexpr uint32_t maxInlineNodes = 24;

namespace {
class Printer {
public:
  explicit Printer(const Program &program) : program_(program) {
    const ExprPool &pool = program.exprs;
    treeSize_.resize(pool.size());
    for (ExprId id = 0; id < pool.size(); ++id) {
      const ExprNode &node = pool.node(id);
      const uint32_t operands[3] = {node.a, node.b, node.c};
      uint32_t size = 1;
      for (unsigned i = 0, e = exprNumOperands(node.kind); i < e; ++i)
        size += treeSize_[operands[i]] > maxInlineNodes
                    ? 1
                    : treeSize_[operands[i]];
      treeSize_[id] = size;
    }
  }

  std::string run() {
    line(0, "program @" + program_.name + " for " +
                (program_.target.isGpu() ? "cuda " : "cpu ") +
                program_.target.name);
    signature();
    expressions();
    slots();
    kernels();
    line(0, "commands:");
    list(program_.commands, 1);
    return std::move(text_);
  }

  std::string expr(ExprId id, bool top = true) {
    if (!program_.exprs.contains(id))
      return "?";
    if (treeSize_[id] > maxInlineNodes)
      return "e" + std::to_string(id);
    return exprBody(id, top);
  }

private:
  std::string exprBody(ExprId id, bool top) {
    const ExprNode &node = program_.exprs.node(id);
    auto infix = [&](const char *symbol) {
      std::string body =
          expr(node.a, false) + " " + symbol + " " + expr(node.b, false);
      return top ? body : "(" + body + ")";
    };
    switch (node.kind) {
    case ExprKind::Const:
      return std::to_string(node.value);
    case ExprKind::Dim:
      return "dim(" + slot(node.a) + ", " + std::to_string(node.b) + ")";
    case ExprKind::Scalar:
      return "value(" + slot(node.a) + ")";
    case ExprKind::Add:
      return infix("+");
    case ExprKind::Sub:
      return infix("-");
    case ExprKind::Mul:
      return infix("*");
    case ExprKind::And:
      return infix("&");
    case ExprKind::Or:
      return infix("|");
    case ExprKind::Xor:
      return infix("^");
    case ExprKind::Eq:
      return infix("==");
    case ExprKind::Ne:
      return infix("!=");
    case ExprKind::Lt:
      return infix("<");
    case ExprKind::Le:
      return infix("<=");
    case ExprKind::Gt:
      return infix(">");
    case ExprKind::Ge:
      return infix(">=");
    default:
      break;
    }
    const uint32_t operands[3] = {node.a, node.b, node.c};
    std::string body(exprKindName(node.kind));
    for (unsigned i = 0, e = exprNumOperands(node.kind); i < e; ++i)
      body += (i ? ", " : "(") + expr(operands[i]);
    return body + ")";
  }

  // "%3:w", or "%3" without a name.
  std::string slot(SlotId id) {
    std::string text = "%" + std::to_string(id);
    if (id < program_.slots.size() && !program_.slots[id].name.empty())
      text += ":" + program_.slots[id].name;
    return text;
  }

  std::string location(LocationId id) {
    std::string_view text = program_.locations.lookup(id);
    return text.empty() ? "" : " at " + std::string(text);
  }

  void line(unsigned indent, const std::string &content) {
    text_.append(indent * 2, ' ').append(content).push_back('\n');
  }

  void signature() {
    for (const InputInfo &input : program_.inputs) {
      std::string dims;
      for (int64_t dim : input.dims)
        dims += (dims.empty() ? "" : ", ") +
                (dim < 0 ? std::string("?") : std::to_string(dim));
      line(1, (input.isShared() ? "shared '" + input.sharedName + "' "
                                : std::string("input ")) +
                  "'" + input.name +
                  "': " + std::string(dtypeName(input.dtype)) + " [" + dims +
                  "] in " + slot(input.slot));
    }
    for (const ResultInfo &result : program_.results)
      line(1, (result.isUpdate() ? "update of '" + result.updateName + "'"
                                 : "output '" + result.name + "'") +
                  ": " + std::string(dtypeName(result.dtype)) + " from " +
                  slot(result.slot));
  }

  void expressions() {
    bool first = true;
    for (ExprId id = 0; id < program_.exprs.size(); ++id) {
      if (treeSize_[id] <= maxInlineNodes)
        continue;
      if (first)
        line(0, "expressions:");
      first = false;
      line(1, "e" + std::to_string(id) + " = " + exprBody(id, true));
    }
  }

  void slots() {
    static constexpr std::string_view kinds[] = {"input", "shared", "constant",
                                                 "temporary", "output"};
    line(0, "slots:");
    for (SlotId id = 0; id < program_.slots.size(); ++id) {
      const Slot &entry = program_.slots[id];
      std::string shape;
      for (ExprId size : entry.shape)
        shape += (shape.empty() ? "" : ", ") + expr(size);
      std::string text = slot(id) + ": " + std::string(dtypeName(entry.dtype)) +
                         " [" + shape + "] " +
                         std::string(kinds[static_cast<size_t>(entry.kind)]);
      if (entry.aliasOf >= 0)
        text += " alias of " + slot(static_cast<SlotId>(entry.aliasOf));
      if (entry.kind == SlotKind::Constant)
        text += " of " + std::to_string(entry.data.size()) + " bytes";
      line(1, text);
    }
  }

  void kernels() {
    if (program_.kernels.empty())
      return;
    line(0, "kernels:");
    for (const Kernel &kernel : program_.kernels) {
      std::string text = "@" + kernel.name + " " + kernel.family;
      if (const auto *ptx = std::get_if<PtxEntry>(&kernel.entry))
        text += " entry " + ptx->entry + " block (" +
                std::to_string(ptx->block[0]) + ", " +
                std::to_string(ptx->block[1]) + ", " +
                std::to_string(ptx->block[2]) + ") shared " +
                std::to_string(ptx->staticShared) + "+" +
                std::to_string(ptx->dynamicShared);
      else
        text += " symbol " + std::get<CpuEntry>(kernel.entry).symbol;
      for (size_t i = 0; i < kernel.ops.size(); ++i)
        text += (i ? ", " : " ops ") + kernel.ops[i];
      for (size_t i = 0; i < kernel.locations.size(); ++i)
        text += (i ? ", " : " from ") +
                std::string(program_.locations.lookup(kernel.locations[i]));
      line(1, text);
    }
  }

  void list(const CommandList &commands, unsigned indent) {
    for (const Command &command : commands)
      std::visit([&](const auto &step) { print(step, indent); }, command.step);
  }

  void print(const CheckCommand &check, unsigned indent) {
    std::string values;
    for (ExprId value : check.values)
      values += (values.empty() ? "" : ", ") + expr(value);
    line(indent, "check " + expr(check.condition) + ", " +
                     std::string(errorCodeName(check.code)) + "(" + values +
                     ")" + location(check.location));
  }
  void print(const AllocateCommand &allocate, unsigned indent) {
    line(indent, "allocate " + slot(allocate.slot));
  }
  void print(const FreeCommand &release, unsigned indent) {
    line(indent, "free " + slot(release.slot));
  }
  void print(const LaunchCommand &launch, unsigned indent) {
    std::string arguments;
    for (const auto &argument : launch.arguments) {
      arguments += arguments.empty() ? "" : ", ";
      if (const auto *scalar = std::get_if<ScalarArgument>(&argument)) {
        arguments += expr(scalar->value) + (scalar->wide ? ": i64" : ": i32");
        continue;
      }
      const auto &buffer = std::get<BufferArgument>(argument);
      arguments += (buffer.written ? "out " : "") + slot(buffer.slot);
    }
    std::string name = launch.kernel < program_.kernels.size()
                           ? program_.kernels[launch.kernel].name
                           : "?";
    line(indent, "launch @" + name + " grid (" + expr(launch.grid[0]) + ", " +
                     expr(launch.grid[1]) + ", " + expr(launch.grid[2]) +
                     ") (" + arguments + ")" +
                     (launch.hasStatus ? " status" : "") +
                     location(launch.location));
  }
  void print(const CopyCommand &copy, unsigned indent) {
    line(indent, "copy " + slot(copy.source) + " to " + slot(copy.target));
  }
  void print(const GemmCommand &gemm, unsigned indent) {
    auto operand = [&](SlotId id, bool transposed, bool batched) {
      return slot(id) + (transposed ? " transposed" : "") +
             (batched ? "" : " unbatched");
    };
    line(indent, "gemm " + slot(gemm.c) + " = " +
                     operand(gemm.a, gemm.transposeA, gemm.batchedA) + " * " +
                     operand(gemm.b, gemm.transposeB, gemm.batchedB) +
                     " batch " + expr(gemm.batch) + " m " + expr(gemm.m) +
                     " n " + expr(gemm.n) + " k " + expr(gemm.k) +
                     location(gemm.location));
  }
  void print(const HostCallCommand &call, unsigned indent) {
    auto slots = [&](const std::vector<SlotId> &ids) {
      std::string text;
      for (SlotId id : ids)
        text += (text.empty() ? "" : ", ") + slot(id);
      return text;
    };
    line(indent, "call " + call.name + "(" + slots(call.inputs) + ") to (" +
                     slots(call.outputs) + ")" + location(call.location));
  }
  void print(const IfCommand &branch, unsigned indent) {
    line(indent, "if " + expr(branch.condition) + ":");
    list(branch.thenCommands, indent + 1);
    if (branch.elseCommands.empty())
      return;
    line(indent, "else:");
    list(branch.elseCommands, indent + 1);
  }
  void print(const WhileCommand &loop, unsigned indent) {
    line(indent, "loop:");
    list(loop.before, indent + 1);
    line(indent, "while " + expr(loop.condition) + ":");
    list(loop.body, indent + 1);
  }

  const Program &program_;
  std::vector<uint32_t> treeSize_;
  std::string text_;
};
} // namespace

std::string theano::print(const Program &program) {
  return Printer(program).run();
}

std::string theano::printExpr(const Program &program, ExprId id) {
  return Printer(program).expr(id);
}
