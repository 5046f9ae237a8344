// RUN: theano-opt %s -kernel-choose-gpu-schedules | FileCheck %s

#id = affine_map<(d0) -> (d0)>
#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// Four floats are 16 bytes.
// CHECK-LABEL: kernel.func @map
// CHECK-SAME: schedule = #kernel.schedule<block = [256], tile = [1024], vector = 4, unroll = 1>
kernel.func @map(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.absf %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// Eight halves are 16 bytes, though the body computes on floats.
// CHECK-LABEL: kernel.func @halves
// CHECK-SAME: schedule = #kernel.schedule<block = [256], tile = [2048], vector = 8, unroll = 1>
kernel.func @halves(%a: tensor<?xf16>, %out: tensor<?xf16>) -> tensor<?xf16>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf16>) outs(%out : tensor<?xf16>) {
  ^bb0(%x: f16, %o: f16):
    %w = arith.extf %x : f16 to f32
    %e = math.exp %w : f32
    %s = arith.truncf %e : f32 to f16
    linalg.yield %s : f16
  } -> tensor<?xf16>
  kernel.return %r : tensor<?xf16>
}

// A sine takes words of 64 bits for each lane: four of them.
// CHECK-LABEL: kernel.func @sines
// CHECK-SAME: schedule = #kernel.schedule<block = [256], tile = [1024], vector = 4, unroll = 1>
kernel.func @sines(%a: tensor<?xf16>, %out: tensor<?xf16>) -> tensor<?xf16>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf16>) outs(%out : tensor<?xf16>) {
  ^bb0(%x: f16, %o: f16):
    %w = arith.extf %x : f16 to f32
    %e = math.sin %w : f32
    %s = arith.truncf %e : f32 to f16
    linalg.yield %s : f16
  } -> tensor<?xf16>
  kernel.return %r : tensor<?xf16>
}

// A sum of bytes in int64 loads 16 of them: its results have no row.
// CHECK-LABEL: kernel.func @bytes
// CHECK-SAME: schedule = #kernel.schedule<block = [128], tile = [1], vector = 16, unroll = 4>
kernel.func @bytes(%a: tensor<?x?xi8>, %out: tensor<?xi64>) -> tensor<?xi64>
    attributes {family = #kernel.family<row_reduce>} {
  %z = arith.constant 0 : i64
  %f = linalg.fill ins(%z : i64) outs(%out : tensor<?xi64>) -> tensor<?xi64>
  %r = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xi8>) outs(%f : tensor<?xi64>) {
  ^bb0(%x: i8, %o: i64):
    %w = arith.extsi %x : i8 to i64
    %s = arith.addi %w, %o : i64
    linalg.yield %s : i64
  } -> tensor<?xi64>
  kernel.return %r : tensor<?xi64>
}

// A row of 512 is a warp's, four vectors a thread.
// CHECK-LABEL: kernel.func @rows
// CHECK-SAME: schedule = #kernel.schedule<block = [32, 8], tile = [8], vector = 4, unroll = 4>
kernel.func @rows(%a: tensor<?x512xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<row_reduce>} {
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x512xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// 20 rows do not fill a tile of 64; a warp has 32 rows and columns of it. Three
// tiles of depth are on their way.
// CHECK-LABEL: kernel.func @product
// CHECK-SAME: schedule = #kernel.schedule<block = [64], tile = [32, 64, 16], vector = 4, unroll = 3>
kernel.func @product(%a: tensor<20x784xf32>, %b: tensor<784x500xf32>, %out: tensor<20x500xf32>)
    -> tensor<20x500xf32> attributes {family = #kernel.family<contract>} {
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%out : tensor<20x500xf32>) -> tensor<20x500xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<20x784xf32>, tensor<784x500xf32>) outs(%f : tensor<20x500xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<20x500xf32>
  kernel.return %r : tensor<20x500xf32>
}

