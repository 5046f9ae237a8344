//===- SystemCalls.cpp - functions that a device brings -------------------===//

#include "Machine/SystemCalls.h"

#include "Checks/BlockChecks.h"
#include "Machine/AccessText.h"
#include "Machine/Block.h"
#include "Machine/DevicePrintf.h"

#include <array>
#include <cstring>

namespace theano::sim {

namespace {

/// The values that one lane passes and gets.
class LaneCall {
public:
  LaneCall(Warp &warp, const Op &op, unsigned lane)
      : warp_(warp), op_(op), lane_(lane),
        site_(warp.block().launch().image->callSites[op.aux]) {}

  unsigned lane() const { return lane_; }

  template <typename T> T argument(unsigned number) const {
    T value;
    std::memcpy(&value, placeOf(site_.arguments[number]), sizeof(T));
    return value;
  }
  template <typename T> void answer(T value) const {
    std::memcpy(placeOf(site_.results[0]), &value, sizeof(T));
  }
  void fault(cuda::Result result, const std::string &message) const {
    warp_.fault(op_, lane_, result, message);
  }
  /// Reads what the lane could read itself.
  ReadBytes reader() const {
    return [this](uint64_t address, void *to, uint32_t bytes) {
      const char *from = warp_.resolve(op_, lane_, Space::Generic, address,
                                       bytes, /*write=*/false);
      if (from)
        std::memcpy(to, from, bytes);
      return from != nullptr;
    };
  }

private:
  char *placeOf(const ParamBlock &block) const {
    return warp_.regs + block.at + size_t(lane_) * block.stride;
  }

  Warp &warp_;
  const Op &op_;
  unsigned lane_;
  const CallSite &site_;
};

/// Calls `F` for one lane after the other, until one faults.
template <void (*F)(Warp &, const Op &, const LaneCall &)>
const Op *forLanesOp(Warp &warp, const Op &op) {
  for (uint32_t rest = warp.mask; rest && !warp.faulted(); rest &= rest - 1)
    F(warp, op,
      LaneCall(warp, op, static_cast<unsigned>(std::countr_zero(rest))));
  if (warp.faulted())
    return warp.stop;
  // Who makes much again and again lets the others go first, and the watchdog
  // look: a loop has thousands of rounds else before it does.
  constexpr uint64_t much = 1 << 16;
  if (warp.executed() < much)
    return &op + 1;
  std::array<uint32_t, warpSize> behind = {};
  behind.fill(warp.pcOf(op) + 1);
  return warp.scatter(op, behind);
}

/// (format, arguments): how many there were.
void print(Warp &warp, const Op &, const LaneCall &call) {
  ReadBytes read = call.reader();
  auto format = call.argument<uint64_t>(0);
  if (!format)
    return call.answer<int32_t>(-1);
  std::optional<std::string> text = readText(format, read);
  if (!text)
    return;
  std::optional<PrintedText> printed =
      formatPrint(*text, call.argument<uint64_t>(1), read);
  if (!printed)
    return;
  warp.chargeBytes(printed->text.size());
  warp.block().print(printed->text);
  call.answer(printed->arguments);
}

/// (message, file, line, function, bytes of a character)
void failAssertion(Warp &, const Op &, const LaneCall &call) {
  ReadBytes read = call.reader();
  auto text = [&](unsigned number) {
    return readText(call.argument<uint64_t>(number), read);
  };
  std::optional<std::string> message = text(0), file, function;
  if (message)
    file = text(1);
  if (file)
    function = text(3);
  if (function)
    call.fault(cuda::Result::Assert,
               "assertion failed: '" + *message + "' in " + *function + ", " +
                   *file + ":" + std::to_string(call.argument<uint32_t>(2)));
}

/// (bytes): the address, or null.
void allocate(Warp &warp, const Op &op, const LaneCall &call) {
  auto bytes = call.argument<uint64_t>(0);
  std::optional<uint64_t> made =
      warp.block().launch().memory->allocateHeap(bytes);
  if (made)
    warp.chargeBytes(bytes);
  if (made && warp.checks)
    warp.checks->allocated(warp, op, call.lane(), *made, bytes);
  call.answer<uint64_t>(made.value_or(0));
}

/// (address)
void release(Warp &warp, const Op &op, const LaneCall &call) {
  auto address = call.argument<uint64_t>(0);
  if (!address)
    return;
  AddressSpace &memory = *warp.block().launch().memory;
  std::optional<Allocation> found = memory.find(address);
  bool isRight = found && !found->freed && found->begin == address &&
                 found->kind == AllocationKind::Heap;
  if (isRight)
    warp.chargeBytes(found->end - found->begin);
  if (isRight && warp.checks &&
      !warp.checks->released(warp, op, call.lane(), *found))
    return;
  // Another block may have been quicker.
  if (isRight && memory.free(address, AllocationKind::Heap))
    return;
  std::string where =
      !found         ? "no allocation is there"
      : found->freed ? "which is freed already: " + describe(*found)
      : found->begin != address
          ? "which is inside " + describe(*found)
          : "which is no memory of malloc, but " + describe(*found);
  call.fault(cuda::Result::IllegalAddress,
             "free of " + hexText(address) + ", " + where);
}

/// (handle, value): of a node of the graph that the launch belongs to.
void setConditional(Warp &warp, const Op &, const LaneCall &call) {
  auto handle = call.argument<uint64_t>(0);
  const LaunchSpec &launch = warp.block().launch();
  if (!launch.setConditional ||
      !launch.setConditional(handle, call.argument<uint32_t>(1)))
    call.fault(cuda::Result::LaunchFailed,
               "cudaGraphSetConditional: " + std::to_string(handle) +
                   " is not the handle of a condition");
}

} // namespace

const std::vector<SystemCall> &systemCalls() {
  static const std::vector<SystemCall> all = {
      {"vprintf", {4}, {8, 8}, &forLanesOp<&print>, /*prints=*/true},
      {"__assertfail", {}, {8, 8, 4, 8, 8}, &forLanesOp<&failAssertion>},
      {"malloc", {8}, {8}, &forLanesOp<&allocate>},
      {"free", {}, {8}, &forLanesOp<&release>},
      {"cudaGraphSetConditional", {}, {8, 4}, &forLanesOp<&setConditional>},
  };
  return all;
}

const SystemCall *findSystemCall(std::string_view name) {
  for (const SystemCall &call : systemCalls())
    if (call.name == name)
      return &call;
  return nullptr;
}

} // namespace theano::sim
