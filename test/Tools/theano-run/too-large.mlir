// What cannot be held is an error with a name and a place before any work, not
// the end of the process: constants and the collected results of a sweep.
// RUN: rm -rf %t && mkdir %t
// RUN: not theano-run %s --device=cpu --call constant -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=CONSTANT
// RUN: not theano-run %s --device=sim --call constant -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=CONSTANT
// CONSTANT: error: {{.*}}too-large.mlir:[[#@LINE+13]]:8: out of memory: cannot allocate 4000000000000 bytes for a constant of float32 with shape (1000000, 1000000)

// RUN: not theano-run %s --device=cpu -i a=arange:f64: --repeat 1000000000000 -o %t/o.npz 2>&1 | FileCheck %s --check-prefix=SWEEP
// SWEEP: error: out of memory: cannot allocate 8000000000000 bytes to collect result 'out0' of 1000000000000 x 1 calls of 'main'; lower --repeat or shorten the range of --for
// RUN: not theano-run %s --device=cpu -i a=arange:f64: --repeat 1000000000000 --time 2>&1 | FileCheck %s --check-prefix=TIMES
// TIMES: error: out of memory: cannot allocate 1000000000000 x 16 bytes to keep the times of 1000000000000 x 1 calls of 'main'; leave out --time
// RUN: not theano-run %s --device=cpu --for a=0:9000000000000000000 --repeat 9 -o %t/o.npz --call count 2>&1 | FileCheck %s --check-prefix=COUNT
// COUNT: error: 9 x 9000000000000000000 calls of 'count' are more calls than 64 bits count; lower --repeat or shorten the range of --for
// RUN: not ls %t/o.npz
func.func @main(%a: tensor<f64>) -> tensor<f64> {
  return %a : tensor<f64>
}
func.func @constant() -> tensor<1000000x1000000xf32> {
  %c = theano.constant dense<2.0> : tensor<1000000x1000000xf32>
  return %c : tensor<1000000x1000000xf32>
}
func.func @count(%a: tensor<i64>) -> tensor<i64> {
  return %a : tensor<i64>
}
