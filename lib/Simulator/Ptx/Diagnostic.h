//===- Diagnostic.h - errors in a PTX text ----------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_PTX_DIAGNOSTIC_H
#define THEANO_SIMULATOR_PTX_DIAGNOSTIC_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace theano::sim {

/// A place in a PTX text; both count from 1.
struct Position {
  uint32_t line = 0, column = 0;
};

struct Diagnostic {
  Position where;
  std::string message;
};

/// Why a text is refused. A driver has a code for each.
enum class Refusal : uint8_t { Invalid, NewerVersion, NoMemory };

/// What is wrong with one text. A phase that added any must not go on to the
/// next.
class Diagnostics {
public:
  /// More than this many are not worth reading.
  static constexpr size_t limit = 20;

  void add(Position where, std::string message,
           Refusal refusal = Refusal::Invalid) {
    if (!any())
      refusal_ = refusal;
    // A name may be as long as the text.
    if (message.size() > 1000)
      message.replace(1000, std::string::npos, " ...");
    if (list_.size() < limit)
      list_.push_back({where, std::move(message)});
  }
  /// The reason of the first.
  Refusal refusal() const { return refusal_; }
  bool any() const { return !list_.empty(); }
  bool full() const { return list_.size() == limit; }
  const std::vector<Diagnostic> &list() const { return list_; }

  /// As the log of a driver's compiler words them, a line each:
  /// "ptxas application ptx input, line 3; error   : column 7: ...".
  std::string log() const {
    std::string text;
    for (const Diagnostic &one : list_)
      text += "ptxas application ptx input, line " +
              std::to_string(one.where.line) + "; error   : column " +
              std::to_string(one.where.column) + ": " + one.message + "\n";
    if (any())
      text += "ptxas fatal   : Ptx assembly aborted due to errors\n";
    return text;
  }

private:
  std::vector<Diagnostic> list_;
  Refusal refusal_ = Refusal::Invalid;
};

} // namespace theano::sim

#endif // THEANO_SIMULATOR_PTX_DIAGNOSTIC_H
