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
    #id = affine_map<(d0) -> (d0)>
    kernel.func @neg(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
        attributes {family = #kernel.family<map>} {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
      ^bb0(%v: f32, %o: f32):
        %n = arith.negf %v : f32
        linalg.yield %n : f32
      } -> tensor<?xf32>
      kernel.return %r : tensor<?xf32>
    }
    func.func @main(%a: tensor<?xf32>, %e: tensor<?xf32>) -> tensor<?xf32> {
      %r = kernel.launch @neg ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>)
          -> tensor<?xf32>
      return %r : tensor<?xf32>
    }
    ```

    After:

    ```mlir
    #map = affine_map<(d0) -> (d0)>
    kernel.func @neg(%arg0: tensor<?xf32>, %arg1: tensor<?xf32>) -> tensor<?xf32> attributes {family = #kernel.family<map>, schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 1>} {
      %0 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]} ins(%arg0 : tensor<?xf32>) outs(%arg1 : tensor<?xf32>) {
      ^bb0(%in: f32, %out: f32):
        %1 = arith.negf %in : f32
        linalg.yield %1 : f32
      } -> tensor<?xf32>
      kernel.return %0 : tensor<?xf32>
    }
    func.func @main(%arg0: tensor<?xf32>, %arg1: tensor<?xf32>) -> tensor<?xf32> {
      %c1 = arith.constant 1 : index
      %c1_0 = arith.constant 1 : index
      %c0 = arith.constant 0 : index
      %dim = tensor.dim %arg0, %c0 : tensor<?xf32>
      %0 = arith.muli %c1_0, %dim : index
      %1 = arith.maxui %0, %c1 : index
      %c16384 = arith.constant 16384 : index
      %2 = arith.divui %c16384, %1 : index
      %3 = arith.maxui %2, %c1 : index
      %c16384_1 = arith.constant 16384 : index
      %4 = arith.ceildivui %c1, %3 : index
      %5 = arith.ceildivui %0, %c16384_1 : index
      %6 = arith.muli %4, %5 : index
      %7 = kernel.launch @neg grid(%6) ins(%arg0 : tensor<?xf32>) outs(%arg1 : tensor<?xf32>) -> tensor<?xf32>
      return %7 : tensor<?xf32>
    }
    ```

    Requires kernels in the form that `kernel-form-kernels` leaves. Guarantees a
    schedule on every kernel and a grid of one dimension on every launch. Refuses
    a `vector-bytes` that no register has: one that is not a power of two, or
    above 256.

    Counts (`--pass-statistics`) kernels given a schedule.
  }];
  let options = [
    Option<"vectorBytes", "vector-bytes", "int64_t", /*default=*/"32",
           "Bytes of a vector register of the target, a power of two up to 256">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def ChooseGpuSchedules : Pass<"kernel-choose-gpu-schedules", "::mlir::ModuleOp"> {
  let summary = "Choose blocks, tiles and vector widths of kernels for a GPU";
  let description = [{
    Gives every `kernel.func` without a schedule the one that suits its family,
    its types and what is known of its sizes, and every launch without a grid its
    number of blocks. A `map` that reads an argument across its rows, as `x` in
    `y + x.T`, becomes a `transpose`, which does so through shared memory; a
    `contract` of f16 or bf16 matrices becomes a `tensor_contract` where `arch`
    has matrix units for them, and with `tf32` one of f32 matrices, too. One of a
    matrix and a vector, which has nothing to reuse, becomes a reduction.

    Before:

    ```mlir
    #id = affine_map<(d0, d1) -> (d0, d1)>
    #row = affine_map<(d0, d1) -> (d0)>
    kernel.func @sum(%x: tensor<?x512xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
        attributes {family = #kernel.family<row_reduce>} {
      %zero = arith.constant 0.0 : f32
      %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
      %r = linalg.generic {indexing_maps = [#id, #row],
                           iterator_types = ["parallel", "reduction"]}
          ins(%x : tensor<?x512xf32>) outs(%f : tensor<?xf32>) {
      ^bb0(%v: f32, %s: f32):
        %n = arith.addf %s, %v : f32
        linalg.yield %n : f32
      } -> tensor<?xf32>
      kernel.return %r : tensor<?xf32>
    }
    func.func @main(%x: tensor<?x512xf32>, %e: tensor<?xf32>) -> tensor<?xf32> {
      %r = kernel.launch @sum ins(%x : tensor<?x512xf32>) outs(%e : tensor<?xf32>)
          -> tensor<?xf32>
      return %r : tensor<?xf32>
    }
    ```

    After, a warp a row with four vectors a thread:

    ```mlir
    #map = affine_map<(d0, d1) -> (d0, d1)>
    #map1 = affine_map<(d0, d1) -> (d0)>
    kernel.func @sum(%arg0: tensor<?x512xf32>, %arg1: tensor<?xf32>) -> tensor<?xf32> attributes {family = #kernel.family<row_reduce>, schedule = #kernel.schedule<block = [32, 8], tile = [8], vector = 4, unroll = 4>} {
      %cst = arith.constant 0.000000e+00 : f32
      %0 = linalg.fill ins(%cst : f32) outs(%arg1 : tensor<?xf32>) -> tensor<?xf32>
      %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<?x512xf32>) outs(%0 : tensor<?xf32>) {
      ^bb0(%in: f32, %out: f32):
        %2 = arith.addf %out, %in : f32
        linalg.yield %2 : f32
      } -> tensor<?xf32>
      kernel.return %1 : tensor<?xf32>
    }
    func.func @main(%arg0: tensor<?x512xf32>, %arg1: tensor<?xf32>) -> tensor<?xf32> {
      %c1 = arith.constant 1 : index
      %c0 = arith.constant 0 : index
      %dim = tensor.dim %arg0, %c0 : tensor<?x512xf32>
      %c8 = arith.constant 8 : index
      %0 = arith.ceildivui %dim, %c8 : index
      %1 = kernel.launch @sum grid(%0) ins(%arg0 : tensor<?x512xf32>) outs(%arg1 : tensor<?xf32>) -> tensor<?xf32>
      return %1 : tensor<?xf32>
    }
    ```

    Requires kernels in the form that `kernel-form-kernels` leaves. Guarantees a
    schedule with a block on every kernel, and a grid of one dimension on every
    launch, which is 0 where there is nothing to compute. Refuses an `arch` that
    is not known.

    Counts (`--pass-statistics`) kernels given a schedule.
  }];
  let options = [
    Option<"arch", "arch", "std::string", /*default=*/"\"sm_80\"",
           "The GPU that schedules are chosen for, such as sm_80">,
    Option<"tf32", "tf32", "bool", /*default=*/"false",
           "Whether the factors of f32 products may be rounded to TF32, which "
           "has 10 bits of fraction, for the matrix units">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def NestReductions : Pass<"kernel-nest-reductions", "::mlir::ModuleOp"> {
  let summary = "Make reductions over dimensions that are apart of two";
  let description = [{
    A reduction over the last dimensions and over others in front of those that
    stay, as in a mean over all but the channels of a picture, becomes one over
    the last, whose rows the threads of a block take together, and one over what
    that leaves. Each of the two is of a family that kernels know; together they
    are of none.

    Before:

    ```mlir
    #all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
    #channel = affine_map<(d0, d1, d2) -> (d1)>
    func.func @main(%a: tensor<?x?x?xf32>, %n: index) -> tensor<?xf32> {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty(%n) : tensor<?xf32>
      %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
      %s = linalg.generic {indexing_maps = [#all, #channel],
                           iterator_types = ["reduction", "parallel", "reduction"]}
          ins(%a : tensor<?x?x?xf32>) outs(%f : tensor<?xf32>) {
      ^bb0(%x: f32, %o: f32):
        %r = arith.addf %x, %o : f32
        linalg.yield %r : f32
      } -> tensor<?xf32>
      return %s : tensor<?xf32>
    }
    ```

    After:

    ```mlir
    #map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
    #map1 = affine_map<(d0, d1, d2) -> (d0, d1)>
    #map2 = affine_map<(d0, d1) -> (d0, d1)>
    #map3 = affine_map<(d0, d1) -> (d1)>
    func.func @main(%arg0: tensor<?x?x?xf32>, %arg1: index) -> tensor<?xf32> {
      %cst = arith.constant 0.000000e+00 : f32
      %0 = tensor.empty(%arg1) : tensor<?xf32>
      %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<?xf32>) -> tensor<?xf32>
      %c0 = arith.constant 0 : index
      %dim = tensor.dim %arg0, %c0 : tensor<?x?x?xf32>
      %c1 = arith.constant 1 : index
      %dim_0 = tensor.dim %arg0, %c1 : tensor<?x?x?xf32>
      %2 = tensor.empty(%dim, %dim_0) : tensor<?x?xf32>
      %3 = linalg.fill ins(%cst : f32) outs(%2 : tensor<?x?xf32>) -> tensor<?x?xf32>
      %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<?x?x?xf32>) outs(%3 : tensor<?x?xf32>) {
      ^bb0(%in: f32, %out: f32):
        %6 = arith.addf %in, %out : f32
        linalg.yield %6 : f32
      } -> tensor<?x?xf32>
      %5 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["reduction", "parallel"]} ins(%4 : tensor<?x?xf32>) outs(%1 : tensor<?xf32>) {
      ^bb0(%in: f32, %out: f32):
        %6 = arith.addf %in, %out : f32
        linalg.yield %6 : f32
      } -> tensor<?xf32>
      return %5 : tensor<?xf32>
    }
    ```

    Last dimensions that are known to be short are left as they are, and so are
    an argmax and a product of matrices. Sums of floats are added in another order.

    Counts (`--pass-statistics`) reductions made of two.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
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
    #id = affine_map<(d0) -> (d0)>
    func.func @main(%a: tensor<?xf32>) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %a, %c0 : tensor<?xf32>
      %e = tensor.empty(%n) : tensor<?xf32>
      %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) {
      ^bb0(%v: f32, %o: f32):
        %r = math.exp %v : f32
        linalg.yield %r : f32
      } -> tensor<?xf32>
      %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) {
      ^bb0(%v: f32, %o: f32):
        %r = math.tanh %v : f32
        linalg.yield %r : f32
      } -> tensor<?xf32>
      return %y : tensor<?xf32>
    }
    ```

    After:

    ```mlir
    #map = affine_map<(d0) -> (d0)>
    kernel.func @main_kernel_0(%arg0: tensor<?xf32>, %arg1: tensor<?xf32>) -> tensor<?xf32> attributes {family = #kernel.family<map>} {
      %c0 = arith.constant 0 : index
      %dim = tensor.dim %arg0, %c0 : tensor<?xf32>
      %0 = tensor.empty(%dim) : tensor<?xf32>
      %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]} ins(%arg0 : tensor<?xf32>) outs(%0 : tensor<?xf32>) {
      ^bb0(%in: f32, %out: f32):
        %3 = math.exp %in : f32
        linalg.yield %3 : f32
      } -> tensor<?xf32>
      %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]} ins(%1 : tensor<?xf32>) outs(%0 : tensor<?xf32>) {
      ^bb0(%in: f32, %out: f32):
        %3 = math.tanh %in : f32
        linalg.yield %3 : f32
      } -> tensor<?xf32>
      kernel.return %2 : tensor<?xf32>
    }
    func.func @main(%arg0: tensor<?xf32>) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %dim = tensor.dim %arg0, %c0 : tensor<?xf32>
      %0 = tensor.empty(%dim) : tensor<?xf32>
      %1 = kernel.launch @main_kernel_0 ins(%arg0 : tensor<?xf32>) outs(%0 : tensor<?xf32>) -> tensor<?xf32>
      return %1 : tensor<?xf32>
    }
    ```

    Requires host functions of one block on tensors, as
    `convert-theano-to-linalg` leaves them. Guarantees that no linalg op is left
    in a host function, that each kernel is a verified `kernel.func`, and that
    every `kernel.check` carries the number of its location. Refuses linalg ops
    inside control flow of the host function with an error.

    Counts (`--pass-statistics`) kernels, ops that joined one, and cheap ops copied
    into readers.
  }];
  let options = [
    Option<"keepContractions", "keep-contractions", "bool", /*default=*/"false",
           "Leave contractions that a library can do in the host function">
  ];
  let dependentDialects = ["::theano::kernel::KernelDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def MergeIdenticalKernels
    : Pass<"kernel-merge-identical-kernels", "::mlir::ModuleOp"> {
  let summary = "Keep one of kernels that are equal, and launch that";
  let description = [{
    Kernels that differ only in their names and source lines, such as those of
    equal layers, become one, which is then compiled once. It is the first of
    them, and it, like each of its ops, keeps the locations of all; a launch keeps
    its own.

    Before:

    ```mlir
    #id = affine_map<(d0) -> (d0)>
    kernel.func @first(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
        attributes {family = #kernel.family<map>} {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
      ^bb0(%v: f32, %o: f32):
        %n = math.absf %v : f32
        linalg.yield %n : f32
      } -> tensor<?xf32>
      kernel.return %r : tensor<?xf32>
    }
    kernel.func @second(%b: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
        attributes {family = #kernel.family<map>} {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%b : tensor<?xf32>) outs(%out : tensor<?xf32>) {
      ^bb0(%v: f32, %o: f32):
        %n = math.absf %v : f32
        linalg.yield %n : f32
      } -> tensor<?xf32>
      kernel.return %r : tensor<?xf32>
    }
    func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>, %e: tensor<?xf32>)
        -> (tensor<?xf32>, tensor<?xf32>) {
      %x = kernel.launch @first ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>)
          -> tensor<?xf32>
      %y = kernel.launch @second ins(%b : tensor<?xf32>) outs(%e : tensor<?xf32>)
          -> tensor<?xf32>
      return %x, %y : tensor<?xf32>, tensor<?xf32>
    }
    ```

    After:

    ```mlir
    #map = affine_map<(d0) -> (d0)>
    kernel.func @first(%arg0: tensor<?xf32>, %arg1: tensor<?xf32>) -> tensor<?xf32> attributes {family = #kernel.family<map>} {
      %0 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel"]} ins(%arg0 : tensor<?xf32>) outs(%arg1 : tensor<?xf32>) {
      ^bb0(%in: f32, %out: f32):
        %1 = math.absf %in : f32
        linalg.yield %1 : f32
      } -> tensor<?xf32>
      kernel.return %0 : tensor<?xf32>
    }
    func.func @main(%arg0: tensor<?xf32>, %arg1: tensor<?xf32>, %arg2: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
      %0 = kernel.launch @first ins(%arg0 : tensor<?xf32>) outs(%arg2 : tensor<?xf32>) -> tensor<?xf32>
      %1 = kernel.launch @first ins(%arg1 : tensor<?xf32>) outs(%arg2 : tensor<?xf32>) -> tensor<?xf32>
      return %0, %1 : tensor<?xf32>, tensor<?xf32>
    }
    ```

    Requires kernels in the form that `kernel-form-kernels` leaves; best with their
    schedules, since kernels of different schedules stay apart. So do those whose
    checks fail with different locations, and those whose ops come in another
    order. Guarantees that no launch of a kernel that is gone is left.

    Counts (`--pass-statistics`) kernels merged into another.
  }];
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
    #id = affine_map<(d0) -> (d0)>
    kernel.func @minus(%w: tensor<?xf32>, %g: tensor<?xf32>, %out: tensor<?xf32>)
        -> tensor<?xf32> attributes {family = #kernel.family<map>} {
      %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
          ins(%w, %g : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
      ^bb0(%x: f32, %y: f32, %o: f32):
        %d = arith.subf %x, %y : f32
        linalg.yield %d : f32
      } -> tensor<?xf32>
      kernel.return %r : tensor<?xf32>
    }
    func.func @step(%w: tensor<?xf32> {theano.shared = "w"}, %g: tensor<?xf32>)
        -> (tensor<?xf32> {theano.update = "w"}) {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %w, %c0 : tensor<?xf32>
      %e = tensor.empty(%n) : tensor<?xf32>
      %r = kernel.launch @minus ins(%w, %g : tensor<?xf32>, tensor<?xf32>)
          outs(%e : tensor<?xf32>) -> tensor<?xf32>
      return %r : tensor<?xf32>
    }
    ```

    After:

    ```mlir
    #map = affine_map<(d0) -> (d0)>
    kernel.func @minus(%arg0: tensor<?xf32> {kernel.in_place}, %arg1: tensor<?xf32>, %arg2: tensor<?xf32>) -> tensor<?xf32> attributes {family = #kernel.family<map>} {
      %0 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]} ins(%arg0, %arg1 : tensor<?xf32>, tensor<?xf32>) outs(%arg2 : tensor<?xf32>) {
      ^bb0(%in: f32, %in_0: f32, %out: f32):
        %1 = arith.subf %in, %in_0 : f32
        linalg.yield %1 : f32
      } -> tensor<?xf32>
      kernel.return %0 : tensor<?xf32>
    }
    func.func @step(%arg0: tensor<?xf32> {theano.shared = "w"}, %arg1: tensor<?xf32>) -> (tensor<?xf32> {theano.update = "w"}) {
      %c0 = arith.constant 0 : index
      %dim = tensor.dim %arg0, %c0 : tensor<?xf32>
      %0 = tensor.empty(%dim) : tensor<?xf32>
      %1 = kernel.launch @minus ins(%arg0, %arg1 : tensor<?xf32>, tensor<?xf32>) outs(%arg0 : tensor<?xf32>) -> tensor<?xf32>
      return %1 : tensor<?xf32>
    }
    ```

    Requires kernels in the form that `kernel-form-kernels` leaves, and that the
    state may change in a call that fails. Guarantees that no launch reads a state
    after it was overwritten. Leaves an update as it is where its kernel can fail,
    where the old value is itself a result or a size, where the types differ, and
    where the new value is not known to have the sizes of the old one.

    Counts (`--pass-statistics`) updates made in place.
  }];
  let dependentDialects = ["::theano::kernel::KernelDialect"];
}

def SplitReductions : Pass<"kernel-split-reductions", "::mlir::ModuleOp"> {
  let summary = "Reduce much in two steps, by many blocks and then by few";
  let description = [{
    Splits each kernel that reduces all of its elements: the first kernel leaves
    one part of the result for each block, the second, with what the kernel
    computed from the result, joins the parts in one block. Likewise splits each
    `plain_reduce` that combines rows column by column (`x.sum(axis=0)`) where
    its columns alone are few blocks: the first kernel, a `column_reduce`,
    leaves parts of each result. So are products of matrices whose result is
    known to be small, under 64 pieces of 64 x 64: the first kernel, a
    `contract`, leaves parts of each sum. A product of a matrix and a vector,
    which has nothing to reuse, becomes the reduction that it is, and may be
    split then. The number of parts follows from the sizes
    alone, so the same input gives the same bits on every GPU, and on a CPU with
    any number of threads.

    Before:

    ```mlir
    kernel.func @sum(%x: tensor<?xf32>, %out: tensor<f32>) -> tensor<f32>
        attributes {family = #kernel.family<full_reduce>} {
      %zero = arith.constant 0.0 : f32
      %f = linalg.fill ins(%zero : f32) outs(%out : tensor<f32>) -> tensor<f32>
      %sum = linalg.generic
          {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>],
           iterator_types = ["reduction"]}
          ins(%x : tensor<?xf32>) outs(%f : tensor<f32>) {
      ^bb0(%a: f32, %s: f32):
        %r = arith.addf %a, %s : f32
        linalg.yield %r : f32
      } -> tensor<f32>
      kernel.return %sum : tensor<f32>
    }
    func.func @main(%x: tensor<?xf32>) -> tensor<f32> {
      %e = tensor.empty() : tensor<f32>
      %r = kernel.launch @sum ins(%x : tensor<?xf32>) outs(%e : tensor<f32>)
          -> tensor<f32>
      return %r : tensor<f32>
    }
    ```

    After:

    ```mlir
    #map = affine_map<(d0) -> (d0)>
    #map1 = affine_map<(d0) -> ()>
    kernel.func @sum_parts(%arg0: tensor<?xf32>, %arg1: tensor<?xf32>) -> tensor<?xf32> attributes {family = #kernel.family<partial_reduce>} {
      %0 = tensor.empty() : tensor<f32>
      %cst = arith.constant 0.000000e+00 : f32
      %1 = linalg.fill ins(%cst : f32) outs(%0 : tensor<f32>) -> tensor<f32>
      %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["reduction"]} ins(%arg0 : tensor<?xf32>) outs(%1 : tensor<f32>) {
      ^bb0(%in: f32, %out: f32):
        %4 = arith.addf %in, %out : f32
        linalg.yield %4 : f32
      } -> tensor<f32>
      %3 = kernel.partials %2 into %arg1 : tensor<f32>, tensor<?xf32>
      kernel.return %3 : tensor<?xf32>
    }
    kernel.func @sum(%arg0: tensor<?xf32>, %arg1: tensor<f32>) -> tensor<f32> attributes {family = #kernel.family<full_reduce>} {
      %cst = arith.constant 0.000000e+00 : f32
      %0 = linalg.fill ins(%cst : f32) outs(%arg1 : tensor<f32>) -> tensor<f32>
      %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["reduction"]} ins(%arg0 : tensor<?xf32>) outs(%0 : tensor<f32>) {
      ^bb0(%in: f32, %out: f32):
        %2 = arith.addf %out, %in : f32
        linalg.yield %2 : f32
      } -> tensor<f32>
      kernel.return %1 : tensor<f32>
    }
    func.func @main(%arg0: tensor<?xf32>) -> tensor<f32> {
      %0 = tensor.empty() : tensor<f32>
      %c1 = arith.constant 1 : index
      %c0 = arith.constant 0 : index
      %dim = tensor.dim %arg0, %c0 : tensor<?xf32>
      %c4096 = arith.constant 4096 : index
      %c1024 = arith.constant 1024 : index
      %1 = arith.ceildivui %dim, %c4096 : index
      %2 = arith.minui %1, %c1024 : index
      %c1_0 = arith.constant 1 : index
      %3 = arith.maxui %2, %c1_0 : index
      %4 = tensor.empty(%3) : tensor<?xf32>
      %5 = kernel.launch @sum_parts grid(%3) ins(%arg0 : tensor<?xf32>) outs(%4 : tensor<?xf32>) -> tensor<?xf32>
      %6 = kernel.launch @sum ins(%5 : tensor<?xf32>) outs(%0 : tensor<f32>) -> tensor<f32>
      return %6 : tensor<f32>
    }
    ```

    Requires kernels in the form that `kernel-form-kernels` leaves. A kernel of
    at most four blocks, as far as sizes are known, stays one; so do columns of
    at most four times `rows-per-block` rows, or more than 65,536 columns, and
    those of further dimensions whose sizes are not known; and products of at
    most four times `steps-per-block` steps. What is not known
    decides at each launch how many parts there are; it may be one. Where the
    accumulators of a kernel do not join (`Combination.h`) it stays what it was.
    An argmax of everything, a `plain_reduce` before, becomes a `full_reduce` in
    either case. Refuses an `elements-per-block` below 1 or above 2^30, and a
    `rows-per-block` or `steps-per-block` below 0 or above 2^30.

    Counts (`--pass-statistics`) kernels split in two.
  }];
  let options = [
    Option<"elementsPerBlock", "elements-per-block", "int64_t",
           /*default=*/"4096",
           "Elements that are worth a block of the first step; the default is "
           "for GPUs, where it gives each thread several loads in flight">,
    Option<"rowsPerBlock", "rows-per-block", "int64_t", /*default=*/"256",
           "Rows of a column that are worth a block of the first step, for GPUs; "
           "0 leaves columns alone">,
    Option<"stepsPerBlock", "steps-per-block", "int64_t", /*default=*/"256",
           "Steps of the summed dimension of a product that are worth a block "
           "of the first step, for GPUs; 0 leaves products alone">
  ];
  let dependentDialects = ["::theano::kernel::KernelDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // THEANO_CODEGEN_KERNELS_PASSES_TD
