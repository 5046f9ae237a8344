"""Reductions over rows, column by column, on the CPU and on the simulated GPU, against
NumPy.

Shapes have no row, fewer rows than a block has threads down, several parts of which the
last is short or empty; no column, one, a vector's and more, with a tile that is not full,
and numbers of them that no vector divides.
"""

import numpy as np
import pytest

import tolerances as tol
from graphs import Graph, tensor
from ops import FLOATS, NARROW, held, kind_of
from reductions import DEVICES, INTEGERS, SUMMED, run, values

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

SHAPES = [(0, 5), (3, 0), (1, 1), (7, 1), (3, 4), (33, 33), (300, 10), (1500, 16), (2100, 3),
          (9, 132), (70, 514)]


@pytest.fixture(params=DEVICES)
def device(request):
    return request.param


def reduce_columns(device, op, arrays, dtype, result, acc="", static=False, axes=(0,)):
    """The reduction of each array over some axes, each by kernels of its own."""
    graph = Graph()
    for array in arrays:
        every = tuple(range(array.ndim)) if static else ()
        name, type = graph.input(array, every, dtype=dtype)
        left = [n if static else None for i, n in enumerate(array.shape) if i not in axes]
        out = tensor(left, result)
        graph.result(f"theano.{op} {name} axes {list(axes)} {acc}: {type} -> {out}", out)
    return run(graph, device)


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("dtype", FLOATS + NARROW)
def test_sums_of_floats(device, dtype, static):
    acc, accumulator = {"float64": ("", "float64"), "float32": ("acc f64 ", "float64")}.get(
        dtype, ("acc f32 ", "float32"))
    arrays = [values(dtype, shape) for shape in SHAPES]
    # Near 1, so that the product of many is a normal number.
    factors = [tol.round_to(np.exp(x.astype(float) / 64), dtype) for x in arrays]
    totals = reduce_columns(device, "sum", arrays, dtype, dtype, acc, static)
    products = reduce_columns(device, "prod", factors, dtype, dtype, acc, static)
    for x, y, total, product in zip(arrays, factors, totals, products, strict=True):
        wide, wide_y = x.astype(np.longdouble), y.astype(np.longdouble)
        tol.assert_sum(total, wide.sum(0), np.abs(wide).sum(0), len(x), accumulator, "sum",
                       dtype)
        tol.assert_sum(product, wide_y.prod(0), wide_y.prod(0), len(x), accumulator, "prod",
                       dtype)


def test_sums_in_their_own_type(device):
    arrays = [values("float32", shape) for shape in SHAPES]
    for x, total in zip(arrays, reduce_columns(device, "sum", arrays, "float32", "float32"),
                        strict=True):
        wide = x.astype(np.longdouble)
        tol.assert_sum(total, wide.sum(0), np.abs(wide).sum(0), len(x))


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("dtype", INTEGERS)
def test_sums_of_integers(device, dtype, static):
    """Sums and products that overflow wrap, in whatever order."""
    arrays = [values(dtype, shape) for shape in SHAPES]
    arrays.append(np.full((2000, 20), np.iinfo(dtype).max, dtype))
    wide = SUMMED[kind_of(dtype)]
    odd = [x | 1 for x in arrays]
    for x, total in zip(arrays, reduce_columns(device, "sum", arrays, dtype, wide, "", static),
                        strict=True):
        tol.assert_same(total, x.sum(0, dtype=wide), "sum")
    for x, product in zip(odd, reduce_columns(device, "prod", odd, dtype, wide, "", static),
                          strict=True):
        tol.assert_same(product, x.prod(0, dtype=wide), "prod")


