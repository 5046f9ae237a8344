//===- Report.h - what theano-run tells of a program ------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_REPORT_H
#define TOOLS_THEANO_RUN_REPORT_H

#include "theano/Program/Program.h"

#include <cstdio>

namespace theano::run {

/// For each launch the kernel, its family, source ops and lines, the bytes it
/// moves and its launch shape, as expressions over the sizes of the inputs.
void explain(const Program &program, std::FILE *out);

/// One line with the time to compile and the median of the calls.
void printTimes(const std::string &function, int64_t compileNs,
                std::vector<int64_t> callNs, std::FILE *out);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_REPORT_H
