//===- File.cpp - whole files ---------------------------------------------===//

#include "theano/Support/File.h"

#include "theano/Support/Memory.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace theano;

static Failure systemFailure(const std::string &what, const std::string &path) {
  return ioError("cannot " + what + " '" + path + "': " + std::strerror(errno));
}

namespace {
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0)
      close(number);
  }
};
} // namespace

Expected<std::vector<uint8_t>> theano::readFile(const std::string &path) {
  Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number < 0)
    return systemFailure("open", path);
  struct stat facts;
  if (fstat(file.number, &facts) != 0)
    return systemFailure("read", path);
  if (S_ISDIR(facts.st_mode))
    return ioError("cannot read '" + path + "': it is a folder");
  // Such as /dev/zero, which never ends, and whole disks.
  bool isEndless = S_ISCHR(facts.st_mode) && !isatty(file.number);
  if (isEndless || S_ISBLK(facts.st_mode))
    return ioError("cannot read '" + path + "': it is a device, not a file");
  std::vector<uint8_t> bytes;
  // The size is a hint: pipes have none.
  size_t hint = facts.st_size > 0 ? static_cast<size_t>(facts.st_size) + 1 : 0;
  std::string purpose = "to read '" + path + "'";
  if (Status status = tryReserve(bytes, hint, purpose); status.failed())
    return status;
  size_t used = 0;
  while (true) {
    if (used == bytes.capacity())
      if (Status status =
              tryReserve(bytes, std::max<size_t>(65536, 2 * used), purpose);
          status.failed())
        return status;
    bytes.resize(bytes.capacity());
    ssize_t count = read(file.number, bytes.data() + used, bytes.size() - used);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemFailure("read", path);
    if (count == 0)
      break;
    used += static_cast<size_t>(count);
  }
  bytes.resize(used);
  return bytes;
}

static bool writeAll(int file, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return true;
}

namespace {
/// A file on its way to `path`. Until `publish` nothing is to be seen there,
/// and without it nothing stays.
class StagedFile {
public:
  explicit StagedFile(const std::string &path) : path(path) {}
  StagedFile(StagedFile &&other) noexcept
      : path(std::move(other.path)), temporary(std::move(other.temporary)),
        file(other.file.number) {
    other.file.number = -1;
    other.temporary.clear();
  }
  ~StagedFile() {
    if (!temporary.empty())
      unlink(temporary.c_str());
  }

  Status stage(std::span<const uint8_t> bytes) {
    // What is no regular file cannot be renamed onto.
    struct stat facts;
    if (stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
      file.number = open(path.c_str(), O_WRONLY | O_CLOEXEC);
      return file.number < 0 ? systemFailure("write", path) : Status();
    }
    temporary = path + ".XXXXXX";
    file.number = mkostemp(temporary.data(), O_CLOEXEC);
    if (file.number < 0) {
      temporary.clear();
      return systemFailure("write", path);
    }
    // mkostemp makes files that only the owner reads; give the usual rights.
    mode_t mask = umask(0);
    umask(mask);
    if (!writeAll(file.number, bytes) || fchmod(file.number, 0666 & ~mask) != 0)
      return systemFailure("write", path);
    return Status::success();
  }

  /// A pipe or a device: written by writeThrough, and not to be taken back.
  bool isWrittenInPlace() const { return temporary.empty(); }

  Status writeThrough(std::span<const uint8_t> bytes) const {
    if (!temporary.empty() || writeAll(file.number, bytes))
      return Status::success();
    return systemFailure("write", path);
  }

  Status publish() {
    if (temporary.empty())
      return Status::success();
    if (rename(temporary.c_str(), path.c_str()) != 0)
      return systemFailure("write", path);
    temporary.clear();
    return Status::success();
  }

private:
  std::string path, temporary;
  Descriptor file{-1};
};
} // namespace

std::string theano::resultFile(const std::string &path) {
  std::error_code error;
  std::filesystem::path whole = std::filesystem::absolute(path, error);
  if (error)
    return path;
  std::filesystem::path folder =
      std::filesystem::weakly_canonical(whole.parent_path(), error);
  return error ? path : (folder / whole.filename()).string();
}

Status theano::checkWritable(const std::string &path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
    // Not opened: that would wait for a pipe's reader.
    if (S_ISDIR(facts.st_mode)) {
      errno = EISDIR;
      return systemFailure("write", path);
    }
    return access(path.c_str(), W_OK) == 0 ? Status()
                                           : systemFailure("write", path);
  }
  StagedFile file(path);
  return file.stage({});
}

Status theano::writeFiles(std::span<const FileContents> files) {
  std::vector<StagedFile> staged;
  staged.reserve(files.size());
  for (const FileContents &file : files)
    if (Status status = staged.emplace_back(file.path).stage(file.bytes);
        status.failed())
      return status;
  std::string written;
  auto failure = [&](Status status) -> Status {
    if (written.empty())
      return status;
    Failure failure = std::move(status).failure();
    failure.message += "; already written, and not taken back: " + written;
    return failure;
  };
  auto note = [&](const std::string &path) {
    written += (written.empty() ? "'" : ", '") + path + "'";
  };
  for (size_t i = 0; i < files.size(); ++i) {
    if (!staged[i].isWrittenInPlace())
      continue;
    if (Status status = staged[i].writeThrough(files[i].bytes); status.failed())
      return failure(std::move(status));
    note(files[i].path);
  }
  for (size_t i = 0; i < files.size(); ++i) {
    if (staged[i].isWrittenInPlace())
      continue;
    if (Status status = staged[i].publish(); status.failed())
      return failure(std::move(status));
    note(files[i].path);
  }
  return Status::success();
}

Status theano::writeFile(const std::string &path,
                         std::span<const uint8_t> bytes) {
  StagedFile file(path);
  if (Status status = file.stage(bytes); status.failed())
    return status;
  if (Status status = file.writeThrough(bytes); status.failed())
    return status;
  return file.publish();
}
