//===- Serialize.cpp - programs as bytes ----------------------------------===//
//
// Each struct lists its fields once, in a `fields` function that serves both
// directions: the Writer appends each, the Reader fills each and remembers
// the first thing that is wrong.
//
//===----------------------------------------------------------------------===//

#include "theano/Program/Serialize.h"

#include "theano/Program/Verify.h"
#include "theano/Support/Hashing.h"

#include <cstring>

using namespace theano;

static constexpr char magic[] = "THEANOPG";
static constexpr size_t magicBytes = 8;
static constexpr size_t prefixBytes = magicBytes + 4 + 8;
static constexpr unsigned maxNesting = 64;

namespace {
template <typename T>
concept Number = std::is_arithmetic_v<T>;

// The largest number of an enum that is read.
template <typename T> constexpr uint64_t enumLimit();
template <> constexpr uint64_t enumLimit<DType>() { return kNumDTypes - 1; }
template <> constexpr uint64_t enumLimit<ExprKind>() {
  return kNumExprKinds - 1;
}
template <> constexpr uint64_t enumLimit<SlotKind>() {
  return static_cast<uint64_t>(SlotKind::Output);
}
template <> constexpr uint64_t enumLimit<ParamType>() {
  return static_cast<uint64_t>(ParamType::Int64);
}
template <> constexpr uint64_t enumLimit<ErrorCode>() { return kLastErrorCode; }
template <> constexpr uint64_t enumLimit<TargetInfo::Kind>() {
  return static_cast<uint64_t>(TargetInfo::Kind::Cuda);
}

class Writer {
public:
  template <typename... Ts> void operator()(Ts &...values) {
    (one(values), ...);
  }
  std::vector<uint8_t> take() { return std::move(bytes_); }

private:
  void raw(const void *data, size_t size) {
    auto *first = static_cast<const uint8_t *>(data);
    bytes_.insert(bytes_.end(), first, first + size);
  }
  template <typename T> void one(const T &value) {
    if constexpr (Number<T> || std::is_enum_v<T>)
      raw(&value, sizeof(T));
    else
      fields(*this, const_cast<T &>(value));
  }
  void size(size_t count) { one(static_cast<uint64_t>(count)); }
  void one(const std::string &text) {
    size(text.size());
    raw(text.data(), text.size());
  }
  template <typename T> void one(const std::vector<T> &list) {
    size(list.size());
    if constexpr (Number<T>)
      raw(list.data(), list.size() * sizeof(T));
    else
      for (const T &element : list)
        one(element);
  }
  template <typename T, size_t N> void one(const std::array<T, N> &list) {
    for (const T &element : list)
      one(element);
  }
  template <typename... Ts> void one(const std::variant<Ts...> &choice) {
    one(static_cast<uint8_t>(choice.index()));
    std::visit([&](const auto &value) { one(value); }, choice);
  }

