"""The simulated CUDA driver in this process, through the driver API's own functions.

Every array that a kernel gets is an allocation of exactly its size, so that an access
beside it is found.
"""

import ctypes
import json
import os
from typing import NamedTuple

import numpy as np
from tools import BUILD

LIBRARY = BUILD / "lib/libtheano-cuda-sim.so"
ERROR_LOG_BUFFER, ERROR_LOG_SIZE = 5, 6  # of CUjit_option
MAX_DYNAMIC_SHARED = 8  # of CUfunction_attribute


CLUSTER_DIMENSION = 4  # of CUlaunchAttributeID


class LaunchAttribute(ctypes.Structure):
    """CUlaunchAttribute of three sizes."""

    _fields_ = [("id", ctypes.c_int), ("pad", ctypes.c_int), ("value", ctypes.c_uint * 16)]


class LaunchConfig(ctypes.Structure):
    """CUlaunchConfig."""

    _fields_ = [("sizes", ctypes.c_uint * 7), ("stream", ctypes.c_void_p),
                ("attributes", ctypes.POINTER(LaunchAttribute)), ("count", ctypes.c_uint)]


class Out(NamedTuple):
    """An array that a kernel makes: nothing is written there before."""

    shape: object
    dtype: object


class InOut(NamedTuple):
    """An array that a kernel changes."""

    array: np.ndarray


class Tensor(NamedTuple):
    """A tensor map of an array, `Out` or `InOut`, whose boxes have the shape `box`. `shape`
    is how much of the array there is to the map; rows are a multiple of 16 bytes."""

    array: object
    box: tuple
    type: str
    shape: tuple = None
    swizzle: int = 0  # bytes
    fill: int = 0


# Of CUtensorMapDataType and CUtensorMapSwizzle.
TENSOR_TYPES = {"u8": 0, "u16": 1, "u32": 2, "s32": 3, "f16": 6, "f32": 7, "bf16": 9,
                "tf32": 11}
SWIZZLES = {0: 0, 32: 1, 64: 2, 128: 3}


class DriverError(Exception):
    """A call of the driver failed: with the code's name, and the findings so far."""


