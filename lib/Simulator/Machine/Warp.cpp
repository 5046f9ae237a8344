//===- Warp.cpp - 32 lanes with a program counter each --------------------===//

#include "Machine/Warp.h"

#include "Checks/BlockChecks.h"
#include "Machine/Cluster.h"
#include "Machine/Counters.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace theano::sim {

/// Taken backward branches before other groups or warps get a turn, and while
/// the groups of a warp take turns.
static constexpr int64_t longBudget = 2000, shortBudget = 64;
/// What a stall takes from the budget: more than there ever is.
static constexpr int64_t stallCost = 1 << 20;
/// Turns that the groups of a warp take before the next warp gets one.
static constexpr uint32_t maxTurns = 64;
/// More calls than any stack of a real device holds.
static constexpr uint32_t maxDepth = 4096;

/// Instructions after which the next warp gets a turn where the budget does not
/// end: calls that fan out need no backward branch to go on for ever.
static constexpr uint64_t maxExecuted = 1 << 16;

Warp::Warp(Block &block, uint32_t index) : block_(block), index_(index) {}

Frame::Frame(const FunctionCode &function) : function(&function) {
  size_t bytes = std::max<size_t>((function.frameBytes + 63u) / 64 * 64, 64);
  regs = static_cast<char *>(std::aligned_alloc(64, bytes));
  if (!regs)
    throw std::bad_alloc();
  // Registers that are read before they are written read as 0 each time.
  std::memset(regs, 0, bytes);
}

Frame::~Frame() { std::free(regs); }

//===----------------------------------------------------------------------===//
// Setting up
//===----------------------------------------------------------------------===//

void Warp::prepare(const FunctionCode &kernel) {
  const LaunchSpec &launch = block_.launch();
  image_ = launch.image;
  code = image_->code.data();
  codeEnd_ = code + image_->code.size();
  hits = block_.hits().data();
  shared = block_.shared();
  sharedBytes = block_.sharedBytes();
  params = launch.parameters.data();
  paramBytes = static_cast<uint32_t>(launch.parameters.size());
  uint32_t threads = launch.threads(), before = index_ * warpSize;
  uint32_t lanes = std::min(threads - before, warpSize);
  started_ = lanes == warpSize ? fullMask : (1u << lanes) - 1;
  // Without calls the stack is exactly what the kernel declares.
  localStride = kernel.callsOthers
                    ? std::max<uint32_t>(kernel.localBytes * 2, 1 << 16)
                    : (kernel.localBytes + 15) / 16 * 16;
  localMemory_.resize(size_t(localStride) * warpSize + 16);
  local = localMemory_.data();
  local += -reinterpret_cast<uintptr_t>(local) & 15;
  root_ = std::make_unique<Frame>(kernel);
  fillConstants(*root_);
}

void Warp::start() {
  Frame &root = *root_;
  fillBlockRows(root);
  root.lanes = started_;
  root.depth = root.serial = root.localBase = 0;
  serial_ = 0;
  done_ = atBarrier_ = inMeeting_ = 0;
  inCluster_ = inOddPhase_ = atCluster_ = 0;
  running_ = started_;
  pc_.fill(root.function->entry);
  frame_.fill(&root);
  fair_ = faulted_ = hasTested_ = false;
  napped_ = sleeping_ = 0;
  lastKey_ = 0;
  mask = 0;
  copies.clear();
  bulkGroups.clear();
  regs = root.regs;
  current_ = &root;
}

template <typename T>
static void fillRow(char *regs, const FrameRow &row, T &&value) {
  for (unsigned lane = 0; lane < warpSize; ++lane) {
    uint64_t bits = value(lane);
    std::memcpy(regs + row.at + lane * row.bytes, &bits, row.bytes);
  }
}

