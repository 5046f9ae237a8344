//===- Spelling.cpp - what a misspelt word may have meant -----------------===//

#include "theano/Support/Spelling.h"

#include <algorithm>

using namespace theano;

static unsigned editDistance(const std::string &a, const std::string &b) {
  std::vector<unsigned> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = static_cast<unsigned>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    unsigned diagonal = row[0];
    row[0] = static_cast<unsigned>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      unsigned above = row[j];
      row[j] = std::min(
          {row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row.back();
}

std::string theano::nearestSpelling(const std::string &word,
                                    const std::vector<std::string> &words) {
  std::string nearest;
  unsigned best = 3;
  for (const std::string &known : words)
    if (unsigned distance = editDistance(word, known); distance < best) {
      best = distance;
      nearest = known;
    }
  return nearest;
}
