"""Reductions of everything, on the CPU and on the simulated GPU, against NumPy.

They are made in two steps, a part for each block and then one block for the parts: the
sizes have no element, less than a vector, one block that is not full, and several of
which the last is not.
"""

import numpy as np
import pytest

import tolerances as tol
from graphs import Graph, tensor, unknown
from ops import FLOATS, held, kind_of, NARROW
from reductions import INTEGERS, SUMMED, run, values

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

SIZES = {"cpu": [0, 1, 7, 65537, 196685], "sim": [0, 1, 7, 4097, 12289]}


@pytest.fixture(params=SIZES)
def device(request):
    return request.param


def reduce_all(device, op, arrays, dtype, result, acc=""):
    """The reduction of each array, each by kernels of its own."""
    graph = Graph()
    for array in arrays:
        name, type = graph.input(array, dtype=dtype)
        axes = list(range(np.ndim(array)))
        out = tensor([], result)
        graph.result(f"theano.{op} {name} axes {axes} {acc}: {type} -> {out}", out)
    return run(graph, device)


@pytest.mark.parametrize("dtype", FLOATS + NARROW)
def test_sums_of_floats(device, dtype):
    acc, accumulator = {"float64": ("", "float64"), "float32": ("acc f64 ", "float64")}.get(
        dtype, ("acc f32 ", "float32"))
    arrays = [values(dtype, count) for count in SIZES[device]]
    # Near 1, so that the product of many is a normal number.
    factors = [tol.round_to(np.exp(x.astype(float) / 64), dtype) for x in arrays]
    totals = reduce_all(device, "sum", arrays, dtype, dtype, acc)
    means = reduce_all(device, "mean", arrays, dtype, dtype, acc)
    products = reduce_all(device, "prod", factors, dtype, dtype, acc)
    for x, y, total, mean, product in zip(arrays, factors, totals, means, products,
                                          strict=True):
        wide, wide_y = x.astype(np.longdouble), y.astype(np.longdouble)
        magnitude = np.abs(wide).sum()
        tol.assert_sum(total, wide.sum(), magnitude, x.size, accumulator, "sum", dtype)
        tol.assert_sum(mean, wide.mean(), magnitude / max(x.size, 1), x.size, accumulator,
                       "mean", dtype)
        tol.assert_sum(product, wide_y.prod(), wide_y.prod(), x.size, accumulator, "prod",
                       dtype)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_sums_of_integers(device, dtype):
    """Sums and products that overflow wrap, in whatever order."""
    arrays = [values(dtype, count) for count in SIZES[device]]
    arrays.append(np.full(20000, np.iinfo(dtype).max, dtype))
    wide = SUMMED[kind_of(dtype)]
    odd = [x | 1 for x in arrays]
    for x, total in zip(arrays, reduce_all(device, "sum", arrays, dtype, wide), strict=True):
        tol.assert_same(total, x.sum(dtype=wide), "sum")
    for x, product in zip(odd, reduce_all(device, "prod", odd, dtype, wide), strict=True):
        tol.assert_same(product, x.prod(dtype=wide), "prod")


