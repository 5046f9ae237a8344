//===- Report.h - what theano-run tells of its calls ------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_REPORT_H
#define TOOLS_THEANO_RUN_REPORT_H

#include "Sweep.h"

#include <cstdio>
#include <string>

namespace theano::run {

/// What --explain says of a program before it runs, with the sizes of the
/// arrays that it is about to get.
std::string explain(const Sweep &sweep);

/// The most memory that was in use since Device::resetPeak, with the inputs,
/// also where the device reads them in place, and the shared variables.
void printPeakMemory(const Sweep &sweep, std::FILE *out);

/// One line with the time to compile and the medians of the calls.
void printTimes(const std::string &function, int64_t compileNs,
                const std::vector<CallTimes> &times, std::FILE *out);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_REPORT_H
