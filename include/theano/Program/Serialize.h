//===- Serialize.h - programs as bytes --------------------------*- C++ -*-===//

#ifndef THEANO_PROGRAM_SERIALIZE_H
#define THEANO_PROGRAM_SERIALIZE_H

#include "theano/Program/Program.h"

namespace theano {

/// Changes with every change of the form; other versions are refused.
inline constexpr uint32_t kProgramVersion = 2;

/// The same program always makes the same bytes: "THEANOPG", the version, a
/// checksum, then the fields in the order of the structs, little-endian.
std::vector<uint8_t> serialize(const Program &program);

/// The program, verified. Bytes that are no such program are an error
/// (IOError), never anything worse.
Expected<Program> deserialize(std::span<const uint8_t> bytes);

} // namespace theano

#endif // THEANO_PROGRAM_SERIALIZE_H
