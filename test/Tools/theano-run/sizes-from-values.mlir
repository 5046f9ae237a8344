// Sizes that are values. An array without elements is one whatever its other
// sizes are; an array that a kernel of 32-bit indices cannot count is refused
// before it runs.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/arrays.py save %t/huge.npy "np.array(2**40)"
// RUN: %python %S/Inputs/arrays.py save %t/wide.npy "np.array(2**15 + 1)"
// RUN: %python %S/Inputs/arrays.py save %t/zero.npy "np.array(0)"
// RUN: %python %S/Inputs/arrays.py save %t/one.npy "np.array(1)"
// RUN: %python %S/Inputs/arrays.py save %t/v.npy "np.array(1, 'i1')"
// DEFINE: %{run} = theano-run %s -i v=%t/v.npy
// RUN: %{run} --device=cpu -i n=%t/huge.npy -i m=%t/huge.npy -i k=%t/zero.npy --call fill | FileCheck %s --check-prefix=EMPTY
// RUN: %{run} --device=cpu -i n=%t/huge.npy -i m=%t/zero.npy -i k=%t/huge.npy --call fill | FileCheck %s --check-prefix=EMPTY
// RUN: %{run} --device=cpu -i n=%t/zero.npy -i m=%t/huge.npy -i k=%t/huge.npy --call fill | FileCheck %s --check-prefix=EMPTY
// RUN: %{run} --device=sim -i n=%t/huge.npy -i m=%t/huge.npy -i k=%t/zero.npy --call fill | FileCheck %s --check-prefix=EMPTY
// EMPTY:     []
// EMPTY-NOT: {{[0-9]}}
// RUN: not %{run} --device=cpu -i n=%t/huge.npy -i m=%t/huge.npy -i k=%t/one.npy --call fill 2>&1 | FileCheck %s --check-prefix=OVERFLOW
// OVERFLOW: error: {{.*}}sizes-from-values.mlir:{{[0-9]+}}:8: {{.*}}size overflows

// RUN: not %{run} --device=cuda --cuda-driver=%stand_in -i n=%t/wide.npy -i m=%t/wide.npy -i k=%t/one.npy --call fill 2>&1 | FileCheck %s --check-prefix=LARGE
// LARGE: error: {{.*}}sizes-from-values.mlir:[[#@LINE+2]]:8: array of 1073807361 elements is too large for this kernel: expected at most 1073741824; split the array
func.func @fill(%v: tensor<i8>, %n: tensor<i64>, %m: tensor<i64>, %k: tensor<i64>) -> tensor<?x?x?xi8> {
  %0 = theano.alloc %v [%n, %m, %k] : tensor<i8> -> tensor<?x?x?xi8>
  return %0 : tensor<?x?x?xi8>
}
