//===- Conversions.h - values between Python and C++ ------------*- C++ -*-===//

#ifndef THEANO_PYTHON_CONVERSIONS_H
#define THEANO_PYTHON_CONVERSIONS_H

#include "theano/Support/HostArray.h"
#include "theano/Support/Status.h"

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

namespace theano::python {

namespace nb = nanobind;

/// A contiguous array whose elements may be read.
using InputArray = nb::ndarray<nb::ro, nb::c_contig, nb::device::cpu>;

/// Raises the Python exception of a failure's kind.
[[noreturn]] void raise(const Failure &failure);

inline void check(const Status &status) {
  if (status.failed())
    raise(status.failure());
}

template <typename T> T unwrap(Expected<T> expected) {
  if (!expected)
    raise(expected.failure());
  return std::move(*expected);
}

/// The dtype of NumPy's name; raises TypeError for another.
DType dtypeFromName(const std::string &name);

/// The array's own bytes, which the caller keeps alive.
HostArray borrow(const InputArray &array);

/// A NumPy array of the bytes, which it keeps alive.
nb::object toNumpy(HostArray array);

} // namespace theano::python

#endif // THEANO_PYTHON_CONVERSIONS_H
