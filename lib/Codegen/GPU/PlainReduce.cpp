//===- PlainReduce.cpp - one thread an output element ---------------------===//
//
// The plain path of every reduction that no tuned family takes: any axes, any
// number of results, any body. Each thread runs the reduction loops of one
// element of the result in order.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "KernelFrame.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

namespace {

class PlainReduceEmitter {
public:
  explicit PlainReduceEmitter(KernelFrame &frame) : f(frame) {}

  LogicalResult emit() {
    for (auto op : f.kernel.getBody().front().getOps<linalg::LinalgOp>()) {
      if (op.getNumReductionLoops() == 0)
        continue;
      if (reduction)
        return op->emitOpError("is a second reduction in a plain kernel");
      reduction = op;
    }
    if (!reduction)
      return f.kernel.emitOpError("holds no reduction");
    auto outer = f.sizesOf(
        reduction, f.realLoops(reduction, utils::IteratorType::parallel));
    inner = f.realLoops(reduction, utils::IteratorType::reduction);
    auto sizes = f.sizesOf(reduction, inner);
    if (failed(outer) || failed(sizes))
      return failure();
    innerSizes = *sizes;
    f.elements->setLanes(1);
    Value first = f.multiply(f.blockId(), f.getNumThreads());
    Value number = f.add(first, f.threadId());
    return f.emitIf(f.isLess(number, f.product(*outer)), [&] {
      for (Value index : f.delinearize(number, *outer))
        point.push_back(Lanes::uniform(index));
      return emitElement();
    });
  }

private:
  LogicalResult emitElement() {
    loops.assign(reduction.getNumLoops(), Lanes::uniform(f.constant(0)));
    for (auto [loop, index] : llvm::zip(
             f.realLoops(reduction, utils::IteratorType::parallel), point))
      loops[loop] = index;
    SmallVector<Value> accumulators;
    for (OpOperand &init : reduction.getDpsInitsMutable()) {
      FailureOr<SmallVector<Lanes>> indices = f.spread(init.get(), point);
      if (failed(indices))
        return failure();
      FailureOr<Lanes> value =
          f.elements->emit(f.builder, init.get(), *indices);
      if (failed(value))
        return failure();
      accumulators.push_back(value->value);
    }
    if (failed(emitLoops(0, accumulators)))
      return failure();
    for (auto [result, value] :
         llvm::zip(reduction->getResults(), accumulators))
      f.elements->provide(result, [value](OpBuilder &, ArrayRef<Lanes>) {
        return Lanes::uniform(value);
      });
    return f.storeResults(point);
  }

  LogicalResult emitLoops(unsigned depth, SmallVectorImpl<Value> &carried) {
    if (depth == inner.size()) {
      SmallVector<Lanes> before;
      for (Value value : carried)
        before.push_back(Lanes::uniform(value));
      FailureOr<SmallVector<Lanes>> after =
          f.elements->emitBody(f.builder, reduction, loops, before);
      if (failed(after))
        return failure();
      for (auto [value, lanes] : llvm::zip(carried, *after))
        value = lanes.value;
      return success();
    }
    // Several elements a round in the innermost loop, so that their loads do
    // not wait for one another.
    int64_t unroll =
        depth + 1 == inner.size() ? f.schedule.getUnroll() : int64_t(1);
    return f.emitUnrolledFor(f.constant(0), innerSizes[depth], unroll, carried,
                             [&](Value index, SmallVectorImpl<Value> &values) {
                               loops[inner[depth]] = Lanes::uniform(index);
                               return emitLoops(depth + 1, values);
                             });
  }

  KernelFrame &f;
  linalg::LinalgOp reduction;
  SmallVector<unsigned> inner;
  SmallVector<Value> innerSizes;
  SmallVector<Lanes> point, loops;
};

} // namespace

LogicalResult gpu_emission::emitPlainReduce(KernelFrame &frame) {
  return PlainReduceEmitter(frame).emit();
}
