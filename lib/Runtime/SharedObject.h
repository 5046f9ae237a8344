//===- SharedObject.h - libraries opened at run time ------------*- C++ -*-===//

#ifndef THEANO_LIB_RUNTIME_SHAREDOBJECT_H
#define THEANO_LIB_RUNTIME_SHAREDOBJECT_H

#include "theano/Support/Status.h"

#include <span>
#include <string>

namespace theano {

/// A shared library, closed with its owner. Opened with RTLD_LOCAL, so that it
/// gives no symbols to anyone else.
class SharedObject {
public:
  SharedObject() = default;
  SharedObject(SharedObject &&other) noexcept;
  SharedObject &operator=(SharedObject &&other) noexcept;
  ~SharedObject();

  /// A file, by path or by a name that the system looks up.
  static Expected<SharedObject> open(const std::string &path);
  /// The bytes of a library; nothing is left in the file system.
  static Expected<SharedObject> openBytes(std::span<const uint8_t> bytes);

  /// The address of a symbol, or null.
  void *lookup(const std::string &name) const;
  template <typename Function> Function lookup(const std::string &name) const {
    return reinterpret_cast<Function>(lookup(name));
  }

private:
  explicit SharedObject(void *handle) : handle_(handle) {}
  void *handle_ = nullptr;
};

} // namespace theano

#endif // THEANO_LIB_RUNTIME_SHAREDOBJECT_H