  std::vector<uint8_t> bytes_;
};

class Reader {
public:
  explicit Reader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  template <typename... Ts> void operator()(Ts &...values) {
    (one(values), ...);
  }
  bool failed() const { return status_.failed(); }
  void fail(const std::string &what) {
    if (!failed())
      status_ = ioError("damaged program: " + what);
  }
  Status finish() {
    if (at_ != bytes_.size())
      fail("bytes after its end");
    return std::move(status_);
  }

private:
  size_t left() const { return bytes_.size() - at_; }
  void raw(void *data, size_t size) {
    if (failed() || left() < size)
      return fail("it is truncated");
    // memcpy must not see the null pointer of an empty list.
    if (size)
      std::memcpy(data, bytes_.data() + at_, size);
    at_ += size;
  }
  template <typename T> void one(T &value) {
    if constexpr (std::is_same_v<T, bool>) {
      uint8_t byte = 0;
      raw(&byte, 1);
      if (byte > 1)
        fail("a flag that is neither 0 nor 1");
      value = byte == 1;
    } else if constexpr (Number<T>) {
      raw(&value, sizeof(T));
    } else if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> number = 0;
      raw(&number, sizeof(T));
      if (static_cast<uint64_t>(number) > enumLimit<T>()) {
        fail("an unknown kind");
        number = 0;
      }
      value = static_cast<T>(number);
    } else {
      if (++nesting_ > maxNesting * 4)
        fail("it is nested too deeply");
      else
        fields(*this, value);
      --nesting_;
    }
  }
  // A count of elements of at least `bytes` each, which must be there.
  size_t size(size_t bytes) {
    uint64_t count = 0;
    one(count);
    if (!failed() && count > left() / bytes)
      fail("a list is longer than the file");
    return failed() ? 0 : static_cast<size_t>(count);
  }
  void one(std::string &text) {
    text.resize(size(1));
    raw(text.data(), text.size());
  }
  template <typename T> void one(std::vector<T> &list) {
    if constexpr (Number<T>) {
      list.resize(size(sizeof(T)));
      raw(list.data(), list.size() * sizeof(T));
    } else {
      // Grows with what was really read, so a false count costs nothing.
      size_t count = size(1);
      list.clear();
      for (size_t i = 0; i < count && !failed(); ++i)
        one(list.emplace_back());
    }
  }
  template <typename T, size_t N> void one(std::array<T, N> &list) {
    for (T &element : list)
      one(element);
  }
  template <typename... Ts> void one(std::variant<Ts...> &choice) {
    uint8_t index = 0;
    one(index);
    if (index >= sizeof...(Ts))
      return fail("an unknown kind");
    size_t i = 0;
    ((i++ == index ? one(choice.template emplace<Ts>()) : void()), ...);
  }

  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  unsigned nesting_ = 0;
  Status status_;
};

//===----------------------------------------------------------------------===//
// The fields of each struct
//===----------------------------------------------------------------------===//

void fields(auto &io, CpuTarget &cpu) {
  io(cpu.llvmName, cpu.features, cpu.vectorBytes, cpu.l1Bytes, cpu.l2Bytes,
     cpu.l3Bytes);
}
void fields(auto &io, GpuTarget &gpu) {
  io(gpu.smNumber, gpu.ptxVersion, gpu.asyncCopy, gpu.bf16Mma, gpu.tf32Mma,
     gpu.redux, gpu.sharedPerBlock, gpu.registersPerMultiprocessor,
     gpu.maxThreadsPerMultiprocessor, gpu.multiprocessors);
}
void fields(auto &io, TargetInfo &target) {
  io(target.kind, target.name, target.cpu, target.gpu);
}
void fields(auto &io, ExprNode &node) {
  io(node.kind, node.a, node.b, node.c, node.value);
}
void fields(auto &io, Slot &slot) {
  io(slot.name, slot.dtype, slot.shape, slot.kind, slot.aliasOf, slot.data);
}
void fields(auto &io, InputInfo &input) {
  io(input.name, input.dtype, input.dims, input.sharedName, input.slot);
}
void fields(auto &io, ResultInfo &result) {
  io(result.name, result.dtype, result.slot, result.updateName);
}
void fields(auto &io, CpuEntry &entry) { io(entry.symbol); }
void fields(auto &io, PtxEntry &entry) {
  io(entry.entry, entry.block, entry.staticShared, entry.dynamicShared,
     entry.params);
}
void fields(auto &io, Kernel &kernel) {
  io(kernel.name, kernel.family, kernel.locations, kernel.ops, kernel.entry);
}
void fields(auto &io, BufferArgument &argument) {
  io(argument.slot, argument.written);
}
void fields(auto &io, ScalarArgument &argument) {
  io(argument.value, argument.wide);
}
void fields(auto &io, CheckCommand &check) {
  io(check.condition, check.code, check.values, check.location);
}
void fields(auto &io, AllocateCommand &allocate) { io(allocate.slot); }
void fields(auto &io, FreeCommand &release) { io(release.slot); }
void fields(auto &io, LaunchCommand &launch) {
  io(launch.kernel, launch.grid, launch.arguments, launch.hasStatus,
     launch.bytesIn, launch.bytesOut, launch.location, launch.sources);
}
void fields(auto &io, CopyCommand &copy) { io(copy.source, copy.target); }
void fields(auto &io, GemmCommand &gemm) {
  io(gemm.transposeA, gemm.transposeB, gemm.batchedA, gemm.batchedB, gemm.batch,
     gemm.m, gemm.n, gemm.k, gemm.a, gemm.b, gemm.c, gemm.dtype, gemm.location);
}
void fields(auto &io, HostCallCommand &call) {
  io(call.name, call.inputs, call.outputs, call.attributes, call.location);
}
void fields(auto &io, IfCommand &branch) {
  io(branch.condition, branch.thenCommands, branch.elseCommands);
}
void fields(auto &io, WhileCommand &loop) {
  io(loop.before, loop.condition, loop.body);
}
void fields(auto &io, Command &command) { io(command.step); }

