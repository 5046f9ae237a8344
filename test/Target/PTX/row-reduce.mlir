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

// The row is read once, all of it before the first maximum; one slot a warp in
// shared memory and one barrier for each of the two reductions.
// CHECK: .visible .entry softmax(
// CHECK-COUNT-2: ld.global.nc.v4.b32
// CHECK-NOT: ld.global
// CHECK: max{{(.NaN)?}}.f32
// CHECK: shfl.sync.bfly.b32
// CHECK: st.shared.b32
// CHECK: bar.sync
// CHECK: ld.shared.b32
// CHECK: st.shared.b32
// CHECK: bar.sync
// CHECK: ld.shared.b32
// CHECK-NOT: ld.global
// CHECK: div.rn.f32
// CHECK: st.global.v4.b32
// CHECK-NOT: call
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
kernel.func @softmax(%a: tensor<?x2048xf32>, %out: tensor<?x2048xf32>)
    -> tensor<?x2048xf32> attributes {family = #kernel.family<row_reduce>} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?x2048xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %f0 = linalg.fill ins(%ninf : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %max = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x2048xf32>) outs(%f0 : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.maximumf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %exp = linalg.generic {indexing_maps = [#m, #row, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a, %max : tensor<?x2048xf32>, tensor<?xf32>) outs(%out : tensor<?x2048xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    %s2 = math.exp %s : f32
    linalg.yield %s2 : f32
  } -> tensor<?x2048xf32>
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%exp : tensor<?x2048xf32>) outs(%f1 : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %div = linalg.generic {indexing_maps = [#m, #row, #m], iterator_types = ["parallel", "parallel"]}
      ins(%exp, %sum : tensor<?x2048xf32>, tensor<?xf32>) outs(%out : tensor<?x2048xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.divf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x2048xf32>
  kernel.return %div : tensor<?x2048xf32>
}

