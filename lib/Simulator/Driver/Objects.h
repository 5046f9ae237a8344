//===- Objects.h - objects by handle ----------------------------*- C++ -*-===//
//
// A handle is a number that is given out once: one whose object is gone is told
// from all others, and nothing is ever read behind it.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_SIMULATOR_DRIVER_OBJECTS_H
#define THEANO_SIMULATOR_DRIVER_OBJECTS_H

#include <cstdint>
#include <memory>
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

} // namespace theano::cuda

#endif // THEANO_SIMULATOR_DRIVER_OBJECTS_H
