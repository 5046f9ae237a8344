#!/usr/bin/env python3
"""Whole processes on a vector add, interleaved with `mlir-opt --version`.

    benchmarks/tools/measure_startup.py [--rounds N]

`mlir-opt --version` is what it costs to load MLIR and do nothing. Printed are medians
in milliseconds and multiples of it; theano-run is to stay below four.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("THEANO_BUILD_DIR", SOURCE / "build"))
ADD = """func.func @main(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %c = theano.add %a, %b : tensor<?xf32>
  return %c : tensor<?xf32>
}
"""


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "add.mlir"
        file.write_text(ADD)
        run = [BUILD / "bin/theano-run", file]
        commands = {
            "mlir-opt --version": ["/usr/lib/llvm-22/bin/mlir-opt", "--version"],
            "theano-opt": [BUILD / "bin/theano-opt", file],
            "theano-run": [*run, "--device=cpu", "-i", "a=arange:f32:3", "-i",
                           "b=arange:f32:3"],
            "theano-run --emit=ptx": [*run, "--emit=ptx", "--arch=sm_80"],
        }
        times = {name: [] for name in commands}
        for _ in range(options.rounds + 1):
            for name, command in commands.items():
                times[name].append(seconds(command))
    base = statistics.median(times["mlir-opt --version"][1:])
    print(f"{'process':24s} {'median ms':>10s} {'multiple':>9s}")
    for name, values in times.items():
        median = statistics.median(values[1:])  # the first round warms the caches
        print(f"{name:24s} {1e3 * median:10.1f} {median / base:9.2f}")


if __name__ == "__main__":
    main()
