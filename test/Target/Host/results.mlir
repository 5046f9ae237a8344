// RUN: theano-run %s --emit=program --cpu=x86-64-v3 --call sizes | FileCheck %s --check-prefix=SIZES
// RUN: theano-run %s --cpu=x86-64-v3 --call bools -i x=arange:float32:2x3 | FileCheck %s --check-prefix=RUN-BOOLS

// The size of a result is evaluated after the last command: the memory of the
// value in it is kept.
// SIZES:     program @sizes
// SIZES:     commands:
// SIZES:     launch @sizes_kernel_1
// SIZES-NOT: free
func.func @sizes(%x: tensor<f32> {theano.name = "x"}, %n: tensor<2xi64> {theano.name = "n"}) -> (tensor<?x?xf32> {theano.name = "y"}) {
  %y = theano.reshape %x, %n : (tensor<f32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// A bool is a byte in memory; a result and a reshape of it that is one too
// have one memory and one dtype.
// RUN-BOOLS:      y = {{\[\[}}True True True]
// RUN-BOOLS:      z = [True True True True True True]
func.func @bools(%x: tensor<2x3xf32> {theano.name = "x"}) -> (tensor<2x3xi1> {theano.name = "y"}, tensor<6xi1> {theano.name = "z"}) {
  %nan = theano.isnan %x : tensor<2x3xf32> -> tensor<2x3xi1>
  %y = theano.invert %nan : tensor<2x3xi1>
  %z = theano.flatten %y ndim 1 : tensor<2x3xi1> -> tensor<6xi1>
  return %y, %z : tensor<2x3xi1>, tensor<6xi1>
}
