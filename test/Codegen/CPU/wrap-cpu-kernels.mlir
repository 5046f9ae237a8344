// RUN: theano-opt --wrap-cpu-kernels %s | FileCheck %s

// Pointers and sizes come from the array of arguments in order, the block numbers
// directly.
// CHECK-LABEL: llvm.func @neg(
// CHECK-SAME:    %[[ARGS:.*]]: !llvm.ptr, %[[FIRST:.*]]: i64, %[[END:.*]]: i64)
// CHECK:         %[[P0:.*]] = llvm.getelementptr %[[ARGS]][0] : (!llvm.ptr) -> !llvm.ptr, i64
// CHECK:         %[[A:.*]] = llvm.load %[[P0]] : !llvm.ptr -> !llvm.ptr
// CHECK:         %[[P1:.*]] = llvm.getelementptr %[[ARGS]][1]
// CHECK:         %[[OUT:.*]] = llvm.load %[[P1]] : !llvm.ptr -> !llvm.ptr
// CHECK:         %[[P2:.*]] = llvm.getelementptr %[[ARGS]][2]
// CHECK:         %[[N:.*]] = llvm.load %[[P2]] : !llvm.ptr -> i64
// CHECK:         %[[P3:.*]] = llvm.getelementptr %[[ARGS]][3]
// CHECK:         %[[STATUS:.*]] = llvm.load %[[P3]] : !llvm.ptr -> !llvm.ptr
// CHECK:         llvm.call @neg.body(%[[A]], %[[OUT]], %[[N]], %[[STATUS]], %[[FIRST]], %[[END]])
// CHECK:         llvm.return

// The body is inlined by LLVM.
// CHECK-LABEL: llvm.func internal @neg.body
// CHECK-SAME:    always_inline
llvm.func @neg(%a: !llvm.ptr, %out: !llvm.ptr, %n: i64, %status: !llvm.ptr,
               %first: i64, %end: i64) {
  %zero = llvm.mlir.constant(0.0 : f32) : f32
  llvm.store %zero, %out : f32, !llvm.ptr
  llvm.return
}
