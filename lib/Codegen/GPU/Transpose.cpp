//===- Transpose.cpp - elementwise kernels that read across rows ----------===//
//
// A block computes a square tile of the results: rows along the dimension in
// which the rows of the transposed arguments run, columns along the last one.
// It first takes those arguments into shared memory, where its threads read
// along their rows; then they compute along the rows of the results, and find
// the arguments' elements there. So all of global memory is read and written in
// whole sectors, by vectors where rows and columns are whole numbers of them.
//
// Blocks count the other dimensions, then tiles down, then tiles across.
//
//===----------------------------------------------------------------------===//

#include "Families.h"
#include "KernelFrame.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "theano/Dialect/Kernel/Space.h"
#include "theano/Dialect/Kernel/TransposedReads.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

/// Sides of tiles at most; single bytes already do not fit from 222 on.
static constexpr int64_t kMostSide = 256;

namespace {

class TransposeEmitter {
public:
  explicit TransposeEmitter(KernelFrame &frame)
      : f(frame), transposed(f.kernel, f.dims), threads(f.getNumThreads()),
        side(f.schedule.getTile().empty() ? 0 : f.schedule.getTile().front()),
        shape(f.kernel.getDestination(0)), real(f.realDims(shape)),
        sizes(f.sizesOf(shape, real)) {}

  LogicalResult emit();

private:
  /// Where a thread is in a tile, in one round: `lanes` neighbours from
  /// `across` on, in line number `down`.
  struct Place {
    Value down, across;
  };

  LogicalResult checkSchedule(int64_t vector);
  LogicalResult emitVersion(int64_t count);
  LogicalResult fetch();
  LogicalResult compute(Value round);
  void findTile();
  Place getPlace(Value round);
  Value getPosition(Value index);
  SmallVector<Lanes> follow(AffineMap map, ArrayRef<Lanes> index);

  int64_t getRounds() const { return side * side / (threads * lanes); }
  unsigned placeOf(unsigned dim) const {
    return llvm::find(real, dim) - real.begin();
  }
  Value rowSize() const { return sizes[placeOf(transposed.row)]; }
  Value columnSize() const { return sizes[placeOf(transposed.column)]; }

  KernelFrame &f;
  kernel::TransposedReads transposed;
  int64_t threads, side;
  Value shape;
  /// The dimensions of the results and their sizes.
  SmallVector<unsigned> real;
  SmallVector<Value> sizes;
  /// The index of the tile's first element.
  SmallVector<Value> first;
  /// In shared memory: element [c, r] is at column c and row r of the tile.
  SmallVector<Value> tiles;
  /// Of the version that is being written.
  int64_t lanes = 1;
};

} // namespace

LogicalResult TransposeEmitter::emit() {
  int64_t vector =
      kernel::isVectorizable(f.kernel) ? f.schedule.getVector() : 1;
  if (transposed.reads.empty())
    return f.kernel.emitOpError(
        "is a transpose without an argument that is read across its rows");
  if (failed(checkSchedule(vector)))
    return failure();
  findTile();
  // A column more than there are, so that neither rows nor columns of the tile
  // fall into one bank.
  for (const auto &read : transposed.reads)
    tiles.push_back(f.addShared(
        {side, side + 1},
        cast<RankedTensorType>(read.argument.getType()).getElementType()));
  if (vector == 1)
    return emitVersion(1);
  Value wholeRows = f.isEqual(f.remainder(rowSize(), vector), 0);
  Value wholeColumns = f.isEqual(f.remainder(columnSize(), vector), 0);
  Value whole = f.both(wholeRows, wholeColumns);
  if (std::optional<int64_t> known = getConstantIntValue(whole))
    return emitVersion(*known ? vector : 1);
  return f.emitIf(
      whole, [&] { return emitVersion(vector); },
      [&] { return emitVersion(1); });
}

