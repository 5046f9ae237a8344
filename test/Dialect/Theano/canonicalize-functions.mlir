// RUN: theano-opt %s --canonicalize | FileCheck %s

// Constants of every elementwise op. The functions that run time approximates are
// rounded once from their true value (test_folds.py looks at many more).

// CHECK-LABEL: func.func @exponentials
func.func @exponentials() -> (tensor<3xf64>, tensor<3xf64>, tensor<3xf64>, tensor<3xf64>) {
  // CHECK-DAG: %[[EXP:.*]] = theano.constant dense<[1.000000e+00, 2.7182818284590451, 0.000000e+00]> : tensor<3xf64>
  // CHECK-DAG: %[[EXPM1:.*]] = theano.constant dense<[0.000000e+00, 1.7182818284590453, -1.000000e+00]> : tensor<3xf64>
  // CHECK-DAG: %[[SIGMOID:.*]] = theano.constant dense<[5.000000e-01, 0.7310585786300049, 0.000000e+00]> : tensor<3xf64>
  // CHECK-DAG: %[[SOFTPLUS:.*]] = theano.constant dense<[0.69314718055994529, 1.3132616875182228, 0.000000e+00]> : tensor<3xf64>
  // CHECK: return %[[EXP]], %[[EXPM1]], %[[SIGMOID]], %[[SOFTPLUS]]
  %x = theano.constant dense<[0.0, 1.0, 0xFFF0000000000000]> : tensor<3xf64>
  %0 = theano.exp %x : tensor<3xf64>
  %1 = theano.expm1 %x : tensor<3xf64>
  %2 = theano.sigmoid %x : tensor<3xf64>
  %3 = theano.softplus %x : tensor<3xf64>
  return %0, %1, %2, %3 : tensor<3xf64>, tensor<3xf64>, tensor<3xf64>, tensor<3xf64>
}

// CHECK-LABEL: func.func @logarithms
func.func @logarithms() -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-DAG: %[[LOG:.*]] = theano.constant dense<[0.000000e+00, 1.38629436, 0xFF800000, 0x7FC00000]> : tensor<4xf32>
  // CHECK-DAG: %[[LOG1P:.*]] = theano.constant dense<[0.693147182, 1.60943794, -0.000000e+00, 0xFF800000]> : tensor<4xf32>
  // CHECK-DAG: %[[SQRT:.*]] = theano.constant dense<[1.000000e+00, 2.000000e+00, -0.000000e+00, 0x7FC00000]> : tensor<4xf32>
  // CHECK: return %[[LOG]], %[[LOG1P]], %[[SQRT]]
  %x = theano.constant dense<[1.0, 4.0, -0.0, -1.0]> : tensor<4xf32>
  %0 = theano.log %x : tensor<4xf32>
  %1 = theano.log1p %x : tensor<4xf32>
  %2 = theano.sqrt %x : tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// Whole powers are exact.
// CHECK-LABEL: func.func @bases
func.func @bases() -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  // CHECK-DAG: %[[EXP2:.*]] = theano.constant dense<[1.024000e+03, 2.000000e+00, 0.000000e+00]> : tensor<3xf32>
  // CHECK-DAG: %[[LOG2:.*]] = theano.constant dense<[3.32192802, 0.000000e+00, 0x7FC00000]> : tensor<3xf32>
  // CHECK-DAG: %[[LOG10:.*]] = theano.constant dense<[1.000000e+00, 0.000000e+00, 0x7FC00000]> : tensor<3xf32>
  // CHECK-DAG: %[[TAN:.*]] = theano.constant dense<[0.648360848, 1.55740774, 0x7FC00000]> : tensor<3xf32>
  // CHECK: return %[[EXP2]], %[[LOG2]], %[[LOG10]], %[[TAN]]
  %x = theano.constant dense<[10.0, 1.0, 0xFF800000]> : tensor<3xf32>
  %0 = theano.exp2 %x : tensor<3xf32>
  %1 = theano.log2 %x : tensor<3xf32>
  %2 = theano.log10 %x : tensor<3xf32>
  %3 = theano.tan %x : tensor<3xf32>
  return %0, %1, %2, %3 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// CHECK-LABEL: func.func @curves
