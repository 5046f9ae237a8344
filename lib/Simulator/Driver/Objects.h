//===- Objects.h - objects by handle ----------------------------*- C++ -*-===//
//
// A handle is a number that is given out once: one whose object is gone is told
// from all others, and nothing is ever read behind it.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_DRIVER_OBJECTS_H
#define THEANO_SIMULATOR_DRIVER_OBJECTS_H

#include "theano/DriverAbi/Types.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace theano::cuda {

/// Numbers for handles of all kinds, so that none is taken for one of another
/// kind either. The first few mean something to the driver.
inline uintptr_t nextHandleNumber() {
  static uintptr_t last = 0x1000;
  return last += 0x10;
}

/// Objects have a member `handle`.
template <typename Handle, typename Object> class Objects {
public:
  Handle add(std::unique_ptr<Object> object) {
    return put(reinterpret_cast<Handle>(nextHandleNumber()), std::move(object));
  }
  /// For an object that comes back under the handle that it had.
  Handle put(Handle handle, std::unique_ptr<Object> object) {
    object->handle = handle;
    objects_[handle] = std::move(object);
    return handle;
  }

  /// Null where the handle is none, or one whose object is gone.
  Object *find(Handle handle) const {
    auto found = objects_.find(handle);
    return found == objects_.end() ? nullptr : found->second.get();
  }

  std::unique_ptr<Object> take(Handle handle) {
    auto found = objects_.find(handle);
    if (found == objects_.end())
      return nullptr;
    std::unique_ptr<Object> taken = std::move(found->second);
    objects_.erase(found);
    return taken;
  }

  template <typename Predicate> void eraseIf(Predicate &&predicate) {
    std::erase_if(objects_,
                  [&](const auto &entry) { return predicate(*entry.second); });
  }

  auto begin() const { return objects_.begin(); }
  auto end() const { return objects_.end(); }

private:
  std::unordered_map<Handle, std::unique_ptr<Object>> objects_;
};

/// Handles by the name of what they stand for.
template <typename Handle>
using NamedHandles = std::map<std::string, Handle, std::less<>>;

/// NotFound where there is none of that name.
template <typename Handle>
Result findNamed(const NamedHandles<Handle> &all, const char *name,
                 Handle &found) {
  auto entry = all.find(std::string_view(name));
  if (entry == all.end())
    return Result::NotFound;
  found = entry->second;
  return Result::Success;
}

/// Writes the first `capacity` of them.
template <typename Handle>
void listNamed(const NamedHandles<Handle> &all, Handle *list,
               unsigned capacity) {
  unsigned written = 0;
  for (const auto &[name, handle] : all)
    if (written < capacity)
      list[written++] = handle;
}

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_OBJECTS_H