LogicalResult TransposeEmitter::checkSchedule(int64_t vector) {
  ArrayRef<int64_t> tile = f.schedule.getTile();
  if (f.schedule.getBlock().size() != 1 || tile.size() != 2 ||
      tile[0] != tile[1] || side < 1 || side > kMostSide)
    return f.kernel.emitOpError("is a transpose with blocks of [")
           << f.schedule.getBlock() << "] threads and tiles of [" << tile
           << "]; expected one number of threads, and as many rows as columns, "
           << "1 to " << kMostSide;
  if (side * side % (threads * vector) != 0 || side % vector != 0)
    return f.kernel.emitOpError("is a transpose with tiles of ")
           << side << " x " << side << " elements, which " << threads
           << " threads with vectors of " << vector
           << " do not divide among them; expected a whole number for each";
  int64_t bytes = 0;
  for (const auto &read : transposed.reads) {
    auto type = cast<RankedTensorType>(read.argument.getType());
    bytes +=
        side * (side + 1) * llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  }
  if (bytes > kSharedBytes)
    return f.kernel.emitOpError("is a transpose whose tiles take ")
           << bytes << " bytes of shared memory; expected at most "
           << kSharedBytes;
  return success();
}

void TransposeEmitter::findTile() {
  SmallVector<Value> counts;
  auto countTiles = [&](Value size) {
    return f.divide(f.add(size, side - 1), side);
  };
  for (auto [dim, size] : llvm::zip(real, sizes))
    if (dim != transposed.row && dim != transposed.column)
      counts.push_back(size);
  counts.push_back(countTiles(rowSize()));
  counts.push_back(countTiles(columnSize()));
  SmallVector<Value> block = f.delinearize(f.blockId(), counts);
  Value column = f.multiply(block.pop_back_val(), side);
  Value row = f.multiply(block.pop_back_val(), side);
  unsigned others = 0;
  for (unsigned dim : real)
    first.push_back(dim == transposed.row      ? row
                    : dim == transposed.column ? column
                                               : block[others++]);
}

TransposeEmitter::Place TransposeEmitter::getPlace(Value round) {
  Value slot = f.add(f.threadId(), f.multiply(round, threads));
  Value down = f.divide(slot, side / lanes);
  Value across = f.multiply(f.remainder(slot, side / lanes), lanes);
  return {down, across};
}

/// Where a row or column of the tile lies in shared memory: first elements of
/// vectors are neighbours there, then second ones, and so on. Lanes that each
/// access one element of a vector, in a line or across lines, then are in
/// different banks, and those of the next line in the banks behind.
Value TransposeEmitter::getPosition(Value index) {
  return f.add(f.multiply(f.remainder(index, lanes), side / lanes),
               f.divide(index, lanes));
}

/// The index of an argument at which an element of the results reads it.
SmallVector<Lanes> TransposeEmitter::follow(AffineMap map,
                                            ArrayRef<Lanes> index) {
  SmallVector<Lanes> result;
  for (AffineExpr expr : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    // An index has no dimensions of size 1.
    unsigned place = dim ? placeOf(dim.getPosition()) : real.size();
    int64_t fixed = dim ? 0 : cast<AffineConstantExpr>(expr).getValue();
    result.push_back(place < real.size() ? index[place]
                                         : Lanes::uniform(f.constant(fixed)));
  }
  return result;
}

LogicalResult TransposeEmitter::emitVersion(int64_t count) {
  lanes = count;
  f.elements->setLanes(lanes);
  f.memory->forgetMultiples();
  if (lanes > 1) {
    f.memory->assumeMultiple(rowSize(), lanes);
    f.memory->assumeMultiple(columnSize(), lanes);
  }
  if (failed(fetch()))
    return failure();
  f.barrier();
  LogicalResult result = success();
  if (getRounds() == 1) {
    result = compute(f.constant(0));
  } else {
    SmallVector<Value> none;
    result = f.emitFor(
        f.constant(0), f.constant(getRounds()), 1, none,
        [&](Value round, SmallVectorImpl<Value> &) { return compute(round); });
  }
  f.memory->forgetMultiples();
  return result;
}

