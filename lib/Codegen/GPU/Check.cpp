//===- Check.cpp - kernels that only check --------------------------------===//
//
// Each op is a loop over all its points, spread over the threads of whatever
// grid the launch has.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "KernelFrame.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

LogicalResult gpu_emission::emitCheck(KernelFrame &f) {
  f.elements->setLanes(1);
  for (auto op : f.kernel.getBody().front().getOps<linalg::LinalgOp>()) {
    if (op->getNumResults() != 0)
      continue;
    FailureOr<SmallVector<Value>> sizes = f.sizesOf(op, f.realLoops(op));
    if (failed(sizes))
      return failure();
    Value threads = f.constant(f.getNumThreads());
    Value first = f.multiply(f.blockId(), threads);
    first = f.add(first, f.threadId());
    Value blocks = gpu::GridDimOp::create(f.builder, f.loc, gpu::Dimension::x);
    SmallVector<Value> carried;
    Value total = f.product(*sizes), stride = f.multiply(blocks, threads);
    if (failed(f.emitForBy(
            first, total, stride, carried,
            [&](Value point, SmallVectorImpl<Value> &) -> LogicalResult {
              SmallVector<Lanes> real;
              for (Value index : f.delinearize(point, *sizes))
                real.push_back(Lanes::uniform(index));
              FailureOr<SmallVector<Lanes>> loops = f.spread(op, real);
              if (failed(loops))
                return failure();
              return f.elements->emitBody(f.builder, op, *loops, {});
            })))
      return failure();
  }
  return success();
}
