// RUN: theano-translate --gpu-to-ptx %s | FileCheck %s

// Passes of LLVM's code generator that lower something run, though no kernel of
// ours needs them: an atomic update of memory of one thread is a plain one, and
// a constructor is not lost.
module attributes {kernel.target = #kernel.target<arch = "sm_80">} {
  gpu.module @m {
    llvm.mlir.global_ctors ctors = [@start], priorities = [0 : i32], data = [#llvm.zero]
    llvm.func @start() {
      llvm.return
    }
    // CHECK-LABEL: .entry k(
    // CHECK-NOT: atom
    // CHECK: add.rn.f32
    // CHECK: nvptx$device$init
    llvm.func @k(%p: !llvm.ptr<1>, %x: f32, %i: i32) attributes {gpu.kernel, nvvm.kernel} {
      %one = llvm.mlir.constant(8 : i32) : i32
      %a = llvm.alloca %one x f32 : (i32) -> !llvm.ptr
      %at = llvm.getelementptr %a[%i] : (!llvm.ptr, i32) -> !llvm.ptr, f32
      llvm.store %x, %at : f32, !llvm.ptr
      %old = llvm.atomicrmw fadd %at, %x monotonic : !llvm.ptr, f32
      %now = llvm.load volatile %a : !llvm.ptr -> f32
      %s = llvm.fadd %old, %now : f32
      llvm.store %s, %p : f32, !llvm.ptr<1>
      llvm.return
    }
  }
}
