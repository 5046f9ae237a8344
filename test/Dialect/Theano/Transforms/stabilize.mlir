// RUN: theano-opt %s --theano-stabilize --allow-unregistered-dialect | FileCheck %s

// The example of the pass's description.
// CHECK-LABEL: func.func @log_softmax
func.func @log_softmax(%x: tensor<?x10xf32>) -> tensor<?x10xf32> {
  // CHECK-NEXT: %[[L:.*]] = theano.log_softmax %arg0 : tensor<?x10xf32>
  // CHECK-NEXT: return %[[L]]
  %p = theano.softmax %x : tensor<?x10xf32>
  %l = theano.log %p : tensor<?x10xf32>
  return %l : tensor<?x10xf32>
}

// CHECK-LABEL: func.func @log_of_pick
func.func @log_of_pick(%x: tensor<?x10xf32>, %y: tensor<?xi64>) -> tensor<?xf32> {
  // CHECK-NEXT: %[[L:.*]] = theano.log_softmax %arg0 : tensor<?x10xf32>
  // CHECK-NEXT: %[[P:.*]] = theano.pick %[[L]], %arg1
  // CHECK-NEXT: return %[[P]]
  %p = theano.softmax %x : tensor<?x10xf32>
  %q = theano.pick %p, %y : (tensor<?x10xf32>, tensor<?xi64>) -> tensor<?xf32>
  %l = theano.log %q : tensor<?xf32>
  return %l : tensor<?xf32>
}

// CHECK-LABEL: func.func @log_of_subtensor
func.func @log_of_subtensor(%x: tensor<?x10xf32>) -> tensor<10xf32> {
  // CHECK-NEXT: %[[L:.*]] = theano.log_softmax %arg0 : tensor<?x10xf32>
  // CHECK-NEXT: theano.subtensor %[[L]][0] : tensor<?x10xf32> -> tensor<10xf32>
  %p = theano.softmax %x : tensor<?x10xf32>
  %q = theano.subtensor %p[0] : tensor<?x10xf32> -> tensor<10xf32>
  %l = theano.log %q : tensor<10xf32>
  return %l : tensor<10xf32>
}

// Something happens to the softmax before its logarithm is taken.
// CHECK-LABEL: func.func @no_log_softmax
func.func @no_log_softmax(%x: tensor<?x10xf32>) -> tensor<?x10xf32> {
  // CHECK: theano.softmax
  // CHECK: theano.log %
  %p = theano.softmax %x : tensor<?x10xf32>
  %q = theano.sqr %p : tensor<?x10xf32>
  %l = theano.log %q : tensor<?x10xf32>
  return %l : tensor<?x10xf32>
}

// CHECK-LABEL: func.func @softmax
func.func @softmax(%x: tensor<?x10xf32>) -> (tensor<?x10xf32>, tensor<?x10xf32>) {
  // CHECK-NEXT: %[[A:.*]] = theano.softmax %arg0
  // CHECK-NEXT: %[[B:.*]] = theano.softmax %arg0
  // CHECK-NEXT: return %[[A]], %[[B]]
  %e = theano.exp %x : tensor<?x10xf32>
  %s = theano.sum %e axes [1] keepdims acc f64 : tensor<?x10xf32> -> tensor<?x1xf32>
  %p = theano.true_div %e, %s : (tensor<?x10xf32>, tensor<?x1xf32>) -> tensor<?x10xf32>
  %t = theano.sum %e axes [1] : tensor<?x10xf32> -> tensor<?xf32>
  %u = theano.dimshuffle %t [0, "x"] : tensor<?xf32> -> tensor<?x1xf32>
  %q = theano.true_div %e, %u : (tensor<?x10xf32>, tensor<?x1xf32>) -> tensor<?x10xf32>
  return %p, %q : tensor<?x10xf32>, tensor<?x10xf32>
}

// Over columns it is no softmax of rows.
// CHECK-LABEL: func.func @no_softmax
func.func @no_softmax(%x: tensor<?x10xf32>) -> tensor<?x10xf32> {
  // CHECK: theano.true_div
  %e = theano.exp %x : tensor<?x10xf32>
  %s = theano.sum %e axes [0] keepdims : tensor<?x10xf32> -> tensor<1x10xf32>
  %p = theano.true_div %e, %s : (tensor<?x10xf32>, tensor<1x10xf32>) -> tensor<?x10xf32>
  return %p : tensor<?x10xf32>
}

// CHECK-LABEL: func.func @log1p
func.func @log1p(%x: tensor<?xf32>, %y: tensor<?x?xf32>) -> (tensor<?xf32>, tensor<?x?xf32>) {
  // CHECK-NEXT: %[[A:.*]] = theano.log1p %arg0 : tensor<?xf32>
  // CHECK-NEXT: %[[B:.*]] = theano.log1p %arg1 : tensor<?x?xf32>
  // CHECK-NEXT: return %[[A]], %[[B]]
  %one = theano.constant dense<1.0> : tensor<1xf32>
  %a = theano.add %one, %x : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  %l = theano.log %a : tensor<?xf32>
  %scalar = theano.constant dense<1.0> : tensor<f32>
  %wide = theano.dimshuffle %scalar ["x", "x"] : tensor<f32> -> tensor<1x1xf32>
  %b = theano.add %y, %wide : (tensor<?x?xf32>, tensor<1x1xf32>) -> tensor<?x?xf32>
  %m = theano.log %b : tensor<?x?xf32>
  return %l, %m : tensor<?xf32>, tensor<?x?xf32>
}

