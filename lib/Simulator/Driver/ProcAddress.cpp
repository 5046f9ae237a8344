//===- ProcAddress.cpp - functions by name and version --------------------===//

#include "Driver/State.h"

#include <cctype>
#include <string_view>

using namespace theano::cuda;

namespace {

struct Entry {
  std::string_view symbol;
  int since;
  void *function;
  /// Where null means the thread's own default stream; null without one.
  void *perThread;

  /// The name that a program asks for: without `_v2` and the like.
  std::string_view base() const {
    size_t end = symbol.size();
    while (end && std::isdigit(static_cast<unsigned char>(symbol[end - 1])))
      --end;
    return end < symbol.size() && symbol.substr(0, end).ends_with("_v")
               ? symbol.substr(0, end - 2)
               : symbol;
  }
};

template <typename Function> void *addressOf(Function *function) {
  return reinterpret_cast<void *>(function);
}

const Entry entries[] = {
#define SIM_FUNCTION(SYMBOL, SINCE, PARAMETERS)                                \
  {#SYMBOL, SINCE, addressOf(SYMBOL), nullptr},
#define SIM_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)              \
  {#SYMBOL, SINCE, addressOf(SYMBOL), addressOf(SYMBOL##_ptsz)},
#define SIM_DEFAULT_STREAM_FUNCTION(SYMBOL, SINCE, PARAMETERS, ARGUMENTS)      \
  {#SYMBOL, SINCE, addressOf(SYMBOL), addressOf(SYMBOL##_ptds)},
#define SIM_OLD_NAME(SYMBOL, SINCE, TARGET, PARAMETERS, ARGUMENTS)             \
  {#SYMBOL, SINCE, addressOf(SYMBOL), nullptr},
#define SIM_NARROW_FUNCTION(SYMBOL, NEWER)
#define SIM_EXTENSION(SYMBOL, PARAMETERS)
#include "Driver/Exports.def"
    // Since CUDA 12 the header gives this name to the one with flags.
    {"cuGraphInstantiate", 12000, addressOf(cuGraphInstantiateWithFlags),
     nullptr},
};

constexpr int driverVersion = 13000;
/// The first CUDA with default streams of threads.
constexpr int perThreadVersion = 7000;

constexpr unsigned long legacyStream = 1, perThreadStream = 2;

} // namespace

static Result find(const char *symbol, void **function, int version,
                   unsigned long flags, ProcAddressStatus &status) {
  if (!symbol || !function || version > driverVersion ||
      (flags & ~(legacyStream | perThreadStream)) ||
      flags == (legacyStream | perThreadStream))
    return Result::InvalidValue;
  *function = nullptr;
  status = ProcAddressStatus::SymbolNotFound;
  const Entry *best = nullptr;
  for (const Entry &entry : entries) {
    if (entry.base() != symbol)
      continue;
    if (entry.since > version) {
      if (!best)
        status = ProcAddressStatus::VersionNotSufficient;
    } else if (!best || entry.since > best->since) {
      best = &entry;
    }
  }
  if (!best)
    return Result::Success;
  status = ProcAddressStatus::Success;
  bool perThread = flags == perThreadStream && version >= perThreadVersion;
  *function = perThread && best->perThread ? best->perThread : best->function;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGetProcAddress_v2(const char *symbol, void **function,
                                      int version, unsigned long flags,
                                      ProcAddressStatus *status) {
  ProcAddressStatus found = ProcAddressStatus::SymbolNotFound;
  THEANO_SIM_TRY(find(symbol, function, version, flags, found));
  if (status)
    *status = found;
  return Result::Success;
}

THEANO_SIM_EXPORT cuGetProcAddress(const char *symbol, void **function,
                                   int version, unsigned long flags) {
  ProcAddressStatus found = ProcAddressStatus::SymbolNotFound;
  THEANO_SIM_TRY(find(symbol, function, version, flags, found));
  // It has no other way to say so.
  return found == ProcAddressStatus::Success ? Result::Success
                                             : Result::NotFound;
}
