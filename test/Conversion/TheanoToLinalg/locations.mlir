// RUN: theano-opt --convert-theano-to-linalg --mlir-print-debuginfo %s | FileCheck %s

// Every op has the location of the op that it comes from.
// CHECK:       #[[$LOC:loc[0-9]+]] = loc("model.py":7:3)
// CHECK-LABEL: func.func @main
// CHECK:         kernel.check {{.*}} loc(#[[$LOC]])
// CHECK:         math.powf {{.*}} loc(#[[$LOC]])
// CHECK:         -> tensor<?xf32> loc(#[[$LOC]])
func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.pow %a, %b : tensor<?xf32> loc("model.py":7:3)
  return %0 : tensor<?xf32>
}
