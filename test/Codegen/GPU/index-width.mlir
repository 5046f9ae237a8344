// RUN: theano-opt %s -split-input-file -emit-gpu-kernels | FileCheck %s

#id = affine_map<(d0) -> (d0)>

// 2^30 elements are in the reach of 32 bits.
// CHECK-LABEL: gpu.module @largest
// CHECK-SAME: kernel.index_bits = 32
kernel.func @largest(%a: tensor<1073741824xi8>, %out: tensor<1073741824xi8>)
    -> tensor<1073741824xi8> attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [4096], vector = 16, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<1073741824xi8>) outs(%out : tensor<1073741824xi8>) {
  ^bb0(%x: i8, %o: i8):
    %s = arith.addi %x, %x : i8
    linalg.yield %s : i8
  } -> tensor<1073741824xi8>
  kernel.return %r : tensor<1073741824xi8>
}

// -----

#id = affine_map<(d0) -> (d0)>

// One more is not.
// CHECK-LABEL: gpu.module @larger
// CHECK-SAME: kernel.index_bits = 64
kernel.func @larger(%a: tensor<1073741825xi8>, %out: tensor<1073741825xi8>)
    -> tensor<1073741825xi8> attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [4096], vector = 16, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<1073741825xi8>) outs(%out : tensor<1073741825xi8>) {
  ^bb0(%x: i8, %o: i8):
    %s = arith.addi %x, %x : i8
    linalg.yield %s : i8
  } -> tensor<1073741825xi8>
  kernel.return %r : tensor<1073741825xi8>
}

// -----

// Nor is a reduction of so many, though none of its operands is large.
// CHECK-LABEL: gpu.module @outer
// CHECK-SAME: kernel.index_bits = 64
kernel.func @outer(%a: tensor<40000xf32>, %out: tensor<f32>) -> tensor<f32>
    attributes {family = #kernel.family<full_reduce>,
      schedule = #kernel.schedule<block = [512], tile = [1], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<f32>) -> tensor<f32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> ()>], iterator_types = ["reduction", "reduction"]}
      ins(%a, %a : tensor<40000xf32>, tensor<40000xf32>) outs(%f : tensor<f32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %p, %o : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  kernel.return %sum : tensor<f32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>

// Nothing is large where a size is 0, and an unknown size is the host's to check.
// CHECK-LABEL: gpu.module @empty
// CHECK-SAME: kernel.index_bits = 32
kernel.func @empty(%a: tensor<0x4294967296xf32>, %out: tensor<0x4294967296xf32>)
    -> tensor<0x4294967296xf32> attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [1024], vector = 4, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<0x4294967296xf32>) outs(%out : tensor<0x4294967296xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.negf %x : f32
    linalg.yield %s : f32
  } -> tensor<0x4294967296xf32>
  kernel.return %r : tensor<0x4294967296xf32>
}
