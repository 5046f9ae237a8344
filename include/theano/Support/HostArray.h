//===- HostArray.h - an array in host memory --------------------*- C++ -*-===//

#ifndef THEANO_SUPPORT_HOSTARRAY_H
#define THEANO_SUPPORT_HOSTARRAY_H

#include "theano/Support/DType.h"
#include "theano/Support/Status.h"

#include <memory>
#include <string>
#include <vector>

namespace theano {

/// Sizes, outermost dimension first; empty for a 0-d array.
using Shape = std::vector<int64_t>;

/// "(2, 3)", "(4,)" and "()", as NumPy prints shapes.
std::string formatShape(std::span<const int64_t> shape);

/// A C-contiguous array in host memory that is shared (copies of a HostArray
/// refer to the same bytes) or borrowed.
class HostArray {
public:
  HostArray() = default;

  /// Fresh memory, 64-byte aligned, zeroed. Fails with OutOfMemory, also when
  /// the byte count does not fit, and InvalidArgument on a negative size.
  static Expected<HostArray> allocate(DType dtype, Shape shape);

  /// Refers to bytes that `owner` keeps alive; with a null owner the caller
  /// does. `data` may be null only for an array without elements.
  static HostArray wrap(DType dtype, Shape shape, void *data,
                        std::shared_ptr<void> owner = nullptr);

  DType dtype() const { return dtype_; }
  const Shape &shape() const { return shape_; }
  int64_t rank() const { return static_cast<int64_t>(shape_.size()); }
  /// Number of elements.
  int64_t size() const;
  /// Number of bytes; it fits, as every way of making an array checks it.
  int64_t byteSize() const {
    return size() * static_cast<int64_t>(dtypeSize(dtype_));
  }

  void *data() { return data_; }
  const void *data() const { return data_; }
  /// The elements as T; T must have the size of the dtype.
  template <typename T> std::span<T> as() {
    return {static_cast<T *>(data_), static_cast<size_t>(size())};
  }
  template <typename T> std::span<const T> as() const {
    return {static_cast<const T *>(data_), static_cast<size_t>(size())};
  }
  const std::shared_ptr<void> &owner() const { return owner_; }

private:
  DType dtype_ = DType::Float32;
  Shape shape_ = {0};
  void *data_ = nullptr;
  std::shared_ptr<void> owner_;
};

/// `array` with every element converted to `dtype` as C converts (floats
/// truncate to integers, out-of-range values wrap, NaN becomes 0; anything but
/// 0 is true). Fails with OutOfMemory.
Expected<HostArray> convertElements(const HostArray &array, DType dtype);

} // namespace theano

#endif // THEANO_SUPPORT_HOSTARRAY_H
