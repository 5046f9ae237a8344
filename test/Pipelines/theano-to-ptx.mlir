// RUN: theano-opt --theano-to-ptx %s | FileCheck %s --implicit-check-not=gpu.func --implicit-check-not=math.

// A gpu.module whose kernel carries its family and block.
// CHECK:      gpu.module @main_kernel_0 attributes {kernel.family = #kernel.family<map>}
// CHECK-NEXT:   llvm.func @main_kernel_0(
// CHECK-SAME:     nvvm.kernel, nvvm.maxntid = array<i32: 256, 1, 1>
// CHECK:        nvvm.read.ptx.sreg.tid.x
// CHECK:        llvm.fadd
func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.add %a, %b : tensor<?xf32>
  %1 = theano.tanh %0 : tensor<?xf32>
  return %1 : tensor<?xf32>
}