func.func @curves() -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  // CHECK-DAG: %[[TANH:.*]] = theano.constant dense<[-0.000000e+00, 0.761594176, -1.000000e+00]> : tensor<3xf32>
  // CHECK-DAG: %[[ERF:.*]] = theano.constant dense<[-0.000000e+00, 0.842700779, -1.000000e+00]> : tensor<3xf32>
  // CHECK-DAG: %[[SIN:.*]] = theano.constant dense<[-0.000000e+00, 0.841470957, 0x7FC00000]> : tensor<3xf32>
  // CHECK-DAG: %[[COS:.*]] = theano.constant dense<[1.000000e+00, 0.540302277, 0x7FC00000]> : tensor<3xf32>
  // CHECK: return %[[TANH]], %[[ERF]], %[[SIN]], %[[COS]]
  %x = theano.constant dense<[-0.0, 1.0, 0xFF800000]> : tensor<3xf32>
  %0 = theano.tanh %x : tensor<3xf32>
  %1 = theano.erf %x : tensor<3xf32>
  %2 = theano.sin %x : tensor<3xf32>
  %3 = theano.cos %x : tensor<3xf32>
  return %0, %1, %2, %3 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// A larger angle needs more of pi than the compiler has; larger tensors stay data.
// CHECK-LABEL: func.func @left
func.func @left() -> (tensor<f64>, tensor<65xf32>) {
  // CHECK: theano.sin
  // CHECK: theano.exp
  %angle = theano.constant dense<1.0e+10> : tensor<f64>
  %0 = theano.sin %angle : tensor<f64>
  %many = theano.constant dense<[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]> : tensor<65xf32>
  %1 = theano.exp %many : tensor<65xf32>
  return %0, %1 : tensor<f64>, tensor<65xf32>
}

// CHECK-LABEL: func.func @whole_numbers
func.func @whole_numbers() -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  // CHECK-DAG: %[[FLOOR:.*]] = theano.constant dense<[1.000000e+00, -1.000000e+00, 0x7F800000]> : tensor<3xf32>
  // CHECK-DAG: %[[TRUNC:.*]] = theano.constant dense<[1.000000e+00, -0.000000e+00, 0x7F800000]> : tensor<3xf32>
  // CHECK-DAG: %[[INV:.*]] = theano.constant dense<[0.666666686, -2.000000e+00, 0.000000e+00]> : tensor<3xf32>
  // CHECK: return %[[FLOOR]], %[[TRUNC]], %[[INV]]
  %x = theano.constant dense<[1.5, -0.5, 0x7F800000]> : tensor<3xf32>
  %0 = theano.floor %x : tensor<3xf32>
  %1 = theano.trunc %x : tensor<3xf32>
  %2 = theano.inv %x : tensor<3xf32>
  return %0, %1, %2 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// CHECK-LABEL: func.func @numbers
func.func @numbers() -> (tensor<3xi8>, tensor<3xi8>, tensor<3xi8>, tensor<3xf32>) {
  // The smallest integer has no absolute value of its own; squares wrap.
  // CHECK-DAG: %[[SQR:.*]] = theano.constant dense<[0, 9, 64]> : tensor<3xi8>
  // CHECK-DAG: %[[ABS:.*]] = theano.constant dense<[-128, 3, 8]> : tensor<3xi8>
  // CHECK-DAG: %[[SGN:.*]] = theano.constant dense<[-1, -1, 1]> : tensor<3xi8>
  // CHECK-DAG: %[[SGNF:.*]] = theano.constant dense<[0.000000e+00, -1.000000e+00, 0x7FC00000]> : tensor<3xf32>
  // CHECK: return %[[SQR]], %[[ABS]], %[[SGN]], %[[SGNF]]
  %x = theano.constant dense<[-128, -3, 8]> : tensor<3xi8>
  %0 = theano.sqr %x : tensor<3xi8>
  %1 = theano.abs %x : tensor<3xi8>
  %2 = theano.sgn %x : tensor<3xi8>
  %y = theano.constant dense<[-0.0, -3.0, 0x7FC00000]> : tensor<3xf32>
  %3 = theano.sgn %y : tensor<3xf32>
  return %0, %1, %2, %3 : tensor<3xi8>, tensor<3xi8>, tensor<3xi8>, tensor<3xf32>
}

// CHECK-LABEL: func.func @classes
func.func @classes() -> (tensor<3xi1>, tensor<3xi1>) {
  // CHECK-DAG: %[[NAN:.*]] = theano.constant dense<[false, false, true]> : tensor<3xi1>
  // CHECK-DAG: %[[INF:.*]] = theano.constant dense<[false, true, false]> : tensor<3xi1>
  // CHECK: return %[[NAN]], %[[INF]]
  %x = theano.constant dense<[1.0, 0xFC00, 0x7E00]> : tensor<3xf16>
  %0 = theano.isnan %x : tensor<3xf16> -> tensor<3xi1>
  %1 = theano.isinf %x : tensor<3xf16> -> tensor<3xi1>
  return %0, %1 : tensor<3xi1>, tensor<3xi1>
}