void Warp::fillConstants(Frame &frame) {
  const LaunchSpec &launch = block_.launch();
  auto special = [&](SpecialRegister what, unsigned lane) -> uint64_t {
    std::array<uint32_t, 3> thread = block_.threadId(index_, lane);
    switch (what) {
    case SpecialRegister::TidX:
      return thread[0];
    case SpecialRegister::TidY:
      return thread[1];
    case SpecialRegister::TidZ:
      return thread[2];
    case SpecialRegister::NTidX:
      return launch.block[0];
    case SpecialRegister::NTidY:
      return launch.block[1];
    case SpecialRegister::NTidZ:
      return launch.block[2];
    case SpecialRegister::NCtaIdX:
      return launch.grid[0];
    case SpecialRegister::NCtaIdY:
      return launch.grid[1];
    case SpecialRegister::NCtaIdZ:
      return launch.grid[2];
    case SpecialRegister::NClusterIdX:
      return launch.grid[0] / launch.cluster[0];
    case SpecialRegister::NClusterIdY:
      return launch.grid[1] / launch.cluster[1];
    case SpecialRegister::NClusterIdZ:
      return launch.grid[2] / launch.cluster[2];
    case SpecialRegister::ClusterNCtaIdX:
      return launch.cluster[0];
    case SpecialRegister::ClusterNCtaIdY:
      return launch.cluster[1];
    case SpecialRegister::ClusterNCtaIdZ:
      return launch.cluster[2];
    case SpecialRegister::ClusterNCtaRank:
      return launch.clusterSize();
    case SpecialRegister::IsExplicitCluster:
      return launch.explicitCluster;
    case SpecialRegister::LaneId:
      return lane;
    case SpecialRegister::WarpId:
      return index_;
    case SpecialRegister::NWarpId:
      return (launch.threads() + warpSize - 1) / warpSize;
    case SpecialRegister::NSmId:
      return 1;
    case SpecialRegister::GridId:
      return launch.number;
    case SpecialRegister::EnvReg1:
      return launch.gridWorkspace >> 32;
    case SpecialRegister::EnvReg2:
      return launch.gridWorkspace & 0xffffffff;
    case SpecialRegister::LaneMaskEq:
      return 1u << lane;
    case SpecialRegister::LaneMaskLe:
      return (2u << lane) - 1;
    case SpecialRegister::LaneMaskLt:
      return (1u << lane) - 1;
    case SpecialRegister::LaneMaskGe:
      return static_cast<uint32_t>(-(1u << lane));
    case SpecialRegister::LaneMaskGt:
      return static_cast<uint32_t>(-(2u << lane));
    case SpecialRegister::DynamicSmemSize:
      return launch.dynamicShared;
    case SpecialRegister::TotalSmemSize:
      return launch.askedShared();
    case SpecialRegister::ReservedSmemBegin:
    case SpecialRegister::ReservedSmem0:
      return launch.reservedStart();
    case SpecialRegister::ReservedSmem1:
      return launch.reservedStart() + LaunchSpec::reservedShared / 2;
    case SpecialRegister::ReservedSmemEnd:
      return launch.reservedStart() + LaunchSpec::reservedShared;
    case SpecialRegister::ReservedSmemCap:
      return LaunchSpec::reservedShared;
    default:
      return 0;
    }
  };
  for (const FrameRow &row : frame.function->rows) {
    if (row.bytes == 0) {
      bool isSet = row.kind == FrameRow::Kind::Special ? special(row.special, 0)
                                                       : row.value;
      uint32_t bits = isSet ? fullMask : 0;
      std::memcpy(frame.regs + row.at, &bits, sizeof(bits));
      continue;
    }
    switch (row.kind) {
    case FrameRow::Kind::Constant:
      fillRow(frame.regs, row, [&](unsigned) { return row.value; });
      break;
    case FrameRow::Kind::Special:
      fillRow(frame.regs, row,
              [&](unsigned lane) { return special(row.special, lane); });
      break;
    case FrameRow::Kind::LocalAddress:
      fillRow(frame.regs, row,
              [&](unsigned) { return frame.localBase + row.value; });
      break;
    case FrameRow::Kind::DynamicShared:
      fillRow(frame.regs, row,
              [&](unsigned) { return launch.dynamicStart() + row.value; });
      break;
    }
  }
}

void Warp::fillBlockRows(Frame &frame) {
  const std::array<uint32_t, 3> &id = block_.id();
  const std::array<uint32_t, 3> &cluster = block_.launch().cluster;
  auto special = [&](SpecialRegister what) -> uint64_t {
    switch (what) {
    case SpecialRegister::CtaIdX:
      return id[0];
    case SpecialRegister::CtaIdY:
      return id[1];
    case SpecialRegister::CtaIdZ:
      return id[2];
    case SpecialRegister::ClusterIdX:
      return id[0] / cluster[0];
    case SpecialRegister::ClusterIdY:
      return id[1] / cluster[1];
    case SpecialRegister::ClusterIdZ:
      return id[2] / cluster[2];
    case SpecialRegister::ClusterCtaIdX:
      return id[0] % cluster[0];
    case SpecialRegister::ClusterCtaIdY:
      return id[1] % cluster[1];
    case SpecialRegister::ClusterCtaIdZ:
      return id[2] % cluster[2];
    case SpecialRegister::ClusterCtaRank:
      return block_.rank();
    default:
      return 0;
    }
  };
  for (const FrameRow &row : frame.function->rows) {
    if (row.kind != FrameRow::Kind::Special ||
        factsOf(row.special).when != SpecialWhen::Block)
      continue;
    uint64_t value = special(row.special);
    fillRow(frame.regs, row, [&](unsigned) { return value; });
  }
}

