// Products with a vector, which reuse nothing of the matrix, are sums on a GPU:
// along its rows, down its columns, in two steps where there may be much to sum,
// or of everything.
// RUN: theano-opt %s -kernel-choose-gpu-schedules | FileCheck %s
// RUN: theano-opt %s -kernel-split-reductions -kernel-choose-gpu-schedules | FileCheck %s --check-prefixes=CHECK,SPLIT
// On a CPU they are what they were.
// RUN: theano-opt %s -kernel-split-reductions="steps-per-block=0 rows-per-block=0" | FileCheck %s --check-prefix=CPU

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#sums = affine_map<(d0, d1) -> (d0)>
#steps = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: kernel.func @rows(
// CHECK-SAME: family = #kernel.family<row_reduce>
// CPU-LABEL: kernel.func @rows(
// CPU-SAME: family = #kernel.family<contract>
kernel.func @rows(%a: tensor<?x?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %p = linalg.generic {indexing_maps = [#matrix, #steps, #sums], iterator_types = ["parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  kernel.return %p : tensor<?xf32>
}

// The matrix may be the second operand.
// SPLIT-LABEL: kernel.func @columns_parts(
// SPLIT-SAME: family = #kernel.family<column_reduce>
// SPLIT: kernel.partials
// CHECK-LABEL: kernel.func @columns(
// CHECK-SAME: family = #kernel.family<column_reduce>
// CPU-LABEL: kernel.func @columns(
// CPU-SAME: family = #kernel.family<contract>
kernel.func @columns(%a: tensor<?xf32>, %b: tensor<?x?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %p = linalg.generic {indexing_maps = [#steps, #turned, #sums], iterator_types = ["parallel", "reduction"]}
      ins(%a, %b : tensor<?xf32>, tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  kernel.return %p : tensor<?xf32>
}

// Sizes of one make vectors, too: here of both operands.
// SPLIT-LABEL: kernel.func @one_parts(
// SPLIT-SAME: family = #kernel.family<partial_reduce>
// CHECK-LABEL: kernel.func @one(
// CHECK-SAME: family = #kernel.family<{{plain|full}}_reduce>
#left = affine_map<(d0, d1, d2) -> (d0, d2)>
#right = affine_map<(d0, d1, d2) -> (d2, d1)>
#out = affine_map<(d0, d1, d2) -> (d0, d1)>
kernel.func @one(%a: tensor<1x?xf32>, %b: tensor<?x1xf32>, %out: tensor<1x1xf32>)
    -> tensor<1x1xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<1x1xf32>) -> tensor<1x1xf32>
  %p = linalg.generic {indexing_maps = [#left, #right, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<1x?xf32>, tensor<?x1xf32>) outs(%f : tensor<1x1xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<1x1xf32>
  kernel.return %p : tensor<1x1xf32>
}

// Of a batch whose sizes are not known, columns would be one thread's each.
#batchLeft = affine_map<(d0, d1, d2) -> (d0, d2)>
#batchRight = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
// CHECK-LABEL: kernel.func @batch(
// CHECK-SAME: family = #kernel.family<contract>
kernel.func @batch(%a: tensor<?x?xf32>, %b: tensor<?x?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %p = linalg.generic {indexing_maps = [#batchLeft, #batchRight, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x?xf32>
  kernel.return %p : tensor<?x?xf32>
}

func.func @main(%a: tensor<?x?xf32>, %b: tensor<?xf32>, %c: tensor<1x?xf32>, %d: tensor<?x1xf32>,
    %e: tensor<?x?x?xf32>, %u: tensor<?xf32>, %v: tensor<1x1xf32>, %w: tensor<?x?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>, tensor<1x1xf32>, tensor<?x?xf32>) {
  %0 = kernel.launch @rows ins(%a, %b : tensor<?x?xf32>, tensor<?xf32>)
      outs(%u : tensor<?xf32>) -> tensor<?xf32>
  %1 = kernel.launch @columns ins(%b, %a : tensor<?xf32>, tensor<?x?xf32>)
      outs(%u : tensor<?xf32>) -> tensor<?xf32>
  %2 = kernel.launch @one ins(%c, %d : tensor<1x?xf32>, tensor<?x1xf32>)
      outs(%v : tensor<1x1xf32>) -> tensor<1x1xf32>
  %3 = kernel.launch @batch ins(%a, %e : tensor<?x?xf32>, tensor<?x?x?xf32>)
      outs(%w : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0, %1, %2, %3 : tensor<?xf32>, tensor<?xf32>, tensor<1x1xf32>, tensor<?x?xf32>
}
