// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/arrays.py save %t/a.npy "np.array([1, np.nan, np.inf, 1e-45, 3e38], 'f4')"
// RUN: %python %S/Inputs/arrays.py save %t/b.npy "np.array([-0.0, 1, -np.inf, 1e-45, 3e38], 'f4')"
// RUN: theano-run %s --device=cpu -i a=%t/a.npy -i b=%t/b.npy -o %t/c.npy
// RUN: %python %S/Inputs/arrays.py expect %t/c.npy "load('%t/a.npy') + load('%t/b.npy')"

// Sizes around the width of a vector, none and one.
// RUN: theano-run %s --device=cpu -i a=random:f32:0:1 -i b=random:f32:0:2 -o %t/c.npz
// RUN: %python %S/Inputs/arrays.py expect %t/c.npz "out0=philox('f4', (0,), 1) + philox('f4', (0,), 2)"
// RUN: theano-run %s --device=cpu -i a=random:f32:1:1 -i b=random:f32:1:2 -o %t/c.npz
// RUN: %python %S/Inputs/arrays.py expect %t/c.npz "out0=philox('f4', (1,), 1) + philox('f4', (1,), 2)"
// RUN: theano-run %s --device=cpu -i a=random:f32:3:1 -i b=random:f32:3:2 -o %t/c.npz
// RUN: %python %S/Inputs/arrays.py expect %t/c.npz "out0=philox('f4', (3,), 1) + philox('f4', (3,), 2)"
// RUN: theano-run %s --device=cpu -i a=random:f32:7:1 -i b=random:f32:7:2 -o %t/c.npz
// RUN: %python %S/Inputs/arrays.py expect %t/c.npz "out0=philox('f4', (7,), 1) + philox('f4', (7,), 2)"
// RUN: theano-run %s --device=cpu -i a=random:f32:8:1 -i b=random:f32:8:2 -o %t/c.npz
// RUN: %python %S/Inputs/arrays.py expect %t/c.npz "out0=philox('f4', (8,), 1) + philox('f4', (8,), 2)"
// RUN: theano-run %s --device=cpu -i a=random:f32:17:1 -i b=random:f32:17:2 -o %t/c.npz
// RUN: %python %S/Inputs/arrays.py expect %t/c.npz "out0=philox('f4', (17,), 1) + philox('f4', (17,), 2)"
// RUN: theano-run %s --device=cpu -i a=random:f32:1000:1 -i b=random:f32:1000:2 -o %t/c.npz
// RUN: %python %S/Inputs/arrays.py expect %t/c.npz "out0=philox('f4', (1000,), 1) + philox('f4', (1000,), 2)"

// The result has the name that the function gives it, or its number.
// RUN: theano-run %s --device=cpu -i a=arange:f32:3 -i b=arange:f32:3 | FileCheck %s
// CHECK: [0 2 4]
// CHECK-NOT: {{.}}
func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c = theano.add %a, %b : tensor<?xf32>
  return %c : tensor<?xf32>
}
