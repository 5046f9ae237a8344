//===- Passes.td - kernels as GPU code ------------------------------------===//

#ifndef THEANO_CODEGEN_GPU_PASSES_TD
#define THEANO_CODEGEN_GPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def EmitGpuKernels : Pass<"emit-gpu-kernels", "::mlir::ModuleOp"> {
  let summary = "Writes each kernel as a gpu.func";
  let description = [{
    Replaces every `kernel.func` by a `gpu.module` of its name with one kernel,
    written by the emitter of its family from its schedule. Launches stay as they
    are and now name the gpu.module.

    Before:

    ```mlir
    #id = affine_map<(d0) -> (d0)>
    kernel.func @neg(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
        attributes {family = #kernel.family<map>,
                    schedule = #kernel.schedule<block = [256], tile = [1024],
                                                vector = 4, unroll = 1>} {
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
    gpu.module @neg attributes {kernel.family = #kernel.family<map>, kernel.index_bits = 32 : i32} {
      gpu.func @neg(%arg0: memref<1xf32, 1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}, %arg1: memref<1xf32, 1> {llvm.align = 16 : i64, llvm.noalias}, %arg2: index) kernel attributes {known_block_size = array<i32: 256, 1, 1>, nvvm.minctasm = 2 : i32} {
        %thread_id_x = gpu.thread_id  x
        %block_id_x = gpu.block_id  x
        %c1 = arith.constant 1 : index
        %reinterpret_cast = memref.reinterpret_cast %arg0 to offset: [0], sizes: [%c1], strides: [1] : memref<1xf32, 1> to memref<?xf32, 1>
        %c1_0 = arith.constant 1 : index
        %reinterpret_cast_1 = memref.reinterpret_cast %arg1 to offset: [0], sizes: [%c1_0], strides: [1] : memref<1xf32, 1> to memref<?xf32, 1>
        %c1_2 = arith.constant 1 : index
        %c1024 = arith.constant 1024 : index
        %0 = arith.muli %block_id_x, %c1024 : index
        %c1023 = arith.constant 1023 : index
        %1 = arith.addi %0, %c1023 : index
        %2 = arith.cmpi ult, %1, %arg2 : index
        scf.if %2 {
          %c4 = arith.constant 4 : index
          %3 = arith.muli %thread_id_x, %c4 : index
          %c0 = arith.constant 0 : index
          %4 = arith.addi %0, %3 : index
          %5 = vector.load %reinterpret_cast[%4] {alignment = 16 : i64} : memref<?xf32, 1>, vector<4xf32>
          %6 = arith.negf %5 : vector<4xf32>
          vector.store %6, %reinterpret_cast_1[%4] {alignment = 16 : i64} : memref<?xf32, 1>, vector<4xf32>
        } else {
          %c0 = arith.constant 0 : index
          %c4 = arith.constant 4 : index
          %c1_3 = arith.constant 1 : index
          scf.for %arg3 = %c0 to %c4 step %c1_3 {
            %3 = arith.addi %0, %thread_id_x : index
            %c256 = arith.constant 256 : index
            %4 = arith.muli %arg3, %c256 : index
            %5 = arith.addi %3, %4 : index
            %6 = arith.cmpi ult, %5, %arg2 : index
            scf.if %6 {
              %7 = memref.load %reinterpret_cast[%5] : memref<?xf32, 1>
              %8 = arith.negf %7 : f32
              memref.store %8, %reinterpret_cast_1[%5] : memref<?xf32, 1>
            }
          }
        }
        gpu.return
      }
    }
    ```

    The arguments are those of the kernel in order (a tensor is one pointer),
    then the sizes that the analysis DimClasses lists, then the status word of a
    kernel with checks.

    Requires a schedule with a block on each kernel, and at most 2^30 elements in
    each buffer of a launch and in each reduction where indices have 32 bits,
    which is for the host to check. A kernel that is known to have more gets
    64-bit indices whatever `index-bits` says. An argument with the
    attribute `kernel.in_place` may share its memory with a destination.

    With 32 bits an int64 that becomes an index is cut to the range of int32, so
    that what was out of bounds stays so.

    Guarantees: each vector access is aligned; nothing is read or written outside
    the buffers; the same bits whatever the order of the blocks and warps.

    Refuses a kernel without a schedule, and a body that its family's emitter does
    not know, naming the op.

    Counts (`--pass-statistics`) kernels emitted.
  }];
  let options = [
    Option<"indexBits", "index-bits", "int64_t", /*default=*/"32",
           "width of indices of kernels that 32 bits may be enough for: 32, or 64 "
           "for buffers above 2^30 elements">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::ub::UBDialect", "::mlir::vector::VectorDialect"];
}

#endif // THEANO_CODEGEN_GPU_PASSES_TD
