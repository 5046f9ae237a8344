// Blocks of a size that means nothing, or whose products overflow.
// RUN: not theano-opt --kernel-split-reductions=elements-per-block=0 %s 2>&1 | FileCheck %s -DN=0
// RUN: not theano-opt --kernel-split-reductions=elements-per-block=-1 %s 2>&1 | FileCheck %s -DN=-1
// RUN: not theano-opt --kernel-split-reductions=elements-per-block=9223372036854775807 %s 2>&1 | FileCheck %s -DN=9223372036854775807
// RUN: not theano-opt --kernel-split-reductions=rows-per-block=-1 %s 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: theano-opt --kernel-split-reductions=rows-per-block=0 %s
// RUN: not theano-opt --kernel-split-reductions=steps-per-block=-1 %s 2>&1 | FileCheck %s --check-prefix=STEPS
// STEPS: error: steps-per-block is -1; expected 0 to 1073741824
// ROWS: error: rows-per-block is -1; expected 0 to 1073741824
// RUN: theano-opt --kernel-split-reductions=elements-per-block=1 %s
// RUN: theano-opt --kernel-split-reductions=elements-per-block=1073741824 %s
// CHECK: error: elements-per-block is [[N]]; expected 1 to 1073741824
module {}
