//===- Report.cpp - what theano-run tells of its calls --------------------===//

#include "Report.h"

#include <algorithm>

using namespace theano;
using namespace theano::run;

void theano::run::printTimes(const std::string &function, int64_t compileNs,
                             std::vector<int64_t> callNs, std::FILE *out) {
  std::fprintf(out, "%s: compile %.3f ms", function.c_str(), compileNs / 1e6);
  if (!callNs.empty()) {
    std::nth_element(callNs.begin(), callNs.begin() + callNs.size() / 2,
                     callNs.end());
    std::fprintf(out, ", run %.3f ms (median of %zu)",
                 callNs[callNs.size() / 2] / 1e6, callNs.size());
  }
  std::fputc('\n', out);
}
