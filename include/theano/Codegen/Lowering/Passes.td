//===- Passes.td - lowering of emitted kernels ----------------------------===//

#ifndef THEANO_CODEGEN_LOWERING_PASSES_TD
#define THEANO_CODEGEN_LOWERING_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertKernelGpuToNvvm
    : Pass<"convert-kernel-gpu-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Turns an emitted GPU kernel into the LLVM and NVVM dialects";
  let description = [{
    Converts gpu, cf, arith, math, memref, vector and ub in one go, so that one
    width of `index` holds everywhere and no cast is left over.

    ```mlir
    // before
    gpu.module @k attributes {kernel.index_bits = 32 : i32} {
      gpu.func @k(%p: memref<1xf32, 1> {llvm.noalias}, %n: index) kernel
          attributes {known_block_size = array<i32: 256, 1, 1>} {
        %t = gpu.thread_id x
        %v = math.sqrt %x : f32
        ...
    // after
    gpu.module @k {
      llvm.func @k(%p: !llvm.ptr<1> {llvm.noalias}, %n: i32)
          attributes {gpu.kernel, nvvm.kernel,
                      nvvm.reqntid = array<i32: 256, 1, 1>} {
        %t = nvvm.read.ptx.sreg.tid.x : i32
        %v = llvm.intr.sqrt(%x) : (f32) -> f32
    ```

    Requires: structured control flow is already in cf; memory operands are
    memrefs of static shape or reinterpreted inside the kernel, so that each
    argument is one bare pointer; `math` holds only what PTX has instructions
    for. `kernel.index_bits` on the module is the width of `index` (32 or 64;
    64 when absent).

    Guarantees: no call of a device library, whatever the environment; the
    attributes of the arguments survive.

    Refuses: an op of the math dialect without a PTX instruction, naming it, and
    any op that it does not know.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ExpandMath : Pass<"expand-math"> {
  let summary = "Replaces math functions by arithmetic";
  let description = [{
    Replaces the functions of the `math` and `kernel` dialects, float remainders
    and what concerns narrow floats by arithmetic that LLVM selects for x86 and
    NVPTX without calling a library. One definition serves CPU vectors and PTX.

    ```mlir
    // before
    %r = math.rsqrt %x : vector<8xf32>
    // after
    %one = arith.constant dense<1.000000e+00> : vector<8xf32>
    %s = math.sqrt %x : vector<8xf32>
    %r = arith.divf %one, %s : vector<8xf32>
    ```

    Expanded, on f32 and f64 scalars and fixed vectors: `math.exp`, `exp2`,
    `expm1`, `log`, `log2`, `log10`, `log1p`, `powf`, `tanh`, `sin`, `cos`,
    `tan`, `erf`, `rsqrt`, `round`, `isnan`, `isinf`, `isfinite`, `isnormal`,
    `kernel.sigmoid`, `kernel.softplus`, `arith.remf`. On f16 and bf16 these, and
    the native ones below, are computed in f32, and so is the arithmetic of `arith`
    on bf16. Conversions between bf16 and f32, f64 or integers, and between f16 and
    f64 or integers, become integer code and exact steps, rounded once.

    Kept, because both back ends have an instruction: `math.fma`, `sqrt`,
    `absf`, `copysign`, `floor`, `ceil`, `trunc`, `roundeven`, and the integer ops
    `absi`, `ctlz`, `cttz`, `ctpop`.

    Requires: runs after vectorisation, before `scf` is lowered to `cf` (slow
    paths are `scf.if` and `scf.while`). Fast-math flags are ignored.

    Guarantees: the error bounds of docs/math.md over the whole range, gradual
    underflow, signed zeros, infinities and NaN as in C99 (Annex F).

    Refuses, naming op and type: every other op of the math dialect; other
    element types; tensors; scalable vectors.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
  let options = [
    Option<"expandF16", "expand-f16", "bool", /*default=*/"false",
           "Treat f16 like bf16, for targets without instructions that convert "
           "between f16 and f32 (x86-64-v2)">
  ];
  let statistics = [
    Statistic<"numExpanded", "expanded", "Number of ops expanded">
  ];
}

def KernelPickLocations : Pass<"kernel-pick-locations"> {
  let summary = "Gives each op one source line";
  let description = [{
    LLVM merges a fused location to line 0, so that a fused kernel would have no
    line at all. Each location becomes its first leaf that names a file; one
    without such a leaf stays as it is.

    ```mlir
    // before
    %0 = llvm.fadd %a, %b : f32 loc(fused["net.py":3:1, "net.py":7:1])
    // after
    %0 = llvm.fadd %a, %b : f32 loc("net.py":3:1)
    ```

    Requires nothing. Run it last: what is lost here is still wanted by reports.
  }];
}

def KernelSetTarget : Pass<"kernel-set-target", "::mlir::ModuleOp"> {
  let summary = "Says what the kernels of a module are compiled for";
  let description = [{
    Puts `kernel.target = #kernel.target<arch = ...>` on the module, in the place
    of one that may be there.

    Requires nothing. Refuses an empty `arch`.
  }];
  let options = [
    Option<"arch", "arch", "std::string", /*default=*/"\"sm_80\"",
           "the architecture, such as sm_80">
  ];
  let dependentDialects = ["::theano::kernel::KernelDialect"];
}

#endif // THEANO_CODEGEN_LOWERING_PASSES_TD
