// Every stage on both targets; no device and no inputs are needed.
// RUN: theano-run %s --emit=theano | FileCheck %s --check-prefix=THEANO
// THEANO: theano.add
// RUN: theano-run %s --emit=linalg | FileCheck %s --check-prefix=LINALG
// LINALG: kernel.check
// LINALG: linalg.generic

// RUN: theano-run %s --emit=kernels --device=cpu | FileCheck %s --check-prefix=KERNELS
// RUN: theano-run %s --emit=kernels --device=cuda | FileCheck %s --check-prefix=KERNELS
// KERNELS: kernel.func
// KERNELS-SAME: family = #kernel.family<map>
// KERNELS: kernel.launch

// RUN: theano-run %s --emit=llvm --device=cpu | FileCheck %s --check-prefix=LLVM
// LLVM: llvm.func @main_kernel_0
// LLVM: llvm.fadd {{.*}} : vector<
// RUN: theano-run %s --emit=llvm --device=cuda | FileCheck %s --check-prefix=NVVM
// RUN: theano-run %s --emit=nvvm | FileCheck %s --check-prefix=NVVM
// NVVM: gpu.module
// NVVM: llvm.func @main_kernel_0
// NVVM-SAME: nvvm.kernel
// RUN: theano-run %s --emit=gpu | FileCheck %s --check-prefix=GPU
// GPU: gpu.func @main_kernel_0

// RUN: theano-run %s --emit=program --device=cpu --cpu=x86-64-v3 | FileCheck %s --check-prefix=ONCPU
// ONCPU: program @main for cpu x86-64-v3
// ONCPU: check dim({{.*}}, 0) == dim({{.*}}, 0), shape_mismatch
// RUN: theano-run %s --emit=program --device=cuda | FileCheck %s --check-prefix=ONCUDA
// ONCUDA: program @main for cuda sm_80
// ONCUDA: entry main_kernel_0 block (256, 1, 1)

// The targets of ptx and asm go without saying.
// RUN: theano-run %s --emit=ptx | FileCheck %s --check-prefix=PTX
// RUN: theano-run %s --emit=ptx --device=cpu --arch=sm_80 | FileCheck %s --check-prefix=PTX
// PTX: .target sm_80
// PTX: .visible .entry main_kernel_0(
// PTX: add.{{(rn.)?}}f32
// RUN: theano-run %s --emit=ptx --arch=sm_120 | FileCheck %s --check-prefix=SM120
// SM120: .target sm_120
// RUN: theano-run %s --emit=asm --cpu=x86-64-v3 | FileCheck %s --check-prefix=ASM
// RUN: theano-run %s --emit=asm --device=cuda --cpu=x86-64-v3 | FileCheck %s --check-prefix=ASM
// ASM: main_kernel_0:
// ASM: vaddps

// What does not exist is said so.
// RUN: not theano-run %s --emit=spirv 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: no stage is called 'spirv'; the stages are theano, linalg, kernels, gpu, nvvm, llvm, program, ptx, asm

// The same input gives the same bytes.
// RUN: theano-run %s --emit=ptx > %t.1 && theano-run %s --emit=ptx > %t.2 && cmp %t.1 %t.2
// RUN: theano-run %s --emit=asm > %t.1 && theano-run %s --emit=asm > %t.2 && cmp %t.1 %t.2
func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c = theano.add %a, %b : tensor<?xf32>
  return %c : tensor<?xf32>
}