// Many rows and columns: a warp has 64 rows, and two deep tiles have room.
// CHECK-LABEL: kernel.func @large
// CHECK-SAME: schedule = #kernel.schedule<block = [128], tile = [128, 64, 32], vector = 4, unroll = 2>
kernel.func @large(%a: tensor<1024x2048xf32>, %b: tensor<2048x1500xf32>, %out: tensor<1024x1500xf32>)
    -> tensor<1024x1500xf32> attributes {family = #kernel.family<contract>} {
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%out : tensor<1024x1500xf32>) -> tensor<1024x1500xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<1024x2048xf32>, tensor<2048x1500xf32>) outs(%f : tensor<1024x1500xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1024x1500xf32>
  kernel.return %r : tensor<1024x1500xf32>
}

// A deep tile would be half empty.
// CHECK-LABEL: kernel.func @shallow
// CHECK-SAME: schedule = #kernel.schedule<block = [128], tile = [128, 64, 16], vector = 4, unroll = 3>
kernel.func @shallow(%a: tensor<1024x16xf32>, %b: tensor<16x1500xf32>, %out: tensor<1024x1500xf32>)
    -> tensor<1024x1500xf32> attributes {family = #kernel.family<contract>} {
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%out : tensor<1024x1500xf32>) -> tensor<1024x1500xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d2)>, affine_map<(d0, d1, d2) -> (d2, d1)>, affine_map<(d0, d1, d2) -> (d0, d1)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<1024x16xf32>, tensor<16x1500xf32>) outs(%f : tensor<1024x1500xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<1024x1500xf32>
  kernel.return %r : tensor<1024x1500xf32>
}

// CHECK-LABEL: func.func @main
// CHECK-SAME: (%[[A:.*]]: tensor<?xf32>, %[[B:.*]]: tensor<?x512xf32>
func.func @main(%a: tensor<?xf32>, %b: tensor<?x512xf32>, %c: tensor<20x784xf32>,
                %d: tensor<784x500xf32>, %e: tensor<?xf32>, %f: tensor<?xf32>,
                %g: tensor<20x500xf32>) {
  // CHECK: %[[N:.*]] = tensor.dim %[[A]]
  // CHECK: %[[BLOCKS:.*]] = arith.ceildivui %[[N]], %c1024
  // CHECK: kernel.launch @map grid(%[[BLOCKS]])
  kernel.launch @map ins(%a : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  // CHECK: %[[ROWS:.*]] = tensor.dim %[[B]]
  // CHECK: %[[BLOCKS:.*]] = arith.ceildivui %[[ROWS]], %c8
  // CHECK: kernel.launch @rows grid(%[[BLOCKS]])
  kernel.launch @rows ins(%b : tensor<?x512xf32>) outs(%f : tensor<?xf32>) -> tensor<?xf32>
  // CHECK: kernel.launch @product grid(%c8
  kernel.launch @product ins(%c, %d : tensor<20x784xf32>, tensor<784x500xf32>)
      outs(%g : tensor<20x500xf32>) -> tensor<20x500xf32>
  return
}

// What is read across its rows is a transpose: a tile has a vector for each of
// 256 threads, and the grid is the tiles down times those across, times what is
// outside them.
#abc = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#acb = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
#mt = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: kernel.func @turned
// CHECK-SAME: family = #kernel.family<transpose>
// CHECK-SAME: schedule = #kernel.schedule<block = [256], tile = [32, 32], vector = 4, unroll = 1>
kernel.func @turned(%a: tensor<?x40x70xf32>, %out: tensor<?x70x40xf32>) -> tensor<?x70x40xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#acb, #abc], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a : tensor<?x40x70xf32>) outs(%out : tensor<?x70x40xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x70x40xf32>
  kernel.return %r : tensor<?x70x40xf32>
}

