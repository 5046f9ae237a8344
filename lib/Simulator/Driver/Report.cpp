//===- Report.cpp - counters and findings as text -------------------------===//

#include "Driver/Report.h"

#include <algorithm>
#include <cstdio>

namespace theano::sim {

static std::string withOneDecimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

static std::string ratio(uint64_t a, uint64_t b) {
  return b ? withOneDecimal(static_cast<double>(a) / static_cast<double>(b))
           : "-";
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

namespace {
/// Columns as wide as what is in them, the first to the left.
class Table {
public:
  explicit Table(std::vector<std::string> headings) {
    add(std::move(headings));
  }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const {
    std::vector<size_t> widths(rows_.front().size());
    for (const auto &row : rows_)
      for (size_t i = 0; i < row.size(); ++i)
        widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const auto &row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) {
        std::string padding(widths[i] - row[i].size(), ' ');
        bool last = i + 1 == row.size();
        text += i ? "  " + padding + row[i] : row[i] + (last ? "" : padding);
      }
      text += '\n';
    }
    return text;
  }

private:
  std::vector<std::vector<std::string>> rows_;
};
} // namespace

std::string writeTable(const Totals &totals,
                       const std::vector<std::string> &findings) {
  std::vector<std::string> headings = {
      "kernel",   "launches", "counted",  "warp instr",   "lanes",
      "load req", "sectors",  "unique",   "least",        "store req",
      "sectors",  "unique",   "least",    "shared waves", "ideal",
      "barriers", "atomics",  "divergent"};
  size_t columns = headings.size();
  Table table(std::move(headings));
  for (const auto &[name, kernel] : totals.kernels()) {
    std::vector<std::string> row = {name, std::to_string(kernel.launches)};
    if (!kernel.counted) {
      row.emplace_back("0");
      row.resize(columns, "-");
      table.add(std::move(row));
      continue;
    }
    OpCounts all = kernel.all();
    const OpCounts &loads = kernel.of(InstructionClass::Load);
    // An atomic update is one access to memory, which it changes.
    OpCounts stores = kernel.of(InstructionClass::Store);
    stores += kernel.of(InstructionClass::Atomic);
    row.push_back(std::to_string(kernel.counted));
    row.push_back(std::to_string(all.warps));
    row.push_back(ratio(all.lanes, all.warps));
    for (uint64_t count :
         {loads.requests, loads.sectors, kernel.loadedSectors,
          kernel.leastLoaded, stores.requests, stores.sectors,
          kernel.storedSectors, kernel.leastStored, all.wavefronts,
          all.idealWavefronts, kernel.of(InstructionClass::Barrier).warps,
          kernel.of(InstructionClass::Atomic).warps, all.divergent})
      row.push_back(std::to_string(count));
    table.add(std::move(row));
  }
  std::string text = table.text();
  for (const std::string &finding : findings)
    text += "finding: " + finding + "\n";
  return text;
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

/// Bytes of the UTF-8 character at the start of `text`; 0 if there is none.
static size_t characterLength(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  size_t length = byte(0) < 0x80                       ? 1
                  : byte(0) >= 0xc2 && byte(0) <= 0xdf ? 2
                  : byte(0) >= 0xe0 && byte(0) <= 0xef ? 3
                  : byte(0) >= 0xf0 && byte(0) <= 0xf4 ? 4
                                                       : 0;
  if (length > text.size())
    return 0;
  for (size_t i = 1; i < length; ++i)
    if (byte(i) >> 6 != 2)
      return 0;
  // Three and four bytes for what fewer hold, surrogates, beyond the last.
  if ((byte(0) == 0xe0 && byte(1) < 0xa0) ||
      (byte(0) == 0xed && byte(1) >= 0xa0) ||
      (byte(0) == 0xf0 && byte(1) < 0x90) ||
      (byte(0) == 0xf4 && byte(1) >= 0x90))
    return 0;
  return length;
}

/// A JSON string; bytes that are no text become U+FFFD.
static std::string quoted(std::string_view text) {
  std::string made = "\"";
  while (!text.empty()) {
    size_t length = characterLength(text);
    auto first = static_cast<unsigned char>(text[0]);
    if (!length) {
      made += "\\ufffd";
    } else if (first < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", first);
      made += escape;
    } else {
      if (first == '"' || first == '\\')
        made += '\\';
      made += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return made + '"';
}

namespace {
/// The members of one object.
class JsonObject {
public:
  JsonObject &add(std::string_view key, const std::string &value) {
    text_ +=
        (text_.empty() ? "\"" : ", \"") + std::string(key) + "\": " + value;
    return *this;
  }
  JsonObject &add(std::string_view key, uint64_t value) {
    return add(key, std::to_string(value));
  }
  std::string text() const { return "{" + text_ + "}"; }

private:
  std::string text_;
};
} // namespace

static JsonObject countsObject(const OpCounts &counts) {
  JsonObject object;
  object.add("warps", counts.warps).add("lanes", counts.lanes);
  if (counts.divergent)
    object.add("divergent", counts.divergent);
  if (counts.requests)
    object.add("requests", counts.requests).add("sectors", counts.sectors);
  if (counts.idealWavefronts)
    object.add("wavefronts", counts.wavefronts)
        .add("idealWavefronts", counts.idealWavefronts);
  return object;
}

static std::string kernelObject(const std::string &name,
                                const KernelTotals &kernel) {
  JsonObject object;
  object.add("name", quoted(name))
      .add("launches", kernel.launches)
      .add("steps", kernel.instructions);
  if (!kernel.counted)
    return object.text();
  JsonObject classes;
  for (unsigned i = 0; i < numInstructionClasses; ++i)
    if (kernel.classes[i].warps)
      classes.add(spelling(static_cast<InstructionClass>(i)),
                  countsObject(kernel.classes[i]).text());
  OpCounts all = kernel.all();
  object.add("countedLaunches", kernel.counted)
      .add("counts", countsObject(all).text())
      .add("classes", classes.text())
      .add("uniqueLoadedSectors", kernel.loadedSectors)
      .add("uniqueStoredSectors", kernel.storedSectors)
      .add("leastLoadedSectors", kernel.leastLoaded)
      .add("leastStoredSectors", kernel.leastStored);
  return object.text();
}

std::string writeJson(const Totals &totals,
                      const std::vector<std::string> &findings) {
  std::string text = "{\"kernels\": [", separator;
  for (const auto &[name, kernel] : totals.kernels()) {
    text += separator + kernelObject(name, kernel);
    separator = ", ";
  }
  text += "], \"findings\": [";
  separator.clear();
  for (const std::string &finding : findings) {
    text += separator + quoted(finding);
    separator = ", ";
  }
  return text + "]}\n";
}

//===----------------------------------------------------------------------===//
// Annotated PTX
//===----------------------------------------------------------------------===//

static std::string annotation(const OpCounts *counts) {
  char text[80] = "";
  if (!counts)
    std::snprintf(text, sizeof text, "%12s %6s %8s %6s |", "", "", "", "");
  else
    std::snprintf(
        text, sizeof text, "%12llu %6s %8s %6s |",
        static_cast<unsigned long long>(counts->warps),
        ratio(counts->lanes, counts->warps).c_str(),
        counts->requests ? ratio(counts->sectors, counts->requests).c_str()
                         : "",
        counts->idealWavefronts
            ? ratio(counts->wavefronts, counts->idealWavefronts).c_str()
            : "");
  return text;
}

std::string writeAnnotatedPtx(const Totals &totals) {
  std::string text;
  for (const ModuleTotals &module : totals.modules()) {
    text +=
        "// Warps that executed the line; active lanes of a warp; sectors a "
        "request; shared\n// wavefronts over the ideal.\n";
    uint32_t number = 1;
    for (size_t at = 0; at < module.text.size(); ++number) {
      size_t end = std::min(module.text.find('\n', at), module.text.size());
      auto counts = module.lines.find(number);
      text +=
          annotation(counts == module.lines.end() ? nullptr : &counts->second);
      if (end > at)
        text += ' ';
      text.append(module.text, at, end - at);
      text += '\n';
      at = end + 1;
    }
  }
  return text;
}

} // namespace theano::sim
