//===- Inputs.h - arrays that the command line names ------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_INPUTS_H
#define TOOLS_THEANO_RUN_INPUTS_H

#include "theano/Support/Npy.h"

#include <optional>
#include <string>
#include <vector>

namespace theano::run {

/// Arrays by the name that the command line gives them.
class GivenArrays {
public:
  /// Reads the texts after -i or --shared. Of a whole .npz file an array is
  /// read only when it is asked for.
  static Expected<GivenArrays> read(const std::vector<std::string> &texts);

  /// The array for one of `names`, as an argument of `dtype` takes it; nothing
  /// where none is given. One that was given by name wins over those of whole
  /// files, and the last one over those before it. NumPy has no bfloat16: where
  /// that is the dtype, float32 is converted.
  Expected<std::optional<HostArray>> find(const std::vector<std::string> &names,
                                          DType dtype) const;

private:
  Expected<std::optional<HostArray>>
  find(const std::vector<std::string> &names) const;

  NamedArrays named;             ///< in the order of the texts
  std::vector<NpzArchive> files; ///< whole ones; the last wins
};

/// The name in a text after -i, or nothing for a whole .npz file.
std::optional<std::string> inputName(const std::string &text);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_INPUTS_H
