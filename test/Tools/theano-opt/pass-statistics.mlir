// What each pass counts, and that nothing is counted unasked.
// RUN: theano-opt %s --theano-stabilize 2>&1 >/dev/null | count 0
// RUN: theano-opt %s --pass-statistics --theano-infer-shapes 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=SHAPES
// RUN: theano-opt %s --pass-statistics --theano-stabilize \
// RUN:   --theano-apply-theano-rewrites 2>&1 >/dev/null | FileCheck %s --check-prefix=REWRITES
// RUN: theano-opt %s --pass-statistics --convert-theano-to-linalg --kernel-form-kernels \
// RUN:   --kernel-update-in-place --kernel-choose-cpu-schedules --emit-cpu-kernels \
// RUN:   --expand-math 2>&1 >/dev/null | FileCheck %s --check-prefixes=KERNELS,CPU
// RUN: theano-opt %s --pass-statistics --convert-theano-to-linalg --kernel-form-kernels \
// RUN:   --kernel-update-in-place --kernel-choose-gpu-schedules --emit-gpu-kernels \
// RUN:   2>&1 >/dev/null | FileCheck %s --check-prefixes=KERNELS,GPU
// A run that fails says what it did so far, and fails.
// RUN: not theano-opt %s --pass-statistics --theano-stabilize --emit-gpu-kernels=index-bits=1 \
// RUN:   -o %t.failed 2>&1 | FileCheck %s --check-prefix=FAILED
// RUN: not ls %t.failed
// RUN: not theano-opt %t.absent --pass-statistics 2>&1 | FileCheck %s --check-prefix=ABSENT

// SHAPES: 1 theano-infer-shapes - Number of theano.shape ops replaced

// REWRITES: 1 theano-apply-theano-rewrites - Number of x - x rewritten
// REWRITES: 2 theano-stabilize {{ *}}- Number of exp(x) - 1
// REWRITES-NOT: Number of

// One kernel a result. expand-math meets each exp in the loop and in its tail.
// KERNELS: 8 convert-theano-to-linalg {{ *}}- Number of theano ops converted
// CPU:     5 emit-cpu-kernels {{ *}}- Number of kernels emitted
// CPU:     4 expand-math {{ *}}- Number of ops expanded
// CPU:     5 kernel-choose-cpu-schedules - Number of kernels given a schedule
// GPU:     5 emit-gpu-kernels {{ *}}- Number of kernels emitted
// GPU:     5 kernel-choose-gpu-schedules - Number of kernels given a schedule
// KERNELS: 2 kernel-form-kernels {{ *}}- Number of ops that joined a kernel
// KERNELS: 5 kernel-form-kernels {{ *}}- Number of kernels formed
// KERNELS: 1 kernel-update-in-place {{ *}}- Number of updates made in place

// FAILED: error: index-bits is 1; expected 32 or 64
// FAILED: 2 theano-stabilize - Number of exp(x) - 1

// ABSENT: cannot open input file

func.func @step(%x: tensor<?xf32>, %y: tensor<?xf32>, %w: tensor<4xf32> {theano.shared = "w"})
    -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<1xi64>, tensor<4xf32> {theano.update = "w"}) {
  %one = theano.constant dense<1.0> : tensor<1xf32>
  %0 = theano.exp %x : tensor<?xf32>
  %1 = theano.sub %0, %one : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  %2 = theano.exp %y : tensor<?xf32>
  %3 = theano.sub %2, %one : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  %4 = theano.sub %x, %x : tensor<?xf32>
  %5 = theano.shape %w : tensor<4xf32> -> tensor<1xi64>
  %6 = theano.mul %w, %w : tensor<4xf32>
  return %1, %3, %4, %5, %6
    : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<1xi64>, tensor<4xf32>
}
