// What sums of columns cost, in two steps. Where columns are whole vectors a warp
// takes a row of 128 in a request of 16 sectors: 512 requests for 512 rows in two
// parts, which 8 requests of 4 sectors store, and 2 read again.
//
// 300 rows of 33 columns begin at each element of a vector, and take nine: they are
// 16 threads' across, and two rows a warp's. The first part has three rounds of 64
// rows, so 96 requests; the second 108, of which the last row has none behind it:
// a round, 32 requests, and of what is left 16 rows twice, 16, and 11, 6. Nine
// vectors are 5 sectors, of two rows that follow each other 9, so 864 and
// (32 + 16 + 5) 9 + 5. The last row, at byte 39,468, is read when columns are
// joined, by two warps in 5 sectors and 1. 33 columns are stored by two warps, in 4
// and 1 sectors and, 132 bytes further, in 5 and 1. They are joined by one row of
// vectors, 5 sectors, and one that is the last, 5 and 1.
// RUN: rm -rf %t && mkdir %t
// DEFINE: %{shape} = 512x128
// DEFINE: %{run} = theano-run %s --device=sim -i x=arange:f32:%{shape} -o %t/o.npy --sim-counters=json
// DEFINE: %{print} = %python -c "import json, sys; [print(k['name'], \
// DEFINE:   *(k['classes'][w][n] for w in ('load', 'store') for n in ('requests', 'sectors')), \
// DEFINE:   k['uniqueLoadedSectors'] - k['leastLoadedSectors'], \
// DEFINE:   k['uniqueStoredSectors'] - k['leastStoredSectors'], \
// DEFINE:   k['counts']['wavefronts'] - k['counts']['idealWavefronts']) for k in json.load(sys.stdin)['kernels']]"
// RUN: %{run} | %{print} | FileCheck %s --check-prefix=WHOLE
// WHOLE-DAG: {{^}}main_kernel_0_parts 512 8192 8 32 0 0 0{{$}}
// WHOLE-DAG: {{^}}main_kernel_0 2 32 4 16 0 0 0{{$}}
// REDEFINE: %{shape} = 300x33
// RUN: %{run} | %{print} | FileCheck %s --check-prefix=ODD
// REDEFINE: %{shape} = 1024x8
// RUN: %{run} | %{print} | FileCheck %s --check-prefix=NARROW
// ODD-DAG: {{^}}main_kernel_0_parts 152 1352 4 11 0 0 0{{$}}
// ODD-DAG: {{^}}main_kernel_0 3 11 2 5 0 0 0{{$}}

// Eight columns are two threads' across and 128 down: all 1,024 rows are one part
// of two rounds of four loads, each of 16 rows, which are 16 sectors.
// NARROW: {{^}}main_kernel_0_parts 64 1024 1 1 0 0 0{{$}}

func.func @main(%x: tensor<?x?xf32>) -> tensor<?xf32> {
  %0 = theano.sum %x axes [0] : tensor<?x?xf32> -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
