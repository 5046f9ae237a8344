// What --explain, --time, --trace and --dump-stages tell.
// RUN: rm -rf %t && mkdir %t
// RUN: theano-run %s --device=cpu -i x=arange:f32:2x3 --explain --time --trace %t/trace.json \
// RUN:   --dump-stages=%t/stages | FileCheck %s
// CHECK:      function main: 1 kernel
// CHECK-NEXT: kernel main_kernel_0
// CHECK-NEXT: family    row_reduce
// CHECK-NEXT: ops       exp at {{.*}}reports.mlir:[[#@LINE+76]]:8, sum at {{.*}}reports.mlir:[[#@LINE+77]]:8
// CHECK-NEXT: bytes in  {{.*}}dim({{.*}} = 24
// CHECK-NEXT: bytes out {{.*}} = 8
// CHECK-NEXT: grid      {{.*}} x 1 x 1
// CHECK-NEXT: all of it
// CHECK-NEXT: bytes in  24, at least 24
// CHECK-NEXT: bytes out 8, at least 8
// CHECK-NEXT: device cpu: {{.*}}threads
// CHECK-NEXT: library for matrix products: {{.+}}
// 24 bytes of inputs, 8 of the result.
// CHECK-NEXT: peak memory: 32 bytes (inputs 24, shared 0)
// CHECK-NEXT: main: compile {{[0-9.]+}} ms, transfer {{[0-9.]+}} ms, run {{[0-9.]+}} ms (medians of 1)
// CHECK-NEXT: [11.107338 223.09685]

// A graph of two kernels moves its temporary twice more than is needed, and
// shared variables count as memory, with the buffers of their new values.
// RUN: theano-run %s --device=cpu --blas=none --call step --shared W=arange:f32:4x4 -i x=arange:f32:4x4 --explain | FileCheck %s --check-prefix=STEP
// STEP:      function step: 2 kernels
// STEP:      all of it
// STEP-NEXT: bytes in  256, at least 128
// STEP-NEXT: bytes out 128, at least 64
// STEP:      library for matrix products: no BLAS library: it was switched off
// STEP:      peak memory: 256 bytes (inputs 64, shared 64)

// On a GPU a launch has threads too.
// RUN: env THEANO_STANDIN_IGNORE_KERNELS=1 theano-run %s --device=cuda --cuda-driver=%stand_in -i x=arange:f32:2x3 --explain | FileCheck %s --check-prefix=GPU
// GPU:      kernel main_kernel_0
// GPU:      grid
// GPU-NEXT: block     {{[0-9]+}} x {{[0-9]+}} x 1
// GPU:      device cuda:0: Stand-in, sm_80
// GPU:      peak memory: {{[1-9][0-9]*}} bytes (inputs 24, shared 0)

// The trace is JSON with spans of what the process did: passes and the steps
// after them, transfers, the call and the kernels inside it.
// RUN: %python %S/Inputs/read_trace.py %t/trace.json | FileCheck %s --check-prefix=TRACE
// TRACE-DAG: compile parse
// TRACE-DAG: compile convert-theano-to-linalg
// TRACE-DAG: compile kernel-form-kernels
// TRACE-DAG: compile emit-cpu-kernels
// TRACE-DAG: compile build the program
// TRACE-DAG: compile machine code and link
// TRACE-DAG: compile load the kernels
// TRACE-DAG: device open the device
// TRACE-DAG: transfer inputs to the device
// TRACE-DAG: call main
// TRACE-DAG: kernel main_kernel_0
// TRACE-DAG: transfer outputs to the host
// TRACE:     in order

// One trace holds all calls, with the last of a sweep and the shared variables.
// RUN: theano-run %s --device=cpu --call step --shared W=arange:f32:4x4 -i x=arange:f32:4x4 --repeat 3 \
// RUN:   --call main -i x=arange:f32:2x3 --trace=%t/trace.json
// RUN: %python %S/Inputs/read_trace.py %t/trace.json | FileCheck %s --check-prefix=SWEEP
// SWEEP-COUNT-1: call main
// SWEEP-COUNT-1: call step
// SWEEP-NOT:     call step
// SWEEP:         transfer shared 'W' to the device

// On a GPU too.
// RUN: env THEANO_STANDIN_IGNORE_KERNELS=1 theano-run %s --device=cuda --cuda-driver=%stand_in -i x=arange:f32:2x3 --time --trace=%t/trace.json | FileCheck %s --check-prefix=TIMES
// TIMES: main: compile {{[0-9.]+}} ms, transfer {{[0-9.]+}} ms, run {{[0-9.]+}} ms (medians of 1)
// RUN: %python %S/Inputs/read_trace.py %t/trace.json | FileCheck %s --check-prefix=GPUTRACE
// GPUTRACE-DAG: compile PTX
// GPUTRACE-DAG: compile emit-gpu-kernels
// GPUTRACE-DAG: kernel main_kernel_0

// RUN: ls %t/stages | FileCheck %s --check-prefix=STAGES
// STAGES:      main.asm
// STAGES-NEXT: main.kernels
// STAGES-NEXT: main.linalg
// STAGES-NEXT: main.llvm
// STAGES-NEXT: main.program
// STAGES-NEXT: main.theano
// RUN: theano-run %s --emit=asm | cmp - %t/stages/main.asm

func.func @main(%x: tensor<?x?xf32>) -> tensor<?xf32> {
  %0 = theano.exp %x : tensor<?x?xf32>
  %1 = theano.sum %0 axes [1] : tensor<?x?xf32> -> tensor<?xf32>
  return %1 : tensor<?xf32>
}

func.func @step(%w: tensor<?x?xf32> {theano.shared = "W"}, %x: tensor<?x?xf32>)
    -> (tensor<?x?xf32> {theano.update = "W"}) {
  %0 = theano.dot %w, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = theano.dot %0, %x : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %1 : tensor<?x?xf32>
}
