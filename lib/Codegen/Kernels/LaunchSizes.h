//===- LaunchSizes.h - sizes of a kernel, at its launch ---------*- C++ -*-===//

#ifndef LIB_CODEGEN_KERNELS_LAUNCHSIZES_H
#define LIB_CODEGEN_KERNELS_LAUNCHSIZES_H

#include "theano/Dialect/Kernel/DimClasses.h"

namespace theano::kernel {

/// The size of a dimension of the launched kernel as an index of the host
/// function, before the launch.
mlir::Value getLaunchSize(mlir::OpBuilder &builder, LaunchOp launch,
                          const DimClasses &dims, DimSize size);

/// The product of the sizes of some loops of `op`, likewise.
mlir::Value getLaunchCount(mlir::OpBuilder &builder, LaunchOp launch,
                           const DimClasses &dims, mlir::linalg::LinalgOp op,
                           llvm::ArrayRef<unsigned> loops);

/// The same where all are known.
std::optional<int64_t> getStaticCount(const DimClasses &dims,
                                      mlir::linalg::LinalgOp op,
                                      llvm::ArrayRef<unsigned> loops);

/// The product of two sizes; the largest number where it does not fit, which is
/// as good to those who ask whether there is much to do.
int64_t multiplySizes(int64_t a, int64_t b);

} // namespace theano::kernel

#endif // LIB_CODEGEN_KERNELS_LAUNCHSIZES_H