//===----------------------------------------------------------------------===//
// Choosing a group
//===----------------------------------------------------------------------===//

/// Ascending: the deepest frame first, in it the lowest program counter; the
/// frame's serial number tells apart what would be equal.
uint64_t Warp::keyOf(unsigned lane) const {
  const Frame &frame = *frame_[lane];
  return uint64_t(maxDepth - frame.depth) << 50 | uint64_t(pc_[lane]) << 18 |
         (frame.serial & 0x3ffff);
}

const Op *Warp::choose() {
  if (!running_)
    return nullptr;
  // The usual case needs no search: all running lanes are one group.
  auto first = static_cast<unsigned>(std::countr_zero(running_));
  uint32_t pc = pc_[first];
  Frame *frame = frame_[first];
  bool oneGroup = true;
  for (unsigned lane = first + 1; lane < warpSize; ++lane)
    oneGroup &=
        !(running_ >> lane & 1) || (pc_[lane] == pc && frame_[lane] == frame);
  stop = codeEnd_;
  diverged_ = !oneGroup;
  if (oneGroup) {
    fair_ = false;
    mask = running_;
  } else {
    uint64_t least = ~uint64_t(0), leastAfter = ~uint64_t(0);
    for (uint32_t rest = running_; rest; rest &= rest - 1) {
      uint64_t key = keyOf(static_cast<unsigned>(std::countr_zero(rest)));
      least = std::min(least, key);
      if (key > lastKey_)
        leastAfter = std::min(leastAfter, key);
    }
    if (fair_ && leastAfter != ~uint64_t(0))
      least = leastAfter;
    mask = 0;
    for (uint32_t rest = running_; rest; rest &= rest - 1) {
      auto lane = static_cast<unsigned>(std::countr_zero(rest));
      if (keyOf(lane) == least) {
        mask |= 1u << lane;
        pc = pc_[lane];
        frame = frame_[lane];
      }
    }
    lastKey_ = least;
    // Meet the nearest group ahead in the same frame.
    for (uint32_t rest = running_ & ~mask; rest; rest &= rest - 1) {
      auto lane = static_cast<unsigned>(std::countr_zero(rest));
      if (frame_[lane] == frame && pc_[lane] > pc)
        stop = std::min(stop, code + pc_[lane]);
    }
  }
  current_ = frame;
  regs = frame->regs;
  return segment_ = code + pc;
}

WarpStatus Warp::run() {
  budget_ = longBudget;
  turns_ = 0;
  fair_ = stalled_ = tested_ = false;
  idled_ = true;
  // Backward branches on the way to stalls.
  int64_t given = longBudget, branches = 0, stalls = 0;
  while (const Op *op = choose()) {
    if (checks)
      op = runChecked(op);
    else if (counters)
      op = runCounted(op);
    else
      do
        op = op->run(*this, *op);
      while (op != stop);
    // Handlers that parked the group or moved its lanes cleared the mask.
    if (mask) {
      executed_ += static_cast<uint64_t>(op - segment_);
      for (uint32_t rest = mask; rest; rest &= rest - 1)
        pc_[std::countr_zero(rest)] = pcOf(*op);
      mask = 0;
    }
    if (faulted_)
      return WarpStatus::Faulted;
    if (budget_ >= 0 && executed_ < maxExecuted)
      continue;
    // The group spins, or works for long: others get their turn.
    if (std::exchange(stalled_, false)) {
      branches += given - (budget_ + stallCost);
      ++stalls;
    } else {
      idled_ = false;
    }
    // A loop around a test has one for each stall; there are more if a group
    // works between its tests, or while another stalls.
    idled_ &= branches <= stalls + warpSize;
    if (!diverged_)
      return WarpStatus::Yielded;
    if (!fair_)
      lastKey_ = 0;
    fair_ = true;
    budget_ = given = shortBudget;
    // Few turns are enough where instructions are worth many.
    if (++turns_ > maxTurns ||
        (turns_ > warpSize && executed_ > maxTurns * maxExecuted))
      return WarpStatus::Yielded;
  }
  return alive() ? WarpStatus::Waiting : WarpStatus::Done;
}

