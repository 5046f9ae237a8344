// RUN: theano-opt %s -kernel-split-reductions | FileCheck %s
// RUN: theano-opt %s -kernel-split-reductions=elements-per-block=65536 \
// RUN:   | FileCheck %s --check-prefix=LARGE
// RUN: theano-opt %s -kernel-split-reductions=rows-per-block=0 | FileCheck %s --check-prefix=ROWS
// RUN: theano-opt %s -kernel-split-reductions=steps-per-block=0 | FileCheck %s --check-prefix=STEPS

// Larger blocks are fewer: of 32768 known elements there is one.
// LARGE: kernel.func @mean_parts(
// LARGE-NOT: @argmax_parts
// LARGE: kernel.func @argmax(
// LARGE-SAME: family = #kernel.family<full_reduce>
// LARGE: func.func @main(
// LARGE: %[[MANY:.*]] = arith.ceildivui %{{.*}}, %c65536
// LARGE: %[[FEW:.*]] = arith.minui %[[MANY]], %c1024
// LARGE: arith.maxui %[[FEW]], %c1
// LARGE: kernel.launch @argmax ins(

// A mean of unknown length: the blocks of the first step follow from the length
// alone, and what the mean does with the sum comes after the second.
// CHECK-LABEL: kernel.func @mean_parts(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[OUT:.*]]: tensor<?xf32>) -> tensor<?xf32>
// CHECK-SAME: family = #kernel.family<partial_reduce>
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[X]] :
// CHECK: %[[PARTS:.*]] = kernel.partials %[[SUM]] into %[[OUT]] : tensor<f32>, tensor<?xf32>
// CHECK: kernel.return %[[PARTS]]
// CHECK-LABEL: kernel.func @mean(
// CHECK-SAME: %[[PARTS:.*]]: tensor<?xf32>, %[[N:.*]]: f32, %{{.*}}: tensor<f32>) -> tensor<f32>
// CHECK-SAME: family = #kernel.family<full_reduce>
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]} ins(%[[PARTS]] :
// CHECK: arith.addf
// CHECK: arith.divf %{{.*}}, %[[N]]
#id = affine_map<(d0) -> (d0)>
#one = affine_map<(d0) -> ()>
#none = affine_map<() -> ()>
kernel.func @mean(%x: tensor<?xf32>, %n: f32, %out: tensor<f32>) -> tensor<f32>
    attributes {family = #kernel.family<full_reduce>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<f32>) -> tensor<f32>
  %sum = linalg.generic {indexing_maps = [#id, #one], iterator_types = ["reduction"]}
      ins(%x : tensor<?xf32>) outs(%f : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  %mean = linalg.generic {indexing_maps = [#none, #none], iterator_types = []}
      ins(%sum : tensor<f32>) outs(%out : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.divf %a, %n : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  kernel.return %mean : tensor<f32>
}

// An argmax has two parts a block. Of equal elements the first wins, whatever
// block had it.
// CHECK-LABEL: kernel.func @argmax_parts(
// CHECK-SAME: -> (tensor<8xf32>, tensor<8xi64>)
// CHECK-LABEL: kernel.func @argmax(
// CHECK-SAME: family = #kernel.family<full_reduce>
// CHECK: ^bb0(%[[A:.*]]: f32, %[[I:.*]]: i64, %[[BEST:.*]]: f32, %[[AT:.*]]: i64):
// CHECK: %[[WORSE:.*]] = arith.cmpf ogt, %[[BEST]], %[[A]]
// CHECK: %[[FIRST:.*]] = arith.cmpi slt, %[[I]], %[[AT]]
// CHECK: %[[TIE:.*]] = arith.cmpi ult, %[[WORSE]], %[[FIRST]]
// CHECK: %[[BETTER:.*]] = arith.cmpf ogt, %[[A]], %[[BEST]]
// CHECK: %[[WINS:.*]] = arith.ori %[[BETTER]], %[[TIE]]
// CHECK: arith.select %[[WINS]], %[[A]], %[[BEST]]
// CHECK: arith.select %[[WINS]], %[[I]], %[[AT]]
kernel.func @argmax(%x: tensor<32768xf32>, %v: tensor<f32>, %i: tensor<i64>)
    -> (tensor<f32>, tensor<i64>) attributes {family = #kernel.family<plain_reduce>} {
  %ninf = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0 : i64
  %f = linalg.fill ins(%ninf : f32) outs(%v : tensor<f32>) -> tensor<f32>
  %g = linalg.fill ins(%zero : i64) outs(%i : tensor<i64>) -> tensor<i64>
  %r:2 = linalg.generic {indexing_maps = [#id, #one, #one], iterator_types = ["reduction"]}
      ins(%x : tensor<32768xf32>) outs(%f, %g : tensor<f32>, tensor<i64>) {
  ^bb0(%a: f32, %m: f32, %k: i64):
    %j = linalg.index 0 : index
    %j64 = arith.index_cast %j : index to i64
    %c = arith.cmpf ogt, %a, %m : f32
    %best = arith.select %c, %a, %m : f32
    %at = arith.select %c, %j64, %k : i64
    linalg.yield %best, %at : f32, i64
  } -> (tensor<f32>, tensor<i64>)
  kernel.return %r#0, %r#1 : tensor<f32>, tensor<i64>
}

// Few elements are one block's.
// CHECK-NOT: @short_parts
// CHECK-LABEL: kernel.func @short(
kernel.func @short(%x: tensor<16384xi32>, %out: tensor<i32>) -> tensor<i32>
    attributes {family = #kernel.family<full_reduce>} {
  %zero = arith.constant 0 : i32
  %f = linalg.fill ins(%zero : i32) outs(%out : tensor<i32>) -> tensor<i32>
  %sum = linalg.generic {indexing_maps = [#id, #one], iterator_types = ["reduction"]}
      ins(%x : tensor<16384xi32>) outs(%f : tensor<i32>) {
  ^bb0(%a: i32, %o: i32):
    %s = arith.addi %a, %o : i32
    linalg.yield %s : i32
  } -> tensor<i32>
  kernel.return %sum : tensor<i32>
}

// Columns that are few enough to leave blocks for the rows: parts of 256 rows, or
// more where columns are fewer than 32, as many as 1024 blocks allow. What follows the sum comes after the second step,
// which takes its sizes from the parts.
// ROWS-NOT: @centre_parts
// CHECK-LABEL: kernel.func @centre_parts(
// CHECK-SAME: %[[X:.*]]: tensor<?x?xf32>, %[[OUT:.*]]: tensor<?x?xf32>) -> tensor<?x?xf32>
// CHECK-SAME: family = #kernel.family<column_reduce>
// CHECK: %[[N:.*]] = tensor.dim %[[OUT]], %c1
// CHECK: tensor.empty(%[[N]])
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]} ins(%[[X]] :
// CHECK: %[[PARTS:.*]] = kernel.partials %[[SUM]] into %[[OUT]] : tensor<?xf32>, tensor<?x?xf32>
// CHECK: kernel.return %[[PARTS]]
// CHECK-LABEL: kernel.func @centre(
// CHECK-SAME: %[[PARTS:.*]]: tensor<?x?xf32>, %[[BIAS:.*]]: tensor<?xf32>, %{{.*}}: tensor<?xf32>) -> tensor<?xf32>
// CHECK-SAME: family = #kernel.family<column_reduce>
// CHECK: tensor.dim %[[PARTS]]
// CHECK: %[[TOTAL:.*]] = linalg.generic {{.*}} iterator_types = ["reduction", "parallel"]} ins(%[[PARTS]] :
// CHECK: linalg.generic {{.*}} ins(%[[TOTAL]], %[[BIAS]] :
#rc = affine_map<(d0, d1) -> (d0, d1)>
#c = affine_map<(d0, d1) -> (d1)>
kernel.func @centre(%x: tensor<?x?xf32>, %b: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#rc, #c], iterator_types = ["reduction", "parallel"]}
      ins(%x : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%sum, %b : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) {
  ^bb0(%a: f32, %d: f32, %o: f32):
    %s = arith.subf %a, %d : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// A check goes with the reduction whose elements it is of.
// CHECK-LABEL: kernel.func @quotients_parts(
// CHECK: kernel.check
// CHECK-LABEL: kernel.func @quotients(
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<?x?xi32>, %{{[a-z0-9]+}}: tensor<?xi32>) ->
// CHECK-NOT: kernel.check
// CHECK: kernel.return
kernel.func @quotients(%x: tensor<?x?xi32>, %y: tensor<?x?xi32>, %out: tensor<?xi32>) -> tensor<?xi32>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0 : i32
  %f = linalg.fill ins(%zero : i32) outs(%out : tensor<?xi32>) -> tensor<?xi32>
  %q = linalg.generic {indexing_maps = [#rc, #rc, #rc], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x?xi32>, tensor<?x?xi32>) outs(%x : tensor<?x?xi32>) {
  ^bb0(%a: i32, %d: i32, %o: i32):
    %z = arith.constant 0 : i32
    %ok = arith.cmpi ne, %d, %z : i32
    kernel.check %ok, division_by_zero
    %one = arith.constant 1 : i32
    %by = arith.select %ok, %d, %one : i32
    %s = arith.divsi %a, %by : i32
    linalg.yield %s : i32
  } -> tensor<?x?xi32>
  %sum = linalg.generic {indexing_maps = [#rc, #c], iterator_types = ["reduction", "parallel"]}
      ins(%q : tensor<?x?xi32>) outs(%f : tensor<?xi32>) {
  ^bb0(%a: i32, %o: i32):
    %s = arith.addi %a, %o : i32
    linalg.yield %s : i32
  } -> tensor<?xi32>
  kernel.return %sum : tensor<?xi32>
}

// Sums of the middle dimension, of unknown sizes, might be a block for each of
// very few elements: they stay one kernel, and plain.
// CHECK-NOT: @middle_parts
// CHECK-LABEL: kernel.func @middle(
// CHECK-SAME: family = #kernel.family<plain_reduce>
kernel.func @middle(%x: tensor<?x?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d2)>],
                         iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%x : tensor<?x?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %sum : tensor<?x?xf32>
}

// Of 66,000 known columns, and of 1,024 rows, all blocks are busy.
// CHECK-NOT: @wide_parts
// CHECK-LABEL: kernel.func @wide(
kernel.func @wide(%x: tensor<9000x66000xf32>, %out: tensor<66000xf32>) -> tensor<66000xf32>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<66000xf32>) -> tensor<66000xf32>
  %sum = linalg.generic {indexing_maps = [#rc, #c], iterator_types = ["reduction", "parallel"]}
      ins(%x : tensor<9000x66000xf32>) outs(%f : tensor<66000xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<66000xf32>
  kernel.return %sum : tensor<66000xf32>
}
// CHECK-NOT: @low_parts
// CHECK-LABEL: kernel.func @low(
kernel.func @low(%x: tensor<1024x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#rc, #c], iterator_types = ["reduction", "parallel"]}
      ins(%x : tensor<1024x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %sum : tensor<?xf32>
}

// CHECK-LABEL: func.func @columns(
// CHECK: %[[N:.*]] = tensor.dim %{{.*}}, %c1
// CHECK: %[[ACROSS:.*]] = arith.ceildivui %[[N]], %c128
// CHECK: %[[ONE:.*]] = arith.maxui %[[ACROSS]], %c1
// CHECK: %[[MOST:.*]] = arith.divui %c1024{{.*}}, %[[ONE]]
// CHECK: %[[SOME:.*]] = arith.maxui %[[N]], %c1
// CHECK: %[[NARROW:.*]] = arith.divui %c32, %[[SOME]]
// CHECK: %[[TIMES:.*]] = arith.maxui %[[NARROW]], %c1
// CHECK: %[[EACH:.*]] = arith.muli %[[TIMES]], %c256
// CHECK: %[[LONG:.*]] = tensor.dim %{{.*}}, %c0
// CHECK: %[[MANY:.*]] = arith.ceildivui %[[LONG]], %[[EACH]]
// CHECK: %[[FEW:.*]] = arith.minui %[[MANY]], %[[MOST]]
// CHECK: %[[PARTS:.*]] = arith.maxui %[[FEW]], %c1
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[PARTS]], %{{.*}}) : tensor<?x?xf32>
// CHECK: %[[LEFT:.*]] = kernel.launch @centre_parts ins(%{{.*}} : tensor<?x?xf32>) outs(%[[EMPTY]] : tensor<?x?xf32>)
// CHECK: kernel.launch @centre ins(%[[LEFT]], %{{.*}} : tensor<?x?xf32>, tensor<?xf32>)
func.func @columns(%x: tensor<?x?xf32>, %b: tensor<?xf32>, %w: tensor<9000x66000xf32>,
    %l: tensor<1024x?xf32>, %e: tensor<?xf32>, %k: tensor<66000xf32>, %i: tensor<?x?xi32>,
    %j: tensor<?xi32>, %m: tensor<?x?x?xf32>, %t: tensor<?x?xf32>)
    -> (tensor<?xf32>, tensor<66000xf32>, tensor<?xf32>, tensor<?xi32>, tensor<?x?xf32>) {
  %0 = kernel.launch @centre ins(%x, %b : tensor<?x?xf32>, tensor<?xf32>)
      outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %1 = kernel.launch @wide ins(%w : tensor<9000x66000xf32>) outs(%k : tensor<66000xf32>)
      -> tensor<66000xf32>
  %2 = kernel.launch @low ins(%l : tensor<1024x?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %3 = kernel.launch @quotients ins(%i, %i : tensor<?x?xi32>, tensor<?x?xi32>)
      outs(%j : tensor<?xi32>) -> tensor<?xi32>
  %4 = kernel.launch @middle ins(%m : tensor<?x?x?xf32>) outs(%t : tensor<?x?xf32>)
      -> tensor<?x?xf32>
  return %0, %1, %2, %3, %4
      : tensor<?xf32>, tensor<66000xf32>, tensor<?xf32>, tensor<?xi32>, tensor<?x?xf32>
}

// A product whose result is known to be small leaves parts of its sums, and what
// follows it stays where they are joined.
// CHECK-LABEL: kernel.func @product_parts(
// CHECK-SAME: %[[A:.*]]: tensor<24x?xf32>, %[[B:.*]]: tensor<?x40xf32>, %[[OUT:.*]]: tensor<?x24x40xf32>) -> tensor<?x24x40xf32>
// CHECK-SAME: family = #kernel.family<contract>
// CHECK: %[[SUMS:.*]] = linalg.generic {{.*}} ins(%[[A]], %[[B]] :
// CHECK: %[[PARTS:.*]] = kernel.partials %[[SUMS]] into %[[OUT]]
// CHECK-NOT: linalg.generic
// CHECK: kernel.return %[[PARTS]]
// CHECK-LABEL: kernel.func @product(
// CHECK-SAME: %[[PARTS:.*]]: tensor<?x24x40xf32>, %[[C:.*]]: tensor<24x40xf32>, %{{.*}}: tensor<24x40xf32>) -> tensor<24x40xf32>
// CHECK-SAME: family = #kernel.family<column_reduce>
// CHECK: linalg.generic {indexing_maps = [{{.*}}], iterator_types = ["reduction", "parallel", "parallel"]} ins(%[[PARTS]] :
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[C]] :
// STEPS-LABEL: kernel.func @quotients(
// STEPS-NOT: @product_parts
// STEPS: kernel.func @product(
#left = affine_map<(d0, d1, d2) -> (d0, d2)>
#right = affine_map<(d0, d1, d2) -> (d2, d1)>
#out = affine_map<(d0, d1, d2) -> (d0, d1)>
#all = affine_map<(d0, d1) -> (d0, d1)>
kernel.func @product(%a: tensor<24x?xf32>, %b: tensor<?x40xf32>, %c: tensor<24x40xf32>,
    %out: tensor<24x40xf32>) -> tensor<24x40xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<24x40xf32>) -> tensor<24x40xf32>
  %p = linalg.generic {indexing_maps = [#left, #right, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<24x?xf32>, tensor<?x40xf32>) outs(%f : tensor<24x40xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<24x40xf32>
  %r = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]}
      ins(%p, %c : tensor<24x40xf32>, tensor<24x40xf32>) outs(%out : tensor<24x40xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<24x40xf32>
  kernel.return %r : tensor<24x40xf32>
}

// Large results, few steps, unknown rows, and sums that do not start from zero
// stay whole.
// CHECK-NOT: @large_parts
// CHECK-LABEL: kernel.func @large(
kernel.func @large(%a: tensor<512x?xf32>, %b: tensor<?x512xf32>, %out: tensor<512x512xf32>)
    -> tensor<512x512xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<512x512xf32>) -> tensor<512x512xf32>
  %p = linalg.generic {indexing_maps = [#left, #right, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<512x?xf32>, tensor<?x512xf32>) outs(%f : tensor<512x512xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<512x512xf32>
  kernel.return %p : tensor<512x512xf32>
}

// CHECK-NOT: @shallow_parts
// CHECK-LABEL: kernel.func @shallow(
kernel.func @shallow(%a: tensor<24x1024xf32>, %b: tensor<1024x40xf32>, %out: tensor<24x40xf32>)
    -> tensor<24x40xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<24x40xf32>) -> tensor<24x40xf32>
  %p = linalg.generic {indexing_maps = [#left, #right, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<24x1024xf32>, tensor<1024x40xf32>) outs(%f : tensor<24x40xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<24x40xf32>
  kernel.return %p : tensor<24x40xf32>
}

// CHECK-NOT: @any_rows_parts
// CHECK-LABEL: kernel.func @any_rows(
kernel.func @any_rows(%a: tensor<?x4096xf32>, %b: tensor<4096x40xf32>, %out: tensor<?x40xf32>)
    -> tensor<?x40xf32> attributes {family = #kernel.family<contract>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x40xf32>) -> tensor<?x40xf32>
  %p = linalg.generic {indexing_maps = [#left, #right, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x4096xf32>, tensor<4096x40xf32>) outs(%f : tensor<?x40xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x40xf32>
  kernel.return %p : tensor<?x40xf32>
}

// CHECK-NOT: @from_one_parts
// CHECK-LABEL: kernel.func @from_one(
kernel.func @from_one(%a: tensor<24x4096xf32>, %b: tensor<4096x40xf32>, %out: tensor<24x40xf32>)
    -> tensor<24x40xf32> attributes {family = #kernel.family<contract>} {
  %one = arith.constant 1.0 : f32
  %f = linalg.fill ins(%one : f32) outs(%out : tensor<24x40xf32>) -> tensor<24x40xf32>
  %p = linalg.generic {indexing_maps = [#left, #right, #out], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<24x4096xf32>, tensor<4096x40xf32>) outs(%f : tensor<24x40xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.mulf %x, %y : f32
    %t = arith.addf %o, %s : f32
    linalg.yield %t : f32
  } -> tensor<24x40xf32>
  kernel.return %p : tensor<24x40xf32>
}

// CHECK-LABEL: func.func @products(
// CHECK: %[[DEPTH:.*]] = tensor.dim %{{.*}}, %c1
// CHECK: %[[MANY:.*]] = arith.ceildivui %[[DEPTH]], %c256
// CHECK: %[[FEW:.*]] = arith.minui %[[MANY]], %c256
// CHECK: %[[PARTS:.*]] = arith.maxui %[[FEW]], %c1
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[PARTS]]) : tensor<?x24x40xf32>
// CHECK: %[[LEFT:.*]] = kernel.launch @product_parts ins({{.*}}) outs(%[[EMPTY]] : tensor<?x24x40xf32>)
// CHECK: kernel.launch @product ins(%[[LEFT]], %{{.*}} : tensor<?x24x40xf32>, tensor<24x40xf32>)
func.func @products(%a: tensor<24x?xf32>, %b: tensor<?x40xf32>, %c: tensor<24x40xf32>,
    %d: tensor<512x?xf32>, %e: tensor<?x512xf32>, %f: tensor<24x1024xf32>,
    %g: tensor<1024x40xf32>, %h: tensor<?x4096xf32>, %i: tensor<4096x40xf32>,
    %j: tensor<24x4096xf32>, %o: tensor<?x40xf32>)
    -> (tensor<24x40xf32>, tensor<512x512xf32>, tensor<24x40xf32>, tensor<?x40xf32>,
        tensor<24x40xf32>) {
  %small = tensor.empty() : tensor<24x40xf32>
  %wide = tensor.empty() : tensor<512x512xf32>
  %0 = kernel.launch @product ins(%a, %b, %c : tensor<24x?xf32>, tensor<?x40xf32>, tensor<24x40xf32>)
      outs(%small : tensor<24x40xf32>) -> tensor<24x40xf32>
  %1 = kernel.launch @large ins(%d, %e : tensor<512x?xf32>, tensor<?x512xf32>)
      outs(%wide : tensor<512x512xf32>) -> tensor<512x512xf32>
  %2 = kernel.launch @shallow ins(%f, %g : tensor<24x1024xf32>, tensor<1024x40xf32>)
      outs(%small : tensor<24x40xf32>) -> tensor<24x40xf32>
  %3 = kernel.launch @any_rows ins(%h, %i : tensor<?x4096xf32>, tensor<4096x40xf32>)
      outs(%o : tensor<?x40xf32>) -> tensor<?x40xf32>
  %4 = kernel.launch @from_one ins(%j, %i : tensor<24x4096xf32>, tensor<4096x40xf32>)
      outs(%small : tensor<24x40xf32>) -> tensor<24x40xf32>
  return %0, %1, %2, %3, %4 : tensor<24x40xf32>, tensor<512x512xf32>, tensor<24x40xf32>,
      tensor<?x40xf32>, tensor<24x40xf32>
}

// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.*]]: tensor<?xf32>, %[[N:.*]]: f32
// CHECK: %[[LENGTH:.*]] = tensor.dim %[[X]]
// CHECK: %[[MANY:.*]] = arith.ceildivui %[[LENGTH]], %c4096
// CHECK: %[[FEW:.*]] = arith.minui %[[MANY]], %c1024
// CHECK: %[[BLOCKS:.*]] = arith.maxui %[[FEW]], %c1
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[BLOCKS]]) : tensor<?xf32>
// CHECK: %[[PARTS:.*]] = kernel.launch @mean_parts grid(%[[BLOCKS]]) ins(%[[X]] : tensor<?xf32>) outs(%[[EMPTY]] : tensor<?xf32>)
// CHECK: kernel.launch @mean ins(%[[PARTS]], %[[N]] : tensor<?xf32>, f32)
// CHECK: kernel.launch @argmax_parts grid(%c8
// CHECK: kernel.launch @short ins(
func.func @main(%x: tensor<?xf32>, %n: f32, %y: tensor<32768xf32>, %z: tensor<16384xi32>)
    -> (tensor<f32>, tensor<i64>, tensor<i32>) {
  %e = tensor.empty() : tensor<f32>
  %k = tensor.empty() : tensor<i64>
  %i = tensor.empty() : tensor<i32>
  %0 = kernel.launch @mean ins(%x, %n : tensor<?xf32>, f32) outs(%e : tensor<f32>) -> tensor<f32>
  %1:2 = kernel.launch @argmax ins(%y : tensor<32768xf32>)
      outs(%e, %k : tensor<f32>, tensor<i64>) -> tensor<f32>, tensor<i64>
  %2 = kernel.launch @short ins(%z : tensor<16384xi32>) outs(%i : tensor<i32>) -> tensor<i32>
  return %0, %1#1, %2 : tensor<f32>, tensor<i64>, tensor<i32>
}
