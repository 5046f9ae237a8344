//===- ArrayReader.cpp - arrays that a command line names -----------------===//

#include "theano/Support/ArrayReader.h"

#include "theano/Support/Philox.h"

#include <charconv>

using namespace theano;

std::vector<std::string> theano::splitText(const std::string &text, char at) {
  std::vector<std::string> parts;
  size_t begin = 0;
  for (size_t end; (end = text.find(at, begin)) != std::string::npos;
       begin = end + 1)
    parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

template <typename T>
static bool parseNumber(const std::string &text, T &value) {
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

Expected<ArrayType> theano::parseArrayType(const std::string &dtype,
                                           const std::string &shape,
                                           const std::string &whole) {
  ArrayType type;
  std::optional<DType> parsed = parseDType(dtype);
  if (!parsed)
    return invalidArgument("'" + dtype + "' in '" + whole +
                           "' is no dtype; they are bool, i8 to i64, u8 to "
                           "u64, f16, bf16, f32, f64 or NumPy's names");
  type.dtype = *parsed;
  if (shape.empty())
    return type;
  for (const std::string &size : splitText(shape, 'x')) {
    int64_t value;
    if (!parseNumber(size, value) || value < 0)
      return invalidArgument("'" + shape + "' in '" + whole +
                             "' is no shape; write sizes like 3x4");
    type.shape.push_back(value);
  }
  // NumPy has no more.
  if (type.shape.size() > 64)
    return invalidArgument("the shape in '" + whole + "' has " +
                           std::to_string(type.shape.size()) +
                           " dimensions; an array has at most 64");
  return type;
}

/// The form of a generator with this name, or null.
static const char *generatorForm(const std::string &name) {
  if (name == "arange")
    return "arange:DTYPE:SHAPE";
  if (name == "random")
    return "random:DTYPE:SHAPE[:SEED]";
  if (name == "zeros")
    return "zeros:DTYPE:SHAPE";
  return nullptr;
}

static Expected<HostArray> generate(const std::string &text) {
  std::vector<std::string> parts = splitText(text, ':');
  bool random = parts[0] == "random";
  if (parts.size() < 3 || parts.size() > (random ? 4u : 3u))
    return invalidArgument("'" + text + "' should read " +
                           generatorForm(parts[0]));
  Expected<ArrayType> type = parseArrayType(parts[1], parts[2], text);
  if (!type)
    return type.takeStatus();
  uint64_t seed = 0;
  if (parts.size() == 4 && !parseNumber(parts[3], seed))
    return invalidArgument("'" + parts[3] + "' in '" + text +
                           "' is no seed; write an integer of at least 0");
  Expected<HostArray> array = HostArray::allocate(type->dtype, type->shape);
  if (!array)
    return array;
  if (random)
    fillRandom(*array, seed);
  else if (parts[0] == "arange")
    fillArange(*array);
  return array;
}

Expected<NpzArchive> ArrayReader::open(const std::string &path) {
  if (auto it = opened_.find(path); it != opened_.end())
    return it->second;
  Expected<NpzArchive> archive = NpzArchive::open(path);
  if (archive)
    opened_.emplace(path, *archive);
  return archive;
}

Expected<HostArray> ArrayReader::read(const std::string &text) {
  size_t colon = text.find(':');
  if (colon != std::string::npos && generatorForm(text.substr(0, colon)))
    return generate(text);
  size_t key = text.find(".npz:");
  if (key == std::string::npos)
    return readNpy(text);
  Expected<NpzArchive> archive = open(text.substr(0, key + 4));
  if (!archive)
    return archive.takeStatus();
  return archive->read(text.substr(key + 5));
}
