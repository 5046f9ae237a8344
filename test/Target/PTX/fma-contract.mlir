// Products of tiles that come in time, from their linalg form to PTX, for every
// line of chips that copies asynchronously.
// RUN: theano-opt %s -kernel-choose-gpu-schedules -emit-gpu-kernels -kernel-gpu-to-nvvm -o %t.mlir
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_80 | theano-translate --gpu-to-ptx -o %t.80.ptx
// RUN: FileCheck %s --input-file=%t.80.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_90 | theano-translate --gpu-to-ptx -o %t.90.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_120 | theano-translate --gpu-to-ptx -o %t.120.ptx
// RUN: %if ptxas %{ %ptxas -v -arch=sm_80 %t.80.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_90 %t.90.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_120 %t.120.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// ASM: 0 bytes spill stores, 0 bytes spill loads

// Copies of 16 bytes where rows are whole chunks, and of four where not, before
// the loop and in it. A round of 512 products of a thread takes 48 loads of 16
// bytes, and ptxas shall not unroll it. The sums leave through shared memory,
// and tanh is applied to four of a row at once or to one.
// CHECK: .visible .entry gemm(
// CHECK: .maxntid 128, 1, 1
// CHECK-NOT: call
// CHECK: .shared .align 16 .b8 {{.*}}[24576];
// CHECK-COUNT-2: cp.async.cg.shared.global [%rd{{[0-9]+(\+[0-9]+)?}}], [%rd{{[0-9]+(\+[0-9]+)?}}], 16, %r
// CHECK: cp.async.commit_group
// CHECK: .pragma "nounroll"
// CHECK-COUNT-4: cp.async.ca.shared.global [%rd{{[0-9]+(\+[0-9]+)?}}], [%rd{{[0-9]+}}], 4, %r
// CHECK-COUNT-8: ld.shared.v4.b32
// CHECK-COUNT-64: fma.rn.f32
// CHECK-COUNT-4: ld.shared.v4.b32
// CHECK-COUNT-64: fma.rn.f32
// CHECK-COUNT-8: ld.shared.v4.b32
// CHECK-COUNT-64: fma.rn.f32
// CHECK-COUNT-4: ld.shared.v4.b32
// CHECK-COUNT-64: fma.rn.f32
// CHECK-COUNT-8: ld.shared.v4.b32
// CHECK-COUNT-64: fma.rn.f32
// CHECK-COUNT-4: ld.shared.v4.b32
// CHECK-COUNT-64: fma.rn.f32
// CHECK-COUNT-8: ld.shared.v4.b32
// CHECK-COUNT-64: fma.rn.f32
// CHECK-COUNT-4: ld.shared.v4.b32
// CHECK-COUNT-64: fma.rn.f32
// CHECK: cp.async.wait_group 1
// CHECK-NEXT: bar.sync
// CHECK-NOT: ld.global
// CHECK: cp.async.wait_group 0
// CHECK: bar.sync
// CHECK-COUNT-8: st.shared.v4.b32
// CHECK: bar.sync
// CHECK: st.global.v4.b32
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
