//===- NpyTest.cpp - NumPy's array files, good and bad --------------------===//

#include "theano/Support/Npy.h"
#include "theano/Support/File.h"
#include "theano/Support/Memory.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <random>
#include <sys/stat.h>
#include <thread>
#include <zlib.h>

using namespace theano;

namespace {
using Bytes = std::vector<uint8_t>;

// A version 1.0 file with this header and these bytes.
Bytes npy(const std::string &header, const Bytes &data) {
  Bytes bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  bytes.push_back(static_cast<uint8_t>(header.size() & 0xff));
  bytes.push_back(static_cast<uint8_t>(header.size() >> 8));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

std::string header(const std::string &descr, const std::string &shape,
                   const std::string &fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran +
         ", 'shape': " + shape + ", }\n";
}

std::string errorOf(const Bytes &bytes) {
  Expected<HostArray> array = parseNpy(bytes, "x.npy");
  return array ? "no error" : array.message();
}

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "npy-test-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const char *name) const { return path / name; }
};

HostArray sample(DType dtype, Shape shape) {
  HostArray array = *HostArray::allocate(dtype, std::move(shape));
  auto *bytes = static_cast<uint8_t *>(array.data());
  for (int64_t i = 0; i < array.byteSize(); ++i)
    bytes[i] = dtype == DType::Bool ? i % 2 : static_cast<uint8_t>(i * 37 + 1);
  return array;
}

void expectEqual(const HostArray &a, const HostArray &b) {
  EXPECT_EQ(a.dtype(), b.dtype());
  EXPECT_EQ(a.shape(), b.shape());
  if (a.byteSize()) {
    EXPECT_EQ(
        std::memcmp(a.data(), b.data(), static_cast<size_t>(a.byteSize())), 0);
  }
}
} // namespace

TEST(Npy, RoundTripsEveryDTypeAndShape) {
  for (uint8_t i = 0; i < kNumDTypes; ++i) {
    auto dtype = static_cast<DType>(i);
    if (dtype == DType::BFloat16)
      continue;
    for (const Shape &shape : {Shape{}, Shape{0}, Shape{1}, Shape{3, 5},
                               Shape{2, 0, 4}, Shape{1, 2, 3, 4}}) {
      HostArray array = sample(dtype, shape);
      Bytes bytes = *formatNpy(array);
      size_t dataStart = bytes.size() - static_cast<size_t>(array.byteSize());
      EXPECT_EQ(dataStart % 64, 0u);
      Expected<HostArray> back = parseNpy(bytes, "x.npy");
      ASSERT_TRUE(back) << back.message();
      expectEqual(array, *back);
    }
  }
}

TEST(Npy, BFloat16IsWrittenAsFloat32) {
  HostArray array = *HostArray::allocate(DType::BFloat16, {1});
  array.as<uint16_t>()[0] = 0x3fc0;
  HostArray back = *parseNpy(*formatNpy(array), "x.npy");
  EXPECT_EQ(back.dtype(), DType::Float32);
  EXPECT_EQ(back.as<float>()[0], 1.5f);
}

TEST(Npy, BigEndianIsSwapped) {
  HostArray array = *parseNpy(
      npy(header(">i4", "(2,)"), {0, 0, 1, 2, 255, 255, 255, 254}), "x.npy");
  EXPECT_EQ(array.as<int32_t>()[0], 258);
  EXPECT_EQ(array.as<int32_t>()[1], -2);
}

TEST(Npy, FortranOrderIsTransposed) {
  // The columns of [[1, 2, 3], [4, 5, 6]].
  HostArray array = *parseNpy(
      npy(header("|u1", "(2, 3)", "True"), {1, 4, 2, 5, 3, 6}), "x.npy");
  const uint8_t expected[] = {1, 2, 3, 4, 5, 6};
  EXPECT_TRUE(std::equal(std::begin(expected), std::end(expected),
                         array.as<uint8_t>().begin()));
}

TEST(Npy, BoolsBecomeZeroOrOne) {
  HostArray array = *parseNpy(npy(header("|b1", "(3,)"), {0, 7, 1}), "x.npy");
  EXPECT_EQ(array.as<uint8_t>()[1], 1);
}

