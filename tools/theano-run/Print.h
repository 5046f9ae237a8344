//===- Print.h - arrays for people ------------------------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_PRINT_H
#define TOOLS_THEANO_RUN_PRINT_H

#include "theano/Support/HostArray.h"

#include <string>

namespace theano::run {

/// The elements in brackets, as NumPy writes them; long dimensions show their
/// first and last three.
std::string formatArray(const HostArray &array);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_PRINT_H
