// What a transpose costs. Where both sizes are multiples of four, by vectors:
// each sector of 32 bytes once on either side, 16 of them in a request, and 9
// instructions of a lane an element. Else by elements: the rows of two tiles
// take four requests to read and three to write, of which the last is for a
// part; sectors at the ends of rows are taken twice. No bank of shared memory twice in either way.
// RUN: rm -rf %t && mkdir %t
// DEFINE: %{shape} = 64x128
// DEFINE: %{elements} = 8192
// DEFINE: %{run} = theano-run %s --device=sim -i x=arange:f32:%{shape} -o %t/o.npy --sim-counters=json
// DEFINE: %{print} = %python -c "import json, sys; [k] = json.load(sys.stdin)['kernels']; c = k['counts']; \
// DEFINE:   print(*(k['classes'][w]['requests'] for w in ('load', 'store')), k['uniqueLoadedSectors'], \
// DEFINE:         k['classes']['load']['sectors'], k['classes']['store']['sectors'], k['leastLoadedSectors'], \
// DEFINE:         c['wavefronts'] - c['idealWavefronts'], c['lanes'] // %{elements})"
// RUN: %{run} | %{print} | FileCheck %s --check-prefix=WHOLE
// WHOLE: {{^}}64 64 1024 1024 1024 1024 0 9{{$}}
// REDEFINE: %{shape} = 65x126
// REDEFINE: %{elements} = 8190
// RUN: %{run} | %{print} | FileCheck %s --check-prefix=PARTS
// PARTS: {{^}}260 378 1024 1216 1354 1024 0 18{{$}}

func.func @main(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = theano.dimshuffle %x [1, 0] : tensor<?x?xf32> -> tensor<?x?xf32>
  %1 = theano.neg %0 : tensor<?x?xf32>
  return %1 : tensor<?x?xf32>
}
