//===- PrintedBlocks.h - what the blocks of a launch print ------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_PRINTEDBLOCKS_H
#define THEANO_SIMULATOR_MACHINE_PRINTEDBLOCKS_H

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace theano::sim {

/// Where printed text goes.
using PrintFunction = std::function<void(std::string_view text)>;

/// Puts the texts of blocks that several host threads run in the order of the
/// blocks, so that it does not depend on the threads. Thread-safe.
class PrintedBlocks {
public:
  /// To standard output without a function.
  explicit PrintedBlocks(const PrintFunction &print) : print_(print) {}

  /// More text of a block; each block of a launch ends once.
  void add(uint64_t block, std::string_view text, bool ends);
  /// All that is left, of a launch that ended early.
  void finish();

private:
  struct Text {
    std::string text;
    bool hasEnded = false;
  };
  void put(std::string_view text);

  const PrintFunction &print_;
  std::mutex mutex_;
  uint64_t next_ = 0; ///< the first that has not ended: its text goes out
  size_t keptBytes_ = 0;
  std::map<uint64_t, Text> kept_; ///< of later ones
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_PRINTEDBLOCKS_H
