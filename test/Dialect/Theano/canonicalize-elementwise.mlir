// RUN: theano-opt %s --canonicalize | FileCheck %s

// The operands of a sum stay with their broadcast lists.
// CHECK-LABEL: func.func @no_swap
func.func @no_swap(%x: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: %[[C:.*]] = theano.constant
  // CHECK: theano.add %[[C]], %arg0 : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  %two = theano.constant dense<2.0> : tensor<1xf32>
  %0 = theano.add %two, %x : (tensor<1xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @integers
func.func @integers() -> (tensor<i8>, tensor<4xi32>, tensor<4xi32>, tensor<i8>, tensor<4xi32>, tensor<2xui8>, tensor<2xi1>) {
  // Sums and powers wrap: 100 + 100 is -56, 2 ** 20 is 0 in int8.
  // CHECK-DAG: %[[SUM:.*]] = theano.constant dense<-56> : tensor<i8>
  %hundred = theano.constant dense<100> : tensor<i8>
  %0 = theano.add %hundred, %hundred : tensor<i8>
  // Division floors; the remainder has the divisor's sign.
  // CHECK-DAG: %[[DIV:.*]] = theano.constant dense<[2, -3, -3, 2]> : tensor<4xi32>
  // CHECK-DAG: %[[MOD:.*]] = theano.constant dense<[1, 2, -2, -1]> : tensor<4xi32>
  %a = theano.constant dense<[7, -7, 7, -7]> : tensor<4xi32>
  %b = theano.constant dense<[3, 3, -3, -3]> : tensor<4xi32>
  %1 = theano.int_div %a, %b : tensor<4xi32>
  %2 = theano.mod %a, %b : tensor<4xi32>
  // CHECK-DAG: %[[POW:.*]] = theano.constant dense<0> : tensor<i8>
  %two = theano.constant dense<2> : tensor<i8>
  %twenty = theano.constant dense<20> : tensor<i8>
  %3 = theano.pow %two, %twenty : tensor<i8>
  // CHECK-DAG: %[[INV:.*]] = theano.constant dense<[1, -1, 0, 0]> : tensor<4xi32>
  %base = theano.constant dense<[1, -1, 2, 0]> : tensor<4xi32>
  %minus = theano.constant dense<-1> : tensor<1xi32>
  %4 = theano.pow %base, %minus : (tensor<4xi32>, tensor<1xi32>) -> tensor<4xi32>
  // Unsigned: 3 - 5 wraps to 254, and 254 is larger than 1.
  // CHECK-DAG: %[[SUB:.*]] = theano.constant dense<[254, 1]> : tensor<2xui8>
  // CHECK-DAG: %[[GT:.*]] = theano.constant dense<[true, false]> : tensor<2xi1>
  %u = theano.constant dense<[3, 6]> : tensor<2xui8>
  %five = theano.constant dense<5> : tensor<1xui8>
  %one = theano.constant dense<1> : tensor<1xui8>
  %5 = theano.sub %u, %five : (tensor<2xui8>, tensor<1xui8>) -> tensor<2xui8>
  %6 = theano.gt %5, %one : (tensor<2xui8>, tensor<1xui8>) -> tensor<2xi1>
  // CHECK: return %[[SUM]], %[[DIV]], %[[MOD]], %[[POW]], %[[INV]], %[[SUB]], %[[GT]]
  return %0, %1, %2, %3, %4, %5, %6 : tensor<i8>, tensor<4xi32>, tensor<4xi32>, tensor<i8>, tensor<4xi32>, tensor<2xui8>, tensor<2xi1>
}

// The smallest integer // -1 wraps; division by 0 stays for run time.
// CHECK-LABEL: func.func @division
func.func @division() -> (tensor<i8>, tensor<i8>) {
  // CHECK-DAG: %[[MIN:.*]] = theano.constant dense<-128> : tensor<i8>
  // CHECK-DAG: %[[ZERO:.*]] = theano.constant dense<0> : tensor<i8>
  // CHECK: %[[DIV:.*]] = theano.int_div %[[MIN]], %[[ZERO]]
  // CHECK: return %[[MIN]], %[[DIV]]
  %min = theano.constant dense<-128> : tensor<i8>
  %minus = theano.constant dense<-1> : tensor<i8>
  %zero = theano.constant dense<0> : tensor<i8>
  %0 = theano.int_div %min, %minus : tensor<i8>
  %1 = theano.int_div %min, %zero : tensor<i8>
  return %0, %1 : tensor<i8>, tensor<i8>
}

// CHECK-LABEL: func.func @floats
func.func @floats() -> (tensor<3xf32>, tensor<3xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<3xf32>) {
  // NaN wins on either side; -0 is below 0.
  // CHECK-DAG: %[[MAX:.*]] = theano.constant dense<[0x7FC00000, 0x7FC00000, 0.000000e+00]> : tensor<3xf32>
  // CHECK-DAG: %[[MIN:.*]] = theano.constant dense<[0x7FC00000, 0x7FC00000, -0.000000e+00]> : tensor<3xf32>
  %a = theano.constant dense<[0x7FC00000, 1.0, -0.0]> : tensor<3xf32>
  %b = theano.constant dense<[1.0, 0x7FC00000, 0.0]> : tensor<3xf32>
  %0 = theano.maximum %a, %b : tensor<3xf32>
  %1 = theano.minimum %a, %b : tensor<3xf32>
  // CHECK-DAG: %[[EVEN:.*]] = theano.constant dense<[0.000000e+00, 2.000000e+00, 2.000000e+00, -0.000000e+00, -2.000000e+00]> : tensor<5xf32>
  // CHECK-DAG: %[[AWAY:.*]] = theano.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, -1.000000e+00, -2.000000e+00]> : tensor<5xf32>
  // CHECK-DAG: %[[CEIL:.*]] = theano.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, -0.000000e+00, -1.000000e+00]> : tensor<5xf32>
  %ties = theano.constant dense<[0.5, 1.5, 2.5, -0.5, -1.5]> : tensor<5xf32>
  %2 = theano.round half_to_even %ties : tensor<5xf32>
  %3 = theano.round half_away_from_zero %ties : tensor<5xf32>
  %4 = theano.ceil %ties : tensor<5xf32>
  // A NaN stays, and so does a value where the bound is NaN.
  // CHECK-DAG: %[[CLIP:.*]] = theano.constant dense<[0x7FC00000, 5.000000e-01, 0.000000e+00]> : tensor<3xf32>
  %lower = theano.constant dense<[0.0, 0x7FC00000, 0.0]> : tensor<3xf32>
  %upper = theano.constant dense<0.5> : tensor<1xf32>
  %c = theano.constant dense<[0x7FC00000, 1.0, -1.0]> : tensor<3xf32>
  %5 = theano.clip %c, %lower, %upper : (tensor<3xf32>, tensor<3xf32>, tensor<1xf32>) -> tensor<3xf32>
  // CHECK: return %[[MAX]], %[[MIN]], %[[EVEN]], %[[AWAY]], %[[CEIL]], %[[CLIP]]
  return %0, %1, %2, %3, %4, %5 : tensor<3xf32>, tensor<3xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<3xf32>
}

// CHECK-LABEL: func.func @casts
func.func @casts() -> (tensor<5xi8>, tensor<5xui8>, tensor<2xi1>, tensor<i8>) {
  // Towards zero, saturating, NaN to 0.
  // CHECK-DAG: %[[I:.*]] = theano.constant dense<[1, -1, 127, -128, 0]> : tensor<5xi8>
  // CHECK-DAG: %[[U:.*]] = theano.constant dense<[1, 0, 255, 0, 0]> : tensor<5xui8>
  %x = theano.constant dense<[1.9, -1.9, 1000.0, -1000.0, 0x7FC00000]> : tensor<5xf32>
  %0 = theano.cast %x : tensor<5xf32> -> tensor<5xi8>
  %1 = theano.cast %x : tensor<5xf32> -> tensor<5xui8>
  // CHECK-DAG: %[[B:.*]] = theano.constant dense<[true, false]> : tensor<2xi1>
  %y = theano.constant dense<[0x7FC00000, -0.0]> : tensor<2xf32>
  %2 = theano.cast %y : tensor<2xf32> -> tensor<2xi1>
  // CHECK-DAG: %[[W:.*]] = theano.constant dense<-56> : tensor<i8>
  %z = theano.constant dense<200> : tensor<i64>
  %3 = theano.cast %z : tensor<i64> -> tensor<i8>
  // CHECK: return %[[I]], %[[U]], %[[B]], %[[W]]
  return %0, %1, %2, %3 : tensor<5xi8>, tensor<5xui8>, tensor<2xi1>, tensor<i8>
}

// A constant that broadcasts.
// CHECK-LABEL: func.func @broadcast
func.func @broadcast() -> (tensor<2x2xi64>, tensor<0x2xi64>) {
  // CHECK-DAG: theano.constant dense<{{\[}}[11, 12], [21, 22]]> : tensor<2x2xi64>
  // CHECK-DAG: theano.constant dense<> : tensor<0x2xi64>
  %column = theano.constant dense<[[10], [20]]> : tensor<2x1xi64>
  %row = theano.constant dense<[[1, 2]]> : tensor<1x2xi64>
  %none = theano.constant dense<> : tensor<0x1xi64>
  %0 = theano.add %column, %row : (tensor<2x1xi64>, tensor<1x2xi64>) -> tensor<2x2xi64>
  %1 = theano.add %none, %row : (tensor<0x1xi64>, tensor<1x2xi64>) -> tensor<0x2xi64>
  return %0, %1 : tensor<2x2xi64>, tensor<0x2xi64>
}

// CHECK-LABEL: func.func @neutral
func.func @neutral(%i: tensor<?xi32>, %x: tensor<?xf32>) -> (tensor<?xi32>, tensor<?xi32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xi32>) {
  // CHECK-NEXT: return %arg0, %arg0, %arg1, %arg1, %arg1, %arg0
  %zero = theano.constant dense<0> : tensor<1xi32>
  %one = theano.constant dense<1.0> : tensor<1xf32>
  %0 = theano.add %zero, %i : (tensor<1xi32>, tensor<?xi32>) -> tensor<?xi32>
  %1 = theano.sub %i, %zero : (tensor<?xi32>, tensor<1xi32>) -> tensor<?xi32>
  %2 = theano.mul %x, %one : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  %3 = theano.true_div %x, %one : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  %n = theano.neg %x : tensor<?xf32>
  %4 = theano.neg %n : tensor<?xf32>
  %5 = theano.maximum %i, %i : tensor<?xi32>
  return %0, %1, %2, %3, %4, %5 : tensor<?xi32>, tensor<?xi32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xi32>
}

// -0 + 0 is 0; a constant may decide or have to equal the size; 0 - x.
// CHECK-LABEL: func.func @not_neutral
func.func @not_neutral(%i: tensor<?xi32>, %x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xi32>, tensor<3xi32>, tensor<?xi32>) {
  // CHECK: theano.add
  // CHECK: theano.add
  // CHECK: theano.add
  // CHECK: theano.sub
  %zero = theano.constant dense<0> : tensor<1xi32>
  %zerof = theano.constant dense<0.0> : tensor<1xf32>
  %zeros = theano.constant dense<0> : tensor<3xi32>
  %0 = theano.add %x, %zerof : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  %1 = theano.add %i, %zeros : (tensor<?xi32>, tensor<3xi32>) -> tensor<?xi32>
  %2 = theano.add %i, %zeros : (tensor<?xi32>, tensor<3xi32>) -> tensor<3xi32>
  %3 = theano.sub %zero, %i : (tensor<1xi32>, tensor<?xi32>) -> tensor<?xi32>
  return %0, %1, %2, %3 : tensor<?xf32>, tensor<?xi32>, tensor<3xi32>, tensor<?xi32>
}

// CHECK-LABEL: func.func @switch
func.func @switch(%c: tensor<?xi1>, %x: tensor<?xf32>, %y: tensor<?xf32>, %z: tensor<1xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  // The one not taken broadcasts; with %y there would be a check of its size.
  // CHECK: %[[S:.*]] = theano.switch
  // CHECK: return %arg1, %[[S]]
  %true = theano.constant dense<true> : tensor<1xi1>
  %0 = theano.switch %true, %x, %z : (tensor<1xi1>, tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  %1 = theano.switch %true, %x, %y : (tensor<1xi1>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0, %1 : tensor<?xf32>, tensor<?xf32>
}

// CHECK-LABEL: func.func @cast_chains
func.func @cast_chains(%i: tensor<?xi16>, %x: tensor<?xf64>) -> (tensor<?xi16>, tensor<?xf64>, tensor<?xf64>, tensor<?xi8>) {
  // CHECK: %[[A:.*]] = theano.cast %arg0 : tensor<?xi16> -> tensor<?xf64>
  // CHECK: %[[B0:.*]] = theano.cast %arg1 : tensor<?xf64> -> tensor<?xf32>
  // CHECK: %[[B:.*]] = theano.cast %[[B0]] : tensor<?xf32> -> tensor<?xf64>
  // A detour through floats saturates where integers wrap.
  // CHECK: %[[C0:.*]] = theano.cast %arg0 : tensor<?xi16> -> tensor<?xf32>
  // CHECK: %[[C:.*]] = theano.cast %[[C0]] : tensor<?xf32> -> tensor<?xi8>
  // CHECK: return %arg0, %[[A]], %[[B]], %[[C]]
  %0 = theano.cast %i : tensor<?xi16> -> tensor<?xi64>
  %1 = theano.cast %0 : tensor<?xi64> -> tensor<?xi16>
  %2 = theano.cast %i : tensor<?xi16> -> tensor<?xf32>
  %3 = theano.cast %2 : tensor<?xf32> -> tensor<?xf64>
  %4 = theano.cast %x : tensor<?xf64> -> tensor<?xf32>
  %5 = theano.cast %4 : tensor<?xf32> -> tensor<?xf64>
  %6 = theano.cast %i : tensor<?xi16> -> tensor<?xf32>
  %7 = theano.cast %6 : tensor<?xf32> -> tensor<?xi8>
  return %1, %3, %5, %7 : tensor<?xi16>, tensor<?xf64>, tensor<?xf64>, tensor<?xi8>
}