class Device:
    """A context with all checks on, whose warps run in the order of `seed`."""

    def __init__(self, seed, arch):
        self._library = ctypes.CDLL(str(LIBRARY))
        for key, value in (("seed", str(seed)), ("arch", arch), ("check", "all"),
                           ("report", os.devnull)):
            self.call("theanoSimSet", key.encode(), value.encode())
        self.call("theanoSimReset")
        self.call("cuInit", 0)
        context = ctypes.c_void_p()
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(context), 0)
        self.call("cuCtxPushCurrent_v2", context)
        self._modules = {}
        self._is_open = True

    def call(self, name, *arguments):
        code = getattr(self._library, name)(*arguments)
        if code:
            text = ctypes.c_char_p()
            self._library.cuGetErrorName(code, ctypes.byref(text))
            raise DriverError("\n".join([f"{name}: {text.value.decode()}",
                                         *self.findings()]))

    def close(self):
        """Ends the context; answers what was found, leaks among it."""
        if self._is_open:
            self._is_open = False
            self._library.cuCtxPopCurrent_v2(None)
            self.call("cuDevicePrimaryCtxRelease_v2", 0)
        return self.findings()

    def findings(self):
        return self.report()["findings"]

    def report(self):
        """What was found, and counted where that is on."""
        texts = []
        receive = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
        self._library.theanoSimReport(
            1, receive(lambda text, size, _: texts.append(ctypes.string_at(text, size))),
            None)
        return json.loads(b"".join(texts))

    def load(self, ptx):
        """The module of a text, once."""
        if ptx not in self._modules:
            log = ctypes.create_string_buffer(1 << 14)
            keys = (ctypes.c_int * 2)(ERROR_LOG_BUFFER, ERROR_LOG_SIZE)
            values = (ctypes.c_void_p * 2)(ctypes.addressof(log), len(log))
            module = ctypes.c_void_p()
            try:
                self.call("cuModuleLoadDataEx", ctypes.byref(module), ptx, 2, keys, values)
            except DriverError as error:
                raise DriverError(f"{error}\n{log.value.decode()}") from None
            self._modules[ptx] = module
        return self._modules[ptx]

    def tensor_map(self, tensor, address, array):
        """The 128 bytes of a map of what is at `address`, as numbers."""
        rank = array.ndim
        cells = np.empty(24, np.uint64)
        # A map is aligned to 64 bytes.
        made = cells[-cells.ctypes.data // 8 % 8:][:16]
        shape = tensor.shape or array.shape
        self.call("cuTensorMapEncodeTiled", ctypes.c_void_p(made.ctypes.data),
                  TENSOR_TYPES[tensor.type], rank, address,
                  (ctypes.c_uint64 * rank)(*shape[::-1]),
                  (ctypes.c_uint64 * rank)(*array.strides[-2::-1]),
                  (ctypes.c_uint32 * rank)(*tensor.box[::-1]),
                  (ctypes.c_uint32 * rank)(*[1] * rank), 0, SWIZZLES[tensor.swizzle], 0,
                  tensor.fill)
        return made

    def launch(self, ptx, kernel, grid, block, *arguments, shared=0, cooperative=False,
               cluster=None):
        """Runs a kernel on arrays (which it reads), `Out`, `InOut`, tensor maps of those and
        NumPy's scalars; answers what was made and changed, in order, alone if it is one."""
        function = ctypes.c_void_p()
        self.call("cuModuleGetFunction", ctypes.byref(function), self.load(ptx),
                  kernel.encode())
        if shared > 48 << 10:
            self.call("cuFuncSetAttribute", function, MAX_DYNAMIC_SHARED, shared)
        buffers, values, results = [], [], []
        for argument in arguments:
            if isinstance(argument, np.generic):
                values.append(argument)
                continue
            tensor = argument if isinstance(argument, Tensor) else None
            argument = tensor.array if tensor else argument
            if isinstance(argument, Out):
                array = np.empty(argument.shape, argument.dtype)
            else:
                array = np.array(argument.array if isinstance(argument, InOut) else argument,
                                 order="C")
            address = ctypes.c_uint64()
            self.call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(array.nbytes))
            buffers.append(address)
            values.append(self.tensor_map(tensor, address, array) if tensor
                          else np.uint64(address.value))
            if not isinstance(argument, Out):
                self.call("cuMemcpyHtoDAsync_v2", address, array.ctypes.data_as(ctypes.c_void_p),
                          ctypes.c_size_t(array.nbytes), None)
            if isinstance(argument, (Out, InOut)):
                results.append((array, address))
        cells = [value if isinstance(value, np.ndarray) else np.array([value])
                 for value in values]
        pointers = (ctypes.c_void_p * max(1, len(cells)))(*(cell.ctypes.data for cell in cells))
        sizes = [(*np.atleast_1d(size), 1, 1)[:3] for size in (grid, block)]
        sizes = [*map(int, sizes[0] + sizes[1]), shared]
        if cluster:
            size = (*np.atleast_1d(cluster), 1, 1)[:3]
            attribute = LaunchAttribute(CLUSTER_DIMENSION, 0, (*map(int, size),))
            config = LaunchConfig((*sizes,), None, ctypes.pointer(attribute), 1)
            self.call("cuLaunchKernelEx", ctypes.byref(config), function, pointers, None)
        elif cooperative:
            self.call("cuLaunchCooperativeKernel", function, *sizes, None, pointers)
        else:
            self.call("cuLaunchKernel", function, *sizes, None, pointers, None)
        self.call("cuStreamSynchronize", None)
        for array, address in results:
            self.call("cuMemcpyDtoHAsync_v2", array.ctypes.data_as(ctypes.c_void_p), address,
                      ctypes.c_size_t(array.nbytes), None)
        for address in buffers:
            self.call("cuMemFree_v2", address)
        made = tuple(array for array, _ in results)
        return made[0] if len(made) == 1 else made