const Op *Warp::runCounted(const Op *op) {
  do {
    counters->note(*this, *op);
    op = op->run(*this, *op);
  } while (op != stop);
  return op;
}

const Op *Warp::runChecked(const Op *op) {
  do {
    if (counters)
      counters->note(*this, *op);
    op = checks->run(*this, *op);
  } while (op != stop);
  return op;
}

const Op *Warp::leaveAt(const Op *target) {
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    pc_[std::countr_zero(rest)] = pcOf(*target);
  mask = 0;
  return stop;
}

const Op *Warp::stall(const Op &op) { return stallAt(op, &op + 1); }

const Op *Warp::stallAt(const Op &op, const Op *next) {
  stalledAt_ = pcOf(op);
  tested_ = hasTested_ = true;
  napped_ &= ~mask;
  sleeping_ &= ~mask;
  return sleepAt(op, next);
}

const Op *Warp::sleep(const Op &op) {
  sleeping_ |= napped_ & mask;
  napped_ |= mask;
  return sleepAt(op, &op + 1);
}

uint64_t Warp::stateSum() const {
  // FNV-1a, of words.
  uint64_t sum = 0xcbf29ce484222325;
  auto add = [&](const void *from, size_t bytes) {
    const char *at = static_cast<const char *>(from);
    for (; bytes; bytes -= std::min(bytes, sizeof(uint64_t))) {
      uint64_t word = 0;
      size_t size = std::min(bytes, sizeof(word));
      std::memcpy(&word, at, size);
      sum = (sum ^ word) * 0x100000001b3;
      at += size;
    }
  };
  add(&carry, sizeof(carry));
  add(localMemory_.data(), localMemory_.size());
  const Frame *last = nullptr;
  for (uint32_t lanes = alive(); lanes; lanes &= lanes - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(lanes));
    add(&pc_[lane], sizeof(uint32_t));
    // Lanes of one frame mostly follow each other.
    if (frame_[lane] == last)
      continue;
    last = frame_[lane];
    for (const Frame *frame = last; frame; frame = frame->parent)
      add(frame->regs, frame->function->frameBytes);
  }
  return sum;
}

const Op *Warp::sleepAt(const Op &op, const Op *next) {
  executed_ += static_cast<uint64_t>(&op - segment_) + 1;
  stalled_ = true;
  budget_ -= stallCost;
  return leaveAt(next);
}

const Op *Warp::split(const Op &op, uint32_t taken, const Op *target) {
  if (counters)
    counters->noteDivergence(pcOf(op));
  executed_ += static_cast<uint64_t>(&op - segment_) + 1;
  if (target <= &op)
    --budget_;
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    pc_[lane] = taken >> lane & 1 ? pcOf(*target) : pcOf(op) + 1;
  }
  mask = 0;
  return stop;
}

const Op *Warp::scatter(const Op &op,
                        const std::array<uint32_t, warpSize> &targets) {
  executed_ += static_cast<uint64_t>(&op - segment_) + 1;
  uint32_t first = targets[static_cast<unsigned>(std::countr_zero(mask))];
  bool back = false, apart = false;
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    back |= targets[lane] <= pcOf(op);
    apart |= targets[lane] != first;
    pc_[lane] = targets[lane];
  }
  if (counters && apart)
    counters->noteDivergence(pcOf(op));
  budget_ -= back;
  mask = 0;
  return stop;
}

//===----------------------------------------------------------------------===//
// Exits and calls
//===----------------------------------------------------------------------===//

const Op *Warp::exit(const Op &op) {
  executed_ += static_cast<uint64_t>(&op - segment_) + 1;
  for (uint32_t rest = mask; rest; rest &= rest - 1)
    for (Frame *frame = frame_[std::countr_zero(rest)]; frame;) {
      Frame *parent = frame->parent;
      frame->lanes &= ~(1u << std::countr_zero(rest));
      if (!frame->lanes && parent)
        freeFrame(frame);
      frame = parent;
    }
  done_ |= mask;
  running_ &= ~mask;
  uint32_t exited = std::exchange(mask, 0);
  afterExit();
  if (Cluster *cluster = block_.cluster())
    cluster->exited(exited, arrivedInPhase(cluster->phase()));
  return stop;
}

