//===- Spelling.h - what a misspelt word may have meant ---------*- C++ -*-===//

#ifndef THEANO_SUPPORT_SPELLING_H
#define THEANO_SUPPORT_SPELLING_H

#include <string>
#include <vector>

namespace theano {

/// The one of `words` that is nearest to `word`, if at most two letters differ;
/// else empty.
std::string nearestSpelling(const std::string &word,
                            const std::vector<std::string> &words);

} // namespace theano

#endif // THEANO_SUPPORT_SPELLING_H
