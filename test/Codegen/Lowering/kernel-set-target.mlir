// RUN: theano-opt %s -kernel-set-target=arch=sm_90 | FileCheck %s
// RUN: not theano-opt %s -kernel-set-target=arch= 2>&1 | FileCheck %s --check-prefix=EMPTY

// CHECK: module attributes {kernel.target = #kernel.target<arch = "sm_90">}
// EMPTY: error: the target names no arch
module attributes {kernel.target = #kernel.target<arch = "x86-64-v3", features = "+avx2,-fma">} {
}
