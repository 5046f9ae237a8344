// RUN: theano-opt --convert-theano-to-linalg -split-input-file %s | FileCheck %s
// RUN: theano-opt --convert-theano-to-linalg --cse --kernel-form-kernels -split-input-file %s | FileCheck %s --check-prefix=KERNEL

// CHECK-LABEL: func.func @softmax(
// CHECK:         arith.maximumf
// CHECK:         %[[E:.*]] = linalg.generic
// CHECK:           arith.subf
// CHECK:           math.exp
// CHECK:         linalg.generic {{.*}} ins(%[[E]] : tensor<?x?xf32>)
// CHECK:           arith.addf %{{.*}} : f32
// CHECK:         linalg.generic {{.*}} ins(%[[E]],
// CHECK:           arith.divf
// One kernel does it all.
// KERNEL-LABEL: func.func @softmax(
// KERNEL-COUNT-1: kernel.launch
// KERNEL-NOT:     kernel.launch
func.func @softmax(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = theano.softmax %x : tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// -----

// Half precision keeps f32 between the steps.
// CHECK-LABEL: func.func @log_softmax(
// CHECK:         arith.extf
// CHECK:         arith.maximumf %{{.*}} : f32
// CHECK:         outs(%{{.*}} : tensor<?xf32>)
// CHECK:         math.log
// CHECK:         arith.truncf
// KERNEL-LABEL: func.func @log_softmax(
func.func @log_softmax(%x: tensor<?xf16>) -> tensor<?xf16> {
  %0 = theano.log_softmax %x : tensor<?xf16>
  return %0 : tensor<?xf16>
}

// -----

// The row pick joins the kernel where the numbers of rows are known to agree.
// KERNEL-LABEL: func.func @loss(
// KERNEL-COUNT-1: kernel.launch
// KERNEL-NOT:     kernel.launch
func.func @loss(%x: tensor<100x10xf32>, %y: tensor<100xi64>) -> tensor<100xf32> {
  %0 = theano.log_softmax %x : tensor<100x10xf32>
  %1 = theano.pick %0, %y : (tensor<100x10xf32>, tensor<100xi64>) -> tensor<100xf32>
  return %1 : tensor<100xf32>
}
