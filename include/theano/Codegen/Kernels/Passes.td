//===- Passes.td - from linalg to kernels ---------------------------------===//

#ifndef THEANO_CODEGEN_KERNELS_PASSES_TD
#define THEANO_CODEGEN_KERNELS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ChooseCpuSchedules : Pass<"kernel-choose-cpu-schedules", "::mlir::ModuleOp"> {
  let summary = "Choose tiles and vector widths of kernels for a CPU";
  let description = [{
    Gives every `kernel.func` without a schedule the one that suits its family
    and the vector width of the target, and every launch its grid.

    Before:

    ```mlir
    %r = kernel.launch @add ins(%a, %b : tensor<?xf32>, tensor<?xf32>)
        outs(%e : tensor<?xf32>) -> tensor<?xf32>
    ```

    After, with `tile = [16384]` on the kernel:

    ```mlir
    %c16384 = arith.constant 16384 : index
    %blocks = arith.ceildivui %n, %c16384 : index
    %r = kernel.launch @add grid(%blocks)
        ins(%a, %b : tensor<?xf32>, tensor<?xf32>)
        outs(%e : tensor<?xf32>) -> tensor<?xf32>
    ```

    Requires kernels in the form that `kernel-form-kernels` leaves. Guarantees a
    schedule on every kernel and a grid of one dimension on every launch.
  }];
  let options = [
    Option<"vectorBytes", "vector-bytes", "int64_t", /*default=*/"32",
           "Bytes of a vector register of the target">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def ChooseGpuSchedules : Pass<"kernel-choose-gpu-schedules", "::mlir::ModuleOp"> {
  let summary = "Choose blocks, tiles and vector widths of kernels for a GPU";
  let description = [{
    Gives every `kernel.func` without a schedule the one that suits its family,
    its types and what is known of its sizes, and every launch without a grid its
    number of blocks.

    Before:

    ```mlir
    kernel.func @softmax(...) attributes {family = #kernel.family<row_reduce>}
    %r = kernel.launch @softmax ins(%x : tensor<?x512xf32>)
        outs(%e : tensor<?x512xf32>) -> tensor<?x512xf32>
    ```

    After, a warp a row with four vectors a thread:

    ```mlir
    kernel.func @softmax(...) attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [32, 8], tile = [8], vector = 4,
                                  unroll = 4>}
    %blocks = arith.ceildivui %rows, %c8 : index
    %r = kernel.launch @softmax grid(%blocks) ins(...) outs(...)
    ```

    Requires kernels in the form that `kernel-form-kernels` leaves. Guarantees a
    schedule with a block on every kernel, and a grid of one dimension on every
    launch, which is 0 where there is nothing to compute.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FormKernels : Pass<"kernel-form-kernels", "::mlir::ModuleOp"> {
  let summary = "Group linalg ops into kernels";
  let description = [{
    Moves the linalg ops of each `func.func` into kernels and launches them.
    Cheap ops (views, casts, fills) are copied into every kernel that reads
    them; any other op joins the latest kernel that it reads from where the
    family of that kernel allows it. Host arithmetic on 0-d integers (the bounds
    of slices) is pulled out of tensors first.

    Before:

    ```mlir
    func.func @main(%a: tensor<?xf32>) -> tensor<?xf32> {
      %e = tensor.empty(%n) : tensor<?xf32>
      %x = linalg.generic {...} ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) { exp }
      %y = linalg.generic {...} ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) { tanh }
      return %y : tensor<?xf32>
    }
    ```

    After:

    ```mlir
    kernel.func @main_kernel_0(%a: tensor<?xf32>, %out: tensor<?xf32>)
        -> tensor<?xf32> attributes {family = #kernel.family<map>} { exp; tanh }
    func.func @main(%a: tensor<?xf32>) -> tensor<?xf32> {
      %e = tensor.empty(%n) : tensor<?xf32>
      %y = kernel.launch @main_kernel_0 ins(%a : tensor<?xf32>)
          outs(%e : tensor<?xf32>) -> tensor<?xf32>
      return %y : tensor<?xf32>
    }
    ```

    Requires host functions of one block on tensors, as
    `convert-theano-to-linalg` leaves them. Guarantees that no linalg op is left
    in a host function, that each kernel is a verified `kernel.func`, and that
    every `kernel.check` carries the number of its location. Refuses linalg ops
    inside control flow of the host function with an error.
  }];
  let options = [
    Option<"keepContractions", "keep-contractions", "bool", /*default=*/"false",
           "Leave contractions that a library can do in the host function">
  ];
  let statistics = [
    Statistic<"numKernels", "kernels", "Number of kernels formed">,
    Statistic<"numFused", "fused", "Number of ops that joined a kernel">,
    Statistic<"numCopied", "copied", "Number of cheap ops copied into readers">
  ];
  let dependentDialects = ["::theano::kernel::KernelDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def UpdateInPlace : Pass<"kernel-update-in-place", "::mlir::ModuleOp"> {
  let summary = "Write updates of shared state into the state itself";
  let description = [{
    A result with `theano.update` replaces the shared argument of that name after
    the call. Where the kernel that computes it reads the old value at no other
    index than the one it writes, and nothing reads the old value later, the
    launch gets the argument as its destination; it is moved behind other
    readers where nothing waits for its results.

    Before:

    ```mlir
    func.func @step(%w: tensor<?xf32> {theano.shared = "w"}, %g: tensor<?xf32>)
        -> (tensor<?xf32> {theano.update = "w"}) {
      %e = tensor.empty(%n) : tensor<?xf32>
      %r = kernel.launch @minus ins(%w, %g : tensor<?xf32>, tensor<?xf32>)
          outs(%e : tensor<?xf32>) -> tensor<?xf32>
      return %r : tensor<?xf32>
    }
    ```

    After, with `kernel.in_place` on the first argument of `@minus`:

    ```mlir
    %r = kernel.launch @minus ins(%w, %g : tensor<?xf32>, tensor<?xf32>)
        outs(%w : tensor<?xf32>) -> tensor<?xf32>
    ```

    Requires kernels in the form that `kernel-form-kernels` leaves, and that the
    state may change in a call that fails. Guarantees that no launch reads a state
    after it was overwritten. Leaves an update as it is where its kernel can fail,
    where the old value is itself a result or a size, and where the types differ.
  }];
  let statistics = [
    Statistic<"numUpdated", "updated", "Number of updates made in place">
  ];
  let dependentDialects = ["::theano::kernel::KernelDialect"];
}

#endif // THEANO_CODEGEN_KERNELS_PASSES_TD
