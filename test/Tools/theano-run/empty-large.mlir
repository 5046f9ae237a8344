// An array without elements may have other sizes so large that their product
// overflows: nothing is computed, nothing fails, and nothing counts to 2^40 on
// the way. (NumPy has no such arrays, so that the shapes are printed.)

// RUN: rm -rf %t && mkdir %t
// RUN: theano-run %s --device=cpu --call maps -i x=arange:f32:1099511627776x1099511627776x0 \
// RUN:   | FileCheck %s --check-prefix=LAST
// RUN: theano-run %s --device=cpu --call maps -i x=arange:f32:1099511627776x0x1099511627776 \
// RUN:   | FileCheck %s --check-prefix=MIDDLE
// RUN: theano-run %s --device=cpu --call maps -i x=arange:f32:0x1099511627776x1099511627776 \
// RUN:   | FileCheck %s --check-prefix=FIRST
// LAST: size = [1099511627776 1099511627776 0]
// LAST: turned_size = [0 1099511627776 1099511627776]
// MIDDLE: size = [1099511627776 0 1099511627776]
// MIDDLE: turned_size = [1099511627776 1099511627776 0]
// FIRST: exp = []
// FIRST: size = [0 1099511627776 1099511627776]
// FIRST: turned_size = [1099511627776 0 1099511627776]
func.func @maps(%x: tensor<?x?x?xf32> {theano.name = "x"})
    -> (tensor<?x?x?xf32> {theano.name = "exp"}, tensor<3xi64> {theano.name = "size"},
        tensor<?x?x?xf32> {theano.name = "turned"},
        tensor<3xi64> {theano.name = "turned_size"}) {
  %e = theano.exp %x : tensor<?x?x?xf32>
  %s = theano.shape %e : tensor<?x?x?xf32> -> tensor<3xi64>
  %t = theano.dimshuffle %e [2, 0, 1] : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %u = theano.shape %t : tensor<?x?x?xf32> -> tensor<3xi64>
  return %e, %s, %t, %u
    : tensor<?x?x?xf32>, tensor<3xi64>, tensor<?x?x?xf32>, tensor<3xi64>
}

// Everything is reduced to what a reduction of nothing gives.
// RUN: theano-run %s --device=cpu --call all -i x=arange:f32:1099511627776x1099511627776x0 \
// RUN:   -o %t/all.npz
// RUN: %python %S/Inputs/arrays.py expect %t/all.npz "sum=np.float32(0)" "prod=np.float32(1)"
// RUN: theano-run %s --device=cpu --call all -i x=arange:f32:1099511627776x0x1099511627776 \
// RUN:   -o %t/all.npz
// RUN: %python %S/Inputs/arrays.py expect %t/all.npz "sum=np.float32(0)" "prod=np.float32(1)"
// RUN: theano-run %s --device=cpu --call all -i x=arange:f32:0x1099511627776x1099511627776 \
// RUN:   -o %t/all.npz
// RUN: %python %S/Inputs/arrays.py expect %t/all.npz "sum=np.float32(0)" "prod=np.float32(1)"
func.func @all(%x: tensor<?x?x?xf32> {theano.name = "x"})
    -> (tensor<f32> {theano.name = "sum"}, tensor<f32> {theano.name = "prod"}) {
  %s = theano.sum %x axes [0, 1, 2] : tensor<?x?x?xf32> -> tensor<f32>
  %p = theano.prod %x axes [0, 1, 2] : tensor<?x?x?xf32> -> tensor<f32>
  return %s, %p : tensor<f32>, tensor<f32>
}

// Results that are made of nothing, and no results of 2^80 elements each.
// RUN: theano-run %s --device=cpu --call rows -i x=arange:f32:3x1099511627776x0 -o %t/rows.npy
// RUN: %python %S/Inputs/arrays.py expect %t/rows.npy "np.zeros(3, 'f4')"
// RUN: theano-run %s --device=cpu --call rows -i x=arange:f32:0x1099511627776x1099511627776 -o %t/rows.npy
// RUN: %python %S/Inputs/arrays.py expect %t/rows.npy "np.zeros(0, 'f4')"
func.func @rows(%x: tensor<?x?x?xf32> {theano.name = "x"}) -> tensor<?xf32> {
  %s = theano.sum %x axes [1, 2] : tensor<?x?x?xf32> -> tensor<?xf32>
  return %s : tensor<?xf32>
}

// RUN: theano-run %s --device=cpu --call columns -i x=arange:f32:1099511627776x0x3 -o %t/columns.npy
// RUN: %python %S/Inputs/arrays.py expect %t/columns.npy "np.zeros(3, 'f4')"
// RUN: theano-run %s --device=cpu --call columns -i x=arange:f32:1099511627776x1099511627776x0 -o %t/columns.npy
// RUN: %python %S/Inputs/arrays.py expect %t/columns.npy "np.zeros(0, 'f4')"
func.func @columns(%x: tensor<?x?x?xf32> {theano.name = "x"}) -> tensor<?xf32> {
  %s = theano.sum %x axes [0, 1] : tensor<?x?x?xf32> -> tensor<?xf32>
  return %s : tensor<?xf32>
}

// Sizes that only the call knows; without a 0 they are too many.
// RUN: %python %S/Inputs/arrays.py save %t/zero.npy "np.array(0)"
// RUN: %python %S/Inputs/arrays.py save %t/large.npy "np.array(2**40)"
// RUN: theano-run %s --device=cpu --call filled -i n=%t/large.npy -i m=%t/large.npy \
// RUN:   -i k=%t/zero.npy | FileCheck %s --check-prefix=FILLED
// RUN: not theano-run %s --device=cpu --call filled -i n=%t/large.npy -i m=%t/large.npy \
// RUN:   -i k=%t/large.npy 2>&1 | FileCheck %s --check-prefix=FULL
// FILLED: size = [1099511627776 1099511627776 0]
// FULL: empty-large.mlir:[[@LINE+7]]:8: out of memory: size overflows: an array of float32 with shape (1099511627776, 1099511627776, 1099511627776)
func.func @filled(%n: tensor<i64> {theano.name = "n"}, %m: tensor<i64> {theano.name = "m"},
                  %k: tensor<i64> {theano.name = "k"})
    -> (tensor<?x?x?xf32> {theano.name = "array"}, tensor<3xi64> {theano.name = "size"}) {
  %v = theano.constant dense<1.0> : tensor<f32>
  %r = theano.alloc %v [%n, %m, %k] : tensor<f32> -> tensor<?x?x?xf32>
  %s = theano.shape %r : tensor<?x?x?xf32> -> tensor<3xi64>
  %e = theano.sqrt %r : tensor<?x?x?xf32>
  return %e, %s : tensor<?x?x?xf32>, tensor<3xi64>
}
