// RUN: theano-opt %s -split-input-file -verify-diagnostics -pass-pipeline='builtin.module(gpu.module(convert-kernel-gpu-to-nvvm))'

gpu.module @k {
  gpu.func @k(%x: f32) kernel {
    // expected-error @+1 {{'math.tanh' op has no PTX instruction; expected it to be expanded into arithmetic before this pass (expand-math)}}
    %0 = math.tanh %x : f32
    // expected-error @+1 {{'math.exp' op has no PTX instruction}}
    %1 = math.exp %x : f32
    gpu.return
  }
}

// -----

// expected-error @+1 {{kernel.index_bits is 16; expected 32 or 64}}
gpu.module @k attributes {kernel.index_bits = 16 : i32} {
}

// -----

gpu.module @k {
  gpu.func @k(%c: i1) kernel {
    // expected-error @+1 {{failed to legalize operation 'scf.if'}}
    scf.if %c {
    }
    gpu.return
  }
}
