//===- SharedObject.cpp - libraries opened at run time --------------------===//

#include "SharedObject.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

using namespace theano;

SharedObject::SharedObject(SharedObject &&other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)) {}

SharedObject &SharedObject::operator=(SharedObject &&other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

SharedObject::~SharedObject() {
  if (handle_)
    dlclose(handle_);
}

static std::string lastError() {
  const char *text = dlerror();
  return text ? text : "unknown reason";
}

Expected<SharedObject> SharedObject::open(const std::string &path) {
  void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return deviceError("cannot open the library '" + path +
                       "': " + lastError());
  return SharedObject(handle);
}

// The loader takes a path that it has seen for the library it opened then, and
// descriptor numbers come again. So each path to a descriptor is spelled in
// another way: the bits of a counter become "./" and "/".
static std::string uniquePath(int file) {
  static std::atomic<uint32_t> counter = 0;
  std::string path = "/proc/self/fd/";
  uint32_t bits = counter++;
  for (int i = 0; i < 32; ++i)
    path += (bits >> i) & 1 ? "./" : "/";
  return path + std::to_string(file);
}

Expected<SharedObject> SharedObject::openBytes(std::span<const uint8_t> bytes) {
  int file = memfd_create("theano-kernels", MFD_CLOEXEC);
  if (file < 0)
    return deviceError(std::string("cannot make a file in memory for the "
                                   "compiled kernels: ") +
                       std::strerror(errno));
  while (!bytes.empty()) {
    ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      Failure failure = outOfMemory(
          std::string("cannot store the compiled kernels in memory: ") +
          std::strerror(errno));
      close(file);
      return failure;
    }
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  Expected<SharedObject> object = open(uniquePath(file));
  close(file);
  return object;
}

void *SharedObject::lookup(const std::string &name) const {
  return handle_ ? dlsym(handle_, name.c_str()) : nullptr;
}
