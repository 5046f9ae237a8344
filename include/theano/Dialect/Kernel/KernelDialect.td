//===- KernelDialect.td - the kernel dialect ------------------------------===//

#ifndef THEANO_DIALECT_KERNEL_KERNELDIALECT_TD
#define THEANO_DIALECT_KERNEL_KERNELDIALECT_TD

include "mlir/IR/OpBase.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let cppNamespace = "::theano::kernel";
  let summary = "Kernels, their launches, and what linalg cannot say";
  let description = [{
    The dialect sits between linalg and the emitters. A `kernel.func` holds the
    linalg ops that run as one kernel, with the family that will emit it and the
    schedule chosen for it; the host function launches kernels on tensors in
    destination style and checks what can only be known at run time.
  }];
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

#endif // THEANO_DIALECT_KERNEL_KERNELDIALECT_TD
