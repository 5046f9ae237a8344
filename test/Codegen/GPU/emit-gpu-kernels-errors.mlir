// RUN: theano-opt %s -split-input-file -verify-diagnostics -emit-gpu-kernels

#id = affine_map<(d0) -> (d0)>
// expected-error @+1 {{has no schedule with a block; expected one from kernel-choose-gpu-schedules}}
kernel.func @f(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  kernel.return %a : tensor<?xf32>
}

// -----

// expected-error @+1 {{has a schedule with a block of 2048 threads; expected 1 to 1024}}
kernel.func @f(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [2048], tile = [2048], vector = 1, unroll = 1>} {
  kernel.return %a : tensor<?xf32>
}

// -----

// expected-error @+1 {{holds no reduction}}
kernel.func @f(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [32], tile = [1], vector = 1, unroll = 1>} {
  kernel.return %a : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [32], tile = [1], vector = 1, unroll = 1>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  // expected-error @+1 {{combines its accumulators in a way that several threads cannot}}
  %sum = linalg.generic {indexing_maps = [#m, #row], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %h = arith.mulf %o, %o : f32
    %s = arith.addf %h, %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %sum : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
// expected-error @+1 {{is a transpose without an argument that is read across its rows}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<transpose>,
      schedule = #kernel.schedule<block = [256], tile = [32, 32], vector = 4, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#m, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
// expected-error @+1 {{is a transpose with tiles of 32 x 32 elements, which 96 threads with vectors of 4 do not divide among them; expected a whole number for each}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<transpose>,
      schedule = #kernel.schedule<block = [96], tile = [32, 32], vector = 4, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#t, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
// expected-error @+1 {{is a transpose with tiles of 64 x 64 elements, which 32 threads with vectors of 4 do not divide among them; expected a whole number for each, and a whole number of threads for each line}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?x?xf32>) -> tensor<?x?xf32>
    attributes {family = #kernel.family<transpose>,
      schedule = #kernel.schedule<block = [32], tile = [64, 64], vector = 4, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#t, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%out : tensor<?x?xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<?x?xf32>
  kernel.return %r : tensor<?x?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
// expected-error @+1 {{is a transpose with blocks of [32, 8] threads and tiles of [32, 32]; expected one number of threads, and as many rows as columns, 1 to 256}}
kernel.func @f(%a: tensor<?x?xf64>, %out: tensor<?x?xf64>) -> tensor<?x?xf64>
    attributes {family = #kernel.family<transpose>,
      schedule = #kernel.schedule<block = [32, 8], tile = [32, 32], vector = 2, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#t, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf64>) outs(%out : tensor<?x?xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %x : f64
  } -> tensor<?x?xf64>
  kernel.return %r : tensor<?x?xf64>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
// expected-error @+1 {{is a transpose with blocks of [256] threads and tiles of [32, 64]; expected one number of threads}}
kernel.func @f(%a: tensor<?x?xf64>, %out: tensor<?x?xf64>) -> tensor<?x?xf64>
    attributes {family = #kernel.family<transpose>,
      schedule = #kernel.schedule<block = [256], tile = [32, 64], vector = 2, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#t, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf64>) outs(%out : tensor<?x?xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %x : f64
  } -> tensor<?x?xf64>
  kernel.return %r : tensor<?x?xf64>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
// expected-error @+1 {{is a transpose with blocks of [256] threads and tiles of [0, 0]; expected one number of threads}}
kernel.func @f(%a: tensor<?x?xf64>, %out: tensor<?x?xf64>) -> tensor<?x?xf64>
    attributes {family = #kernel.family<transpose>,
      schedule = #kernel.schedule<block = [256], tile = [0, 0], vector = 2, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#t, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf64>) outs(%out : tensor<?x?xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %x : f64
  } -> tensor<?x?xf64>
  kernel.return %r : tensor<?x?xf64>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>
// expected-error @+1 {{is a transpose whose tiles take 132096 bytes of shared memory; expected at most 49152}}
kernel.func @f(%a: tensor<?x?xf64>, %out: tensor<?x?xf64>) -> tensor<?x?xf64>
    attributes {family = #kernel.family<transpose>,
      schedule = #kernel.schedule<block = [256], tile = [128, 128], vector = 2, unroll = 1>} {
  %r = linalg.generic {indexing_maps = [#t, #m], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<?x?xf64>) outs(%out : tensor<?x?xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %x : f64
  } -> tensor<?x?xf64>
  kernel.return %r : tensor<?x?xf64>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
#c = affine_map<(d0, d1) -> (d1)>
// expected-error @+1 {{is a column reduction without one reduction that reads along its results, and whose accumulators several threads can combine}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [128], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #r], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
#c = affine_map<(d0, d1) -> (d1)>
// expected-error @+1 {{is a column reduction with blocks of [96] threads, tiles of [128] columns, vectors of 4 and 4 rows at a time; expected powers of two of threads and, up to 16, of elements in a vector, and a tile that has a vector for each thread, or for a smaller power of two}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [96], tile = [128], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
#c = affine_map<(d0, d1) -> (d1)>
// expected-error @+1 {{is a column reduction with blocks of [32, 8] threads}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [32, 8], tile = [128], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
#c = affine_map<(d0, d1) -> (d1)>
// expected-error @+1 {{is a column reduction with blocks of [64] threads, tiles of [512] columns}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [64], tile = [512], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
#c = affine_map<(d0, d1) -> (d1)>
// expected-error @+1 {{is a column reduction with blocks of [256] threads, tiles of [130] columns}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [130], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
#c = affine_map<(d0, d1) -> (d1)>
// expected-error @+1 {{is a column reduction with blocks of [256] threads, tiles of [128] columns, vectors of 0}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [128], vector = 0, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
#c = affine_map<(d0, d1) -> (d1)>
// expected-error @+1 {{is a column reduction with blocks of [256] threads, tiles of [128] columns, vectors of 4 and 0 rows}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [128], vector = 4, unroll = 0>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
#c = affine_map<(d0, d1) -> (d1)>
// expected-error @+1 {{is a column reduction whose accumulators take 65536 bytes of shared memory; expected at most 49152}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [1024], tile = [512], vector = 16, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#c = affine_map<(d0, d1) -> (d1)>
#id = affine_map<(d0) -> (d0)>
// expected-error @+1 {{is the first step of a column reduction; expected the parts of its results alone}}
kernel.func @f(%a: tensor<?x?xf32>, %parts: tensor<?x?xf32>, %out: tensor<?xf32>)
    -> (tensor<?x?xf32>, tensor<?xf32>) attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [128], vector = 4, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %p = kernel.partials %s into %parts : tensor<?xf32>, tensor<?x?xf32>
  kernel.return %p, %s : tensor<?x?xf32>, tensor<?xf32>
}

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{is the first step of a contraction; expected the parts of its sums alone}}
kernel.func @gemm(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %parts: tensor<?x?x?xf32>,
    %out: tensor<?x?xf32>) -> (tensor<?x?x?xf32>, tensor<?x?xf32>)
    attributes {family = #kernel.family<contract>,
      schedule = #kernel.schedule<block = [256], tile = [32, 32, 16], vector = 1, unroll = 1>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?x?xf32>) -> tensor<?x?xf32>
  %s = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %p = arith.mulf %x, %y : f32
    %t = arith.addf %o, %p : f32
    linalg.yield %t : f32
  } -> tensor<?x?xf32>
  %p = kernel.partials %s into %parts : tensor<?x?xf32>, tensor<?x?x?xf32>
  kernel.return %p, %s : tensor<?x?x?xf32>, tensor<?x?xf32>
}

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{has a schedule that does not suit a product of tiles that come in time; expected a block of 128, a tile of powers of two from 32, 32 and 16 on with 16 bytes for each thread, a vector of a power of two, and unroll = 2 or more tiles in shared memory}}
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [64, 64, 32], vector = 4, unroll = 1>} {
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

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{has a schedule that does not suit a product of tiles that come in time}}
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [48, 64, 32], vector = 4, unroll = 2>} {
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

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{has a schedule that does not suit a product of tiles that come in time}}
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [32, 32, 16], vector = 4, unroll = 2>} {
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

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{has 65536 bytes of tiles in shared memory; expected 18432 to 49152}}
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [128, 128, 32], vector = 4, unroll = 4>} {
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

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{multiplies what the matrix units do not: expected sums in f32 of products of f16, of bf16 or of f32 elements}}
kernel.func @gemm(%a: tensor<?x?xf64>, %b: tensor<?x?xf64>, %out: tensor<?x?xf64>)
    -> tensor<?x?xf64> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [64, 64, 32], vector = 4, unroll = 2>} {
  %zero = arith.constant 0.0 : f64
  %f = linalg.fill ins(%zero : f64) outs(%out : tensor<?x?xf64>) -> tensor<?x?xf64>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf64>, tensor<?x?xf64>) outs(%f : tensor<?x?xf64>) {
  ^bb0(%x: f64, %y: f64, %o: f64):
    %s = arith.mulf %x, %y : f64
    %t = arith.addf %o, %s : f64
    linalg.yield %t : f64
  } -> tensor<?x?xf64>
  kernel.return %p : tensor<?x?xf64>
}

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{has unroll = 3, which is for elements of 32 bits; expected 1}}
kernel.func @gemm(%a: tensor<?x?xf64>, %b: tensor<?x?xf64>, %out: tensor<?x?xf64>)
    -> tensor<?x?xf64> attributes {family = #kernel.family<contract>,
      schedule = #kernel.schedule<block = [128], tile = [64, 64, 16], vector = 2, unroll = 3>} {
  %zero = arith.constant 0.0 : f64
  %f = linalg.fill ins(%zero : f64) outs(%out : tensor<?x?xf64>) -> tensor<?x?xf64>
  %p = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<?x?xf64>, tensor<?x?xf64>) outs(%f : tensor<?x?xf64>) {
  ^bb0(%x: f64, %y: f64, %o: f64):
    %s = arith.mulf %x, %y : f64
    %t = arith.addf %o, %s : f64
    linalg.yield %t : f64
  } -> tensor<?x?xf64>
  kernel.return %p : tensor<?x?xf64>
}

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{does not suit a product of tiles that come in time; expected a block of 64, a tile of powers of two from 32, 32 and 4 on}}
kernel.func @gemm(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<contract>,
      schedule = #kernel.schedule<block = [96], tile = [64, 64, 16], vector = 4, unroll = 3>} {
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

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{does not suit a product of tiles that come in time}}
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [64, 64, 32], vector = 0, unroll = 2>} {
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

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{does not suit a product of tiles that come in time}}
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [64, 64, 32], vector = 3, unroll = 2>} {
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

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{has a schedule with vectors of 4, 2251799813685251 at a time; expected at most 64 and 256}}
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [64, 64, 32], vector = 4, unroll = 2251799813685251>} {
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

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{does not suit a product of tiles that come in time}}
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [128], tile = [4611686018427387904, 64, 32], vector = 4, unroll = 2>} {
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

// -----

#a = affine_map<(d0, d1, d2) -> (d0, d2)>
#b = affine_map<(d0, d1, d2) -> (d2, d1)>
#c = affine_map<(d0, d1, d2) -> (d0, d1)>
// expected-error @+1 {{does not suit a product of tiles that come in time}}
kernel.func @gemm(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>, %out: tensor<?x?xf32>)
    -> tensor<?x?xf32> attributes {family = #kernel.family<tensor_contract>,
      schedule = #kernel.schedule<block = [96], tile = [64, 64, 32], vector = 4, unroll = 2>} {
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

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
#c = affine_map<(d0, d1) -> (d1)>
// expected-error @+1 {{is a column reduction with blocks of [256] threads, tiles of [96] columns, vectors of 3}}
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<column_reduce>,
      schedule = #kernel.schedule<block = [256], tile = [96], vector = 3, unroll = 4>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#m, #c], iterator_types = ["reduction", "parallel"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  kernel.return %s : tensor<?xf32>
}

// -----

// expected-error @+1 {{has a schedule with vectors of 128, 1 at a time; expected at most 64 and 256}}
kernel.func @f(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [256], tile = [256], vector = 128, unroll = 1>} {
  kernel.return %a : tensor<?xf32>
}

// -----

// expected-error @+1 {{has a schedule with a block of 0 threads; expected 1 to 1024}}
kernel.func @f(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
      schedule = #kernel.schedule<block = [4294967296, 4294967296], tile = [256], vector = 1, unroll = 1>} {
  kernel.return %a : tensor<?xf32>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
kernel.func @f(%a: tensor<?x?xindex>, %out: tensor<?xindex>) -> tensor<?xindex>
    attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [32], tile = [1], vector = 1, unroll = 1>} {
  %zero = arith.constant 0 : index
  %f = linalg.fill ins(%zero : index) outs(%out : tensor<?xindex>) -> tensor<?xindex>
  // expected-error @+1 {{reduces elements of type 'index', which threads cannot hand to each other; expected integers or floats}}
  %s = linalg.generic {indexing_maps = [#m, #r], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xindex>) outs(%f : tensor<?xindex>) {
  ^bb0(%x: index, %o: index):
    %v = arith.addi %x, %o : index
    linalg.yield %v : index
  } -> tensor<?xindex>
  kernel.return %s : tensor<?xindex>
}

// -----

#m = affine_map<(d0, d1) -> (d0, d1)>
#r = affine_map<(d0, d1) -> (d0)>
kernel.func @f(%a: tensor<?x?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<row_reduce>,
      schedule = #kernel.schedule<block = [32], tile = [1], vector = 1, unroll = 1>} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%out : tensor<?xf32>) -> tensor<?xf32>
  // expected-error @+1 {{combines its accumulators in a way that several threads cannot}}
  %sum = linalg.generic {indexing_maps = [#m, #r], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<?x?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.subf %o, %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %sum : tensor<?xf32>
}