TEST(Npy, BadInputIsRefusedByName) {
  const Bytes eight(8);
  EXPECT_NE(errorOf({}).find("'x.npy' is not an .npy file"), std::string::npos);
  EXPECT_NE(errorOf({0x80, 4, 0x95}).find("is a pickle"), std::string::npos);
  EXPECT_NE(errorOf(npy(header("|O", "(1,)"), eight)).find("pickled objects"),
            std::string::npos);
  EXPECT_EQ(errorOf(npy(header("<f4", "(3,)"), eight)),
            "'x.npy' is truncated: expected 12 bytes of data for shape (3,) "
            "of float32, got 8");
  EXPECT_NE(errorOf(npy(header("<f4", "(1,)"), eight))
                .find("has bytes after its data"),
            std::string::npos);
  EXPECT_NE(errorOf(npy(header("<f8", "(4611686018427387904,)"), eight))
                .find("byte count does not fit"),
            std::string::npos);
  EXPECT_NE(errorOf(npy(header("<f8", "(99999999999999999999,)"), eight))
                .find("does not fit 64 bits"),
            std::string::npos);
  EXPECT_NE(errorOf(npy(header("<f8", "(-1,)"), eight)).find("malformed"),
            std::string::npos);
  EXPECT_NE(errorOf(npy(header("<c8", "(1,)"), eight)).find("dtype '<c8'"),
            std::string::npos);
  EXPECT_NE(errorOf(npy(header("<U2", "(1,)"), eight)).find("dtype '<U2'"),
            std::string::npos);
  EXPECT_NE(errorOf(npy("{'descr': [('a', '<f4')], 'fortran_order': False, "
                        "'shape': (1,)}",
                        eight))
                .find("structured dtype"),
            std::string::npos);
  EXPECT_NE(errorOf(npy("{'descr': '<f8', 'shape': (1,)}", eight))
                .find("expected the keys"),
            std::string::npos);
  EXPECT_NE(errorOf(npy(header("<f8", "(1,)") + std::string(20000, ' '), eight))
                .find("has a header of 2"),
            std::string::npos);
  Bytes version = npy(header("<f8", "(1,)"), eight);
  version[6] = 9;
  EXPECT_NE(errorOf(version).find(".npy version 9"), std::string::npos);
  EXPECT_EQ(readNpy("/nowhere/x.npy").failure().kind, ErrorKind::IOError);
}

TEST(Npy, EveryTruncationAndGarbleIsHarmless) {
  Bytes good = *formatNpy(sample(DType::Float32, {3, 5}));
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_TRUE(parseNpy(std::span(good).first(size), "x").failed());
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    Bytes bytes = good;
    bytes[random() % 128] = static_cast<uint8_t>(random());
    Expected<HostArray> array = parseNpy(bytes, "x");
    if (array) {
      EXPECT_LE(array->byteSize(), 60);
    }
  }
}

/// Whether every array of the archive can be read.
bool isReadable(const Bytes &bytes) {
  Expected<NpzArchive> archive = NpzArchive::parse(bytes, "x.npz");
  if (!archive)
    return false;
  for (const std::string &key : archive->keys())
    if (!archive->read(key))
      return false;
  return true;
}

TEST(Npz, RoundTrips) {
  NamedArrays arrays = {{"a", sample(DType::Float64, {2, 3})},
                        {"b", sample(DType::Bool, {})},
                        {"empty", sample(DType::Int16, {0, 7})}};
  Expected<NpzArchive> back = NpzArchive::parse(*formatNpz(arrays), "x.npz");
  ASSERT_TRUE(back) << back.message();
  EXPECT_EQ(back->keys(), (std::vector<std::string>{"a", "b", "empty"}));
  for (auto &[name, array] : arrays)
    expectEqual(*back->read(name), array);
  EXPECT_FALSE(back->contains("c"));
  EXPECT_EQ(back->read("c").message(),
            "'x.npz' has no array 'c'; it has a, b, empty");
  arrays[1].first = "a";
  EXPECT_TRUE(formatNpz(arrays).failed());
  arrays[1].first = "";
  EXPECT_TRUE(formatNpz(arrays).failed());
}

