#!/usr/bin/env python3
"""Generated CPU code against g++ and NumPy, one thread each, interleaved.

    benchmarks/cpu/measure_cpu.py [--rounds N] [--write]

A round measures every case once on each side; printed are medians over the rounds and
their ratio, the other side's time over ours: at least 1 means at least as fast. Calls
in cache are timed whole, by `theano-run --time`; in memory the time of the kernels is
taken from `--trace`. --write makes docs/performance-cpu.md of the ratios.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("THEANO_BUILD_DIR", SOURCE / "build"))
PAGE = SOURCE / "docs/performance-cpu.md"

CHAIN = """func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>, %c: tensor<?xf32>,
                %d: tensor<?xf32>) -> tensor<?xf32> {
  %0 = theano.mul %a, %b : tensor<?xf32>
  %1 = theano.add %0, %c : tensor<?xf32>
  %2 = theano.tanh %1 : tensor<?xf32>
  %3 = theano.exp %d : tensor<?xf32>
  %4 = theano.mul %2, %3 : tensor<?xf32>
  return %4 : tensor<?xf32>
}
"""
# Theano accumulates sums of float32 in float64.
SUM = """func.func @main(%a: tensor<?x?xf32>) -> {type} {{
  %0 = theano.sum %a axes {axes} acc f64 : tensor<?x?xf32> -> {type}
  return %0 : {type}
}}
"""
ARGMAX = """func.func @main(%a: tensor<?x?xf32>) -> {type} {{
  %0 = theano.argmax %a axes {axes} : tensor<?x?xf32> -> {type}
  return %0 : {type}
}}
"""
JOIN = """func.func @main(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>) -> tensor<?x?xf32> {{
  %0 = theano.join %a, %b axis {axis} : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}}
"""
INTRODUCTION = """# Speed on a CPU

Made by `benchmarks/cpu/measure_cpu.py --write`; `./dev bench cpu` measures it again.
One thread on each side, the sides interleaved in one run, medians of {rounds} rounds. A
ratio is the other side's time over ours: 1, the goal, is as fast, and below it a goal not
reached. It depends on the machine, though less than a time does. Shapes are not known to
the compiler. Calls in cache are timed whole, to a microsecond; those in memory are the
time of the kernels.

* The chain is `tanh(a*b+c)*exp(d)` in float32 against
  `g++ -O3 -march=native -ffast-math`, which vectorises it with the functions of its
  library, good to 4 ulp; ours are good to 2 ulp.
* Sums are of float32, accumulated in float64 as Theano does. In memory they are compared
  with `np.sum(x)`, which accumulates in float32; in cache with `dtype='f8'`, which
  accumulates as we do.
* An argmax and a join of two arrays are of float32; the size given is one array's.

