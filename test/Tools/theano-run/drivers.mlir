// Which device is taken, and what is said of a driver that cannot be used. A
// driver of which one call fails: test/Python/test_driver_failures.py.
// RUN: rm -rf %t && mkdir %t
// DEFINE: %{run} = theano-run %s -i x=arange:f32:3 -o %t/o.npy --explain
// RUN: not %{run} --device=cuda --cuda-driver=/nonexistent 2>&1 | FileCheck %s --check-prefix=ABSENT
// RUN: not %{run} --device=auto --cuda-driver=/nonexistent 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: cannot open the CUDA driver /nonexistent: {{.*}}No such file
// RUN: not %{run} --device=cuda --cuda-driver=%s 2>&1 | FileCheck %s --check-prefix=TEXT
// TEXT: error: cannot open the CUDA driver {{.*}}drivers.mlir: {{.*}}invalid ELF header
// RUN: not ls %t/o.npy

// A GPU that is there is taken, by number too; without one it is the CPU.
// RUN: env THEANO_STANDIN_IGNORE_KERNELS=1 %{run} --device=auto --cuda-driver=%stand_in | FileCheck %s --check-prefix=GPU
// GPU: device cuda:0: Stand-in, sm_80
// RUN: env THEANO_STANDIN_IGNORE_KERNELS=1 THEANO_STANDIN_DEVICES=2 THEANO_STANDIN_CAPABILITY=9.0 \
// RUN:   %{run} --device=cuda:1 --cuda-driver=%stand_in | FileCheck %s --check-prefix=SECOND
// SECOND: device cuda:1: Stand-in, sm_90
// RUN: env THEANO_STANDIN_DEVICES=0 %{run} --device=auto --cuda-driver=%stand_in | FileCheck %s --check-prefix=CPU
// RUN: env THEANO_STANDIN_FAIL=cuInit=100 %{run} --device=auto --cuda-driver=%stand_in | FileCheck %s --check-prefix=CPU
// CPU: device cpu: cpu
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "-np.arange(3, dtype='f4')"
// RUN: rm %t/o.npy

// RUN: not env THEANO_STANDIN_DEVICES=0 %{run} --device=cuda --cuda-driver=%stand_in 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: there is no device cuda:0: the driver has 0 devices
// RUN: not %{run} --device=cuda:1 --cuda-driver=%stand_in 2>&1 | FileCheck %s --check-prefix=NUMBER
// NUMBER: error: there is no device cuda:1: the driver has 1 device
// RUN: not env THEANO_STANDIN_CAPABILITY=6.1 %{run} --device=cuda --cuda-driver=%stand_in 2>&1 | FileCheck %s --check-prefix=OLD
// OLD: error: {{.*}}6.1
// RUN: not %{run} --device=cuda --cuda-driver=%stand_in --arch=sm_90 2>&1 | FileCheck %s --check-prefix=NEWER
// NEWER: error: program 'main' is compiled for sm_90, newer than cuda:0 (sm_80); compile it for that or an older one
// RUN: not %{run} --device=auto --arch=sm_99 2>&1 | FileCheck %s --check-prefix=ARCH
// ARCH: error: unknown GPU architecture 'sm_99'

// Too little memory on either device.
// RUN: not env THEANO_STANDIN_MEMORY=4096 theano-run %s -i x=arange:f32:4000 -o %t/o.npy --device=cuda --cuda-driver=%stand_in 2>&1 \
// RUN:   | FileCheck %s --check-prefix=MEMORY
// MEMORY: error: out of memory: cannot allocate 16000 bytes on cuda:0
// RUN: not theano-run %s -i x=arange:f32:1000000000000000 -o %t/o.npy --device=cpu 2>&1 | FileCheck %s --check-prefix=INPUT
// INPUT: error: {{.*}}4000000000000000 bytes
// RUN: not ls %t/o.npy

func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.neg %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}
