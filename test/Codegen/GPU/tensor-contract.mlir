// RUN: theano-opt %s -emit-gpu-kernels | FileCheck %s

// Whole rows of either operand come by asynchronous copies of 16 bytes, two tiles
// before the loop and in each round the one after next, once the oldest is there;
// others come element by element, in their round, and then there is one barrier
// more; in a round that all is whole, and no step of the tile past the end, is
// seen first, and nothing else then. What is outside is zero, since nothing of it
// is wanted. The products are written once; b, whose steps
// are lines, is transposed as it is loaded.
// CHECK-LABEL: gpu.func @gemm(
// CHECK-SAME: workgroup(%[[BYTES:.*]] : memref<24576xi8, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
// CHECK-SAME: known_block_size = array<i32: 128, 1, 1>
// CHECK: arith.xori
// CHECK: scf.for
// CHECK:   scf.if
// CHECK:     %[[FROM:.*]] = memref.view %[[BYTES]][%{{.*}}][] : {{.*}} to memref<8192xi8, #gpu.address_space<workgroup>>
// CHECK:     memref.view %[[FROM]][%{{.*}}][] : {{.*}} to memref<4096xf16, #gpu.address_space<workgroup>>
// CHECK-COUNT-2: nvgpu.device_async_copy %{{.*}}, 8, %{{.*}} {bypassL1}
// CHECK:   scf.if
// CHECK-COUNT-2: nvgpu.device_async_copy %{{.*}}, 8, %{{.*}} {bypassL1}
// CHECK:   nvvm.cp.async.commit.group
// CHECK-NOT: nvgpu.device_async_copy
// CHECK: scf.for %{{.*}} iter_args(
// CHECK-NEXT: nvvm.cp.async.wait.group 1
// CHECK-NEXT: gpu.barrier
// CHECK:   %[[WHOLE:.*]] = arith.cmpi ult
// CHECK:   scf.if %[[WHOLE]] {
// CHECK-NOT: arith.cmpi
// CHECK-COUNT-4: nvgpu.device_async_copy
// CHECK-NOT: arith.cmpi
// CHECK:   nvvm.cp.async.commit.group
// CHECK: } else {
// CHECK:   scf.if %[[A:.*]] {
// CHECK-COUNT-2: nvgpu.device_async_copy
// CHECK:   scf.if %[[B:.*]] {
// CHECK-COUNT-2: nvgpu.device_async_copy
// CHECK:   nvvm.cp.async.commit.group
// CHECK:   scf.if %[[A]] {
// CHECK:   } else {
// CHECK:     scf.for
// CHECK-COUNT-8: memref.load
// CHECK-COUNT-8: memref.store %{{.*}} memref<4096xf16, #gpu.address_space<workgroup>>
// CHECK:   scf.if %[[B]] {
// CHECK:   } else {
// CHECK-COUNT-8: memref.load
// CHECK:   scf.if
// CHECK-NEXT: gpu.barrier
// CHECK-COUNT-2: nvgpu.ldmatrix %{{.*}} {numTiles = 4 : i32, transpose = true}
// CHECK:   nvgpu.ldmatrix %{{.*}} {numTiles = 4 : i32, transpose = false}
// CHECK-COUNT-4: nvvm.mma.sync
// CHECK:   nvgpu.ldmatrix %{{.*}} {numTiles = 4 : i32, transpose = false}
// CHECK-COUNT-12: nvvm.mma.sync
// CHECK-NOT: nvvm.mma.sync
// CHECK:   scf.yield
// Sums of 32 rows of a warp go through shared memory, with all copies done.
// CHECK: nvvm.cp.async.wait.group 0
// CHECK: gpu.barrier
// CHECK-COUNT-16: vector.store %{{.*}} vector<2xf32>
// CHECK: gpu.barrier
// CHECK: scf.if
// CHECK:   scf.for
// CHECK:     vector.load %{{.*}} vector<4xf32>
// CHECK:     vector.store %{{.*}} vector<4xf32>
// CHECK: else
// CHECK:   scf.for
// CHECK:     memref.store
// CHECK-NOT: gpu.barrier
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
#bt = affine_map<(d0, d1, d2) -> (d1, d2)>
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [64, 64, 32], vector = 4, unroll = 3>} {
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

// Both as they are loaded, and bf16 in the registers of its kind. Sizes that are
// known to be whole leave one way.
// CHECK-LABEL: gpu.func @known(
// CHECK-NOT: scf.if
// CHECK: nvgpu.ldmatrix {{.*}}transpose = false{{.*}} vector<4x2xbf16>
// CHECK-NOT: transpose = true
// CHECK: llvm.bitcast %{{.*}} : vector<2xbf16> to i32
// CHECK: nvvm.mma.sync {{.*}}multiplicandAPtxType = #nvvm.mma_type<bf16>
// CHECK-NOT: transpose = true
// CHECK: gpu.return
kernel.func @known(%a: tensor<64x48xbf16>, %b: tensor<64x48xbf16>, %out: tensor<64x64xf32>)
    -> tensor<64x64xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [64, 64, 32], vector = 4, unroll = 2>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<64x64xf32>) -> tensor<64x64xf32>
  %p = linalg.generic {indexing_maps = [#a, #bt, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<64x48xbf16>, tensor<64x48xbf16>) outs(%f : tensor<64x64xf32>) {
  ^bb0(%x: bf16, %y: bf16, %o: f32):
    %u = arith.extf %x : bf16 to f32
    %v = arith.extf %y : bf16 to f32
    %s = arith.mulf %u, %v : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<64x64xf32>
  kernel.return %p : tensor<64x64xf32>
}

// Elements of f32 are rounded to TF32 as they come from shared memory: by matrices
// where the summed dimension is along lines, as a's is, else four of a line at once.
// Four matrices of those four are multiplied by all rows each.
// CHECK-LABEL: gpu.func @single(
// CHECK: scf.for %{{.*}} iter_args(
// CHECK-COUNT-4: nvgpu.ldmatrix {{.*}}transpose = false{{.*}} -> vector<4x1xf32>
// CHECK-COUNT-4: nvvm.convert.float.to.tf32 %{{.*}} {rnd = #nvvm.fp_rnd_mode<rna>}
// CHECK-NOT: nvgpu.ldmatrix
// CHECK: vector.load {{.*}} vector<4xf32>
// CHECK-COUNT-4: nvvm.convert.float.to.tf32
// CHECK: vector.load {{.*}} vector<4xf32>
// CHECK-COUNT-4: nvvm.convert.float.to.tf32
// CHECK-NOT: vector.load
// CHECK-COUNT-16: nvvm.mma.sync {{.*}}multiplicandAPtxType = #nvvm.mma_type<tf32>{{.*}}shape = #nvvm.shape<m = 16, n = 8, k = 8>
kernel.func @single(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [128, 128, 16], vector = 4, unroll = 3>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x?xf32>
  kernel.return %p : tensor<?x?xf32>
}

// CHECK-LABEL: gpu.func @single_turned(
// CHECK-NOT: nvvm.convert.float.to.tf32
// CHECK: nvgpu.ldmatrix
// CHECK-COUNT-4: nvvm.convert.float.to.tf32
// CHECK-NOT: nvvm.convert.float.to.tf32
// CHECK: nvgpu.ldmatrix
kernel.func @single_turned(%a: tensor<256x64xf32>, %b: tensor<256x64xf32>, %out: tensor<256x256xf32>)
    -> tensor<256x256xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [128, 128, 16], vector = 4, unroll = 3>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<256x256xf32>) -> tensor<256x256xf32>
  %p = linalg.generic {indexing_maps = [#a, #bt, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<256x64xf32>, tensor<256x64xf32>) outs(%f : tensor<256x256xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<256x256xf32>
  kernel.return %p : tensor<256x256xf32>
}
