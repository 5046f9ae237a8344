"""Every graph of the tests as text, each once.

The run tests build their graphs as they run, so they are asked for them: each test is
called with all its parameters and stopped where it would run its graph. Graphs that lie
in files are the sections of the .mlir files of `test` and of the examples.
"""

import importlib
import inspect
import itertools
import re
import warnings

import graphs
from tools import SOURCE

# Files that hold none: what is wrong on purpose, kernels decided for a CPU, and what is
# behind the stage of graphs.
NO_GRAPHS = re.compile(
    r"/(invalid-|bad-|Inputs/)|errors\.mlir|refused\.mlir|choose-cpu-schedules|"
    r"Codegen/(CPU|Lowering)/|Target/PTX/emit-ptx|Docs/")
# Functions whose static shapes contradict each other, for the sake of the passes that
# must bear it; a made-up op; and functions that return sizes.
NO_KERNELS = re.compile(
    r"test/Dialect/Theano/(Transforms/(infer-shapes|stabilize)|reify-shapes)")


class _Stop(Exception):
    """The test has built its graph."""


def _calls_of(test):
    """The arguments of every call that pytest makes of a parametrised test."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    for chosen in itertools.product(*(mark.args[1] for mark in marks)):
        arguments = {}
        for mark, value in zip(marks, chosen, strict=True):
            names = [name.strip() for name in mark.args[0].split(",")]
            arguments |= dict(zip(names, value if len(names) > 1 else [value], strict=True))
        yield arguments


RUN_TESTS = sorted(path.stem for path in (SOURCE / "test/Python").glob("test_ops_*_run.py"))


def _tests():
    """(name, function) of every run test."""
    for module in map(importlib.import_module, RUN_TESTS):
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_"):
                yield name, test


def graphs_of_run_tests():
    """(name of the test, text) for each graph that differs."""
    found = {}

    def stop(graph, *_):
        found.setdefault(graph.source(), name)
        raise _Stop

    names = ("run", "run_each", "fails")
    original = {name: getattr(graphs.Graph, name) for name in names}
    for name in names:
        setattr(graphs.Graph, name, stop)
    try:
        for name, test in _tests():
            for arguments in _calls_of(test):
                try:
                    with warnings.catch_warnings(action="ignore"):
                        test(**arguments)
                except _Stop:
                    continue
                raise AssertionError(f"{name}({arguments}) ran no graph")
    finally:
        for name, method in original.items():
            setattr(graphs.Graph, name, method)
    return [(name, text) for text, name in found.items()]


def graphs_of_files():
    """(path below the sources, text) for each section of each file with graphs."""
    for folder in ("test", "examples"):
        for file in sorted((SOURCE / folder).rglob("*.mlir")):
            name = str(file.relative_to(SOURCE))
            if NO_GRAPHS.search(name) or NO_KERNELS.search(name):
                continue
            for section in re.split(r"^// -----.*$", file.read_text(), flags=re.M):
                if "expected-error" not in section:
                    yield name, section


def all_graphs():
    return [*graphs_of_run_tests(), *graphs_of_files()]
