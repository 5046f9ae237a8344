// Every dtype, generated: arange casts its index, random is Philox as
// include/theano/Support/Philox.h describes it.
// RUN: rm -rf %t && mkdir %t
// RUN: theano-run %s --device=cpu -o %t/arange.npz \
// RUN:   -i bool=arange:bool:3x17 \
// RUN:   -i i8=arange:i8:3x17 \
// RUN:   -i i16=arange:i16:3x17 \
// RUN:   -i i32=arange:i32:3x17 \
// RUN:   -i i64=arange:i64:3x17 \
// RUN:   -i u8=arange:u8:3x17 \
// RUN:   -i u16=arange:u16:3x17 \
// RUN:   -i u32=arange:u32:3x17 \
// RUN:   -i u64=arange:u64:3x17 \
// RUN:   -i f16=arange:f16:3x17 \
// RUN:   -i f32=arange:f32:3x17 \
// RUN:   -i f64=arange:f64:3x17 \
// RUN:   -i bf16=arange:bf16:300
// RUN: %python %S/Inputs/arrays.py expect %t/arange.npz \
// RUN:   "bool=np.arange(51).astype('bool').reshape(3, 17)" \
// RUN:   "i8=np.arange(51).astype('int8').reshape(3, 17)" \
// RUN:   "i16=np.arange(51).astype('int16').reshape(3, 17)" \
// RUN:   "i32=np.arange(51).astype('int32').reshape(3, 17)" \
// RUN:   "i64=np.arange(51).astype('int64').reshape(3, 17)" \
// RUN:   "u8=np.arange(51).astype('uint8').reshape(3, 17)" \
// RUN:   "u16=np.arange(51).astype('uint16').reshape(3, 17)" \
// RUN:   "u32=np.arange(51).astype('uint32').reshape(3, 17)" \
// RUN:   "u64=np.arange(51).astype('uint64').reshape(3, 17)" \
// RUN:   "f16=np.arange(51).astype('float16').reshape(3, 17)" \
// RUN:   "f32=np.arange(51).astype('float32').reshape(3, 17)" \
// RUN:   "f64=np.arange(51).astype('float64').reshape(3, 17)" \
// RUN:   "bf16=np.concatenate([np.arange(257), 2 * np.round(np.arange(257, 300) / 2)]).astype('f4')"

// RUN: theano-run %s --device=cpu -o %t/random.npz \
// RUN:   -i bool=random:bool:3x17:1099511627783 \
// RUN:   -i i8=random:i8:3x17:1099511627783 \
// RUN:   -i i16=random:i16:3x17:1099511627783 \
// RUN:   -i i32=random:i32:3x17:1099511627783 \
// RUN:   -i i64=random:i64:3x17:1099511627783 \
// RUN:   -i u8=random:u8:3x17:1099511627783 \
// RUN:   -i u16=random:u16:3x17:1099511627783 \
// RUN:   -i u32=random:u32:3x17:1099511627783 \
// RUN:   -i u64=random:u64:3x17:1099511627783 \
// RUN:   -i f16=random:f16:3x17:1099511627783 \
// RUN:   -i f32=random:f32:3x17:1099511627783 \
// RUN:   -i f64=random:f64:3x17:1099511627783 \
// RUN:   -i bf16=random:bf16:300
// RUN: %python %S/Inputs/arrays.py expect %t/random.npz \
// RUN:   "bool=philox('bool', (3, 17), 1099511627783)" \
// RUN:   "i8=philox('int8', (3, 17), 1099511627783)" \
// RUN:   "i16=philox('int16', (3, 17), 1099511627783)" \
// RUN:   "i32=philox('int32', (3, 17), 1099511627783)" \
// RUN:   "i64=philox('int64', (3, 17), 1099511627783)" \
// RUN:   "u8=philox('uint8', (3, 17), 1099511627783)" \
// RUN:   "u16=philox('uint16', (3, 17), 1099511627783)" \
// RUN:   "u32=philox('uint32', (3, 17), 1099511627783)" \
// RUN:   "u64=philox('uint64', (3, 17), 1099511627783)" \
// RUN:   "f16=philox('float16', (3, 17), 1099511627783)" \
// RUN:   "f32=philox('float32', (3, 17), 1099511627783)" \
// RUN:   "f64=philox('float64', (3, 17), 1099511627783)" \
// RUN:   "bf16=(np.floor((philox('f4', 300) + 1) * 2.0**7) * 2.0**-7 - 1).astype('f4')"

func.func @main(%bool: tensor<?x?xi1>, %i8: tensor<?x?xi8>, %i16: tensor<?x?xi16>, %i32:
                tensor<?x?xi32>, %i64: tensor<?x?xi64>, %u8: tensor<?x?xui8>, %u16:
                tensor<?x?xui16>, %u32: tensor<?x?xui32>, %u64: tensor<?x?xui64>, %f16:
                tensor<?x?xf16>, %f32: tensor<?x?xf32>, %f64: tensor<?x?xf64>, %bf16:
                tensor<?xbf16>)
    -> (tensor<?x?xi1> {theano.name = "bool"}, tensor<?x?xi8> {theano.name = "i8"},
        tensor<?x?xi16> {theano.name = "i16"}, tensor<?x?xi32> {theano.name = "i32"},
        tensor<?x?xi64> {theano.name = "i64"}, tensor<?x?xui8> {theano.name = "u8"},
        tensor<?x?xui16> {theano.name = "u16"}, tensor<?x?xui32> {theano.name = "u32"},
        tensor<?x?xui64> {theano.name = "u64"}, tensor<?x?xf16> {theano.name = "f16"},
        tensor<?x?xf32> {theano.name = "f32"}, tensor<?x?xf64> {theano.name = "f64"},
        tensor<?xbf16> {theano.name = "bf16"}) {
  return %bool, %i8, %i16, %i32, %i64, %u8, %u16, %u32, %u64, %f16, %f32, %f64, %bf16 :
    tensor<?x?xi1>, tensor<?x?xi8>, tensor<?x?xi16>, tensor<?x?xi32>, tensor<?x?xi64>,
    tensor<?x?xui8>, tensor<?x?xui16>, tensor<?x?xui32>, tensor<?x?xui64>,
    tensor<?x?xf16>, tensor<?x?xf32>, tensor<?x?xf64>, tensor<?xbf16>
}
