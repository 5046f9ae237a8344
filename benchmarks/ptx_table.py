#!/usr/bin/env python3
"""Registers, spills and shared memory of the kernels of every graph of the tests.

Compiles every graph for every line of chips, has ptxas assemble the kernels and prints a
table; ends with 1 when a kernel spills. `--write` puts the table into docs/ptx-kernels.md,
`--kernels` prints a line a kernel instead. With files, their graphs alone.

    benchmarks/ptx_table.py [--write | --kernels] [FILE.mlir ...]
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test/Python"))

import corpus  # noqa: E402
import ptx  # noqa: E402
from toolkit import find_ptxas  # noqa: E402

PAGE = ROOT / "docs/ptx-kernels.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"


def measure(graphs):
    """The kernels, and for each chip what each of them uses."""
    kernels, failed = ptx.lower(graphs)
    if failed:
        sys.exit(f"ptx_table: theano-opt fails at {failed[0].name}:\n{failed[0].text}")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        used = pool.map(lambda arch: ptx.assemble(ptx.translate(kernels, arch), arch,
                                                  pathlib.Path(folder)),
                        ptx.ARCHITECTURES)
        return kernels, dict(zip(ptx.ARCHITECTURES, used, strict=True))


def span(values):
    low, high = min(values), max(values)
    return f"{low}" if low == high else f"{low}-{high}"


def row(label, kernels, usages):
    """A chip that none of the kernels is for has no registers."""
    by_chip = {arch: [used[kernel.name] for kernel in ptx.kernels_for(arch, kernels)]
               for arch, used in usages.items()}
    every = [use for used in by_chip.values() for use in used]
    registers = [span([use.registers for use in used]) if used else ""
                 for used in by_chip.values()]
    return [*label, len(kernels), *registers, max(use.spilled for use in every),
            span([use.shared for use in every])]


def table(kernels, usages):
    """By family, then by family and graph; a kernel counts in each graph it is of."""
    groups = {}
    for kernel in kernels:
        groups.setdefault((kernel.family, "all"), []).append(kernel)
        for graph in kernel.graphs:
            groups.setdefault((kernel.family, graph), []).append(kernel)
    order = sorted(groups, key=lambda label: (label[1] != "all", label))
    yield ["family", "graph", "kernels", *usages, "spilled", "shared"]
    yield ["---", "---", *["--:"] * (len(usages) + 3)]
    for label in order:
        yield row(label, groups[label], usages)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    parser.add_argument("--kernels", action="store_true", help="a line a kernel")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    ptxas = find_ptxas()
    if not ptxas:
        sys.exit("ptx_table: no ptxas on the path, in /usr/local/cuda/bin or in the packages "
                 "of this Python (nvidia-cuda-nvcc)")
    graphs = ([ptx.Graph(str(file), section) for file in options.files
               for section in file.read_text().split("// -----\n")]
              or corpus.all_graphs())
    kernels, usages = measure(graphs)

    if options.kernels:
        rows = [row((kernel.family, " ".join(kernel.graphs)), [kernel], usages)
                for kernel in kernels]
    else:
        rows = list(table(kernels, usages))
    text = "".join("| " + " | ".join(map(str, cells)) + " |\n" for cells in rows)
    if options.write:
        version = subprocess.run([ptxas, "--version"], capture_output=True, text=True,
                                 check=True).stdout.split("release ")[1].split(",")[0]
        note = (f"{len(graphs)} graphs, {len(kernels)} kernels that differ, each for "
                f"{', '.join(ptx.ARCHITECTURES)}; ptxas {version}.\n\n")
        page = PAGE.read_text()
        head, tail = page.partition(BEGIN)[0], page.partition(END)[2]
        PAGE.write_text(head + BEGIN + note + text + END + tail)
    else:
        print(text, end="")
    return any(use.spilled for used in usages.values() for use in used.values())


if __name__ == "__main__":
    sys.exit(main())
