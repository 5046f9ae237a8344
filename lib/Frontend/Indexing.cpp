//===- Indexing.cpp - x[...] by Theano's rules ----------------------------===//

#include "CreateChecked.h"

using namespace mlir;
using namespace theano;

static Failure indexError(std::string message) {
  return {ErrorKind::IndexError, std::move(message), {}, {}};
}

/// The items with the ellipsis written out: one entry or tensor for each of
/// the leading dimensions, and new dimensions between them.
static Expected<SmallVector<IndexItem>> expand(Value x,
                                               ArrayRef<IndexItem> items) {
  using Kind = IndexItem::Kind;
  auto is = [](Kind kind) {
    return [kind](const IndexItem &item) { return item.kind == kind; };
  };
  if (llvm::count_if(items, is(Kind::Ellipsis)) > 1)
    return indexError("index: only one ellipsis (...) is allowed");
  int64_t taken = items.size() - llvm::count_if(items, is(Kind::Ellipsis)) -
                  llvm::count_if(items, is(Kind::NewAxis));
  if (taken > rankOf(x))
    return indexError("too many indices for a " + formatType(x) + ": it has " +
                      std::to_string(rankOf(x)) + " dimensions, got " +
                      std::to_string(taken) + " indices");
  SmallVector<IndexItem> result;
  IndexItem whole;
  whole.entry = IndexEntry::slice();
  for (const IndexItem &item : items)
    if (item.kind == Kind::Ellipsis)
      result.append(rankOf(x) - taken, whole);
    else
      result.push_back(item);
  return result;
}

static Expected<Value> subtensor(GraphBuilder &graph, Value x,
                                 ArrayRef<IndexEntry> entries) {
  if (llvm::all_of(entries,
                   [](const IndexEntry &entry) { return entry.isWhole(); }))
    return x;
  SmallVector<bool> isIndex;
  SmallVector<int64_t> starts, stops, steps;
  SmallVector<Value> operands = {x};
  for (const IndexEntry &entry : entries) {
    isIndex.push_back(entry.isIndex);
    splitSizes(entry.start, starts, operands);
    splitSizes(entry.stop, stops, operands);
    splitSizes(entry.step, steps, operands);
  }
  MLIRContext *context = &graph.context();
  SubtensorOp::Properties properties;
  properties.is_index = DenseBoolArrayAttr::get(context, isIndex);
  properties.starts = DenseI64ArrayAttr::get(context, starts);
  properties.stops = DenseI64ArrayAttr::get(context, stops);
  properties.steps = DenseI64ArrayAttr::get(context, steps);
  Expected<Value> result =
      createChecked<SubtensorOp>(graph, operands, properties);
  if (!result && StringRef(result.message()).contains("out of range"))
    return indexError(result.message());
  return result;
}

Expected<Value> GraphBuilder::index(Value x, ArrayRef<IndexItem> items) {
  Expected<SmallVector<IndexItem>> expanded = expand(x, items);
  if (!expanded)
    return expanded.takeStatus();
  SmallVector<IndexEntry> entries;
  SmallVector<int64_t> order; // of the result, with its new dimensions
  std::optional<int64_t> advancedAxis;
  Value indices;
  int64_t axis = 0;
  for (const IndexItem &item : *expanded) {
    switch (item.kind) {
    case IndexItem::Kind::NewAxis:
      order.push_back(DimshuffleOp::kNewDim);
      continue;
    case IndexItem::Kind::Advanced:
      if (indices)
        return unsupported(
            "indexing by several tensors is not supported yet, except "
            "x[T.arange(n), y], which takes element y[i] of row i, and "
            "x[[k], y], which takes elements of row k; for the elements of a "
            "matrix at the pairs of i and j, of at least 0, write "
            "x.flatten()[i * x.shape[1] + j]; for all rows i with all columns "
            "j, x[i][:, j]");
      if (dtypeOf(item.indices) == DType::Bool)
        return unsupported("indexing by a mask is not supported yet");
      if (!isInteger(dtypeOf(item.indices)))
        return typeError("index: expected integers, got " +
                         formatType(item.indices));
      indices = item.indices;
      advancedAxis = axis;
      entries.push_back(IndexEntry::slice());
      order.push_back(axis++);
      continue;
    default:
      entries.push_back(item.entry);
      if (!item.entry.isIndex)
        order.push_back(axis++);
    }
  }
  if (indices && order.size() != static_cast<size_t>(axis))
    return unsupported(
        "new dimensions beside an index tensor are not supported "
        "yet: index first, then use dimshuffle");
  Expected<Value> result = subtensor(*this, x, entries);
  if (!result)
    return result;
  if (indices) {
    // NumPy moves the indexed dimension to the front when an integer stands
    // apart from the tensor; refuse what would differ.
    if (llvm::any_of(entries, [](const IndexEntry &e) { return e.isIndex; }))
      return unsupported("an integer beside an index tensor is not supported "
                         "yet: index in two steps");
    return take(*result, indices, *advancedAxis);
  }
  while (axis < rankOf(*result))
    order.push_back(axis++);
  return dimshuffle(*result, order);
}

Expected<Value> GraphBuilder::take(Value x, Value indices, int64_t axis) {
  int64_t rank = rankOf(x);
  if (axis < -rank || axis >= rank)
    return indexError("take: axis " + std::to_string(axis) +
                      " is out of range for a " + formatType(x));
  if (!isInteger(dtypeOf(indices)))
    return typeError("take: expected integers, got " + formatType(indices));
  TakeOp::Properties properties;
  properties.axis = IntegerAttr::get(IntegerType::get(&context_, 64),
                                     axis < 0 ? axis + rank : axis);
  return createChecked<TakeOp>(*this, {x, indices}, properties);
}

/// Whether `size` is the length of `vector`, as `vector.shape[0]` spells it.
static bool isLengthOf(Value size, Value vector) {
  auto pick = size.getDefiningOp<SubtensorOp>();
  auto shape = pick ? pick.getOperand().getDefiningOp<ShapeOp>() : ShapeOp();
  return shape && shape.getOperand() == vector &&
         pick.getEntries().size() == 1 &&
         pick.getEntries()[0] == IndexEntry::index(0);
}

Expected<Value> GraphBuilder::pick(Value x, Size count, Value indices) {
  if (rankOf(x) < 2)
    return indexError("too many indices for a " + formatType(x) +
                      ": x[T.arange(n), y] needs two dimensions");
  if (rankOf(indices) != 1 || !isInteger(dtypeOf(indices)))
    return typeError("x[T.arange(n), y]: expected a vector of integers for y, "
                     "got " +
                     formatType(indices));
  Value checked = indices;
  if (!count.isValue() || !isLengthOf(count.getValue(), indices)) {
    // There have to be as many rows asked for as columns.
    Expected<Value> specified = specifyShape(indices, count);
    if (!specified)
      return specified;
    checked = *specified;
  }
  return createChecked<PickOp>(*this, {x, checked});
}
