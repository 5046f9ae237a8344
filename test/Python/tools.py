"""Calls the tools of the build under test, as a user would."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("THEANO_BUILD_DIR", SOURCE / "build"))

# See cmake/TestEnvironment.cmake.
_WANTED = json.loads((BUILD / "test" / "environment.json").read_text())
# This process was started as one that imports the package; what it starts are tools,
# unless it asks for python_environment().
for _key in _WANTED["python"]:
    os.environ.pop(_key, None)
os.environ.update(_WANTED["tools"])


def python_environment():
    """The environment in which a Python process imports the package under test."""
    return dict(os.environ, PYTHONPATH=str(BUILD / "python"), **_WANTED["python"])


def run_tool(name, *arguments, stdin=None, check=True, timeout=120):
    """Runs build/bin/NAME; with `check`, a non-zero exit raises with what it said.
    A crash always does: no test waits for one."""
    done = subprocess.run([BUILD / "bin" / name, *map(str, arguments)], input=stdin,
                          text=True, capture_output=True, timeout=timeout, check=False)
    if done.returncode < 0 or check and done.returncode:
        raise AssertionError(
            f"{name} {' '.join(map(str, arguments))}\nended with exit code "
            f"{done.returncode}:\n{done.stderr}")
    return done


def theano_run(source, inputs=(), *options, check=True, timeout=120):
    """Runs IR text with `theano-run` and returns its outputs by key.

    `inputs` maps argument names or positions to arrays; they travel as .npy files,
    so dtype, shape and layout arrive as they are here. Extra `options` go before
    the file. With check=False the finished process comes back instead.
    """
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        out = folder / "out.npz"
        done = run_tool("theano-run", _saved_graph(folder, source), *options,
                        *_saved_inputs(folder, inputs), "-o", out, check=check,
                        timeout=timeout)
        return _arrays(out) if check else done


def theano_run_each(source, cases, *options, timeout=120):
    """The same for several `inputs`, by calls of one process: it compiles once."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        arguments, outs = [], []
        for number, inputs in enumerate(cases):
            place = folder / str(number)
            place.mkdir()
            outs.append(place / "out.npz")
            arguments += ["--call", "main", *_saved_inputs(place, inputs), "-o", outs[-1]]
        run_tool("theano-run", _saved_graph(folder, source), *options, *arguments,
                 timeout=timeout)
        return [_arrays(out) for out in outs]


def _saved_graph(folder, source):
    file = folder / "graph.mlir"
    file.write_text(source)
    return file


def _saved_inputs(folder, inputs):
    """The options that give the inputs."""
    options = []
    for key, value in dict(inputs).items():
        file = folder / f"{key}.npy"
        np.save(file, np.asarray(value))
        options += ["-i", f"{key}={file}"]
    return options


def _arrays(file):
    with np.load(file, allow_pickle=False) as data:
        return {key: data[key] for key in data.files}
