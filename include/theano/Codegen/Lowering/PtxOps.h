//===- PtxOps.h - what the gpu dialect cannot say about PTX -----*- C++ -*-===//
//
// The NVVM dialect's header costs nine seconds and 0.8 GB in every file that
// includes it, so PtxOps.cpp is the only one that does; all else asks here.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_CODEGEN_LOWERING_PTXOPS_H
#define THEANO_CODEGEN_LOWERING_PTXOPS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir {
class ConversionTarget;
class DialectRegistry;
class LLVMTypeConverter;
} // namespace mlir

namespace theano {

/// Adds the NVVM dialect.
void insertNvvmDialect(mlir::DialectRegistry &registry);

/// Makes every op of the NVVM dialect legal.
void addLegalNvvm(mlir::ConversionTarget &target);

/// A shuffle of all threads of a warp whose `valid` nobody asks for is one
/// instruction with constant operands; upstream's pattern computes them from
/// the width, in eight ops that LLVM folds again.
void populateShufflePatterns(const mlir::LLVMTypeConverter &converter,
                             mlir::RewritePatternSet &patterns,
                             mlir::PatternBenefit benefit);

/// Ends a group of asynchronous copies.
void createCopyCommit(mlir::OpBuilder &builder, mlir::Location loc);

/// Waits until at most the last `pending` groups of this thread are on their
/// way.
void createCopyWait(mlir::OpBuilder &builder, mlir::Location loc,
                    int64_t pending);

/// `element`, f32, rounded to TF32: the nearest, ties away from zero; an i32.
mlir::Value createTf32(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value element);

/// `c` += `a` `b` on the matrix units, m = 16 and n = 8: the registers of the
/// fragments. Those of `a` and `b` are pairs of f16 or bf16, then k = 16, or
/// elements of TF32 (`createTf32`), then k = 8; those of `c` are f32.
void createMatrixProduct(mlir::OpBuilder &builder, mlir::Location loc,
                         llvm::ArrayRef<mlir::Value> a,
                         llvm::ArrayRef<mlir::Value> b,
                         llvm::MutableArrayRef<mlir::Value> c);

/// Says of every kernel in `module` that says nothing of it that one block a
/// multiprocessor is enough. Without it ptxas spills registers to make room for
/// more.
void allowOneBlock(mlir::Operation *module);

} // namespace theano

#endif // THEANO_CODEGEN_LOWERING_PTXOPS_H
