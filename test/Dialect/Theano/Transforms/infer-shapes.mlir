// RUN: theano-opt %s --theano-infer-shapes | FileCheck %s

// The example of the pass's description.
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<?x3xf32>, %v: tensor<f32>) -> tensor<?xf32> {
  // CHECK: %[[A:.*]] = theano.alloc %arg1 [4] : tensor<f32> -> tensor<4xf32>
  // CHECK: %[[R:.*]] = tensor.cast %[[A]] : tensor<4xf32> to tensor<?xf32>
  // CHECK: return %[[R]]
  %n = theano.constant dense<4> : tensor<i64>
  %a = theano.alloc %v [%n] : tensor<f32> -> tensor<?xf32>
  return %a : tensor<?xf32>
}

// Types flow to users.
// CHECK-LABEL: func.func @flow
func.func @flow(%x: tensor<6xf32>) -> tensor<?xf32> {
  // CHECK: theano.exp %arg0 : tensor<6xf32>
  // CHECK: theano.subtensor %{{.*}}[1:4] : tensor<6xf32> -> tensor<3xf32>
  // CHECK: theano.tanh %{{.*}} : tensor<3xf32>
  // CHECK: tensor.cast %{{.*}} : tensor<3xf32> to tensor<?xf32>
  %one = theano.constant dense<1> : tensor<i64>
  %0 = theano.exp %x : tensor<6xf32> -> tensor<?xf32>
  %1 = theano.subtensor %0[%one:4] : tensor<?xf32> -> tensor<?xf32>
  %2 = theano.tanh %1 : tensor<?xf32>
  return %2 : tensor<?xf32>
}

// A reshape learns its sizes from what computes them.
// CHECK-LABEL: func.func @reshape
func.func @reshape(%x: tensor<4x6xf32>, %y: tensor<?x3xf32>) -> tensor<?x?xf32> {
  // CHECK: theano.reshape %arg0, %{{.*}} : (tensor<4x6xf32>, tensor<2xi64>) -> tensor<3x8xf32>
  %s = theano.shape %y : tensor<?x3xf32> -> tensor<2xi64>
  %m = theano.subtensor %s[1] : tensor<2xi64> -> tensor<i64>
  %d = theano.dimshuffle %m ["x"] : tensor<i64> -> tensor<1xi64>
  %rest = theano.constant dense<-1> : tensor<1xi64>
  %t = theano.join %d, %rest axis 0 : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %0 = theano.reshape %x, %t : (tensor<4x6xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// Shapes are had without the values.
// CHECK-LABEL: func.func @shapes
func.func @shapes(%x: tensor<?x3xf32>, %r: tensor<1x3xf32>, %s: tensor<2x3xf32>) -> (tensor<2xi64>, tensor<2xi64>) {
  // CHECK: %[[S:.*]] = theano.shape %arg0 : tensor<?x3xf32> -> tensor<2xi64>
  // CHECK: %[[C:.*]] = theano.constant dense<[2, 3]> : tensor<2xi64>
  // CHECK: return %[[S]], %[[C]]
  %0 = theano.add %r, %x : (tensor<1x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = theano.exp %0 : tensor<?x3xf32>
  %2 = theano.shape %1 : tensor<?x3xf32> -> tensor<2xi64>
  %3 = theano.shape %s : tensor<2x3xf32> -> tensor<2xi64>
  return %2, %3 : tensor<2xi64>, tensor<2xi64>
}

// No operand has the shape of the result.
// CHECK-LABEL: func.func @no_shape
func.func @no_shape(%r: tensor<1x?xf32>, %c: tensor<?x1xf32>) -> tensor<2xi64> {
  // CHECK: %[[A:.*]] = theano.add
  // CHECK: theano.shape %[[A]]
  %0 = theano.add %r, %c : (tensor<1x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %1 = theano.shape %0 : tensor<?x?xf32> -> tensor<2xi64>
  return %1 : tensor<2xi64>
}

// A size that turns out to be 1 does not begin to broadcast: (1,3) + (2,3) is
// an error before and after.
// CHECK-LABEL: func.func @no_broadcast
func.func @no_broadcast(%v: tensor<f32>, %x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // CHECK: %[[A:.*]] = theano.alloc %arg0 [1, 3] : tensor<f32> -> tensor<1x3xf32>
  // CHECK: theano.add %[[A]], %arg1 broadcast {{\[}}[], []] : (tensor<1x3xf32>, tensor<?x?xf32>) -> tensor<1x3xf32>
  %one = theano.constant dense<1> : tensor<i64>
  %three = theano.constant dense<3> : tensor<i64>
  %a = theano.alloc %v [%one, %three] : tensor<f32> -> tensor<?x?xf32>
  %0 = theano.add %a, %x : tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// What contradicts itself goes on to fail at run time.
// CHECK-LABEL: func.func @contradiction
func.func @contradiction(%v: tensor<f32>) -> tensor<?xf32> {
  // CHECK: theano.alloc %arg0 [2] : tensor<f32> -> tensor<2xf32>
  // CHECK: theano.alloc %arg0 [3] : tensor<f32> -> tensor<?xf32>
  // CHECK: theano.add %{{.*}}, %{{.*}} : (tensor<2xf32>, tensor<?xf32>) -> tensor<2xf32>
  %two = theano.constant dense<2> : tensor<i64>
  %three = theano.constant dense<3> : tensor<i64>
  %a = theano.alloc %v [%two] : tensor<f32> -> tensor<?xf32>
  %b = theano.alloc %v [%three] : tensor<f32> -> tensor<?xf32>
  %0 = theano.add %a, %b : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// Neither does an index out of range, a step of 0 or a negative size become
// invalid IR.
// CHECK-LABEL: func.func @late_errors
func.func @late_errors(%x: tensor<3xf32>, %v: tensor<f32>) -> (tensor<f32>, tensor<?xf32>, tensor<?xf32>) {
  // CHECK: theano.subtensor %arg0[%{{.*}}] : tensor<3xf32> -> tensor<f32>
  // CHECK: theano.subtensor %arg0[::%{{.*}}] : tensor<3xf32> -> tensor<?xf32>
  // CHECK: theano.alloc %arg1 [%{{.*}}] : tensor<f32> -> tensor<?xf32>
  %five = theano.constant dense<5> : tensor<i64>
  %zero = theano.constant dense<0> : tensor<i64>
  %minus = theano.constant dense<-1> : tensor<i64>
  %0 = theano.subtensor %x[%five] : tensor<3xf32> -> tensor<f32>
  %1 = theano.subtensor %x[::%zero] : tensor<3xf32> -> tensor<?xf32>
  %2 = theano.alloc %v [%minus] : tensor<f32> -> tensor<?xf32>
  return %0, %1, %2 : tensor<f32>, tensor<?xf32>, tensor<?xf32>
}
