//===- PendingProducts.h - what wgmma has not been waited for ---*- C++ -*-===//
//
// A device may read the operands of wgmma.mma_async and write its results at
// any time until a wait for its group. Here that happens at once, and with all
// checks on, whoever comes too early is found: an instruction that reads or
// writes the registers of the results, one that writes those of A, and memory
// of A or B that has changed until the wait.
//
// Compilers copy registers from one product to the next, and ptxas takes the
// copies out again; so a copy is as good as what it is of, and so is a copy
// over another result of a product.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_CHECKS_PENDINGPRODUCTS_H
#define THEANO_SIMULATOR_CHECKS_PENDINGPRODUCTS_H

#include "Machine/Op.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace theano::sim {

class Warp;
struct Instruction;
struct Operand;

/// Those of one warp.
class PendingProducts {
public:
  static constexpr unsigned unitBytes = 16;

  void clear();
  bool isEmpty() const { return registers_.empty(); }

  /// Registers are ready for products from now on.
  void fence() { isFenced_ = true; }
  bool isFenced() const { return isFenced_; }
  /// The product `instruction` of the running group is under way.
  void issue(const Warp &warp, uint32_t pc, const Instruction &instruction);
  /// The warp's product number `product` reads 16 bytes of shared memory.
  void reads(const Warp &warp, uint32_t pc, uint64_t product, uint32_t address);
  void commit() { ++committed_; }
  /// The warp has waited for all of its groups but the last `pending`.
  void wait(uint64_t pending);
  /// Some warp of the four has waited for so many products. Answers what is
  /// wrong, and at `pc` which product it is about.
  std::string complete(const Warp &warp, uint64_t products, uint32_t &pc);

  /// The first product, at `pc`, whose results nobody has waited for; false
  /// where there is none.
  bool findUnawaited(uint32_t &pc) const;

  /// What is wrong with executing `instruction` now, or nothing.
  std::string look(const Warp &warp, const Instruction &instruction);

private:
  /// A register of a frame.
  using Register = std::pair<const char *, uint32_t>;
  struct State {
    uint64_t group = 0;
    bool isResult = false; ///< of A otherwise
    uint32_t lanes = 0;    ///< that have it
    uint32_t pc = 0;       ///< of the product
  };
  struct Read {
    uint64_t product = 0;
    uint32_t pc = 0, address = 0;
    std::array<char, unitBytes> bytes = {};
  };

  void add(const Warp &warp, uint32_t pc, const Operand &operand,
           bool isResult);
  const State *find(const Warp &warp, const Operand &operand) const;

  std::map<Register, State> registers_;
  std::vector<Read> reads_;
  uint64_t committed_ = 0;
  bool isFenced_ = false;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_CHECKS_PENDINGPRODUCTS_H
