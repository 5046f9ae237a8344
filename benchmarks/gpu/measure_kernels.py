#!/usr/bin/env python3
"""What the kernels of every family do on a GPU, counted by the simulator.

    benchmarks/gpu/measure_kernels.py [--write] [--only FAMILY]

Each graph runs on the simulated GPU at each shape; the counts do not depend on the machine.
Registers are what ptxas gives the kernels for sm_80, where there is a ptxas, and products are
counted in SASS, too, where there is an nvdisasm (`pip install nvidia-cuda-nvdisasm`). Where
there is nvcc, the kernels of kernels.cu are measured beside them. Ends with 1 when a bound
is exceeded. --write makes docs/performance.md of it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("THEANO_BUILD_DIR", SOURCE / "build"))
PAGE = SOURCE / "docs/performance.md"
sys.path[:0] = [str(SOURCE / "test/Python"), str(SOURCE / "test/Simulator")]

import ptx  # noqa: E402
import sass  # noqa: E402
from nvcc import find_nvcc  # noqa: E402
from toolkit import find_nvdisasm, find_ptxas  # noqa: E402

ARCH = "sm_80"
WHOLE = 1 << 20  # bytes from which on the bound on traffic holds
TRAFFIC = 1.02

INTRODUCTION = f"""# What kernels do on a GPU

Made by `benchmarks/gpu/measure_kernels.py --write`: each graph ran on the simulated GPU
([simulator.md](simulator.md)), compiled for sizes that it did not know. The counts do not
depend on the machine, and they are no times.

* *instructions*: PTX instructions that a lane executed, for each element of the largest
  argument. ptxas joins address arithmetic and unrolls
  loops, so that what runs is less.
* *traffic*: 32-byte sectors that a launch touched, each once, over those of its arguments
  and results: from 1 MB on at most {TRAFFIC}. Parts of a reduction that one launch leaves
  for the next count as what is too much.
* *sectors*: of a request to global memory that loads; accesses of 16 bytes to whole rows
  have 16, and some more where rows do not begin with a sector.
* *wavefronts*: turns of shared memory over the fewest that would do.
* *registers*: of a thread, the most of the kernels, from ptxas for {ARCH}; none spills.

Rows of *nvcc* are of the same in CUDA C++, `benchmarks/gpu/kernels.cu`, as a programmer
writes it who knows the machine but tunes for no size; what of its results is zero before
was not counted.

"""

PRODUCTS = f"""
Products of matrices, m x k x n; *known* sizes are those of which the compiler knew m and n.

* *share*: of the multiplications (`fma` of a lane, `mma` of a warp) in the instructions of
  a round, told by two runs of which one has twice as many rounds.
* *SASS*: the same of what ptxas makes of the kernel for {ARCH} (FFMA, HMMA). A block of its
  instructions ran as often as the lines of PTX that they are of, so that only the version
  that runs at those sizes counts. The bound holds for both. To round an element to TF32 is
  one instruction of PTX but two of SASS, and a warp reads as many elements as it has
  products to make: there at most one instruction in three can multiply.
* *wavefronts* and *sectors* are those of a round, too: the latter of a request to global
  memory, by an asynchronous copy or, for f16 in odd rows, by a load.

