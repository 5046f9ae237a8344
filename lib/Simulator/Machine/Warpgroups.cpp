//===- Warpgroups.cpp - four warps that multiply together -----------------===//

#include "Machine/Warpgroups.h"

#include "Machine/Block.h"

#include <algorithm>

namespace theano::sim {

/// Products that a warp may be ahead of the others of its group.
static constexpr size_t mostAhead = 1 << 20;
/// Groups that are remembered; no kernel leaves as many.
static constexpr size_t mostCommitted = 1 << 16;

static std::string lineOf(const Block &block, uint32_t pc) {
  const Instruction *instruction = block.launch().image->info[pc].instruction;
  return "PTX line " + std::to_string(instruction->where.line);
}

const WarpgroupStep *Warpgroups::Steps::enter(unsigned within,
                                              const WarpgroupStep &step) {
  uint64_t at = executed[within]++ - before;
  if (at == ahead.size()) {
    if (at == mostAhead)
      return nullptr;
    ahead.push_back(step);
  }
  return &ahead[at];
}

void Warpgroups::Steps::forget() {
  while (!ahead.empty() && std::ranges::all_of(executed, [&](uint64_t count) {
    return count > before;
  })) {
    ahead.pop_front();
    ++before;
  }
}

Warpgroups::Group *Warpgroups::groupOf(const Warp &warp,
                                       const char *instruction,
                                       std::string &wrong) {
  unsigned number = warp.index() / warpsOfGroup;
  uint32_t threads = block_.launch().threads();
  if ((number + 1) * warpsOfGroup * warpSize > threads) {
    wrong = instruction;
    wrong += " is executed by four whole warps, the first of which is a "
             "multiple of four; of these the block has not all, with " +
             std::to_string(threads) + " threads";
    return nullptr;
  }
  if (groups_.size() <= number)
    groups_.resize(number + 1);
  return &groups_[number];
}

std::string Warpgroups::enter(const Warp &warp, const WarpgroupStep &product) {
  std::string wrong;
  Group *group = groupOf(warp, "wgmma", wrong);
  if (!group)
    return wrong;
  const WarpgroupStep *first =
      group->products.enter(warp.index() % warpsOfGroup, product);
  if (!first)
    return "the other warps of the warpgroup do not execute the instruction";
  if (first->pc != product.pc)
    return "the warps of a warpgroup execute different products: another one "
           "that at " +
           lineOf(block_, first->pc);
  if (first->a != product.a || first->b != product.b)
    return "the warps of a warpgroup pass different matrix descriptors";
  if (first->adds != product.adds)
    return "the warps of a warpgroup pass different predicates: another one "
           "that D is " +
           std::string(first->adds ? "added" : "not added");
  group->products.forget();
  return "";
}

std::string Warpgroups::setRegisters(const Warp &warp, uint32_t pc) {
  std::string wrong;
  Group *group = groupOf(warp, "setmaxnreg", wrong);
  if (!group)
    return wrong;
  Steps &steps = group->registers;
  unsigned within = warp.index() % warpsOfGroup;
  for (unsigned other = 0; other < warpsOfGroup; ++other)
    if (steps.executed[other] < steps.executed[within])
      return "warp " + std::to_string(warp.index() - within + other) +
             " of the warpgroup has not executed the setmaxnreg at " +
             lineOf(block_, steps.ahead.back().pc) +
             " yet: all four must wait for each other between two of them";
  const WarpgroupStep *first = steps.enter(within, {pc, 0, 0, false});
  if (first->pc != pc)
    return "the warps of a warpgroup execute different setmaxnreg: another one "
           "that at " +
           lineOf(block_, first->pc);
  steps.forget();
  return "";
}

uint64_t Warpgroups::executedBy(const Warp &warp) const {
  unsigned number = warp.index() / warpsOfGroup;
  return number < groups_.size()
             ? groups_[number].products.executed[warp.index() % warpsOfGroup]
             : 0;
}

void Warpgroups::commit(const Warp &warp) {
  unsigned number = warp.index() / warpsOfGroup;
  if (groups_.size() <= number)
    groups_.resize(number + 1);
  std::deque<uint64_t> &committed =
      groups_[number].committed[warp.index() % warpsOfGroup];
  committed.push_back(executedBy(warp));
  if (committed.size() > mostCommitted)
    committed.pop_front();
}

Warpgroups::Wait Warpgroups::wait(const Warp &warp, uint64_t pending,
                                  uint64_t &products, uint32_t &pc,
                                  std::string &wrong) {
  unsigned number = warp.index() / warpsOfGroup;
  products = 0;
  if (number >= groups_.size())
    return Wait::Done;
  Group &group = groups_[number];
  std::deque<uint64_t> &committed =
      group.committed[warp.index() % warpsOfGroup];
  if (committed.size() <= pending)
    return Wait::Done;
  products = committed[committed.size() - 1 - pending];
  for (unsigned other = 0; other < warpsOfGroup; ++other) {
    const Steps &steps = group.products;
    if (steps.executed[other] >= products)
      continue;
    size_t index = number * warpsOfGroup + other;
    if (block_.warp(index).alive())
      return Wait::Pending;
    pc = steps.ahead[steps.executed[other] - steps.before].pc;
    wrong = missing(index);
    return Wait::Never;
  }
  committed.erase(committed.begin(),
                  committed.end() - static_cast<ptrdiff_t>(pending));
  return Wait::Done;
}

std::string Warpgroups::missing(size_t warp) {
  return "warp " + std::to_string(warp) +
         " of the warpgroup does not execute the instruction";
}

bool Warpgroups::isExecutedByAll(size_t number, const Steps &steps) {
  if (steps.ahead.empty())
    return true;
  auto executes = [&](unsigned within) {
    return steps.executed[within] > steps.before;
  };
  unsigned one = 0, other = 0;
  while (!executes(one))
    ++one;
  while (executes(other))
    ++other;
  const Warp &warp = block_.warp(number * warpsOfGroup + one);
  block_.report(warp, 0, steps.ahead[0].pc, cuda::Result::LaunchFailed,
                missing(number * warpsOfGroup + other));
  return false;
}

bool Warpgroups::finish() {
  for (size_t number = 0; number < groups_.size(); ++number)
    if (!isExecutedByAll(number, groups_[number].products) ||
        !isExecutedByAll(number, groups_[number].registers))
      return false;
  return true;
}

} // namespace theano::sim
