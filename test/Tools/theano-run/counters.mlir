// What the simulated GPU counts. 8,000 floats are 1,000 sectors of 32 bytes, read
// once and written once. Seven blocks take 1,024 of them, eight warps each, in
// one access of 16 sectors a warp; the last one takes 832, a lane one at a time,
// in 26 accesses of 4 sectors.
// RUN: rm -rf %t && mkdir %t
// DEFINE: %{run} = theano-run %s -i x=arange:f32:8000 -o %t/o.npy
// RUN: %{run} --device=sim --sim-counters=table | FileCheck %s --check-prefix=TABLE
// TABLE: kernel launches counted warp instr lanes load req sectors unique least store req sectors unique least shared waves ideal barriers atomics divergent
// TABLE-NEXT: main_kernel_0 1 1 {{[0-9]+}} 32.0 82 1000 1000 1000 82 1000 1000 1000 0 0 0 0 0

// RUN: %{run} --device=sim --sim-counters=json | %python -c "import json, sys; \
// RUN:   [k] = json.load(sys.stdin)['kernels']; c = k['classes']; \
// RUN:   print(k['uniqueLoadedSectors'], c['load']['requests'], c['load']['lanes'], \
// RUN:         c['float32']['lanes'], c['store']['sectors'], \
// RUN:         k['leastLoadedSectors'], k['leastStoredSectors'])" | FileCheck %s --check-prefix=JSON
// JSON: 1000 82 2624 8000 1000 1000 1000

// RUN: %{run} --device=sim --sim-counters=ptx | FileCheck %s --check-prefix=PTX
// PTX: .entry main_kernel_0(
// PTX: {{^ +56 +}}32.0 16.0 | ld.global.nc.v4
// PTX: {{^ +56 +}}32.0 | neg.f32
// PTX: {{^ +26 +}}32.0 4.0 | ld.global.nc.b32

// RUN: %{run} --device=sim --explain | FileCheck %s --check-prefix=EXPLAIN
// EXPLAIN: kernel main_kernel_0
// EXPLAIN: main_kernel_0 1 1 {{.*}} 1000

// RUN: not %{run} --device=sim --sim-counters=html 2>&1 | FileCheck %s --check-prefix=FORM
// FORM: error: --sim-counters takes table, json or ptx, not 'html'
// RUN: not %{run} --device=cpu --sim-counters=json 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: --sim-counters is for a simulated GPU and the device is cpu; use --device=sim
// RUN: not %{run} --device=cuda --cuda-driver=%stand_in --sim-counters=table 2>&1 | FileCheck %s --check-prefix=DRIVER
// DRIVER: error: the CUDA driver {{.*}} is no simulator: it has no option 'count'
// RUN: not theano-run %s --emit=ptx --sim-counters=table 2>&1 | FileCheck %s --check-prefix=EMIT
// EMIT: error: --emit runs nothing, so that --sim-counters has nothing to tell; leave one of them out

func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.neg %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}
