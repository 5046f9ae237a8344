//===- Npz.cpp - NumPy's archives of arrays -------------------------------===//
//
// The subset of the zip format that NumPy writes: local headers, data stored
// or deflated, a central directory, and 64-bit sizes as extra fields.
//
//===----------------------------------------------------------------------===//

#include "ByteReader.h"
#include "theano/Support/CheckedMath.h"
#include "theano/Support/File.h"
#include "theano/Support/Memory.h"
#include "theano/Support/Npy.h"

#include <algorithm>
#include <set>
#include <zlib.h>

using namespace theano;

namespace {
using Bytes = std::span<const uint8_t>;

constexpr uint32_t localSignature = 0x04034b50;
constexpr uint32_t centralSignature = 0x02014b50;
constexpr uint32_t endSignature = 0x06054b50;
constexpr uint32_t end64Signature = 0x06064b50;
constexpr uint32_t locator64Signature = 0x07064b50;
constexpr size_t endBytes = 22;
constexpr size_t centralBytes = 46;
constexpr size_t localBytes = 30;
constexpr uint16_t extra64 = 0x0001;

struct Directory {
  uint64_t offset = 0;
  uint64_t entries = 0;
};

struct Entry {
  std::string name;
  uint16_t flags = 0;
  uint16_t method = 0;
  uint32_t crc = 0;
  uint64_t packedSize = 0;
  uint64_t size = 0;
  uint64_t localOffset = 0;
};
} // namespace

