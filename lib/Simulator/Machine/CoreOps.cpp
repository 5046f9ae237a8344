//===- CoreOps.cpp - ops that the decoder adds by itself ------------------===//

#include "Machine/CoreOps.h"

#include "Machine/Warp.h"

namespace theano::sim {

uint32_t guardLanes(const Warp &warp, const Op &op) {
  uint32_t wanted = warp.predicate(op.at[0]);
  return op.aux ? ~wanted : wanted;
}

const Op *guardOp(Warp &warp, const Op &op) {
  const Op &guarded = (&op)[1];
  uint32_t all = warp.mask;
  uint32_t some = all & guardLanes(warp, op);
  if (some == 0)
    return &guarded + 1;
  if (some == all)
    return guarded.run(warp, guarded);
  warp.mask = some;
  const Op *next = guarded.run(warp, guarded);
  warp.mask = all;
  return next;
}

const Op *notOp(Warp &warp, const Op &op) {
  warp.predicate(op.at[0]) = ~warp.predicate(op.at[1]);
  return &op + 1;
}

uint32_t branchLanes(const Warp &warp, const Op &op) {
  uint32_t wanted = warp.predicate(op.at[0]);
  return op.imm ? ~wanted : wanted;
}

const Op *branchIfOp(Warp &warp, const Op &op) {
  uint32_t taken = warp.mask & branchLanes(warp, op);
  if (taken == 0)
    return &op + 1;
  const Op *target = warp.code + op.aux;
  return taken == warp.mask ? warp.jump(op, target)
                            : warp.split(op, taken, target);
}

const Op *branchOp(Warp &warp, const Op &op) {
  return warp.jump(op, warp.code + op.aux);
}

const Op *endOp(Warp &warp, const Op &op) { return warp.ret(op); }

} // namespace theano::sim
