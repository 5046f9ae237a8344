"""Reductions of rows that are read once, on the CPU and on the simulated GPU, against
NumPy.

On a GPU they go in vectors from the first element of a row that lies on one: lengths are
less than that, whole numbers of vectors and not, one for each thread of a warp or a block
and about one more, and several rounds. A row that is read beside the reduced ones lies on
vectors where they do not.
"""

import numpy as np
import pytest

import tolerances as tol
from graphs import Graph, tensor
from ops import NARROW
from reductions import values

pytestmark = pytest.mark.usefixtures("device")

LENGTHS = [1, 3, 8, 31, 127, 129, 255, 257, 513, 1023, 1025, 2051, 4097]
DTYPES = ["float32", "float64", "float16", "int8", "int64"]


def check_sums(actual, terms, dtype):
    if np.dtype(dtype).kind == "i":
        return tol.assert_same(actual, terms.sum(axis=1, dtype="int64"), "sum")
    wide = terms.astype(np.longdouble)
    accumulator = "float32" if dtype in NARROW else dtype
    return tol.assert_sum(actual, wide.sum(axis=1), abs(wide).sum(axis=1), wide.shape[1],
                          accumulator, stored=dtype)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_lengths(dtype, known, keep):
    graph = Graph()
    arrays = [values(dtype, (5, length), length) for length in LENGTHS]
    isInteger = np.dtype(dtype).kind == "i"
    acc = "acc f32 " if dtype in NARROW else ""
    result = "int64" if isInteger else dtype
    for array in arrays:
        name, type = graph.input(array, static=[1] if known else [])
        # A dimension of one that is kept says nothing of the others.
        sums = tensor([None, 1] if keep else [None], result)
        keeping = "keepdims " if keep else ""
        graph.result(f"theano.sum {name} axes [1] {keeping}{acc}: {type} -> {sums}", sums)
        most = tensor([None], dtype)
        graph.result(f"theano.max {name} axes [1] : {type} -> {most}", most)
        place = tensor([None], "int64")
        graph.result(f"theano.argmax {name} axes [1] : {type} -> {place}", place)
    found = graph.run()
    for number, array in enumerate(arrays):
        sums, most, place = found[3 * number:3 * number + 3]
        assert sums.shape == ((5, 1) if keep else (5,))
        check_sums(sums.reshape(5), array, dtype)
        tol.assert_same(most, array.max(axis=1), "max")
        tol.assert_same(place, array.argmax(axis=1), "argmax")


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("length", LENGTHS)
def test_rows_beside_a_row(length, known):
    """The differences to a row, and to a column, of more inputs than are read by eights."""
    graph = Graph()
    x, y = (values("float32", (6, length), seed) for seed in (1, 2))
    row, column = values("float32", (1, length), 3), values("float32", (6, 1), 4)
    static = [0, 1] if known else []
    (a, ta), (b, tb) = (graph.input(value, static) for value in (x, y))
    c, tc = graph.input(row, static or [0])
    d, td = graph.input(column, static or [1])
    type = tensor(x.shape if known else [None, None], "float32")
    text = f"theano.sub {a}, {c} : ({ta}, {tc}) -> {type}"
    for name, other in ((d, td), (b, tb)):
        text = f"theano.add {graph.line(text)}, {name} : ({type}, {other}) -> {type}"
    out = tensor([6 if known else None], "float32")
    graph.result(f"theano.sum {graph.line(text)} axes [1] : {type} -> {out}", out)
    [actual] = graph.run()
    wide = [value.astype(np.longdouble) for value in (x, -row, column, y)]
    exact = sum(wide).sum(axis=1)
    size = sum(abs(value) for value in wide).sum(axis=1)
    tol.assert_sum(actual, exact, size, 4 * length, "float32")
