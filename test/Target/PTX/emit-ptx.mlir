// RUN: theano-opt %s -kernel-set-target=arch=sm_80 -kernel-gpu-to-nvvm -mlir-print-debuginfo -o %t.mlir
// RUN: theano-translate --gpu-to-ptx %t.mlir | FileCheck %s
// Neither a toolkit nor its absence changes a byte.
// RUN: theano-translate --gpu-to-ptx %t.mlir -o %t.1.ptx
// RUN: env CUDA_HOME=/nowhere CUDA_ROOT=/nowhere CUDA_PATH=/nowhere theano-translate --gpu-to-ptx %t.mlir -o %t.2.ptx
// RUN: cmp %t.1.ptx %t.2.ptx
// RUN: %if ptxas %{ %ptxas -arch=sm_80 %t.1.ptx -o %t.cubin %}

// CHECK: .version 7.0
// CHECK: .target sm_80
// CHECK-NOT: debug
// CHECK: .visible .entry root(
// CHECK-NEXT: .param .u64 .ptr .global .align 16 root_param_0
// CHECK-NEXT: .param .u64 .ptr .global .align 16 root_param_1
// CHECK-NEXT: .param .u32 root_param_2
// CHECK: .maxntid 256, 1, 1
// CHECK: .loc [[#FILE:]] 3 1
// CHECK: ld.global.nc.v4.b32
// CHECK: .loc [[#FILE]] 4 1
// CHECK: sqrt.rn.f32
// CHECK: st.global.v4.b32
// CHECK: .file [[#FILE]] "{{.*}}net.py"
gpu.module @root attributes {kernel.index_bits = 32 : i32} {
  gpu.func @root(%pa: memref<1xf32, 1> {llvm.noalias, llvm.readonly, llvm.align = 16},
                 %pb: memref<1xf32, 1> {llvm.noalias, llvm.align = 16},
                 %n: index) kernel
      attributes {known_block_size = array<i32: 256, 1, 1>} {
    %a = memref.reinterpret_cast %pa to offset: [0], sizes: [%n], strides: [1]
        : memref<1xf32, 1> to memref<?xf32, 1>
    %b = memref.reinterpret_cast %pb to offset: [0], sizes: [%n], strides: [1]
        : memref<1xf32, 1> to memref<?xf32, 1>
    %c4 = arith.constant 4 : index
    %t = gpu.thread_id x
    %i = arith.muli %t, %c4 : index
    %in = arith.cmpi slt, %i, %n : index
    scf.if %in {
      %v = vector.load %a[%i] {alignment = 16} : memref<?xf32, 1>, vector<4xf32>
          loc(fused["net.py":3:1, "net.py":7:1])
      %s = math.sqrt %v : vector<4xf32> loc("net.py":4:1)
      vector.store %s, %b[%i] {alignment = 16} : memref<?xf32, 1>, vector<4xf32>
    }
    gpu.return loc("net.py":9:1)
  } loc("net.py":1:1)
}
