// One value for each input and shared variable of a call, by whatever name; a
// call's own values may replace those before the first --call.
// RUN: rm -rf %t && mkdir %t
// RUN: not theano-run %s --device=cpu -i a=arange:i64: -i a=arange:i64: 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not theano-run %s --device=cpu --call main -i a=arange:i64: -i a=arange:i64: 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not theano-run %s --device=cpu -i a=arange:i64: -i a=arange:i64: --call main 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: input 'a' of function 'main' is given twice, by 'a=arange:i64:' and by 'a=arange:i64:'; leave out one of them
// RUN: not theano-run %s --device=cpu -i a=arange:i64: -i 0=random:i64: 2>&1 | FileCheck %s --check-prefix=POSITION
// POSITION: error: input 'a' of function 'main' is given twice, by 'a=arange:i64:' and by '0=random:i64:'
// RUN: not theano-run %s --device=cpu -i a=arange:i64: --for a=0:3 2>&1 | FileCheck %s --check-prefix=FOR
// FOR: error: input 'a' of function 'main' is given by '-i a=arange:i64:' and counted by '--for a=...'; leave out one of them
// RUN: not theano-run %s --device=cpu --call sharing --shared W=arange:i64: --shared W=random:i64: 2>&1 | FileCheck %s --check-prefix=SHARED
// SHARED: error: shared variable 'W' is given twice, by 'W=arange:i64:' and by 'W=random:i64:'; leave out one of them

// RUN: %python %S/Inputs/arrays.py save %t/five.npy "np.array(5)"
// RUN: theano-run %s --device=cpu -i a=arange:i64: --call main --call main -i 0=%t/five.npy | FileCheck %s --check-prefix=OWN
// OWN:      {{^}}0
// OWN-NEXT: {{^}}5

// The --for of all calls and an -i: of one call the -i counts, of all neither.
// RUN: theano-run %s --device=cpu --for a=0:2 --call main --call main -i 0=%t/five.npy | FileCheck %s --check-prefix=OWN-INPUT
// OWN-INPUT:      main 1/1: done
// OWN-INPUT-NEXT: {{^}}5
// RUN: theano-run %s --device=cpu -i a=%t/five.npy --call main --call main --for a=0:2 | FileCheck %s --check-prefix=OWN-RANGE
// OWN-RANGE:      {{^}}5
// OWN-RANGE-NEXT: main 1/1: done
// RUN: not theano-run %s --device=cpu -i a=arange:i64: --for a=0:3 --call main 2>&1 | FileCheck %s --check-prefix=FOR
// RUN: not theano-run %s --device=cpu --call main --for a=0:3 -i a=arange:i64: 2>&1 | FileCheck %s --check-prefix=FOR

// Every other option counts once.
// RUN: not theano-run %s --device=cpu --device=auto 2>&1 | FileCheck %s --check-prefix=DEVICE
// DEVICE: error: --device is given twice, with 'cpu' and with 'auto'; give it once{{$}}
// RUN: not theano-run %s --trace=%t/a.json --call main --trace=%t/b.json 2>&1 | FileCheck %s --check-prefix=TRACES
// TRACES: error: --trace is given twice, with '{{.*}}a.json' and with '{{.*}}b.json'; give it once{{$}}
// RUN: not theano-run %s --call main --repeat 2 --repeat 3 2>&1 | FileCheck %s --check-prefix=REPEAT
// REPEAT: error: --repeat is given twice, with '2' and with '3'; give it once for each --call

// One file by two names.
// RUN: not theano-run %s --call main -o %t/o.npz --call main -o %t/./o.npz 2>&1 | FileCheck %s --check-prefix=SAME
// RUN: cd %t && not theano-run %s --call main -o o.npz --call main -o ./o.npz 2>&1 | FileCheck %s --check-prefix=SAME
// SAME: error: two results go to {{.*}}o.npz, also called {{.*}}./o.npz; give each --call a -o of its own

// What cannot be written is found before the first call of a long sweep, which
// would print a line.
// RUN: not theano-run %s --device=cpu --for a=0:3 -o %t/no/o.npz 2>&1 | FileCheck %s --check-prefix=OUT --implicit-check-not=done
// OUT: error: cannot write '{{.*}}no/o.npz': No such file or directory
// RUN: mkdir %t/folder.npz
// RUN: not theano-run %s --device=cpu --for a=0:3 --shared-out %t/folder.npz 2>&1 | FileCheck %s --check-prefix=FOLDER --implicit-check-not=done
// RUN: not theano-run %s --device=cpu --shared-out %t/folder.npz --dump-stages=%t/stages 2>&1 | FileCheck %s --check-prefix=FOLDER
// RUN: not ls %t/stages
// FOLDER: error: cannot write '{{.*}}folder.npz': Is a directory
// RUN: not theano-run %s --device=cpu --for a=0:3 --trace %t/no/t.json 2>&1 | FileCheck %s --check-prefix=TRACE --implicit-check-not=done
// TRACE: error: cannot write '{{.*}}no/t.json': No such file or directory
// RUN: not theano-run %s --device=cpu --for a=0:3 --call main --call two -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=TWO --implicit-check-not=done
// TWO: error: an .npy file holds one result and function 'two' has 2; write an .npz file

// An architecture for a device that has none.
// RUN: not theano-run %s --device=cpu --arch=sm_80 -i a=arange:i64: 2>&1 | FileCheck %s --check-prefix=ARCH
// ARCH: error: --arch=sm_80 chooses a GPU's instructions, and --device=cpu uses none; leave out one of them
// RUN: not theano-run %s --device=cpu --arch=sm_80 --emit=kernels 2>&1 | FileCheck %s --check-prefix=ARCH
// RUN: not theano-run %s --device=sim --threads=2 -i a=arange:i64: 2>&1 | FileCheck %s --check-prefix=THREADS
// THREADS: error: --threads=2 is for the CPU, and the device is a GPU ({{.*}}); leave it out or use --device=cpu
// RUN: not theano-run %s --emit=asm --arch=sm_80 2>&1 | FileCheck %s --check-prefix=ASM
// ASM: error: --arch=sm_80 chooses a GPU's instructions, and --emit=asm shows the CPU's; leave out one of them
// RUN: env THEANO_STANDIN_DEVICES=0 theano-run %s --device=auto --cuda-driver=%stand_in --arch=sm_80 -i a=arange:i64: 2>&1 | FileCheck %s --check-prefix=AUTO
// AUTO: warning: --arch=sm_80 has no effect: --device=auto runs on the CPU; no GPU is used: the CUDA driver has no device
// AUTO: {{^}}0
func.func @main(%a: tensor<i64>) -> tensor<i64> {
  return %a : tensor<i64>
}
func.func @two(%a: tensor<i64>) -> (tensor<i64>, tensor<i64>) {
  return %a, %a : tensor<i64>, tensor<i64>
}
func.func @sharing(%w: tensor<i64> {theano.shared = "W"}) -> tensor<i64> {
  return %w : tensor<i64>
}
