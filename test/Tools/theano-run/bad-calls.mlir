// Calls that do not fit the functions of a file: one line each, exit code 1,
// and nothing is written.
// RUN: rm -rf %t && mkdir %t
// RUN: not theano-run %s --device=cpu --call nothing 2>&1 | FileCheck %s --check-prefix=FUNCTION
// FUNCTION: error: {{.*}} has no function 'nothing'; it has 'main', 'divide', 'sharing', 'counted', 'pick', 'huge', 'subscript', 'remainder', 'product', 'reshape'
// RUN: not theano-run %s --device=cpu -i a=arange:f32:3 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: input 'b' of function 'main' is missing; give it with -i b=...
// RUN: not theano-run %s --device=cpu -i a=arange:f32:3 -i b=arange:f32:3 -i c=arange:f32:3 -o %t/o.npz 2>&1 \
// RUN:   | FileCheck %s --check-prefix=EXTRA
// EXTRA: error: function 'main' has no input called 'c'; it has 'a', 'b'
// RUN: not theano-run %s --device=cpu -i z=arange:f32:3 --call main -i a=arange:f32:3 -i b=arange:f32:3 -o %t/o.npz 2>&1 \
// RUN:   | FileCheck %s --check-prefix=COMMON
// COMMON: error: no called function has an input called 'z'
// RUN: not theano-run %s --device=cpu --shared Z=arange:f32:3 -i a=arange:f32:3 -i b=arange:f32:3 -o %t/o.npz 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NOSHARED
// NOSHARED: error: no called function has a shared variable 'Z'
// RUN: not theano-run %s --device=cpu --call sharing -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=NOVALUE
// NOVALUE: error: shared variable 'W' has no value; give one with --shared W=...

// RUN: not theano-run %s --device=cpu -i a=arange:f64:3 -i b=arange:f32:3 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=DTYPE
// DTYPE: error: input 'a': expected dtype float32, got float64
// RUN: not theano-run %s --device=cpu -i a=arange:f32:3x3 -i b=arange:f32:3 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=RANK
// RANK: error: input 'a': expected rank 1, got rank 2 with shape (3, 3)
// RUN: not theano-run %s --device=cpu --call divide -i a=arange:i32:4 -i b=arange:i32:3 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=STATIC
// STATIC: error: input 'a': expected shape (3,), got (4,)
// RUN: not theano-run %s --device=cpu --call sharing --shared W=arange:f32:3 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=SHAREDTYPE
// SHAREDTYPE: error: shared variable 'W': expected dtype float64, got float32

// At run time, with the line of the op.
// RUN: not theano-run %s --device=cpu -i a=arange:f32:3 -i b=arange:f32:4 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: error: {{.*}}bad-calls.mlir:[[#@LINE+43]]:8: shape mismatch in dimension 0: expected equal sizes, got 3 and 4
// RUN: not theano-run %s --device=cpu -i a=arange:f32:1 -i b=arange:f32:4 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=NOBROADCAST
// NOBROADCAST: got 1 and 4; only a dimension that is statically 1 broadcasts
// RUN: not theano-run %s --device=cpu --call divide -i a=arange:i32:3 -i b=arange:i32:3 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=DIVISION
// DIVISION: error: {{.*}}bad-calls.mlir:[[#@LINE+44]]:8: integer division by zero
// RUN: not theano-run %s --device=cpu --call pick -i x=arange:f32:3 -i i=arange:i64:4 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=INDEX
// INDEX: error: {{.*}}bad-calls.mlir:[[#@LINE+57]]:8: index out of range: expected an index from -3 to 2 for a dimension of size 3, got 3
// RUN: %python %S/Inputs/arrays.py save %t/big.npy "np.array(2**62)"
// RUN: not theano-run %s --device=cpu --call huge -i n=%t/big.npy -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=OVERFLOW
// OVERFLOW: error: {{.*}}bad-calls.mlir:{{[0-9]+}}:8: out of memory: size overflows: an array of float32 with shape (4611686018427387904,)
// RUN: %python %S/Inputs/arrays.py save %t/big.npy "np.array(-1)"
// RUN: not theano-run %s --device=cpu --call huge -i n=%t/big.npy -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: {{.*}}bad-calls.mlir:{{[0-9]+}}:8: negative size: expected a size of at least 0, got -1
// RUN: %python %S/Inputs/arrays.py save %t/big.npy "np.array(2**50)"
// RUN: not theano-run %s --device=cpu --call huge -i n=%t/big.npy -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=MEMORY
// MEMORY: error: {{.*}}bad-calls.mlir:{{[0-9]+}}:8: out of memory: cannot allocate 4503599627370496 bytes

