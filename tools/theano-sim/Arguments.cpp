//===- Arguments.cpp - what a kernel is called with -----------------------===//

#include "Arguments.h"

#include "theano/Support/ArrayReader.h"
#include "theano/Support/File.h"
#include "theano/Support/Float16.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

using namespace theano;
using namespace theano::simtool;

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

/// The dtype of a scalar; PTX has two more names for integers.
static std::optional<DType> parseScalarType(const std::string &name) {
  if (name.size() > 1 && (name[0] == 's' || name[0] == 'b') && name[1] >= '1' &&
      name[1] <= '9')
    return parseDType((name[0] == 's' ? "i" : "u") + name.substr(1));
  return parseDType(name);
}

template <typename T>
static std::vector<uint8_t> bytesOf(T value, size_t count = sizeof(T)) {
  std::vector<uint8_t> bytes(count);
  std::memcpy(bytes.data(), &value, count);
  return bytes;
}

template <typename T>
static bool parseWhole(const char *begin, const char *end, T &value, int base) {
  auto [stop, error] = std::from_chars(begin, end, value, base);
  return error == std::errc() && stop == end;
}

template <typename T>
static bool parseFloat(const std::string &text, T &value) {
  auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size();
}

/// The bytes of an integer, decimal or 0x..., or nothing where it is none of
/// `dtype`.
static std::optional<std::vector<uint8_t>> integerBytes(const std::string &text,
                                                        DType dtype) {
  bool isHex = text.starts_with("0x") || text.starts_with("0X");
  const char *begin = text.data() + (isHex ? 2 : 0);
  const char *end = text.data() + text.size();
  if (isHex && text.size() > 2 && text[2] == '-')
    return std::nullopt;
  int base = isHex ? 16 : 10;
  size_t size = dtypeSize(dtype);
  auto bits = static_cast<unsigned>(8 * size);
  if (dtype == DType::Bool || isUnsigned(dtype)) {
    uint64_t value = 0;
    uint64_t most = dtype == DType::Bool ? 1 : ~uint64_t(0) >> (64 - bits);
    if (!parseWhole(begin, end, value, base) || value > most)
      return std::nullopt;
    return bytesOf(value, size);
  }
  int64_t value = 0;
  int64_t most = std::numeric_limits<int64_t>::max() >> (64 - bits);
  if (!parseWhole(begin, end, value, base) || value > most || value < -most - 1)
    return std::nullopt;
  return bytesOf(value, size);
}

/// The same of a floating-point number; one that only infinity could stand for
/// is none.
static std::optional<std::vector<uint8_t>> floatBytes(const std::string &text,
                                                      DType dtype) {
  if (dtype == DType::Float32) {
    float value = 0;
    return parseFloat(text, value) ? std::optional(bytesOf(value))
                                   : std::nullopt;
  }
  double value = 0;
  if (!parseFloat(text, value))
    return std::nullopt;
  if (dtype == DType::Float64)
    return bytesOf(value);
  bool isHalf = dtype == DType::Float16;
  uint16_t bits = isHalf ? doubleToHalf(value) : doubleToBFloat16(value);
  float rounded = isHalf ? halfToFloat(bits) : bfloat16ToFloat(bits);
  if (std::isfinite(value) && !std::isfinite(rounded))
    return std::nullopt;
  return bytesOf(bits);
}

//===----------------------------------------------------------------------===//
// One argument
//===----------------------------------------------------------------------===//

/// A new array, whose bytes say so: NaN in every format, and -1.
static Expected<HostArray> allocateUnwritten(const std::string &dtype,
                                             const std::string &shape,
                                             const std::string &text) {
  Expected<ArrayType> type = parseArrayType(dtype, shape, text);
  if (!type)
    return type.takeStatus();
  Expected<HostArray> array = HostArray::allocate(type->dtype, type->shape);
  if (array && array->byteSize() > 0)
    std::memset(array->data(), 0xff, static_cast<size_t>(array->byteSize()));
  return array;
}

static Failure misread(const std::string &text, const char *form) {
  return invalidArgument("--arg '" + text + "' should read " + form);
}

static Status readInto(Argument &argument, Expected<HostArray> array) {
  if (!array)
    return array.takeStatus();
  argument.array = *std::move(array);
  return Status::success();
}

static Status readOut(Argument &argument, const std::string &rest) {
  constexpr const char *form = "out:FILE.npy:T:SHAPE, like out:y.npy:f32:3x4";
  // The name of the file may hold colons.
  size_t shape = rest.rfind(':');
  size_t dtype = shape == std::string::npos || shape == 0
                     ? std::string::npos
                     : rest.rfind(':', shape - 1);
  if (dtype == std::string::npos)
    return misread(argument.text, form);
  argument.output = rest.substr(0, dtype);
  if (!argument.output.ends_with(".npy"))
    return misread(argument.text, form);
  return readInto(argument,
                  allocateUnwritten(rest.substr(dtype + 1, shape - dtype - 1),
                                    rest.substr(shape + 1), argument.text));
}

