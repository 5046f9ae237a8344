//===- Inputs.h - arrays that the command line names ------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_INPUTS_H
#define TOOLS_THEANO_RUN_INPUTS_H

#include "theano/Support/HostArray.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace theano::run {

/// Arrays by the name that the command line gives them.
struct GivenArrays {
  std::map<std::string, HostArray> named;  ///< must all be used
  std::map<std::string, HostArray> offers; ///< from whole .npz files
  /// The array for one of `names`, or null.
  const HostArray *find(const std::vector<std::string> &names) const;
};

/// The name in a text after -i, or nothing for a whole .npz file.
std::optional<std::string> inputName(const std::string &text);

/// Reads the texts after -i or --shared.
Expected<GivenArrays> readArrays(const std::vector<std::string> &texts);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_INPUTS_H
