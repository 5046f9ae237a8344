// The passes of a compilation as text: given to theano-opt they do what
// theano-run does, to the byte where a stage of it is shown.
// DEFINE: %{opt} = sed "s/.*/--pass-pipeline='&'/" > %t.rsp && theano-opt %s @%t.rsp | sed '${/^$/d}' > %t.opt
// RUN: theano-run --dump-pipeline --emit=theano | %{opt}
// RUN: theano-run %s --emit=theano | diff - %t.opt
// RUN: theano-run --dump-pipeline --emit=linalg | %{opt}
// RUN: theano-run %s --emit=linalg | diff - %t.opt
// RUN: theano-run --dump-pipeline --emit=kernels --device=cpu --cpu=x86-64-v4 | %{opt}
// RUN: theano-run %s --emit=kernels --device=cpu --cpu=x86-64-v4 | diff - %t.opt
// RUN: theano-run --dump-pipeline --emit=kernels --device=cuda --arch=sm_90 | %{opt}
// RUN: theano-run %s --emit=kernels --device=cuda --arch=sm_90 | diff - %t.opt
// RUN: theano-run --dump-pipeline --emit=llvm --device=cpu --cpu=x86-64-v2 | %{opt}
// RUN: theano-run %s --emit=llvm --device=cpu --cpu=x86-64-v2 | diff - %t.opt
// RUN: theano-run --dump-pipeline --emit=kernels --device=cpu --rewrites=theano | %{opt}
// RUN: theano-run %s --emit=kernels --device=cpu --rewrites=theano | diff - %t.opt

// Host functions are kept beside the kernels of a GPU, as one pipeline cannot
// take them away in its middle.
// RUN: theano-run --dump-pipeline --emit=ptx --arch=sm_80 | %{opt}
// RUN: FileCheck %s < %t.opt
// CHECK: gpu.module
// CHECK: llvm.func @main_kernel_0({{.*}}nvvm.kernel

// Without a stage it is all that would run on the device.
// RUN: theano-run %s --dump-pipeline --device=cpu | FileCheck %s --check-prefix=CPU
// CPU:      builtin.module(canonicalize{{.*}},theano-stabilize
// CPU-SAME: convert-theano-to-linalg
// CPU-SAME: kernel-form-kernels{{.*}}kernel-choose-cpu-schedules{{.*}}emit-cpu-kernels{{.*}}wrap-cpu-kernels)
// RUN: theano-run --dump-pipeline --device=cuda --cuda-driver=%stand_in | FileCheck %s --check-prefix=CUDA
// CUDA:      builtin.module(canonicalize
// CUDA-SAME: kernel-choose-gpu-schedules{{.*}}emit-gpu-kernels
// RUN: not theano-run --dump-pipeline --device=cuda --cuda-driver=/nonexistent 2>&1 | FileCheck %s --check-prefix=DRIVER
// DRIVER: error: cannot open the CUDA driver /nonexistent
// RUN: not theano-run --dump-pipeline --emit=ptx --arch=sm_1 2>&1 | FileCheck %s --check-prefix=ARCH
// ARCH: error: unknown GPU architecture 'sm_1'
// RUN: not theano-run --dump-pipeline --device=cpu --emit=gnu 2>&1 | FileCheck %s --check-prefix=STAGE
// STAGE: error: no stage is called 'gnu'

func.func @main(%x: tensor<?x?xf32>, %y: tensor<?x?xf16>) -> (tensor<?xf32>, tensor<?x?xf16>) {
  %0 = theano.true_div %x, %x : tensor<?x?xf32>
  %1 = theano.exp %0 : tensor<?x?xf32>
  %2 = theano.sum %1 axes [1] : tensor<?x?xf32> -> tensor<?xf32>
  %3 = theano.neg %y : tensor<?x?xf16>
  return %2, %3 : tensor<?xf32>, tensor<?x?xf16>
}
