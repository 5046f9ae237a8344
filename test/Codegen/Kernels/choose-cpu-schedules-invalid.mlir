// A register that no CPU has is refused, by the pass and by the pipelines of
// it, before anything is scheduled.

// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=0 %s 2>&1 | FileCheck %s -DN=0
// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=3 %s 2>&1 | FileCheck %s -DN=3
// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=-32 %s 2>&1 | FileCheck %s -DN=-32
// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=512 %s 2>&1 | FileCheck %s -DN=512
// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=-9223372036854775808 %s 2>&1 | FileCheck %s -DN=-9223372036854775808
// RUN: not theano-opt --theano-to-kernels=vector-bytes=24 %s 2>&1 | FileCheck %s -DN=24
// RUN: not theano-opt --theano-to-native=vector-bytes=0 %s 2>&1 | FileCheck %s -DN=0
// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=x %s 2>&1 | FileCheck %s --check-prefix=TEXT

// RUN: theano-opt --kernel-choose-cpu-schedules=vector-bytes=1 %s | FileCheck %s --check-prefix=LANES -DN=1
// RUN: theano-opt --kernel-choose-cpu-schedules=vector-bytes=256 %s | FileCheck %s --check-prefix=LANES -DN=64

// CHECK: error: vector-bytes is [[N]]; expected a power of two from 1 to 256, such as 16 for SSE, 32 for AVX2 or 64 for AVX-512
// CHECK-NOT: schedule =
// TEXT: for the --vector-bytes option: 'x' value invalid
// LANES: vector = [[N]], unroll = 1
#id = affine_map<(d0) -> (d0)>
kernel.func @map(%a: tensor<?xf32>, %out: tensor<?xf32>) -> tensor<?xf32>
    attributes {family = #kernel.family<map>} {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%out : tensor<?xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.negf %x : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  kernel.return %r : tensor<?xf32>
}
