// RUN: theano-opt %s -kernel-merge-identical-kernels -split-input-file | FileCheck %s
// RUN: theano-opt %s -kernel-merge-identical-kernels -split-input-file -mlir-print-debuginfo \
// RUN:   -mlir-print-local-scope | FileCheck %s --check-prefix=LOC
// RUN: theano-opt %s -kernel-merge-identical-kernels -split-input-file -o /dev/null \
// RUN:   -pass-statistics 2>&1 | FileCheck %s --check-prefix=COUNT

// COUNT: 4 kernel-merge-identical-kernels - Number of kernels merged into another

// Names of kernels and values say nothing; those of all launches do.
#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: kernel.func @first
// CHECK-SAME: boundaries = ["one reason", "both", "another reason"]
// CHECK-NOT: kernel.func
// LOC-LABEL: kernel.func @first
// LOC: math.absf {{.*}} loc(fused["net.mlir":3:4, "net.mlir":5:6, "net.mlir":7:8])
// LOC: } loc(fused["net.mlir":3:1, "net.mlir":5:1, "net.mlir":7:1])
kernel.func @first(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {boundaries = ["one reason", "both"], family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.absf %x : f32 loc("net.mlir":3:4)
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
} loc("net.mlir":3:1)
kernel.func @second(%b: tensor<?xf32>, %to: tensor<?xf32>) -> tensor<?xf32>
    attributes {boundaries = ["both", "another reason"], family = #kernel.family<map>} {
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%b : tensor<?xf32>) outs(%to : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.absf %x : f32 loc("net.mlir":5:6)
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %y : tensor<?xf32>
} loc("net.mlir":5:1)
kernel.func @third(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.absf %x : f32 loc("net.mlir":7:8)
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
} loc("net.mlir":7:1)

// CHECK-LABEL: func.func @main
// CHECK: kernel.launch @first ins(%arg0
// CHECK: kernel.launch @first ins(%arg1
// LOC-LABEL: func.func @main
// LOC: kernel.launch @first {{.*}} loc("net.mlir":3:1)
// LOC: kernel.launch @first {{.*}} loc("net.mlir":5:1)
func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>, %e: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?xf32>) {
  %x = kernel.launch @first ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>)
      -> tensor<?xf32> loc("net.mlir":3:1)
  %y = kernel.launch @second ins(%b : tensor<?xf32>) outs(%e : tensor<?xf32>)
      -> tensor<?xf32> loc("net.mlir":5:1)
  return %x, %y : tensor<?xf32>, tensor<?xf32>
}

// Launches of another function too.
// CHECK-LABEL: func.func @other
// CHECK: kernel.launch @first
func.func @other(%a: tensor<?xf32>, %e: tensor<?xf32>) -> tensor<?xf32> {
  %x = kernel.launch @third ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>)
      -> tensor<?xf32>
  return %x : tensor<?xf32>
}

// -----

// Two pairs in one module, each with a body of its own.
#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: kernel.func @minus_a
// CHECK-LABEL: kernel.func @reversed_a
// CHECK-NOT: kernel.func
kernel.func @minus_a(%a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
// The same ops on other values: only the graph of the body tells them apart.
kernel.func @reversed_a(%a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %y, %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
kernel.func @reversed_b(%a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %y, %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
kernel.func @minus_b(%a: tensor<?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.subf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// -----

// A constant, a type, a schedule, an argument in place: none of these is equal.
#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: kernel.func @one
// CHECK: kernel.func @two
// CHECK: kernel.func @doubles
// CHECK: kernel.func @scheduled
// CHECK: kernel.func @in_place
kernel.func @one(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  %c = arith.constant 1.0 : f32
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %c : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
kernel.func @two(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  %c = arith.constant 2.0 : f32
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %c : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
kernel.func @doubles(%a: tensor<?xf64>, %out: tensor<?xf64>) -> tensor<?xf64>
    attributes {family = #kernel.family<map>} {
  %c = arith.constant 1.0 : f64
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf64>) outs(%out : tensor<?xf64>) {
  ^bb0(%x: f64, %o: f64):
    %s = arith.addf %x, %c : f64
    linalg.yield %s : f64
  } -> tensor<?xf64>
  kernel.return %r : tensor<?xf64>
}
kernel.func @scheduled(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>, schedule = #kernel.schedule<
      block = [128], tile = [128], vector = 1, unroll = 1>} {
  %c = arith.constant 1.0 : f32
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %c : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
kernel.func @in_place(%a: tensor<?xf32> {kernel.in_place}, %out: tensor<?xf32>)
    -> tensor<?xf32> attributes {family = #kernel.family<map>} {
  %c = arith.constant 1.0 : f32
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %c : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// -----

// A check that fails tells its own source line.
#id = affine_map<(d0) -> (d0)>

// CHECK-LABEL: kernel.func @check_a
// CHECK: kernel.location = 1
// CHECK-LABEL: kernel.func @check_b
// CHECK: kernel.location = 2
kernel.func @check_a(%a: tensor<?xi32>, %out: tensor<?xi32>) -> tensor<?xi32>
    attributes {family = #kernel.family<map>} {
  %zero = arith.constant 0 : i32
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xi32>) outs(%out : tensor<?xi32>) {
  ^bb0(%x: i32, %o: i32):
    %ok = arith.cmpi ne, %x, %zero : i32
    kernel.check %ok, division_by_zero {kernel.location = 1 : i32}
    linalg.yield %x : i32
  } -> tensor<?xi32>
  kernel.return %r : tensor<?xi32>
}
kernel.func @check_b(%a: tensor<?xi32>, %out: tensor<?xi32>) -> tensor<?xi32>
    attributes {family = #kernel.family<map>} {
  %zero = arith.constant 0 : i32
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xi32>) outs(%out : tensor<?xi32>) {
  ^bb0(%x: i32, %o: i32):
    %ok = arith.cmpi ne, %x, %zero : i32
    kernel.check %ok, division_by_zero {kernel.location = 2 : i32}
    linalg.yield %x : i32
  } -> tensor<?xi32>
  kernel.return %r : tensor<?xi32>
}
