//===- Npy.h - NumPy's array files ------------------------------*- C++ -*-===//
//
// .npy versions 1.0, 2.0 and 3.0, and .npz (a zip of them, stored or
// deflated). Big-endian data is swapped and Fortran order transposed, so every
// array that is read is native and C-contiguous. Object and structured dtypes,
// pickles, complex numbers and strings are refused, as are files whose header
// or sizes do not fit their bytes. Every error names the file.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SUPPORT_NPY_H
#define THEANO_SUPPORT_NPY_H

#include "theano/Support/HostArray.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace theano {

/// Arrays by name, in the order of the file.
using NamedArrays = std::vector<std::pair<std::string, HostArray>>;

/// The array in the bytes of an .npy file; `name` is used in messages.
Expected<HostArray> parseNpy(std::span<const uint8_t> bytes,
                             const std::string &name);
Expected<HostArray> readNpy(const std::string &path);

/// An .npz file. Arrays are read when they are asked for, so that one that
/// nobody wants costs nothing and may be of a kind that we do not read.
class NpzArchive {
public:
  static Expected<NpzArchive> open(const std::string &path);
  /// The archive in these bytes; `name` is used in messages.
  static Expected<NpzArchive> parse(std::vector<uint8_t> bytes,
                                    std::string name);

  /// The names of the arrays, without ".npy", in the order of the file.
  const std::vector<std::string> &keys() const;
  bool contains(const std::string &key) const;
  /// The array called `key`, the last one where the file has several. The error
  /// for a key that is not there lists those that are.
  Expected<HostArray> read(const std::string &key) const;

private:
  struct Contents;
  explicit NpzArchive(std::shared_ptr<const Contents> contents);
  std::shared_ptr<const Contents> contents_;
};

/// The bytes of an .npy file (version 1.0, C order, native byte order). NumPy
/// has no bfloat16: such arrays are written as float32.
Expected<std::vector<uint8_t>> formatNpy(const HostArray &array);

/// The bytes of an uncompressed .npz file. Names must be distinct and not
/// empty.
Expected<std::vector<uint8_t>> formatNpz(const NamedArrays &arrays);

} // namespace theano

#endif // THEANO_SUPPORT_NPY_H
