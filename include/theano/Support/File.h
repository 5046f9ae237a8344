//===- File.h - whole files -------------------------------------*- C++ -*-===//

#ifndef THEANO_SUPPORT_FILE_H
#define THEANO_SUPPORT_FILE_H

#include "theano/Support/Status.h"

#include <span>
#include <string>
#include <vector>

namespace theano {

/// All bytes of a regular file; every error names the file and the reason.
Expected<std::vector<uint8_t>> readFile(const std::string &path);

/// Writes beside `path` and renames, so that a failure leaves no partial file
/// and an old file of that name as it was.
Status writeFile(const std::string &path, std::span<const uint8_t> bytes);

/// Whether writeFile(path) would find a place to write to: the file itself
/// where it is a pipe or a device, else its folder. Changes nothing that stays.
Status checkWritable(const std::string &path);

/// The file that a result is written to, by whatever path it is named: two
/// results are one file where these are equal. A link is replaced by its
/// result, not followed.
std::string resultFile(const std::string &path);

/// One file to be written.
struct FileContents {
  std::string path;
  std::vector<uint8_t> bytes;
};

/// Writes all of them or none: each is complete beside its path before the
/// first is renamed. What is no regular file (a pipe, /dev/stdout) is written
/// in between. Where the last steps fail all the same, the error says which
/// files were written already.
Status writeFiles(std::span<const FileContents> files);

} // namespace theano

#endif // THEANO_SUPPORT_FILE_H