static Status readInOut(Argument &argument, const std::string &rest,
                        ArrayReader &reader) {
  size_t colon = rest.rfind(':');
  if (colon == std::string::npos || !rest.ends_with(".npy"))
    return misread(argument.text,
                   "inout:SOURCE:FILE.npy, like inout:x.npy:y.npy");
  argument.output = rest.substr(colon + 1);
  return readInto(argument, reader.read(rest.substr(0, colon)));
}

static Status readScratch(Argument &argument, const std::string &rest) {
  std::vector<std::string> parts = splitText(rest, ':');
  if (parts.size() != 2)
    return misread(argument.text, "scratch:T:SHAPE, like scratch:f32:3x4");
  return readInto(argument,
                  allocateUnwritten(parts[0], parts[1], argument.text));
}

static Status readValue(Argument &argument, const std::string &source,
                        ArrayReader &reader) {
  Expected<HostArray> array = reader.read(source);
  if (!array)
    return array.takeStatus();
  const auto *bytes = static_cast<const uint8_t *>(array->data());
  argument.value.assign(bytes, bytes + array->byteSize());
  return Status::success();
}

static Status readScalar(Argument &argument, DType dtype,
                         const std::string &number) {
  std::optional<std::vector<uint8_t>> bytes =
      isFloat(dtype) ? floatBytes(number, dtype) : integerBytes(number, dtype);
  if (!bytes)
    return invalidArgument("--arg '" + argument.text + "': '" + number +
                           "' is no number that " +
                           std::string(dtypeName(dtype)) + " holds");
  argument.value = std::move(*bytes);
  return Status::success();
}

static Status readArgument(Argument &argument, ArrayReader &reader) {
  const std::string &text = argument.text;
  size_t colon = text.find(':');
  std::string kind = text.substr(0, colon);
  std::string rest = colon == std::string::npos ? "" : text.substr(colon + 1);
  argument.isInput = kind == "in" || kind == "inout";
  if (!rest.empty()) {
    if (kind == "in")
      return readInto(argument, reader.read(rest));
    if (kind == "out")
      return readOut(argument, rest);
    if (kind == "inout")
      return readInOut(argument, rest, reader);
    if (kind == "scratch")
      return readScratch(argument, rest);
    if (kind == "value")
      return readValue(argument, rest, reader);
    if (std::optional<DType> dtype = parseScalarType(kind))
      return readScalar(argument, *dtype, rest);
  }
  return misread(text,
                 "in:SOURCE, out:FILE.npy:T:SHAPE, inout:SOURCE:FILE.npy, "
                 "scratch:T:SHAPE, value:SOURCE, or T:NUMBER such as "
                 "u32:5 or f32:0.5; --help tells more");
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

/// A long run is not begun when its results have no place to go to.
static Status checkOutputs(const std::vector<Argument> &arguments) {
  std::map<std::string, std::string> written;
  for (const Argument &argument : arguments) {
    if (argument.output.empty())
      continue;
    auto [it, isNew] =
        written.emplace(resultFile(argument.output), argument.text);
    if (!isNew)
      return invalidArgument("two results go to '" + argument.output +
                             "': --arg '" + it->second + "' and '" +
                             argument.text + "'; give each a file of its own");
    if (Status status = checkWritable(argument.output); status.failed())
      return status;
  }
  return Status::success();
}

Expected<std::vector<Argument>>
simtool::readArguments(const std::vector<std::string> &texts) {
  std::vector<Argument> arguments;
  ArrayReader reader;
  for (const std::string &text : texts) {
    Argument argument;
    argument.text = text;
    if (Status status = readArgument(argument, reader); status.failed())
      return status;
    arguments.push_back(std::move(argument));
  }
  if (Status status = checkOutputs(arguments); status.failed())
    return status;
  return arguments;
}

Status simtool::writeOutputs(const std::vector<Argument> &arguments) {
  std::vector<FileContents> files;
  for (const Argument &argument : arguments) {
    if (argument.output.empty())
      continue;
    HostArray array = *argument.array;
    // NumPy's bools are 0 and 1; a kernel may have left any byte.
    if (array.dtype() == DType::Bool)
      for (uint8_t &byte : array.as<uint8_t>())
        byte = byte != 0;
    Expected<std::vector<uint8_t>> bytes = formatNpy(array);
    if (!bytes)
      return bytes.takeStatus();
    files.push_back({argument.output, *std::move(bytes)});
  }
  return writeFiles(files);
}
