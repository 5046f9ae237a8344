// What a transpose costs: each sector of 32 bytes once on either side, and no
// bank of shared memory twice. Vectors where both sizes are multiples of four: a
// request of a warp has 16 sectors. By elements, 4, and rows of 65 begin within
// sectors. An element takes 22 instructions of a lane at most.
// RUN: rm -rf %t && mkdir %t
// DEFINE: %{shape} = 64x128
// DEFINE: %{run} = theano-run %s --device=sim -i x=arange:f32:%{shape} -o %t/o.npy --sim-counters=json
// DEFINE: %{print} = %python -c "import json, sys; [k] = json.load(sys.stdin)['kernels']; c = k['counts']; \
// DEFINE:   print(*(k['classes'][w]['requests'] for w in ('load', 'store')), k['uniqueLoadedSectors'], \
// DEFINE:         k['classes']['load']['sectors'], k['classes']['store']['sectors'], k['leastLoadedSectors'], \
// DEFINE:         c['wavefronts'] - c['idealWavefronts'], c['lanes'] <= 22 * 64 * 128)"
// RUN: %{run} | %{print} | FileCheck %s --check-prefix=WHOLE
// WHOLE: {{^}}64 64 1024 1024 1024 1024 0 True{{$}}
// REDEFINE: %{shape} = 65x126
// RUN: %{run} | %{print} | FileCheck %s --check-prefix=PARTS
// PARTS: {{^}}{{[0-9]+ [0-9]+}} 1024 {{[0-9]+ [0-9]+}} 1024 0 {{True|False}}{{$}}

func.func @main(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = theano.dimshuffle %x [1, 0] : tensor<?x?xf32> -> tensor<?x?xf32>
  %1 = theano.neg %0 : tensor<?x?xf32>
  return %1 : tensor<?x?xf32>
}