// The two tables keep their lists to themselves, so they are rebuilt.
void tables(Writer &io, Program &program) {
  std::vector<std::string> locations = program.locations.all();
  std::vector<ExprNode> nodes;
  nodes.reserve(program.exprs.size());
  for (ExprId id = 0; id < program.exprs.size(); ++id)
    nodes.push_back(program.exprs.node(id));
  io(locations, nodes);
}
void tables(Reader &io, Program &program) {
  std::vector<std::string> locations;
  std::vector<ExprNode> nodes;
  io(locations, nodes);
  for (size_t i = 0; i < locations.size() && !io.failed(); ++i)
    if (program.locations.add(locations[i]) != static_cast<LocationId>(i))
      io.fail("a location is listed twice");
  for (size_t i = 0; i < nodes.size() && !io.failed(); ++i)
    if (Status status = program.exprs.append(nodes[i]); status.failed())
      io.fail(status.message());
}

void fields(auto &io, Program &program) {
  io(program.name, program.target);
  tables(io, program);
  io(program.slots, program.inputs, program.results, program.kernels,
     program.commands, program.cpuObject, program.ptx);
}
} // namespace

std::vector<uint8_t> theano::serialize(const Program &program) {
  Writer body;
  body(const_cast<Program &>(program));
  std::vector<uint8_t> payload = body.take();
  uint32_t version = kProgramVersion;
  uint64_t sum = hashBytes(
      {reinterpret_cast<const char *>(payload.data()), payload.size()});
  std::vector<uint8_t> bytes(prefixBytes);
  std::memcpy(bytes.data(), magic, magicBytes);
  std::memcpy(bytes.data() + magicBytes, &version, sizeof(version));
  std::memcpy(bytes.data() + magicBytes + sizeof(version), &sum, sizeof(sum));
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

Expected<Program> theano::deserialize(std::span<const uint8_t> bytes) {
  if (bytes.size() < prefixBytes ||
      std::memcmp(bytes.data(), magic, magicBytes) != 0)
    return ioError("not a saved program: expected it to begin with THEANOPG");
  uint32_t version;
  uint64_t sum;
  std::memcpy(&version, bytes.data() + magicBytes, sizeof(version));
  std::memcpy(&sum, bytes.data() + magicBytes + sizeof(version), sizeof(sum));
  if (version != kProgramVersion)
    return ioError("a program saved in version " + std::to_string(version) +
                   " of the form: expected " + std::to_string(kProgramVersion) +
                   "; compile it again");
  bytes = bytes.subspan(prefixBytes);
  if (hashBytes({reinterpret_cast<const char *>(bytes.data()), bytes.size()}) !=
      sum)
    return ioError("damaged program: its checksum does not match");
  Program program;
  Reader reader(bytes);
  reader(program);
  if (Status status = reader.finish(); status.failed())
    return status;
  if (Status status = verify(program); status.failed())
    return ioError(status.message());
  return program;
}
