//===- Arguments.h - what a kernel is called with ---------------*- C++ -*-===//

#ifndef TOOLS_THEANO_SIM_ARGUMENTS_H
#define TOOLS_THEANO_SIM_ARGUMENTS_H

#include "theano/Support/HostArray.h"

#include <optional>
#include <string>
#include <vector>

namespace theano::simtool {

struct Argument {
  std::string text; ///< as the command line has it
  /// Of an array whose address is passed: its contents before the launch, and
  /// after it where there is an output.
  std::optional<HostArray> array;
  bool isInput = false;       ///< an array that is there to be read
  std::vector<uint8_t> value; ///< else the bytes that are passed
  std::string output;         ///< the file for the array, or empty
};

/// Reads what stands after each --arg, and makes sure that every output has a
/// place of its own to go to.
Expected<std::vector<Argument>>
readArguments(const std::vector<std::string> &texts);

/// Writes all outputs or none.
Status writeOutputs(const std::vector<Argument> &arguments);

} // namespace theano::simtool

#endif // TOOLS_THEANO_SIM_ARGUMENTS_H
