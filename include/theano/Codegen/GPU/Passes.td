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

    ```mlir
    // before
    kernel.func @double(%x: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
        attributes {family = #kernel.family<map>,
          schedule = #kernel.schedule<block = [256], tile = [1024],
                                      vector = 4, unroll = 1>} {...}
    // after
    gpu.module @double attributes {kernel.family = #kernel.family<map>,
                                   kernel.index_bits = 32 : i32} {
      gpu.func @double(%x: memref<1xf32, 1> {llvm.noalias, llvm.readonly, ...},
                       %out: memref<1xf32, 1> {llvm.noalias, ...},
                       %n: index) kernel
          attributes {known_block_size = array<i32: 256, 1, 1>} {
        %full = arith.cmpi ule, %end, %n : index
        scf.if %full { vector.load, ..., vector.store } else { one by one }
    ```

    The arguments are those of the kernel in order (a tensor is one pointer),
    then the sizes that the analysis DimClasses lists, then the status word of a
    kernel with checks.

    Requires a schedule with a block on each kernel, and at most 2^30 elements in
    each buffer of a launch where `index-bits` is 32. An argument with the
    attribute `kernel.in_place` may share its memory with a destination.

    With 32 bits an int64 that becomes an index is cut to the range of int32, so
    that what was out of bounds stays so.

    Guarantees: each vector access is aligned; nothing is read or written outside
    the buffers; the same bits whatever the order of the blocks and warps.

    Refuses a kernel without a schedule, and a body that its family's emitter does
    not know, naming the op.
  }];
  let options = [
    Option<"indexBits", "index-bits", "int64_t", /*default=*/"32",
           "width of indices: 32, or 64 for buffers above 2^30 elements">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"];
  let statistics = [
    Statistic<"numEmitted", "emitted", "Number of kernels emitted">
  ];
}

#endif // THEANO_CODEGEN_GPU_PASSES_TD
