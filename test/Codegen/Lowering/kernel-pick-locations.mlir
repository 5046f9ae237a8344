// RUN: theano-opt %s -kernel-pick-locations -mlir-print-debuginfo -mlir-print-local-scope | FileCheck %s

func.func @f(%x: f32) -> f32 {
  // CHECK: arith.addf {{.*}} loc("net.py":3:1)
  %0 = arith.addf %x, %x : f32 loc(fused["net.py":3:1, "net.py":7:2])
  // A fused location in a fused one, and a name around a place.
  // CHECK: arith.mulf {{.*}} loc("net.py":8:5)
  %1 = arith.mulf %0, %x : f32 loc(fused[unknown, fused["y"("net.py":8:5)], "net.py":9:1])
  // CHECK: arith.subf {{.*}} loc("net.py":4:1)
  %2 = arith.subf %1, %x : f32 loc("net.py":4:1)
  // Nothing to pick: it stays.
  // CHECK: arith.divf {{.*}} loc(unknown)
  %3 = arith.divf %2, %x : f32 loc(unknown)
  return %3 : f32
}
