// RUN: theano-opt %s -kernel-choose-gpu-schedules | FileCheck %s --check-prefixes=CHECK,NEW
// RUN: theano-opt %s -kernel-choose-gpu-schedules=arch=sm_75 | FileCheck %s --check-prefixes=CHECK,OLD
// RUN: theano-opt %s -kernel-choose-gpu-schedules=tf32=true | FileCheck %s --check-prefix=TF32
// RUN: theano-opt %s -kernel-choose-gpu-schedules="tf32=true arch=sm_75" | FileCheck %s --check-prefix=OLDTF32
// RUN: not theano-opt %s -kernel-choose-gpu-schedules=arch=sm_12 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: unknown GPU architecture 'sm_12': expected one of sm_75, sm_80

// Products of f16 go to matrix units where there are any: by large tiles, three
// of which have room in shared memory.
// CHECK-LABEL: kernel.func @unknown(
// NEW-SAME: family = #kernel.family<tensor_contract>
// NEW-SAME: schedule = #kernel.schedule<block = [128], tile = [128, 128, 32], vector = 4, unroll = 3>
// OLD-SAME: family = #kernel.family<contract>
#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
#bt = affine_map<(d0, d1, d2) -> (d1, d2)>
kernel.func @unknown(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>} {
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

// Few large tiles would leave most multiprocessors without one.
// CHECK-LABEL: kernel.func @small(
// NEW-SAME: schedule = #kernel.schedule<block = [128], tile = [64, 64, 32], vector = 4, unroll = 4>
kernel.func @small(%a: tensor<256x48xf16>, %b: tensor<512x48xf16>, %out: tensor<256x512xf32>)
    -> tensor<256x512xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<256x512xf32>) -> tensor<256x512xf32>
  %p = linalg.generic {indexing_maps = [#a, #bt, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<256x48xf16>, tensor<512x48xf16>) outs(%f : tensor<256x512xf32>) {
  ^bb0(%x: f16, %y: f16, %o: f32):
    %u = arith.extf %x : f16 to f32
    %v = arith.extf %y : f16 to f32
    %s = arith.mulf %u, %v : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<256x512xf32>
  kernel.return %p : tensor<256x512xf32>
}

// Few rows; the number of columns is not known.
// CHECK-LABEL: kernel.func @narrow(
// NEW-SAME: schedule = #kernel.schedule<block = [128], tile = [64, 128, 32], vector = 4, unroll = 4>
kernel.func @narrow(%a: tensor<16x?xbf16>, %b: tensor<?x?xbf16>, %out: tensor<16x?xf32>)
    -> tensor<16x?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<16x?xf32>) -> tensor<16x?xf32>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<16x?xbf16>, tensor<?x?xbf16>) outs(%f : tensor<16x?xf32>) {
  ^bb0(%x: bf16, %y: bf16, %o: f32):
    %u = arith.extf %x : bf16 to f32
    %v = arith.extf %y : bf16 to f32
    %s = arith.mulf %u, %v : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<16x?xf32>
  kernel.return %p : tensor<16x?xf32>
}

// One row is no matrix: each column of the other operand is a sum.
// CHECK-LABEL: kernel.func @row(
// CHECK-SAME: family = #kernel.family<column_reduce>
kernel.func @row(%a: tensor<1x?xf16>, %b: tensor<?x?xf16>, %out: tensor<1x?xf32>)
    -> tensor<1x?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<1x?xf32>) -> tensor<1x?xf32>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<1x?xf16>, tensor<?x?xf16>) outs(%f : tensor<1x?xf32>) {
  ^bb0(%x: f16, %y: f16, %o: f32):
    %u = arith.extf %x : f16 to f32
    %v = arith.extf %y : f16 to f32
    %s = arith.mulf %u, %v : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<1x?xf32>
  kernel.return %p : tensor<1x?xf32>
}

// Sums that are rounded to f16 each time are not what matrix units do.
// CHECK-LABEL: kernel.func @rounded(
// CHECK-SAME: family = #kernel.family<contract>
kernel.func @rounded(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf16>)
    -> tensor<?x?xf16> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f16
  %f = linalg.fill ins(%zero : f16) outs(%out : tensor<?x?xf16>) -> tensor<?x?xf16>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf16>, tensor<?x?xf16>) outs(%f : tensor<?x?xf16>) {
  ^bb0(%x: f16, %y: f16, %o: f16):
    %s = arith.mulf %x, %y : f16
    %t = arith.addf %o, %s : f16
    linalg.yield %t : f16
  } -> tensor<?x?xf16>
  kernel.return %p : tensor<?x?xf16>
}

// Products of f32 go there on request alone, and where there is TF32; tiles have half the
// depth.
// CHECK-LABEL: kernel.func @single(
// CHECK-SAME: family = #kernel.family<contract>
// TF32-LABEL: kernel.func @single(
// TF32-SAME: family = #kernel.family<tensor_contract>
// TF32-SAME: schedule = #kernel.schedule<block = [128], tile = [128, 128, 16], vector = 4, unroll = 3>
// OLDTF32-LABEL: kernel.func @single(
// OLDTF32-SAME: family = #kernel.family<contract>
kernel.func @single(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>} {
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

// CHECK-LABEL: func.func @main(
func.func @main(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %c: tensor<?x?xf32>) {
  // NEW: %[[ROWS:.*]] = arith.ceildivui %{{.*}}, %c128
  // NEW: %[[COLUMNS:.*]] = arith.ceildivui %{{.*}}, %c128
  // NEW: %[[TILES:.*]] = arith.muli %[[ROWS]], %[[COLUMNS]]
  // NEW: kernel.launch @unknown grid(%[[TILES]])
  kernel.launch @unknown ins(%a, %b : tensor<?x?xf16>, tensor<?x?xf16>)
      outs(%c : tensor<?x?xf32>) -> tensor<?x?xf32>
  return
}
