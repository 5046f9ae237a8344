// RUN: theano-opt %s -split-input-file -expand-math | FileCheck %s --implicit-check-not='math.{{exp|log|pow|tanh|sin|cos|tan|erf|rsqrt|round }}' --implicit-check-not=arith.remf --implicit-check-not=kernel.

// The example of the pass description.
// CHECK-LABEL: func.func @rsqrt(
// CHECK-SAME: %[[X:.*]]: vector<8xf32>)
// CHECK-DAG: %[[S:.*]] = math.sqrt %[[X]] : vector<8xf32>
// CHECK-DAG: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : vector<8xf32>
// CHECK: %[[R:.*]] = arith.divf %[[ONE]], %[[S]] : vector<8xf32>
// CHECK: return %[[R]]
func.func @rsqrt(%x: vector<8xf32>) -> vector<8xf32> {
  %r = math.rsqrt %x : vector<8xf32>
  return %r : vector<8xf32>
}

// -----

// Limits, reduction by fma, the polynomial, and two factors for 2^k, so that
// subnormal results are rounded once. No branch and no division.
// CHECK-LABEL: func.func @exp(
// CHECK-SAME: %[[X:.*]]: vector<16xf32>)
// CHECK-NOT: scf.
// CHECK-NOT: arith.divf
// CHECK: %[[ABOVE:.*]] = arith.maximumf %[[X]], %{{.*}} : vector<16xf32>
// CHECK: arith.minimumf %[[ABOVE]], %{{.*}} : vector<16xf32>
// CHECK: %[[SHIFTED:.*]] = math.fma
// CHECK: %[[N:.*]] = arith.subf %[[SHIFTED]]
// CHECK: math.fma %[[N]]
// CHECK: arith.shli
// CHECK-NEXT: arith.constant dense<2139095040>
// CHECK-NEXT: arith.andi
// CHECK: arith.mulf %{{.*}} : vector<16xf32>
// CHECK: %[[R:.*]] = arith.mulf %{{.*}} : vector<16xf32>
// CHECK: return %[[R]]
func.func @exp(%x: vector<16xf32>) -> vector<16xf32> {
  %r = math.exp %x fastmath<fast> : vector<16xf32>
  return %r : vector<16xf32>
}

// -----

// f64 is computed in f64 with integers as wide; f32 never visits f64.
// CHECK-LABEL: func.func @widths(
// CHECK: arith.bitcast %{{.*}} : f64 to i64
// CHECK: arith.bitcast %{{.*}} : i64 to f64
// CHECK-LABEL: func.func @narrow(
// CHECK-NOT: f64
// CHECK: return
func.func @widths(%x: f64) -> f64 {
  %r = math.exp2 %x : f64
  return %r : f64
}
func.func @narrow(%x: f32, %y: f32) -> f32 {
  %0 = math.powf %x, %y : f32
  %1 = math.log1p %0 : f32
  %2 = math.erf %1 : f32
  %3 = math.tanh %2 : f32
  return %3 : f32
}

// -----

// The limits of log: not below infinity, below 0, at 0.
// CHECK-LABEL: func.func @log(
// CHECK-SAME: %[[X:.*]]: f32)
// CHECK: arith.cmpf olt, %[[X]], %{{.*}} : f32
// CHECK: arith.shrui
// CHECK: %[[INF:.*]] = arith.constant 0x7F800000 : f32
// CHECK: %[[FINITE:.*]] = arith.cmpf olt, %[[X]], %[[INF]] : f32
// CHECK: %[[A:.*]] = arith.select %[[FINITE]], %{{.*}}, %[[X]] : f32
// CHECK: arith.cmpf olt, %[[X]]
// CHECK: arith.cmpf oeq, %[[X]]
// CHECK: %[[R:.*]] = arith.select
// CHECK: return %[[R]]
func.func @log(%x: f32) -> f32 {
  %r = math.log %x : f32
  return %r : f32
}

// -----

