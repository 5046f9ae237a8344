//===- CallFrame.cpp - the state of one call: slots and expressions -------===//

#include "CallFrame.h"

#include "theano/Support/CheckedMath.h"

#include <cstring>

using namespace theano;

CallFrame::CallFrame(LoadedProgram &loaded)
    : loaded_(loaded), program_(loaded.program), device_(*loaded.device),
      evaluator_(loaded.program.exprs), slots_(loaded.program.slots.size()),
      isScalar_(loaded.program.slots.size()) {
  for (ExprId id = 0; id < program_.exprs.size(); ++id)
    if (program_.exprs.node(id).kind == ExprKind::Scalar)
      isScalar_[storageOf(program_.exprs.node(id).a)] = true;
}

Status CallFrame::begin(Trace *trace) {
  trace_ = trace;
  evaluator_.reset();
  writtenShared_.clear();
  statusDirty_ |= statusPending_;
  statusPending_ = false;
  for (SlotId id = 0; id < slots_.size(); ++id) {
    if (program_.slots[id].kind != SlotKind::Constant || slots_[id].live)
      continue;
    slots_[id].live = true;
    slots_[id].address = loaded_.constants[id].address();
    slots_[id].bytes = static_cast<int64_t>(loaded_.constants[id].bytes());
  }
  if (!loaded_.hasStatus)
    return Status::success();
  if (!status_.address()) {
    Expected<Buffer> word =
        Buffer::allocate(loaded_.device, sizeof(StatusWord));
    if (!word)
      return word.takeStatus();
    status_ = std::move(*word);
  }
  if (!statusDirty_)
    return Status::success();
  statusDirty_ = false;
  return device_.fillZero(status_.address(), sizeof(StatusWord));
}

void CallFrame::bind(SlotId slot, const DeviceArray &array) {
  SlotState &state = slots_[slot];
  state.live = true;
  state.address = array.address;
  state.bytes = array.byteSize();
  state.bound = &array.shape;
}

void CallFrame::end() {
  for (SlotId id = 0; id < slots_.size(); ++id)
    if (program_.slots[id].kind != SlotKind::Constant)
      slots_[id] = SlotState();
  trace_ = nullptr;
}

Status CallFrame::run() {
  if (Status status = runList(program_.commands); status.failed())
    return status;
  return checkStatus();
}

