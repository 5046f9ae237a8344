// Graphs that parse and cannot be run, each refused at the op that is to blame.
// RUN: not theano-run %s --device=cpu --call declared 2>&1 | FileCheck %s --check-prefix=DECLARED
// DECLARED: error: function 'declared' of {{.*}}bad-graphs.mlir is declared without a body; give it one
// RUN: not theano-run %s --device=cpu --call caller -i x=arange:f32:3 2>&1 | FileCheck %s --check-prefix=CALL
// RUN: not theano-run %s --emit=theano --call caller 2>&1 | FileCheck %s --check-prefix=CALL
// CALL: error: {{.*}}bad-graphs.mlir:[[#@LINE+25]]:8: calls of functions are not supported
// RUN: not theano-run %s --device=cpu --call dtype -i x=arange:i8:3 2>&1 | FileCheck %s --check-prefix=DTYPE
// DTYPE: error: {{.*}}bad-graphs.mlir:[[#@LINE+27]]:1: 'func.func' op argument #0 has theano.dtype = "uint8", but its type
// RUN: not theano-run %s --device=cpu --call empty 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: {{.*}}bad-graphs.mlir:[[#@LINE+31]]:8: 'tensor.empty' op makes a tensor whose elements are read before anything has written them; use theano.alloc or theano.constant
// RUN: not theano-run %s --device=cpu --call read_empty 2>&1 | FileCheck %s --check-prefix=READ
// READ: error: {{.*}}bad-graphs.mlir:[[#@LINE+34]]:8: 'tensor.empty' op makes a tensor whose elements are read
// RUN: not theano-run %s --device=cuda --emit=program --call read_empty 2>&1 | FileCheck %s --check-prefix=READ2
// READ2: error: {{.*}} 'tensor.empty' op makes a tensor whose elements are read
// RUN: not theano-run %s --device=cpu --call blocks 2>&1 | FileCheck %s --check-prefix=BLOCKS
// BLOCKS: error: {{.*}}bad-graphs.mlir:[[#@LINE+35]]:1: 'func.func' op has several blocks
// RUN: not theano-run %s --device=cpu --call scalar 2>&1 | FileCheck %s --check-prefix=SCALAR
// SCALAR: error: {{.*}}bad-graphs.mlir:[[#@LINE+43]]:1: 'func.func' op argument

// A tensor without elements holds nothing that could be missing.
// RUN: theano-run %s --device=cpu --call none -o %t.npy
// RUN: %python %S/Inputs/arrays.py expect %t.npy "np.zeros((0, 3), 'f4')"

func.func private @declared(%x: tensor<?xf32>) -> tensor<?xf32>

func.func @called(%x: tensor<?xf32>) -> tensor<?xf32> {
  return %x : tensor<?xf32>
}

func.func @caller(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = func.call @called(%x) : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

func.func @dtype(%x: tensor<?xi8> {theano.dtype = "uint8"}) -> tensor<?xi8> {
  %0 = theano.neg %x : tensor<?xi8>
  return %0 : tensor<?xi8>
}

func.func @empty() -> tensor<3xf32> {
  %0 = tensor.empty() : tensor<3xf32>
  return %0 : tensor<3xf32>
}

func.func @read_empty() -> tensor<3xf32> {
  %0 = tensor.empty() : tensor<3xf32>
  %1 = theano.exp %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

func.func @blocks(%x: tensor<?xf32>, %c: tensor<i1>) -> tensor<?xf32> {
  %p = tensor.extract %c[] : tensor<i1>
  cf.cond_br %p, ^then, ^else
^then:
  %0 = theano.neg %x : tensor<?xf32>
  return %0 : tensor<?xf32>
^else:
  return %x : tensor<?xf32>
}

func.func @scalar(%x: f32) -> tensor<f32> {
  %0 = theano.constant dense<1.0> : tensor<f32>
  return %0 : tensor<f32>
}

func.func @none() -> tensor<0x3xf32> {
  %0 = tensor.empty() : tensor<0x3xf32>
  return %0 : tensor<0x3xf32>
}
