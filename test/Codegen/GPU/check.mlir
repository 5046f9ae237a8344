// RUN: theano-opt %s -emit-gpu-kernels | FileCheck %s

// The threads of any grid cover all points; the first failure claims the status
// word and alone fills it in.
// CHECK-LABEL: gpu.func @check(
// CHECK: gpu.grid_dim x
// CHECK: scf.for
// CHECK: memref.load
// CHECK: scf.if
// CHECK: llvm.cmpxchg %{{.*}} monotonic monotonic
// CHECK: scf.if
// CHECK: llvm.store
kernel.func @check(%a: tensor<?x?xi32>) attributes {family = #kernel.family<check>,
      schedule = #kernel.schedule<block = [256], tile = [256], vector = 1, unroll = 1>} {
  linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>],
                  iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xi32>) {
  ^bb0(%x: i32):
    %c0 = arith.constant 0 : i32
    %ok = arith.cmpi ne, %x, %c0 : i32
    kernel.check %ok, division_by_zero
    linalg.yield
  }
  kernel.return
}
