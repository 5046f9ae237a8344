//===- FuzzPtx.cpp - hostile PTX for the simulated driver -----------------===//
//
// libFuzzer's entry points. Its own mutations change bytes, of which few leave
// a text that loads; those here change words and lines, so that the decoder and
// the interpreter have something to do, too.
//
//===----------------------------------------------------------------------===//

#include "PtxRunner.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>

using theano::fuzz::PtxRunner;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity);

/// An array of a gigabyte is refused as a device with less memory would.
extern "C" const char *__asan_default_options() {
  return "allocator_may_return_null=1:max_allocation_size_mb=1024";
}

static const PtxRunner &runner() {
  static const PtxRunner opened = [] {
    theano::Expected<PtxRunner> made = PtxRunner::open();
    if (made)
      return *made;
    std::fprintf(stderr, "%s\n", made.message().c_str());
    std::exit(1);
  }();
  return opened;
}

/// libFuzzer counts coverage in those libraries only that are open by then.
extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  runner();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  runner().run(std::string(reinterpret_cast<const char *>(data), size));
  return 0;
}

//===----------------------------------------------------------------------===//
// Mutations
//===----------------------------------------------------------------------===//

namespace {

using Random = std::minstd_rand;

size_t below(Random &random, size_t bound) { return random() % bound; }

/// The words of a text: names, modifiers with their dot, numbers.
std::vector<std::string_view> wordsOf(std::string_view text) {
  auto isPart = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '%' ||
           c == ':';
  };
  std::vector<std::string_view> words;
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    while (end < text.size() && isPart(text[end]))
      ++end;
    if (isPart(text[at]) || (text[at] == '.' && end > at + 1))
      words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

/// Statements, as most lines are one.
std::vector<std::string_view> linesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::string replaced(std::string_view text, std::string_view part,
                     std::string_view by) {
  auto at = static_cast<size_t>(part.data() - text.data());
  return std::string(text.substr(0, at)) + std::string(by) +
         std::string(text.substr(at + part.size()));
}

/// Another word of the same kind: of two modifiers, names or numbers one often
/// fits where the other stood.
std::string changeWord(std::string_view text, Random &random) {
  constexpr std::string_view awkward[] = {"0",
                                          "1",
                                          "-1",
                                          "31",
                                          "32",
                                          "33",
                                          "64",
                                          "255",
                                          "65535",
                                          "65536",
                                          "2147483647",
                                          "-2147483648",
                                          "4294967295",
                                          "0x80000000",
                                          "0x7fffffffffffffff",
                                          "0xffffffffffffffff",
                                          "0f7FC00000",
                                          "0f80000000"};
  std::vector<std::string_view> words = wordsOf(text);
  if (words.empty())
    return std::string(text);
  std::string_view word = words[below(random, words.size())];
  auto isNumber = [](std::string_view word) {
    return word[0] >= '0' && word[0] <= '9';
  };
  if (isNumber(word) && below(random, 2))
    return replaced(text, word, awkward[below(random, std::size(awkward))]);
  auto kindOf = [&](std::string_view word) {
    return isNumber(word)                     ? '0'
           : word[0] == '.' || word[0] == '%' ? word[0]
                                              : 'a';
  };
  std::erase_if(words, [&](std::string_view other) {
    return kindOf(other) != kindOf(word);
  });
  return replaced(text, word, words[below(random, words.size())]);
}

/// Drops a line, says it twice, or brings one from `other`.
std::string changeLine(std::string_view text, std::string_view other,
                       Random &random) {
  std::vector<std::string_view> lines = linesOf(text), more = linesOf(other);
  if (lines.empty() || more.empty())
    return std::string(text);
  std::string_view line = lines[below(random, lines.size())];
  if (below(random, 3) == 0)
    return replaced(text, line, "");
  return replaced(text, line.substr(line.size()),
                  more[below(random, more.size())]);
}

size_t copyOut(const std::string &text, uint8_t *out, size_t capacity) {
  size_t size = std::min(text.size(), capacity);
  std::copy_n(text.data(), size, out);
  return size;
}

std::string_view viewOf(const uint8_t *data, size_t size) {
  return {reinterpret_cast<const char *>(data), size};
}

} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t capacity, unsigned seed) {
  Random random(seed);
  if (below(random, 3) == 0)
    return LLVMFuzzerMutate(data, size, capacity);
  std::string text(viewOf(data, size));
  for (size_t changes = 1 + below(random, 3); changes; --changes)
    text = below(random, 3) ? changeWord(text, random)
                            : changeLine(text, text, random);
  return copyOut(text, data, capacity);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *data, size_t size,
                                            const uint8_t *other,
                                            size_t otherSize, uint8_t *out,
                                            size_t capacity, unsigned seed) {
  Random random(seed);
  std::string text(viewOf(data, size));
  for (size_t changes = 1 + below(random, 4); changes; --changes)
    text = changeLine(text, viewOf(other, otherSize), random);
  return copyOut(text, out, capacity);
}
