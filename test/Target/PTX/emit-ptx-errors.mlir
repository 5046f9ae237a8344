// RUN: theano-translate --gpu-to-ptx %s -split-input-file -verify-diagnostics

// expected-error @+1 {{unknown GPU architecture 'sm_130': expected one of sm_75, sm_80}}
gpu.module @unknown_arch attributes {kernel.target = #kernel.target<arch = "sm_130">} {
}

// -----

// expected-error @+1 {{has no target; expected an attribute kernel.target}}
gpu.module @no_target {
}

// -----

module attributes {kernel.target = #kernel.target<arch = "sm_80">} {
  // expected-error @+1 {{cannot be written as PTX: it holds the intrinsic 'llvm.sin.f32', which has no PTX instruction}}
  gpu.module @intrinsic {
    llvm.func @k(%p: !llvm.ptr<1>) attributes {gpu.kernel, nvvm.kernel} {
      %0 = llvm.load %p : !llvm.ptr<1> -> f32
      %1 = llvm.intr.sin(%0) : (f32) -> f32
      llvm.store %1, %p : f32, !llvm.ptr<1>
      llvm.return
    }
  }
}

// -----

module attributes {kernel.target = #kernel.target<arch = "sm_80">} {
  // expected-error @+1 {{it holds a float remainder}}
  gpu.module @remainder {
    llvm.func @k(%p: !llvm.ptr<1>, %x: f32) attributes {gpu.kernel, nvvm.kernel} {
      %0 = llvm.frem %x, %x : f32
      llvm.store %0, %p : f32, !llvm.ptr<1>
      llvm.return
    }
  }
}

// -----

module attributes {kernel.target = #kernel.target<arch = "sm_80">} {
  // expected-error @+1 {{it holds a call of '__nv_expf', which no one defines}}
  gpu.module @library {
    llvm.func @__nv_expf(f32) -> f32
    llvm.func @k(%p: !llvm.ptr<1>, %x: f32) attributes {gpu.kernel, nvvm.kernel} {
      %0 = llvm.call @__nv_expf(%x) : (f32) -> f32
      llvm.store %0, %p : f32, !llvm.ptr<1>
      llvm.return
    }
  }
}

// -----

module attributes {kernel.target = #kernel.target<arch = "sm_80">} {
  // expected-error @+1 {{it holds a value whose type PTX has no register for}}
  gpu.module @type {
    llvm.func @k(%p: !llvm.ptr<1>) attributes {gpu.kernel, nvvm.kernel} {
      %0 = llvm.load %p : !llvm.ptr<1> -> f80
      %1 = llvm.fadd %0, %0 : f80
      llvm.store %1, %p : f80, !llvm.ptr<1>
      llvm.return
    }
  }
}

// -----

// What MLIR's verifier cannot know is found before code is made of it.
module attributes {kernel.target = #kernel.target<arch = "sm_80">} {
  // expected-error @+1 {{cannot be translated to LLVM IR}}
  gpu.module @immediate {
    llvm.func @k(%p: !llvm.ptr<1>, %n: i32) attributes {gpu.kernel, nvvm.kernel} {
      %b = llvm.icmp "eq" %n, %n : i32
      %z = llvm.call_intrinsic "llvm.ctlz.i32"(%n, %b) : (i32, i1) -> i32
      llvm.store %z, %p : i32, !llvm.ptr<1>
      llvm.return
    }
  }
}

// -----

module attributes {kernel.target = #kernel.target<arch = "sm_75">} {
  // expected-error @+1 {{it holds the intrinsic 'llvm.nvvm.cp.async.commit.group', which sm_80 is the first to have; choose schedules for sm_75}}
  gpu.module @newer {
    llvm.func @k() attributes {gpu.kernel, nvvm.kernel} {
      nvvm.cp.async.commit.group
      llvm.return
    }
  }
}
