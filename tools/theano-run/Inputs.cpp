//===- Inputs.cpp - arrays that the command line names --------------------===//

#include "Inputs.h"

#include "theano/Support/Philox.h"

#include <algorithm>
#include <charconv>
#include <map>

using namespace theano;
using namespace theano::run;

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

namespace {
/// Opens each archive once, however many arrays are taken from it.
class ArchiveCache {
public:
  Expected<NpzArchive> open(const std::string &path) {
    if (auto it = opened.find(path); it != opened.end())
      return it->second;
    Expected<NpzArchive> archive = NpzArchive::open(path);
    if (archive)
      opened.emplace(path, *archive);
    return archive;
  }

private:
  std::map<std::string, NpzArchive> opened;
};
} // namespace

static Expected<HostArray> readOne(const std::string &text,
                                   ArchiveCache &archives) {
  if (text.starts_with("arange:") || text.starts_with("random:"))
    return generate(text);
  size_t key = text.find(".npz:");
  if (key == std::string::npos)
    return readNpy(text);
  Expected<NpzArchive> archive = archives.open(text.substr(0, key + 4));
  if (!archive)
    return archive.takeStatus();
  return archive->read(text.substr(key + 5));
}

std::optional<std::string> theano::run::inputName(const std::string &text) {
  size_t equals = text.find('=');
  if (equals == std::string::npos)
    return std::nullopt;
  return text.substr(0, equals);
}

Expected<GivenArrays> GivenArrays::read(const std::vector<std::string> &texts) {
  GivenArrays result;
  ArchiveCache archives;
  for (const std::string &text : texts) {
    std::optional<std::string> name = inputName(text);
    if (!name) {
      Expected<NpzArchive> archive = archives.open(text);
      if (!archive)
        return archive.takeStatus();
      result.files.push_back(*archive);
      continue;
    }
    Expected<HostArray> array =
        readOne(text.substr(name->size() + 1), archives);
    if (!array)
      return array.takeStatus();
    result.named.emplace_back(*name, *array);
  }
  return result;
}

Expected<std::optional<HostArray>>
GivenArrays::find(const std::vector<std::string> &names) const {
  for (size_t i = named.size(); i-- > 0;)
    if (std::ranges::find(names, named[i].first) != names.end())
      return std::optional(named[i].second);
  for (const std::string &name : names)
    for (size_t i = files.size(); i-- > 0;)
      if (files[i].contains(name)) {
        Expected<HostArray> array = files[i].read(name);
        if (!array)
          return array.takeStatus();
        return std::optional(*array);
      }
  return std::optional<HostArray>();
}

Expected<std::optional<HostArray>>
GivenArrays::find(const std::vector<std::string> &names, DType dtype) const {
  Expected<std::optional<HostArray>> array = find(names);
  if (!array || !*array || dtype != DType::BFloat16 ||
      (*array)->dtype() != DType::Float32)
    return array;
  Expected<HostArray> narrow = convertElements(**array, dtype);
  if (!narrow)
    return narrow.takeStatus();
  return std::optional(*narrow);
}