/// Lines are columns of the results here: each thread reads along the rows of
/// the arguments. Past the end it reads the last elements again: straight-line
/// code, all loads first.
LogicalResult TransposeEmitter::fetch() {
  auto clamp = [&](Value at, Value size, int64_t unit) {
    Value count = f.divide(size, unit), one = f.constant(1);
    Value last = f.builder.createOrFold<arith::SubIOp>(f.loc, count, one);
    return f.multiply(f.minimum(f.divide(at, unit), last), unit);
  };
  SmallVector<Lanes> index = llvm::map_to_vector(first, &Lanes::uniform);
  unsigned row = placeOf(transposed.row), column = placeOf(transposed.column);
  SmallVector<Place> places;
  SmallVector<SmallVector<Lanes>> loaded(transposed.reads.size());
  for (int64_t round = 0; round < getRounds(); ++round) {
    Place place = getPlace(f.constant(round));
    places.push_back(place);
    Value across = clamp(f.add(first[row], place.across), rowSize(), lanes);
    index[row] =
        lanes > 1 ? Lanes::consecutive(across) : Lanes::uniform(across);
    index[column] = Lanes::uniform(
        clamp(f.add(first[column], place.down), columnSize(), 1));
    for (auto [read, values] : llvm::zip(transposed.reads, loaded)) {
      FailureOr<Lanes> value =
          f.elements->emit(f.builder, read.argument, follow(read.map, index));
      if (failed(value))
        return failure();
      values.push_back(*value);
    }
  }
  for (auto [values, tile] : llvm::zip(loaded, tiles))
    for (auto [value, place] : llvm::zip(values, places))
      for (int64_t lane = 0; lane < lanes; ++lane) {
        Value element = lanes > 1 ? vector::ExtractOp::create(f.builder, f.loc,
                                                              value.value, lane)
                                        .getResult()
                                  : value.value;
        Value at = f.add(place.across, lane);
        f.storeShared(element, tile,
                      {getPosition(place.down), getPosition(at)});
      }
  return success();
}

/// Lines are rows of the results.
LogicalResult TransposeEmitter::compute(Value round) {
  Place place = getPlace(round);
  SmallVector<Lanes> index = llvm::map_to_vector(first, &Lanes::uniform);
  unsigned row = placeOf(transposed.row), column = placeOf(transposed.column);
  Value down = f.add(first[row], place.down);
  Value across = f.add(first[column], place.across);
  index[row] = Lanes::uniform(down);
  index[column] =
      lanes > 1 ? Lanes::consecutive(across) : Lanes::uniform(across);
  Value insideRows = f.isLess(down, rowSize());
  Value insideColumns = f.isLess(across, columnSize());
  Value inside = f.both(insideRows, insideColumns);
  return f.emitIf(inside, [&] {
    for (auto [read, tile] : llvm::zip(transposed.reads, tiles)) {
      SmallVector<Value> elements;
      for (int64_t lane = 0; lane < lanes; ++lane) {
        Value at = f.add(place.across, lane);
        elements.push_back(memref::LoadOp::create(
            f.builder, f.loc, tile,
            ValueRange{getPosition(at), getPosition(place.down)}));
      }
      Lanes value = Lanes::uniform(elements.front());
      if (lanes > 1) {
        auto type = VectorType::get({lanes}, elements.front().getType());
        value = Lanes::varying(
            vector::FromElementsOp::create(f.builder, f.loc, type, elements));
      }
      f.elements->note(read.argument, follow(read.map, index), value);
    }
    return f.storeResults(index);
  });
}

LogicalResult gpu_emission::emitTranspose(KernelFrame &frame) {
  return TransposeEmitter(frame).emit();
}
