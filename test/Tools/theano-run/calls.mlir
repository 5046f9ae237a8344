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

// A function is compiled once, however often it is called.
// RUN: theano-run %s --device=cpu --shared W=%t/w.npy -i x=arange:f64:3 \
// RUN:   --call add --call read --call add --trace %t/trace.json
// RUN: grep -o 'load the kernels' %t/trace.json | count 2

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

// A sweep without calls: what is collected is empty, in its dtype, state stays,
// and the file is one that NumPy reads.
// RUN: theano-run %s --device=cpu --shared W=%t/w.npy --call scalars --for i=3:3 -o %t/sweep.npz --shared-out %t/state.npz \
// RUN:   | FileCheck %s --check-prefix=EMPTY
// EMPTY:     scalars 1/1: done
// EMPTY-NOT: {{.}}
// RUN: %python %S/Inputs/arrays.py expect %t/sweep.npz "cost=np.zeros(0, 'f4')" "twice=np.zeros(0, 'i8')"
// RUN: %python %S/Inputs/arrays.py expect %t/state.npz "W=np.array([1, 2, 3], 'f8')"
// RUN: theano-run %s --device=cpu --call half --for i=5:3 -o %t/half.npy
// RUN: %python %S/Inputs/arrays.py expect %t/half.npy "np.zeros(0, 'f4')"
// RUN: theano-run %s --device=cpu --shared W=%t/w.npy -i x=arange:f64:3 --call touch --repeat 0 -o %t/none.npz
// RUN: %python %S/Inputs/arrays.py expect %t/none.npz

// What only a last call could give has no value then: nothing is written.
// RUN: not theano-run %s --device=cpu --shared W=%t/w.npy --call count --for i=3:3 -o %t/last.npz 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NOVALUE
// NOVALUE: error: the sweep of 'count' makes no call, so that its result 'last' has no value to write; leave out -o or widen the range
// RUN: not ls %t/last.npz
// RUN: theano-run %s --device=cpu --shared W=%t/w.npy --call count --for i=3:3 | FileCheck %s --check-prefix=NOOUTPUT
// NOOUTPUT: count 1/1: done

// bfloat16 state is given and comes out as float32, as inputs and outputs do.
// RUN: %python %S/Inputs/arrays.py save %t/b.npy "np.array([1, 1.00390625, 1.01171875, np.inf, 0], 'f4')"
// RUN: theano-run %s --device=cpu --shared B=%t/b.npy --call grow -o %t/grow.npy --shared-out %t/state.npz
// RUN: %python %S/Inputs/arrays.py expect %t/grow.npy "np.array([1, 1, 1.015625, np.inf, 0], 'f4')"
// RUN: %python %S/Inputs/arrays.py expect %t/state.npz "B=np.array([2, 2, 2.03125, np.inf, 0], 'f4')"

// Files are written when all has gone well, all or none.
// RUN: mkdir %t/none
// RUN: not theano-run %s --device=cpu --shared W=%t/w.npy --call read -o %t/none/read.npz --trace %t/none/trace.json \
// RUN:   --call add -i x=arange:f64:4 --shared-out %t/none/state.npz
// RUN: not theano-run %s --device=cpu --shared W=%t/w.npy --call read -o %t/none/read.npz --shared-out %t/no/folder/state.npz 2>&1 \
// RUN:   | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: cannot write '{{.*}}/no/folder/state.npz': No such file or directory
// RUN: not theano-run %s --device=cpu --shared W=%t/w.npy --call read -o %t/none/read.npz --shared-out %t 2>&1 | FileCheck %s --check-prefix=ISFOLDER
// ISFOLDER: error: cannot write '{{.*}}': Is a directory
// RUN: ls %t/none | count 0

// Two results for one file are a mistake.
// RUN: not theano-run %s --device=cpu --shared W=%t/w.npy -o %t/none/read.npz --call read --call read 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: two results go to {{.*}}none/read.npz; give each --call a -o of its own
// RUN: not theano-run %s --device=cpu --shared W=%t/w.npy --call read -o %t/none/read.npz --shared-out %t/none/read.npz 2>&1 | FileCheck %s --check-prefix=TWICE

func.func @scalars(%i: tensor<i64>, %w: tensor<3xf64> {theano.shared = "W"})
    -> (tensor<i64> {theano.name = "twice"}, tensor<f32> {theano.name = "cost"},
        tensor<3xf64> {theano.update = "W"}) {
  %0 = theano.add %i, %i : tensor<i64>
  %1 = theano.cast %i : tensor<i64> -> tensor<f32>
  %2 = theano.add %w, %w : tensor<3xf64>
  return %0, %1, %2 : tensor<i64>, tensor<f32>, tensor<3xf64>
}

func.func @half(%i: tensor<i64>) -> tensor<f32> {
  %0 = theano.cast %i : tensor<i64> -> tensor<f32>
  return %0 : tensor<f32>
}

func.func @grow(%b: tensor<?xbf16> {theano.shared = "B"})
    -> (tensor<?xbf16>, tensor<?xbf16> {theano.update = "B"}) {
  %0 = theano.add %b, %b : tensor<?xbf16>
  return %b, %0 : tensor<?xbf16>, tensor<?xbf16>
}

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
