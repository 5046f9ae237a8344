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
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "theano/Dialect/Kernel/Space.h"
#include "theano/Dialect/Kernel/TransposedReads.h"

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

/// Sides of tiles at most; single bytes already do not fit from 222 on.
static constexpr int64_t kMostSide = 256;
/// Loads of a thread that come before it waits for the first.
static constexpr int64_t kInFlight = 8;
/// Results that a thread computes before it stores the first.
static constexpr int64_t kComputed = 4;

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
  /// The elements of an array that a thread has, one or `lanes` in each round.
  struct Walk {
    unsigned line;            ///< the dimension in which it goes on
    SmallVector<Lanes> first; ///< the point of the first round
    Value rounds;             ///< how many it has
    Value shared;             ///< where the first is in shared memory
    int64_t sharedStep;       ///< from there to that of the next round
  };

  LogicalResult checkSchedule(int64_t vector);
  LogicalResult emitVersion(int64_t count);
  using Step = function_ref<LogicalResult(ArrayRef<SmallVector<Lanes>> points,
                                          Value shared)>;
  LogicalResult emitWalk(const Walk &walk, int64_t group, Step step);
  LogicalResult fetch(ArrayRef<SmallVector<Lanes>> points, Value shared);
  LogicalResult compute(ArrayRef<SmallVector<Lanes>> points, Value shared);
  void findTile();
  Walk getWalk(unsigned line, unsigned along);
  Value getPosition(Value index);
  SmallVector<Lanes> follow(AffineMap map, ArrayRef<Lanes> index);
  int64_t getGroup() const;
  int64_t getResultGroup() const;

  /// Lines of a tile that the block takes in a round.
  int64_t getLines() const { return threads * lanes / side; }
  int64_t getRounds() const { return side / getLines(); }
  /// Lines of shared memory, or elements of one, from a round to the next.
  int64_t getSharedStep() const { return threads / side; }
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
  /// In shared memory: a line of `side + 1` elements for each column.
  SmallVector<Value> tiles;
  /// Of the version that is being written: a thread has `lanes` neighbours from
  /// `across` on in line `down` of a tile, and after each round those as many
  /// lines on as the block takes in one.
  int64_t lanes = 1;
  Value down, across;
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
        side * (side + 1),
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
  if (side * side % (threads * vector) != 0 || side % vector != 0 ||
      threads % side != 0)
    return f.kernel.emitOpError("is a transpose with tiles of ")
           << side << " x " << side << " elements, which " << threads
           << " threads with vectors of " << vector
           << " do not divide among them; expected a whole number for each, "
           << "and a whole number of threads for each line";
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

/// Walks over the elements of a thread in lines of dimension `line` of the
/// array, which run `along` the other.
TransposeEmitter::Walk TransposeEmitter::getWalk(unsigned line,
                                                 unsigned along) {
  auto subtract = [&](Value a, Value b) {
    return f.builder.createOrFold<arith::SubIOp>(f.loc, a, b);
  };
  Walk walk;
  walk.line = line;
  walk.first = llvm::map_to_vector(first, &Lanes::uniform);
  Value start = f.add(first[along], across);
  walk.first[line] = Lanes::uniform(f.add(first[line], down));
  walk.first[along] =
      lanes > 1 ? Lanes::consecutive(start) : Lanes::uniform(start);
  Value lines = f.minimum(subtract(sizes[line], first[line]), f.constant(side));
  Value before = subtract(f.constant(getLines() - 1), down);
  walk.rounds = arith::SelectOp::create(
      f.builder, f.loc, f.isLess(start, sizes[along]),
      f.divide(f.add(lines, before), getLines()), f.constant(0));
  return walk;
}

