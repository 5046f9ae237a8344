//===- Report.h - what theano-run tells of its calls ------------*- C++ -*-===//

#ifndef TOOLS_THEANO_RUN_REPORT_H
#define TOOLS_THEANO_RUN_REPORT_H

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace theano::run {

/// One line with the time to compile and the median of the calls.
void printTimes(const std::string &function, int64_t compileNs,
                std::vector<int64_t> callNs, std::FILE *out);

} // namespace theano::run

#endif // TOOLS_THEANO_RUN_REPORT_H