Expected<DeviceArray> CallFrame::takeResult(SlotId slot) {
  Expected<Shape> shape = shapeOf(slot);
  if (!shape)
    return shape.takeStatus();
  Expected<const SlotState *> source = access(slot);
  if (!source)
    return source.takeStatus();
  SlotState &storage = slots_[storageOf(slot)];
  DeviceArray result{loaded_.device, program_.slots[slot].dtype,
                     std::move(*shape), 0, nullptr};
  // A buffer that was handed out already, or that belongs to a variable, an
  // argument or the program, is copied.
  Buffer buffer = std::move(storage.buffer);
  if (!buffer.address() && storage.bytes) {
    Expected<Buffer> fresh =
        Buffer::allocate(loaded_.device, static_cast<size_t>(storage.bytes));
    if (!fresh)
      return fresh.takeStatus();
    buffer = std::move(*fresh);
    if (Status status =
            device_.copyOnDevice(buffer.address(), storage.address,
                                 static_cast<size_t>(storage.bytes));
        status.failed())
      return status;
  }
  result.address = buffer.address();
  if (buffer.address())
    result.owner = std::make_shared<Buffer>(std::move(buffer));
  // The slot may be another result's too: its address stays readable, because
  // the caller keeps every result until the last is taken.
  return result;
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

std::string CallFrame::slotName(SlotId slot) const {
  const std::string &name = program_.slots[slot].name;
  return "'" + (name.empty() ? "%" + std::to_string(slot) : name) + "'";
}

SlotId CallFrame::storageOf(SlotId slot) const {
  int32_t base = program_.slots[slot].aliasOf;
  return base < 0 ? slot : static_cast<SlotId>(base);
}

Expected<Shape> CallFrame::shapeOf(SlotId slot) {
  Shape shape;
  for (ExprId id : program_.slots[slot].shape) {
    Expected<int64_t> size = evaluate(id);
    if (!size)
      return size.takeStatus();
    if (*size < 0) {
      int64_t values[] = {*size};
      return runtimeCheckFailure(ErrorCode::NegativeSize, values, {});
    }
    shape.push_back(*size);
  }
  return shape;
}

Expected<int64_t> CallFrame::bytesOf(SlotId slot) {
  Expected<Shape> shape = shapeOf(slot);
  if (!shape)
    return shape.takeStatus();
  DType dtype = program_.slots[slot].dtype;
  std::optional<int64_t> bytes =
      checkedByteCount(*shape, static_cast<int64_t>(dtypeSize(dtype)));
  if (!bytes)
    return outOfMemory("out of memory: size overflows: an array of " +
                       std::string(dtypeName(dtype)) + " with shape " +
                       formatShape(*shape) +
                       " has more bytes than 64 bits count");
  return *bytes;
}

Expected<const CallFrame::SlotState *> CallFrame::access(SlotId slot) {
  SlotId base = storageOf(slot);
  const SlotState &state = slots_[base];
  if (!state.live)
    return invalidArgument("program '" + program_.name + "': slot " +
                           slotName(base) + " is used while it has no memory");
  if (base != slot) {
    Expected<int64_t> bytes = bytesOf(slot);
    if (!bytes)
      return bytes.takeStatus();
    if (*bytes != state.bytes) {
      auto size = static_cast<int64_t>(dtypeSize(program_.slots[slot].dtype));
      int64_t values[] = {state.bytes / size, *bytes / size};
      return runtimeCheckFailure(ErrorCode::ReshapeMismatch, values, {});
    }
  }
  return &state;
}

Status CallFrame::beginWrite(SlotId slot) {
  SlotId base = storageOf(slot);
  if (program_.slots[base].kind != SlotKind::Shared)
    return Status::success();
  // State is written only after everything before it is known to be right.
  if (Status status = checkStatus(); status.failed())
    return status;
  for (SlotId written : writtenShared_)
    if (written == base)
      return Status::success();
  writtenShared_.push_back(base);
  return Status::success();
}

void CallFrame::endWrite(SlotId slot) {
  if (isScalar_[storageOf(slot)])
    evaluator_.invalidateScalars();
}

Status CallFrame::checkStatus() {
  if (!statusPending_)
    return Status::success();
  statusPending_ = false;
  Expected<StatusWord> word = device_.readStatus(status_.address());
  if (!word)
    return word.takeStatus();
  if (word->code == 0)
    return Status::success();
  statusDirty_ = true;
  return runtimeCheckFailure(static_cast<ErrorCode>(word->code), word->values,
                             program_.locations.lookup(word->location));
}

//===----------------------------------------------------------------------===//
// The leaves of expressions
//===----------------------------------------------------------------------===//

int64_t CallFrame::dim(uint32_t slot, uint32_t axis) {
  return (*slots_[slot].bound)[axis];
}

template <typename T> static Expected<int64_t> widen(const void *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  if (std::is_same_v<T, uint64_t> && static_cast<int64_t>(value) < 0)
    return outOfMemory("size overflows: the value " +
                       std::to_string(static_cast<uint64_t>(value)) +
                       " does not fit 64 signed bits");
  return static_cast<int64_t>(value);
}

Expected<int64_t> CallFrame::scalar(uint32_t slot) {
  // A failed check leaves values that mean nothing.
  if (Status status = checkStatus(); status.failed())
    return status;
  Expected<const SlotState *> state = access(slot);
  if (!state)
    return state.takeStatus();
  DType dtype = program_.slots[slot].dtype;
  uint8_t bytes[8] = {};
  if (Status status =
          device_.copyToHost(bytes, (*state)->address, dtypeSize(dtype));
      status.failed())
    return status;
  switch (dtype) {
  case DType::Bool:
    return bytes[0] != 0;
  case DType::Int8:
    return widen<int8_t>(bytes);
  case DType::Int16:
    return widen<int16_t>(bytes);
  case DType::Int32:
    return widen<int32_t>(bytes);
  case DType::Int64:
    return widen<int64_t>(bytes);
  case DType::UInt8:
    return widen<uint8_t>(bytes);
  case DType::UInt16:
    return widen<uint16_t>(bytes);
  case DType::UInt32:
    return widen<uint32_t>(bytes);
  case DType::UInt64:
    return widen<uint64_t>(bytes);
  default:
    return typeError("a size cannot be a floating-point value");
  }
}
