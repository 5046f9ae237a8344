//===- Link.cpp - a shared object from an object file ---------------------===//

#include "Link.h"

#include "lld/Common/Driver.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>

LLD_HAS_DRIVER(elf)

using namespace llvm;

/// Writes `bytes` to a fresh temporary file and returns its path.
static Expected<SmallString<128>> writeTemporary(StringRef suffix,
                                                 StringRef bytes) {
  int descriptor;
  SmallString<128> path;
  if (std::error_code code =
          sys::fs::createTemporaryFile("theano", suffix, descriptor, path))
    return createStringError(code, "cannot create a temporary file: %s",
                             code.message().c_str());
  FileRemover remover(path);
  raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
  stream << bytes;
  stream.close();
  if (stream.has_error()) {
    std::error_code code = stream.error();
    stream.clear_error();
    return createStringError(code, "cannot write %s: %s", path.c_str(),
                             code.message().c_str());
  }
  remover.releaseFile();
  return path;
}

Expected<std::vector<uint8_t>> theano::linkSharedObject(StringRef object) {
  Expected<SmallString<128>> input = writeTemporary("o", object);
  if (!input)
    return input.takeError();
  FileRemover removeInput(*input);
  Expected<SmallString<128>> output = writeTemporary("so", "");
  if (!output)
    return output.takeError();
  FileRemover removeOutput(*output);

  const char *arguments[] = {
      "ld.lld",  "-shared", "--hash-style=gnu", "--build-id=none", "-z",
      "norelro", "-o",      output->c_str(),    input->c_str()};
  std::string messages;
  raw_string_ostream stream(messages);
  {
    // lld keeps global state: one link at a time.
    static std::mutex mutex;
    std::lock_guard<std::mutex> lock(mutex);
    lld::Result result =
        lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}});
    if (result.retCode != 0 || !result.canRunAgain)
      return createStringError(std::errc::io_error, "linking failed: %s",
                               messages.c_str());
  }
  ErrorOr<std::unique_ptr<MemoryBuffer>> linked =
      MemoryBuffer::getFile(*output, /*IsText=*/false,
                            /*RequiresNullTerminator=*/false);
  if (!linked)
    return createStringError(linked.getError(), "cannot read %s",
                             output->c_str());
  StringRef bytes = (*linked)->getBuffer();
  return std::vector<uint8_t>(bytes.bytes_begin(), bytes.bytes_end());
}