// A comparison with NaN is false, but for neq.
// CHECK-LABEL: func.func @comparisons
func.func @comparisons() -> (tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>) {
  // CHECK-DAG: %[[LT:.*]] = theano.constant dense<[true, false, false]> : tensor<3xi1>
  // CHECK-DAG: %[[LE:.*]] = theano.constant dense<[true, true, false]> : tensor<3xi1>
  // CHECK-DAG: %[[GT:.*]] = theano.constant dense<false> : tensor<3xi1>
  // CHECK-DAG: %[[GE:.*]] = theano.constant dense<[false, true, false]> : tensor<3xi1>
  // CHECK-DAG: %[[NEQ:.*]] = theano.constant dense<[true, false, true]> : tensor<3xi1>
  // CHECK: return %[[LT]], %[[LE]], %[[GT]], %[[GE]], %[[GE]], %[[NEQ]]
  %x = theano.constant dense<[1.0, -0.0, 0x7FC00000]> : tensor<3xf32>
  %y = theano.constant dense<[2.0, 0.0, 1.0]> : tensor<3xf32>
  %0 = theano.lt %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %1 = theano.le %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %2 = theano.gt %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %3 = theano.ge %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %4 = theano.eq %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  %5 = theano.neq %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %0, %1, %2, %3, %4, %5 : tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>
}

// CHECK-LABEL: func.func @bits
func.func @bits(%i: tensor<?xi8>) -> (tensor<2xui8>, tensor<2xui8>, tensor<2xui8>, tensor<2xui8>, tensor<?xi8>, tensor<?xi8>) {
  // CHECK-DAG: %[[AND:.*]] = theano.constant dense<[8, 0]> : tensor<2xui8>
  // CHECK-DAG: %[[OR:.*]] = theano.constant dense<[14, 255]> : tensor<2xui8>
  // CHECK-DAG: %[[XOR:.*]] = theano.constant dense<[6, 255]> : tensor<2xui8>
  // CHECK-DAG: %[[INVERT:.*]] = theano.constant dense<[243, 0]> : tensor<2xui8>
  // CHECK: return %[[AND]], %[[OR]], %[[XOR]], %[[INVERT]], %arg0, %arg0
  %x = theano.constant dense<[12, 255]> : tensor<2xui8>
  %y = theano.constant dense<[10, 0]> : tensor<2xui8>
  %0 = theano.and %x, %y : tensor<2xui8>
  %1 = theano.or %x, %y : tensor<2xui8>
  %2 = theano.xor %x, %y : tensor<2xui8>
  %3 = theano.invert %x : tensor<2xui8>
  %4 = theano.and %i, %i : tensor<?xi8>
  %n = theano.invert %i : tensor<?xi8>
  %5 = theano.invert %n : tensor<?xi8>
  return %0, %1, %2, %3, %4, %5 : tensor<2xui8>, tensor<2xui8>, tensor<2xui8>, tensor<2xui8>, tensor<?xi8>, tensor<?xi8>
}

// Floats divide as in Python, and a power has C's limits.
// CHECK-LABEL: func.func @division
func.func @division() -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-DAG: %[[DIV:.*]] = theano.constant dense<[-3.000000e+00, 2.000000e+00, 0xFF800000, -1.000000e+00]> : tensor<4xf32>
  // CHECK-DAG: %[[MOD:.*]] = theano.constant dense<[2.000000e+00, -1.000000e+00, 0x7FC00000, 0x7F800000]> : tensor<4xf32>
  // CHECK-DAG: %[[POW:.*]] = theano.constant dense<[-3.430000e+02, -0.002915452, 1.000000e+00, 0x7F800000]> : tensor<4xf32>
  // CHECK: return %[[DIV]], %[[MOD]], %[[POW]]
  %x = theano.constant dense<[-7.0, -7.0, -7.0, -7.0]> : tensor<4xf32>
  %y = theano.constant dense<[3.0, -3.0, 0.0, 0x7F800000]> : tensor<4xf32>
  %0 = theano.int_div %x, %y : tensor<4xf32>
  %1 = theano.mod %x, %y : tensor<4xf32>
  %2 = theano.pow %x, %y : tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// A division of integers by zero goes on to fail at run time.
// CHECK-LABEL: func.func @by_zero
func.func @by_zero() -> (tensor<2xi32>, tensor<2xui8>) {
  // CHECK: theano.int_div
  // CHECK: theano.mod
  %x = theano.constant dense<[7, 8]> : tensor<2xi32>
  %y = theano.constant dense<[1, 0]> : tensor<2xi32>
  %0 = theano.int_div %x, %y : tensor<2xi32>
  %u = theano.constant dense<[7, 8]> : tensor<2xui8>
  %v = theano.constant dense<[0, 2]> : tensor<2xui8>
  %1 = theano.mod %u, %v : tensor<2xui8>
  return %0, %1 : tensor<2xi32>, tensor<2xui8>
}