// With a further dimension, sizes that are not known may be small: a tile for
// each of its indices would be mostly empty.
// CHECK-LABEL: kernel.func @may_be_small
// CHECK-SAME: family = #kernel.family<map>
kernel.func @may_be_small(%a: tensor<?x?x70xf32>, %out: tensor<?x70x?xf32>) -> tensor<?x70x?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#acb, #abc], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a : tensor<?x?x70xf32>) outs(%out : tensor<?x70x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x70x?xf32>
  kernel.return %r : tensor<?x70x?xf32>
}

// Sixteen bytes a thread do not fit into the smaller tile.
// CHECK-LABEL: kernel.func @turned_bytes
// CHECK-SAME: family = #kernel.family<transpose>
// CHECK-SAME: schedule = #kernel.schedule<block = [256], tile = [128, 128], vector = 16, unroll = 1>
kernel.func @turned_bytes(%a: tensor<?x?xi8>, %out: tensor<?x?xi8>) -> tensor<?x?xi8>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xi8>) outs(%out : tensor<?x?xi8>) {
  ^bb0(%x: i8, %o: i8):
    linalg.yield %x : i8
  } -> tensor<?x?xi8>
  kernel.return %r : tensor<?x?xi8>
}

// Seven columns are near enough to each other, and a column that is spread over
// a row is read once a row: maps.
// CHECK-LABEL: kernel.func @few
// CHECK-SAME: family = #kernel.family<map>
kernel.func @few(%a: tensor<7x?xf32>, %out: tensor<?x7xf32>) -> tensor<?x7xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#mt, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<7x?xf32>) outs(%out : tensor<?x7xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x7xf32>
  kernel.return %r : tensor<?x7xf32>
}
// CHECK-LABEL: kernel.func @spread
// CHECK-SAME: family = #kernel.family<map>
kernel.func @spread(%a: tensor<?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#row, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// The transposed reads behind another op, whose result is written across.
// CHECK-LABEL: kernel.func @behind
// CHECK-SAME: family = #kernel.family<transpose>
kernel.func @behind(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<map>} {
  %e = linalg.generic {indexing_maps = [#m, #mt], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = math.absf %x : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  %r = linalg.generic {indexing_maps = [#m, #m, #m], iterator_types = ["parallel", "parallel"]}
      ins(%e, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}
// Sums of columns: a warp across, sixteen bytes a thread, and a part for each
// element of the first dimension of what they are left in.
#ofcolumn = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: kernel.func @columns
// CHECK-SAME: family = #kernel.family<column_reduce>
// CHECK-SAME: schedule = #kernel.schedule<block = [256], tile = [128], vector = 4, unroll = 4>
kernel.func @columns(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<column_reduce>} {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %n = tensor.dim %a, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #ofcolumn], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %p = kernel.partials %s into %out : tensor<?xf32>, tensor<?x?xf32>
  kernel.return %p : tensor<?x?xf32>
}

// Five rows are two threads' down, so that four warps lie across; bytes that
// are summed as i64 are eight a thread.
// CHECK-LABEL: kernel.func @few_rows
// CHECK-SAME: family = #kernel.family<column_reduce>
// CHECK-SAME: schedule = #kernel.schedule<block = [256], tile = [1024], vector = 8, unroll = 4>
kernel.func @few_rows(%a: tensor<5x?xi8>, %out: tensor<?xi64>) -> tensor<?xi64>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0 : i64
  %f = linalg.fill ins(%zero : i64) outs(%out : tensor<?xi64>) -> tensor<?xi64>
  %s = linalg.generic {indexing_maps = [#m, #ofcolumn], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<5x?xi8>) outs(%f : tensor<?xi64>) {
  ^bb0(%x: i8, %o: i64):
    %w = arith.extsi %x : i8 to i64
    %r = arith.addi %w, %o : i64
    linalg.yield %r : i64
  } -> tensor<?xi64>
  kernel.return %s : tensor<?xi64>
}

// A reduction along its rows in a group of the plain family, as an argmax is
// formed, has a block for each row.
#ofrow = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: kernel.func @along
// CHECK-SAME: family = #kernel.family<row_reduce>
// CHECK-SAME: schedule = #kernel.schedule<block = [128], tile = [1], vector = 4, unroll = 4>
kernel.func @along(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<plain_reduce>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #ofrow], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}
// CHECK-LABEL: func.func @launch_columns
// CHECK: %[[N:.*]] = tensor.dim %{{.*}}, %c1
// CHECK: %[[REST:.*]] = arith.remui %[[N]], %c4
// CHECK: %[[WHOLE:.*]] = arith.cmpi eq, %[[REST]], %c0
// CHECK: %[[EACH:.*]] = arith.select %[[WHOLE]], %c128, %c124
// CHECK: %[[TILES:.*]] = arith.ceildivui %[[N]], %[[EACH]]
// CHECK: %[[PARTS:.*]] = tensor.dim %{{.*}}, %c0
// CHECK: %[[ALL:.*]] = arith.muli %[[TILES]], %[[PARTS]]
// CHECK: kernel.launch @columns grid(%[[ALL]])
func.func @launch_columns(%a: tensor<?x?xf32>, %e: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %r = kernel.launch @columns ins(%a : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// CHECK-LABEL: func.func @launch_turned
// CHECK: %[[A:.*]] = tensor.dim %{{.*}}, %c0
// CHECK: %[[DOWN:.*]] = arith.muli %[[A]], %c3
// CHECK: %[[ALL:.*]] = arith.muli %[[DOWN]], %c2
// CHECK: kernel.launch @turned grid(%[[ALL]])
func.func @launch_turned(%a: tensor<?x40x70xf32>, %e: tensor<?x70x40xf32>) -> tensor<?x70x40xf32> {
  %r = kernel.launch @turned ins(%a : tensor<?x40x70xf32>) outs(%e : tensor<?x70x40xf32>)
      -> tensor<?x70x40xf32>
  return %r : tensor<?x70x40xf32>
}
// Of unknown size: as many blocks down as there are tiles, times those across.
// CHECK-LABEL: func.func @launch_behind
// CHECK: %[[ROWS:.*]] = tensor.dim %[[X:.*]], %c1
// CHECK: %[[DOWN:.*]] = arith.ceildivui %[[ROWS]], %c64
// CHECK: %[[COLUMNS:.*]] = tensor.dim %[[X]], %c0
// CHECK: %[[ACROSS:.*]] = arith.ceildivui %[[COLUMNS]], %c64
// CHECK: %[[ALL:.*]] = arith.muli %[[DOWN]], %[[ACROSS]]
// CHECK: kernel.launch @behind grid(%[[ALL]])
func.func @launch_behind(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %e: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %r = kernel.launch @behind ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%e : tensor<?x?xf32>)
      -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// Sixteen bytes of each of five inputs would be eighty values in registers.
// CHECK-LABEL: kernel.func @many_inputs(
// CHECK-SAME: #kernel.schedule<block = [256], tile = [2048], vector = 8, unroll = 1>
kernel.func @many_inputs(%a: tensor<?xi8>, %b: tensor<?xi8>, %c: tensor<?xi8>, %d: tensor<?xi8>,
                         %e: tensor<?xi8>, %out: tensor<?xi8>) -> tensor<?xi8>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id, #id, #id, #id, #id], iterator_types = ["parallel"]}
      ins(%a, %b, %c, %d, %e : tensor<?xi8>, tensor<?xi8>, tensor<?xi8>, tensor<?xi8>, tensor<?xi8>)
      outs(%out : tensor<?xi8>) {
  ^bb0(%0: i8, %1: i8, %2: i8, %3: i8, %4: i8, %o: i8):
    %5 = arith.maxsi %0, %1 : i8
    %6 = arith.maxsi %5, %2 : i8
    %7 = arith.maxsi %6, %3 : i8
    %8 = arith.maxsi %7, %4 : i8
    linalg.yield %8 : i8
  } -> tensor<?xi8>
  kernel.return %r : tensor<?xi8>
}
