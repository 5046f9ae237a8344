// The graph of docs/tutorial.md; what the page shows of each stage is checked
// here.
//
// RUN: theano-run %s --emit=theano | FileCheck %s --check-prefix=THEANO
// RUN: theano-run %s --emit=linalg | FileCheck %s --check-prefix=LINALG
// RUN: theano-run %s --emit=kernels --cpu=x86-64-v3 | FileCheck %s --check-prefix=KERNELS
// RUN: theano-run %s --emit=gpu --arch=sm_80 | FileCheck %s --check-prefix=GPU
// RUN: theano-run %s --emit=nvvm --arch=sm_80 | FileCheck %s --check-prefix=NVVM
// RUN: theano-run %s --emit=ptx --arch=sm_80 | FileCheck %s --check-prefix=PTX
// RUN: theano-run %s --emit=program --cpu=x86-64-v3 | FileCheck %s --check-prefix=PROGRAM
// RUN: theano-run %s --device=cpu -i x=arange:f32:2x2 -i b=arange:f32:2 | FileCheck %s --check-prefix=RESULT

func.func @main(%x: tensor<?x?xf32> {theano.name = "x"},
                %b: tensor<?xf32> {theano.name = "b"}) -> tensor<?x?xf32> {
  %row = theano.dimshuffle %b ["x", 0] : tensor<?xf32> -> tensor<1x?xf32>
  %sum = theano.add %x, %row : (tensor<?x?xf32>, tensor<1x?xf32>) -> tensor<?x?xf32>
  %y = theano.tanh %sum : tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// THEANO: theano.dimshuffle
// THEANO: theano.add
// THEANO: theano.tanh

// LINALG: kernel.check %{{.*}}, shape_mismatch
// LINALG: linalg.generic
// LINALG: arith.addf
// LINALG: math.tanh

// KERNELS:     kernel.func @main_kernel_0
// KERNELS-SAME: family = #kernel.family<map>
// KERNELS:     func.func @main
// KERNELS:     kernel.launch @main_kernel_0 grid(
// KERNELS-NOT: kernel.launch

// GPU: gpu.func @main_kernel_0
// GPU: gpu.block_id
// GPU: math.tanh

// NVVM: llvm.func @main_kernel_0
// NVVM: nvvm.read.ptx.sreg.ctaid.x

// PTX: .target sm_80
// PTX: .visible .entry main_kernel_0(
// PTX: .loc
// PTX: ld.global.nc

// PROGRAM: program @main for cpu x86-64-v3
// PROGRAM: commands:
// PROGRAM: check {{.*}} shape_mismatch
// PROGRAM: allocate
// PROGRAM: launch @main_kernel_0

// RESULT:      {{\[\[}}0 0.9640275
// RESULT:      [0.9640275{{[0-9]}} 0.999329
