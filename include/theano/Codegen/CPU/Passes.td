//===- Passes.td - kernels as native code ---------------------------------===//

#ifndef THEANO_CODEGEN_CPU_PASSES_TD
#define THEANO_CODEGEN_CPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def EmitCpuKernels : Pass<"emit-cpu-kernels", "::mlir::ModuleOp"> {
  let summary = "Write the loops of each kernel for a CPU";
  let description = [{
    Turns each `kernel.func` into a `func.func` that computes the blocks
    `[first, end)` of the kernel's grid. Its arguments are one pointer (a
    `memref<1xT>` in the bare-pointer convention) for each tensor and the
    kernel's scalars, in order; the sizes; the status word if the kernel has
    checks; and the two block numbers. Host functions are erased: the Program has them.

    Before:

    ```mlir
    kernel.func @neg(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
        attributes {family = #kernel.family<map>, schedule = #kernel.schedule<
          tile = [16384], vector = 8, unroll = 1>} { negf }
    ```

    After:

    ```mlir
    func.func @neg(%a: memref<1xf32>, %out: memref<1xf32>, %n: index,
                   %first: index, %end: index) {
      scf.for %block = %first to %end step %c1 {
        scf.for %i = %lo to %split step %c8 { vector.load, arith.negf, vector.store }
        scf.for %i = %split to %hi step %c1 { memref.load, arith.negf, memref.store }
      }
      return
    }
    ```

    Requires a schedule on every kernel. Guarantees functions of scf, arith,
    math, kernel, vector, memref and llvm ops alone. Refuses kernels whose sizes
    no argument holds, and bodies with other ops, with an error.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def WrapCpuKernels : Pass<"wrap-cpu-kernels", "::mlir::ModuleOp"> {
  let summary = "Give each kernel the one signature that the runtime calls";
  let description = [{
    Wraps every function of the module in one of type
    `void(const uint64_t *args, int64_t firstBlock, int64_t endBlock)` that takes
    its arguments from the array, and inlines it.

    Before:

    ```mlir
    llvm.func @neg(%a: !llvm.ptr, %out: !llvm.ptr, %n: i64,
                   %first: i64, %end: i64) { ... }
    ```

    After:

    ```mlir
    llvm.func internal @neg.body(...) { ... }
    llvm.func @neg(%args: !llvm.ptr, %first: i64, %end: i64) {
      ... llvm.load ...
      llvm.call @neg.body(%a, %out, %n, %first, %end)
      llvm.return
    }
    ```

    Requires a module of the LLVM dialect from `emit-cpu-kernels`.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // THEANO_CODEGEN_CPU_PASSES_TD
