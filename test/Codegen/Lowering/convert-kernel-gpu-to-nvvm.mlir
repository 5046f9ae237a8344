// RUN: theano-opt %s -pass-pipeline='builtin.module(gpu.module(convert-kernel-gpu-to-nvvm))' | FileCheck %s

// Index is 32 bits wide, a pointer is one argument with its attributes, and
// math becomes instructions, never calls.
// CHECK-LABEL: gpu.module @narrow {
gpu.module @narrow attributes {kernel.index_bits = 32 : i32} {
  // CHECK: llvm.func @k(%{{.*}}: !llvm.ptr<1> {llvm.noalias, llvm.readonly}, %{{.*}}: !llvm.ptr<1>, %{{.*}}: i32)
  // CHECK-SAME: nvvm.kernel
  // CHECK-SAME: nvvm.maxntid = array<i32: 256, 1, 1>
  // CHECK-SAME: nvvm.minctasm = 1 : i32
  gpu.func @k(%p: memref<1xf32, 1> {llvm.noalias, llvm.readonly},
              %q: memref<1xf32, 1>, %n: index) kernel
      attributes {known_block_size = array<i32: 256, 1, 1>} {
    %a = memref.reinterpret_cast %p to offset: [0], sizes: [%n], strides: [1]
        : memref<1xf32, 1> to memref<?xf32, 1>
    // CHECK: nvvm.read.ptx.sreg.tid.x
    %t = gpu.thread_id x
    // CHECK: llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, f32
    // CHECK: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xf32>
    %v = vector.load %a[%t] {alignment = 16} : memref<?xf32, 1>, vector<4xf32>
    // CHECK: llvm.intr.sqrt
    %s = math.sqrt %v : vector<4xf32>
    // CHECK: llvm.intr.floor
    %f = math.floor %s : vector<4xf32>
    %c0 = arith.constant 0 : index
    %x = vector.extract %f[0] : f32 from vector<4xf32>
    // CHECK: nvvm.barrier
    gpu.barrier
    // CHECK: nvvm.shfl.sync
    %off = arith.constant 16 : i32
    %width = arith.constant 32 : i32
    %y, %ok = gpu.shuffle xor %x, %off, %width : f32
    memref.store %y, %q[%c0] : memref<1xf32, 1>
    // CHECK-NOT: unrealized_conversion_cast
    gpu.return
  }
}

// Among all threads of a warp a shuffle has constant operands: the mask, and the
// lane that is the last to be read.
// CHECK-LABEL: gpu.module @whole_warps
gpu.module @whole_warps attributes {kernel.index_bits = 32 : i32} {
  gpu.func @k(%x: f32, %n: i32, %q: memref<1xf32, 1>) kernel {
    %width = arith.constant 32 : i32
    %c0 = arith.constant 0 : index
    // CHECK-DAG: %[[ALL:.*]] = llvm.mlir.constant(-1 : i32)
    // CHECK-DAG: %[[LAST:.*]] = llvm.mlir.constant(31 : i32)
    // CHECK-NEXT: nvvm.shfl.sync bfly %[[ALL]], %{{.*}}, %{{.*}}, %[[LAST]] : f32 -> f32
    %a, %0 = gpu.shuffle xor %x, %n, %width : f32
    // CHECK-NOT: llvm.sub
    // CHECK: nvvm.shfl.sync idx %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : f32 -> f32
    %b, %1 = gpu.shuffle idx %a, %n, %width : f32
    // CHECK: nvvm.shfl.sync down
    %c, %2 = gpu.shuffle down %b, %n, %width : f32
    // CHECK: %[[FIRST:.*]] = llvm.mlir.constant(0 : i32)
    // CHECK-NEXT: nvvm.shfl.sync up %{{.*}}, %{{.*}}, %{{.*}}, %[[FIRST]] : f32 -> f32
    %d, %3 = gpu.shuffle up %c, %n, %width : f32
    memref.store %d, %q[%c0] : memref<1xf32, 1>
    gpu.return
  }
}

// In part of a warp, or where it is asked whether the other thread is there,
// they follow from the width.
// CHECK-LABEL: gpu.module @parts_of_warps
gpu.module @parts_of_warps attributes {kernel.index_bits = 32 : i32} {
  gpu.func @k(%x: f32, %n: i32, %q: memref<1xf32, 1>, %r: memref<1xi1, 1>) kernel {
    %half = arith.constant 16 : i32
    %width = arith.constant 32 : i32
    %c0 = arith.constant 0 : index
    // CHECK: llvm.lshr
    // CHECK: nvvm.shfl.sync bfly
    %a, %0 = gpu.shuffle xor %x, %n, %half : f32
    // CHECK: nvvm.shfl.sync up {{.*}}return_value_and_is_valid
    %b, %there = gpu.shuffle up %a, %n, %width : f32
    memref.store %b, %q[%c0] : memref<1xf32, 1>
    memref.store %there, %r[%c0] : memref<1xi1, 1>
    gpu.return
  }
}

// The general version of a kernel counts in 64 bits.
// CHECK-LABEL: gpu.module @wide
gpu.module @wide {
  // CHECK: llvm.func @k(%{{.*}}: i64)
  gpu.func @k(%n: index) kernel {
    gpu.return
  }
}

// Shared memory becomes a global of the module in space 3.
// CHECK-LABEL: gpu.module @shared
gpu.module @shared attributes {kernel.index_bits = 32 : i32} {
  // CHECK: llvm.mlir.global internal @{{.*}}() {addr_space = 3 : i32{{.*}}} : !llvm.array<32 x f32>
  gpu.func @k(%x: f32) workgroup(%tile: memref<32xf32, #gpu.address_space<workgroup>>)
      kernel {
    %t = gpu.thread_id x
    // CHECK: llvm.store %{{.*}}, %{{.*}} : f32, !llvm.ptr<3>
    memref.store %x, %tile[%t] : memref<32xf32, #gpu.address_space<workgroup>>
    gpu.return
  }
}
