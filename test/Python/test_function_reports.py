"""What a compiled function says of itself, and where it may run."""

import ctypes
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.configparser import change_flags
from tools import python_environment

HERE = Path(__file__)


def _line_of(mark):
    return next(number for number, line in enumerate(HERE.read_text().split("\n"), 1)
                if line.endswith(f"# {mark}"))


def test_explain_names_kernels_with_their_python_lines():
    x = T.fmatrix("x")
    y = T.tanh(x) * x  # the elementwise line
    s = y.sum(axis=0)  # the line of the sum
    text = theano.function([x], s).explain()
    assert text.startswith("function main: ")
    kernels = text.split("\nkernel ")[1:]
    assert len(kernels) == int(re.match(r"function main: (\d+) kernels?\n", text)[1]) > 0
    for kernel in kernels:
        for label in ("family", "ops", "bytes in", "bytes out", "grid"):
            assert re.search(rf"^  {label} +\S", kernel, re.M), kernel
    for mark in ("the elementwise line", "the line of the sum"):
        assert re.search(rf"{re.escape(str(HERE))}:{_line_of(mark)}(,|$)", text, re.M), text


def test_explain_of_a_function_without_kernels():
    x = T.fmatrix("x")
    assert theano.function([x], x).explain().startswith("function main: ")


def test_products_are_rounded_to_tf32_on_request():
    x, y = T.fmatrices("x", "y")
    rounded = "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"
    assert rounded not in theano.function([x, y], T.dot(x, y)).ptx()
    with change_flags(tf32=True):
        product = theano.function([x, y], T.dot(x, y))
    assert rounded in product.ptx("sm_90")
    assert rounded not in product.ptx("sm_75")  # which has no units for it


def test_errors_at_run_time_name_file_and_line_without_a_column():
    x, i = T.dvector("x"), T.lscalar("i")
    pick = theano.function([x, i], x[i])  # the line of the pick
    with pytest.raises(IndexError) as caught:
        pick(np.ones(3), 7)
    assert str(caught.value).startswith(f"{HERE}:{_line_of('the line of the pick')}: ")


def _driver_is_there():
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    return True


@pytest.mark.skipif(_driver_is_there(), reason="this machine has a CUDA driver")
@pytest.mark.parametrize("name", ["cuda", "cuda0", "cuda:1"])
def test_a_gpu_without_a_driver_is_a_clear_error(name):
    program = ("import theano, theano.tensor as T\n"
               "print('imported', flush=True)\n"
               "x = T.fvector()\n"
               "f = theano.function([x], x + 1)\n"
               "print(f([1, 2]))\n")
    done = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True,
                          env=dict(python_environment(), THEANO_FLAGS=f"device={name}"),
                          timeout=60, check=False)
    # The device is opened when it is first needed, not on import.
    assert done.stdout.startswith("imported\n"), done.stderr
    last = done.stderr.strip().split("\n")[-1]
    runtime_name = name if name == "cuda" else "cuda:" + name[-1]
    assert last.startswith(f"RuntimeError: config.device={runtime_name}: "), done.stderr
    assert "libcuda.so.1" in last


def test_an_unknown_device_is_refused_on_import():
    done = subprocess.run([sys.executable, "-c", "import theano"], text=True,
                          capture_output=True, timeout=60, check=False,
                          env=dict(python_environment(), THEANO_FLAGS="device=gpu0"))
    assert done.returncode
    assert "config.device: expected cpu, cuda or cuda0, cuda1, ..., got 'gpu0'" in done.stderr
