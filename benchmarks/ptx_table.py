#!/usr/bin/env python3
"""Registers, spills and shared memory of every kernel, by chip.

Compiles the kernels of .mlir files (kernel.func, or what formation makes of
linalg) to PTX, has ptxas assemble each for its chip and prints one line a kernel
and chip. Ends with 1 when a kernel spills or ptxas refuses one.

    benchmarks/ptx_table.py [--arch sm_80 ...] [FILE.mlir ...]
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ARCHS = ["sm_75", "sm_80", "sm_90", "sm_120"]
PASSES = ["-kernel-form-kernels", "-kernel-choose-gpu-schedules",
          "-emit-gpu-kernels", "-kernel-gpu-to-nvvm"]


def run(command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def ptx_modules(tools, source, arch):
    """The PTX of each kernel of a file; sections are apart by `// -----`."""
    for section in source.read_text().split("// -----"):
        nvvm = run([tools / "theano-opt", "-", *PASSES,
                    f"-kernel-set-target=arch={arch}"], section)
        text = run([tools / "theano-translate", "--gpu-to-ptx"], nvvm)
        for module in text.split(".version")[1:]:
            yield ".version" + module


def assemble(ptxas, text, arch):
    """(registers, bytes spilled, bytes of shared memory), or ptxas's error."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "kernel.ptx"
        path.write_text(text)
        done = subprocess.run(
            [ptxas, "-v", f"-arch={arch}", path, "-o", path.with_suffix(".cubin")],
            capture_output=True, text=True)
    if done.returncode:
        return done.stderr
    number = lambda pattern: int((re.search(pattern, done.stderr) or [0, 0])[1])
    return (number(r"Used (\d+) registers"),
            number(r"(\d+) bytes spill stores"), number(r"(\d+) bytes smem"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arch", action="append", choices=ARCHS)
    parser.add_argument("--tools", type=pathlib.Path, default=ROOT / "build/bin")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    ptxas = shutil.which("ptxas") or shutil.which("/usr/local/cuda/bin/ptxas")
    if not ptxas:
        sys.exit("ptx_table: no ptxas on the path or in /usr/local/cuda/bin")
    files = options.files or [
        ROOT / f"test/Target/PTX/{family}.mlir"
        for family in ("map", "row-reduce", "contract")]

    print(f"{'kernel':24} {'chip':7} {'registers':>9} {'spilled':>8} "
          f"{'shared':>7} {'PTX lines':>9}")
    failed = False
    for source in files:
        for arch in options.arch or ARCHS:
            for text in ptx_modules(options.tools, source, arch):
                name = re.search(r"\.entry (\w+)", text)[1]
                result = assemble(ptxas, text, arch)
                if isinstance(result, str):
                    print(f"{name:24} {arch:7} refused: {result.strip()}")
                    failed = True
                    continue
                registers, spilled, shared = result
                failed |= spilled > 0
                print(f"{name:24} {arch:7} {registers:9} {spilled:8} {shared:7} "
                      f"{text.count(chr(10)):9}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
