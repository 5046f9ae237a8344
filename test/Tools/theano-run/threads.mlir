// The number of threads changes no bit.
// RUN: theano-run %s --device=cpu -i x=random:f32:300x1000:3 -i y=random:f32:1000x70:4 --threads=1 -o %t.1.npz
// RUN: theano-run %s --device=cpu -i x=random:f32:300x1000:3 -i y=random:f32:1000x70:4 --threads=2 -o %t.2.npz
// RUN: theano-run %s --device=cpu -i x=random:f32:300x1000:3 -i y=random:f32:1000x70:4 --threads=5 -o %t.5.npz
// RUN: %python -c "import numpy as np; a, b, c = (np.load('%t.' + str(n) + '.npz') for n in (1, 2, 5)); \
// RUN:   assert all(a[k].tobytes() == b[k].tobytes() == c[k].tobytes() for k in a.files)"
// RUN: %python -c "import numpy as np; r = np.load(r'%t.1.npz'); print(sorted(r.files))" | FileCheck %s
// CHECK: ['all', 'columns', 'dot', 'rows']
func.func @main(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>)
    -> (tensor<f32> {theano.name = "all"}, tensor<?xf32> {theano.name = "rows"},
        tensor<?xf32> {theano.name = "columns"}, tensor<?x?xf32> {theano.name = "dot"}) {
  %0 = theano.sum %x : tensor<?x?xf32> -> tensor<f32>
  %1 = theano.sum %x axes [1] : tensor<?x?xf32> -> tensor<?xf32>
  %2 = theano.sum %x axes [0] : tensor<?x?xf32> -> tensor<?xf32>
  %3 = theano.dot %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0, %1, %2, %3 : tensor<f32>, tensor<?xf32>, tensor<?xf32>, tensor<?x?xf32>
}
