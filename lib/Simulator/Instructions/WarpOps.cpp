//===- WarpOps.cpp - shuffles, votes and reductions of a warp -------------===//

#include "Instructions/Meetings.h"

namespace theano::sim::THEANO_SIM_ISA {

namespace {

/// As `rows` of a simple form, with the member mask, the form's last operand,
/// in place 5.
template <Handler (*pick)(const Match &)>
bool emitMeeting(Emitter &emitter, const Match &match) {
  const std::vector<Operand> &operands = match.instruction.operands;
  std::vector<uint32_t> at;
  for (size_t i = 0; i < operands.size(); ++i)
    if (!emitter.rows(operands[i], match.form.operands[i], match, at))
      return false;
  Op &op = emitter.appendControl(pick(match));
  for (size_t i = 0; i + 1 < at.size(); ++i)
    op.at[i] = at[i];
  op.at[5] = at.back();
  return true;
}

//===----------------------------------------------------------------------===//
// shfl: 0 d, 1 p, 2 a, 3 b, 4 c
//===----------------------------------------------------------------------===//

enum class Shuffle : uint8_t { Up, Down, Butterfly, Index };

template <Shuffle mode> void shuffle(const Meeting &meeting) {
  uint32_t values[warpSize];
  forLanes(meeting.mask, [&](unsigned lane) {
    values[lane] = meeting.at<uint32_t>(lane, 2);
  });
  forLanes(meeting.mask, [&](unsigned lane) {
    int b = static_cast<int>(meeting.at<uint32_t>(lane, 3) & 31);
    uint32_t c = meeting.at<uint32_t>(lane, 4);
    int clamp = static_cast<int>(c & 31),
        segment = static_cast<int>(c >> 8 & 31);
    int self = static_cast<int>(lane);
    int least = self & segment, most = least | (clamp & ~segment);
    int from = self;
    bool inside = false;
    switch (mode) {
    case Shuffle::Up:
      from = self - b;
      inside = from >= most;
      break;
    case Shuffle::Down:
      from = self + b;
      inside = from <= most;
      break;
    case Shuffle::Butterfly:
      from = self ^ b;
      inside = from <= most;
      break;
    case Shuffle::Index:
      from = least | (b & ~segment);
      inside = from <= most;
      break;
    }
    if (!inside)
      from = self;
    // What a lane that takes no part would give is undefined; it gives 0.
    bool present = meeting.mask >> from & 1;
    meeting.at<uint32_t>(lane, 0) = present ? values[from] : 0;
    meeting.setBit(lane, 1, inside);
  });
}

Handler pickShuffle(const Match &match) {
  return match.has("up")     ? meetingOp<shuffle<Shuffle::Up>>
         : match.has("down") ? meetingOp<shuffle<Shuffle::Down>>
         : match.has("bfly") ? meetingOp<shuffle<Shuffle::Butterfly>>
                             : meetingOp<shuffle<Shuffle::Index>>;
}

//===----------------------------------------------------------------------===//
// vote: 0 d, 1 the predicate
//===----------------------------------------------------------------------===//

enum class Vote : uint8_t { All, Any, Uniform, Ballot };

template <Vote kind> void vote(const Meeting &meeting) {
  uint32_t set = 0;
  forLanes(meeting.mask, [&](unsigned lane) {
    set |= uint32_t(meeting.bit(lane, 1)) << lane;
  });
  bool all = set == meeting.mask, any = set != 0;
  forLanes(meeting.mask, [&](unsigned lane) {
    if constexpr (kind == Vote::Ballot)
      meeting.at<uint32_t>(lane, 0) = set;
    else
      meeting.setBit(lane, 0,
                     kind == Vote::All   ? all
                     : kind == Vote::Any ? any
                                         : all || !any);
  });
}
Handler pickVote(const Match &match) {
  return match.has("all")   ? meetingOp<vote<Vote::All>>
         : match.has("any") ? meetingOp<vote<Vote::Any>>
         : match.has("uni") ? meetingOp<vote<Vote::Uniform>>
                            : meetingOp<vote<Vote::Ballot>>;
}

//===----------------------------------------------------------------------===//
// match: any has 0 d, 1 a; all has 0 d, 1 p, 2 a
//===----------------------------------------------------------------------===//

template <typename T> void matchAny(const Meeting &meeting) {
  T values[warpSize];
  forLanes(meeting.mask,
           [&](unsigned lane) { values[lane] = meeting.at<T>(lane, 1); });
  forLanes(meeting.mask, [&](unsigned lane) {
    uint32_t same = 0;
    forLanes(meeting.mask, [&](unsigned other) {
      same |= uint32_t(values[other] == values[lane]) << other;
    });
    meeting.at<uint32_t>(lane, 0) = same;
  });
}
template <typename T> void matchAll(const Meeting &meeting) {
  auto first = static_cast<unsigned>(std::countr_zero(meeting.mask));
  T value = meeting.at<T>(first, 2);
  bool all = true;
  forLanes(meeting.mask,
           [&](unsigned lane) { all &= meeting.at<T>(lane, 2) == value; });
  forLanes(meeting.mask, [&](unsigned lane) {
    meeting.at<uint32_t>(lane, 0) = all ? meeting.mask : 0;
    meeting.setBit(lane, 1, all);
  });
}
Handler pickMatch(const Match &match) {
  bool wide = match.type() == ScalarType::B64;
  if (match.has("any"))
    return wide ? meetingOp<matchAny<uint64_t>> : meetingOp<matchAny<uint32_t>>;
  return wide ? meetingOp<matchAll<uint64_t>> : meetingOp<matchAll<uint32_t>>;
}

//===----------------------------------------------------------------------===//
// redux: 0 d, 1 a
//===----------------------------------------------------------------------===//

enum class Reduce : uint8_t { Add, Min, Max, And, Or, Xor };

template <typename T, Reduce kind> void reduce(const Meeting &meeting) {
  auto first = static_cast<unsigned>(std::countr_zero(meeting.mask));
  auto read = [&](unsigned lane) {
    return static_cast<T>(meeting.at<uint32_t>(lane, 1));
  };
  T sum = read(first);
  forLanes(meeting.mask & (meeting.mask - 1), [&](unsigned lane) {
    T value = read(lane);
    switch (kind) {
    case Reduce::Add:
      sum = static_cast<T>(uint32_t(sum) + uint32_t(value));
      break;
    case Reduce::Min:
      sum = value < sum ? value : sum;
      break;
    case Reduce::Max:
      sum = value > sum ? value : sum;
      break;
    case Reduce::And:
      sum &= value;
      break;
    case Reduce::Or:
      sum |= value;
      break;
    case Reduce::Xor:
      sum ^= value;
      break;
    }
  });
  forLanes(meeting.mask, [&](unsigned lane) {
    meeting.at<uint32_t>(lane, 0) = static_cast<uint32_t>(sum);
  });
}
Handler pickRedux(const Match &match) {
  bool isSigned = match.type() == ScalarType::S32;
  if (match.has("add"))
    return meetingOp<reduce<uint32_t, Reduce::Add>>;
  if (match.has("min"))
    return isSigned ? meetingOp<reduce<int32_t, Reduce::Min>>
                    : meetingOp<reduce<uint32_t, Reduce::Min>>;
  if (match.has("max"))
    return isSigned ? meetingOp<reduce<int32_t, Reduce::Max>>
                    : meetingOp<reduce<uint32_t, Reduce::Max>>;
  if (match.has("and"))
    return meetingOp<reduce<uint32_t, Reduce::And>>;
  if (match.has("or"))
    return meetingOp<reduce<uint32_t, Reduce::Or>>;
  return meetingOp<reduce<uint32_t, Reduce::Xor>>;
}

//===----------------------------------------------------------------------===//
// The others
//===----------------------------------------------------------------------===//

/// The lowest lane is elected. 0 d, 1 p.
void elect(const Meeting &meeting) {
  auto leader = static_cast<unsigned>(std::countr_zero(meeting.mask));
  forLanes(meeting.mask, [&](unsigned lane) {
    meeting.at<uint32_t>(lane, 0) = leader;
    meeting.setBit(lane, 1, lane == leader);
  });
}
Handler pickElect(const Match &) { return meetingOp<elect>; }

void meetOnly(const Meeting &) {}
Handler pickWarpBarrier(const Match &) { return meetingOp<meetOnly>; }

const Op *activeMaskOp(Warp &warp, const Op &op) {
  uint32_t *to = warp.row<uint32_t>(op.at[0]);
  forLanes(warp.mask, [&](unsigned lane) { to[lane] = warp.mask; });
  return &op + 1;
}

} // namespace

void addWarpOps(FormTable &table) {
  table.addCustom("shfl.sync.{up|down|bfly|idx}.b32 "
                  "=d|p, a, b:u32, c:u32, mask:b32",
                  emitMeeting<pickShuffle>);
  table.addCustom("vote.sync.{all|any|uni}.pred =p:pred, !a:pred, mask:b32",
                  emitMeeting<pickVote>);
  table.addCustom("vote.sync.ballot.b32 =d, !a:pred, mask:b32",
                  emitMeeting<pickVote>);
  table.addCustom("match.any.sync.{b32|b64} =d:b32, a, mask:b32",
                  emitMeeting<pickMatch>);
  table.addCustom("match.all.sync.{b32|b64} =d:b32|p, a, mask:b32",
                  emitMeeting<pickMatch>);
  table.addCustom("redux.sync.{add|min|max}.{u32|s32} =d, a, mask:b32",
                  emitMeeting<pickRedux>);
  table.addCustom("redux.sync.{and|or|xor}.b32 =d, a, mask:b32",
                  emitMeeting<pickRedux>);
  table.addCustom("elect.sync =d:b32|p, mask:b32", emitMeeting<pickElect>);
  table.addCustom("bar.warp.sync mask:b32", emitMeeting<pickWarpBarrier>);
  table.add("activemask.b32 =d",
            [](const Match &) -> Handler { return &activeMaskOp; });
}

} // namespace theano::sim::THEANO_SIM_ISA