// Rows, subscripts and remainders are checked as well, and an index by dtypes
// that hold more than a size.
// RUN: not theano-run %s --device=cpu --call subscript -i x=arange:f32:3 -i i=%t/big.npy -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=SUBSCRIPT
// SUBSCRIPT: error: {{.*}}bad-calls.mlir:{{[0-9]+}}:8: index out of range: expected an index from -3 to 2 for a dimension of size 3, got 1125899906842624
// RUN: not theano-run %s --device=cpu --call remainder -i a=arange:i64:3 -i b=arange:i64:3 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=REMAINDER
// REMAINDER: error: {{.*}}bad-calls.mlir:{{[0-9]+}}:8: integer division by zero
// RUN: not theano-run %s --device=cpu --call remainder -i a=arange:i64:0 -i b=arange:i64:1 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=ZEROSIZE
// ZEROSIZE: error: {{.*}}bad-calls.mlir:{{[0-9]+}}:8: shape mismatch in dimension 0: expected equal sizes, got 0 and 1
// RUN: not theano-run %s --device=cpu --call product -i x=arange:f32:2x3 -i y=arange:f32:2x3 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=PRODUCT
// PRODUCT: error: {{.*}}bad-calls.mlir:{{[0-9]+}}:8: {{.*}}3 and 2
// RUN: not theano-run %s --device=cpu --call reshape -i x=arange:f32:2x3 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=RESHAPE
// RESHAPE: error: {{.*}}bad-calls.mlir:{{[0-9]+}}:8: {{.*}}6

// A failed call leaves the state as it was and writes nothing.
// RUN: not theano-run %s --device=cpu --call sharing --shared W=arange:f64:3 --shared-out %t/o.npz \
// RUN:   --call divide -i a=arange:i32:3 -i b=arange:i32:3 2>&1 | FileCheck %s --check-prefix=DIVISION2
// DIVISION2: division by zero

// RUN: not theano-run %s --device=cpu --call sharing --for a=0:3 --shared W=arange:f64:3 2>&1 | FileCheck %s --check-prefix=FORNAME
// FORNAME: error: function 'sharing' has no input called 'a'; it has none
// RUN: not theano-run %s --device=cpu --call main --for a=0:3 -i b=arange:f32:3 2>&1 | FileCheck %s --check-prefix=FORTYPE
// FORTYPE: error: --for counts argument 'a', which must be a 0-d integer

// RUN: not ls %t/o.npz

func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c = theano.add %a, %b : tensor<?xf32>
  return %c : tensor<?xf32>
}

func.func @divide(%a: tensor<3xi32>, %b: tensor<3xi32>) -> tensor<3xi32> {
  %c = theano.int_div %a, %b : tensor<3xi32>
  return %c : tensor<3xi32>
}

func.func @sharing(%w: tensor<?xf64> {theano.shared = "W"})
    -> (tensor<?xf64> {theano.update = "W"}) {
  %0 = theano.exp %w : tensor<?xf64>
  return %0 : tensor<?xf64>
}

func.func @counted(%i: tensor<i8>) -> tensor<i8> {
  return %i : tensor<i8>
}

func.func @pick(%x: tensor<?xf32>, %i: tensor<?xi64>) -> tensor<?xf32> {
  %0 = theano.take %x, %i axis 0 : (tensor<?xf32>, tensor<?xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

func.func @huge(%n: tensor<i64>) -> tensor<?xf32> {
  %0 = theano.constant dense<1.0> : tensor<f32>
  %1 = theano.alloc %0 [%n] : tensor<f32> -> tensor<?xf32>
  return %1 : tensor<?xf32>
}

func.func @subscript(%x: tensor<?xf32>, %i: tensor<i64>) -> tensor<f32> {
  %0 = theano.subtensor %x[%i] : tensor<?xf32> -> tensor<f32>
  return %0 : tensor<f32>
}

func.func @remainder(%a: tensor<?xi64>, %b: tensor<?xi64>) -> tensor<?xi64> {
  %0 = theano.mod %a, %b : tensor<?xi64>
  return %0 : tensor<?xi64>
}

func.func @product(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = theano.dot %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

func.func @reshape(%x: tensor<?x?xf32>) -> tensor<4x?xf32> {
  %n = theano.constant dense<[4, -1]> : tensor<2xi64>
  %0 = theano.reshape %x, %n : (tensor<?x?xf32>, tensor<2xi64>) -> tensor<4x?xf32>
  return %0 : tensor<4x?xf32>
}
