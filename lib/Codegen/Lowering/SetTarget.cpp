//===- SetTarget.cpp - what the kernels of a module are compiled for ------===//

#include "mlir/IR/BuiltinOps.h"
#include "theano/Codegen/Lowering/Passes.h"
#include "theano/Dialect/Kernel/Kernel.h"

namespace theano {
#define GEN_PASS_DEF_KERNELSETTARGET
#include "theano/Codegen/Lowering/Passes.h.inc"
} // namespace theano

using namespace mlir;
using namespace theano;

namespace {

struct KernelSetTarget : theano::impl::KernelSetTargetBase<KernelSetTarget> {
  using KernelSetTargetBase::KernelSetTargetBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    StringRef name = arch.getValue();
    if (failed(kernel::TargetAttr::verify([&] { return module.emitError(); },
                                          name, /*features=*/"")))
      return signalPassFailure();
    module->setAttr("kernel.target", kernel::TargetAttr::get(
                                         &getContext(), name, /*features=*/""));
  }
};

} // namespace
