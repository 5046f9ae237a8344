// RUN: theano-opt %s | theano-opt | FileCheck %s
// RUN: theano-opt %s --mlir-print-op-generic | theano-opt | FileCheck %s

// CHECK-LABEL: func.func @arithmetic
func.func @arithmetic(%a: tensor<?x3xf32>, %b: tensor<?x3xf32>) {
  // CHECK: theano.add %arg0, %arg1 : tensor<?x3xf32>
  %0 = theano.add %a, %b : tensor<?x3xf32>
  // CHECK: theano.sub %arg0, %arg1 : tensor<?x3xf32>
  %1 = theano.sub %a, %b : tensor<?x3xf32>
  // CHECK: theano.mul %arg0, %arg1 : tensor<?x3xf32>
  %2 = theano.mul %a, %b : tensor<?x3xf32>
  // CHECK: theano.true_div %arg0, %arg1 : tensor<?x3xf32>
  %3 = theano.true_div %a, %b : tensor<?x3xf32>
  // CHECK: theano.int_div %arg0, %arg1 : tensor<?x3xf32>
  %4 = theano.int_div %a, %b : tensor<?x3xf32>
  // CHECK: theano.mod %arg0, %arg1 : tensor<?x3xf32>
  %5 = theano.mod %a, %b : tensor<?x3xf32>
  // CHECK: theano.pow %arg0, %arg1 : tensor<?x3xf32>
  %6 = theano.pow %a, %b : tensor<?x3xf32>
  // CHECK: theano.maximum %arg0, %arg1 : tensor<?x3xf32>
  %7 = theano.maximum %a, %b : tensor<?x3xf32>
  // CHECK: theano.minimum %arg0, %arg1 : tensor<?x3xf32>
  %8 = theano.minimum %a, %b : tensor<?x3xf32>
  return
}

// The dimensions of static size 1 broadcast; the attribute is not printed then.
// CHECK-LABEL: func.func @broadcasts
func.func @broadcasts(%a: tensor<1x?xf32>, %b: tensor<?x?xf32>,
                      %c: tensor<?x1xf32>, %d: tensor<1x1xf32>) {
  // CHECK: theano.add %arg0, %arg1 : (tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %0 = theano.add %a, %b : (tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  // CHECK: theano.mul %arg0, %arg2 : (tensor<1x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  %1 = theano.mul %a, %c : (tensor<1x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>
  // CHECK: theano.add %arg3, %arg3 : tensor<1x1xf32>
  %2 = theano.add %d, %d : tensor<1x1xf32>
  return
}

