//===- Passes.td - from the theano dialect to linalg ----------------------===//

#ifndef THEANO_CONVERSION_THEANOTOLINALG_PASSES_TD
#define THEANO_CONVERSION_THEANOTOLINALG_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertTheanoToLinalg : Pass<"convert-theano-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Convert the theano dialect to linalg on tensors";
  let description = [{
    Rewrites every function on the theano dialect into one of linalg on signless
    tensors. Bool is `i8` holding 0 or 1 in memory and `i1` only as a scalar;
    unsigned integers are signless with unsigned operations. The signature keeps
    its attributes and says in `theano.dtype` what each tensor was.

    Before:

    ```mlir
    func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
      %c = theano.add %a, %b : tensor<?xf32>
      return %c : tensor<?xf32>
    }
    ```

    After:

    ```mlir
    #map = affine_map<(d0) -> (d0)>
    func.func @main(%arg0: tensor<?xf32> {theano.dtype = "float32"}, %arg1: tensor<?xf32> {theano.dtype = "float32"}) -> (tensor<?xf32> {theano.dtype = "float32"}) {
      %c0 = arith.constant 0 : index
      %dim = tensor.dim %arg0, %c0 : tensor<?xf32>
      %c0_0 = arith.constant 0 : index
      %dim_1 = tensor.dim %arg1, %c0_0 : tensor<?xf32>
      %0 = arith.cmpi eq, %dim, %dim_1 : index
      %c0_2 = arith.constant 0 : index
      kernel.check %0,  shape_mismatch(%c0_2, %dim, %dim_1 : index, index, index)
      %1 = tensor.empty(%dim) : tensor<?xf32>
      %2 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel"]} ins(%arg0, %arg1 : tensor<?xf32>, tensor<?xf32>) outs(%1 : tensor<?xf32>) {
      ^bb0(%in: f32, %in_3: f32, %out: f32):
        %3 = arith.addf %in, %in_3 : f32
        linalg.yield %3 : f32
      } -> tensor<?xf32>
      return %2 : tensor<?xf32>
    }
    ```

    Requires functions of one block whose arguments and results are tensors of
    the dialect's element types. Guarantees that no op of the theano dialect is
    left, that all computation is `linalg.generic` and `linalg.fill`, and that
    everything that may fail at run time has its `kernel.check` before it (in a
    body where it depends on elements). Ops of other dialects are kept where
    their types need no conversion; those of linalg must write into a fresh
    `tensor.empty`, or reduce from a `linalg.fill` of one with the value that
    changes nothing, since kernels own what they write. Refuses what it does not
    know with an error that names the op, and sizes that must be equal and are
    known to differ.

    Counts (`--pass-statistics`) ops of the theano dialect converted.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::theano::kernel::KernelDialect"];
}

#endif // THEANO_CONVERSION_THEANOTOLINALG_PASSES_TD
