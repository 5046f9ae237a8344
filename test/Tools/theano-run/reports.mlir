// What --explain, --time, --trace and --dump-stages tell.
// RUN: rm -rf %t && mkdir %t
// RUN: theano-run %s --device=cpu -i x=arange:f32:2x3 --explain --time --trace %t/trace.json \
// RUN:   --dump-stages=%t/stages | FileCheck %s
// CHECK:      function main: 1 kernels
// CHECK:      family    row_reduce
// CHECK-NEXT: ops {{ *}}exp, addf
// CHECK-NEXT: source {{.*}}reports.mlir:[[#@LINE+22]]:8, {{.*}}reports.mlir:[[#@LINE+23]]:8
// CHECK-NEXT: bytes in  {{.*}}dim(
// CHECK-NEXT: bytes out
// CHECK-NEXT: grid
// CHECK:      peak memory: {{[1-9][0-9]*}} bytes
// CHECK-NEXT: main: compile {{.*}} ms, run {{.*}} ms (median of 1)
// CHECK-NEXT: [11.107338 223.09685]

// The trace is JSON whose events have a name, a start and a length.
// RUN: %python -c "import json; events = json.load(open(r'%t/trace.json'))['traceEvents']; \
// RUN:   assert any(e['cat'] == 'kernel' for e in events); assert all(e['dur'] >= 0 for e in events)"

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
