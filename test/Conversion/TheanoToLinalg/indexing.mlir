// RUN: theano-opt --convert-theano-to-linalg -split-input-file %s | FileCheck %s

// An index is wrapped and checked on the host; a slice of step 1 keeps the form
// `index + start`.
// CHECK-LABEL: func.func @slice(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x?xf32>
// CHECK:         kernel.check %[[OK:.*]], index_out_of_range
// CHECK:         %[[ROW:.*]] = arith.select %[[OK]]
// CHECK:         %[[START:.*]] = arith.select
// CHECK:         %[[DISTANCE:.*]] = arith.subi %{{.*}}, %[[START]] : index
// CHECK:         %[[LEN:.*]] = arith.maxsi %[[DISTANCE]], %{{.*}} : index
// CHECK:         tensor.empty(%[[LEN]]) : tensor<?xf32>
// CHECK:           %[[I:.*]] = linalg.index 0 : index
// CHECK:           %[[AT:.*]] = arith.addi %[[I]], %[[START]] : index
// CHECK:           tensor.extract %[[X]][%[[ROW]], %[[AT]]]
func.func @slice(%x: tensor<?x?xf32>, %i: tensor<i64>, %n: tensor<i64>) -> tensor<?xf32> {
  %0 = theano.subtensor %x[%i, %n:] : tensor<?x?xf32> -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// CHECK-LABEL: func.func @reversed(
// CHECK-NOT:     kernel.check
// CHECK:           %[[I:.*]] = linalg.index 0 : index
// CHECK:           %[[BACK:.*]] = arith.muli %[[I]], %c-1{{.*}} : index
// CHECK:           arith.addi %[[BACK]], %c9{{.*}} : index
func.func @reversed(%x: tensor<10xf32>) -> tensor<10xf32> {
  %0 = theano.subtensor %x[: :-1] : tensor<10xf32> -> tensor<10xf32>
  return %0 : tensor<10xf32>
}

// -----

// CHECK-LABEL: func.func @dynamic_step(
// CHECK:         kernel.check %{{.*}}, zero_step
func.func @dynamic_step(%x: tensor<?xf32>, %s: tensor<i64>) -> tensor<?xf32> {
  %0 = theano.subtensor %x[: :%s] : tensor<?xf32> -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

// Indices that are elements are checked where they are read; what fails reads
// element 0, which the host has made sure is there.
// CHECK-LABEL: func.func @take(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x3xf32>
// CHECK:         kernel.check %{{.*}}, index_out_of_range
// CHECK:         linalg.generic
// CHECK:       ^bb0(%[[E:.*]]: i32, %{{.*}}: f32):
// CHECK:           %[[G:.*]] = arith.index_cast %[[E]] : i32 to index
// CHECK:           %[[OK:.*]] = arith.cmpi ult, %[[P:.*]], %{{.*}} : index
// CHECK:           kernel.check %[[OK]], index_out_of_range(%[[G]], %{{.*}} : index, index)
// CHECK:           %[[SAFE:.*]] = arith.select %[[OK]], %[[P]], %{{.*}} : index
// CHECK:           %[[J:.*]] = linalg.index 2 : index
// CHECK:           tensor.extract %[[X]][%[[SAFE]], %[[J]]]
func.func @take(%x: tensor<?x3xf32>, %i: tensor<?x?xi32>) -> tensor<?x?x3xf32> {
  %0 = theano.take %x, %i axis 0 : (tensor<?x3xf32>, tensor<?x?xi32>) -> tensor<?x?x3xf32>
  return %0 : tensor<?x?x3xf32>
}

// -----

// The form that joins a log-softmax's kernel.
// CHECK-LABEL: func.func @pick(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x10xf32>
// CHECK:         linalg.generic
// CHECK:           %[[I:.*]] = linalg.index 0 : index
// CHECK:           tensor.extract %[[X]][%[[I]], %{{.*}}]
func.func @pick(%x: tensor<?x10xf32>, %y: tensor<?xi64>) -> tensor<?xf32> {
  %0 = theano.pick %x, %y : (tensor<?x10xf32>, tensor<?xi64>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