"""



@dataclass
class Cuda:
    """A kernel of kernels.cu; sizes are those of the case that it stands beside."""

    kernel: str
    block: tuple
    grid: Callable
    arguments: Callable  # as theano-sim is given them; {out} is a file

    def command(self, sizes, out):
        yield from ["--kernel", self.kernel, "--block", ",".join(map(str, self.block)),
                    "--grid", ",".join(map(str, self.grid(*sizes)))]
        for argument in self.arguments(*sizes):
            yield from ["--arg", argument.format(out=out)]


def whole(size, each):
    return -(-size // each)


def one_an_element(kernel, operands):
    return Cuda(kernel, (256,), lambda r, c: [whole(r * c, 256)],
                lambda r, c: [*[f"in:random:f32:{r}x{c}"] * operands,
                              f"out:{{out}}:f32:{r}x{c}", f"s32:{r * c}"])


ADD, TANH_EXP = one_an_element("add", 2), one_an_element("tanhExp", 2)
ADD_TRANSPOSED = Cuda(
    "addTransposed", (32, 8), lambda r, c: [whole(r, 32), whole(c, 32)],
    lambda r, c: [f"in:random:f32:{r}x{c}", f"in:random:f32:{c}x{r}",
                  f"out:{{out}}:f32:{r}x{c}", f"s32:{r}", f"s32:{c}"])
SUM_ROWS = Cuda("sumRows", (256,), lambda r, c: [r],
                lambda r, c: [f"in:random:f32:{r}x{c}", f"out:{{out}}:f32:{r}", f"s32:{c}"])
SOFTMAX = Cuda("softmax", (256,), lambda r, c: [r],
               lambda r, c: [f"in:random:f32:{r}x{c}", f"out:{{out}}:f32:{r}x{c}", f"s32:{c}"])
SUM_COLUMNS = Cuda("sumColumns", (32, 8), lambda r, c: [whole(c, 32), whole(r, 1024)],
                   lambda r, c: [f"in:random:f32:{r}x{c}", f"inout:zeros:f32:{c}:{{out}}",
                                 f"s32:{r}", f"s32:{c}"])
SUM_ALL = Cuda("sumAll", (256,), lambda r, c: [whole(r * c, 256 * 64)],
               lambda r, c: [f"in:random:f32:{r}x{c}", "inout:zeros:f32::{out}",
                             f"s32:{r * c}"])


def product(kernel, element, threads):
    return Cuda(kernel, (threads,), lambda m, k, n: [whole(n, 64), whole(m, 64)],
                lambda m, k, n: [f"in:random:{element}:{m}x{k}", f"in:random:{element}:{k}x{n}",
                                 f"out:{{out}}:{element}:{m}x{n}",
                                 *(f"s32:{size}" for size in (m, n, k))])


MULTIPLY, MULTIPLY_HALF = product("multiply", "f32", 256), product("multiplyHalf", "f16", 128)

ONE = "%a: tensor<?x?xf32>"
TWO = "%a: tensor<?x?xf32>, %b: tensor<?x?xf32>"
SQUARE = "tensor<?x?xf32>"
# Rows and columns; odd ones, few columns, few rows.
SHAPES = ["1024x1024", "1021x1027", "131x8191", "8191x131"]
LONG = ["256x16384", "255x16383", "33x65537"]
HIGH = ["16384x256", "16383x255", "100003x10", "4099x1001", "1024x4096"]


@dataclass
class Case:
    family: str
    name: str
    arguments: str
    body: str  # ends in the value %r
    result: str
    shapes: list
    bound: float | None = None  # instructions
    swapped: bool = False  # whether %b is transposed, or goes with the rows
    tf32: bool = False
    cuda: Cuda | None = None

    def text(self):
        lines = "".join(f"  {line.strip()}\n" for line in self.body.splitlines())
        return (f"func.func @main({self.arguments}) -> {self.result} {{\n{lines}"
                f"  return %r : {self.result}\n}}\n")

    def inputs(self, shape):
        for name, type in (one.split(": ") for one in self.arguments.split(", ")):
            rows, columns = shape.split("x")
            turned = self.swapped and name == "%b"
            size = f"{columns}x{rows}" if turned else shape
            if type.count("?") == 1:
                size = rows if turned else columns
            yield from ["-i", f"{name[1:]}=random:{type.split('x')[-1][:-1]}:{size}"]

    def elements(self, shape):
        rows, columns = map(int, shape.split("x"))
        return rows * columns


CASES = [
    Case("map", "a + b", TWO, f"%r = theano.add %a, %b : {SQUARE}", SQUARE, SHAPES,
         cuda=ADD),
    Case("map", "tanh(a b) exp(a)", TWO,
         f"""%0 = theano.mul %a, %b : {SQUARE}
             %1 = theano.tanh %0 : {SQUARE}
             %2 = theano.exp %a : {SQUARE}
             %r = theano.mul %1, %2 : {SQUARE}""", SQUARE, SHAPES, cuda=TANH_EXP),
    Case("transpose", "transposed", ONE,
         f"%r = theano.dimshuffle %a [1, 0] : {SQUARE} -> {SQUARE}", SQUARE, SHAPES, 15),
    Case("transpose", "a + transposed b", TWO,
         f"""%0 = theano.dimshuffle %b [1, 0] : {SQUARE} -> {SQUARE}
             %r = theano.add %a, %0 : {SQUARE}""", SQUARE, SHAPES, swapped=True,
         cuda=ADD_TRANSPOSED),
    Case("transpose", "transposed f64", "%a: tensor<?x?xf64>",
         """%0 = theano.dimshuffle %a [1, 0] : tensor<?x?xf64> -> tensor<?x?xf64>
            %r = theano.neg %0 : tensor<?x?xf64>""", "tensor<?x?xf64>", SHAPES),
    Case("row_reduce", "sums of rows", ONE,
         f"%r = theano.sum %a axes [1] : {SQUARE} -> tensor<?xf32>", "tensor<?xf32>",
         LONG, 2.5, cuda=SUM_ROWS),
    Case("row_reduce", "maxima of squares of rows", ONE,
         f"""%0 = theano.sqr %a : {SQUARE}
             %r = theano.max %0 axes [1] : {SQUARE} -> tensor<?xf32>""", "tensor<?xf32>",
         LONG),
    Case("row_reduce", "softmax", ONE, f"%r = theano.softmax %a : {SQUARE}", SQUARE,
         SHAPES[:3], cuda=SOFTMAX),
    Case("row_reduce", "matrix by vector", f"{ONE}, %b: tensor<?xf32>",
         f"%r = theano.dot %a, %b : ({SQUARE}, tensor<?xf32>) -> tensor<?xf32>",
         "tensor<?xf32>", LONG),
    Case("column_reduce", "vector by matrix", f"{ONE}, %b: tensor<?xf32>",
         f"%r = theano.dot %b, %a : (tensor<?xf32>, {SQUARE}) -> tensor<?xf32>",
         "tensor<?xf32>", HIGH, swapped=True),
    Case("column_reduce", "sums of columns", ONE,
         f"%r = theano.sum %a axes [0] : {SQUARE} -> tensor<?xf32>", "tensor<?xf32>",
         HIGH, 4, cuda=SUM_COLUMNS),
    Case("column_reduce", "maxima of squares of columns", ONE,
         f"""%0 = theano.sqr %a : {SQUARE}
             %r = theano.max %0 axes [0] : {SQUARE} -> tensor<?xf32>""", "tensor<?xf32>",
         HIGH),
    Case("column_reduce", "sums of columns, f64", "%a: tensor<?x?xf64>",
         "%r = theano.sum %a axes [0] : tensor<?x?xf64> -> tensor<?xf64>", "tensor<?xf64>",
         HIGH),
    Case("full_reduce", "sum of everything", ONE,
         f"%r = theano.sum %a : {SQUARE} -> tensor<f32>", "tensor<f32>",
         ["4096x4096", "4095x4097", "1021x1027"], 2.5, cuda=SUM_ALL),
]


@dataclass
class Product:
    """A product of m x k and k x n, each as it lies or transposed in memory."""

    family: str
    name: str
    element: str
    sizes: tuple
    counted: str  # the class of instructions that multiplies
    share: float  # the bounds
    wavefronts: float
    known: bool = False
    turned: str = ""
    tf32: bool = False
    cuda: Cuda | None = None

    def text(self):
        m, k, n = self.sizes
        rows, columns = (m, n) if self.known else ("?", "?")
        def type(a, b):
            return f"tensor<{a}x{b}x{self.element}>"
        lines = []
        def factor(name, a, b):
            if name not in self.turned:
                return f"%{name}", type(a, b), type(a, b)
            lines.append(f"  %{name}t = theano.dimshuffle %{name} [1, 0] : {type(b, a)} -> "
                         f"{type(a, b)}\n")
            return f"%{name}t", type(a, b), type(b, a)
        a, ta, given_a = factor("a", rows, "?")
        b, tb, given_b = factor("b", "?", columns)
        out = type(rows, columns)
        return (f"func.func @main(%a: {given_a}, %b: {given_b}) -> {out} {{\n{''.join(lines)}"
                f"  %r = theano.dot {a}, {b} : ({ta}, {tb}) -> {out}\n"
                f"  return %r : {out}\n}}\n")

    def inputs(self, depth):
        m, _, n = self.sizes
        for name, a, b in (("a", m, depth), ("b", depth, n)):
            size = f"{b}x{a}" if name in self.turned else f"{a}x{b}"
            yield from ["-i", f"{name}=random:{self.element}:{size}"]


LARGE, SMALL, ODD = (1024, 64, 1024), (256, 256, 256), (255, 257, 259)
PRODUCT_CASES = [
    Product("contract", "f32, known", "f32", LARGE, "float32", 0.85, 1.05, known=True),
    Product("contract", "f32, known, both transposed", "f32", LARGE, "float32", 0.85, 1.05,
            known=True, turned="ab"),
    Product("contract", "f32", "f32", SMALL, "float32", 0.85, 1.05, cuda=MULTIPLY),
    Product("contract", "f32, b transposed", "f32", SMALL, "float32", 0.85, 1.05, turned="b"),
    Product("contract", "f32", "f32", ODD, "float32", 0.85, 1.05, cuda=MULTIPLY),
    Product("contract", "f32", "f32", (20, 784, 500), "float32", 0.85, 1.05),
    Product("tensor_contract", "f16", "f16", SMALL, "matrix", 0.35, 1.1,
            cuda=MULTIPLY_HALF),
    Product("tensor_contract", "f16, both transposed", "f16", SMALL, "matrix", 0.35, 1.1,
            turned="ab"),
    Product("tensor_contract", "bf16, b transposed", "bf16", (256, 256, 264), "matrix", 0.35,
            1.1, turned="b"),
    Product("tensor_contract", "f16", "f16", ODD, "matrix", 0.35, 1.1),
    Product("tensor_contract", "f32 as TF32", "f32", SMALL, "matrix", 0.35, 1.1, tf32=True),
    Product("tensor_contract", "f32 as TF32, b transposed", "f32", SMALL, "matrix", 0.35, 1.1,
            turned="b", tf32=True),
    Product("tensor_contract", "f16", "f16", (24, 784, 504), "matrix", 0.35, 1.1),
]


class Ours:
    """Runs what the compiler makes of a case."""

    is_bound = True

    def __init__(self, folder):
        self.folder = folder

    def label(self, case):
        return case.family

    def run(self, case, inputs, _, form):
        """What the simulator counts in one run."""
        file = self.folder / "graph.mlir"
        file.write_text(case.text())
        done = subprocess.run(
            [BUILD / "bin/theano-run", file, "--device=sim", f"--arch={ARCH}",
             f"--sim-counters={form}", "-o", file.with_suffix(".npz"),
             *(["--tf32"] if case.tf32 else []), *inputs],
            check=True, text=True, capture_output=True)
        return done.stdout

    def registers(self, case):
        if not find_ptxas():
            return ""
        kernels, _ = ptx.lower([ptx.Graph(case.name, case.text())],
                               "tf32=true" if case.tf32 else "")
        used = ptx.assemble(ptx.translate(kernels, ARCH), ARCH, self.folder)
        return max(use.registers for use in used.values())


class Theirs:
    """Runs the kernels of kernels.cu that stand beside cases."""

    is_bound = False

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "kernels.ptx"
        subprocess.run([find_nvcc(), "-ptx", f"-arch={ARCH}", "-O3",
                        Path(__file__).with_name("kernels.cu"), "-o", self.file], check=True)
        self.used = ptx.assemble(self.file.read_text(), ARCH, folder) if find_ptxas() else {}

    def label(self, _):
        return "nvcc"

    def run(self, case, _, sizes, form):
        done = subprocess.run(
            [BUILD / "bin/theano-sim", self.file, f"--arch={ARCH}", f"--counters={form}",
             *case.cuda.command(sizes, self.folder / "out.npy")],
            check=True, text=True, capture_output=True)
        return done.stdout

    def registers(self, case):
        used = self.used.get(case.cuda.kernel)
        return used.registers if used else ""


def kernels_of(runner, *how):
    """The kernels of one run, as the simulator counts them."""
    return json.loads(runner.run(*how, "json"))["kernels"]


def ratio(value, least):
    return value / least if least else 1.0


@dataclass
class Counts:
    """What the kernels of one run did together."""

    launches: int
    instructions: float
    traffic: float
    sectors: float
    wavefronts: float
    least: int  # bytes

    @staticmethod
    def of(kernels, elements):
        def total(pick):
            return sum(map(pick, kernels))
        def loads(kernel, what):
            return kernel["classes"].get("load", {}).get(what, 0)
        def shared(kernel, what):
            return kernel["counts"].get(what, 0)
        # The last of several launches has the shortest name, and stores the result; what
        # the others store is the next one's alone.
        result = min(kernels, key=lambda k: len(k["name"]))["uniqueStoredSectors"]
        between = total(lambda k: k["uniqueStoredSectors"]) - result
        least = total(lambda k: k["leastLoadedSectors"]) - between + result
        moved = total(lambda k: k["uniqueLoadedSectors"] + k["uniqueStoredSectors"])
        return Counts(
            total(lambda k: k["launches"]),
            total(lambda k: k["counts"]["lanes"]) / elements,
            ratio(moved, least),
            ratio(total(lambda k: loads(k, "sectors")), total(lambda k: loads(k, "requests"))),
            ratio(total(lambda k: shared(k, "wavefronts")),
                  total(lambda k: shared(k, "idealWavefronts"))),
            32 * least)


def measure(case, runner):
    """The rows of a case, and what of them exceeds a bound."""
    used = runner.registers(case)
    rows, exceeded = [], []
    for shape in case.shapes:
        sizes = [*map(int, shape.split("x"))]
        found = Counts.of(kernels_of(runner, case, case.inputs(shape), sizes),
                          case.elements(shape))
        rows.append((runner.label(case), case.name, shape, found.launches,
                     f"{found.instructions:.2f}",
                     (case.bound or "") if runner.is_bound else "", f"{found.traffic:.3f}",
                     f"{found.sectors:.1f}", f"{found.wavefronts:.2f}", used))
        if case.bound and found.instructions > case.bound:
            exceeded.append(f"{case.name}, {shape}: {found.instructions:.2f} "
                            f"instructions, at most {case.bound} wanted")
        if found.least >= WHOLE and found.traffic > TRAFFIC:
            exceeded.append(f"{case.name}, {shape}: traffic {found.traffic:.3f}, at "
                            f"most {TRAFFIC} wanted")
    return rows, exceeded


def sass_share(case, runner, runs):
    """The share of multiplications in SASS, or None."""
    if not find_ptxas() or not find_nvdisasm():
        return None
    counted = [runner.run(*run, "ptx") for run in runs]
    try:
        return sass.share_between(*counted, ARCH, runner.folder)
    except ValueError as error:
        print(f"{runner.label(case)}, {case.name}: no count in SASS: {error}",
              file=sys.stderr)
        return None


def measure_product(case, runner):
    """The row of a product, and what of it exceeds a bound."""
    m, k, n = case.sizes
    runs = [(case, [*case.inputs(depth)], (m, depth, n)) for depth in (k, 2 * k)]
    [less], [more] = (kernels_of(runner, *run) for run in runs)
    def rounds(pick):
        return pick(more) - pick(less)
    def of(kind, what):
        return lambda kernel: kernel["classes"].get(kind, {}).get(what, 0)
    share = rounds(of(case.counted, "warps")) / rounds(lambda one: one["counts"]["warps"])
    wavefronts = ratio(rounds(lambda one: one["counts"]["wavefronts"]),
                       rounds(lambda one: one["counts"]["idealWavefronts"]))
    sectors, requests = (rounds(of("async", what)) + rounds(of("load", what))
                         for what in ("sectors", "requests"))
    moved, least = (sum(less[f"{way}{what}Sectors"] for what in ("Loaded", "Stored"))
                    for way in ("unique", "least"))
    size = f"{m}x{k}x{n}"
    assembled = sass_share(case, runner, runs)
    def percent(part):
        return "-" if part is None else f"{100 * part:.1f} %"
    row = (runner.label(case), case.name, size, percent(share), percent(assembled),
           f"{100 * case.share:.0f} %", f"{wavefronts:.2f}",
           case.wavefronts, f"{ratio(sectors, requests):.1f}", f"{ratio(moved, least):.3f}",
           runner.registers(case))
    exceeded = []
    if min(share, share if assembled is None else assembled) < case.share:
        also = "" if assembled is None else f", {percent(assembled)} in SASS"
        exceeded.append(f"{case.name}, {size}: {percent(share)} multiplications in PTX{also}, "
                        f"at least {100 * case.share:.0f} % wanted")
    if wavefronts > case.wavefronts:
        exceeded.append(f"{case.name}, {size}: {wavefronts:.2f} wavefronts, at most "
                        f"{case.wavefronts} wanted")
    return [row], exceeded


def table(*rows):
    return "".join("| " + " | ".join(map(str, row)) + " |\n" for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"make docs/{PAGE.name}")
    parser.add_argument("--only", metavar="FAMILY", help="measures the cases of one family")
    options = parser.parse_args()
    families = sorted({case.family for case in (*CASES, *PRODUCT_CASES)})
    if options.only and options.only not in families:
        parser.error(f"--only={options.only} is no family; expected one of "
                     f"{', '.join(families)}")
    if options.write and options.only:
        parser.error("--write needs the cases of all families, and --only leaves some out")
    if not find_ptxas() or not find_nvdisasm():
        print("nothing is counted in SASS: expected ptxas and nvdisasm on the path, in a CUDA "
              "toolkit, or from PyPI (pip install nvidia-cuda-nvcc nvidia-cuda-nvdisasm)",
              file=sys.stderr)
    exceeded = []

    def measured(cases, how, runners):
        for case in cases:
            if options.only not in (None, case.family):
                continue
            rows, beyond = how(case, runners[0])
            exceeded.extend(beyond)
            yield from rows
            for runner in runners[1:] if case.cuda else []:
                yield from how(case, runner)[0]

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runners = [Ours(folder), *([Theirs(folder)] if find_nvcc() else [])]
        rows = list(measured(CASES, measure, runners))
        products = list(measured(PRODUCT_CASES, measure_product, runners))
    text = ""
    if rows:
        text += table(("family", "kernel", "shape", "launches", "instructions", "bound",
                       "traffic", "sectors", "wavefronts", "registers"),
                      ("---", "---", "---", *["--:"] * 7), *rows)
    if products:
        text += PRODUCTS + table(("family", "kernel", "sizes", "share", "SASS", "bound",
                                  "wavefronts", "bound", "sectors", "traffic", "registers"),
                                 ("---", "---", "---", *["--:"] * 8), *products)
    missed = "\nBeyond a bound:\n\n" + "".join(f"* {one}\n" for one in exceeded)
    print(text + (missed if exceeded else ""), end="")
    if options.write:
        PAGE.write_text(INTRODUCTION + text + (missed if exceeded else ""))
    return bool(exceeded)


if __name__ == "__main__":
    sys.exit(main())
