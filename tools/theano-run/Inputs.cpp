//===- Inputs.cpp - arrays that the command line names --------------------===//

#include "Inputs.h"

#include "theano/Support/ArrayReader.h"

#include <algorithm>

using namespace theano;
using namespace theano::run;

std::optional<std::string> theano::run::inputName(const std::string &text) {
  size_t equals = text.find('=');
  if (equals == std::string::npos)
    return std::nullopt;
  return text.substr(0, equals);
}

Expected<GivenArrays> GivenArrays::read(const std::vector<std::string> &texts) {
  GivenArrays result;
  ArrayReader reader;
  for (const std::string &text : texts) {
    std::optional<std::string> name = inputName(text);
    if (!name) {
      Expected<NpzArchive> archive = reader.open(text);
      if (!archive)
        return archive.takeStatus();
      result.files.push_back(*archive);
      continue;
    }
    Expected<HostArray> array = reader.read(text.substr(name->size() + 1));
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
