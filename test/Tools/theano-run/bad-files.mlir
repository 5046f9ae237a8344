// Files that cannot be read as they should, each refused by name.
// RUN: rm -rf %t && mkdir %t
// RUN: %python %S/Inputs/broken_files.py %t
// RUN: not theano-run %s --device=cpu -i a=%t/truncated.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=TRUNCATED
// TRUNCATED: error: '{{.*}}truncated.npy' is truncated: expected 12 bytes of data for shape (3,) of float32, got 10
// RUN: not theano-run %s --device=cpu -i a=%t/header.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=HEADER
// HEADER: error: '{{.*}}header.npy' is truncated: it ends inside the header
// RUN: not theano-run %s --device=cpu -i a=%t/pickled.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=PICKLED
// PICKLED: error: '{{.*}}pickled.npy' has dtype '|O' (pickled objects, which are never loaded)
// RUN: not theano-run %s --device=cpu -i a=%t/huge.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=HUGE
// HUGE: error: '{{.*}}huge.npy' has a header of 65535 bytes: expected at most 10000
// RUN: not theano-run %s --device=cpu -i a=%t/text.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=TEXT
// TEXT: error: '{{.*}}text.npy' is not an .npy file
// RUN: not theano-run %s --device=cpu -i a=%t/absent.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=ABSENT
// ABSENT: error: cannot open '{{.*}}absent.npy': No such file or directory
// RUN: not theano-run %s --device=cpu -i %t/text.npz -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=NPZ
// NPZ: error: '{{.*}}text.npz' is not a readable .npz file
// RUN: not theano-run %s --device=cpu -i a=%t/good.npz:c -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=KEY
// KEY: error: '{{.*}}good.npz' has no array 'c'; it has a, b
// RUN: not theano-run %s --device=cpu -i a=arange:f31:3 -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=DTYPE
// DTYPE: error: 'f31' in 'arange:f31:3' is no dtype
// RUN: not theano-run %s --device=cpu -i a=zeros:f32 -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=ZEROS
// ZEROS: error: 'zeros:f32' should read zeros:{{D}}TYPE:SHAPE
// RUN: not theano-run %s --device=cpu -i a=arange:f32:3x-1 -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=SIZES
// SIZES: error: '3x-1' in 'arange:f32:3x-1' is no shape; write sizes like 3x4
// RUN: not theano-run %s --device=cpu -i a=arange:f32:4611686018427387904 -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=BYTES
// BYTES: error: an array of float32 with shape (4611686018427387904,) has more bytes than 64 bits count
// RUN: not theano-run %s --device=cpu -i %t/cut.npz -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=CUT
// CUT: error: '{{.*}}cut.npz' is not a readable .npz file: the end of the zip directory is missing
// RUN: not theano-run %s --device=cpu -i %t/odd.npz -i 0=arange:f32:3 -i 1=%t/odd.npz:objects -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=ENTRY
// ENTRY: error: '{{.*}}odd.npz:objects.npy' has dtype '|O' (pickled objects, which are never loaded)
// RUN: not theano-run %s --device=cpu --call objects -i %t/odd.npz -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not theano-run %s --device=cpu -i a=%t/complex.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=COMPLEX
// COMPLEX: error: '{{.*}}complex.npy' has dtype '<c8'
// RUN: not theano-run %s --device=cpu -i a=%t/sizes.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=OVERFLOW
// OVERFLOW: error: '{{.*}}sizes.npy'
// RUN: not theano-run %s --device=cpu -i a=%t/negative.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: '{{.*}}negative.npy'
// RUN: not theano-run %s --device=cpu -i a=%t -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: cannot read '{{.*}}': it is a folder
// RUN: not theano-run %s --device=cpu -i a=/dev/zero -i b=arange:f32:3 2>&1 | FileCheck %s --check-prefix=DEVICE
// DEVICE: error: cannot read '/dev/zero': it is a device, not a file
// RUN: not theano-run %s --device=cpu -i a=%t/terabytes.npy -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=TERABYTES
// TERABYTES: error: out of memory: cannot allocate 4000000000129 bytes to read '{{.*}}terabytes.npy'. The host has {{[0-9]+}} bytes
// RUN: not theano-run %s --device=cpu -i a=random:f32:1000000x1000000 -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=GENERATED
// RUN: not theano-run %s --device=cpu -i a=arange:f32:1000000x1000000 -i b=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=GENERATED
// GENERATED: error: cannot allocate 4000000000000 bytes for an array of float32 with shape (1000000, 1000000)
// RUN: not ls %t/o.npy

// RUN: not theano-run %s --device=cpu -i %t/huge.npz -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=HUGEENTRY
// HUGEENTRY: error: '{{.*}}huge.npz:a.npy' has a header of 65535 bytes: expected at most 10000
// RUN: not theano-run %s --device=cpu -i %t/huge.npz -i a=arange:f32:3 -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=CUTENTRY
// CUTENTRY: error: '{{.*}}huge.npz:b.npy' is truncated
// RUN: not theano-run %s --device=cpu --shared W=arange:f32:3 --call main -i %t/good.npz -o %t/o.npy 2>&1 | FileCheck %s --check-prefix=SHARED
// SHARED: error: no called function has a shared variable 'W'
// RUN: not ls %t/o.npy

// What nobody asks for may be unreadable.
// RUN: theano-run %s --device=cpu -i %t/odd.npz -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.array([0, 2, 4], 'f4')"
// RUN: rm %t/o.npy
// RUN: not theano-run %s --device=cpu -i %t/good.npz -o %t/no/folder/o.npz 2>&1 | FileCheck %s --check-prefix=OUT
// OUT: error: {{.*}}no/folder/o.npz

// Big-endian data is swapped and Fortran order transposed.
// RUN: theano-run %s --device=cpu -i a=%t/big_endian.npy -i b=arange:f32:3 -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.array([0, 2, 4], 'f4')"
// RUN: theano-run %s --device=cpu --call same -i 0=%t/fortran.npy -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.arange(6, dtype='f4').reshape(2, 3)"
// RUN: theano-run %s --device=cpu --call same -i %t/orders.npz -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.arange(6, dtype='f4').reshape(2, 3)"
// RUN: theano-run %s --device=cpu -i %t/orders.npz -i b=arange:f32:3 -o %t/o.npy
// RUN: %python %S/Inputs/arrays.py expect %t/o.npy "np.array([0, 2, 4], 'f4')"
func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c = theano.add %a, %b : tensor<?xf32>
  return %c : tensor<?xf32>
}

func.func @same(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  return %x : tensor<?x?xf32>
}

func.func @objects(%objects: tensor<?xf32>) -> tensor<?xf32> {
  return %objects : tensor<?xf32>
}
