// RUN: theano-run %s --emit=program --cpu=x86-64-v3 | FileCheck %s

// Equal `tensor.empty` ops are merged by CSE, but each result of a launch has
// memory of its own.
// CHECK:     program @main
// CHECK:     allocate %[[X:[0-9]+]]:
// CHECK:     allocate %[[Y:[0-9]+]]:
// CHECK:     launch @main_kernel_0
// CHECK-SAME: out %[[X]]:
// CHECK-SAME: out %[[Y]]:
func.func @main(%a: tensor<?xf32> {theano.name = "a"}) -> (tensor<?xf32>, tensor<?xf32>) {
  %x = theano.exp %a : tensor<?xf32>
  %y = theano.tanh %x : tensor<?xf32>
  return %x, %y : tensor<?xf32>, tensor<?xf32>
}
