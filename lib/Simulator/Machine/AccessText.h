//===- AccessText.h - accesses in messages ----------------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_MACHINE_ACCESSTEXT_H
#define THEANO_SIMULATOR_MACHINE_ACCESSTEXT_H

#include <array>
#include <cstdint>
#include <string>

namespace theano::sim {

/// "0x5400"
std::string hexText(uint64_t value);

/// "(1,0,0)"
std::string tripleText(const std::array<uint32_t, 3> &values);

/// "write of 4 bytes"
std::string accessText(uint64_t bytes, bool write);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_MACHINE_ACCESSTEXT_H