def extremes(dtype):
    """Several equal extrema, not in the order in which parts are read; for floats also
    NaN among them, and nothing but infinities."""
    for shape in SHAPES[1:]:
        x = values(dtype, shape)
        rows = len(x)
        x[rows // 2] = x[rows // 3] = x[-1] = x.max() if x.size else 0
        x[rows // 4] = x[rows // 5] = x.min() if x.size else 0
        yield x
        if kind_of(dtype) == "f":
            y = x.copy()
            y[[rows // 2, rows - 1]] = np.nan
            yield y
            yield np.full(shape, -np.inf, held(dtype))
        else:
            yield np.full(shape, np.iinfo(dtype).min, dtype)


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("dtype", FLOATS + NARROW + INTEGERS)
def test_extremes(device, dtype, static):
    arrays = list(extremes(dtype))
    for op, result in [("max", dtype), ("min", dtype), ("argmax", "int64")]:
        found = reduce_columns(device, op, arrays, dtype, result, "", static)
        for x, one in zip(arrays, found, strict=True):
            expected = x.argmax(0).astype("int64") if op == "argmax" else getattr(x, op)(0)
            tol.assert_same(one, expected, op)


def test_any_and_all(device):
    arrays = []
    for shape in SHAPES:
        for row in (None, 0, shape[0] // 2, shape[0] - 1):
            x = np.zeros(shape, bool)
            if row is not None and x.size:
                x[row, ::2] = True
            arrays += [x, ~x]
    for op in ("any", "all"):
        found = reduce_columns(device, op, arrays, "bool", "bool")
        for x, one in zip(arrays, found, strict=True):
            tol.assert_same(one, getattr(x, op)(0), op)


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("shape,axes", [
    ((5, 70, 9), (1,)), ((3, 2, 8, 12), (0, 2)), ((40, 30, 20), (0, 1)), ((4, 700, 3), (1,)),
    ((1, 60, 1, 7), (0, 1)), ((3, 0, 5), (1,)), ((0, 3, 5), (1,)), ((1200, 1, 5), (0,)),
    ((3, 1300, 1), (1,))])
def test_further_dimensions(device, shape, axes, static):
    x = values("float64", shape)
    [total] = reduce_columns(device, "sum", [x], "float64", "float64", "", static, axes)
    [place] = reduce_columns(device, "argmax", [x], "float64", "int64", "", static,
                             axes) if len(axes) == 1 and shape[axes[0]] else [None]
    wide = x.astype(np.longdouble)
    count = int(np.prod([shape[axis] for axis in axes]))
    tol.assert_sum(total, wide.sum(axes), np.abs(wide).sum(axes), count, "float64")
    if place is not None:
        tol.assert_same(place, x.argmax(axes[0]).astype("int64"))


# Whole numbers of vectors and one more or less, of tiles, and those a vector short that
# blocks have of other rows; narrower than a vector.
WIDTHS = [2, 3, 4, 5, 7, 8, 9, 15, 17, 31, 33, 60, 61, 63, 65, 119, 120, 121, 123, 124, 125,
          127, 128, 129, 240, 241, 247, 248, 249, 255, 257, 496, 511]


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8"])
def test_rows_that_begin_within_vectors(device, dtype, static):
    """Each element counts once and in its column: sums of whole numbers are exact."""
    rng = np.random.default_rng(5)
    widths = WIDTHS[::3] if static else WIDTHS
    arrays = [rng.integers(-5, 6, (rows, width)).astype(dtype)
              for width in widths for rows in ([9, 700] if static else [1, 2, 5, 33, 700])]
    result, acc = {"int8": ("int64", ""), "float16": ("float16", "acc f32 ")}.get(
        dtype, (dtype, ""))
    for x, total in zip(arrays, reduce_columns(device, "sum", arrays, dtype, result, acc,
                                               static), strict=True):
        tol.assert_same(total, x.sum(0, dtype="int64").astype(result), f"{x.shape}")


@pytest.mark.parametrize("shape,axes", [
    ((3, 41, 7), (1,)), ((5, 300, 130), (1,)), ((2, 3, 90, 33), (2,)), ((9, 50, 125), (0, 1)),
    ((2, 30, 3, 61), (0, 1, 2)), ((3, 1, 40, 1, 9), (1, 2)), ((7, 3, 33, 9), (0, 2)),
    ((65, 3, 35), (0,))])
def test_rows_of_further_dimensions_that_begin_within_vectors(device, shape, axes):
    x = np.random.default_rng(6).integers(-5, 6, shape).astype("float32")
    [total] = reduce_columns(device, "sum", [x], "float32", "float32", axes=axes)
    tol.assert_same(total, x.sum(axes), "sum")


@pytest.mark.parametrize("columns", [5, 126, 249])
@pytest.mark.parametrize("rows", [7, 1100])
def test_what_is_read_beside_rows_that_begin_within_vectors(device, rows, columns):
    """One number a column, one a row and one of each; the index of the row."""
    rng = np.random.default_rng(7)
    x, y = (rng.integers(-5, 6, (rows, columns)).astype("float32") for _ in range(2))
    u = rng.integers(-5, 6, columns).astype("float32")
    v = rng.integers(-5, 6, rows).astype("float32")
    graph = Graph()
    (a, matrix), (b, _) = graph.input(x), graph.input(y)
    (c, row), (d, column) = graph.input(u), graph.input(v)
    one_row, one_column = "tensor<1x?xf32>", "tensor<?x1xf32>"
    c = graph.line(f'theano.dimshuffle {c} ["x", 0] : {row} -> {one_row}')
    d = graph.line(f'theano.dimshuffle {d} [0, "x"] : {column} -> {one_column}')
    first = graph.line(f"theano.mul {a}, {b} : {matrix}")
    second = graph.line(f"theano.add {first}, {c} : ({matrix}, {one_row}) -> {matrix}")
    third = graph.line(f"theano.mul {second}, {d} : ({matrix}, {one_column}) -> {matrix}")
    graph.result(f"theano.sum {third} axes [0] : {matrix} -> {row}", row)
    graph.result(f"theano.argmax {third} axes [0] : {matrix} -> tensor<?xi64>", "tensor<?xi64>")
    total, place = run(graph, device)
    expected = (x * y + u) * v[:, None]
    tol.assert_same(total, expected.sum(0), "sum")
    tol.assert_same(place, expected.argmax(0).astype("int64"), "argmax")


@pytest.mark.parametrize("rows", [6, 900])
@pytest.mark.parametrize("columns", [8, 131])
@pytest.mark.parametrize("static", [(), (0, 1)])
def test_what_is_computed_before_and_after(device, rows, columns, static):
    """The root of the mean of squared differences from a row, plus a bias, with and
    without the dimension."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(0, 1, (rows, columns)), rng.normal(0, 1, columns)
    bias = rng.normal(0, 1, columns)
    graph = Graph()
    a, of_x = graph.input(x, static)
    b, of_y = graph.input(y, static[:1])
    c, _ = graph.input(bias, static[:1])
    one_row = of_y.replace("<", "<1x")
    row = graph.line(f'theano.dimshuffle {b} ["x", 0] : {of_y} -> {one_row}')
    bias_row = graph.line(f'theano.dimshuffle {c} ["x", 0] : {of_y} -> {one_row}')
    difference = graph.line(f"theano.sub {a}, {row} : ({of_x}, {one_row}) -> {of_x}")
    square = graph.line(f"theano.sqr {difference} : {of_x}")
    mean = graph.line(f"theano.mean {square} axes [0] : {of_x} -> {of_y}")
    kept = graph.line(f"theano.mean {square} axes [0] keepdims : {of_x} -> {one_row}")
    root = graph.line(f"theano.sqrt {mean} : {of_y}")
    graph.result(f"theano.add {root}, {c} : ({of_y}, {of_y}) -> {of_y}", of_y)
    graph.result(f"theano.add {kept}, {bias_row} : ({one_row}, {one_row}) -> {one_row}",
                 one_row)
    first, second = run(graph, device)
    expected = ((x - y) ** 2).mean(0)
    tol.assert_composite(first, np.sqrt(expected) + bias, "root")
    tol.assert_composite(second, (expected + bias)[None], "mean")


def test_bits_do_not_depend_on_the_order_of_warps(monkeypatch):
    arrays = [values("float32", (3000, width)) for width in (3, 37, 250)]
    found = set()
    for seed in range(3):
        monkeypatch.setenv("THEANO_SIM_SEED", str(seed))
        found.add(b"".join(total.tobytes() for total in reduce_columns(
            "sim", "sum", arrays, "float32", "float32")))
    assert len(found) == 1


def test_equal_terms():
    # Every addition of equal terms rounds the same way within a power of two.
    x = np.full((60_000, 5), 0.1, "float32")
    exact = x.flat[0].astype(np.longdouble) * len(x)
    [total] = reduce_columns("sim", "sum", [x], "float32", "float32")
    tol.assert_sum(total, np.full(5, exact), exact, len(x))
