//===- Link.h - a shared object from an object file -------------*- C++ -*-===//

#ifndef LIB_TARGET_CPU_LINK_H
#define LIB_TARGET_CPU_LINK_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace theano {

/// Links one object file, given as bytes, into a shared object.
llvm::Expected<std::vector<uint8_t>> linkSharedObject(llvm::StringRef object);

} // namespace theano

#endif // LIB_TARGET_CPU_LINK_H
