// bf16 on every line of chips: moved in vectors of 16 bytes, computed in f32, and
// converted by integer arithmetic, since sm_75 has no instruction for it and sm_80
// only some.
// RUN: theano-opt %s -kernel-choose-gpu-schedules -emit-gpu-kernels -kernel-gpu-to-nvvm -o %t.mlir
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_75 | theano-translate --gpu-to-ptx -o %t.75.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_80 | theano-translate --gpu-to-ptx -o %t.80.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_90 | theano-translate --gpu-to-ptx -o %t.90.ptx
// RUN: theano-opt %t.mlir -kernel-set-target=arch=sm_120 | theano-translate --gpu-to-ptx -o %t.120.ptx
// RUN: FileCheck %s --input-file=%t.75.ptx
// RUN: FileCheck %s --input-file=%t.80.ptx
// RUN: FileCheck %s --input-file=%t.90.ptx
// RUN: FileCheck %s --input-file=%t.120.ptx
// RUN: %if ptxas %{ %ptxas -arch=sm_75 %t.75.ptx -o %t.cubin %}
// RUN: %if ptxas %{ %ptxas -arch=sm_80 %t.80.ptx -o %t.cubin %}
// RUN: %if ptxas %{ %ptxas -arch=sm_90 %t.90.ptx -o %t.cubin %}
// RUN: %if ptxas %{ %ptxas -arch=sm_120 %t.120.ptx -o %t.cubin %}

// CHECK: .visible .entry brain(
// CHECK-NOT: bf16
// CHECK: ld.global.nc.v4.b32
// CHECK-NOT: bf16
// CHECK: add.rn.f32
// CHECK-NOT: bf16
// CHECK: st.global.v4.b32
// CHECK-NOT: bf16
// CHECK: ret;
#id = affine_map<(d0) -> (d0)>
kernel.func @brain(%a: tensor<?xbf16>, %out: tensor<?xbf16>) -> tensor<?xbf16>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xbf16>) outs(%out : tensor<?xbf16>) {
  ^bb0(%x: bf16, %o: bf16):
    %w = arith.extf %x : bf16 to f32
    %s = arith.addf %w, %w : f32
    %n = arith.truncf %s : f32 to bf16
    linalg.yield %n : bf16
  } -> tensor<?xbf16>
  kernel.return %r : tensor<?xbf16>
}
