// RUN: theano-opt --emit-cpu-kernels --split-input-file --verify-diagnostics %s

#id = affine_map<(d0) -> (d0)>

// What is left in parts has to be a reduction of everything.
// expected-error @+1 {{is the first step of a full reduction; expected the parts of one reduction of everything}}
kernel.func @no_parts(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<partial_reduce>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 4>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.negf %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}

// -----

#id = affine_map<(d0) -> (d0)>

// A branch without results has nothing that a vector could hold.
kernel.func @effect(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>,
                schedule = #kernel.schedule<tile = [16384], vector = 8, unroll = 1>} {
  %zero = arith.constant 0.0 : f32
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %below = arith.cmpf olt, %x, %zero : f32
    %i = linalg.index 0 : index
    // expected-error @+1 {{cannot be emitted on vectors}}
    scf.if %below {
      kernel.check %below, index_out_of_range(%i : index)
    }
    linalg.yield %x : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
