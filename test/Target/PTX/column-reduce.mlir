// Sums of columns from their linalg form to PTX, for every line of chips.
// RUN: theano-opt %s -kernel-choose-gpu-schedules -emit-gpu-kernels -kernel-gpu-to-nvvm -o %t.mlir
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_80 | theano-translate --gpu-to-ptx -o %t.80.ptx
// RUN: FileCheck %s --input-file=%t.80.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_75 | theano-translate --gpu-to-ptx -o %t.75.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_90 | theano-translate --gpu-to-ptx -o %t.90.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_120 | theano-translate --gpu-to-ptx -o %t.120.ptx
// RUN: %if ptxas %{ %ptxas -v -arch=sm_75 %t.75.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_80 %t.80.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_90 %t.90.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_120 %t.120.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// ASM: 0 bytes spill stores, 0 bytes spill loads

// By vectors four rows are read before the first is added; shared memory is
// aligned for what goes into it.
// CHECK: .visible .entry sums(
// CHECK: .shared .align 16 .b8 {{.*}}[4096];
// CHECK-COUNT-4: ld.global.nc.v4.b32
// CHECK-COUNT-16: add.rn.f32
// CHECK: st.shared.v4.b32
// CHECK-COUNT-4: ld.global.nc.b32
// CHECK-COUNT-4: add.rn.f32
// CHECK-COUNT-4: st.shared.b32
// CHECK: bar.sync
// CHECK-DAG: ld.shared.b32
// CHECK-DAG: st.global.b32
#m = affine_map<(d0, d1) -> (d0, d1)>
#c = affine_map<(d0, d1) -> (d1)>
kernel.func @sums(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}
