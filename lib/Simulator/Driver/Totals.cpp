//===- Totals.cpp - what was counted of all launches ----------------------===//

#include "Driver/Totals.h"

#include <algorithm>

namespace theano::sim {

OpCounts KernelTotals::all() const {
  OpCounts sum;
  for (const OpCounts &counts : classes)
    sum += counts;
  return sum;
}

ModuleTotals &Totals::moduleOf(const std::string &text) {
  auto found = std::ranges::find(modules_, text, &ModuleTotals::text);
  if (found != modules_.end())
    return *found;
  return modules_.emplace_back(ModuleTotals{text, {}});
}

void Totals::add(const LaunchSpec &launch, const LaunchResult &result,
                 const std::vector<DeclaredTensor> &declared) {
  KernelTotals &kernel = kernels_[std::string(launch.kernel->ast->name)];
  ++kernel.launches;
  kernel.instructions += result.instructions;
  if (!result.counters)
    return;
  ++kernel.counted;
  kernel.loadedSectors += result.counters->loaded().size();
  kernel.storedSectors += result.counters->stored().size();
  SectorSet read, written;
  for (const DeclaredTensor &tensor : declared)
    for (uint64_t at = tensor.address / 32;
         at * 32 < tensor.address + tensor.bytes; ++at) {
      if (tensor.read)
        read.insert(at);
      if (tensor.written)
        written.insert(at);
    }
  kernel.leastLoaded += read.size();
  kernel.leastStored += written.size();
  const Image &image = *launch.image;
  // The modules of a link, each with its own text.
  std::map<const Module *, ModuleTotals *> modules;
  const std::vector<OpCounts> &ops = result.counters->ops();
  for (size_t pc = 0; pc < ops.size(); ++pc) {
    const Instruction *instruction = image.info[pc].instruction;
    if (!instruction || ops[pc] == OpCounts())
      continue;
    kernel.classes[static_cast<unsigned>(classify(*instruction))] += ops[pc];
    const Module *source = image.info[pc].function->module;
    ModuleTotals *&module = modules[source];
    if (!module)
      module = &moduleOf(source->text);
    module->lines[instruction->where.line] += ops[pc];
  }
}

} // namespace theano::sim
