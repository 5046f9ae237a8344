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
    #id = affine_map<(d0) -> (d0)>
    kernel.func @neg(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
        attributes {family = #kernel.family<map>,
                    schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 1>} {
      %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
          ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
      ^bb0(%v: f32, %o: f32):
        %n = arith.negf %v : f32
        linalg.yield %n : f32
      } -> tensor<?xf32>
      kernel.return %r : tensor<?xf32>
    }
    ```

    After:

    ```mlir
    func.func @neg(%arg0: memref<1xf32>, %arg1: memref<1xf32> {llvm.noalias}, %arg2: index, %arg3: index, %arg4: index) {
      %c1 = arith.constant 1 : index
      %0 = arith.muli %c1, %arg2 : index
      %reinterpret_cast = memref.reinterpret_cast %arg0 to offset: [0], sizes: [%0], strides: [1] : memref<1xf32> to memref<?xf32>
      %c1_0 = arith.constant 1 : index
      %1 = arith.muli %c1_0, %arg2 : index
      %reinterpret_cast_1 = memref.reinterpret_cast %arg1 to offset: [0], sizes: [%1], strides: [1] : memref<1xf32> to memref<?xf32>
      %c1_2 = arith.constant 1 : index
      %c1_3 = arith.constant 1 : index
      %2 = arith.muli %c1_3, %arg2 : index
      %3 = arith.maxui %2, %c1_2 : index
      %c16384 = arith.constant 16384 : index
      %4 = arith.divui %c16384, %3 : index
      %5 = arith.maxui %4, %c1_2 : index
      %c16384_4 = arith.constant 16384 : index
      %6 = arith.ceildivui %c1_2, %5 : index
      %7 = arith.ceildivui %2, %c16384_4 : index
      %c1_5 = arith.constant 1 : index
      scf.for %arg5 = %arg3 to %arg4 step %c1_5 {
        %8 = arith.divui %arg5, %7 : index
        %9 = arith.remui %arg5, %7 : index
        %10 = arith.muli %8, %5 : index
        %11 = arith.addi %10, %5 : index
        %12 = arith.minui %11, %c1_2 : index
        %13 = arith.muli %9, %c16384_4 : index
        %14 = arith.addi %13, %c16384_4 : index
        %15 = arith.minui %14, %2 : index
        %c1_6 = arith.constant 1 : index
        %c8 = arith.constant 8 : index
        %16 = arith.subi %15, %13 : index
        %17 = arith.remui %16, %c8 : index
        %18 = arith.subi %15, %17 : index
        scf.for %arg6 = %13 to %18 step %c8 {
          %19 = vector.load %reinterpret_cast[%arg6] : memref<?xf32>, vector<8xf32>
          %20 = arith.negf %19 : vector<8xf32>
          vector.store %20, %reinterpret_cast_1[%arg6] : memref<?xf32>, vector<8xf32>
        }
        scf.for %arg6 = %18 to %15 step %c1_6 {
          %19 = memref.load %reinterpret_cast[%arg6] : memref<?xf32>
          %20 = arith.negf %19 : f32
          memref.store %20, %reinterpret_cast_1[%arg6] : memref<?xf32>
        }
      }
      return
    }
    ```

    Requires a schedule on every kernel. Guarantees functions of scf, arith,
    math, kernel, vector, memref and llvm ops alone. Refuses kernels whose sizes
    no argument holds, and bodies with other ops, with an error.

    Counts (`--pass-statistics`) kernels emitted.
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
    llvm.func @neg(%a: !llvm.ptr, %out: !llvm.ptr, %n: i64, %first: i64, %end: i64) {
      llvm.return
    }
    ```

    After:

    ```mlir
    llvm.func @neg(%arg0: !llvm.ptr, %arg1: i64, %arg2: i64) {
      %0 = llvm.getelementptr %arg0[0] : (!llvm.ptr) -> !llvm.ptr, i64
      %1 = llvm.load %0 : !llvm.ptr -> !llvm.ptr
      %2 = llvm.getelementptr %arg0[1] : (!llvm.ptr) -> !llvm.ptr, i64
      %3 = llvm.load %2 : !llvm.ptr -> !llvm.ptr
      %4 = llvm.getelementptr %arg0[2] : (!llvm.ptr) -> !llvm.ptr, i64
      %5 = llvm.load %4 : !llvm.ptr -> i64
      llvm.call @neg.body(%1, %3, %5, %arg1, %arg2) : (!llvm.ptr, !llvm.ptr, i64, i64, i64) -> ()
      llvm.return
    }
    llvm.func internal @neg.body(%arg0: !llvm.ptr, %arg1: !llvm.ptr, %arg2: i64, %arg3: i64, %arg4: i64) attributes {always_inline} {
      llvm.return
    }
    ```

    Requires a module of the LLVM dialect from `emit-cpu-kernels`.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // THEANO_CODEGEN_CPU_PASSES_TD
