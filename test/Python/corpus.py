"""Every graph of the tests, each once.

Those that tests build as they run are noted by `graph_recorder.py`, which starts the tests
in processes of their own. Graphs that lie in files are the sections of the .mlir files of
`test` and of the examples.
"""

import functools
import re

from graph_recorder import record
from ptx import Graph
from tools import BUILD, SOURCE

# Files that hold none: what is wrong on purpose, kernels decided for a CPU, and what is
# behind the stage of graphs.
NO_GRAPHS = re.compile(
    r"/(invalid-|bad-|Inputs/)|errors\.mlir|refused\.mlir|choose-cpu-schedules|"
    r"Codegen/(CPU|Lowering)/|Target/PTX/emit-ptx|Docs/")
# Functions whose static shapes contradict each other, for the sake of the passes that
# must bear it; a made-up op; and functions that return sizes.
NO_KERNELS = re.compile(
    r"test/Dialect/Theano/(Transforms/(infer-shapes|stabilize)|reify-shapes)")

# Files of tests that build no graph for a compiler, or none that has kernels.
NOT_RECORDED = {
    "test_frontend_dtypes": "types of variables, nothing is compiled",
    "test_mnist": "runs files of the examples",
    "test_op_examples": "an op each, whose result nobody uses",
    "test_op_table": "records others",
    "test_packaging": "builds the package",
    "test_pass_examples": "IR before and after a pass",
    "test_ptx_of_graphs": "takes what was recorded",
    "test_reified_sizes": "a function that returns sizes",
    "test_sass_counts": "a script that counts instructions",
    "test_scripts": "the scripts",
    "test_simulator_ptx": "kernels of the unit tests",
    "test_simulator_tool": "kernels written by hand",
    "test_tolerances": "the tolerances",
}
# Files of which each test has the same graph: one of them is enough.
ONE_OF = {
    "test_driver_failures": "test_without_a_failure_all_is_written_and_nothing_is_left",
    "test_vector_add_example": "test_vector_add_prints_the_sum",
}


def test_files():
    """The stem of each file of tests."""
    return sorted(path.stem for path in (SOURCE / "test/Python").glob("test_*.py"))


@functools.cache
def recorded():
    """The graphs that tests hand over, as often as they do."""
    names = [f"{file}.py::{ONE_OF[file]}" if file in ONE_OF else f"{file}.py"
             for file in test_files() if file not in NOT_RECORDED]
    return record(BUILD, [str(SOURCE / "test/Python" / name) for name in names], processes=2)


def graphs_of_tests():
    """Each graph that differs, named for the first test that has it."""
    found = {}
    for graph in recorded():
        found.setdefault((graph.text, graph.rewrites), f"{graph.file}::{graph.test}")
    return [Graph(name, text, rewrites) for (text, rewrites), name in found.items()]


def graphs_of_files():
    """Each section of each file with graphs, named for its path below the sources."""
    for folder in ("test", "examples"):
        for file in sorted((SOURCE / folder).rglob("*.mlir")):
            name = str(file.relative_to(SOURCE))
            if NO_GRAPHS.search(name) or NO_KERNELS.search(name):
                continue
            for section in re.split(r"^// -----.*$", file.read_text(), flags=re.M):
                if "expected-error" not in section:
                    yield Graph(name, section)


def all_graphs():
    return [*graphs_of_tests(), *graphs_of_files()]
