// Products of f32 on the matrix units, on request: factors are rounded to TF32 as
// they come from shared memory, and nothing else is.
// RUN: theano-run %s --emit=ptx --tf32 --arch=sm_80 > %t.80.ptx
// RUN: FileCheck %s --input-file=%t.80.ptx
// RUN: theano-run %s --emit=ptx --tf32 --arch=sm_90 > %t.90.ptx
// RUN: theano-run %s --emit=ptx --tf32 --arch=sm_120 > %t.120.ptx
// RUN: %if ptxas %{ %ptxas -v -arch=sm_80 %t.80.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_90 %t.90.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// RUN: %if ptxas %{ %ptxas -v -arch=sm_120 %t.120.ptx -o %t.cubin 2>&1 | FileCheck %s --check-prefix=ASM %}
// ASM: 0 bytes spill stores, 0 bytes spill loads

// Without the request, and where there is no TF32, sums are chains of fma.
// RUN: theano-run %s --emit=ptx --arch=sm_80 | FileCheck %s --check-prefix=FMA
// RUN: theano-run %s --emit=ptx --tf32 --arch=sm_75 | FileCheck %s --check-prefix=FMA
// FMA-NOT: tf32
// FMA: fma.rn.f32
// FMA-NOT: tf32

// CHECK-LABEL: .visible .entry main_kernel_0(
// CHECK: .shared .align 16 .b8 {{.*}}[49152];
// CHECK-NOT: fma.rn.f32
// CHECK: ld.shared.v4.b32
// CHECK: cvt.rna.tf32.f32
// CHECK: ldmatrix.sync.aligned.m8n8.x4.shared.b16
// CHECK: mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32
// CHECK-NOT: fma.rn.f32
func.func @main(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = theano.dot %a, %b : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
