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


class Sum:
    def __init__(self, folder, where, size, axis, repeat):
        self.where, self.size, self.axis, self.repeat = where, size, axis, repeat
        axes, type = ([0, 1], "tensor<f32>") if axis is None else ([axis], "tensor<?xf32>")
        self.file = folder / f"sum-{where}-{axis}.mlir"
        self.file.write_text(SUM.format(axes=axes, type=type))
        self.dtype = "f8" if where == "cache" else None
        self.other = "np.sum(x, dtype='f8')" if self.dtype else "np.sum(x)"
        self.x = np.random.default_rng(0).random((size, size), "float32")
        over = "everything" if axis is None else f"axis {axis}"
        self.name = f"sum over {over}, {self.x.nbytes >> 10} KiB, in {where}"

    def ours(self):
        return theano_call(self.file, {"a": f"random:f32:{self.size}x{self.size}"},
                           self.repeat, self.where == "cache")

    def theirs(self):
        times = []
        for _ in range(self.repeat):
            start = time.perf_counter()
            np.sum(self.x, axis=self.axis, dtype=self.dtype)
            times.append(time.perf_counter() - start)
        return 1e6 * statistics.median(times)


def cases(folder):
    program, file = folder / "chain", folder / "chain.mlir"
    subprocess.run(["g++", "-O3", "-march=native", "-ffast-math", "-o", program,
                    Path(__file__).with_name("chain.cpp")], check=True)
    file.write_text(CHAIN)
    return [Chain(program, file, "cache", 32 << 10, 500),
            Chain(program, file, "memory", 16 << 20, 3),
            *(Sum(folder, "cache", 256, axis, 500) for axis in (0, 1, None)),
            *(Sum(folder, "memory", 2048, axis, 10) for axis in (0, 1, None))]


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
