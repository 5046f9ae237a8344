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

/// Says of every kernel in `module` that says nothing of it that one block a
/// multiprocessor is enough. Without it ptxas spills registers to make room for
/// more.
void allowOneBlock(mlir::Operation *module);

} // namespace theano

#endif // THEANO_CODEGEN_LOWERING_PTXOPS_H
