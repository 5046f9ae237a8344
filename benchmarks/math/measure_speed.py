#!/usr/bin/env python3
"""Speed of expanded math against g++ with its vector library, in one run.

    benchmarks/math/measure_speed.py [--rounds N] [--cpu native]

The chain tanh(a*b+c)*exp(d) in f32 and single functions, as vectors of 64 bytes (32
with --bytes 32), against the same loops by `g++ -O3 -march=native -ffast-math`, whose
libmvec has looser bounds (4 ulp) and no subnormals. Rounds are interleaved; printed are
medians in ns an element and the ratio g++ : ours (above 1 we are faster).
"""

import argparse
import ctypes
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
import expanded  # noqa: E402

CHAIN = """%t = math.fma %a, %b, %c : <FLOAT>
    %h = math.tanh %t : <FLOAT>
    %e = math.exp %d : <FLOAT>
    %r = arith.mulf %h, %e : <FLOAT>"""
# Name: C expression, and the range of the arguments.
SINGLE = {"exp": ("exp", -20, 20), "log": ("log", 0.01, 100), "tanh": ("tanh", -4, 4),
          "sin": ("sin", -10, 10), "expm1": ("expm1", -2, 2), "erf": ("erf", -3, 3),
          "log1p": ("log1p", -0.5, 3)}
ELEMENTS = {"cache": 1 << 15, "memory": 1 << 22}


def c_source():
    lines = ["#include <math.h>"]
    for dtype, kind, suffix in (("f32", "float", "f"), ("f64", "double", "")):
        for op, (function, _, _) in SINGLE.items():
            lines.append(
                f"void {op}_{dtype}(const {kind} *__restrict a, {kind} *__restrict out, "
                f"long n) {{ for (long i = 0; i < n; ++i) out[i] = {function}{suffix}(a[i]); }}")
        lines.append(
            f"void chain_{dtype}(const {kind} *__restrict a, const {kind} *__restrict b, "
            f"const {kind} *__restrict c, const {kind} *__restrict d, "
            f"{kind} *__restrict out, long n) {{ for (long i = 0; i < n; ++i) "
            f"out[i] = tanh{suffix}(a[i] * b[i] + c[i]) * exp{suffix}(d[i]); }}")
    return "\n".join(lines) + "\n"


def compile_c(folder, compiler):
    source, library = folder / "peer.c", folder / "peer.so"
    source.write_text(c_source())
    subprocess.run([compiler, "-x", "c", "-O3", "-march=native", "-ffast-math", "-shared",
                    "-fPIC", source, "-o", library, "-lmvec", "-lm"], check=True)
    return ctypes.CDLL(str(library))


def median_time(calls, rounds, repeats):
    """Medians of interleaved rounds, seconds a call."""
    times = [[] for _ in calls]
    for _ in range(rounds):
        for i, call in enumerate(calls):
            start = time.perf_counter()
            for _ in range(repeats):
                call()
            times[i].append((time.perf_counter() - start) / repeats)
    return [statistics.median(t) for t in times]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--cpu", default="native")
    parser.add_argument("--bytes", type=int, default=64)
    parser.add_argument("--compiler", default="gcc")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="math-speed-"))
    functions = []
    for dtype in ("f32", "f64"):
        width = options.bytes * 8 // int(dtype[1:])
        functions.append(expanded.Function("chain", dtype, width,
                                           CHAIN.replace("FLOAT", dtype), 4))
        functions += [expanded.Function(op, dtype, width) for op in SINGLE]
    ours = expanded.compile_functions(functions, options.cpu, keep=folder)
    peer = compile_c(folder, options.compiler)
    rng = np.random.default_rng(0)
    print(f"{'function':12} {'size':7} {'ours':>8} {'g++':>8} {'g++ : ours':>10}")
    for function in functions:
        dtype = expanded.DTYPES[function.dtype]
        for size, count in ELEMENTS.items():
            if size == "memory" and function.op != "chain":
                continue
            low, high = SINGLE[function.op][1:] if function.op in SINGLE else (-2, 2)
            arrays = [rng.uniform(low, high, count).astype(dtype)
                      for _ in range(function.arity)]
            out = np.empty(count, dtype)
            addresses = [ctypes.c_void_p(a.ctypes.data) for a in [*arrays, out]]
            arguments = [*addresses, ctypes.c_long(count)]
            repeats = max(1, 1_600_000 // count)
            calls = [lambda f=f: f(*arguments) for f in (
                ours[function.name].pointer, getattr(peer, function.name))]
            mine, other = median_time(calls, options.rounds, repeats)
            print(f"{function.name:12} {size:7} {mine / count * 1e9:8.3f} "
                  f"{other / count * 1e9:8.3f} {other / mine:10.2f}")


if __name__ == "__main__":
    main()
