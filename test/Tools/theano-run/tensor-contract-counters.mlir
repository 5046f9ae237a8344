// What a product on the matrix units costs, whichever way its operands lie: copies
// of whole lines alone bring them in, each element of each tile once; no bank of
// shared memory twice in a turn; and for each of four blocks' eight tiles of depth
// 64 products of 16 x 8 x 16 of each of four warps.
// RUN: rm -rf %t && mkdir %t
// DEFINE: %{call} = product
// DEFINE: %{run} = theano-run %s --device=sim --call %{call} -i a=random:f16:256x256 -i b=random:f16:256x256 \
// DEFINE:   -o %t/o.npz --sim-counters=json
// DEFINE: %{print} = %python -c "import json, sys; [k] = json.load(sys.stdin)['kernels']; c = k['counts']; \
// DEFINE:   print(c['requests'] - k['classes']['store']['requests'], k['classes']['async']['requests'], \
// DEFINE:         k['classes']['async']['sectors'], k['uniqueLoadedSectors'], k['leastLoadedSectors'], \
// DEFINE:         c['wavefronts'] - c['idealWavefronts'], k['classes']['matrix']['warps'])"
// RUN: %{run} | %{print} | FileCheck %s
// REDEFINE: %{call} = turned
// RUN: %{run} | %{print} | FileCheck %s
// CHECK: {{^}}1024 1024 16384 8192 8192 0 8192{{$}}

// On request products of f32 go there, too: twice the bytes, in sixteen tiles of half
// the depth, and as many products again of 16 x 8 x 8.
// REDEFINE: %{run} = theano-run %s --tf32 --device=sim --call %{call} -i a=random:f32:256x256 -i b=random:f32:256x256 \
// REDEFINE:   -o %t/o.npz --sim-counters=json
// REDEFINE: %{call} = single
// RUN: %{run} | %{print} | FileCheck %s --check-prefix=TF32
// REDEFINE: %{call} = turned_single
// RUN: %{run} | %{print} | FileCheck %s --check-prefix=TF32
// TF32: {{^}}2048 2048 32768 16384 16384 0 16384{{$}}

func.func @product(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>) -> tensor<?x?xf16> {
  %0 = theano.dot %a, %b : (tensor<?x?xf16>, tensor<?x?xf16>) -> tensor<?x?xf16>
  return %0 : tensor<?x?xf16>
}
func.func @turned(%a: tensor<?x?xf16>, %b: tensor<?x?xf16>) -> tensor<?x?xf16> {
  %0 = theano.dimshuffle %a [1, 0] : tensor<?x?xf16> -> tensor<?x?xf16>
  %1 = theano.dimshuffle %b [1, 0] : tensor<?x?xf16> -> tensor<?x?xf16>
  %2 = theano.dot %0, %1 : (tensor<?x?xf16>, tensor<?x?xf16>) -> tensor<?x?xf16>
  return %2 : tensor<?x?xf16>
}
func.func @single(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = theano.dot %a, %b : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
func.func @turned_single(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = theano.dimshuffle %a [1, 0] : tensor<?x?xf32> -> tensor<?x?xf32>
  %1 = theano.dimshuffle %b [1, 0] : tensor<?x?xf32> -> tensor<?x?xf32>
  %2 = theano.dot %0, %1 : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %2 : tensor<?x?xf32>
}
