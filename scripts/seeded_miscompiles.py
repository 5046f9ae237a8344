"""Seeds faults into a scratch copy of the sources and shows that tests turn red.

    scripts/seeded_miscompiles.py [NAME...] [--scratch DIR] [--list]

Each fault is one exact search and replace in one source file. For each, the scratch
copy is built and the tests named for it run; they must be green without the fault and
red with it. A fault whose text is no longer in the source exactly once is an error, so
that the list cannot go stale. The scratch tree is kept between runs, and uses ccache
where there is one; the sources and the build tree proper are only read.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
LIT = "/usr/lib/llvm-22/bin/lit"


@dataclass(frozen=True)
class Fault:
    """`tests` are FileCheck tests, each of which must turn red, and pytest names in
    test/Python, one of which must."""

    name: str
    file: str
    search: str
    replace: str
    tests: tuple

    def apply(self, text):
        found = text.count(self.search)
        if found != 1:
            raise ValueError(f"{self.name}: expected its text once in {self.file}, found it "
                             f"{found} times; bring the fault up to date with the source")
        return text.replace(self.search, self.replace)

    @property
    def lit_tests(self):
        return [test for test in self.tests if test.endswith(".mlir")]

    @property
    def python_tests(self):
        return [test for test in self.tests if not test.endswith(".mlir")]


FAULTS = (
    Fault("dropped tail", "lib/Codegen/CPU/CpuKernel.cpp",
          "  emitter->setLanes(1);\n  return forEach(range, one,",
          "  emitter->setLanes(1);\n  if (lanes > 1)\n    return success();\n"
          "  return forEach(range, one,",
          ("test_ops_elementwise_run.py::test_binary",)),
    Fault("swapped operands", "lib/Conversion/TheanoToLinalg/ScalarOps.cpp",
          "arithmetic<arith::SubFOp, arith::SubIOp>(x, y)",
          "arithmetic<arith::SubFOp, arith::SubIOp>(y, x)",
          ("test_ops_elementwise_run.py::test_binary",
           "test_ops_elementwise_run.py::test_broadcast")),
    Fault("wrong broadcast dimension", "lib/Conversion/TheanoToLinalg/Elementwise.cpp",
          "isBroadcast(op, number, dim) && getConstantIntValue(sizes[dim]) != 1;",
          "isBroadcast(op, number, rank - 1 - dim) &&\n"
          "          getConstantIntValue(sizes[dim]) != 1;",
          ("test_ops_elementwise_run.py::test_broadcast",)),
    Fault("wrong identity of a reduction", "lib/Conversion/TheanoToLinalg/Reduction.cpp",
          "TypedAttr(b.getFloatAttr(computed, isProduct ? 1 : 0))",
          "TypedAttr(b.getFloatAttr(computed, isProduct ? 1 : 1))",
          ("test_ops_reduction_run.py::test_reductions",
           "test_ops_reduction_run.py::test_empty_reductions")),
    Fault("off by one in a slice", "lib/Conversion/TheanoToLinalg/Indexing.cpp",
          "b.sub(b.max(distance, one), one), stride),\n                        one);",
          "b.max(distance, one), stride),\n                        one);",
          ("test_ops_indexing_run.py::test_subtensor",)),
    Fault("dropped tail of a row", "lib/Codegen/CPU/RowReduce.cpp",
          "        Range{done, end}, one, apart",
          "        Range{lanes > 1 ? end : done, end}, one, apart",
          ("test_ops_reduction_run.py::test_reductions",)),
    Fault("dropped rows of a panel", "lib/Codegen/CPU/PanelReduce.cpp",
          "return forEach({split, range.end}, constant(1),",
          "return forEach({range.end, range.end}, constant(1),",
          ("test_ops_reduction_run.py::test_reductions",)),
    Fault("no barrier between the warps of a block", "lib/Codegen/GPU/BlockReduce.cpp",
          "  f.barrier();\n  Value slot =", "  Value slot =",
          ("Codegen/GPU/row-reduce.mlir", "Codegen/GPU/full-reduce.mlir",
           "Codegen/GPU/partial-reduce.mlir", "test_ops_reduction_run.py::test_reductions")),
    Fault("no barrier before a tile is overwritten", "lib/Codegen/GPU/Contract.cpp",
          "  f.barrier();\n  storePiece(a,", "  storePiece(a,",
          ("Codegen/GPU/contract.mlir", "test_ops_product_run.py::test_dot")),
    Fault("no barrier before a tile is read", "lib/Codegen/GPU/Contract.cpp",
          "    f.barrier();\n    multiplyPieces(", "    multiplyPieces(",
          ("Codegen/GPU/contract.mlir", "test_ops_product_run.py::test_dot")),
    Fault("no wait for an asynchronous copy",
          "lib/Codegen/GPU/PipelinedContraction.cpp",
          "    waitForCopies(f, stages - 2);", "    waitForCopies(f, stages - 1);",
          ("Codegen/GPU/tensor-contract.mlir",
           "test_matrix_products.py::test_unknown_sizes")),
    Fault("no barrier before a copied tile is read",
          "lib/Codegen/GPU/PipelinedContraction.cpp",
          "    waitForCopies(f, stages - 2);\n    f.barrier();",
          "    waitForCopies(f, stages - 2);",
          ("Codegen/GPU/tensor-contract.mlir",
           "test_matrix_products.py::test_unknown_sizes")),
    Fault("wrong matrix fragment", "lib/Codegen/GPU/TensorContract.cpp",
          "  Value laneRow = f.multiply(reader.rowsFirst ? second : third, 8);",
          "  Value laneRow = f.multiply(second, 8);",
          ("test_matrix_products.py::test_unknown_sizes",)),
    Fault("wrong lane mask", "lib/Codegen/Lowering/PtxOps.cpp",
          "    Value all = constant(-1);", "    Value all = constant(0xffff);",
          ("test_ops_reduction_run.py::test_reductions",)),
    Fault("no barrier before the parts of a column are joined",
          "lib/Codegen/GPU/ColumnReduce.cpp",
          "  f.barrier();\n  f.elements->setLanes(1);", "  f.elements->setLanes(1);",
          ("Codegen/GPU/column-reduce.mlir",
           "test_column_reductions.py::test_sums_in_their_own_type")),
    Fault("no barrier before a transposed tile is read", "lib/Codegen/GPU/Transpose.cpp",
          "  f.barrier();\n  LogicalResult result", "  LogicalResult result",
          ("Codegen/GPU/transpose.mlir",
           "test_ops_shape_run.py::test_transposed_operands")),
)


class ScratchTree:
    """A copy of the tracked files, and a build tree of its own."""

    def __init__(self, folder):
        self.source, self.build = folder / "source", folder / "source" / "build"

    def refresh(self):
        """Makes the copy equal to the sources, touching only what differs."""
        listed = subprocess.run(["git", "-C", SOURCE, "ls-files", "-z"], check=True,
                                capture_output=True, text=True).stdout
        for name in filter(None, listed.split("\0")):
            original, copy = SOURCE / name, self.source / name
            if not original.is_file():
                copy.unlink(missing_ok=True)
            elif not copy.is_file() or copy.read_bytes() != original.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(original, copy)
        if not (self.build / "build.ninja").exists():
            launcher = (["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache")
                        else [])
            subprocess.run(["cmake", "--preset", "release", "-DTHEANO_BUILD_PYTHON=OFF",
                            *launcher], cwd=self.source, check=True,
                           stdout=subprocess.DEVNULL)

    def compile(self):
        environment = dict(os.environ, CCACHE_BASEDIR=str(self.source), CCACHE_NOHASHDIR="1",
                           CCACHE_SLOPPINESS="pch_defines,time_macros")
        done = subprocess.run(["ninja", "-C", self.build, "theano-run", "theano-opt",
                               "theano-cuda-sim"],
                              env=environment, text=True, capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"the scratch copy does not build:\n{done.stdout[-4000:]}")

    def verdicts(self, fault):
        """Whether each FileCheck test of the fault is green, and those of pytest, which
        the first that is red ends."""
        for test in fault.lit_tests:
            yield self.passes(fault, [sys.executable, LIT, "-sv", "--no-progress-bar",
                                      "--filter", test, str(self.build / "test")])
        if fault.python_tests:
            # Whole names: test_reductions is not also test_reductions_of_awkward_floats.
            yield self.passes(fault, [
                sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
                *(f"test/Python/{test}" for test in fault.python_tests)])

    def passes(self, fault, command):
        """Whether the command's tests are green; that none ran is an error."""
        done = subprocess.run(command, cwd=self.source, text=True, capture_output=True,
                              env=dict(os.environ, THEANO_BUILD_DIR=str(self.build)),
                              check=False)
        if done.returncode not in (0, 1) or "Total Discovered Tests: 0" in done.stdout:
            raise SystemExit(f"{fault.name}: the tests did not run:\n{done.stdout}"
                             f"{done.stderr}")
        return done.returncode == 0

    def is_seen(self, fault):
        """Whether the fault turns its tests red; leaves the copy without it."""
        file = self.source / fault.file
        text = file.read_text()
        file.write_text(fault.apply(text))
        try:
            self.compile()
            return not any(self.verdicts(fault))
        finally:
            file.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help="only faults whose name holds one of these")
    parser.add_argument("--scratch", type=Path, default=SOURCE / "build" / "miscompiles",
                        help="where the copy is kept (default: build/miscompiles)")
    parser.add_argument("--list", action="store_true", help="print the faults and stop")
    options = parser.parse_args()
    faults = [fault for fault in FAULTS
              if not options.names or any(name in fault.name for name in options.names)]
    if not faults:
        parser.error(f"no fault is named {' or '.join(options.names)}; --list shows them")
    for fault in faults:
        try:
            fault.apply((SOURCE / fault.file).read_text())
        except ValueError as error:
            raise SystemExit(f"error: {error}") from error
    if options.list:
        print("\n".join(f"{fault.name}: {fault.file}, {' '.join(fault.tests)}"
                        for fault in faults))
        return 0

    tree = ScratchTree(options.scratch.resolve())
    tree.refresh()
    tree.compile()
    for fault in faults:
        if not all(tree.verdicts(fault)):
            raise SystemExit(f"error: {fault.name}: {' '.join(fault.tests)} fail without it")
    missed = 0
    for fault in faults:
        start = time.monotonic()
        seen = tree.is_seen(fault)
        missed += not seen
        print(f"{'red' if seen else 'GREEN'}  {fault.name}: {' '.join(fault.tests)} "
              f"({time.monotonic() - start:.0f} s)", flush=True)
    print(f"{len(faults) - missed} of {len(faults)} faults turn their tests red")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