// The constant is another, or decides the size, or is compared with it at run
// time.
// CHECK-LABEL: func.func @no_log1p
func.func @no_log1p(%x: tensor<?xf32>, %y: tensor<1xf32>) {
  // CHECK-NOT: theano.log1p
  %two = theano.constant dense<2.0> : tensor<1xf32>
  %a = theano.add %x, %two : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  %0 = theano.log %a : tensor<?xf32>
  "test.use"(%0) : (tensor<?xf32>) -> ()
  %ones = theano.constant dense<1.0> : tensor<3xf32>
  %b = theano.add %y, %ones : (tensor<1xf32>, tensor<3xf32>) -> tensor<3xf32>
  %1 = theano.log %b : tensor<3xf32>
  "test.use"(%1) : (tensor<3xf32>) -> ()
  %c = theano.add %x, %ones : (tensor<?xf32>, tensor<3xf32>) -> tensor<?xf32>
  %2 = theano.log %c : tensor<?xf32>
  "test.use"(%2) : (tensor<?xf32>) -> ()
  // CHECK: return
  return
}

// CHECK-LABEL: func.func @expm1
func.func @expm1(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) {
  // CHECK-NEXT: %[[A:.*]] = theano.expm1 %arg0 : tensor<?xf64>
  // CHECK-NEXT: %[[B:.*]] = theano.expm1 %arg0 : tensor<?xf64>
  // CHECK-NEXT: return %[[A]], %[[B]]
  %one = theano.constant dense<1.0> : tensor<1xf64>
  %minus = theano.constant dense<-1.0> : tensor<1xf64>
  %e = theano.exp %x : tensor<?xf64>
  %a = theano.sub %e, %one : (tensor<?xf64>, tensor<1xf64>) -> tensor<?xf64>
  %b = theano.add %minus, %e : (tensor<1xf64>, tensor<?xf64>) -> tensor<?xf64>
  return %a, %b : tensor<?xf64>, tensor<?xf64>
}

// 1 - exp(x) is not exp(x) - 1.
// CHECK-LABEL: func.func @no_expm1
func.func @no_expm1(%x: tensor<?xf64>) -> tensor<?xf64> {
  // CHECK-NOT: theano.expm1
  // CHECK: return
  %one = theano.constant dense<1.0> : tensor<1xf64>
  %e = theano.exp %x : tensor<?xf64>
  %a = theano.sub %one, %e : (tensor<1xf64>, tensor<?xf64>) -> tensor<?xf64>
  return %a : tensor<?xf64>
}

// CHECK-LABEL: func.func @softplus
func.func @softplus(%x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK-NEXT: %[[A:.*]] = theano.softplus %arg0 : tensor<?xf32>
  // CHECK-NEXT: return %[[A]]
  %one = theano.constant dense<1.0> : tensor<1xf32>
  %e = theano.exp %x : tensor<?xf32>
  %a = theano.add %one, %e : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  %l = theano.log %a : tensor<?xf32>
  return %l : tensor<?xf32>
}

// CHECK-LABEL: func.func @log_sigmoid
func.func @log_sigmoid(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK-NEXT: %[[M:.*]] = theano.neg %arg0
  // CHECK-NEXT: %[[S:.*]] = theano.softplus %[[M]]
  // CHECK-NEXT: %[[A:.*]] = theano.neg %[[S]]
  // CHECK-NEXT: %[[T:.*]] = theano.softplus %arg0
  // CHECK-NEXT: %[[B:.*]] = theano.neg %[[T]]
  // CHECK-NEXT: return %[[A]], %[[B]]
  %s = theano.sigmoid %x : tensor<?xf32>
  %l = theano.log %s : tensor<?xf32>
  %n = theano.neg %s : tensor<?xf32>
  %m = theano.log1p %n : tensor<?xf32>
  return %l, %m : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @no_softplus
func.func @no_softplus(%x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK-NOT: theano.softplus
  // CHECK: return
  %s = theano.sigmoid %x : tensor<?xf32>
  %m = theano.log1p %s : tensor<?xf32>
  return %m : tensor<?xf32>
}

// CHECK-LABEL: func.func @sigmoid
func.func @sigmoid(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  // CHECK-DAG: %[[M:.*]] = theano.neg %arg0
  // CHECK-DAG: %[[A:.*]] = theano.sigmoid %[[M]]
  // CHECK: %[[B:.*]] = theano.sigmoid %arg0
  // CHECK: %[[C:.*]] = theano.sigmoid %arg0
  // CHECK: %[[D:.*]] = theano.sigmoid %arg0
  // CHECK: return %[[A]], %[[B]], %[[C]], %[[D]]
  %one = theano.constant dense<1.0> : tensor<1xf32>
  %s = theano.sigmoid %x : tensor<?xf32>
  %a = theano.sub %one, %s : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  %n = theano.neg %x : tensor<?xf32>
  %en = theano.exp %n : tensor<?xf32>
  %dn = theano.add %one, %en : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  %b = theano.inv %dn : tensor<?xf32>
  %c = theano.true_div %one, %dn : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  %e = theano.exp %x : tensor<?xf32>
  %d0 = theano.add %one, %e : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  %d = theano.true_div %e, %d0 : tensor<?xf32>
  return %a, %b, %c, %d : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @no_sigmoid
func.func @no_sigmoid(%x: tensor<?xf32>, %y: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  // CHECK-NOT: theano.sigmoid
  // CHECK: return
  %one = theano.constant dense<1.0> : tensor<1xf32>
  // Without the minus.
  %e = theano.exp %x : tensor<?xf32>
  %d = theano.add %one, %e : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  %b = theano.inv %d : tensor<?xf32>
  // Of another variable.
  %f = theano.exp %y : tensor<?xf32>
  %c = theano.true_div %f, %d : tensor<?xf32>
  return %b, %c : tensor<?xf32>, tensor<?xf32>
}
