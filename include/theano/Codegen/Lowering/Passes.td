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

    Before:

    ```mlir
    gpu.module @k attributes {kernel.index_bits = 32 : i32} {
      gpu.func @k(%p: memref<1xf32, 1> {llvm.noalias}, %n: index) kernel
          attributes {known_block_size = array<i32: 256, 1, 1>} {
        %t = gpu.thread_id x
        %inside = arith.cmpi ult, %t, %n : index
        cf.cond_br %inside, ^write, ^end
      ^write:
        %first = arith.constant 0 : index
        %x = memref.load %p[%first] : memref<1xf32, 1>
        %v = math.sqrt %x : f32
        memref.store %v, %p[%first] : memref<1xf32, 1>
        cf.br ^end
      ^end:
        gpu.return
      }
    }
    ```

    After:

    ```mlir
    gpu.module @k {
      llvm.func @k(%arg0: !llvm.ptr<1> {llvm.noalias}, %arg1: i32) attributes {gpu.kernel, gpu.known_block_size = array<i32: 256, 1, 1>, nvvm.kernel, nvvm.maxntid = array<i32: 256, 1, 1>, nvvm.minctasm = 1 : i32} {
        %0 = llvm.mlir.poison : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %1 = llvm.insertvalue %arg0, %0[0] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %2 = llvm.insertvalue %arg0, %1[1] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %3 = llvm.mlir.constant(0 : index) : i32
        %4 = llvm.insertvalue %3, %2[2] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %5 = llvm.mlir.constant(1 : index) : i32
        %6 = llvm.insertvalue %5, %4[3, 0] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %7 = llvm.mlir.constant(1 : index) : i32
        %8 = llvm.insertvalue %7, %6[4, 0] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %9 = llvm.mlir.poison : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %10 = llvm.insertvalue %arg0, %9[0] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %11 = llvm.insertvalue %arg0, %10[1] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %12 = llvm.mlir.constant(0 : index) : i32
        %13 = llvm.insertvalue %12, %11[2] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %14 = llvm.mlir.constant(1 : index) : i32
        %15 = llvm.insertvalue %14, %13[3, 0] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %16 = llvm.mlir.constant(1 : index) : i32
        %17 = llvm.insertvalue %16, %15[4, 0] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %18 = nvvm.read.ptx.sreg.tid.x range <i32, 0, 256> : i32
        %19 = llvm.icmp "ult" %18, %arg1 : i32
        llvm.cond_br %19, ^bb1, ^bb2
      ^bb1:  // pred: ^bb0
        %20 = llvm.mlir.constant(0 : index) : i32
        %21 = llvm.extractvalue %17[1] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %22 = llvm.getelementptr inbounds|nuw %21[%20] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32
        %23 = llvm.load %22 : !llvm.ptr<1> -> f32
        %24 = llvm.intr.sqrt(%23) : (f32) -> f32
        %25 = llvm.extractvalue %8[1] : !llvm.struct<(ptr<1>, ptr<1>, i32, array<1 x i32>, array<1 x i32>)>
        %26 = llvm.getelementptr inbounds|nuw %25[%20] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32
        llvm.store %24, %26 : f32, !llvm.ptr<1>
        llvm.br ^bb2
      ^bb2:  // 2 preds: ^bb0, ^bb1
        llvm.return
      }
    }
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

    Before:

    ```mlir
    func.func @main(%x: vector<8xf32>) -> vector<8xf32> {
      %r = math.rsqrt %x : vector<8xf32>
      return %r : vector<8xf32>
    }
    ```

    After:

    ```mlir
    func.func @main(%arg0: vector<8xf32>) -> vector<8xf32> {
      %0 = math.sqrt %arg0 : vector<8xf32>
      %cst = arith.constant dense<1.000000e+00> : vector<8xf32>
      %1 = arith.divf %cst, %0 : vector<8xf32>
      return %1 : vector<8xf32>
    }
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

    Counts (`--pass-statistics`) ops expanded.
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
}

def KernelPickLocations : Pass<"kernel-pick-locations"> {
  let summary = "Gives each op one source line";
  let description = [{
    LLVM merges a fused location to line 0, so that a fused kernel would have no
    line at all. Each location becomes its first leaf that names a file; one
    without such a leaf stays as it is.

    Before:

    ```mlir
    llvm.func @k(%a: f32 loc("net.py":1:1)) -> f32 {
      %0 = llvm.fadd %a, %a : f32 loc(fused["net.py":3:1, "net.py":7:1])
      llvm.return %0 : f32 loc("sum"("net.py":9:1))
    } loc(fused["net.py":3:1, "net.py":9:1])
    ```

    After:

    ```mlir
    llvm.func @k(%arg0: f32 loc("net.py":1:1)) -> f32 {
      %0 = llvm.fadd %arg0, %arg0 : f32 loc("net.py":3:1)
      llvm.return %0 : f32 loc("net.py":9:1)
    } loc("net.py":3:1)
    ```

    Requires nothing. Run it last: what is lost here is still wanted by reports.
  }];
}

def KernelSetTarget : Pass<"kernel-set-target", "::mlir::ModuleOp"> {
  let summary = "Says what the kernels of a module are compiled for";
  let description = [{
    Puts `kernel.target = #kernel.target<arch = ...>` on the module, in the place
    of one that may be there.

    Before:

    ```mlir
    module {
    }
    ```

    After:

    ```mlir
    module attributes {kernel.target = #kernel.target<arch = "sm_80">} {
    }
    ```

    Requires nothing. Refuses an empty `arch`.
  }];
  let options = [
    Option<"arch", "arch", "std::string", /*default=*/"\"sm_80\"",
           "the architecture, such as sm_80">
  ];
  let dependentDialects = ["::theano::kernel::KernelDialect"];
}

#endif // THEANO_CODEGEN_LOWERING_PASSES_TD
