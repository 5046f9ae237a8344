//===- Warpgroups.cpp - four warps that multiply together -----------------===//

#include "Machine/Warpgroups.h"

#include "Machine/Block.h"

#include <algorithm>

namespace theano::sim {

/// Products that a warp may be ahead of the others of its group.
static constexpr size_t mostAhead = 1 << 20;

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
                  "warp " + std::to_string(number * warpsOfGroup + other) +
                      " of the warpgroup does not execute the instruction");
    return false;
  }
  return true;
}

} // namespace theano::sim
