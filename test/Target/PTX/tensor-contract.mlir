// Products on the matrix units, from their linalg form to PTX, for every line of
// chips that has them.
// RUN: theano-opt %s -kernel-choose-gpu-schedules -emit-gpu-kernels -kernel-gpu-to-nvvm -o %t.mlir
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_80 | theano-translate --gpu-to-ptx -o %t.80.ptx
// RUN: FileCheck %s --input-file=%t.80.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_90 | theano-translate --gpu-to-ptx -o %t.90.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_120 | theano-translate --gpu-to-ptx -o %t.120.ptx
// RUN: %if ptxas %{ %ptxas -v -arch=sm_80 %t.80.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_90 %t.90.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_120 %t.120.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// ASM: 0 bytes spill stores, 0 bytes spill loads

// A round of a tile of 128 x 128 x 32: eight copies a thread, and 64 products of
// a warp from 16 loads of four matrices, with constant distances in the
// instruction and not in registers.
// CHECK-LABEL: .visible .entry gemm(
// CHECK: .maxntid 128, 1, 1
// CHECK: .shared .align 16 .b8 {{.*}}[49152];
// CHECK: cp.async.commit_group
// CHECK-COUNT-4: cp.async.cg.shared.global [%rd{{[0-9]+(\+[0-9]+)?}}], [%rd{{[0-9]+}}], 16, %r
// CHECK-COUNT-4: cp.async.cg.shared.global [%rd{{[0-9]+(\+[0-9]+)?}}], [%rd{{[0-9]+}}], 16, %r
// CHECK-COUNT-4: ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16
// CHECK: ldmatrix.sync.aligned.m8n8.x4.shared.b16
// CHECK-COUNT-8: mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32
// CHECK: ldmatrix.sync.aligned.m8n8.x4.shared.b16 {{.*}}+1024]
// CHECK-COUNT-56: mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32
// CHECK: cp.async.wait_group 1
// CHECK-NEXT: bar.sync
// CHECK-COUNT-8: cp.async.cg.shared.global
// CHECK: cp.async.commit_group
// CHECK-COUNT-8: ld.global.nc.b16
// CHECK-COUNT-8: ld.global.nc.b16
// CHECK-NOT: mma.sync
// CHECK: cp.async.wait_group 0
// CHECK: bar.sync
// CHECK-COUNT-32: st.shared.v2.b32
// CHECK: bar.sync
// CHECK: st.global.v4.b32
// CHECK: bar.sync
// CHECK-COUNT-32: st.shared.v2.b32
// CHECK: st.global.v4.b32
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf16>, tensor<?x?xf16>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f16, %y: f16, %o: f32):
    %u = arith.extf %x : f16 to f32
    %v = arith.extf %y : f16 to f32
    %s = arith.mulf %u, %v : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x?xf32>
  kernel.return %p : tensor<?x?xf32>
}
