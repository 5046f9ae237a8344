//===- IndexWidth.h - how far the indices of a kernel reach -----*- C++ -*-===//

#ifndef THEANO_DIALECT_KERNEL_INDEXWIDTH_H
#define THEANO_DIALECT_KERNEL_INDEXWIDTH_H

#include "theano/Dialect/Kernel/Kernel.h"

namespace theano::kernel {

/// What a kernel with 32-bit indices may count: the elements of each buffer and
/// the steps of each reduction. Half of what an index holds, since the last
/// block goes beyond the end before it sees it.
inline constexpr int64_t kMaxNarrowCount = int64_t(1) << 30;

/// Whether a buffer or a reduction of the kernel is known to be larger, so that
/// it must be written with 64-bit indices. An unknown size counts as 1: what it
/// really is is checked at run time.
bool needsWideIndices(FuncOp kernel);

} // namespace theano::kernel

#endif // THEANO_DIALECT_KERNEL_INDEXWIDTH_H
