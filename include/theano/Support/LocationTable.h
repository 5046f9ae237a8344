//===- LocationTable.h - source locations by number -------------*- C++ -*-===//

#ifndef THEANO_SUPPORT_LOCATIONTABLE_H
#define THEANO_SUPPORT_LOCATIONTABLE_H

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace theano {

/// The number of a location; kernels write it into the status word.
using LocationId = int32_t;

/// Id 0 is the unknown location, spelled "".
inline constexpr LocationId kUnknownLocation = 0;

/// Source locations ("net.mlir:3:8") by number. Equal strings have one number;
/// numbers are given in order of first use.
class LocationTable {
public:
  LocationTable() { add({}); }

  /// The number of `location`, entered when it is new.
  LocationId add(std::string_view location) {
    auto [it, isNew] = ids_.try_emplace(std::string(location),
                                        static_cast<LocationId>(list_.size()));
    if (isNew)
      list_.emplace_back(location);
    return it->second;
  }

  /// The string of `id`; empty when there is no such number, because the id
  /// may come from a device.
  std::string_view lookup(LocationId id) const {
    if (id < 0 || static_cast<size_t>(id) >= list_.size())
      return {};
    return list_[static_cast<size_t>(id)];
  }

  bool contains(LocationId id) const {
    return id >= 0 && static_cast<size_t>(id) < list_.size();
  }

  /// Every location, the unknown one first.
  const std::vector<std::string> &all() const { return list_; }

private:
  std::vector<std::string> list_;
  std::unordered_map<std::string, LocationId> ids_;
};

} // namespace theano

#endif // THEANO_SUPPORT_LOCATIONTABLE_H
