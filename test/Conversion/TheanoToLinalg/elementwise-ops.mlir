// RUN: theano-opt --convert-theano-to-linalg %s | FileCheck %s

// What the body of the generic holds for each op: one operation of arith, math or
// kernel where there is one. (What an op does beyond that is in elementwise.mlir.)

// CHECK-LABEL: func.func @abs(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.absf
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @abs(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.abs %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @ceil(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.ceil
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @ceil(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.ceil %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @cos(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.cos
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @cos(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.cos %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @erf(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.erf
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @erf(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.erf %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @expm1(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.expm1
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @expm1(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.expm1 %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @floor(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.floor
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @floor(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.floor %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @inv(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CHECK-NEXT:      %[[R:.*]] = arith.divf %[[ONE]], %{{.*}} : f32
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @inv(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.inv %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @log(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.log 
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @log(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.log %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @log1p(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.log1p
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @log1p(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.log1p %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @neg(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = arith.negf
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @neg(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.neg %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @sigmoid(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = kernel.sigmoid
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @sigmoid(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.sigmoid %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @sin(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.sin
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @sin(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.sin %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @softplus(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = kernel.softplus
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @softplus(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.softplus %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @sqr(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = arith.mulf %[[X:[^,]*]], %[[X]] : f32
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @sqr(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.sqr %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @sqrt(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.sqrt
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @sqrt(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.sqrt %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @tanh(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.tanh
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @tanh(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.tanh %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @trunc(
// CHECK:         linalg.generic
// CHECK-NEXT:    ^bb0
// CHECK-NEXT:      %[[R:.*]] = math.trunc
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @trunc(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.trunc %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @round_half_to_even(
// CHECK:         %[[R:.*]] = math.roundeven
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @round_half_to_even(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.round half_to_even %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @round_half_away_from_zero(
// CHECK:         %[[R:.*]] = math.round 
// CHECK-NEXT:      linalg.yield %[[R]] : f32
func.func @round_half_away_from_zero(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.round half_away_from_zero %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @and(
// CHECK:         ^bb0(%[[X:.*]]: i16, %[[Y:.*]]: i16, %{{.*}}: i16):
// CHECK-NEXT:      arith.andi %[[X]], %[[Y]] : i16
func.func @and(%x: tensor<3xi16>, %y: tensor<3xi16>) -> tensor<3xi16> {
  %0 = theano.and %x, %y : tensor<3xi16>
  return %0 : tensor<3xi16>
}

// CHECK-LABEL: func.func @or(
// CHECK:         ^bb0(%[[X:.*]]: i16, %[[Y:.*]]: i16, %{{.*}}: i16):
// CHECK-NEXT:      arith.ori %[[X]], %[[Y]] : i16
func.func @or(%x: tensor<3xi16>, %y: tensor<3xi16>) -> tensor<3xi16> {
  %0 = theano.or %x, %y : tensor<3xi16>
  return %0 : tensor<3xi16>
}

// CHECK-LABEL: func.func @xor(
// CHECK:         ^bb0(%[[X:.*]]: i16, %[[Y:.*]]: i16, %{{.*}}: i16):
// CHECK-NEXT:      arith.xori %[[X]], %[[Y]] : i16
func.func @xor(%x: tensor<3xi16>, %y: tensor<3xi16>) -> tensor<3xi16> {
  %0 = theano.xor %x, %y : tensor<3xi16>
  return %0 : tensor<3xi16>
}

// CHECK-LABEL: func.func @eq(
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpf oeq, %[[X]], %[[Y]] : f32
func.func @eq(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xi1> {
  %0 = theano.eq %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @eq_unsigned(
// CHECK:         ^bb0(%[[X:.*]]: i8, %[[Y:.*]]: i8, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpi eq, %[[X]], %[[Y]] : i8
func.func @eq_unsigned(%x: tensor<3xui8>, %y: tensor<3xui8>) -> tensor<3xi1> {
  %0 = theano.eq %x, %y : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @neq(
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpf une, %[[X]], %[[Y]] : f32
func.func @neq(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xi1> {
  %0 = theano.neq %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @neq_unsigned(
// CHECK:         ^bb0(%[[X:.*]]: i8, %[[Y:.*]]: i8, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpi ne, %[[X]], %[[Y]] : i8
func.func @neq_unsigned(%x: tensor<3xui8>, %y: tensor<3xui8>) -> tensor<3xi1> {
  %0 = theano.neq %x, %y : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @gt(
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpf olt, %[[Y]], %[[X]] : f32
func.func @gt(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xi1> {
  %0 = theano.gt %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @gt_unsigned(
// CHECK:         ^bb0(%[[X:.*]]: i8, %[[Y:.*]]: i8, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpi ult, %[[Y]], %[[X]] : i8
func.func @gt_unsigned(%x: tensor<3xui8>, %y: tensor<3xui8>) -> tensor<3xi1> {
  %0 = theano.gt %x, %y : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @ge(
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpf oge, %[[X]], %[[Y]] : f32
func.func @ge(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xi1> {
  %0 = theano.ge %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @ge_unsigned(
// CHECK:         ^bb0(%[[X:.*]]: i8, %[[Y:.*]]: i8, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpi uge, %[[X]], %[[Y]] : i8
func.func @ge_unsigned(%x: tensor<3xui8>, %y: tensor<3xui8>) -> tensor<3xi1> {
  %0 = theano.ge %x, %y : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @le(
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpf ole, %[[X]], %[[Y]] : f32
func.func @le(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xi1> {
  %0 = theano.le %x, %y : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @le_unsigned(
// CHECK:         ^bb0(%[[X:.*]]: i8, %[[Y:.*]]: i8, %{{.*}}: i8):
// CHECK-NEXT:      arith.cmpi ule, %[[X]], %[[Y]] : i8
func.func @le_unsigned(%x: tensor<3xui8>, %y: tensor<3xui8>) -> tensor<3xi1> {
  %0 = theano.le %x, %y : (tensor<3xui8>, tensor<3xui8>) -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @minimum(
// CHECK:         arith.minimumf
// CHECK:         arith.minsi
func.func @minimum(%x: tensor<3xf32>, %i: tensor<3xi8>) -> (tensor<3xf32>, tensor<3xi8>) {
  %0 = theano.minimum %x, %x : tensor<3xf32>
  %1 = theano.minimum %i, %i : tensor<3xi8>
  return %0, %1 : tensor<3xf32>, tensor<3xi8>
}

// CHECK-LABEL: func.func @true_div(
// CHECK:         ^bb0(%[[X:.*]]: f64, %[[Y:.*]]: f64, %{{.*}}: f64):
// CHECK-NEXT:      arith.divf %[[X]], %[[Y]] : f64
func.func @true_div(%x: tensor<3xf64>, %y: tensor<3xf64>) -> tensor<3xf64> {
  %0 = theano.true_div %x, %y : tensor<3xf64>
  return %0 : tensor<3xf64>
}

// CHECK-LABEL: func.func @isnan(
// CHECK:         ^bb0(%[[X:[^:]*]]: f32
// CHECK-NEXT:      arith.cmpf uno, %[[X]], %[[X]] : f32
func.func @isnan(%x: tensor<3xf32>) -> tensor<3xi1> {
  %0 = theano.isnan %x : tensor<3xf32> -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// CHECK-LABEL: func.func @isinf(
// CHECK:         %[[A:.*]] = math.absf
// CHECK:         arith.cmpf oeq, %[[A]], %{{.*}} : f32
func.func @isinf(%x: tensor<3xf32>) -> tensor<3xi1> {
  %0 = theano.isinf %x : tensor<3xf32> -> tensor<3xi1>
  return %0 : tensor<3xi1>
}

// A NaN is neither above nor below 0 and stays.
// CHECK-LABEL: func.func @sgn(
// CHECK:         ^bb0(%[[X:[^:]*]]: f32
// CHECK:           arith.select %{{.*}}, %{{.*}}, %[[X]] : f32
func.func @sgn(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = theano.sgn %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// A NaN is below no bound and above none.
// CHECK-LABEL: func.func @clip(
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[LOW:.*]]: f32, %[[HIGH:.*]]: f32,
// CHECK-DAG:       %[[BELOW:.*]] = arith.cmpf olt, %[[X]], %[[LOW]] : f32
// CHECK-DAG:       %[[ABOVE:.*]] = arith.cmpf olt, %[[HIGH]], %[[X]] : f32
// CHECK:           %[[REST:.*]] = arith.select %[[ABOVE]], %[[HIGH]], %[[X]] : f32
// CHECK:           arith.select %[[BELOW]], %[[LOW]], %[[REST]] : f32
func.func @clip(%x: tensor<3xf32>, %low: tensor<3xf32>, %high: tensor<3xf32>) -> tensor<3xf32> {
  %0 = theano.clip %x, %low, %high : tensor<3xf32>
  return %0 : tensor<3xf32>
}