void Warp::afterExit() {
  if (!alive()) {
    block_.warpDone();
    return;
  }
  // Those that stay may have waited only for the ones that went.
  holdMeetings();
  if (!running_ && !faulted_)
    barrierReached();
}

Frame *Warp::makeCallee(const FunctionCode &function) {
  for (size_t i = freeFrames_.size(); i-- > 0;)
    if (freeFrames_[i]->function == &function) {
      Frame *frame = freeFrames_[i];
      freeFrames_.erase(freeFrames_.begin() + static_cast<ptrdiff_t>(i));
      return frame;
    }
  if (stackBytes_ + function.frameBytes > maxStackBytes) {
    // Frames that are kept for other functions make room.
    freeFrames_.clear();
    std::erase_if(frames_, [&](const std::unique_ptr<Frame> &frame) {
      stackBytes_ -= frame->lanes ? 0 : frame->function->frameBytes;
      return !frame->lanes;
    });
    if (stackBytes_ + function.frameBytes > maxStackBytes)
      return nullptr;
  }
  stackBytes_ += function.frameBytes;
  frames_.push_back(std::make_unique<Frame>(function));
  return frames_.back().get();
}

void Warp::freeFrame(Frame *frame) { freeFrames_.push_back(frame); }

static void copyBlocks(const std::vector<ParamBlock> &from, const char *source,
                       const std::vector<ParamBlock> &to, char *target,
                       uint32_t lanes) {
  for (size_t i = 0; i < from.size() && i < to.size(); ++i)
    for (uint32_t rest = lanes; rest; rest &= rest - 1) {
      auto lane = static_cast<uint32_t>(std::countr_zero(rest));
      std::memcpy(target + to[i].at + lane * to[i].stride,
                  source + from[i].at + lane * from[i].stride,
                  std::min(from[i].bytes, to[i].bytes));
    }
}

const Op *Warp::call(const Op &op, const CallSite &site,
                     const FunctionCode &callee, uint32_t lanes) {
  executed_ += static_cast<uint64_t>(&op - segment_) + 1;
  uint32_t localBase =
      current_->localBase + (current_->function->localBytes + 15) / 16 * 16;
  Frame *frame = nullptr;
  if (current_->depth + 1 < maxDepth &&
      localBase + callee.localBytes <= localStride)
    frame = makeCallee(callee);
  if (!frame)
    return fault(op, static_cast<unsigned>(std::countr_zero(lanes)),
                 cuda::Result::HardwareStackError,
                 "stack overflow: " + std::to_string(current_->depth + 1) +
                     " calls deep, with " + std::to_string(localBase) +
                     " bytes of local memory in use");
  frame->parent = current_;
  frame->site = &site;
  frame->returnPc = pcOf(op) + 1;
  frame->lanes = lanes;
  frame->depth = current_->depth + 1;
  frame->serial = ++serial_;
  frame->localBase = localBase;
  fillConstants(*frame);
  fillBlockRows(*frame);
  if (checks)
    checks->entered(*this, lanes, localBase, callee.localBytes);
  copyBlocks(site.arguments, current_->regs, callee.parameters, frame->regs,
             lanes);
  for (uint32_t rest = lanes; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    frame_[lane] = frame;
    pc_[lane] = callee.entry;
  }
  // Other lanes of the group, which call something else, stay at the call.
  if (counters && lanes != mask) {
    counters->noteDivergence(pcOf(op));
    counters->noteReturning(
        pcOf(op), static_cast<uint64_t>(std::popcount(mask & ~lanes)));
  }
  for (uint32_t rest = mask & ~lanes; rest; rest &= rest - 1)
    pc_[std::countr_zero(rest)] = pcOf(op);
  mask = 0;
  return stop;
}

const Op *Warp::ret(const Op &op) {
  Frame *frame = current_;
  if (!frame->parent)
    return exit(op);
  executed_ += static_cast<uint64_t>(&op - segment_) + 1;
  copyBlocks(frame->function->results, frame->regs, frame->site->results,
             frame->parent->regs, mask);
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    frame_[lane] = frame->parent;
    pc_[lane] = frame->returnPc;
  }
  frame->lanes &= ~mask;
  if (!frame->lanes)
    freeFrame(frame);
  mask = 0;
  return stop;
}

