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

std::string Warpgroups::enter(const Warp &warp, uint32_t pc, uint64_t a,
                              uint64_t b) {
  unsigned number = warp.index() / warpsOfGroup;
  unsigned within = warp.index() % warpsOfGroup;
  uint32_t threads = block_.launch().threads();
  if ((number + 1) * warpsOfGroup * warpSize > threads)
    return "wgmma is executed by four whole warps, the first of which is a "
           "multiple of four; of these the block has not all, with " +
           std::to_string(threads) + " threads";
  if (groups_.size() <= number)
    groups_.resize(number + 1);
  Group &group = groups_[number];
  uint64_t at = group.executed[within]++ - group.before;
  if (at == group.products.size()) {
    if (at == mostAhead)
      return "the other warps of the warpgroup do not execute the instruction";
    group.products.push_back({pc, a, b});
  } else if (const Product &other = group.products[at]; other.pc != pc) {
    return "the warps of a warpgroup execute different products: another one "
           "that at " +
           lineOf(block_, other.pc);
  } else if (other.a != a || other.b != b) {
    return "the warps of a warpgroup pass different matrix descriptors";
  }
  while (!group.products.empty() &&
         std::ranges::all_of(group.executed, [&](uint64_t executed) {
           return executed > group.before;
         })) {
    group.products.pop_front();
    ++group.before;
  }
  return "";
}

uint64_t Warpgroups::executedBy(const Warp &warp) const {
  unsigned number = warp.index() / warpsOfGroup;
  return number < groups_.size()
             ? groups_[number].executed[warp.index() % warpsOfGroup]
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
    if (group.executed[other] >= products)
      continue;
    size_t index = number * warpsOfGroup + other;
    if (block_.warp(index).alive())
      return Wait::Pending;
    pc = group.products[group.executed[other] - group.before].pc;
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

bool Warpgroups::finish() {
  for (size_t number = 0; number < groups_.size(); ++number) {
    const Group &group = groups_[number];
    if (group.products.empty())
      continue;
    auto executes = [&](unsigned within) {
      return group.executed[within] > group.before;
    };
    unsigned one = 0, other = 0;
    while (!executes(one))
      ++one;
    while (executes(other))
      ++other;
    const Warp &warp = block_.warp(number * warpsOfGroup + one);
    block_.report(warp, 0, group.products[0].pc, cuda::Result::LaunchFailed,
                  missing(number * warpsOfGroup + other));
    return false;
  }
  return true;
}

} // namespace theano::sim
