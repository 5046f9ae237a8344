//===- EmitGpuKernels.cpp - each kernel as a gpu.func ---------------------===//

#include "Families.h"
#include "KernelFrame.h"
#include "MatrixOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "theano/Codegen/GPU/Passes.h"
#include "theano/Dialect/Kernel/IndexWidth.h"
#include "llvm/ADT/Statistic.h"

namespace theano {
#define GEN_PASS_DEF_EMITGPUKERNELS
#include "theano/Codegen/GPU/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano;
using namespace theano::gpu_emission;

#define DEBUG_TYPE "emit-gpu-kernels"
ALWAYS_ENABLED_STATISTIC(numEmitted, "Number of kernels emitted");

static LogicalResult emitBody(KernelFrame &frame) {
  switch (frame.kernel.getFamily()) {
  case kernel::Family::Map:
    return emitMap(frame);
  case kernel::Family::RowReduce:
  case kernel::Family::FullReduce:
  case kernel::Family::PartialReduce:
    return emitRowReduce(frame);
  case kernel::Family::Contract:
    return emitContract(frame);
  case kernel::Family::TensorContract:
    return emitTensorContract(frame);
  case kernel::Family::PlainReduce:
    return emitPlainReduce(frame);
  case kernel::Family::ColumnReduce:
    return emitColumnReduce(frame);
  case kernel::Family::Transpose:
    return emitTranspose(frame);
  case kernel::Family::Check:
    return emitCheck(frame);
  }
  llvm_unreachable("all families are covered");
}

/// Elements of a thread that are written out at most, of a vector and in
/// vectors: more than any register file holds.
static constexpr int64_t kMostVector = 64, kMostUnroll = 256;

/// `indexBits` is the least that the kernel gets.
static LogicalResult emitKernel(kernel::FuncOp kernel, unsigned indexBits) {
  std::optional<kernel::ScheduleAttr> schedule = kernel.getSchedule();
  if (!schedule || schedule->getBlock().empty())
    return kernel.emitOpError("has no schedule with a block; expected one from "
                              "kernel-choose-gpu-schedules");
  int64_t threads = 1;
  for (int64_t size : schedule->getBlock())
    if (size < 1 || llvm::MulOverflow(threads, size, threads))
      threads = 0;
  if (threads < 1 || threads > 1024 || schedule->getBlock().size() > 3)
    return kernel.emitOpError("has a schedule with a block of ")
           << threads << " threads; expected 1 to 1024 in at most 3 dimensions";
  if (schedule->getVector() > kMostVector ||
      schedule->getUnroll() > kMostUnroll)
    return kernel.emitOpError("has a schedule with vectors of ")
           << schedule->getVector() << ", " << schedule->getUnroll()
           << " at a time; expected at most " << kMostVector << " and "
           << kMostUnroll;
  KernelFrame frame(kernel, kernel::needsWideIndices(kernel) ? 64 : indexBits);
  if (failed(emitBody(frame)))
    return failure();
  finish(frame);
  return success();
}

namespace {

struct EmitGpuKernels : theano::impl::EmitGpuKernelsBase<EmitGpuKernels> {
  using EmitGpuKernelsBase::EmitGpuKernelsBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    EmitGpuKernelsBase::getDependentDialects(registry);
    insertMatrixDialects(registry);
  }

  void runOnOperation() override {
    if (indexBits != 32 && indexBits != 64) {
      getOperation().emitError("index-bits is ")
          << indexBits.getValue() << "; expected 32 or 64";
      return signalPassFailure();
    }
    for (auto kernel :
         llvm::make_early_inc_range(getOperation().getOps<kernel::FuncOp>())) {
      if (failed(emitKernel(kernel, indexBits)))
        return signalPassFailure();
      kernel.erase();
      ++numEmitted;
    }
  }
};

} // namespace