TEST(Npz, AnEmptyArchiveBeginsAsNumpyExpects) {
  Bytes bytes = *formatNpz({});
  // What numpy.load looks at, and all that a zip without files holds.
  EXPECT_EQ(std::string(bytes.begin(), bytes.begin() + 4), "PK\5\6");
  EXPECT_EQ(bytes.size(), 22u);
  Expected<NpzArchive> back = NpzArchive::parse(bytes, "x.npz");
  ASSERT_TRUE(back) << back.message();
  EXPECT_TRUE(back->keys().empty());
  EXPECT_EQ(back->read("a").message(), "'x.npz' has no array 'a'; it is empty");
}

TEST(Npz, AnArrayThatNobodyAsksForMayBeUnreadable) {
  NamedArrays arrays = {{"good", sample(DType::Float64, {2})},
                        {"bad", sample(DType::Float64, {2})}};
  Bytes bytes = *formatNpz(arrays);
  // The second header becomes one of pickled objects; its sum is wrong now.
  std::string text(bytes.begin(), bytes.end());
  size_t second = text.rfind("'<f8'");
  ASSERT_NE(second, text.find("'<f8'"));
  bytes[second + 1] = '|';
  Expected<NpzArchive> archive = NpzArchive::parse(bytes, "x.npz");
  ASSERT_TRUE(archive) << archive.message();
  expectEqual(*archive->read("good"), arrays[0].second);
  EXPECT_NE(archive->read("bad").message().find("'bad.npy'"),
            std::string::npos);
}

TEST(Npz, DeflatedEntriesAreRead) {
  // A zip with one entry, written by hand as numpy.savez_compressed does.
  HostArray array = sample(DType::Int32, {100});
  Bytes plain = *formatNpy(array);
  Bytes packed(plain.size() + 100);
  z_stream stream = {};
  ASSERT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, 0), Z_OK);
  stream.next_in = plain.data();
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);

  Bytes zip;
  auto put = [&](uint64_t value, int size) {
    for (int i = 0; i < size; ++i)
      zip.push_back(static_cast<uint8_t>(value >> (8 * i)));
  };
  auto common = [&] {
    put(20, 2), put(0, 2), put(8, 2), put(0, 4);
    put(crc32(0, plain.data(), static_cast<uInt>(plain.size())), 4);
    put(packed.size(), 4), put(plain.size(), 4), put(5, 2), put(0, 2);
  };
  const std::string name = "x.npy";
  put(0x04034b50, 4), common();
  zip.insert(zip.end(), name.begin(), name.end());
  size_t dataAt = zip.size();
  zip.insert(zip.end(), packed.begin(), packed.end());
  size_t directory = zip.size();
  put(0x02014b50, 4), put(20, 2), common();
  put(0, 2), put(0, 2), put(0, 2), put(0, 4), put(0, 4);
  zip.insert(zip.end(), name.begin(), name.end());
  size_t size = zip.size() - directory;
  put(0x06054b50, 4), put(0, 4), put(1, 2), put(1, 2);
  put(size, 4), put(directory, 4), put(0, 2);

  Expected<NpzArchive> back = NpzArchive::parse(zip, "x.npz");
  ASSERT_TRUE(back) << back.message();
  expectEqual(*back->read("x"), array);
  Bytes damaged = zip;
  damaged[dataAt + 20] ^= 0x55;
  EXPECT_FALSE(isReadable(damaged));
  for (size_t keep = 0; keep < zip.size(); ++keep)
    EXPECT_FALSE(isReadable({zip.begin(), zip.begin() + keep})) << keep;
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    Bytes garbled = zip;
    garbled[random() % garbled.size()] = static_cast<uint8_t>(random());
    (void)isReadable(garbled); // must not crash
  }
}

TEST(File, AFailedWriteLeavesNothing) {
  Folder folder;
  EXPECT_TRUE(writeFile(folder / "no/x", Bytes{1}).failed());
  EXPECT_TRUE(writeFile(folder / "x", Bytes{1, 2}).succeeded());
  EXPECT_EQ(*readFile(folder / "x"), (Bytes{1, 2}));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path),
                          std::filesystem::directory_iterator()),
            1);
  EXPECT_TRUE(readFile(folder.path.string()).failed());
}

