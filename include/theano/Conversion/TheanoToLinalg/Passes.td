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
    func.func @main(%a: tensor<?xf32> {theano.dtype = "float32"},
                    %b: tensor<?xf32> {theano.dtype = "float32"})
        -> (tensor<?xf32> {theano.dtype = "float32"}) {
      %m = tensor.dim %a, %c0 : tensor<?xf32>
      %n = tensor.dim %b, %c0 : tensor<?xf32>
      %ok = arith.cmpi eq, %m, %n : index
      kernel.check %ok, shape_mismatch(%c0, %m, %n : index, index, index)
      %e = tensor.empty(%m) : tensor<?xf32>
      %c = linalg.generic {...} ins(%a, %b : ...) outs(%e : ...) { arith.addf }
      return %c : tensor<?xf32>
    }
    ```

    Requires functions of one block whose arguments and results are tensors of
    the dialect's element types. Guarantees that no op of the theano dialect is
    left, that all computation is `linalg.generic` and `linalg.fill`, and that
    everything that may fail at run time has its `kernel.check` before it (in a
    body where it depends on elements). Ops of other dialects are kept where
    their types need no conversion. Refuses what it does not know with an error
    that names the op.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::theano::kernel::KernelDialect"];
}

#endif // THEANO_CONVERSION_THEANOTOLINALG_PASSES_TD
