//===- DevicePrintf.cpp - the text of a kernel's printf -------------------===//

#include "Machine/DevicePrintf.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace theano::sim {

/// Longer texts, and wider fields, are cut off: they are those of a kernel that
/// reads past the end of a text, or takes any number for a width.
static constexpr size_t mostText = 1 << 16;
static constexpr int mostWidth = 4096;
/// What a device keeps of all that is printed.
static constexpr size_t mostPrinted = 1 << 20;

std::optional<std::string> readText(uint64_t address, const ReadBytes &read) {
  std::string text;
  for (char letter = 0; text.size() < mostText; text += letter) {
    if (!read(address + text.size(), &letter, 1))
      return std::nullopt;
    if (!letter)
      break;
  }
  return text;
}

namespace {

/// One `%...` of a format: what stands between, and what it ends with.
struct Specifier {
  std::string flags;
  int width = -1, precision = -1;
  bool isLong = false; ///< an integer of 8 bytes
  std::string shorter; ///< "h" or "hh": what an int is cut to
  char conversion = 0;
};

class Printer {
public:
  Printer(std::string_view format, uint64_t arguments, const ReadBytes &read)
      : rest_(format), next_(arguments), read_(read) {}

  /// False after a fault.
  bool run();
  PrintedText take() { return std::move(made_); }

private:
  template <typename T> bool argument(T &value);
  bool number(int &value);
  bool specifier(Specifier &made);
  bool convert(const Specifier &specifier);
  template <typename T>
  void print(const Specifier &specifier, const char *size, T value);
  template <typename T>
  bool printArgument(const Specifier &specifier, const char *size);
  bool takeIf(char letter);

  std::string_view rest_;
  uint64_t next_;
  const ReadBytes &read_;
  PrintedText made_;
};

bool Printer::takeIf(char letter) {
  if (!rest_.starts_with(letter))
    return false;
  rest_.remove_prefix(1);
  return true;
}

template <typename T> bool Printer::argument(T &value) {
  next_ = (next_ + sizeof(T) - 1) / sizeof(T) * sizeof(T);
  if (!read_(next_, &value, sizeof(T)))
    return false;
  next_ += sizeof(T);
  ++made_.arguments;
  return true;
}

/// Digits, or an argument for `*`.
bool Printer::number(int &value) {
  if (takeIf('*'))
    return argument(value);
  value = 0;
  for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
       rest_.remove_prefix(1))
    value = std::min(10 * value + (rest_[0] - '0'), mostWidth);
  return true;
}

/// Reads one behind its `%`; where it has no end it keeps the conversion 0.
bool Printer::specifier(Specifier &made) {
  constexpr std::string_view flags = "-+ #0";
  while (!rest_.empty() && flags.find(rest_[0]) != std::string_view::npos) {
    made.flags += rest_[0];
    rest_.remove_prefix(1);
  }
  if (rest_.starts_with('*') ||
      (!rest_.empty() && rest_[0] >= '1' && rest_[0] <= '9')) {
    if (!number(made.width))
      return false;
    // A negative width is a flag and a width.
    if (made.width < 0) {
      made.flags += '-';
      made.width = made.width < -mostWidth ? mostWidth : -made.width;
    }
  }
  if (takeIf('.') && !number(made.precision))
    return false;
  made.width = std::min(made.width, mostWidth);
  made.precision = std::clamp(made.precision, -1, mostWidth);
  while (rest_.starts_with('h') || rest_.starts_with('L')) {
    if (takeIf('L'))
      continue;
    takeIf('h');
    if (made.shorter.size() < 2)
      made.shorter += 'h';
  }
  while (takeIf('l') || takeIf('j') || takeIf('z') || takeIf('t'))
    made.isLong = true;
  if (!rest_.empty()) {
    made.conversion = rest_[0];
    rest_.remove_prefix(1);
  }
  return true;
}

/// As the host's printf prints it.
template <typename T>
void Printer::print(const Specifier &specifier, const char *size, T value) {
  std::string format = "%" + specifier.flags;
  if (specifier.width >= 0)
    format += std::to_string(specifier.width);
  if (specifier.precision >= 0)
    format += "." + std::to_string(specifier.precision);
  format += size;
  format += specifier.conversion;
  std::string text(2 * mostWidth, '\0');
  while (true) {
    int length = std::snprintf(text.data(), text.size(), format.c_str(), value);
    if (length < 0)
      return;
    bool fits = static_cast<size_t>(length) < text.size();
    text.resize(static_cast<size_t>(length) + !fits);
    if (fits)
      break;
  }
  made_.text += text;
}

template <typename T>
bool Printer::printArgument(const Specifier &specifier, const char *size) {
  T value{};
  if (!argument(value))
    return false;
  print(specifier, size, value);
  return true;
}

bool Printer::convert(const Specifier &specifier) {
  switch (specifier.conversion) {
  case 'd':
  case 'i':
  case 'u':
  case 'x':
  case 'X':
  case 'o':
    if (specifier.isLong)
      return printArgument<long long>(specifier, "ll");
    return printArgument<int>(specifier, specifier.shorter.c_str());
  case 'c':
    return printArgument<int>(specifier, "");
  case 'e':
  case 'E':
  case 'f':
  case 'F':
  case 'g':
  case 'G':
  case 'a':
  case 'A':
    return printArgument<double>(specifier, "");
  case 'p':
    return printArgument<void *>(specifier, "");
  case 's': {
    uint64_t address = 0;
    if (!argument(address))
      return false;
    if (!address) {
      print(specifier, "", "(null)");
      return true;
    }
    std::optional<std::string> text = readText(address, read_);
    if (!text)
      return false;
    print(specifier, "", text->c_str());
    return true;
  }
  case '%':
    made_.text += '%';
    return true;
  default:
    // No specifier: it stands there as it is.
    made_.text += '%';
    if (specifier.conversion)
      made_.text += specifier.conversion;
    return true;
  }
}

bool Printer::run() {
  while (!rest_.empty() && made_.text.size() < mostPrinted) {
    size_t plain = std::min(rest_.find('%'), rest_.size());
    made_.text += rest_.substr(0, plain);
    rest_.remove_prefix(plain);
    Specifier found;
    if (takeIf('%') && (!specifier(found) || !convert(found)))
      return false;
  }
  return true;
}

} // namespace

std::optional<PrintedText> formatPrint(const std::string &format,
                                       uint64_t arguments,
                                       const ReadBytes &read) {
  Printer printer(format, arguments, read);
  if (!printer.run())
    return std::nullopt;
  return printer.take();
}

} // namespace theano::sim
