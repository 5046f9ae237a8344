// RUN: theano-opt --kernel-form-kernels -canonicalize -split-input-file %s | FileCheck %s

#id1 = affine_map<(d0) -> (d0)>

// A chain of elementwise ops with a value used twice is one kernel.
// CHECK-LABEL: kernel.func @chain_kernel_0
// CHECK-SAME:    family = #kernel.family<map>
// CHECK:         math.exp
// CHECK:         math.tanh
// CHECK-LABEL: func.func @chain
// CHECK:         kernel.launch @chain_kernel_0
// CHECK-NOT:     kernel.launch
func.func @chain(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %x = linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %r = math.exp %v : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %y = linalg.generic {indexing_maps = [#id1, #id1, #id1], iterator_types = ["parallel"]}
      ins(%x, %b : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%v: f32, %w: f32, %o: f32):
    %r = math.tanh %v : f32
    %q = arith.addf %r, %w : f32
    %s = arith.addf %q, %v : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

#id2 = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// Softmax is one kernel.
// CHECK-LABEL: kernel.func @softmax_kernel_0
// CHECK-SAME:    family = #kernel.family<row_reduce>
// CHECK:         arith.maximumf
// CHECK:         math.exp
// CHECK:         arith.divf
// CHECK-LABEL: func.func @softmax
// CHECK:         kernel.launch @softmax_kernel_0 ins(%{{.*}} : tensor<?x?xf32>) outs
// CHECK-NOT:     kernel.launch
func.func @softmax(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %er = tensor.empty(%m) : tensor<?xf32>
  %f0 = linalg.fill ins(%ninf : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %max = linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x?xf32>) outs(%f0 : tensor<?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %r = arith.maximumf %v, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %exp = linalg.generic {indexing_maps = [#id2, #row, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%x, %max : tensor<?x?xf32>, tensor<?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%v: f32, %w: f32, %o: f32):
    %d = arith.subf %v, %w : f32
    %r = math.exp %d : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  %f1 = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id2, #row], iterator_types = ["parallel", "reduction"]}
      ins(%exp : tensor<?x?xf32>) outs(%f1 : tensor<?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %r = arith.addf %v, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %y = linalg.generic {indexing_maps = [#id2, #row, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%exp, %sum : tensor<?x?xf32>, tensor<?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%v: f32, %w: f32, %o: f32):
    %r = arith.divf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
#id = affine_map<(d0, d1) -> (d0, d1)>
#bias = affine_map<(d0, d1) -> (d1)>

// A contraction takes its elementwise epilogue.
// CHECK-LABEL: kernel.func @layer_kernel_0
// CHECK-SAME:    family = #kernel.family<contract>
// CHECK:         arith.mulf
// CHECK:         math.tanh
// CHECK-LABEL: func.func @layer
// CHECK-COUNT-1: kernel.launch
func.func @layer(%x: tensor<?x?xf32>, %w: tensor<?x?xf32>, %v: tensor<?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %w, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%s: f32, %t: f32, %o: f32):
    %r = arith.mulf %s, %t : f32
    %q = arith.addf %r, %o : f32
    linalg.yield %q : f32
  } -> tensor<?x?xf32>
  %y = linalg.generic {indexing_maps = [#id, #bias, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p, %v : tensor<?x?xf32>, tensor<?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%s: f32, %t: f32, %o: f32):
    %r = arith.addf %s, %t : f32
    %q = math.tanh %r : f32
    linalg.yield %q : f32
  } -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

// The last op reads the sum directly and through a reshape, which the host
// makes once the sum is there: one kernel with both would wait for itself.
// CHECK-LABEL: func.func @through_host
// CHECK:       %[[SUM:.*]] = kernel.launch @through_host_kernel_0
// CHECK:       %[[VIEW:.*]] = tensor.expand_shape %[[SUM]]
// CHECK:       kernel.launch @through_host_kernel_1
// CHECK-SAME:  %[[VIEW]]
func.func @through_host(%x: tensor<?xf32>) -> tensor<1xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>],
      iterator_types = ["reduction"]}
      ins(%x : tensor<?xf32>) outs(%f : tensor<f32>) {
  ^bb0(%in: f32, %out: f32):
    %s = arith.addf %in, %out : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  %view = tensor.expand_shape %sum [] output_shape [1] : tensor<f32> into tensor<1xf32>
  %o = tensor.empty() : tensor<1xf32>
  %r = linalg.generic {
      indexing_maps = [affine_map<(d0) -> ()>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>],
      iterator_types = ["parallel"]}
      ins(%sum, %view : tensor<f32>, tensor<1xf32>) outs(%o : tensor<1xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %p = arith.divf %a, %b : f32
    linalg.yield %p : f32
  } -> tensor<1xf32>
  return %r : tensor<1xf32>
}

// -----

#id = affine_map<(d0) -> (d0)>

// Two branches that meet are one kernel.
// CHECK-LABEL: kernel.func @branches_kernel_0
// CHECK:         math.tanh
// CHECK:         math.exp
// CHECK:         arith.mulf
// CHECK-LABEL: func.func @branches
// CHECK-COUNT-1: kernel.launch
// CHECK-NOT:     kernel.launch
func.func @branches(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %a, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %r = math.tanh %v : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%b : tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%v: f32, %o: f32):
    %r = math.exp %v : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %z = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%x, %y : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%v: f32, %w: f32, %o: f32):
    %r = arith.mulf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  return %z : tensor<?xf32>
}

// -----

// A chain that only a full reduction reads is one kernel with it.
// CHECK-LABEL: kernel.func @full_of_chain_kernel_0(
// CHECK-SAME:      family = #kernel.family<full_reduce>
// CHECK:         math.exp
// CHECK:         math.tanh
// CHECK:         arith.addf
// CHECK-NOT: kernel.func
// CHECK-LABEL: func.func @full_of_chain(
#id = affine_map<(d0) -> (d0)>
#none = affine_map<(d0) -> ()>
func.func @full_of_chain(%x: tensor<64xf32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %v = math.exp %a : f32
    linalg.yield %v : f32
  } -> tensor<64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%0 : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %v = math.tanh %a : f32
    linalg.yield %v : f32
  } -> tensor<64xf32>
  %s = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%s : tensor<f32>) -> tensor<f32>
  %2 = linalg.generic {indexing_maps = [#id, #none], iterator_types = ["reduction"]} ins(%1 : tensor<64xf32>) outs(%f : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %v = arith.addf %a, %o : f32
    linalg.yield %v : f32
  } -> tensor<f32>
  return %2 : tensor<f32>
}

// -----

// A quotient that nothing reads is not computed, though its body checks; a check
// that stands alone stays.
// CHECK-LABEL: func.func @unread_quotient(
// CHECK-NOT:     kernel.launch
// CHECK:         kernel.check
// CHECK:         kernel.launch @unread_quotient_kernel_0 ins
// CHECK-NOT:     kernel.launch
#id = affine_map<(d0) -> (d0)>
func.func @unread_quotient(%x: tensor<?xi64>, %n: i64) -> tensor<?xi64> {
  %zero = arith.constant 0 : i64
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?xi64>
  %e = tensor.empty(%d) : tensor<?xi64>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<?xi64>) outs(%e : tensor<?xi64>) {
  ^bb0(%a: i64, %o: i64):
    %ok = arith.cmpi ne, %a, %zero : i64
    kernel.check %ok, division_by_zero
    %q = arith.divsi %n, %a : i64
    linalg.yield %q : i64
  } -> tensor<?xi64>
  %ok = arith.cmpi ne, %n, %zero : i64
  kernel.check %ok, division_by_zero
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%x : tensor<?xi64>) outs(%e : tensor<?xi64>) {
  ^bb0(%a: i64, %o: i64):
    %s = arith.addi %a, %n : i64
    linalg.yield %s : i64
  } -> tensor<?xi64>
  return %1 : tensor<?xi64>
}
