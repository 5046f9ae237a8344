// Equal kernels are compiled once, and each launch tells of its own ops.
// RUN: theano-run %s --device=cpu -i x=arange:f32:2x3 -i z=arange:f32:1x4 --explain | FileCheck %s
// CHECK:      function main: 2 kernels
// CHECK-NEXT: kernel main_kernel_0
// CHECK-NEXT: family    row_reduce
// CHECK-NEXT: launch    1 of 2
// CHECK-NEXT: ops       abs at {{.*}}identical-kernels.mlir:[[#@LINE+29]]:8, sum at {{.*}}identical-kernels.mlir:[[#@LINE+30]]:8{{$}}
// CHECK-NEXT: bytes in  {{.*}} = 24
// CHECK:      kernel main_kernel_0
// CHECK-NEXT: family    row_reduce
// CHECK-NEXT: launch    2 of 2
// CHECK-NEXT: ops       abs at {{.*}}identical-kernels.mlir:[[#@LINE+26]]:8, sum at {{.*}}identical-kernels.mlir:[[#@LINE+27]]:8{{$}}
// CHECK-NEXT: bytes in  {{.*}} = 16
// CHECK:      kernel main_kernel_2
// CHECK-NEXT: family    row_reduce
// CHECK-NEXT: ops       exp
// CHECK:      [3 12]
// CHECK:      [6]

// RUN: theano-run %s --emit=program | FileCheck %s --check-prefix=PROGRAM
// PROGRAM:      kernels:
// PROGRAM-NEXT:   @main_kernel_0
// PROGRAM-NEXT:   @main_kernel_2
// PROGRAM-NEXT: commands:
// PROGRAM:      launch @main_kernel_0 {{.*}}identical-kernels.mlir:[[#@LINE+11]]:8
// PROGRAM:      launch @main_kernel_0 {{.*}}identical-kernels.mlir:[[#@LINE+12]]:8

// RUN: theano-run %s --emit=ptx | FileCheck %s --check-prefix=PTX
// PTX:     .visible .entry main_kernel_0
// PTX:     .visible .entry main_kernel_2
// PTX-NOT: .entry

func.func @main(%x: tensor<?x?xf32> {theano.name = "x"},
                %z: tensor<?x?xf32> {theano.name = "z"})
    -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
  %0 = theano.abs %x : tensor<?x?xf32>
  %1 = theano.sum %0 axes [1] : tensor<?x?xf32> -> tensor<?xf32>
  %2 = theano.abs %z : tensor<?x?xf32>
  %3 = theano.sum %2 axes [1] : tensor<?x?xf32> -> tensor<?xf32>
  %4 = theano.exp %z : tensor<?x?xf32>
  %5 = theano.sum %4 axes [1] : tensor<?x?xf32> -> tensor<?xf32>
  return %1, %3, %5 : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
}