def extremes(device, dtype):
    """Several equal extrema, not in the order in which blocks are read; for floats
    also NaN among them, and nothing but infinities."""
    for count in SIZES[device][1:]:
        x = values(dtype, count)
        most, least = x.max(), x.min()
        x[count // 2], x[count // 3], x[-1] = most, most, most
        x[count // 4], x[count // 5] = least, least
        yield x
        if kind_of(dtype) == "f":
            y = x.copy()
            y[[count // 2, count - 1]] = np.nan
            yield y
            yield np.full(count, -np.inf, held(dtype))
            yield np.full(count, np.inf, held(dtype))
        else:
            yield np.full(count, np.iinfo(dtype).min, dtype)
            yield np.full(count, np.iinfo(dtype).max, dtype)


@pytest.mark.parametrize("dtype", FLOATS + NARROW + INTEGERS)
def test_extremes(device, dtype):
    arrays = list(extremes(device, dtype))
    for op, result in [("max", dtype), ("min", dtype), ("argmax", "int64")]:
        for x, found in zip(arrays, reduce_all(device, op, arrays, dtype, result), strict=True):
            expected = np.int64(x.argmax()) if op == "argmax" else getattr(x, op)()
            tol.assert_same(found, expected, op)


def test_any_and_all(device):
    arrays = []
    for count in SIZES[device]:
        for place in (None, 0, count // 2, count - 1):
            x = np.zeros(count, bool)
            if place is not None and count:
                x[place] = True
            arrays += [x, ~x]
    for op in ("any", "all"):
        for x, found in zip(arrays, reduce_all(device, op, arrays, "bool", "bool"), strict=True):
            tol.assert_same(found, getattr(x, op)(), op)


@pytest.mark.parametrize("static", [(), (0, 1, 2)])
def test_what_is_computed_before_and_after(device, static):
    """The root of the mean of squared differences, of a tensor and a row of it: blocks
    begin in the middle of a row."""
    rng = np.random.default_rng(3)
    rows = {"cpu": 67, "sim": 7}[device]
    x, y = rng.normal(0, 1, (5, rows, 1001)), rng.normal(0, 1, 1001)
    graph = Graph()
    a, of_x = graph.input(x, static)
    b, of_y = graph.input(y, static[:1])
    row = graph.line(f'theano.dimshuffle {b} ["x", "x", 0] : {of_y} -> '
                     f"{of_y.replace('<', '<1x1x')}")
    difference = graph.line(f"theano.sub {a}, {row} : ({of_x}, "
                            f"{of_y.replace('<', '<1x1x')}) -> {of_x}")
    square = graph.line(f"theano.sqr {difference} : {of_x}")
    scalar = tensor([], "float64")
    mean = graph.line(f"theano.mean {square} axes [0, 1, 2] : {of_x} -> {scalar}")
    graph.result(f"theano.sqrt {mean} : {scalar}", scalar)
    graph.result(f"theano.neg {mean} : {scalar}", scalar)
    root, negative = run(graph, device)
    expected = ((x - y) ** 2).mean()
    tol.assert_composite(root, np.sqrt(expected), "root")
    tol.assert_composite(negative, -expected, "mean")


def test_bits_do_not_depend_on_the_order_of_warps(monkeypatch):
    x = values("float32", 50000)
    found = set()
    for seed in range(3):
        monkeypatch.setenv("THEANO_SIM_SEED", str(seed))
        graph = Graph()
        name, type = graph.input(x)
        out = unknown(0, "float32")
        graph.result(f"theano.sum {name} axes [0] : {type} -> {out}", out)
        found.add(run(graph, "sim")[0].tobytes())
    assert len(found) == 1


@pytest.mark.parametrize("shape", [(300_001,), (2, 150_001), (100_003, 3), (7, 33, 1301),
                                   (3, 0, 1), (1, 131_073)])
def test_bits_do_not_depend_on_the_number_of_threads(shape):
    """What each block has follows from the sizes: also of rows that several blocks share
    and of blocks that share a row, as they lie and of a transposed view."""
    x = values("float32", int(np.prod(shape))).reshape(shape)
    graph = Graph()
    name, type = graph.input(x)
    order = list(range(x.ndim))[::-1]
    view = graph.line(f"theano.dimshuffle {name} {order} : {type} -> {type}")
    scalar, axes = tensor([], "float32"), list(range(x.ndim))
    place = tensor([], "int64")
    for read in (name, view):
        graph.result(f"theano.sum {read} axes {axes} : {type} -> {scalar}", scalar)
        if x.size:
            graph.result(f"theano.argmax {read} axes {axes} : {type} -> {place}", place)
    first, *others = graph.run_by_threads()
    for other in others:
        for a, b in zip(first, other, strict=True):
            tol.assert_same(a, b)
    sums = first[::2] if x.size else first
    wide = x.astype(np.longdouble)
    for total in sums:
        tol.assert_sum(total, wide.sum(), np.abs(wide).sum(), x.size)
    if x.size:
        tol.assert_same(first[1], np.int64(x.argmax()))
        tol.assert_same(first[3], np.int64(x.T.argmax()))


def test_a_value_that_many_paths_reach(device):
    """Each of fifty values is read by the next two: there are 10^10 paths to the first."""
    graph = Graph()
    x = values("float64", (5, 7))
    name, type = graph.input(x)
    before, last = name, graph.line(f"theano.neg {name} : {type}")
    expected = [x, -x]
    for step in range(50):
        op = "sub" if step % 2 else "add"
        before, last = last, graph.line(f"theano.{op} {last}, {before} : {type}")
        expected.append(expected[-1] + (-1) ** (step % 2) * expected[-2])
    scalar = tensor([], "float64")
    graph.result(f"theano.sum {last} axes [0, 1] : {type} -> {scalar}", scalar)
    [total] = run(graph, device)
    # Sums and differences of a few multiples of x, each rounded.
    size = sum(np.abs(value).sum() for value in expected)
    tol.assert_sum(total, expected[-1].sum(), size, x.size, "float64")
