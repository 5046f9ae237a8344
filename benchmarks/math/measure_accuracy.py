#!/usr/bin/env python3
"""Measures the errors of the functions that `expand-math` expands.

    benchmarks/math/measure_accuracy.py [--only exp,log] [--dtype f32] [--cpu native]
        [--stride N | --exhaustive] [--samples N] [--table docs/math.md]

Unary f32 functions are tried on every N-th of the 2^32 numbers (a prime stride,
4093 by default; --exhaustive takes all, minutes a function) and densely around special points; f64 ones
on random numbers against long double, and on a part of them and the special points
against mpmath. --table writes what was measured into the table of docs/math.md, which
stands between two marks; what was not stays as it is there.
"""

import argparse
import re
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parents[1] / "test" / "Python")]
import expanded  # noqa: E402
import references  # noqa: E402
import tolerances  # noqa: E402

OPS = ("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "powf", "tanh",
       "sigmoid", "softplus", "sin", "cos", "tan", "erf", "sqrt", "rsqrt", "remf", "round")
CHUNK = 1 << 18


def bound_of(op, dtype):
    """In ulp. Half of one where nothing else is published: of exact results any
    error is more."""
    return tolerances.ulp_bound({"powf": "pow"}.get(op, op),
                                np.dtype(expanded.DTYPES[dtype]))


class Worst:
    """The largest error so far, and where."""

    def __init__(self):
        self.error, self.where, self.count = 0.0, None, 0

    def add(self, errors, arrays, results):
        self.count += errors.size
        if errors.size:
            i = int(np.argmax(errors))
            if errors[i] > self.error or self.where is None:
                self.error = float(errors[i])
                self.where = tuple(a[i] for a in arrays) + (results[i],)

    def __str__(self):
        *where, result = self.where
        return (f"{self.error:8.3f} ulp at ({', '.join(map(repr, where))}) -> "
                f"{result!r} of {self.count}")


def measure_on(function, worst, *arrays, exact=False):
    op, dtype = function.function.op, function.function.dtype
    results = function(*arrays)
    wide = references.reference(op, dtype, *arrays, exact=exact)
    error = references.quick_ulp_error if dtype == "f32" else references.ulp_error
    worst.add(error(results, wide), arrays, results)


def chunks_of_f32(stride):
    for start in range(0, 1 << 32, CHUNK * stride):
        stop = min(start + CHUNK * stride, 1 << 32)
        yield np.arange(start, stop, stride, dtype=np.uint64).astype(
            np.uint32).view(np.float32)


def measure(function, stride=4093, samples=200_000, exact_samples=2_000):
    """The worst error of one compiled function over all that is tried."""
    op, dtype = function.function.op, function.function.dtype
    number = expanded.DTYPES[dtype]
    worst = Worst()
    if function.function.arity == 2:
        pairs = references.binary_arguments(op, number, samples)
        measure_on(function, worst, *pairs)
        if dtype == "f64" and op != "remf":
            pairs = references.binary_arguments(op, number, exact_samples // 3, seed=2)
            measure_on(function, worst, *pairs, exact=True)
        return worst
    special = references.special_arguments(number)
    if dtype == "f32":
        measure_on(function, worst, special)
        for chunk in chunks_of_f32(stride):
            measure_on(function, worst, chunk)
        return worst
    random = references.random_f64(samples)
    if op != "erf":
        measure_on(function, worst, random)
        measure_on(function, worst, special)
    rng = np.random.default_rng(3)
    few = np.concatenate([rng.choice(random, exact_samples // 2),
                          rng.choice(special, exact_samples // 2),
                          np.array(references.SPECIAL + references.NEAR_HALF_PI)])
    measure_on(function, worst, few, exact=True)
    return worst


HEADER = ("function", "f32 bound", "f32 measured", "of the f32 numbers", "f64 bound",
          "f64 measured")


def write_table(path, measured, tried):
    """Puts the errors `measured` by op and dtype into the table of a page; `tried` says
    which of the f32 numbers they are the largest of."""
    begin, end = "<!-- measured: begin -->", "<!-- measured: end -->"
    text = path.read_text()
    old = re.search(f"{begin}(.*?){end}", text, flags=re.S)[1]
    rows = {op: ["", "", ""] for op in OPS}
    for line in old.strip().splitlines()[2:]:
        op, _, f32, of, _, f64 = [cell.strip() for cell in line.strip()[1:-1].split("|")]
        rows[op] = [f32, of, f64]
    for (op, dtype), error in measured.items():
        rows[op] = ([f"{error:.2f}", tried if op not in expanded.BINARY_OPS else "random",
                     rows[op][2]] if dtype == "f32" else [*rows[op][:2], f"{error:.2f}"])
    lines = [f"| {op} | {bound_of(op, 'f32')} | {f32} | {of} | {bound_of(op, 'f64')} | {f64} |"
             for op, (f32, of, f64) in rows.items()]
    table = "\n".join([begin, f"| {' | '.join(HEADER)} |", "|---" * len(HEADER) + "|",
                       *lines, end])
    path.write_text(re.sub(f"{begin}.*?{end}", lambda _: table, text, flags=re.S))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default=",".join(OPS))
    parser.add_argument("--dtype", default="f32,f64")
    parser.add_argument("--cpu", default="native")
    parser.add_argument("--stride", type=int, default=4093)
    parser.add_argument("--exhaustive", action="store_true")
    parser.add_argument("--samples", type=int, default=200_000)
    parser.add_argument("--scalar", action="store_true")
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    names = options.only.split(",")
    dtypes = options.dtype.split(",")
    functions = expanded.compile_functions(
        [expanded.Function(op, dtype, 1 if options.scalar else 64 // int(dtype[1:]) * 8)
         for op in names for dtype in dtypes], options.cpu)
    failed, measured = False, {}
    for function in functions.values():
        op, dtype = function.function.op, function.function.dtype
        start = time.perf_counter()
        worst = measure(function, 1 if options.exhaustive else options.stride,
                        options.samples)
        bound = bound_of(op, dtype)
        good = worst.error <= bound
        failed |= not good
        measured[op, dtype] = worst.error
        print(f"{function.function.name:14} {'ok  ' if good else 'FAIL'} bound {bound}: "
              f"{worst} ({time.perf_counter() - start:.1f} s)", flush=True)
    if options.table:
        write_table(options.table, measured,
                    "all" if options.exhaustive else f"one in {options.stride}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
