//===- VectorProducts.h - products that are sums of rows --------*- C++ -*-===//

#ifndef THEANO_LIB_CODEGEN_KERNELS_VECTORPRODUCTS_H
#define THEANO_LIB_CODEGEN_KERNELS_VECTORPRODUCTS_H

#include "theano/Dialect/Kernel/DimClasses.h"

namespace theano::kernel {

/// A product of a matrix and a vector, of family Contract, reads each element
/// of the matrix once: tiles have nothing to reuse, and a GPU has better
/// families for it. Sums along the rows of the matrix are a RowReduce, those
/// down its columns a PlainReduce that suits columns, and of two vectors there
/// is one sum. Nothing where both operands have rows.
std::optional<Family> findVectorProduct(FuncOp kernel, const DimClasses &dims);

} // namespace theano::kernel

#endif // THEANO_LIB_CODEGEN_KERNELS_VECTORPRODUCTS_H