// The slow path for large arguments stands under one branch, taken when any lane
// needs it; a scalar asks its own comparison.
// CHECK-LABEL: func.func @sin(
// CHECK: %[[LARGE:.*]] = arith.cmpf ogt, %{{.*}} : vector<2x4xf32>
// CHECK: %[[FLAT:.*]] = vector.shape_cast %[[LARGE]] : vector<2x4xi1> to vector<8xi1>
// CHECK: %[[ANY:.*]] = vector.reduction <or>, %[[FLAT]] : vector<8xi1> into i1
// CHECK: scf.if %[[ANY]]
// CHECK: arith.muli %{{.*}} : vector<2x4xi64>
// CHECK: } else {
// CHECK-NEXT: scf.yield
// CHECK-LABEL: func.func @cos(
// CHECK: %[[LARGE:.*]] = arith.cmpf ogt, %{{.*}} : f64
// CHECK-NEXT: scf.if %[[LARGE]]
func.func @sin(%x: vector<2x4xf32>) -> vector<2x4xf32> {
  %r = math.sin %x : vector<2x4xf32>
  return %r : vector<2x4xf32>
}
func.func @cos(%x: f64) -> f64 {
  %r = math.cos %x : f64
  return %r : f64
}
func.func @tan(%x: vector<f32>) -> vector<f32> {
  %r = math.tan %x : vector<f32>
  return %r : vector<f32>
}

// -----

// CHECK-LABEL: func.func @remainder(
// CHECK: scf.while
// CHECK: vector.reduction <or>
// CHECK: scf.condition
// CHECK: math.trunc
// CHECK: math.fma
// CHECK: math.copysign
func.func @remainder(%x: vector<4xf64>, %y: vector<4xf64>) -> vector<4xf64> {
  %r = arith.remf %x, %y : vector<4xf64>
  return %r : vector<4xf64>
}

// -----

// The other functions leave nothing of themselves (see the implicit checks).
// CHECK-LABEL: func.func @all(
func.func @all(%x: vector<4xf64>) -> vector<4xf64> {
  %0 = math.expm1 %x : vector<4xf64>
  %1 = math.log2 %0 : vector<4xf64>
  %2 = math.log10 %1 : vector<4xf64>
  %3 = kernel.sigmoid %2 : vector<4xf64>
  %4 = kernel.softplus %3 : vector<4xf64>
  %5 = math.round %4 : vector<4xf64>
  %6 = math.tanh %5 : vector<4xf64>
  %7 = math.erf %6 : vector<4xf64>
  return %7 : vector<4xf64>
}

// -----

// Ops in any function, also those of a GPU, at any depth.
// CHECK-LABEL: gpu.func @k
// CHECK: scf.for
// CHECK: math.fma
gpu.module @m {
  gpu.func @k(%x: f32, %m: memref<1xf32>, %n: index) kernel {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    scf.for %i = %c0 to %n step %c1 {
      %r = math.exp %x : f32
      memref.store %r, %m[%c0] : memref<1xf32>
    }
    gpu.return
  }
}

// -----

// Kept: one instruction each.
// CHECK-LABEL: func.func @native(
// CHECK-NEXT: math.fma
// CHECK-NEXT: math.sqrt
// CHECK-NEXT: math.absf
// CHECK-NEXT: math.copysign
// CHECK-NEXT: math.floor
// CHECK-NEXT: math.ceil
// CHECK-NEXT: math.trunc
// CHECK-NEXT: math.roundeven
// CHECK-NEXT: return
func.func @native(%x: vector<4xf32>) -> vector<4xf32> {
  %0 = math.fma %x, %x, %x : vector<4xf32>
  %1 = math.sqrt %0 : vector<4xf32>
  %2 = math.absf %1 : vector<4xf32>
  %3 = math.copysign %2, %x : vector<4xf32>
  %4 = math.floor %3 : vector<4xf32>
  %5 = math.ceil %4 : vector<4xf32>
  %6 = math.trunc %5 : vector<4xf32>
  %7 = math.roundeven %6 : vector<4xf32>
  return %7 : vector<4xf32>
}

// -----

// Comparisons; what is normal depends on the format before it is widened.
// CHECK-LABEL: func.func @classification(
// CHECK-SAME: %[[X:.*]]: f64,
// CHECK: arith.cmpf uno, %[[X]], %[[X]] : f64
// CHECK: arith.constant dense<6.10351563E-5> : vector<4xf32>
// CHECK: arith.cmpf oge, %{{.*}} : vector<4xf32>
// CHECK: arith.cmpf olt, %{{.*}} : vector<4xf32>
func.func @classification(%x: f64, %h: vector<4xf16>) -> (i1, vector<4xi1>) {
  %0 = math.isnan %x : f64
  %1 = math.isnormal %h : vector<4xf16>
  return %0, %1 : i1, vector<4xi1>
}
