#!/usr/bin/env python3
"""How fast the simulated GPU is: lane-instructions a second, and what the checks cost.

    benchmarks/simulator/measure_simulator.py [--rounds N] [--against PATH]

A vector add and a register-tiled product of matrices run on one host thread with the basic
checks and with all, and on two with the basic ones, in turns; and a module of 100 kernels
is loaded. Printed are the best of the rounds beside their bounds, and ratios of times of
the same round, of which the median. --against takes another build of the library, such as
one whose accesses (Instructions/Access.h) look at no bounds: what this build costs over
that. Nothing else should run meanwhile; no test hangs on these times.
"""

import argparse
import ctypes
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "test/Python"), str(SOURCE / "test/Simulator")]

import cuda_driver  # noqa: E402
import kernels  # noqa: E402

SIZE = 512  # of the product's matrices
LENGTH = 1 << 20  # of the vectors
MODULE_KERNELS = 100

MILLION = 1e6
# name, least million lane-instructions a second on one thread
BOUNDS = {"product": 300, "vector add": 200}
MOST_BASIC, MOST_ALL = 1.3, 8  # times no checks, times the basic ones
MOST_LOAD = 50  # milliseconds
SETTINGS = {"basic": ("basic", 1), "all": ("all", 1), "two threads": ("basic", 2)}


class Case:
    """A kernel with its arrays on the device, verified once."""

    def __init__(self, device, kernel, text, grid, arrays, number, expected):
        self.device = device
        self.grid = grid
        self.function = ctypes.c_void_p()
        device.call("cuModuleGetFunction", ctypes.byref(self.function),
                    device.load((kernels.HEAD + text).encode()), kernel.encode())
        self.values = []
        for array in arrays:
            address = ctypes.c_uint64()
            device.call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(array.nbytes))
            device.call("cuMemcpyHtoDAsync_v2", address,
                        array.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(array.nbytes),
                        None)
            self.values.append(np.array([address.value], np.uint64))
        self.values.append(np.array([number], np.uint32))
        self.option("count", "on")
        self.launch()
        self.option("count", "off")
        self.lanes = next(entry["counts"]["lanes"] for entry in device.report()["kernels"]
                          if entry["name"] == kernel)
        made = np.empty_like(expected)
        device.call("cuMemcpyDtoHAsync_v2", made.ctypes.data_as(ctypes.c_void_p),
                    ctypes.c_uint64(int(self.values[-2][0])), ctypes.c_size_t(made.nbytes),
                    None)
        np.testing.assert_array_equal(made, expected)

    def option(self, key, value):
        self.device.call("theanoSimSet", key.encode(), str(value).encode())

    def launch(self):
        pointers = (ctypes.c_void_p * len(self.values))(
            *(value.ctypes.data for value in self.values))
        self.device.call("cuLaunchKernel", self.function, *self.grid, 1, kernels.THREADS, 1, 1,
                         0, None, pointers, None)
        self.device.call("cuStreamSynchronize", None)

    def seconds(self, check, threads):
        self.option("check", check)
        self.option("threads", threads)
        start = time.perf_counter()
        self.launch()
        return time.perf_counter() - start


def make_cases(device):
    random = np.random.default_rng(0)
    a, b = random.integers(-8, 8, (2, LENGTH)).astype(np.float32)
    yield "vector add", Case(device, "add", kernels.vector_add("add"),
                             (LENGTH // kernels.THREADS, 1), [a, b, np.zeros_like(a)], LENGTH,
                             a + b)
    a, b = random.integers(-8, 8, (2, SIZE, SIZE)).astype(np.float32)
    tiles = SIZE // kernels.TILE
    yield "product", Case(device, "product", kernels.product("product"), (tiles, tiles),
                          [a, b, np.zeros_like(a)], SIZE, a @ b)


def seconds_to_load(device, text):
    module = ctypes.c_void_p()
    start = time.perf_counter()
    device.call("cuModuleLoadData", ctypes.byref(module), text)
    seconds = time.perf_counter() - start
    device.call("cuModuleUnload", module)
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--against", type=Path, help="another build of the library")
    options = parser.parse_args()
    # Memory must be made with the check on to know what of it is written, as it is in a
    # fresh device.
    device = cuda_driver.Device(0, "sm_80")
    cases = dict(make_cases(device))
    runs = {(name, setting): (case, *how) for name, case in cases.items()
            for setting, how in SETTINGS.items()}
    if options.against:
        cuda_driver.LIBRARY = options.against
        for name, case in make_cases(cuda_driver.Device(0, "sm_80")):
            runs[name, "against"] = (case, *SETTINGS["basic"])
    halves = range(MODULE_KERNELS // 2)
    module = kernels.HEAD + "".join(kernels.vector_add(f"add{i}") + kernels.product(f"mul{i}")
                                    for i in halves)
    times = {key: [] for key in runs}
    loads = []
    for _ in range(options.rounds + 1):
        for key, (case, *how) in runs.items():
            times[key].append(case.seconds(*how))
        loads.append(seconds_to_load(device, module.encode()))
    times = {key: values[1:] for key, values in times.items()}  # the first round warms up

    def line(what, value, bound):
        print(f"{what:44s} {value:>12s}   {bound}")

    def ratio(name, above, below):
        return statistics.median(x / y for x, y in zip(times[name, above], times[name, below]))

    for name, case in cases.items():
        speed = case.lanes / min(times[name, "basic"]) / MILLION
        line(f"{name}, million lane-instructions a second", f"{speed:.0f}",
             f"at least {BOUNDS[name]}")
        if options.against:
            line(f"{name}, over the other build", f"{ratio(name, 'basic', 'against'):.2f}",
                 f"at most {MOST_BASIC} where that checks nothing")
        line(f"{name}, all checks over basic", f"{ratio(name, 'all', 'basic'):.2f}",
             f"at most {MOST_ALL}")
        if len(os.sched_getaffinity(0)) > 1:
            line(f"{name}, one thread over two", f"{ratio(name, 'basic', 'two threads'):.2f}",
                 "2 on two free cores")
    line(f"{MODULE_KERNELS} kernels of {module.count(chr(10))} lines, ms to load",
         f"{1e3 * min(loads):.1f}", f"at most {MOST_LOAD}")


if __name__ == "__main__":
    main()
