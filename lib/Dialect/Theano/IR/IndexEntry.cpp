//===- IndexEntry.cpp - sizes and indices, numbers or values --------------===//

#include "theano/Dialect/Theano/IR/IndexEntry.h"

#include <algorithm>

using namespace mlir;
using namespace theano;

void theano::splitSizes(ArrayRef<Size> sizes, SmallVectorImpl<int64_t> &numbers,
                        SmallVectorImpl<Value> &values) {
  for (const Size &size : sizes) {
    if (size.isValue()) {
      numbers.push_back(Size::kValue);
      values.push_back(size.getValue());
    } else if (size.isNumber()) {
      // The two smallest numbers are taken as marks; nothing tells them from
      // the third smallest, as no tensor has that many elements.
      numbers.push_back(std::max(*size.getNumber(), Size::kNone + 1));
    } else {
      numbers.push_back(Size::kNone);
    }
  }
}

SmallVector<Size> theano::mergeSizes(ArrayRef<int64_t> numbers,
                                     ValueRange values) {
  SmallVector<Size> sizes;
  unsigned next = 0;
  for (int64_t number : numbers) {
    if (number == Size::kNone)
      sizes.push_back(Size());
    else if (number != Size::kValue)
      sizes.push_back(Size(number));
    else
      sizes.push_back(next < values.size() ? Size(values[next++]) : Size());
  }
  return sizes;
}

SliceExtent theano::resolveSlice(std::optional<int64_t> start,
                                 std::optional<int64_t> stop, int64_t step,
                                 int64_t size) {
  // Where the bounds are clipped to: going backwards, "before the first" is -1.
  int64_t lowest = step > 0 ? 0 : -1;
  int64_t highest = step > 0 ? size : size - 1;
  auto clip = [&](int64_t bound) {
    if (bound < 0)
      bound = bound < -size ? -1 : bound + size;
    return std::clamp(bound, lowest, highest);
  };
  int64_t first = start ? clip(*start) : (step > 0 ? lowest : highest);
  int64_t last = stop ? clip(*stop) : (step > 0 ? highest : lowest);
  int64_t length = 0;
  // In unsigned arithmetic, where the magnitude of every step fits.
  uint64_t stride =
      step > 0 ? static_cast<uint64_t>(step) : 0 - static_cast<uint64_t>(step);
  if (step > 0 && first < last)
    length = 1 + static_cast<uint64_t>(last - first - 1) / stride;
  else if (step < 0 && last < first)
    length = 1 + static_cast<uint64_t>(first - last - 1) / stride;
  return {first, step, length};
}
