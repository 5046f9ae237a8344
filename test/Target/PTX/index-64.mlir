// Kernels with 64-bit indices, for buffers that 32 bits do not reach.
// RUN: theano-opt %s -kernel-choose-gpu-schedules -emit-gpu-kernels=index-bits=64 -kernel-gpu-to-nvvm -kernel-set-target=arch=sm_80 | theano-translate --gpu-to-ptx -o %t.ptx
// RUN: FileCheck %s --input-file=%t.ptx
// RUN: %if ptxas %{ %ptxas -v -arch=sm_80 %t.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// ASM: 0 bytes spill stores, 0 bytes spill loads

// The size is 64 bits wide, and so is every product that becomes an address.
// CHECK: .visible .entry scale(
// CHECK: .param .u64 scale_param_2
// CHECK: mov.u32 %[[BLOCK:.*]], %ctaid.x
// CHECK: mul.wide.u32 %[[FIRST:rd[0-9]+]], %[[BLOCK]], 1024
// CHECK: setp.{{lt|ge}}.u64
// CHECK-NOT: mul.lo.s32
// CHECK: ld.global.nc.v4.b32
// CHECK: st.global.v4.b32
#id = affine_map<(d0) -> (d0)>
kernel.func @scale(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.mulf %x, %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
