// A transpose from its linalg form to PTX, for every line of chips.
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

// By elements eight of them are read before the first is put down, and four put
// down before the first is stored, at one address each and one instruction for
// what is added to the first; by vectors they are whole ones on either side of
// shared memory.
// CHECK: .visible .entry turned(
// CHECK: .shared .align {{.*}}[16640];
// CHECK-NOT: st.
// CHECK: ld.global.nc.b32
// CHECK-COUNT-7: {{^.*}}mad.wide.u32{{.*[[:space:]].*}}ld.global.nc.b32
// CHECK-COUNT-8: st.shared.b32
// CHECK: ld.global.nc.b32
// CHECK: st.shared.b32
// CHECK: bar.sync
// CHECK-COUNT-4: ld.shared.b32
// CHECK: st.global.b32
// CHECK-COUNT-3: {{^.*}}mad.wide.u32{{.*[[:space:]].*}}st.global.b32
// CHECK: ld.shared.b32
// CHECK: st.global.b32
// CHECK-COUNT-4: ld.global.nc.v4.b32
// CHECK-COUNT-16: st.shared.b32
// CHECK: bar.sync
// CHECK-COUNT-16: ld.shared.b32
// CHECK-COUNT-4: st.global.v4.b32
#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
kernel.func @turned(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#t, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}
