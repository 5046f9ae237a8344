//===- Report.h - counters and findings as text -----------------*- C++ -*-===//

#ifndef THEANO_SIMULATOR_DRIVER_REPORT_H
#define THEANO_SIMULATOR_DRIVER_REPORT_H

#include "Driver/Totals.h"

#include <string>
#include <vector>

namespace theano::sim {

/// A line for each kernel, under a line of headings, and one for each finding.
std::string writeTable(const Totals &totals,
                       const std::vector<std::string> &findings);

/// One object: {"kernels": [...], "findings": [...]}.
std::string writeJson(const Totals &totals,
                      const std::vector<std::string> &findings);

/// The text of each module that was counted, with what each of its lines did in
/// front of it.
std::string writeAnnotatedPtx(const Totals &totals);

} // namespace theano::sim

#endif // THEANO_SIMULATOR_DRIVER_REPORT_H
