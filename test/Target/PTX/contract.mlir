// One kernel from its linalg form to PTX, for every line of chips, as chips have
// it that do not copy asynchronously.
// RUN: theano-opt %s -kernel-choose-gpu-schedules=arch=sm_75 -emit-gpu-kernels -kernel-gpu-to-nvvm -mlir-print-debuginfo -o %t.mlir
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_80 -mlir-print-debuginfo | theano-translate --gpu-to-ptx -o %t.80.ptx
// RUN: FileCheck %s --input-file=%t.80.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_75 -mlir-print-debuginfo | theano-translate --gpu-to-ptx -o %t.75.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_90 -mlir-print-debuginfo | theano-translate --gpu-to-ptx -o %t.90.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_120 -mlir-print-debuginfo | theano-translate --gpu-to-ptx -o %t.120.ptx
// RUN: %if ptxas %{ %ptxas -v -arch=sm_75 %t.75.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_80 %t.80.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_90 %t.90.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_120 %t.120.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// ASM: 0 bytes spill stores, 0 bytes spill loads

// Pieces come in and results go out by accesses of 128 bits where rows are
// multiples of four, else by single ones; all loads of a round stand before its
// first barrier. The products out of shared memory are written once.
// CHECK: .visible .entry gemm(
// CHECK: .maxntid 256, 1, 1
// CHECK: .minnctapersm 2
// CHECK-NOT: call
// CHECK-COUNT-8: ld.global.nc.b32
// CHECK: bar.sync
// CHECK-COUNT-8: st.shared.b32
// CHECK: bar.sync
// CHECK: ld.shared.v4.b32
// CHECK-COUNT-256: fma.rn.f32
// CHECK-NOT: fma.rn.f32
// CHECK-COUNT-2: ld.global.nc.v4.b32
// CHECK-NOT: ld.global
// CHECK: bar.sync
// CHECK: st.shared.v4.b32
// CHECK-NOT: bar.sync
// CHECK-COUNT-4: st.global.b32
// CHECK-NOT: st.global.b32
// CHECK-COUNT-4: st.global.v4.b32
// CHECK-NOT: call
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
#m = affine_map<(d0, d1) -> (d0, d1)>
kernel.func @gemm(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#m, #m], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.tanh %x : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}