TEST(File, ManyAreWrittenAllOrNone) {
  Folder folder;
  ASSERT_TRUE(writeFile(folder / "a", Bytes{1}).succeeded());
  std::vector<FileContents> files = {
      {folder / "a", {2}}, {folder / "b", {3}}, {folder / "no/c", {4}}};
  Status status = writeFiles(files);
  ASSERT_TRUE(status.failed());
  EXPECT_NE(status.message().find("no/c"), std::string::npos);
  EXPECT_EQ(*readFile(folder / "a"), Bytes{1});
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path),
                          std::filesystem::directory_iterator()),
            1);
  files[2].path = folder / "c";
  ASSERT_TRUE(writeFiles(files).succeeded());
  EXPECT_EQ(*readFile(folder / "a"), Bytes{2});
  EXPECT_EQ(*readFile(folder / "b"), Bytes{3});
  EXPECT_EQ(*readFile(folder / "c"), Bytes{4});
  EXPECT_TRUE(writeFiles({}).succeeded());
}

// A sparse file takes no room on the disk and claims more than any memory.
TEST(File, AFileLargerThanTheMemoryIsRefused) {
  Folder folder;
  std::string path = folder / "large.npy";
  ASSERT_TRUE(writeFile(path, Bytes{1}).succeeded());
  std::error_code error;
  std::filesystem::resize_file(path, uintmax_t(1) << 42, error);
  if (error)
    GTEST_SKIP() << "no sparse files here: " << error.message();
  Status status = readNpy(path).takeStatus();
  ASSERT_TRUE(status.failed());
  EXPECT_EQ(status.failure().kind, ErrorKind::OutOfMemory);
  EXPECT_NE(status.message().find("4398046511105 bytes to read '" + path + "'"),
            std::string::npos)
      << status.message();
}

TEST(Memory, AVectorThatCannotBeHadIsAnError) {
  std::vector<int64_t> vector;
  EXPECT_TRUE(tryReserve(vector, 100, "for a test").succeeded());
  EXPECT_GE(vector.capacity(), 100u);
  for (size_t count : {SIZE_MAX, SIZE_MAX / 8, size_t(1) << 45}) {
    Status status = tryReserve(vector, count, "for a test");
    ASSERT_TRUE(status.failed()) << count;
    EXPECT_EQ(status.failure().kind, ErrorKind::OutOfMemory);
    EXPECT_NE(status.message().find("x 8 bytes for a test"), std::string::npos);
  }
  EXPECT_GE(vector.capacity(), 100u);
}

TEST(File, WhatCannotBeWrittenIsKnownBefore) {
  Folder folder;
  EXPECT_TRUE(checkWritable(folder / "new").succeeded());
  EXPECT_TRUE(std::filesystem::is_empty(folder.path));
  Status status = checkWritable(folder / "no/x");
  ASSERT_TRUE(status.failed());
  EXPECT_NE(status.message().find("no/x"), std::string::npos);
  EXPECT_TRUE(checkWritable(folder.path.string()).failed());
  ASSERT_TRUE(writeFile(folder / "old", Bytes{1}).succeeded());
  EXPECT_TRUE(checkWritable(folder / "old").succeeded());
  EXPECT_EQ(*readFile(folder / "old"), Bytes{1});
  EXPECT_TRUE(checkWritable("/dev/null").succeeded());
}

// A folder appears at the path of the second file once that has been checked
// and staged: while the writer waits for the pipe's reader.
TEST(File, AFailedRenameTellsWhatWasWritten) {
  Folder folder;
  std::string pipe = folder / "pipe", second = folder / "second";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::vector<FileContents> files = {
      {folder / "first", {1}}, {second, {2}}, {pipe, {3}}};
  std::thread reader([&] {
    auto isStaged = [&] {
      for (const auto &entry : std::filesystem::directory_iterator(folder.path))
        if (entry.path().string().starts_with(second + "."))
          return true;
      return false;
    };
    while (!isStaged())
      std::this_thread::yield();
    std::filesystem::create_directory(second);
    (void)readFile(pipe);
  });
  Status status = writeFiles(files);
  reader.join();
  ASSERT_TRUE(status.failed());
  EXPECT_NE(status.message().find("cannot write '" + second + "'"),
            std::string::npos)
      << status.message();
  EXPECT_NE(status.message().find("already written, and not taken back: '" +
                                  pipe + "', '" + folder / "first"),
            std::string::npos)
      << status.message();
  EXPECT_EQ(*readFile(folder / "first"), Bytes{1});
}
