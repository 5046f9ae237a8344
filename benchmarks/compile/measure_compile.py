#!/usr/bin/env python3
"""What it takes to compile kernels for a GPU, in one process.

    benchmarks/compile/measure_compile.py [--rounds N] [--write]

A round is one `theano-run` that compiles a small kernel, the first, and then one of each
case; the spans of `--trace` tell the processor time that each took from the graph to PTX.
Graphs of 1,000 ops are compiled by a process of their own. Printed are the medians of the
rounds and the bounds; ends with 1 when one is exceeded.
--write makes docs/performance-compile.md of it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("THEANO_BUILD_DIR", SOURCE / "build"))
PAGE = SOURCE / "docs/performance-compile.md"
KERNEL, CONTRACTION, FORMATION = 15, 60, 50  # milliseconds

INTRODUCTION = """# Time to compile for a GPU

Made by `benchmarks/compile/measure_compile.py --write`; `./dev bench compile` measures it
again. Milliseconds of processor time of one thread in one process, from the graph to PTX,
medians of {rounds} rounds. They depend on the machine. The first kernel of a process also pays for
what is set up once. Where a graph makes several kernels, the time is that of all of them
over their number.

"""
LONG_GRAPHS = """
Graphs of 1,000 ops, each compiled by a process of its own. Formation is the pass
`kernel-form-kernels` alone; the kernels are those left after equal ones are merged.

