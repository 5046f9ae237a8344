//===- Totals.h - what was counted of all launches --------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_TOTALS_H
#define THEANO_SIMULATOR_DRIVER_TOTALS_H

#include "Machine/InstructionClass.h"
#include "Machine/Launch.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace theano::sim {

/// A tensor of a launch, as the launcher names it: what it is for at all costs
/// that many bytes.
struct DeclaredTensor {
  uint64_t address = 0, bytes = 0;
  bool read = false, written = false;
};

/// Of the launches of one kernel. What is behind `counted` is of those launches
/// that were counted.
struct KernelTotals {
  uint64_t launches = 0, instructions = 0;
  uint64_t counted = 0;
  std::array<OpCounts, numInstructionClasses> classes = {};
  /// Distinct 32-byte sectors of global memory, summed over the launches.
  uint64_t loadedSectors = 0, storedSectors = 0;
  /// The same of the tensors that were declared to be read and written: the
  /// least that the launches can do with. 0 where none were.
  uint64_t leastLoaded = 0, leastStored = 0;

  OpCounts all() const;
  const OpCounts &of(InstructionClass wanted) const {
    return classes[static_cast<unsigned>(wanted)];
  }
};

/// The counts of each line of a module's text.
struct ModuleTotals {
  std::string text;
  std::map<uint32_t, OpCounts> lines;
};

/// Of all launches since the start or the last reset. A module's text is kept
/// when it has been counted, as the module may be unloaded before anybody asks.
class Totals {
public:
  void add(const LaunchSpec &launch, const LaunchResult &result,
           const std::vector<DeclaredTensor> &declared);

  /// By name; kernels of one name in several modules are one.
  const std::map<std::string, KernelTotals> &kernels() const {
    return kernels_;
  }
  const std::vector<ModuleTotals> &modules() const { return modules_; }

private:
  ModuleTotals &moduleOf(const std::string &text);

  std::map<std::string, KernelTotals> kernels_;
  std::vector<ModuleTotals> modules_;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_DRIVER_TOTALS_H
