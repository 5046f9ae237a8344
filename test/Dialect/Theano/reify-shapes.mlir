// RUN: theano-opt %s --resolve-ranked-shaped-type-result-dims --canonicalize --cse | FileCheck %s

// The size of a result in sizes and values of the operands, without the result; of a
// size that inference knows, the number. (test_reified_sizes.py computes slices.)

// CHECK-LABEL: func.func @elementwise(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg1, %c0
// CHECK: %[[D1:.*]] = tensor.dim %arg0, %c1
// CHECK: return %[[D0]], %[[D1]]
func.func @elementwise(%a: tensor<1x?xf32>, %b: tensor<?x?xf32>) -> (index, index) {
  %r = theano.add %a, %b : (tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @all_broadcast(
// CHECK-NOT: theano.
// CHECK: return %c1 : index
func.func @all_broadcast(%a: tensor<1xf32>) -> (index) {
  %r = theano.add %a, %a : (tensor<1xf32>, tensor<1xf32>) -> tensor<?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?xf32>
  return %d0 : index
}

// CHECK-LABEL: func.func @dimshuffle(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg0, %c1
// CHECK: %[[D2:.*]] = tensor.dim %arg0, %c0
// CHECK: return %[[D0]], %c1, %[[D2]]
func.func @dimshuffle(%a: tensor<?x?xf32>) -> (index, index, index) {
  %r = theano.dimshuffle %a [1, "x", 0] : tensor<?x?xf32> -> tensor<?x1x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x1x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x1x?xf32>
  %c2 = arith.constant 2 : index
  %d2 = tensor.dim %r, %c2 : tensor<?x1x?xf32>
  return %d0, %d1, %d2 : index, index, index
}

// CHECK-LABEL: func.func @reshape(
// CHECK-NOT: theano.
// CHECK: %[[COUNT:.*]] = arith.muli %{{.*}}, %c6
// CHECK: %[[A:.*]] = arith.select %{{.*}}, %c1,
// CHECK: %[[B:.*]] = arith.select %{{.*}}, %c1,
// CHECK: %[[OTHERS:.*]] = arith.muli %[[A]], %[[B]]
// CHECK: %[[SAFE:.*]] = arith.select %{{.*}}, %c1, %[[OTHERS]]
// CHECK: %[[REST:.*]] = arith.divsi %[[COUNT]], %[[SAFE]]
// CHECK: %[[D:.*]] = arith.select %{{.*}}, %[[REST]], %{{.*}} : index
// CHECK: return %[[D]]
func.func @reshape(%a: tensor<?x6xf32>, %s: tensor<2xi64>) -> (index) {
  %r = theano.reshape %a, %s : (tensor<?x6xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d1 : index
}

// CHECK-LABEL: func.func @flatten(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg0, %c0
// CHECK: %[[N:.*]] = tensor.dim %arg0, %c1
// CHECK: %[[D1:.*]] = arith.muli %[[N]], %c4
// CHECK: return %[[D0]], %[[D1]]
func.func @flatten(%a: tensor<?x?x4xf32>) -> (index, index) {
  %r = theano.flatten %a ndim 2 : tensor<?x?x4xf32> -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @alloc(
// CHECK-NOT: theano.
// CHECK: %[[N:.*]] = tensor.extract %arg1[]
// CHECK: %[[D0:.*]] = arith.index_cast %[[N]]
// CHECK: return %[[D0]], %c7
func.func @alloc(%a: tensor<?xf32>, %n: tensor<i64>) -> (index, index) {
  %r = theano.alloc %a [%n, 7] : tensor<?xf32> -> tensor<?x7xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x7xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x7xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @specify_shape(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg0, %c0
// CHECK: return %[[D0]], %c3
func.func @specify_shape(%a: tensor<?x?xf32>) -> (index, index) {
  %r = theano.specify_shape %a [?, 3] : tensor<?x?xf32> -> tensor<?x3xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x3xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x3xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @join(
// CHECK-NOT: theano.
// CHECK: %[[N:.*]] = tensor.dim %arg0, %c0
// CHECK: %[[D0:.*]] = arith.addi %[[N]], %c3
// CHECK: %[[D1:.*]] = tensor.dim %arg0, %c1
// CHECK: return %[[D0]], %[[D1]]
func.func @join(%a: tensor<?x?xf32>, %b: tensor<3x?xf32>) -> (index, index) {
  %r = theano.join %a, %b axis 0 : (tensor<?x?xf32>, tensor<3x?xf32>) -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @subtensor(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg0, %c1
// CHECK: %[[D1:.*]] = tensor.dim %arg0, %c2
// CHECK: return %[[D0]], %[[D1]]
func.func @subtensor(%a: tensor<?x?x?xf32>, %i: tensor<i64>) -> (index, index) {
  %r = theano.subtensor %a[%i, :] : tensor<?x?x?xf32> -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @take(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg0, %c0
// CHECK: %[[D1:.*]] = tensor.dim %arg1, %c0
// CHECK: %[[D3:.*]] = tensor.dim %arg0, %c2
// CHECK: return %[[D0]], %[[D1]], %c5, %[[D3]]
func.func @take(%a: tensor<?x?x?xf32>, %i: tensor<?x5xi64>) -> (index, index, index, index) {
  %r = theano.take %a, %i axis 1 : (tensor<?x?x?xf32>, tensor<?x5xi64>) -> tensor<?x?x5x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?x5x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?x5x?xf32>
  %c2 = arith.constant 2 : index
  %d2 = tensor.dim %r, %c2 : tensor<?x?x5x?xf32>
  %c3 = arith.constant 3 : index
  %d3 = tensor.dim %r, %c3 : tensor<?x?x5x?xf32>
  return %d0, %d1, %d2, %d3 : index, index, index, index
}

// CHECK-LABEL: func.func @pick(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg1, %c0
// CHECK: %[[D1:.*]] = tensor.dim %arg0, %c2
// CHECK: return %[[D0]], %[[D1]]
func.func @pick(%a: tensor<?x?x?xf32>, %i: tensor<?xi64>) -> (index, index) {
  %r = theano.pick %a, %i : (tensor<?x?x?xf32>, tensor<?xi64>) -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @dot(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg0, %c0
// CHECK: %[[D1:.*]] = tensor.dim %arg1, %c0
// CHECK: %[[D2:.*]] = tensor.dim %arg1, %c2
// CHECK: return %[[D0]], %[[D1]], %[[D2]]
func.func @dot(%a: tensor<?x?xf32>, %b: tensor<?x?x?xf32>) -> (index, index, index) {
  %r = theano.dot %a, %b : (tensor<?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?x?xf32>
  %c2 = arith.constant 2 : index
  %d2 = tensor.dim %r, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2 : index, index, index
}

// CHECK-LABEL: func.func @batched_dot(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg0, %c0
// CHECK: %[[D1:.*]] = tensor.dim %arg0, %c1
// CHECK: %[[D2:.*]] = tensor.dim %arg1, %c2
// CHECK: return %[[D0]], %[[D1]], %[[D2]]
func.func @batched_dot(%a: tensor<?x?x?xf32>, %b: tensor<?x?x?xf32>) -> (index, index, index) {
  %r = theano.batched_dot %a, %b : (tensor<?x?x?xf32>, tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?x?xf32>
  %c2 = arith.constant 2 : index
  %d2 = tensor.dim %r, %c2 : tensor<?x?x?xf32>
  return %d0, %d1, %d2 : index, index, index
}

// CHECK-LABEL: func.func @reduction(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg0, %c1
// CHECK: %[[D1:.*]] = tensor.dim %arg0, %c3
// CHECK: return %[[D0]], %[[D1]]
func.func @reduction(%a: tensor<?x?x?x?xf32>) -> (index, index) {
  %r = theano.sum %a axes [0, 2] : tensor<?x?x?x?xf32> -> tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @keepdims(
// CHECK-NOT: theano.
// CHECK: %[[D1:.*]] = tensor.dim %arg0, %c1
// CHECK: return %c1, %[[D1]]
func.func @keepdims(%a: tensor<?x?xf32>) -> (index, index) {
  %r = theano.argmax %a axes [0] keepdims : tensor<?x?xf32> -> tensor<1x?xi64>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<1x?xi64>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<1x?xi64>
  return %d0, %d1 : index, index
}

// CHECK-LABEL: func.func @softmax(
// CHECK-NOT: theano.
// CHECK: %[[D0:.*]] = tensor.dim %arg0, %c0
// CHECK: %[[D1:.*]] = tensor.dim %arg0, %c1
// CHECK: return %[[D0]], %[[D1]]
func.func @softmax(%a: tensor<?x?xf32>) -> (index, index) {
  %r = theano.softmax %a : tensor<?x?xf32>
  %c0 = arith.constant 0 : index
  %d0 = tensor.dim %r, %c0 : tensor<?x?xf32>
  %c1 = arith.constant 1 : index
  %d1 = tensor.dim %r, %c1 : tensor<?x?xf32>
  return %d0, %d1 : index, index
}
