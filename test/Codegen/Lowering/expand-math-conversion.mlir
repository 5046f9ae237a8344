// RUN: theano-opt %s -expand-math | FileCheck %s
// RUN: theano-opt %s -expand-math=expand-f16 | FileCheck %s --check-prefix=SOFT --implicit-check-not='{{(extf|truncf) .*f16}}'

// Narrow floats are computed in f32, the native functions too.
// CHECK-LABEL: func.func @f16(
// CHECK-SAME: %[[X:.*]]: vector<4xf16>)
// CHECK: %[[WIDE:.*]] = arith.extf %[[X]] : vector<4xf16> to vector<4xf32>
// CHECK: %[[ROOT:.*]] = math.sqrt %[[WIDE]] : vector<4xf32>
// CHECK: %[[R:.*]] = arith.truncf %[[ROOT]] : vector<4xf32> to vector<4xf16>
// CHECK: return %[[R]]
// SOFT-LABEL: func.func @f16(
// SOFT: arith.bitcast %{{.*}} : vector<4xf16> to vector<4xi16>
// SOFT: arith.bitcast %{{.*}} : vector<4xi16> to vector<4xf16>
func.func @f16(%x: vector<4xf16>) -> vector<4xf16> {
  %r = math.sqrt %x : vector<4xf16>
  return %r : vector<4xf16>
}

// bf16 is the upper half of f32.
// CHECK-LABEL: func.func @bf16(
// CHECK-NOT: arith.extf
// CHECK: arith.bitcast %{{.*}} : bf16 to i16
// CHECK: arith.extui
// CHECK: arith.shli
// CHECK: arith.bitcast %{{.*}} : i32 to f32
// CHECK-NOT: arith.truncf
// CHECK: arith.cmpf uno
// CHECK: arith.bitcast %{{.*}} : i16 to bf16
func.func @bf16(%x: bf16) -> bf16 {
  %r = math.tanh %x : bf16
  return %r : bf16
}

// One instruction with the hardware, so left alone.
// CHECK-LABEL: func.func @half(
// CHECK-NEXT: arith.extf %{{.*}} : f16 to f32
// CHECK-NEXT: arith.truncf %{{.*}} : f32 to f16
// CHECK-NEXT: return
func.func @half(%x: f16) -> f16 {
  %0 = arith.extf %x : f16 to f32
  %1 = arith.truncf %0 : f32 to f16
  return %1 : f16
}

// f64 goes through f32 rounded to odd: the last bit set where it is inexact.
// CHECK-LABEL: func.func @f64(
// CHECK-SAME: %[[X:.*]]: f64)
// CHECK: %[[NEAR:.*]] = arith.truncf %[[X]] : f64 to f32
// CHECK: arith.extf %[[NEAR]] : f32 to f64
// CHECK: arith.cmpf ogt
// CHECK: arith.cmpf olt
// CHECK: arith.ori
// CHECK: %[[ODD:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK: arith.truncf %[[ODD]] : f32 to f16
// CHECK: arith.cmpf uno
// CHECK: arith.bitcast %{{.*}} : i16 to bf16
func.func @f64(%x: f64) -> (f16, bf16) {
  %0 = arith.truncf %x : f64 to f16
  %1 = arith.truncf %x : f64 to bf16
  return %0, %1 : f16, bf16
}

// CHECK-LABEL: func.func @wide(
// CHECK: arith.extf %{{.*}} : vector<3xf16> to vector<3xf32>
// CHECK: arith.extf %{{.*}} : vector<3xf32> to vector<3xf64>
// CHECK: arith.shli
// CHECK: arith.extf %{{.*}} : vector<3xf32> to vector<3xf64>
func.func @wide(%x: vector<3xf16>, %y: vector<3xbf16>)
    -> (vector<3xf64>, vector<3xf64>) {
  %0 = arith.extf %x : vector<3xf16> to vector<3xf64>
  %1 = arith.extf %y : vector<3xbf16> to vector<3xf64>
  return %0, %1 : vector<3xf64>, vector<3xf64>
}

// Not narrow: not ours.
// CHECK-LABEL: func.func @single(
// CHECK-NEXT: arith.truncf %{{.*}} : f64 to f32
// CHECK-NEXT: return
func.func @single(%x: f64) -> f32 {
  %0 = arith.truncf %x : f64 to f32
  return %0 : f32
}

// Arithmetic on bf16 has no instructions and goes through f32, comparisons and
// conversions too; on f16 it only does without the hardware.
// CHECK-LABEL: func.func @arithmetic(
// CHECK-NOT: {{(addf|cmpf) .*bf16}}
// CHECK: arith.addf %{{.*}} : f32
// CHECK: arith.cmpf ult, %{{.*}} : f32
// CHECK: arith.addf %{{.*}} : f16
// CHECK-NEXT: return
// SOFT-LABEL: func.func @arithmetic(
// SOFT-NOT: arith.addf %{{.*}} : f16
// SOFT: return
func.func @arithmetic(%x: bf16, %h: f16) -> (bf16, i1, f16) {
  %0 = arith.addf %x, %x : bf16
  %1 = arith.cmpf ult, %0, %x : bf16
  %2 = arith.addf %h, %h : f16
  return %0, %1, %2 : bf16, i1, f16
}

// CHECK-LABEL: func.func @integers(
// CHECK: arith.sitofp %{{.*}} : i64 to f64
// CHECK: arith.uitofp %{{.*}} : i32 to f32
// CHECK: arith.fptosi %{{.*}} : f32 to i32
func.func @integers(%i: i64, %j: i32, %x: bf16) -> (bf16, f16, i32) {
  %0 = arith.sitofp %i : i64 to bf16
  %1 = arith.uitofp %j : i32 to f16
  %2 = arith.fptosi %x : bf16 to i32
  return %0, %1, %2 : bf16, f16, i32
}
