// Every form of -i, and every way to name an argument.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/arrays.py save %t/x.npy "np.array([[1, 2], [3, 4]], 'i8')"
// RUN: %python %S/Inputs/arrays.py save %t/all.npz "X=np.array([[5, 6], [7, 8]], 'i8')" "s=np.array(2, 'i8')" "other=np.zeros(3, 'f2')"

// A file, one array of a file, and a scalar.
// RUN: theano-run %s --device=cpu -i X=%t/x.npy -i s=%t/all.npz:s -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.array([[2, 4], [6, 8]], 'i8')"

// A whole file: keys that are no inputs are passed over.
// RUN: theano-run %s --device=cpu -i %t/all.npz -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.array([[10, 12], [14, 16]], 'i8')"

// A named input wins over a whole file, whatever the order.
// RUN: theano-run %s --device=cpu -i X=%t/x.npy -i %t/all.npz -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.array([[2, 4], [6, 8]], 'i8')"

// theano.name, %name and position.
// RUN: theano-run %s --device=cpu -i X=arange:i64:2x3 -i s=arange:i64: -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.zeros((2, 3), 'i8')"
// RUN: theano-run %s --device=cpu -i arg=arange:int64:2x3 -i 1=%t/all.npz:s -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.arange(6).reshape(2, 3) * 2"
// RUN: theano-run %s --device=cpu -i 0=arange:i64:0x3 -i 1=arange:i64: -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.zeros((0, 3), 'i8')"
func.func @main(%arg: tensor<?x?xi64> {theano.name = "X"}, %s: tensor<i64>) -> tensor<?x?xi64> {
  %0 = theano.dimshuffle %s ["x", "x"] : tensor<i64> -> tensor<1x1xi64>
  %1 = theano.mul %arg, %0 : (tensor<?x?xi64>, tensor<1x1xi64>) -> tensor<?x?xi64>
  return %1 : tensor<?x?xi64>
}
