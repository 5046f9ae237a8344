//===- ByteReader.h - little-endian fields of a byte string -----*- C++ -*-===//

#ifndef THEANO_LIB_SUPPORT_BYTEREADER_H
#define THEANO_LIB_SUPPORT_BYTEREADER_H

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace theano {

/// The little-endian T at `offset`, or nothing when it does not lie inside.
template <typename T>
std::optional<T> readLittle(std::span<const uint8_t> bytes, size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T))
    return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

/// The part [offset, offset + size), or nothing when it does not lie inside.
inline std::optional<std::span<const uint8_t>>
readBytes(std::span<const uint8_t> bytes, size_t offset, size_t size) {
  if (offset > bytes.size() || bytes.size() - offset < size)
    return std::nullopt;
  return bytes.subspan(offset, size);
}

} // namespace theano

#endif // THEANO_LIB_SUPPORT_BYTEREADER_H
