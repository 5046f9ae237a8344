//===- Inputs.cpp - arrays that the command line names --------------------===//

#include "Inputs.h"

#include "theano/Support/Npy.h"
#include "theano/Support/Philox.h"

#include <charconv>

using namespace theano;
using namespace theano::run;

const HostArray *
GivenArrays::find(const std::vector<std::string> &names) const {
  for (const auto *arrays : {&named, &offers})
    for (const std::string &name : names)
      if (auto it = arrays->find(name); it != arrays->end())
        return &it->second;
  return nullptr;
}

static std::vector<std::string> split(const std::string &text, char at) {
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

/// `arange:DTYPE:SHAPE` or `random:DTYPE:SHAPE[:SEED]`.
static Expected<HostArray> generate(const std::string &text) {
  std::vector<std::string> parts = split(text, ':');
  bool random = parts[0] == "random";
  if (parts.size() < 3 || parts.size() > (random ? 4u : 3u))
    return invalidArgument(
        "'" + text + "' should read " +
        (random ? "random:DTYPE:SHAPE[:SEED]" : "arange:DTYPE:SHAPE"));
  std::optional<DType> dtype = parseDType(parts[1]);
  if (!dtype)
    return invalidArgument("'" + parts[1] + "' in '" + text +
                           "' is no dtype; they are bool, i8 to i64, u8 to "
                           "u64, f16, bf16, f32, f64 or NumPy's names");
  Shape shape;
  if (!parts[2].empty())
    for (const std::string &size : split(parts[2], 'x')) {
      int64_t value;
      if (!parseNumber(size, value) || value < 0)
        return invalidArgument("'" + parts[2] + "' in '" + text +
                               "' is no shape; write sizes like 3x4");
      shape.push_back(value);
    }
  uint64_t seed = 0;
  if (parts.size() == 4 && !parseNumber(parts[3], seed))
    return invalidArgument("'" + parts[3] + "' in '" + text +
                           "' is no seed; write an integer of at least 0");
  Expected<HostArray> array = HostArray::allocate(*dtype, shape);
  if (array)
    random ? fillRandom(*array, seed) : fillArange(*array);
  return array;
}

static Expected<HostArray> readOne(const std::string &text) {
  if (text.starts_with("arange:") || text.starts_with("random:"))
    return generate(text);
  size_t key = text.find(".npz:");
  if (key == std::string::npos)
    return readNpy(text);
  std::string path = text.substr(0, key + 4), name = text.substr(key + 5);
  Expected<NamedArrays> arrays = readNpz(path);
  if (!arrays)
    return arrays.takeStatus();
  std::string known;
  for (auto &[other, array] : *arrays) {
    if (other == name)
      return array;
    known += (known.empty() ? "" : ", ") + other;
  }
  return ioError(path + " has no array '" + name + "'; it has " + known);
}

std::optional<std::string> theano::run::inputName(const std::string &text) {
  size_t equals = text.find('=');
  if (equals == std::string::npos)
    return std::nullopt;
  return text.substr(0, equals);
}

Expected<GivenArrays>
theano::run::readArrays(const std::vector<std::string> &texts) {
  GivenArrays result;
  for (const std::string &text : texts) {
    std::optional<std::string> name = inputName(text);
    if (!name) {
      Expected<NamedArrays> arrays = readNpz(text);
      if (!arrays)
        return arrays.takeStatus();
      for (auto &[key, array] : *arrays)
        result.offers[key] = array;
      continue;
    }
    Expected<HostArray> array = readOne(text.substr(name->size() + 1));
    if (!array)
      return array.takeStatus();
    result.named[*name] = *array;
  }
  return result;
}
