//===- Families.h - one GPU emitter a family --------------------*- C++ -*-===//

#ifndef THEANO_LIB_CODEGEN_GPU_FAMILIES_H
#define THEANO_LIB_CODEGEN_GPU_FAMILIES_H

#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/Support/LLVM.h"

namespace theano::gpu_emission {

class KernelFrame;

// Each writes the body of a kernel of its family into the frame, or emits an
// error and fails. Their files say how the threads divide the work.
mlir::LogicalResult emitCheck(KernelFrame &frame);
mlir::LogicalResult emitColumnReduce(KernelFrame &frame);
mlir::LogicalResult emitContract(KernelFrame &frame);
mlir::LogicalResult emitMap(KernelFrame &frame);
mlir::LogicalResult emitPlainReduce(KernelFrame &frame);
mlir::LogicalResult emitRowReduce(KernelFrame &frame);
mlir::LogicalResult emitTensorContract(KernelFrame &frame);
mlir::LogicalResult emitTranspose(KernelFrame &frame);

/// Of the family `contract`, where its schedule has several tiles of depth in
/// shared memory.
mlir::LogicalResult emitFmaContract(KernelFrame &frame,
                                    mlir::linalg::LinalgOp op);

} // namespace theano::gpu_emission

#endif // THEANO_LIB_CODEGEN_GPU_FAMILIES_H
