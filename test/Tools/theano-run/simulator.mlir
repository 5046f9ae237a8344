// The options of the simulated GPU, and what refuses them.
// RUN: rm -rf %t && mkdir %t
// DEFINE: %{run} = theano-run %s -i x=arange:f32:3 -o %t/o.npy
// RUN: %{run} --device=sim --sim-seed=18446744073709551615 --sim-check=basic
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "-np.arange(3, dtype='f4')"
// RUN: rm %t/o.npy && %{run} --device=sim --sim-check=all
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "-np.arange(3, dtype='f4')"
// What the command line says wins.
// RUN: rm %t/o.npy && env THEANO_SIM_SEED=1 %{run} --device=sim --sim-seed 2
// RUN: rm %t/o.npy

// RUN: not %{run} --device=sim --sim-seed=-1 2>&1 | FileCheck %s --check-prefix=SEED
// SEED: theano-sim: option 'seed': expected a number, got '-1'
// SEED: error: the simulated CUDA driver refuses '-1' for its option 'seed', for the reason that it printed
// RUN: not %{run} --device=sim --sim-check=magic 2>&1 | FileCheck %s --check-prefix=CHECK
// CHECK: theano-sim: option 'check': expected 'basic' or 'all', got 'magic'
// CHECK: error: the simulated CUDA driver refuses 'magic' for its option 'check'
// RUN: not %{run} --device=cuda --cuda-driver=%stand_in --sim-seed=1 2>&1 | FileCheck %s --check-prefix=DRIVER
// DRIVER: error: the CUDA driver {{.*}} is no simulator: it has no option 'seed'
// RUN: not %{run} --device=cpu --sim-check=basic 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: --sim-check is for a simulated GPU and the device is cpu; use --device=sim
// RUN: not ls %t/o.npy
// RUN: not theano-run %s --emit=ptx --sim-seed=1 2>&1 | FileCheck %s --check-prefix=EMIT
// EMIT: error: --emit runs nothing, so that --sim-seed has nothing to tell; leave one of them out

func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.neg %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}