/// Emits a loop over the rounds of a walk, `group` at a time and then one by
/// one; `step` gets the points of some rounds, and where the first of them is
/// in shared memory.
LogicalResult TransposeEmitter::emitWalk(const Walk &walk, int64_t group,
                                         Step step) {
  auto body = [&](Value, int64_t count, SmallVectorImpl<Value> &carried) {
    SmallVector<SmallVector<Lanes>> points(count, walk.first);
    // Zero is added, too: then all have one address, and what they add to it.
    for (auto [i, point] : llvm::enumerate(points))
      point[walk.line] = Lanes::uniform(arith::AddIOp::create(
          f.builder, f.loc, carried[0], f.constant(int64_t(i) * getLines())));
    if (failed(step(points, carried[1])))
      return failure();
    carried[0] = f.add(carried[0], count * getLines());
    carried[1] = f.add(carried[1], count * walk.sharedStep);
    return success();
  };
  SmallVector<Value> carried{walk.first[walk.line].value, walk.shared};
  return f.emitGroupedFor(f.constant(0), walk.rounds, group, carried, body);
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
  f.memory->forgetStated();
  if (lanes > 1) {
    f.memory->assumeMultiple(rowSize(), lanes);
    f.memory->assumeMultiple(columnSize(), lanes);
  }
  down = f.divide(f.threadId(), side / lanes);
  across = f.multiply(f.remainder(f.threadId(), side / lanes), lanes);
  unsigned row = placeOf(transposed.row), column = placeOf(transposed.column);
  // Arguments are read along their rows, which are columns of the results.
  Walk arguments = getWalk(/*line=*/column, /*along=*/row);
  Walk results = getWalk(/*line=*/row, /*along=*/column);
  Value line = getPosition(down), place = getPosition(across);
  arguments.shared = f.add(f.multiply(line, side + 1), place);
  arguments.sharedStep = getSharedStep() * (side + 1);
  results.shared = f.add(f.multiply(place, side + 1), line);
  results.sharedStep = getSharedStep();
  if (failed(emitWalk(arguments, getGroup(),
                      [&](ArrayRef<SmallVector<Lanes>> points, Value shared) {
                        return fetch(points, shared);
                      })))
    return failure();
  f.barrier();
  LogicalResult result =
      emitWalk(results, getResultGroup(),
               [&](ArrayRef<SmallVector<Lanes>> points, Value shared) {
                 return compute(points, shared);
               });
  f.memory->forgetStated();
  return result;
}

/// Rounds of reading that are written, and whose loads come, together.
int64_t TransposeEmitter::getGroup() const {
  int64_t loads = transposed.reads.size();
  return std::clamp<int64_t>(kInFlight / loads, 1, getRounds());
}

/// Rounds of computing that are written together; functions of many
/// instructions stand once.
int64_t TransposeEmitter::getResultGroup() const {
  bool functions = false;
  f.kernel.walk([&](linalg::LinalgOp op) {
    functions |= emission::computesFunctions(op);
  });
  return functions ? 1 : std::min(kComputed, getRounds());
}

/// Takes elements of the arguments into shared memory, along their rows.
LogicalResult TransposeEmitter::fetch(ArrayRef<SmallVector<Lanes>> points,
                                      Value shared) {
  SmallVector<SmallVector<Value>> loaded(transposed.reads.size());
  for (ArrayRef<Lanes> point : points)
    for (auto [read, values] : llvm::zip(transposed.reads, loaded)) {
      FailureOr<Lanes> value =
          f.elements->emit(f.builder, read.argument, follow(read.map, point));
      if (failed(value))
        return failure();
      values.push_back(value->value);
    }
  for (auto [values, tile] : llvm::zip(loaded, tiles)) {
    Value buffer = gpu_emission::advance(f.builder, f.loc, tile, shared);
    for (auto [i, value] : llvm::enumerate(values))
      for (int64_t lane = 0; lane < lanes; ++lane) {
        Value element =
            lanes > 1 ? vector::ExtractOp::create(f.builder, f.loc, value, lane)
                            .getResult()
                      : value;
        f.storeShared(element, buffer,
                      f.constant(int64_t(i) * getSharedStep() * (side + 1) +
                                 lane * (side / lanes)));
      }
  }
  return success();
}

/// Computes elements of the results, along their rows.
LogicalResult TransposeEmitter::compute(ArrayRef<SmallVector<Lanes>> points,
                                        Value shared) {
  for (auto [read, tile] : llvm::zip(transposed.reads, tiles)) {
    Value buffer = gpu_emission::advance(f.builder, f.loc, tile, shared);
    for (auto [i, point] : llvm::enumerate(points)) {
      SmallVector<Value> elements;
      for (int64_t lane = 0; lane < lanes; ++lane)
        elements.push_back(memref::LoadOp::create(
            f.builder, f.loc, buffer,
            f.constant(lane * (side / lanes) * (side + 1) +
                       int64_t(i) * getSharedStep())));
      Lanes value = Lanes::uniform(elements.front());
      if (lanes > 1) {
        auto type = VectorType::get({lanes}, elements.front().getType());
        value = Lanes::varying(
            vector::FromElementsOp::create(f.builder, f.loc, type, elements));
      }
      f.elements->note(read.argument, follow(read.map, point), value);
    }
  }
  return f.storeResultsAt(points);
}

LogicalResult gpu_emission::emitTranspose(KernelFrame &frame) {
  return TransposeEmitter(frame).emit();
}