"""


@dataclass
class Case:
    family: str
    name: str
    types: str  # of the arguments a, b, ...
    body: str  # ends in the value %r
    result: str
    bound: float = KERNEL

    def arguments(self):
        return list(zip("abcd", self.types.split()))

    def function(self, symbol):
        arguments = ", ".join(f"%{name}: tensor<{type}>" for name, type in self.arguments())
        lines = "".join(f"  {line.strip()}\n" for line in self.body.splitlines())
        return (f"func.func @{symbol}({arguments}) -> tensor<{self.result}> {{\n{lines}"
                f"  return %r : tensor<{self.result}>\n}}\n")

    def call(self, symbol):
        yield from ["--call", symbol]
        for name, type in self.arguments():
            *sizes, element = type.split("x")
            yield from ["-i", f"{name}=arange:{element}:{'x'.join('4' for _ in sizes)}"]


FIRST = Case("map", "a + b", "?xf32 ?xf32",
             "%r = theano.add %a, %b : tensor<?xf32>", "?xf32", 60)
CASES = [
    Case("map", "a + b, f64", "?x?xf64 ?x?xf64",
         "%r = theano.add %a, %b : tensor<?x?xf64>", "?x?xf64"),
    Case("map", "tanh(a b + c) exp(d)", "?xf32 ?xf32 ?xf32 ?xf32",
         """%0 = theano.mul %a, %b : tensor<?xf32>
            %1 = theano.add %0, %c : tensor<?xf32>
            %2 = theano.tanh %1 : tensor<?xf32>
            %3 = theano.exp %d : tensor<?xf32>
            %r = theano.mul %2, %3 : tensor<?xf32>""", "?xf32"),
    Case("map", "sigmoid(a), f16", "?xf16",
         "%r = theano.sigmoid %a : tensor<?xf16>", "?xf16"),
    Case("transpose", "a + transposed b", "?x?xf32 ?x?xf32",
         """%0 = theano.dimshuffle %b [1, 0] : tensor<?x?xf32> -> tensor<?x?xf32>
            %r = theano.add %a, %0 : tensor<?x?xf32>""", "?x?xf32"),
    Case("row_reduce", "sums of rows", "?x?xf32",
         "%r = theano.sum %a axes [1] : tensor<?x?xf32> -> tensor<?xf32>", "?xf32"),
    Case("row_reduce", "softmax", "?x?xf32",
         "%r = theano.softmax %a : tensor<?x?xf32>", "?x?xf32"),
    Case("column_reduce", "sums of columns", "?x?xf32",
         "%r = theano.sum %a axes [0] : tensor<?x?xf32> -> tensor<?xf32>", "?xf32"),
    Case("full_reduce", "sum of everything", "?x?xf32",
         "%r = theano.sum %a : tensor<?x?xf32> -> tensor<f32>", "f32"),
    Case("contract", "a b", "?x?xf32 ?x?xf32",
         """%r = theano.dot %a, %b
                : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>""",
         "?x?xf32", CONTRACTION),
    Case("contract", "tanh(a b + c)", "?x?xf32 ?x?xf32 ?x?xf32",
         """%0 = theano.dot %a, %b
                : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
            %1 = theano.add %0, %c : tensor<?x?xf32>
            %r = theano.tanh %1 : tensor<?x?xf32>""", "?x?xf32", CONTRACTION),
    Case("contract", "a b, f64", "?x?xf64 ?x?xf64",
         """%r = theano.dot %a, %b
                : (tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<?x?xf64>""",
         "?x?xf64", CONTRACTION),
    Case("tensor_contract", "a b, f16", "?x?xf16 ?x?xf16",
         """%r = theano.dot %a, %b
                : (tensor<?x?xf16>, tensor<?x?xf16>) -> tensor<?x?xf16>""",
         "?x?xf16", CONTRACTION),
    Case("tensor_contract", "tanh(a b + c), f16", "?x?xf16 ?x?xf16 ?x?xf16",
         """%0 = theano.dot %a, %b
                : (tensor<?x?xf16>, tensor<?x?xf16>) -> tensor<?x?xf16>
            %1 = theano.add %0, %c : tensor<?x?xf16>
            %r = theano.tanh %1 : tensor<?x?xf16>""", "?x?xf16", CONTRACTION),
]


# Graphs of 1,000 ops --------------------------------------------------------------


def layers():
    """200 layers tanh(x w + b) with an extra square; b is a row."""
    yield "func.func @main(%x0: tensor<?x?xf32>, %w: tensor<?x?xf32>, %b: tensor<?xf32>)"
    yield "    -> tensor<?x?xf32> {"
    for i in range(200):
        yield (f"  %d{i} = theano.dot %x{i}, %w : (tensor<?x?xf32>, tensor<?x?xf32>)"
               " -> tensor<?x?xf32>")
        yield f'  %b{i} = theano.dimshuffle %b ["x", 0] : tensor<?xf32> -> tensor<1x?xf32>'
        yield (f"  %s{i} = theano.add %d{i}, %b{i}"
               " : (tensor<?x?xf32>, tensor<1x?xf32>) -> tensor<?x?xf32>")
        yield f"  %q{i} = theano.sqr %s{i} : tensor<?x?xf32>"
        yield f"  %x{i + 1} = theano.tanh %q{i} : tensor<?x?xf32>"
    yield "  return %x200 : tensor<?x?xf32>"


def chain():
    """1,000 elementwise ops of one shape, each of the last value and an older one."""
    yield "func.func @main(%x0: tensor<?xf32>) -> tensor<?xf32> {"
    for i in range(1000):
        op = ("add", "mul", "sub", "maximum")[i % 4]
        yield f"  %x{i + 1} = theano.{op} %x{i}, %x{i // 2} : tensor<?xf32>"
    yield "  return %x1000 : tensor<?xf32>"


def normalised():
    """250 times a row over its sum, with the exponential of it."""
    yield "func.func @main(%x0: tensor<?x?xf32>) -> tensor<?x?xf32> {"
    for i in range(250):
        yield f"  %e{i} = theano.exp %x{i} : tensor<?x?xf32>"
        yield f"  %s{i} = theano.sum %e{i} axes [1] : tensor<?x?xf32> -> tensor<?xf32>"
        yield (f'  %k{i} = theano.dimshuffle %s{i} [0, "x"] : tensor<?xf32>'
               " -> tensor<?x1xf32>")
        yield (f"  %x{i + 1} = theano.true_div %e{i}, %k{i}"
               " : (tensor<?x?xf32>, tensor<?x1xf32>) -> tensor<?x?xf32>")
    yield "  return %x250 : tensor<?x?xf32>"


GRAPHS = {"layers tanh((x w + b)^2)": (layers, ["x0", "w"], ["b"]),
          "elementwise ops of one shape": (chain, [], ["x0"]),
          "normalised exponentials": (normalised, ["x0"], [])}


# Measuring ------------------------------------------------------------------------


def trace(file, arguments):
    """The spans of one theano-run in the order in which they began."""
    spans = file.with_suffix(".json")
    subprocess.run([BUILD / "bin/theano-run", file, "--device=sim", "--arch=sm_80",
                    "--trace", spans, *arguments],
                   check=True, stdout=subprocess.DEVNULL)
    return sorted(json.loads(spans.read_text())["traceEvents"], key=lambda span: span["ts"])


@dataclass
class Compilation:
    milliseconds: float
    formation: float
    kernels: int


def compilations(spans):
    """What each function took, in order, and how many kernels it launched."""
    found = []
    for span in spans:
        if span["name"].startswith("all of "):
            found.append(Compilation(span["tdur"] / 1e3, 0, 0))
        elif span["name"] == "kernel-form-kernels":
            found[-1].formation = span["tdur"] / 1e3
        elif span["cat"] == "kernel":
            found[-1].kernels += 1
    return found


def measure_cases(folder, rounds):
    """Milliseconds a kernel of FIRST and of each case."""
    cases = [FIRST, *CASES]
    file = folder / "kernels.mlir"
    file.write_text("".join(case.function(f"f{i}") for i, case in enumerate(cases)))
    arguments = [word for i, case in enumerate(cases) for word in case.call(f"f{i}")]
    results = [compilations(trace(file, arguments)) for _ in range(rounds)]
    return [(case, statistics.median(one.milliseconds / one.kernels for one in times))
            for case, times in zip(cases, zip(*results, strict=True), strict=True)]


def measure_graphs(folder, rounds):
    """(name, formation, whole compilation, kernels left) of each long graph."""
    for name, (graph, matrices, vectors) in GRAPHS.items():
        file = folder / "graph.mlir"
        file.write_text("\n".join([*graph(), "}"]))
        arguments = [word for argument in matrices
                     for word in ("-i", f"{argument}=arange:f32:2x2")]
        arguments += [word for argument in vectors
                      for word in ("-i", f"{argument}=arange:f32:2")]
        times = [compilations(trace(file, arguments))[0] for _ in range(rounds)]
        program = subprocess.run([BUILD / "bin/theano-run", file, "--emit=ptx"], check=True,
                                 text=True, capture_output=True).stdout
        yield (name, statistics.median(one.formation for one in times),
               statistics.median(one.milliseconds for one in times), program.count(".visible .entry"))


def table(*rows):
    return "".join("| " + " | ".join(map(str, row)) + " |\n" for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true", help=f"make docs/{PAGE.name}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = measure_cases(Path(folder), options.rounds)
        graphs = list(measure_graphs(Path(folder), max(1, options.rounds // 3)))
    kernels = table(
        ("family", "kernel", "ms", "bound"), ("---", "---", "--:", "--:"),
        *[(case.family, case.name + (" (the first)" if case is FIRST else ""),
           f"{ms:.1f}", "" if case is FIRST else case.bound) for case, ms in cases])
    long_graphs = table(
        ("graph", "formation, ms", "bound", "all, ms", "kernels compiled"),
        ("---", "--:", "--:", "--:", "--:"),
        *[(name, f"{formation:.1f}", FORMATION, f"{whole:.0f}", count)
          for name, formation, whole, count in graphs])
    print(kernels + "\n" + long_graphs, end="")
    if options.write:
        PAGE.write_text(INTRODUCTION.format(rounds=options.rounds) + kernels +
                        LONG_GRAPHS + long_graphs)
    return (any(ms > case.bound for case, ms in cases if case is not FIRST) or
            any(formation > FORMATION for _, formation, _, _ in graphs))


if __name__ == "__main__":
    sys.exit(main())
