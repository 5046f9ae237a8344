// RUN: theano-opt --theano-to-kernels %s | FileCheck %s
// RUN: theano-opt --theano-to-kernels=gpu=true %s | FileCheck %s

// One kernel holds the chain, its schedule is chosen, and the host launches it.
// CHECK:     kernel.func @main_kernel_0
// CHECK-SAME:  family = #kernel.family<map>, schedule = #kernel.schedule<
// CHECK:       arith.addf
// CHECK:       math.tanh
// CHECK:     func.func @main
// CHECK-NOT:   %{{.*}} = theano.
// CHECK:       kernel.check
// CHECK:       kernel.launch @main_kernel_0
func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.add %a, %b : tensor<?xf32>
  %1 = theano.tanh %0 : tensor<?xf32>
  return %1 : tensor<?xf32>
}
