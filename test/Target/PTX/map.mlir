// One kernel from its linalg form to PTX, for every line of chips.
// RUN: theano-opt %s -kernel-choose-gpu-schedules -emit-gpu-kernels -kernel-gpu-to-nvvm -mlir-print-debuginfo -o %t.mlir
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

// 128-bit reads through the read-only cache, 32-bit indices, no call, no
// division, and the lines of both source ops.
// CHECK: .visible .entry chain(
// CHECK-NOT: .u64 chain_param_3
// CHECK: .param .u32 chain_param_3
// CHECK-NOT: call
// CHECK-NOT: div.u
// CHECK-NOT: div.s
// CHECK: mul.wide.s32
// CHECK: ld.global.nc.v4.b32
// CHECK: ld.global.nc.v4.b32
// CHECK: .loc [[#FILE:]] 3 1
// CHECK: .loc [[#FILE]] 4 1
// CHECK: fma.rn.f32
// CHECK: st.global.v4.b32
// CHECK: .file [[#FILE]] "{{.*}}net.py"
#id = affine_map<(d0) -> (d0)>
kernel.func @chain(%a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>} {
  %s = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %0 = arith.addf %x, %y : f32 loc("net.py":3:1)
    linalg.yield %0 : f32 loc("net.py":3:1)
  } -> tensor<?xf32> loc("net.py":3:1)
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%s : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %0 = math.exp %x : f32 loc("net.py":4:1)
    linalg.yield %0 : f32 loc("net.py":4:1)
  } -> tensor<?xf32> loc("net.py":4:1)
  kernel.return %r : tensor<?xf32>
} loc("net.py":1:1)