static Failure damaged(const std::string &name, const std::string &what) {
  return ioError("'" + name + "' is not a readable .npz file: " + what);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

// The end record lies in the last 64 KB, before an optional comment.
static Expected<Directory> findDirectory(Bytes bytes, const std::string &name) {
  if (bytes.size() < endBytes)
    return damaged(name, "it is too short for a zip archive");
  size_t last = bytes.size() - endBytes;
  size_t first = last > 65535 ? last - 65535 : 0;
  for (size_t at = last + 1; at-- > first;) {
    if (readLittle<uint32_t>(bytes, at) != endSignature)
      continue;
    Directory directory{*readLittle<uint32_t>(bytes, at + 16),
                        *readLittle<uint16_t>(bytes, at + 10)};
    if (directory.offset != 0xffffffff && directory.entries != 0xffff)
      return directory;
    // 64-bit form: a locator just before points at a larger end record.
    if (at < 20 || readLittle<uint32_t>(bytes, at - 20) != locator64Signature)
      return directory;
    uint64_t end64 = *readLittle<uint64_t>(bytes, at - 12);
    if (readLittle<uint32_t>(bytes, end64) != end64Signature)
      return damaged(name, "its 64-bit end record is missing");
    std::optional<uint64_t> entries = readLittle<uint64_t>(bytes, end64 + 32);
    std::optional<uint64_t> offset = readLittle<uint64_t>(bytes, end64 + 48);
    if (!entries || !offset)
      return damaged(name, "its 64-bit end record is truncated");
    return Directory{*offset, *entries};
  }
  return damaged(name, "the end of the zip directory is missing; the file is "
                       "truncated or of another kind");
}

// Fields that are all ones in the 32-bit record stand in the extra field.
static bool readExtra64(Bytes extra, Entry &entry) {
  size_t at = 0;
  while (true) {
    std::optional<uint16_t> id = readLittle<uint16_t>(extra, at);
    std::optional<uint16_t> size = readLittle<uint16_t>(extra, at + 2);
    if (!id || !size)
      return true;
    std::optional<Bytes> field = readBytes(extra, at + 4, *size);
    if (!field)
      return false;
    if (*id == extra64) {
      size_t next = 0;
      for (uint64_t *value :
           {&entry.size, &entry.packedSize, &entry.localOffset}) {
        if (*value != 0xffffffff)
          continue;
        std::optional<uint64_t> wide = readLittle<uint64_t>(*field, next);
        if (!wide)
          return false;
        *value = *wide;
        next += 8;
      }
    }
    at += 4 + static_cast<size_t>(*size);
  }
}

// Reads the central record at `at` and moves `at` behind it.
static Expected<Entry> readEntry(Bytes bytes, size_t &at,
                                 const std::string &name) {
  if (readLittle<uint32_t>(bytes, at) != centralSignature ||
      !readBytes(bytes, at, centralBytes))
    return damaged(name, "its zip directory is truncated");
  Entry entry;
  entry.flags = *readLittle<uint16_t>(bytes, at + 8);
  entry.method = *readLittle<uint16_t>(bytes, at + 10);
  entry.crc = *readLittle<uint32_t>(bytes, at + 16);
  entry.packedSize = *readLittle<uint32_t>(bytes, at + 20);
  entry.size = *readLittle<uint32_t>(bytes, at + 24);
  entry.localOffset = *readLittle<uint32_t>(bytes, at + 42);
  size_t nameSize = *readLittle<uint16_t>(bytes, at + 28);
  size_t extraSize = *readLittle<uint16_t>(bytes, at + 30);
  size_t commentSize = *readLittle<uint16_t>(bytes, at + 32);
  std::optional<Bytes> text = readBytes(bytes, at + centralBytes, nameSize);
  std::optional<Bytes> extra =
      readBytes(bytes, at + centralBytes + nameSize, extraSize);
  if (!text || !extra || !readExtra64(*extra, entry))
    return damaged(name, "its zip directory is truncated");
  entry.name.assign(text->begin(), text->end());
  at += centralBytes + nameSize + extraSize + commentSize;
  return entry;
}

static Expected<std::vector<uint8_t>>
inflateEntry(Bytes packed, const Entry &entry, const std::string &name) {
  // Deflate cannot shrink by more than 1032 to 1, so a larger claim is false
  // and is not worth an allocation.
  if (entry.size / 1032 > packed.size())
    return damaged(name, "entry '" + entry.name + "' claims " +
                             std::to_string(entry.size) + " bytes from " +
                             std::to_string(packed.size()));
  if (entry.size > UINT32_MAX || packed.size() > UINT32_MAX)
    return damaged(name, "entry '" + entry.name +
                             "' is deflated and larger than 4 GB: save it "
                             "uncompressed with numpy.savez");
  std::vector<uint8_t> result;
  if (Status status =
          tryReserve(result, entry.size,
                     "to unpack entry '" + entry.name + "' of '" + name + "'");
      status.failed())
    return status;
  result.resize(entry.size);
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return outOfMemory("zlib could not start for '" + name + "'");
  // An empty result still needs somewhere to point.
  uint8_t nothing;
  stream.next_in = const_cast<uint8_t *>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = result.empty() ? &nothing : result.data();
  stream.avail_out = static_cast<uInt>(result.size());
  int code = inflate(&stream, Z_FINISH);
  uLong produced = stream.total_out;
  inflateEnd(&stream);
  if (code != Z_STREAM_END || produced != entry.size)
    return damaged(name, "the deflated data of entry '" + entry.name +
                             "' is damaged");
  return result;
}

static Expected<HostArray> readArray(Bytes bytes, const Entry &entry,
                                     const std::string &name) {
  if (entry.flags & 1)
    return damaged(name, "entry '" + entry.name + "' is encrypted");
  if (readLittle<uint32_t>(bytes, entry.localOffset) != localSignature ||
      !readBytes(bytes, entry.localOffset, localBytes))
    return damaged(name, "entry '" + entry.name + "' is missing");
  size_t nameSize = *readLittle<uint16_t>(bytes, entry.localOffset + 26);
  size_t extraSize = *readLittle<uint16_t>(bytes, entry.localOffset + 28);
  std::optional<Bytes> packed =
      readBytes(bytes, entry.localOffset + localBytes + nameSize + extraSize,
                entry.packedSize);
  if (!packed)
    return damaged(name, "entry '" + entry.name + "' is truncated");
  std::string label = name + ":" + entry.name;
  auto matches = [&](Bytes data) {
    return crc32_z(0, data.data(), data.size()) == entry.crc;
  };
  Failure wrongSum =
      damaged(name, "entry '" + entry.name + "' does not match its checksum");
  switch (entry.method) {
  case 0:
    if (entry.packedSize != entry.size)
      return damaged(name, "entry '" + entry.name +
                               "' is stored with two "
                               "different sizes");
    if (!matches(*packed))
      return wrongSum;
    return parseNpy(*packed, label);
  case 8: {
    auto data = inflateEntry(*packed, entry, name);
    if (!data)
      return data.takeStatus();
    if (!matches(*data))
      return wrongSum;
    return parseNpy(*data, label);
  }
  default:
    return damaged(name, "entry '" + entry.name + "' uses compression method " +
                             std::to_string(entry.method) +
                             ": expected stored (0) or deflated (8)");
  }
}

struct NpzArchive::Contents {
  std::string name;
  std::vector<uint8_t> bytes;
  std::vector<std::string> keys;
  std::vector<Entry> entries; // as many as keys
};

NpzArchive::NpzArchive(std::shared_ptr<const Contents> contents)
    : contents_(std::move(contents)) {}

Expected<NpzArchive> NpzArchive::parse(std::vector<uint8_t> bytes,
                                       std::string name) {
  Expected<Directory> directory = findDirectory(bytes, name);
  if (!directory)
    return directory.takeStatus();
  auto contents = std::make_shared<Contents>();
  size_t at = directory->offset;
  for (uint64_t i = 0; i < directory->entries; ++i) {
    Expected<Entry> entry = readEntry(bytes, at, name);
    if (!entry)
      return entry.takeStatus();
    std::string key = entry->name;
    if (key.ends_with(".npy"))
      key.resize(key.size() - 4);
    contents->keys.push_back(std::move(key));
    contents->entries.push_back(std::move(*entry));
  }
  contents->name = std::move(name);
  contents->bytes = std::move(bytes);
  return NpzArchive(std::move(contents));
}

Expected<NpzArchive> NpzArchive::open(const std::string &path) {
  Expected<std::vector<uint8_t>> bytes = readFile(path);
  if (!bytes)
    return bytes.takeStatus();
  return parse(std::move(*bytes), path);
}

const std::vector<std::string> &NpzArchive::keys() const {
  return contents_->keys;
}

bool NpzArchive::contains(const std::string &key) const {
  return std::find(keys().begin(), keys().end(), key) != keys().end();
}

Expected<HostArray> NpzArchive::read(const std::string &key) const {
  for (size_t i = keys().size(); i-- > 0;)
    if (keys()[i] == key)
      return readArray(contents_->bytes, contents_->entries[i],
                       contents_->name);
  std::string known;
  for (const std::string &other : keys())
    known += (known.empty() ? "" : ", ") + other;
  return ioError("'" + contents_->name + "' has no array '" + key + "'; it " +
                 (known.empty() ? "is empty" : "has " + known));
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

template <typename T> static void append(std::vector<uint8_t> &bytes, T value) {
  auto *first = reinterpret_cast<const uint8_t *>(&value);
  bytes.insert(bytes.end(), first, first + sizeof(T));
}

// The fields that a local and a central record share, from "version needed" to
// the length of the extra field. All sizes stand in the extra field.
static void appendCommon(std::vector<uint8_t> &bytes, uint32_t crc,
                         const std::string &name, uint16_t extraSize) {
  append<uint16_t>(bytes, 45);    // 64-bit sizes
  append<uint16_t>(bytes, 0x800); // the name is UTF-8
  append<uint16_t>(bytes, 0);     // stored
  append<uint16_t>(bytes, 0);     // time: a fixed date, so that equal arrays
  append<uint16_t>(bytes, 33);    // make equal files (1980-01-01)
  append<uint32_t>(bytes, crc);
  append<uint32_t>(bytes, 0xffffffff);
  append<uint32_t>(bytes, 0xffffffff);
  append<uint16_t>(bytes, static_cast<uint16_t>(name.size()));
  append<uint16_t>(bytes, extraSize);
}

static void appendEntry(std::vector<uint8_t> &bytes,
                        std::vector<uint8_t> &central, const std::string &name,
                        Bytes data) {
  auto crc = static_cast<uint32_t>(crc32_z(0, data.data(), data.size()));
  uint64_t offset = bytes.size();
  append(bytes, localSignature);
  appendCommon(bytes, crc, name, 20);
  bytes.insert(bytes.end(), name.begin(), name.end());
  append(bytes, extra64);
  append<uint16_t>(bytes, 16);
  append<uint64_t>(bytes, data.size());
  append<uint64_t>(bytes, data.size());
  bytes.insert(bytes.end(), data.begin(), data.end());

  append(central, centralSignature);
  append<uint16_t>(central, 45);
  appendCommon(central, crc, name, 28);
  append<uint16_t>(central, 0); // comment
  append<uint16_t>(central, 0); // disk
  append<uint16_t>(central, 0); // internal attributes
  append<uint32_t>(central, 0); // external attributes
  append<uint32_t>(central, 0xffffffff);
  central.insert(central.end(), name.begin(), name.end());
  append(central, extra64);
  append<uint16_t>(central, 24);
  append<uint64_t>(central, data.size());
  append<uint64_t>(central, data.size());
  append<uint64_t>(central, offset);
}

static void appendEnd32(std::vector<uint8_t> &bytes, uint16_t entries,
                        uint32_t size, uint32_t offset) {
  append(bytes, endSignature);
  append<uint16_t>(bytes, 0); // this disk
  append<uint16_t>(bytes, 0); // the disk of the directory
  append(bytes, entries);
  append(bytes, entries);
  append(bytes, size);
  append(bytes, offset);
  append<uint16_t>(bytes, 0); // comment
}

static void appendEnd(std::vector<uint8_t> &bytes,
                      const std::vector<uint8_t> &central, uint64_t entries) {
  uint64_t offset = bytes.size();
  bytes.insert(bytes.end(), central.begin(), central.end());
  uint64_t end64 = bytes.size();
  append(bytes, end64Signature);
  append<uint64_t>(bytes, 44); // bytes of this record that follow
  append<uint16_t>(bytes, 45);
  append<uint16_t>(bytes, 45);
  append<uint32_t>(bytes, 0);
  append<uint32_t>(bytes, 0);
  append<uint64_t>(bytes, entries);
  append<uint64_t>(bytes, entries);
  append<uint64_t>(bytes, central.size());
  append<uint64_t>(bytes, offset);
  append(bytes, locator64Signature);
  append<uint32_t>(bytes, 0);
  append<uint64_t>(bytes, end64);
  append<uint32_t>(bytes, 1);
  appendEnd32(bytes, 0xffff, 0xffffffff, 0xffffffff);
}

Expected<std::vector<uint8_t>> theano::formatNpz(const NamedArrays &arrays) {
  std::vector<uint8_t> bytes, central;
  // NumPy knows an empty archive by its first bytes, those of the plain end.
  if (arrays.empty()) {
    appendEnd32(bytes, 0, 0, 0);
    return bytes;
  }
  std::set<std::string> names;
  for (const auto &[name, array] : arrays) {
    if (name.empty() || name.size() > 65000)
      return invalidArgument(
          "an array of an .npz file needs a name of 1 to 65000 bytes");
    if (!names.insert(name).second)
      return invalidArgument("two arrays of an .npz file are called '" + name +
                             "'");
    Expected<std::vector<uint8_t>> data = formatNpy(array);
    if (!data)
      return data;
    // Grows by half at least, as a vector does by itself, so that many small
    // arrays are not moved each time.
    constexpr size_t records = 256; // the headers of an entry and the end
    size_t needed = bytes.size() + data->size() + 2 * name.size() + records;
    if (needed > bytes.capacity())
      needed = std::max(needed, bytes.capacity() + bytes.capacity() / 2);
    if (Status status =
            tryReserve(bytes, needed, "to write '" + name + "' to an archive");
        status.failed())
      return status;
    appendEntry(bytes, central, name + ".npy", *data);
  }
  appendEnd(bytes, central, arrays.size());
  return bytes;
}
