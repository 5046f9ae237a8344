"""A pytest plugin that writes down every graph that the tests hand to the compiler.

    GRAPH_RECORD=FILE python -m pytest -p graph_recorder test/Python/...

is what `record` starts. Most graphs are noted in place of being run: a test gets results
that are unknown, and a comparison with one says nothing. A test that looks at a result,
waits for an error or starts a process of its own cannot go on like that. It is started
again and runs for real, so that no later graph of it is missed. FILE then holds a line of
JSON for each graph, see `Graph`.

As a program this file runs another, noting what that hands to the package:

    GRAPH_RECORD=FILE python graph_recorder.py (-c PROGRAM | PROGRAM.py)
"""

import functools
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Graph:
    """A graph as the test handed it over."""

    file: str  # the stem of the test's file
    test: str  # without its parameters
    text: str
    fails: bool  # the tool found fault with it, or with its inputs
    rewrites: bool  # compiled with Theano's rewrites


class State:
    is_real = True
    notes = []


def note(text, fails=False, rewrites=False):
    # Python/test_file.py::test_name[parameters] (call)
    file, name = re.match(r".*?(\w+)\.py::(\w+)", os.environ["PYTEST_CURRENT_TEST"]).groups()
    State.notes.append(Graph(file, name, text, fails, rewrites))


def write_notes():
    with Path(os.environ["GRAPH_RECORD"]).open("a") as file:
        file.writelines(json.dumps(asdict(graph)) + "\n" for graph in State.notes)
    State.notes.clear()


# Results that nobody computed ------------------------------------------------------


class Looked(BaseException):
    """The test needs real results; no `except Exception` of it may take this."""


def look(*_):
    raise Looked


class Unknown:
    """A result. It may be handed on and computed with, but not looked at."""

    __getattr__ = __array__ = look

    def computed(self, *_):
        return Unknown()

    __add__ = __radd__ = __sub__ = __rsub__ = __neg__ = computed


# What an object would do on its own, and would be wrong.
for method in ("bool", "eq", "ne", "hash", "str", "repr", "format", "iter", "len", "contains",
               "getitem", "int", "float", "index", "enter", "call"):
    setattr(Unknown, f"__{method}__", look)


class Outputs(dict):
    """The outputs of a run, as many as are asked for."""

    def __missing__(self, key):
        return Unknown()

    __iter__ = __len__ = __bool__ = __contains__ = keys = values = items = get = look


def is_unknown(value):
    return isinstance(value, Unknown)


def without_unknown(check):
    """A comparison that passes what is not known."""
    @functools.wraps(check)
    def checked(*arguments, **options):
        if not any(map(is_unknown, (*arguments, *options.values()))):
            return check(*arguments, **options)
        return None
    return checked


# What compiles graphs --------------------------------------------------------------


def record_runs():
    """Graphs given to `theano_run` and `theano_run_each`."""
    import graphs
    import tools

    def theano_run(source, inputs=(), *options, check=True, timeout=120):
        if State.is_real:
            return real_run(source, inputs, *options, check=check, timeout=timeout)
        if not check:
            raise Looked
        note(source)
        return Outputs()

    def theano_run_each(source, cases, *options, timeout=120):
        if State.is_real:
            return real_run_each(source, cases, *options, timeout=timeout)
        note(source)
        return [Outputs() for _ in cases]

    real_run, real_run_each = tools.theano_run, tools.theano_run_each
    for module in (tools, graphs):
        module.theano_run, module.theano_run_each = theano_run, theano_run_each


def text_given_to(command, stdin):
    """The graph that a tool is to compile; None where it is none."""
    files = [Path(argument) for argument in command[1:] if str(argument).endswith(".mlir")]
    if Path(command[0]).name in ("theano-run", "theano-opt"):
        return files[0].read_text() if files else stdin
    return None


def record_processes(package):
    """Graphs given to tools by their command lines, and to the package by programs."""
    def run(command, *arguments, **options):
        if not State.is_real:
            raise Looked
        if (command[0] == sys.executable
                and (options.get("env") or {}).get("PYTHONPATH") == str(package)):
            command = [command[0], __file__, *command[1:]]
            return real(command, *arguments, **options)
        text = text_given_to(command, options.get("input"))
        done = real(command, *arguments, **options)
        if text is not None:
            note(text, fails=done.returncode != 0)
        return done

    real = subprocess.run
    subprocess.run = run


def record_package():
    """Graphs that `theano.function` compiles."""
    from theano import _theano
    real = _theano.CompiledFunction

    class Unfinished:
        """Stands where the compiled function would."""

        def __init__(self, text):
            self.results = re.search(r"^ *return (%.*) : ", text, re.M)

        def __call__(self, arrays, shared):
            # What it does to the state would show later.
            if shared or any(map(is_unknown, arrays)):
                raise Looked
            return [Unknown() for _ in (self.results[1].split(",") if self.results else ())]

        __getattr__ = look

    def compiled(ir, device, rewrites, tf32):
        text = ir.text(False)
        function = real(ir, device, rewrites, tf32) if State.is_real else Unfinished(text)
        note(text, rewrites=rewrites)
        return function

    _theano.CompiledFunction = compiled


# Tests -----------------------------------------------------------------------------


def record(build, tests, processes=1):
    """The graphs of tests, which are files or node ids, noted by so many processes."""
    wanted = json.loads((build / "test" / "environment.json").read_text())
    environment = {
        **os.environ, **wanted["python"], "THEANO_BUILD_DIR": str(build),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(map(str, (build / "python", Path(__file__).parent)))}

    def record_some(tests):
        with tempfile.TemporaryDirectory() as folder:
            notes = Path(folder) / "notes"
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p",
                 "graph_recorder", *tests],
                env={**environment, "GRAPH_RECORD": str(notes)}, text=True,
                capture_output=True, check=False)
            assert done.returncode == 0, f"not all tests start:\n{done.stdout}{done.stderr}"
            return [Graph(**json.loads(line)) for line in notes.read_text().splitlines()]

    with ThreadPoolExecutor(processes) as pool:
        parts = pool.map(record_some, (tests[i::processes] for i in range(processes)))
        return [graph for part in parts for graph in part]


def run_recorded(run):
    """A test without results where that is enough, else for real."""
    write_notes()  # of fixtures, which do not run again
    State.is_real = False
    try:
        run()
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001: whatever went wrong, it did so without results
        State.notes.clear()
        State.is_real = True
        run()
    finally:
        State.is_real = True
        write_notes()


def pytest_collection():
    # Before any test module takes these names.
    import frontend
    import numpy as np
    import tolerances
    import tools
    record_runs()
    record_processes(tools.BUILD / "python")
    record_package()
    for module in (tolerances, np.testing, frontend):
        for name in dir(module):
            if name.startswith("assert_") or (module, name) == (frontend, "check"):
                setattr(module, name, without_unknown(getattr(module, name)))


def pytest_collection_finish(session):
    for item in session.items:
        item.runtest = functools.partial(run_recorded, item.runtest)


def main():
    del sys.argv[0]
    record_package()
    try:
        if sys.argv[0] == "-c":
            program = sys.argv.pop(1)
            exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
    finally:
        write_notes()


if __name__ == "__main__":
    main()
