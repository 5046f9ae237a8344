// RUN: theano-run %s --emit=program --device=cuda --arch=sm_80 | FileCheck %s

// Kernels of a GPU index with 32 bits: a larger buffer fails before anything
// runs.
// CHECK:      commands:
// CHECK-NEXT: check dim(%0:a, 0) <= 1073741824, buffer_too_large(dim(%0:a, 0), 1073741824)
func.func @main(%a: tensor<?xf32> {theano.name = "a"}) -> tensor<?xf32> {
  %x = theano.neg %a : tensor<?xf32>
  return %x : tensor<?xf32>
}
