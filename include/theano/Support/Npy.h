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

/// The arrays in the bytes of an .npz file, without the ".npy" of their names.
Expected<NamedArrays> parseNpz(std::span<const uint8_t> bytes,
                               const std::string &name);
Expected<NamedArrays> readNpz(const std::string &path);

/// The bytes of an .npy file (version 1.0, C order, native byte order). NumPy
/// has no bfloat16: such arrays are written as float32.
Expected<std::vector<uint8_t>> formatNpy(const HostArray &array);

/// Writes to a temporary file beside `path` and renames it, so that no partial
/// file is left behind.
Status writeNpy(const std::string &path, const HostArray &array);
/// An uncompressed .npz. Names must be distinct and not empty.
Status writeNpz(const std::string &path, const NamedArrays &arrays);

} // namespace theano

#endif // THEANO_SUPPORT_NPY_H