//===----------------------------------------------------------------------===//
// Meetings
//===----------------------------------------------------------------------===//

const Op *Warp::meet(const Op &op, MeetingFunction function) {
  executed_ += static_cast<uint64_t>(&op - segment_);
  const uint32_t *members = row<uint32_t>(op.at[5]);
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    if (!(members[lane] >> lane & 1))
      return fault(op, lane, cuda::Result::IllegalInstruction,
                   "the lane is not in the member mask that it passes");
    members_[lane] = members[lane];
    meeting_[lane] = function;
    pc_[lane] = pcOf(op);
  }
  inMeeting_ |= mask;
  running_ &= ~mask;
  mask = 0;
  holdMeetings();
  return stop;
}

/// Executes every meeting whose members have all arrived or exited.
void Warp::holdMeetings() {
  for (uint32_t open = inMeeting_; open;) {
    auto first = static_cast<unsigned>(std::countr_zero(open));
    uint32_t group = 0;
    for (uint32_t rest = inMeeting_; rest; rest &= rest - 1) {
      auto lane = static_cast<unsigned>(std::countr_zero(rest));
      if (meeting_[lane] == meeting_[first] &&
          members_[lane] == members_[first])
        group |= 1u << lane;
    }
    open &= ~group;
    if ((members_[first] & alive()) != group)
      continue;
    Meeting meeting{*this, group, {}, {}};
    for (uint32_t rest = group; rest; rest &= rest - 1) {
      auto lane = static_cast<unsigned>(std::countr_zero(rest));
      meeting.op[lane] = code + pc_[lane];
      meeting.regs[lane] = frame_[lane]->regs;
    }
    executed_ += 1;
    inMeeting_ &= ~group;
    running_ |= group;
    if (checks)
      checks->met(*this, group);
    meeting_[first](meeting);
    for (uint32_t rest = group; rest; rest &= rest - 1)
      ++pc_[std::countr_zero(rest)];
  }
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

const Op *Warp::waitAtBarrier(const Op &op, uint32_t barrier) {
  executed_ += static_cast<uint64_t>(&op - segment_) + 1;
  for (uint32_t rest = mask; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    barrier_[lane] = barrier;
    pc_[lane] = pcOf(op);
  }
  atBarrier_ |= mask;
  running_ &= ~mask;
  mask = 0;
  if (!running_)
    barrierReached();
  return stop;
}

/// Called when no lane runs: if all that live wait at one barrier, the warp has
/// arrived there.
bool Warp::barrierReached() {
  if (!atBarrier_ || atBarrier_ != alive())
    return false;
  auto first = static_cast<unsigned>(std::countr_zero(atBarrier_));
  const Op &op = code[pc_[first]];
  for (uint32_t rest = atBarrier_; rest; rest &= rest - 1) {
    auto lane = static_cast<unsigned>(std::countr_zero(rest));
    if (barrier_[lane] != barrier_[first])
      return false; // a deadlock, and found as such
    // `.aligned`: all threads of the warp execute the same instruction.
    if (op.imm && pc_[lane] != pc_[first]) {
      fault(
          code[pc_[lane]], lane, cuda::Result::LaunchFailed,
          "divergent barrier: other threads of the warp wait at PTX line " +
              std::to_string(image_->info[pc_[first]].instruction->where.line));
      return false;
    }
  }
  const auto *count =
      reinterpret_cast<const uint32_t *>(frame_[first]->regs + op.at[1]);
  return block_.arrive(*this, barrier_[first], count[first]);
}

void Warp::releaseBarrier() {
  for (uint32_t rest = atBarrier_; rest; rest &= rest - 1)
    ++pc_[std::countr_zero(rest)];
  running_ |= atBarrier_;
  atBarrier_ = 0;
}

//===----------------------------------------------------------------------===//
// Faults
//===----------------------------------------------------------------------===//

const Op *Warp::fault(const Op &op, unsigned lane, cuda::Result result,
                      std::string message) {
  block_.report(*this, lane, pcOf(op), result, std::move(message));
  return endFaulted(op);
}

const Op *Warp::endFaulted(const Op &op) {
  faulted_ = true;
  // The op is the last of its group, whatever its handler answers.
  stop = &op + 1;
  mask = 0;
  return stop;
}

} // namespace theano::sim
