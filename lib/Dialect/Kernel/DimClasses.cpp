//===- DimClasses.cpp - which dimensions of a kernel are one --------------===//

#include "theano/Dialect/Kernel/DimClasses.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace theano::kernel;

unsigned DimClasses::getNode(void *base, unsigned index) {
  auto [it, inserted] = nodes.try_emplace({base, index}, parent.size());
  if (inserted)
    parent.push_back(parent.size());
  return it->second;
}

unsigned DimClasses::find(unsigned node) const {
  while (parent[node] != node)
    node = parent[node] = parent[parent[node]];
  return node;
}

void DimClasses::unite(unsigned a, unsigned b) {
  a = find(a);
  b = find(b);
  // The older root stays, so that the classes do not depend on hashing.
  if (a != b)
    parent[std::max(a, b)] = std::min(a, b);
}

DimClasses::DimClasses(FuncOp kernel) {
  build(kernel.getBody().front(), kernel);
}

DimClasses::DimClasses(Block &body) { build(body, nullptr); }

void DimClasses::build(Block &body, FuncOp kernel) {
  // Sizes that the program text states: types, `tensor.empty`, scalars.
  SmallVector<std::pair<unsigned, DimSize>> known;
  auto number = [&](Value tensor) {
    auto type = dyn_cast<RankedTensorType>(tensor.getType());
    if (!type)
      return;
    for (auto [dim, size] : llvm::enumerate(type.getShape())) {
      unsigned node = getNode(tensor.getAsOpaquePointer(), dim);
      if (!ShapedType::isDynamic(size))
        known.push_back({node, {DimSize::Kind::Static, size}});
    }
  };

  // What an index value measures: another dimension, or an index argument.
  auto uniteWithValue = [&](unsigned node, Value value) {
    IntegerAttr constant;
    if (auto dim = value.getDefiningOp<tensor::DimOp>()) {
      if (std::optional<int64_t> index = dim.getConstantIndex())
        unite(node, getNode(dim.getSource().getAsOpaquePointer(), *index));
    } else if (matchPattern(value, m_Constant(&constant))) {
      known.push_back({node, {DimSize::Kind::Static, constant.getInt()}});
    } else {
      unite(node, getNode(value.getAsOpaquePointer(), 0));
      if (auto argument = dyn_cast<BlockArgument>(value); argument && kernel)
        known.push_back(
            {node, {DimSize::Kind::Scalar, argument.getArgNumber()}});
    }
  };

  for (BlockArgument argument : body.getArguments())
    number(argument);
  for (Operation &operation : body) {
    Operation *op = &operation;
    for (Value result : op->getResults())
      number(result);
    if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
      unsigned next = 0;
      for (auto [dim, size] : llvm::enumerate(empty.getType().getShape()))
        if (ShapedType::isDynamic(size))
          uniteWithValue(getNode(empty.getResult().getAsOpaquePointer(), dim),
                         empty.getDynamicSizes()[next++]);
    } else if (auto castOp = dyn_cast<tensor::CastOp>(op)) {
      for (unsigned dim = 0, e = castOp.getType().getRank(); dim < e; ++dim)
        unite(getNode(castOp.getSource().getAsOpaquePointer(), dim),
              getNode(castOp.getResult().getAsOpaquePointer(), dim));
    } else if (auto partials = dyn_cast<PartialsOp>(op)) {
      Value total = partials.getTotal(), parts = partials.getParts();
      unsigned rank = partials.getParts().getType().getRank();
      for (unsigned dim = 0; dim < rank; ++dim)
        unite(getNode(partials.getInto().getAsOpaquePointer(), dim),
              getNode(parts.getAsOpaquePointer(), dim));
      // The parts of a full reduction have no dimension of the total.
      if (cast<RankedTensorType>(total.getType()).getRank() + 1 == rank)
        for (unsigned dim = 1; dim < rank; ++dim)
          unite(getNode(parts.getAsOpaquePointer(), dim),
                getNode(total.getAsOpaquePointer(), dim - 1));
    } else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
      for (OpOperand &operand : op->getOpOperands()) {
        if (!isa<RankedTensorType>(operand.get().getType()))
          continue;
        AffineMap map = linalgOp.getMatchingIndexingMap(&operand);
        for (auto [dim, expr] : llvm::enumerate(map.getResults()))
          if (auto loop = dyn_cast<AffineDimExpr>(expr))
            unite(getNode(operand.get().getAsOpaquePointer(), dim),
                  getNode(op, loop.getPosition()));
      }
      for (OpResult result : op->getResults()) {
        Value init =
            linalgOp.getDpsInitOperand(result.getResultNumber())->get();
        auto type = cast<RankedTensorType>(result.getType());
        for (unsigned dim = 0, e = type.getRank(); dim < e; ++dim)
          unite(getNode(result.getAsOpaquePointer(), dim),
                getNode(init.getAsOpaquePointer(), dim));
      }
    } else if (auto ret = dyn_cast<ReturnOp>(op)) {
      for (auto [i, value] : llvm::enumerate(ret.getOperands())) {
        Value destination = kernel.getDestination(i);
        auto type = cast<RankedTensorType>(value.getType());
        for (unsigned dim = 0, e = type.getRank(); dim < e; ++dim)
          unite(getNode(value.getAsOpaquePointer(), dim),
                getNode(destination.getAsOpaquePointer(), dim));
      }
    }
  }

  sizes.resize(parent.size());
  // A static size beats a scalar argument beats a size argument.
  for (auto [node, size] : known)
    if (size.kind == DimSize::Kind::Static)
      sizes[find(node)] = size;
  for (auto [node, size] : known)
    if (sizes[find(node)].kind == DimSize::Kind::Unknown)
      sizes[find(node)] = size;
  if (!kernel)
    return;
  for (BlockArgument argument : body.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    for (unsigned dim = 0, e = type ? type.getRank() : 0; dim < e; ++dim) {
      unsigned root = find(nodes.lookup({argument.getAsOpaquePointer(), dim}));
      if (sizes[root].kind != DimSize::Kind::Unknown)
        continue;
      sizes[root] = {DimSize::Kind::Argument, int64_t(sizeArguments.size())};
      sizeArguments.push_back({argument.getArgNumber(), dim});
    }
  }
}

