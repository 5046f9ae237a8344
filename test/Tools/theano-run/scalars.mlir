// 0-d, empty and size-1 arrays through a map, a reduction and a contraction.
// RUN: rm -rf %t && mkdir %t

// Size 1.
// RUN: %python %S/Inputs/arrays.py save %t/x.npy "np.array([[3.]], 'f4')"
// RUN: theano-run %s --device=cpu -i x=%t/x.npy -i s=arange:f32: -o %t/o.npz
// RUN: %python %S/Inputs/arrays.py expect %t/o.npz \
// RUN:   "map=np.array([[3.]], 'f4') + 0" "sum=np.array([[3.]], 'f4').sum(1)" "all=np.array([[3.]], 'f4').sum()" \
// RUN:   "dot=np.array([[3.]], 'f4') @ np.array([[3.]], 'f4').T" "scalar=np.float32(1)"

// Empty.
// RUN: %python %S/Inputs/arrays.py save %t/x.npy "np.zeros((0, 0), 'f4')"
// RUN: theano-run %s --device=cpu -i x=%t/x.npy -i s=arange:f32: -o %t/o.npz
// RUN: %python %S/Inputs/arrays.py expect %t/o.npz \
// RUN:   "map=np.zeros((0, 0), 'f4') + 0" "sum=np.zeros((0, 0), 'f4').sum(1)" "all=np.zeros((0, 0), 'f4').sum()" \
// RUN:   "dot=np.zeros((0, 0), 'f4') @ np.zeros((0, 0), 'f4').T" "scalar=np.float32(1)"

// No rows.
// RUN: %python %S/Inputs/arrays.py save %t/x.npy "np.zeros((0, 3), 'f4')"
// RUN: theano-run %s --device=cpu -i x=%t/x.npy -i s=arange:f32: -o %t/o.npz
// RUN: %python %S/Inputs/arrays.py expect %t/o.npz \
// RUN:   "map=np.zeros((0, 3), 'f4') + 0" "sum=np.zeros((0, 3), 'f4').sum(1)" "all=np.zeros((0, 3), 'f4').sum()" \
// RUN:   "dot=np.zeros((0, 3), 'f4') @ np.zeros((0, 3), 'f4').T" "scalar=np.float32(1)"

// No columns.
// RUN: %python %S/Inputs/arrays.py save %t/x.npy "np.zeros((3, 0), 'f4')"
// RUN: theano-run %s --device=cpu -i x=%t/x.npy -i s=arange:f32: -o %t/o.npz
// RUN: %python %S/Inputs/arrays.py expect %t/o.npz \
// RUN:   "map=np.zeros((3, 0), 'f4') + 0" "sum=np.zeros((3, 0), 'f4').sum(1)" "all=np.zeros((3, 0), 'f4').sum()" \
// RUN:   "dot=np.zeros((3, 0), 'f4') @ np.zeros((3, 0), 'f4').T" "scalar=np.float32(1)"

// One row.
// RUN: %python %S/Inputs/arrays.py save %t/x.npy "np.arange(5, dtype='f4').reshape(1, 5)"
// RUN: theano-run %s --device=cpu -i x=%t/x.npy -i s=arange:f32: -o %t/o.npz
// RUN: %python %S/Inputs/arrays.py expect %t/o.npz \
// RUN:   "map=np.arange(5, dtype='f4').reshape(1, 5) + 0" "sum=np.arange(5, dtype='f4').reshape(1, 5).sum(1)" "all=np.arange(5, dtype='f4').reshape(1, 5).sum()" \
// RUN:   "dot=np.arange(5, dtype='f4').reshape(1, 5) @ np.arange(5, dtype='f4').reshape(1, 5).T" "scalar=np.float32(1)"

func.func @main(%x: tensor<?x?xf32>, %s: tensor<f32>)
    -> (tensor<?x?xf32> {theano.name = "map"}, tensor<?xf32> {theano.name = "sum"},
        tensor<f32> {theano.name = "all"}, tensor<?x?xf32> {theano.name = "dot"},
        tensor<f32> {theano.name = "scalar"}) {
  %0 = theano.dimshuffle %s ["x", "x"] : tensor<f32> -> tensor<1x1xf32>
  %1 = theano.add %x, %0 : (tensor<?x?xf32>, tensor<1x1xf32>) -> tensor<?x?xf32>
  %2 = theano.sum %x axes [1] : tensor<?x?xf32> -> tensor<?xf32>
  %3 = theano.sum %x : tensor<?x?xf32> -> tensor<f32>
  %4 = theano.dimshuffle %x [1, 0] : tensor<?x?xf32> -> tensor<?x?xf32>
  %5 = theano.dot %x, %4 : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %6 = theano.exp %s : tensor<f32>
  return %1, %2, %3, %5, %6
      : tensor<?x?xf32>, tensor<?xf32>, tensor<f32>, tensor<?x?xf32>, tensor<f32>
}
