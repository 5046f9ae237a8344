// RUN: theano-opt --theano-to-native %s | FileCheck %s --implicit-check-not=kernel. --implicit-check-not=func.func --implicit-check-not=math.

// A function of the LLVM dialect that takes the arguments and a range of blocks.
// CHECK: llvm.func @main_kernel_0(%{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64)
// CHECK: llvm.fadd {{.*}} : vector<8xf32>
func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.add %a, %b : tensor<?xf32>
  %1 = theano.tanh %0 : tensor<?xf32>
  return %1 : tensor<?xf32>
}
