//===- Npy.cpp - NumPy's array files --------------------------------------===//

#include "theano/Support/Npy.h"

#include "ByteReader.h"
#include "theano/Support/CheckedMath.h"
#include "theano/Support/File.h"
#include "theano/Support/Memory.h"

#include <algorithm>

using namespace theano;

// NumPy itself refuses longer headers unless told otherwise.
static constexpr size_t maxHeaderBytes = 10000;
static constexpr size_t maxRank = 64;
static constexpr char magic[] = "\x93NUMPY";
static constexpr size_t magicBytes = 6;

//===----------------------------------------------------------------------===//
// The header, a Python dict literal
//===----------------------------------------------------------------------===//

namespace {
struct Header {
  DType dtype = DType::Float32;
  bool swapped = false;
  bool fortranOrder = false;
  Shape shape;
};

/// Reads the one form of dict that NumPy writes: the keys 'descr',
/// 'fortran_order' and 'shape' in any order.
class HeaderParser {
public:
  HeaderParser(std::string_view text, const std::string &name)
      : text_(text), name_(name) {}

  Expected<Header> parse() {
    Header header;
    bool seen[3] = {};
    if (!accept('{'))
      return malformed("expected a dict");
    while (!accept('}')) {
      std::optional<std::string> key = string();
      if (!key || !accept(':'))
        return malformed("expected a quoted key and ':'");
      Status status = Status::success();
      if (*key == "descr" && !seen[0]) {
        seen[0] = true;
        status = descr(header);
      } else if (*key == "fortran_order" && !seen[1]) {
        seen[1] = true;
        status = fortranOrder(header);
      } else if (*key == "shape" && !seen[2]) {
        seen[2] = true;
        status = shape(header);
      } else {
        return malformed("unexpected or repeated key '" + *key + "'");
      }
      if (status.failed())
        return status;
      if (!accept(',') && !peek('}'))
        return malformed("expected ',' or '}'");
    }
    skipSpace();
    if (at_ != text_.size())
      return malformed("characters after the dict");
    if (!seen[0] || !seen[1] || !seen[2])
      return malformed("expected the keys descr, fortran_order and shape");
    return header;
  }

private:
  Failure malformed(const std::string &what) const {
    return ioError("'" + name_ + "' has a malformed .npy header: " + what +
                   " at character " + std::to_string(at_));
  }
  void skipSpace() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
      ++at_;
  }
  bool peek(char c) {
    skipSpace();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool accept(char c) {
    if (!peek(c))
      return false;
    ++at_;
    return true;
  }
  bool acceptWord(std::string_view word) {
    skipSpace();
    if (text_.substr(at_, word.size()) != word)
      return false;
    at_ += word.size();
    return true;
  }
  std::optional<std::string> string() {
    skipSpace();
    if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"'))
      return std::nullopt;
    size_t close = text_.find(text_[at_], at_ + 1);
    if (close == std::string_view::npos)
      return std::nullopt;
    std::string value(text_.substr(at_ + 1, close - at_ - 1));
    at_ = close + 1;
    return value;
  }

  Status descr(Header &header) {
    std::optional<std::string> text = string();
    if (!text)
      return Failure(ioError("'" + name_ +
                             "' has a structured dtype: expected one of bool, "
                             "int8 to int64, uint8 to uint64, float16 to "
                             "float64"));
    auto refused = [&]() -> Failure {
      bool isObject = text->find('O') != std::string::npos;
      return ioError(
          "'" + name_ + "' has dtype '" + *text + "'" +
          (isObject ? " (pickled objects, which are never loaded)" : "") +
          ": expected one of bool, int8 to int64, uint8 to uint64, "
          "float16 to float64");
    };
    if (text->size() != 3)
      return refused();
    char order = (*text)[0], kind = (*text)[1];
    int size = (*text)[2] - '0';
    if (std::string_view("<>|=").find(order) == std::string_view::npos)
      return refused();
    std::string dtypeText;
    if (kind == 'b' && size == 1)
      dtypeText = "bool";
    else if (kind == 'i' || kind == 'u' || kind == 'f')
      dtypeText = kind + std::to_string(size * 8);
    std::optional<DType> dtype = parseDType(dtypeText);
    if (!dtype)
      return refused();
    header.dtype = *dtype;
    header.swapped = order == '>' && size > 1;
    return Status::success();
  }

  Status fortranOrder(Header &header) {
    if (acceptWord("True"))
      header.fortranOrder = true;
    else if (!acceptWord("False"))
      return malformed("expected True or False");
    return Status::success();
  }

  Status shape(Header &header) {
    if (!accept('('))
      return malformed("expected a tuple");
    while (!accept(')')) {
      skipSpace();
      size_t start = at_;
      std::optional<int64_t> size = 0;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
        size = checkedMul(*size, 10);
        if (size)
          size = checkedAdd(*size, text_[at_] - '0');
        if (!size)
          return malformed("a size that does not fit 64 bits");
        ++at_;
      }
      if (at_ == start)
        return malformed("expected a size of at least 0");
      acceptWord("L"); // Python 2 wrote long integers so
      header.shape.push_back(*size);
      if (header.shape.size() > maxRank)
        return malformed("more than 64 dimensions");
      if (!accept(',') && !peek(')'))
        return malformed("expected ',' or ')'");
    }
    return Status::success();
  }