// A size of 1 that was learnt after the op was built does not broadcast: the
// sizes must be equal.
// CHECK-LABEL: func.func @learnt
func.func @learnt(%a: tensor<1x?xf32>, %b: tensor<?x?xf32>) {
  // CHECK: theano.add %arg0, %arg1 broadcast {{\[}}[], []] : (tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<1x?xf32>
  %0 = theano.add %a, %b broadcast [[], []] : (tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<1x?xf32>
  // CHECK: theano.switch %{{.*}}, %arg0, %arg1 broadcast {{\[}}[0, 1], [], []] : (tensor<1x1xi1>, tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<1x?xf32>
  %t = theano.constant dense<true> : tensor<1x1xi1>
  %1 = theano.dimshuffle %t [0, 1] : tensor<1x1xi1>
  %2 = theano.switch %1, %a, %b broadcast [[0, 1], [], []] : (tensor<1x1xi1>, tensor<1x?xf32>, tensor<?x?xf32>) -> tensor<1x?xf32>
  return
}

// CHECK-LABEL: func.func @comparison
func.func @comparison(%a: tensor<?xui8>, %b: tensor<?xui8>) {
  // CHECK: theano.lt %arg0, %arg1 : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  %0 = theano.lt %a, %b : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  // CHECK: theano.gt %arg0, %arg1 : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  %1 = theano.gt %a, %b : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  // CHECK: theano.le %arg0, %arg1 : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  %2 = theano.le %a, %b : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  // CHECK: theano.ge %arg0, %arg1 : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  %3 = theano.ge %a, %b : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  // CHECK: theano.eq %arg0, %arg1 : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  %4 = theano.eq %a, %b : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  // CHECK: theano.neq %arg0, %arg1 : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  %5 = theano.neq %a, %b : (tensor<?xui8>, tensor<?xui8>) -> tensor<?xi1>
  // CHECK: theano.lt %{{.*}}, %{{.*}} : tensor<?xi1>
  %6 = theano.lt %0, %1 : tensor<?xi1>
  return
}

// CHECK-LABEL: func.func @logic
func.func @logic(%a: tensor<?xi1>, %i: tensor<?xi16>) {
  // CHECK: theano.and %arg0, %arg0 : tensor<?xi1>
  %0 = theano.and %a, %a : tensor<?xi1>
  // CHECK: theano.or %arg1, %arg1 : tensor<?xi16>
  %1 = theano.or %i, %i : tensor<?xi16>
  // CHECK: theano.xor %arg1, %arg1 : tensor<?xi16>
  %2 = theano.xor %i, %i : tensor<?xi16>
  // CHECK: theano.invert %arg0 : tensor<?xi1>
  %3 = theano.invert %a : tensor<?xi1>
  return
}

// CHECK-LABEL: func.func @functions
func.func @functions(%x: tensor<?x1xbf16>, %i: tensor<i64>) {
  // CHECK: theano.exp %arg0 : tensor<?x1xbf16>
  %0 = theano.exp %x : tensor<?x1xbf16>
  // CHECK: theano.expm1 %arg0
  %1 = theano.expm1 %x : tensor<?x1xbf16>
  // CHECK: theano.log %arg0
  %2 = theano.log %x : tensor<?x1xbf16>
  // CHECK: theano.log1p %arg0
  %3 = theano.log1p %x : tensor<?x1xbf16>
  // CHECK: theano.sqrt %arg0
  %4 = theano.sqrt %x : tensor<?x1xbf16>
  // CHECK: theano.sqr %arg1 : tensor<i64>
  %5 = theano.sqr %i : tensor<i64>
  // CHECK: theano.tanh %arg0
  %6 = theano.tanh %x : tensor<?x1xbf16>
  // CHECK: theano.sigmoid %arg0
  %7 = theano.sigmoid %x : tensor<?x1xbf16>
  // CHECK: theano.softplus %arg0
  %8 = theano.softplus %x : tensor<?x1xbf16>
  // CHECK: theano.sin %arg0
  %9 = theano.sin %x : tensor<?x1xbf16>
  // CHECK: theano.cos %arg0
  %10 = theano.cos %x : tensor<?x1xbf16>
  // CHECK: theano.erf %arg0
  %11 = theano.erf %x : tensor<?x1xbf16>
  // CHECK: theano.abs %arg1 : tensor<i64>
  %12 = theano.abs %i : tensor<i64>
  // CHECK: theano.neg %arg0
  %13 = theano.neg %x : tensor<?x1xbf16>
  // CHECK: theano.sgn %arg0
  %14 = theano.sgn %x : tensor<?x1xbf16>
  // CHECK: theano.inv %arg0
  %15 = theano.inv %x : tensor<?x1xbf16>
  // CHECK: theano.floor %arg0
  %16 = theano.floor %x : tensor<?x1xbf16>
  // CHECK: theano.ceil %arg0
  %17 = theano.ceil %x : tensor<?x1xbf16>
  // CHECK: theano.trunc %arg0
  %18 = theano.trunc %x : tensor<?x1xbf16>
  // CHECK: theano.round half_to_even %arg0 : tensor<?x1xbf16>
  %19 = theano.round half_to_even %x : tensor<?x1xbf16>
  // CHECK: theano.round half_away_from_zero %arg0 : tensor<?x1xbf16>
  %20 = theano.round half_away_from_zero %x : tensor<?x1xbf16>
  // CHECK: theano.isnan %arg0 : tensor<?x1xbf16> -> tensor<?x1xi1>
  %21 = theano.isnan %x : tensor<?x1xbf16> -> tensor<?x1xi1>
  // CHECK: theano.isinf %arg0 : tensor<?x1xbf16> -> tensor<?x1xi1>
  %22 = theano.isinf %x : tensor<?x1xbf16> -> tensor<?x1xi1>
  // CHECK: theano.exp2 %arg0 : tensor<?x1xbf16>
  %23 = theano.exp2 %x : tensor<?x1xbf16>
  // CHECK: theano.log2 %arg0 : tensor<?x1xbf16>
  %24 = theano.log2 %x : tensor<?x1xbf16>
  // CHECK: theano.log10 %arg0 : tensor<?x1xbf16>
  %25 = theano.log10 %x : tensor<?x1xbf16>
  // CHECK: theano.tan %arg0 : tensor<?x1xbf16>
  %26 = theano.tan %x : tensor<?x1xbf16>
  return
}

// CHECK-LABEL: func.func @choice
func.func @choice(%c: tensor<?xi1>, %x: tensor<?xf64>, %one: tensor<1xf64>) {
  // CHECK: theano.switch %arg0, %arg1, %arg2 : (tensor<?xi1>, tensor<?xf64>, tensor<1xf64>) -> tensor<?xf64>
  %0 = theano.switch %c, %x, %one : (tensor<?xi1>, tensor<?xf64>, tensor<1xf64>) -> tensor<?xf64>
  // CHECK: theano.clip %arg1, %arg2, %arg2 : (tensor<?xf64>, tensor<1xf64>, tensor<1xf64>) -> tensor<?xf64>
  %1 = theano.clip %x, %one, %one : (tensor<?xf64>, tensor<1xf64>, tensor<1xf64>) -> tensor<?xf64>
  // CHECK: theano.clip %arg1, %arg1, %arg1 : tensor<?xf64>
  %2 = theano.clip %x, %x, %x : tensor<?xf64>
  // CHECK: theano.cast %arg1 : tensor<?xf64> -> tensor<?xui16>
  %3 = theano.cast %x : tensor<?xf64> -> tensor<?xui16>
  // CHECK: theano.cast %arg1 : tensor<?xf64>
  %4 = theano.cast %x : tensor<?xf64>
  return
}

// A result may leave open what is known.
// CHECK-LABEL: func.func @open
func.func @open(%a: tensor<3xf32>) -> tensor<?xf32> {
  // CHECK: theano.add %arg0, %arg0 : (tensor<3xf32>, tensor<3xf32>) -> tensor<?xf32>
  %0 = theano.add %a, %a : (tensor<3xf32>, tensor<3xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
