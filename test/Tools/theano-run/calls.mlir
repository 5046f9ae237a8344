// Several calls share one state; sweeps collect their 0-d outputs.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/arrays.py save %t/w.npy "np.array([1, 2, 3], 'f8')"

// Each call has its own options, and those before the first belong to all.
// RUN: theano-run %s --device=cpu --shared W=%t/w.npy -i x=arange:f64:3 \
// RUN:   --call add -o %t/first.npz --call add -o %t/second.npy --call read -o %t/read.npy \
// RUN:   --shared-out %t/state.npz
// RUN: %python %S/Inputs/arrays.py expect %t/first.npz "out0=np.float64(6)"
// RUN: %python %S/Inputs/arrays.py expect %t/second.npy "np.float64(9)"
// RUN: %python %S/Inputs/arrays.py expect %t/read.npy "np.array([1., 4., 7.])"
// RUN: %python %S/Inputs/arrays.py expect %t/state.npz "W=np.array([1., 4., 7.])"

// Five calls, twice: one line a sweep with the mean, one value a call.
// RUN: theano-run %s --device=cpu --shared W=%t/w.npy --call count --for i=3:8 --repeat 2 \
// RUN:   -o %t/sweep.npz --shared-out %t/state.npz 2>&1 | FileCheck %s --check-prefix=SWEEP
// SWEEP:      count 1/2: cost 2.5
// SWEEP-NEXT: count 2/2: cost 2.5
// SWEEP-NOT:  {{.}}
// RUN: %python %S/Inputs/arrays.py expect %t/sweep.npz \
// RUN:   "cost=np.tile(np.arange(3, 8) / 2., 2)" "twice=np.tile(np.arange(3, 8) * 2, 2)" "last=np.full(3, 7.)"
// RUN: %python %S/Inputs/arrays.py expect %t/state.npz "W=np.array([51., 52., 53.])"

// --repeat alone is a sweep of one call; without outputs there is no mean.
// RUN: theano-run %s --device=cpu --shared W=%t/w.npy -i x=arange:f64:3 --call touch --repeat 3 \
// RUN:   --shared-out %t/state.npz | FileCheck %s --check-prefix=TOUCH
// TOUCH: touch 1/3: done
// TOUCH: touch 3/3: done
// RUN: %python %S/Inputs/arrays.py expect %t/state.npz "W=np.array([1., 5., 9.])"

func.func @add(%w: tensor<3xf64> {theano.shared = "W"}, %x: tensor<3xf64>)
    -> (tensor<f64>, tensor<3xf64> {theano.update = "W"}) {
  %0 = theano.sum %w : tensor<3xf64> -> tensor<f64>
  %1 = theano.add %w, %x : tensor<3xf64>
  return %0, %1 : tensor<f64>, tensor<3xf64>
}

func.func @read(%w: tensor<3xf64> {theano.shared = "W"}) -> tensor<3xf64> {
  return %w : tensor<3xf64>
}

func.func @touch(%w: tensor<3xf64> {theano.shared = "W"}, %x: tensor<3xf64>)
    -> (tensor<3xf64> {theano.update = "W"}) {
  %0 = theano.add %w, %x : tensor<3xf64>
  return %0 : tensor<3xf64>
}

func.func @count(%i: tensor<i64>, %w: tensor<3xf64> {theano.shared = "W"})
    -> (tensor<i64> {theano.name = "twice"}, tensor<f64> {theano.name = "cost"},
        tensor<3xf64> {theano.name = "last"}, tensor<3xf64> {theano.update = "W"}) {
  %0 = theano.add %i, %i : tensor<i64>
  %1 = theano.cast %i : tensor<i64> -> tensor<f64>
  %h = theano.constant dense<0.5> : tensor<f64>
  %2 = theano.mul %1, %h : tensor<f64>
  %3 = theano.alloc %1 [3] : tensor<f64> -> tensor<3xf64>
  %4 = theano.add %w, %3 : tensor<3xf64>
  return %0, %2, %3, %4 : tensor<i64>, tensor<f64>, tensor<3xf64>, tensor<3xf64>
}
