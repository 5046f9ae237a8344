// What may be overwritten is not read through the read-only cache, and no pointer to it is
// called the only one; the other operands keep both. (test/Python/test_updates.py runs it.)
//
// RUN: theano-run %s --emit=ptx --arch=sm_80 --safe-updates=off | FileCheck %s --check-prefix=PTX
// RUN: theano-run %s --emit=ptx --arch=sm_80 | FileCheck %s --check-prefix=SAFE
// RUN: theano-run %s --emit=llvm --device=cpu --safe-updates=off | FileCheck %s --check-prefix=CPU
// RUN: theano-run %s --emit=program --device=cpu --safe-updates=off | FileCheck %s --check-prefix=PROGRAM

// PTX-DAG: ld.global.v4
// PTX-DAG: ld.global.nc.v4
// SAFE-NOT: ld.global.v4
// SAFE: ld.global.nc.v4
// CPU: llvm.func internal @main_kernel_0.body(%arg0: !llvm.ptr, %arg1: !llvm.ptr {llvm.noalias}, %arg2: !llvm.ptr,
// PROGRAM-NOT: allocate
func.func @main(%w: tensor<?xf32> {theano.shared = "w"}, %g: tensor<?xf32>)
    -> (tensor<?xf32> {theano.update = "w"}) {
  %0 = theano.sub %w, %g : tensor<?xf32>
  return %0 : tensor<?xf32>
}
