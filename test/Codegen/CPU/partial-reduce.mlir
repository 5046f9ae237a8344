// RUN: theano-opt --emit-cpu-kernels --canonicalize --cse %s | FileCheck %s

// The first of two steps: a block sums neighbouring elements, in whole rounds of four
// vectors, and leaves its part; how many elements that are follows from the number of
// elements and of parts.
// CHECK-LABEL: func.func @parts(
// CHECK-SAME: %[[N:[^:]*]]: index, %[[PARTS:[^:]*]]: index, %[[FIRST:[^:]*]]: index, %[[END:[^:]*]]: index)
// CHECK: %[[ROOM:.*]] = arith.muli %[[PARTS]], %c32
// CHECK: %[[ROUNDS:.*]] = arith.ceildivui %[[N]], %[[ROOM]]
// CHECK: %[[EACH:.*]] = arith.muli %[[ROUNDS]], %c32
// CHECK: scf.for %[[BLOCK:.*]] = %[[FIRST]] to %[[END]]
// CHECK:   %[[BEGIN:.*]] = arith.muli %[[BLOCK]], %[[EACH]]
// CHECK:   %[[STOP:.*]] = arith.addi %[[BEGIN]], %[[EACH]]
// CHECK:   %[[FROM:.*]] = arith.minui %[[BEGIN]], %[[N]]
// CHECK:   %[[TO:.*]] = arith.minui %[[STOP]], %[[N]]
// CHECK:   arith.subi %[[TO]], %[[FROM]]
// CHECK:   scf.for %{{.*}} = %[[FROM]] to %{{.*}} step %c8192
// CHECK:     scf.for {{.*}} step %c32
// CHECK-COUNT-4: vector.load {{.*}} : memref<?xf32>, vector<8xf32>
// CHECK:   %[[VECTORS:.*]] = vector.extract %{{.*}}[0]
// CHECK:   %[[PART:.*]] = arith.addf %[[VECTORS]], %{{.*}} : f32
// CHECK:   memref.store %[[PART]], %{{.*}}[%[[BLOCK]]]
kernel.func @parts(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<partial_reduce>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>],
                         iterator_types = ["reduction"]}
      ins(%a : tensor<?xf32>) outs(%f : tensor<f32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  %p = kernel.partials %sum into %out : tensor<f32>, tensor<?xf32>
  kernel.return %p : tensor<?xf32>
}

// Of two dimensions a block has some lines, the first and the last in part. A line may
// have no element; then there is no division by its length.
// CHECK-LABEL: func.func @lines(
// CHECK-SAME: %[[ROWS:[^:]*]]: index, %[[COLUMNS:[^:]*]]: index, %[[PARTS:[^:]*]]: index,
// CHECK: %[[TOTAL:.*]] = arith.muli %[[ROWS]], %[[COLUMNS]]
// CHECK: scf.for %[[BLOCK:[^ ]*]] =
// CHECK:   %[[FROM:.*]] = arith.minui %{{.*}}, %[[TOTAL]]
// CHECK:   %[[TO:.*]] = arith.minui %{{.*}}, %[[TOTAL]]
// CHECK:   %[[LENGTH:.*]] = arith.maxui %[[COLUMNS]], %c1
// CHECK:   %[[LOW:.*]] = arith.divui %[[FROM]], %[[LENGTH]]
// CHECK:   %[[HIGH:.*]] = arith.ceildivui %[[TO]], %[[LENGTH]]
// CHECK:   scf.for %[[LINE:.*]] = %[[LOW]] to %[[HIGH]] step %c1
// CHECK:     %[[START:.*]] = arith.muli %[[LINE]], %[[COLUMNS]]
// CHECK:     %[[STOP:.*]] = arith.addi %[[START]], %[[COLUMNS]]
// CHECK:     %[[L:.*]] = arith.maxui %[[FROM]], %[[START]]
// CHECK:     %[[H:.*]] = arith.minui %[[TO]], %[[STOP]]
// CHECK:     arith.subi %[[L]], %[[START]]
// CHECK:     arith.subi %[[H]], %[[START]]
kernel.func @lines(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<partial_reduce>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                                          affine_map<(d0, d1) -> ()>],
                         iterator_types = ["reduction", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<f32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.maximumf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  %p = kernel.partials %sum into %out : tensor<f32>, tensor<?xf32>
  kernel.return %p : tensor<?xf32>
}