  std::string_view text_;
  const std::string &name_;
  size_t at_ = 0;
};
} // namespace

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

// Writes to `target` in C order what `source` holds in Fortran order.
static void transposeToCOrder(const uint8_t *source, uint8_t *target,
                              const Shape &shape, size_t elementSize) {
  size_t rank = shape.size();
  std::vector<int64_t> strides(rank), index(rank);
  int64_t count = 1;
  for (size_t d = 0; d < rank; ++d) {
    strides[d] = count;
    count *= shape[d];
  }
  int64_t offset = 0;
  for (int64_t k = 0; k < count; ++k) {
    std::memcpy(target + static_cast<size_t>(k) * elementSize,
                source + static_cast<size_t>(offset) * elementSize,
                elementSize);
    for (size_t d = rank; d-- > 0;) {
      offset += strides[d];
      if (++index[d] < shape[d])
        break;
      offset -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}

static Expected<std::pair<std::string_view, size_t>>
findHeader(std::span<const uint8_t> bytes, const std::string &name) {
  if (!bytes.empty() && bytes[0] == 0x80)
    return ioError("'" + name +
                   "' is a pickle, which is never loaded: save with numpy.save "
                   "from an array that is not of dtype object");
  if (bytes.size() < magicBytes ||
      std::memcmp(bytes.data(), magic, magicBytes) != 0)
    return ioError("'" + name +
                   "' is not an .npy file: expected it to begin "
                   "with \\x93NUMPY");
  if (bytes.size() < magicBytes + 2)
    return ioError("'" + name + "' is truncated: it ends inside the header");
  unsigned major = bytes[magicBytes];
  if (major < 1 || major > 3)
    return ioError("'" + name + "' has .npy version " + std::to_string(major) +
                   ": expected 1, 2 or 3");
  size_t lengthBytes = major == 1 ? 2 : 4;
  size_t start = magicBytes + 2 + lengthBytes;
  std::optional<uint32_t> length;
  if (major == 1)
    length = readLittle<uint16_t>(bytes, magicBytes + 2);
  else
    length = readLittle<uint32_t>(bytes, magicBytes + 2);
  if (!length)
    return ioError("'" + name + "' is truncated: it ends inside the header");
  if (*length > maxHeaderBytes)
    return ioError("'" + name + "' has a header of " + std::to_string(*length) +
                   " bytes: expected at most " +
                   std::to_string(maxHeaderBytes));
  std::optional<std::span<const uint8_t>> header =
      readBytes(bytes, start, *length);
  if (!header)
    return ioError("'" + name + "' is truncated: it ends inside the header");
  return std::pair(
      std::string_view(reinterpret_cast<const char *>(header->data()),
                       header->size()),
      start + *length);
}

Expected<HostArray> theano::parseNpy(std::span<const uint8_t> bytes,
                                     const std::string &name) {
  auto found = findHeader(bytes, name);
  if (!found)
    return found.takeStatus();
  Expected<Header> header = HeaderParser(found->first, name).parse();
  if (!header)
    return header.takeStatus();
  size_t elementSize = dtypeSize(header->dtype);
  std::optional<int64_t> byteCount =
      checkedByteCount(header->shape, static_cast<int64_t>(elementSize));
  if (!byteCount)
    return ioError("'" + name + "' has shape " + formatShape(header->shape) +
                   ", whose byte count does not fit 64 bits");
  std::span<const uint8_t> data = bytes.subspan(found->second);
  auto expected = static_cast<size_t>(*byteCount);
  if (data.size() != expected)
    return ioError(
        "'" + name + "' " +
        (data.size() < expected ? "is truncated" : "has bytes after its data") +
        ": expected " + std::to_string(expected) + " bytes of data for shape " +
        formatShape(header->shape) + " of " +
        std::string(dtypeName(header->dtype)) + ", got " +
        std::to_string(data.size()));
  Expected<HostArray> array = HostArray::allocate(header->dtype, header->shape);
  if (!array || expected == 0)
    return array;
  auto *target = static_cast<uint8_t *>(array->data());
  if (header->fortranOrder && header->shape.size() > 1)
    transposeToCOrder(data.data(), target, header->shape, elementSize);
  else
    std::memcpy(target, data.data(), expected);
  if (header->swapped)
    for (size_t k = 0; k < expected; k += elementSize)
      std::reverse(target + k, target + k + elementSize);
  // Any byte but 0 is true; kernels rely on 0 and 1.
  if (header->dtype == DType::Bool)
    for (size_t k = 0; k < expected; ++k)
      target[k] = target[k] != 0;
  return array;
}

Expected<HostArray> theano::readNpy(const std::string &path) {
  Expected<std::vector<uint8_t>> bytes = readFile(path);
  if (!bytes)
    return bytes.takeStatus();
  return parseNpy(*bytes, path);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static std::string descrOf(DType dtype) {
  if (dtype == DType::Bool)
    return "|b1";
  std::string text(1, isFloat(dtype) ? 'f' : isUnsigned(dtype) ? 'u' : 'i');
  text += std::to_string(dtypeSize(dtype));
  return (dtypeSize(dtype) == 1 ? "|" : "<") + text;
}

Expected<std::vector<uint8_t>> theano::formatNpy(const HostArray &array) {
  if (array.dtype() == DType::BFloat16) {
    Expected<HostArray> wide = convertElements(array, DType::Float32);
    if (!wide)
      return wide.takeStatus();
    return formatNpy(*wide);
  }
  std::string header =
      "{'descr': '" + descrOf(array.dtype()) +
      "', 'fortran_order': False, 'shape': " + formatShape(array.shape()) +
      ", }";
  // The data begins at a multiple of 64 bytes; the header ends in a newline.
  size_t prefix = magicBytes + 4;
  size_t total = (prefix + header.size() + 1 + 63) / 64 * 64;
  header.resize(total - prefix - 1, ' ');
  header += '\n';
  std::vector<uint8_t> bytes;
  if (Status status =
          tryReserve(bytes, total + static_cast<size_t>(array.byteSize()),
                     "to write an array of shape " +
                         formatShape(array.shape()) + " as an .npy file");
      status.failed())
    return status;
  bytes.assign(magic, magic + magicBytes);
  bytes.insert(bytes.end(), {1, 0, static_cast<uint8_t>(header.size() & 0xff),
                             static_cast<uint8_t>(header.size() >> 8)});
  bytes.insert(bytes.end(), header.begin(), header.end());
  auto *data = static_cast<const uint8_t *>(array.data());
  bytes.insert(bytes.end(), data, data + array.byteSize());
  return bytes;
}