"""


def theano_call(file, inputs, repeat, in_cache):
    """Microseconds of a call: the median, or the kernels of the last one."""
    trace = file.with_suffix(".json")
    command = [BUILD / "bin/theano-run", file, "--device=cpu", "--threads=1", "--time",
               "--repeat", str(repeat), "-o", file.with_suffix(".npz"), "--trace", trace]
    for name, value in inputs.items():
        command += ["-i", f"{name}={value}"]
    done = subprocess.run(command, check=True, text=True, capture_output=True)
    if in_cache:
        return 1e3 * float(re.search(r"run ([0-9.]+) ms", done.stdout + done.stderr)[1])
    return sum(event["dur"] for event in json.loads(trace.read_text())["traceEvents"]
               if event["cat"] == "kernel")


@dataclass
class Chain:
    program: Path
    file: Path
    where: str
    count: int
    repeat: int

    @property
    def name(self):
        return f"chain, {self.count >> 10} Ki elements, in {self.where}"

    def ours(self):
        inputs = {name: f"random:f32:{self.count}:{seed}" for seed, name in enumerate("abcd")}
        return theano_call(self.file, inputs, self.repeat, self.where == "cache")

    def theirs(self):
        done = subprocess.run([self.program, str(self.count), str(self.repeat)], check=True,
                              text=True, capture_output=True)
        return float(done.stdout.split()[0]) / 1e3

    other = "g++"


class AgainstNumPy:
    """`text` on inputs of one shape against `numpy_call` on as many arrays."""

    def __init__(self, folder, name, text, inputs, numpy_call, other, where, size, repeat):
        self.where, self.size, self.repeat = where, size, repeat
        self.numpy_call, self.other = numpy_call, other
        self.file = folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{where}.mlir"
        self.file.write_text(text)
        self.inputs = {x: f"random:f32:{size}x{size}:{seed}" for seed, x in enumerate(inputs)}
        self.arrays = [np.random.default_rng(seed).random((size, size), "float32")
                       for seed in range(len(inputs))]
        self.name = f"{name}, {self.arrays[0].nbytes >> 10} KiB, in {where}"

    def ours(self):
        return theano_call(self.file, self.inputs, self.repeat, self.where == "cache")

    def theirs(self):
        times = []
        for _ in range(self.repeat):
            start = time.perf_counter()
            self.numpy_call(*self.arrays)
            times.append(time.perf_counter() - start)
        return 1e6 * statistics.median(times)


def over(axis):
    return "everything" if axis is None else f"axis {axis}"


def sum_of(folder, where, size, axis, repeat):
    axes, type = ([0, 1], "tensor<f32>") if axis is None else ([axis], "tensor<?xf32>")
    dtype = "f8" if where == "cache" else None
    return AgainstNumPy(folder, f"sum over {over(axis)}", SUM.format(axes=axes, type=type), "a",
                        lambda x: np.sum(x, axis=axis, dtype=dtype),
                        "np.sum(x, dtype='f8')" if dtype else "np.sum(x)", where, size, repeat)


def argmax_of(folder, where, size, axis, repeat):
    axes, type = ([0, 1], "tensor<i64>") if axis is None else ([axis], "tensor<?xi64>")
    return AgainstNumPy(folder, f"argmax over {over(axis)}",
                        ARGMAX.format(axes=axes, type=type), "a",
                        lambda x: np.argmax(x, axis=axis), "np.argmax(x)", where, size, repeat)


def join_of(folder, where, size, axis, repeat):
    # Neither side allocates what it writes within the time that counts.
    out = np.empty((2 * size, size) if axis == 0 else (size, 2 * size), "float32")
    return AgainstNumPy(folder, f"join of two along axis {axis}", JOIN.format(axis=axis), "ab",
                        lambda *x: np.concatenate(x, axis=axis, out=out),
                        "np.concatenate(x, out=y)", where, size, repeat)


def cases(folder):
    program, file = folder / "chain", folder / "chain.mlir"
    subprocess.run(["g++", "-O3", "-march=native", "-ffast-math", "-o", program,
                    Path(__file__).with_name("chain.cpp")], check=True)
    file.write_text(CHAIN)
    return [Chain(program, file, "cache", 32 << 10, 500),
            Chain(program, file, "memory", 16 << 20, 3),
            *(case(folder, where, size, axis, repeat)
              for case, axes in ((sum_of, (0, 1, None)), (argmax_of, (0, 1, None)),
                                 (join_of, (0, 1)))
              for where, size, repeat in (("cache", 256, 500), ("memory", 2048, 10))
              for axis in axes)]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="write docs/performance-cpu.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = [(case, [], []) for case in cases(Path(folder))]
        for _ in range(options.rounds):
            for case, ours, theirs in measured:
                ours.append(case.ours())
                theirs.append(case.theirs())
    page = INTRODUCTION.format(rounds=options.rounds)
    page += "| case | against | ratio |\n|---|---|---|\n"
    print(f"{'case':44s} {'ours us':>10s} {'theirs us':>10s} {'ratio':>6s}  against")
    for case, ours, theirs in measured:
        us, them = statistics.median(ours), statistics.median(theirs)
        print(f"{case.name:44s} {us:10.1f} {them:10.1f} {them / us:6.2f}  {case.other}")
        page += f"| {case.name} | `{case.other}` | {them / us:.2f} |\n"
    if options.write:
        PAGE.write_text(page)


if __name__ == "__main__":
    main()
