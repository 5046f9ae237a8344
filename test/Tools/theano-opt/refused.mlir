// What the pipelines cannot compile, each with the place and what to do.
// RUN: not theano-opt --theano-to-kernels %s 2>&1 | FileCheck %s --check-prefix=CALL
// RUN: not theano-opt --theano-to-native %s 2>&1 | FileCheck %s --check-prefix=CALL
// RUN: not theano-opt --theano-to-ptx %s 2>&1 | FileCheck %s --check-prefix=CALL
// CALL: refused.mlir:[[#@LINE+16]]:8: error: calls of functions are not supported: a function is compiled by itself; write the body of the called one here

// An option that is no size of a register, for the pass and for the pipelines.
// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=0 %s 2>&1 | FileCheck %s --check-prefix=BYTES -DGOT=0
// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=3 %s 2>&1 | FileCheck %s --check-prefix=BYTES -DGOT=3
// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=-16 %s 2>&1 | FileCheck %s --check-prefix=BYTES -DGOT=-16
// RUN: not theano-opt --kernel-choose-cpu-schedules=vector-bytes=2048 %s 2>&1 | FileCheck %s --check-prefix=BYTES -DGOT=2048
// RUN: not theano-opt --theano-to-kernels=vector-bytes=3 %S/Inputs/plain.mlir 2>&1 | FileCheck %s --check-prefix=BYTES -DGOT=3
// RUN: theano-opt --theano-to-kernels=vector-bytes=1 %S/Inputs/plain.mlir | FileCheck %s --check-prefix=ONE
// BYTES: error: vector-bytes is [[GOT]]; expected a power of two from 1 to
// ONE: vector = 1,
func.func @called(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.exp %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}
func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = func.call @called(%x) : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