DimSize DimClasses::lookup(void *base, unsigned index) const {
  auto it = nodes.find({base, index});
  return it == nodes.end() ? DimSize() : sizes[find(it->second)];
}

DimSize DimClasses::getSize(Value tensor, unsigned dim) const {
  return lookup(tensor.getAsOpaquePointer(), dim);
}

SmallVector<unsigned> DimClasses::getRealDims(Value tensor) const {
  SmallVector<unsigned> real;
  for (unsigned dim = 0, e = cast<RankedTensorType>(tensor.getType()).getRank();
       dim < e; ++dim)
    if (!getSize(tensor, dim).isStatic(1))
      real.push_back(dim);
  return real;
}

DimSize DimClasses::getLoopSize(linalg::LinalgOp op, unsigned loop) const {
  return lookup(op.getOperation(), loop);
}

std::optional<unsigned> DimClasses::findFastestLoop(linalg::LinalgOp op,
                                                    OpOperand &operand) const {
  SmallVector<unsigned> real = getRealDims(operand.get());
  if (real.empty())
    return std::nullopt;
  AffineMap map = op.getMatchingIndexingMap(&operand);
  auto loop = dyn_cast<AffineDimExpr>(map.getResult(real.back()));
  return loop ? std::optional(loop.getPosition()) : std::nullopt;
}

bool DimClasses::isSameNode(void *a, unsigned dimA, void *b,
                            unsigned dimB) const {
  auto itA = nodes.find({a, dimA});
  auto itB = nodes.find({b, dimB});
  if (itA == nodes.end() || itB == nodes.end())
    return false;
  if (find(itA->second) == find(itB->second))
    return true;
  const DimSize &sizeA = sizes[find(itA->second)];
  return sizeA.kind == DimSize::Kind::Static &&
         sizeA == sizes[find(itB->second)];
}
