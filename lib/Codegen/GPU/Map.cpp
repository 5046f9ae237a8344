//===- Map.cpp - elementwise kernels, views and gathers -------------------===//
//
// A block computes `tile` = threads * vector * unroll elements of the results,
// which all have one shape. Where every access is at the very element that is
// written the shape is forgotten (flat); else the last dimension is cut into
// vectors and the rest follows from one division a vector. There are no masks:
// what does not fill vectors is done element by element, in another branch.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "KernelFrame.h"
#include "theano/Dialect/Kernel/Space.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

namespace {

class MapEmitter {
public:
  explicit MapEmitter(KernelFrame &frame)
      : f(frame), threads(f.getNumThreads()),
        vector(kernel::isVectorizable(f.kernel) ? f.schedule.getVector() : 1),
        unroll(f.schedule.getVector() / vector * f.schedule.getUnroll()) {}

  LogicalResult emit() {
    Value shape = f.kernel.getDestination(0);
    sizes = f.sizesOf(shape, f.realDims(shape));
    total = f.product(sizes);
    flat = kernel::isFlat(f.kernel, f.dims);
    f.elements->setFlat(flat);
    return flat ? emitFlat() : emitShaped();
  }

private:
  int64_t getTile() const { return threads * vector * unroll; }

  /// Computes all results at each of the points, then stores them, so that the
  /// loads of all points come first. A point is an index for each real
  /// dimension (results may differ in units), or one linear index where flat.
  LogicalResult computeAndStore(ArrayRef<SmallVector<Lanes>> points) {
    struct Pending {
      Lanes value;
      unsigned argument;
      SmallVector<Lanes> indices;
    };
    SmallVector<Pending> pending;
    for (ArrayRef<Lanes> point : points)
      for (auto [i, tensor] : llvm::enumerate(f.getReturned())) {
        FailureOr<SmallVector<Lanes>> indices = SmallVector<Lanes>(point);
        if (!flat)
          indices = f.spread(f.kernel.getDestination(i), point);
        if (failed(indices))
          return failure();
        FailureOr<Lanes> value = f.elements->emit(f.builder, tensor, *indices);
        if (failed(value))
          return failure();
        pending.push_back(
            {*value, unsigned(f.kernel.getNumInputs() + i), *indices});
      }
    for (const Pending &store : pending)
      f.elements->store(f.builder, f.loc, store.value, store.argument,
                        store.indices);
    return success();
  }

  LogicalResult emitFlat() {
    Value first = f.multiply(f.blockId(), getTile());
    if (vector == 1)
      return emitOneByOne(first);
    Value full = f.isLess(f.add(first, getTile() - 1), total);
    return f.emitIf(
        full,
        [&] {
          f.elements->setLanes(vector);
          SmallVector<SmallVector<Lanes>> places;
          Value thread = f.multiply(f.threadId(), vector);
          for (int64_t u = 0; u < unroll; ++u) {
            Value at = f.add(f.add(first, u * threads * vector), thread);
            places.push_back({Lanes::consecutive(at)});
          }
          return computeAndStore(places);
        },
        [&] { return emitOneByOne(first); });
  }

  LogicalResult emitShaped() {
    Value first = f.multiply(f.blockId(), getTile());
    if (vector == 1 || sizes.empty())
      return emitOneByOne(first);
    Value columns = sizes.back();
    Value whole = f.isEqual(f.remainder(columns, vector), 0);
    return f.emitIf(
        whole,
        [&] {
          f.elements->setLanes(vector);
          f.memory->assumeMultiple(columns, vector);
          SmallVector<Value> slots = sizes;
          slots.back() = f.divide(columns, vector);
          Value count = f.product(slots);
          Value firstSlot = f.multiply(f.blockId(), threads * unroll);
          for (int64_t u = 0; u < unroll; ++u) {
            Value slot = f.add(firstSlot, u * threads);
            slot = f.add(slot, f.threadId());
            if (failed(f.emitIf(f.isLess(slot, count), [&] {
                  return computeAndStore(
                      f.delinearizeSlot(slot, sizes, vector));
                })))
              return failure();
          }
          f.memory->forgetStated();
          return success();
        },
        [&] { return emitOneByOne(first); });
  }

  /// A loop over the elements of the block's tile, `threads` at a time.
  LogicalResult emitOneByOne(Value first) {
    f.elements->setLanes(1);
    auto emitElement = [&](Value round) {
      Value at = f.add(first, f.threadId());
      at = f.add(at, f.multiply(round, threads));
      return f.emitIf(f.isLess(at, total), [&] {
        SmallVector<Lanes> real;
        if (flat)
          real.push_back(Lanes::uniform(at));
        else
          for (Value index : f.delinearize(at, sizes))
            real.push_back(Lanes::uniform(index));
        return computeAndStore(real);
      });
    };
    int64_t rounds = vector * unroll;
    if (rounds == 1)
      return emitElement(f.constant(0));
    SmallVector<Value> carried;
    Value from = f.constant(0), to = f.constant(rounds);
    return f.emitFor(from, to, 1, carried,
                     [&](Value round, SmallVectorImpl<Value> &) {
                       return emitElement(round);
                     });
  }

  KernelFrame &f;
  int64_t threads, vector, unroll;
  SmallVector<Value> sizes;
  Value total;
  bool flat = false;
};

} // namespace

LogicalResult gpu_emission::emitMap(KernelFrame &frame) {
  return MapEmitter(frame).emit();
}
