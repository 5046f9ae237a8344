// RUN: theano-run %s --call dynamic --emit=program --device=cuda --arch=sm_80 | FileCheck %s --check-prefix=DYNAMIC
// RUN: theano-run %s --call static --emit=program --device=cuda --arch=sm_80 | FileCheck %s --check-prefix=STATIC
// RUN: theano-run %s --call static --emit=gpu --device=cuda --arch=sm_80 | FileCheck %s --check-prefix=WIDE
// RUN: theano-run %s --call outer --emit=program --device=cuda --arch=sm_80 | FileCheck %s --check-prefix=OUTER

// Kernels of a GPU index with 32 bits where sizes are not known: a larger buffer
// fails before anything runs.
// DYNAMIC:      commands:
// DYNAMIC-NEXT: check dim(%0:a, 0) <= 1073741824, buffer_too_large(dim(%0:a, 0), 1073741824)
func.func @dynamic(%a: tensor<?xf32> {theano.name = "a"}) -> tensor<?xf32> {
  %x = theano.neg %a : tensor<?xf32>
  return %x : tensor<?xf32>
}

// A buffer that is known to be larger is met with 64 bits, and there is nothing to
// check.
// STATIC:     commands:
// STATIC-NOT: check
// STATIC:     launch
// WIDE: gpu.module {{.*}} kernel.index_bits = 64
func.func @static(%a: tensor<2147483648xi8> {theano.name = "a"}) -> tensor<2147483648xi8> {
  %x = theano.neg %a : tensor<2147483648xi8>
  return %x : tensor<2147483648xi8>
}

// What a reduction counts may be in no buffer.
// OUTER:     commands:
// OUTER-DAG: check dim(%0:a, 0) <= 1073741824, buffer_too_large
// OUTER-DAG: check dim(%1:b, 0) <= 1073741824, buffer_too_large
// OUTER-DAG: check {{.*}}dim(%0:a, 0) * dim(%1:b, 0){{.*}} <= 1073741824, buffer_too_large
// OUTER:     launch
func.func @outer(%a: tensor<?xf32> {theano.name = "a"}, %b: tensor<?xf32> {theano.name = "b"}) -> tensor<f32> {
  %column = theano.dimshuffle %a [0, "x"] : tensor<?xf32> -> tensor<?x1xf32>
  %row = theano.dimshuffle %b ["x", 0] : tensor<?xf32> -> tensor<1x?xf32>
  %sum = theano.add %column, %row : (tensor<?x1xf32>, tensor<1x?xf32>) -> tensor<?x?xf32>
  %total = theano.sum %sum : tensor<?x?xf32> -> tensor<f32>
  return %total : tensor<f32>
}
