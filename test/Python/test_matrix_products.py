"""Products of matrices, which a GPU brings in by tiles while it multiplies others and, of
narrow floats, multiplies on matrix units; against NumPy."""

import numpy as np
import pytest

import tolerances as tol
from graphs import Graph, tensor
from ops import NARROW, wide_of

pytestmark = pytest.mark.usefixtures("device")


def factor(graph, values, dtype, known, turned):
    """An argument that holds `values`, transposed in memory where `turned`."""
    stored = np.swapaxes(values, -1, -2).copy() if turned else values
    axes = list(range(stored.ndim))
    name, type = graph.input(stored, dtype=dtype, static=axes if known else [])
    if not turned:
        return name, type
    axes[-2:] = axes[:-3:-1]
    sizes = values.shape if known else [None] * values.ndim
    back = tensor(sizes, dtype)
    return graph.line(f"theano.dimshuffle {name} {axes} : {type} -> {back}"), back


def product(graph, x, y, dtype, known=False, turned=(), op="dot"):
    (a, ta), (b, tb) = (factor(graph, values, dtype, known, name in turned)
                        for name, values in (("a", x), ("b", y)))
    sizes = [*x.shape[:-1], y.shape[-1]]
    out = tensor(sizes if known else [None] * len(sizes), dtype)
    return f"theano.{op} {a}, {b} : ({ta}, {tb}) -> {out}", out


def random(shape, dtype, seed):
    rng = np.random.default_rng(seed)
    if dtype == "int32":
        return rng.integers(-2**31, 2**31, shape, dtype)
    return tol.round_to(rng.normal(0, 1, shape), dtype)


def check_product(actual, x, y, dtype):
    if dtype == "int32":
        return tol.assert_same(actual, x @ y, "product")
    x, y = wide_of(x), wide_of(y)
    accumulator = "float32" if dtype in NARROW else None
    return tol.assert_sum(actual, x @ y, abs(x) @ abs(y), x.shape[-1], accumulator,
                          stored=dtype)


# Whole tiles and several of depth; parts of tiles in whole chunks of eight; odd sizes,
# which have no chunks; a few elements; nothing to sum; whole tiles of depth, and then a part.
SHAPES = [(128, 160, 256), (40, 24, 136), (37, 50, 29), (130, 96, 8), (1, 33, 3), (16, 0, 16),
          (2, 8, 1000), (72, 136, 200)]
TURNED = [(), ("a",), ("b",), ("a", "b")]
DTYPES = [*NARROW, "float32", "int32"]


@pytest.mark.parametrize("m,k,n", SHAPES)
@pytest.mark.parametrize("turned", TURNED)
@pytest.mark.parametrize("dtype", DTYPES)
def test_unknown_sizes(dtype, turned, m, k, n):
    graph = Graph()
    x, y = random((m, k), dtype, 1), random((k, n), dtype, 2)
    graph.result(*product(graph, x, y, dtype, turned=turned))
    [actual] = graph.run()
    check_product(actual, x, y, dtype)


@pytest.mark.parametrize("m,k,n", [(96, 80, 72), (16, 40, 136), (33, 34, 35), (28, 36, 20)])
@pytest.mark.parametrize("turned", TURNED)
@pytest.mark.parametrize("dtype", [*NARROW, "float32"])
def test_known_sizes(dtype, turned, m, k, n):
    graph = Graph()
    x, y = random((m, k), dtype, 3), random((k, n), dtype, 4)
    graph.result(*product(graph, x, y, dtype, True, turned))
    [actual] = graph.run()
    check_product(actual, x, y, dtype)


@pytest.mark.parametrize("turned", TURNED)
@pytest.mark.parametrize("m,n", [(1028, 1024), (1025, 1031)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_large_sizes(dtype, turned, m, n):
    """Where many rows and columns are known more of them share a tile, unless registers
    would not do for them."""
    graph = Graph()
    x, y = random((m, 20), dtype, 3), random((20, n), dtype, 4)
    graph.result(*product(graph, x, y, dtype, True, turned))
    [actual] = graph.run()
    check_product(actual, x, y, dtype)


@pytest.mark.parametrize("m,k,n", [(16, 2100, 40), (5, 3001, 7), (33, 1096, 65)])
@pytest.mark.parametrize("turned", TURNED)
@pytest.mark.parametrize("dtype", [*DTYPES, "float64"])
def test_few_rows(dtype, turned, m, k, n):
    """A small result of much to sum is summed in parts; whole chunks and odd rows, a last
    part with less."""
    graph = Graph()
    x, y = random((m, k), dtype, 12), random((k, n), dtype, 13)
    graph.result(*product(graph, x, y, dtype, True, turned))
    [actual] = graph.run()
    check_product(actual, x, y, dtype)


@pytest.mark.parametrize("m,k", [(37, 2051), (5, 64), (1500, 8), (3, 0), (1, 5000)])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("dtype", [*DTYPES, "float64"])
def test_vectors(dtype, known, turned, m, k):
    """A matrix and a vector, on either side, with what follows; sums along rows and down
    columns, which are few of many or many of few."""
    graph = Graph()
    x, y, z = (random(shape, dtype, seed) for seed, shape in enumerate([(m, k), (k,), (m,)], 21))
    a, ta = factor(graph, x, dtype, known, turned)
    (b, tb), (c, tc) = (graph.input(values, dtype=dtype, static=[0] if known else [])
                        for values in (y, z))
    out = tensor([m if known else None], dtype)
    sums = graph.line(f"theano.dot {a}, {b} : ({ta}, {tb}) -> {out}")
    graph.result(f"theano.maximum {sums}, {c} : ({out}, {tc}) -> {out}", out)
    [actual] = graph.run()
    if dtype == "int32":
        return tol.assert_same(actual, np.maximum(x @ y, z), "maximum")
    x, y, z = map(wide_of, (x, y, z))
    return tol.assert_sum(actual, np.maximum(x @ y, z), abs(x) @ abs(y), k,
                          "float32" if dtype in NARROW else None, stored=dtype)


@pytest.mark.parametrize("shape", [(16, 4), (1500, 40), (5000, 3)])
@pytest.mark.parametrize("turned", [(), ("a",), ("b",), ("a", "b")])
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("dtype", ["float16", "float32", "int32"])
def test_one_column(dtype, known, turned, shape):
    """The gradient of a weight of one output: a result that ends in a dimension of one."""
    k, m = shape
    graph = Graph()
    x, y = random((m, k), dtype, 31), random((k, 1), dtype, 32)
    a, ta = factor(graph, x, dtype, known, "a" in turned)
    stored = y.T.copy() if "b" in turned else y
    one = int("b" not in turned)  # the dimension of one
    b, tb = graph.input(stored, dtype=dtype, static=[0, 1] if known else [one])
    if "b" in turned:
        column = tensor([k if known else None, 1], dtype)
        b, tb = graph.line(f"theano.dimshuffle {b} [1, 0] : {tb} -> {column}"), column
    out = tensor([m if known else None, 1], dtype)
    graph.result(f"theano.dot {a}, {b} : ({ta}, {tb}) -> {out}", out)
    [actual] = graph.run()
    check_product(actual, x, y, dtype)


@pytest.mark.parametrize("dtype", [*NARROW, "float32"])
def test_parts_of_many_dimensions(dtype):
    """A result of three dimensions, the last of one."""
    graph = Graph()
    x, y = random((40, 2000), dtype, 33), random((3, 2000, 1), dtype, 34)
    (a, ta), (b, tb) = (graph.input(value, dtype=dtype, static=range(value.ndim))
                        for value in (x, y))
    out = tensor([40, 3, 1], dtype)
    graph.result(f"theano.dot {a}, {b} : ({ta}, {tb}) -> {out}", out)
    [actual] = graph.run()
    x, y = wide_of(x), wide_of(y)
    accumulator = "float32" if dtype in NARROW else None
    tol.assert_sum(actual, np.dot(x, y), np.dot(abs(x), abs(y)), 2000, accumulator, stored=dtype)


@pytest.mark.parametrize("k", [0, 5, 1300])
@pytest.mark.parametrize("dtype", DTYPES)
def test_parts_of_unknown_sums(dtype, k):
    """How much there is to sum is not known: nothing, less than a part, or more; and what
    follows the product reads whole sums."""
    graph = Graph()
    x, y, row = random((24, k), dtype, 14), random((k, 40), dtype, 15), random((1, 40), dtype, 16)
    a, ta = graph.input(x, dtype=dtype, static=[0])
    b, tb = graph.input(y, dtype=dtype, static=[1])
    c, tc = graph.input(row, dtype=dtype, static=[0, 1])
    out = tensor([24, 40], dtype)
    sums = graph.line(f"theano.dot {a}, {b} : ({ta}, {tb}) -> {out}")
    graph.result(f"theano.maximum {sums}, {c} : ({out}, {tc}) -> {out}", out)
    [actual] = graph.run()
    if dtype == "int32":
        return tol.assert_same(actual, np.maximum(x @ y, row), "maximum")
    x, y, row = map(wide_of, (x, y, row))
    return tol.assert_sum(actual, np.maximum(x @ y, row), abs(x) @ abs(y), k,
                          "float32" if dtype in NARROW else None, stored=dtype)


@pytest.mark.parametrize("dtype", [*NARROW, "float32"])
def test_parts_of_batches(dtype):
    graph = Graph()
    x, y = random((3, 8, 1300), dtype, 17), random((3, 1300, 12), dtype, 18)
    graph.result(*product(graph, x, y, dtype, True, op="batched_dot"))
    [actual] = graph.run()
    check_product(actual, x, y, dtype)


@pytest.mark.parametrize("shape", [(3, 40, 24, 48), (2, 7, 9, 11), (0, 8, 8, 8)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_batches(dtype, shape):
    batch, m, k, n = shape
    graph = Graph()
    x, y = random((batch, m, k), dtype, 5), random((batch, k, n), dtype, 6)
    graph.result(*product(graph, x, y, dtype, op="batched_dot"))
    [actual] = graph.run()
    check_product(actual, x, y, dtype)


@pytest.mark.parametrize("m,k,n", [(48, 64, 40), (19, 21, 23)])
@pytest.mark.parametrize("dtype", [*NARROW, "float32"])
def test_ops_around_a_product(dtype, m, k, n):
    """Before it, and after it, with a row, a column and a matrix."""
    graph = Graph()
    x, y = random((m, k), dtype, 7), random((k, n), dtype, 8)
    row, column, rest = (random(shape, dtype, seed)
                         for seed, shape in enumerate([(1, n), (m, 1), (m, n)], 9))
    type = tensor([None, None], dtype)
    a, ta = graph.input(x, dtype=dtype)
    b, tb = graph.input(y, dtype=dtype)
    positive = graph.line(f"theano.abs {a} : {ta}")
    op = f"theano.dot {positive}, {b} : ({ta}, {tb}) -> {type}"
    for values, static in ((row, [0]), (column, [1]), (rest, [])):
        name, other = graph.input(values, dtype=dtype, static=static)
        op = f"theano.maximum {graph.line(op)}, {name} : ({type}, {other}) -> {type}"
    graph.result(op, type)
    [actual] = graph.run()
    x, y, row, column, rest = map(wide_of, (x, y, row, column, rest))
    expected = np.maximum(np.maximum(np.maximum(abs(x) @ y, row), column), rest)
    tol.assert_sum(actual, expected, abs(x) @ abs(y), k,
                   "float32" if dtype in NARROW else None, stored=dtype)


@pytest.mark.parametrize("side", ["a", "b", "both"])
@pytest.mark.parametrize("m,k,n", [(19, 53, 23), (24, 56, 16), (16, 53, 16)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_computed_operands(dtype, m, k, n, side):
    """A constant is computed in the kernel, so that it comes through registers, beside an
    operand that is copied or another that is not."""
    graph = Graph()
    shapes = {"a": (m, k), "b": (k, n)}
    values, names, types = {}, {}, {}
    for name, shape in shapes.items():
        types[name] = tensor(list(shape), dtype)
        if side in (name, "both"):
            two = "2" if dtype == "int32" else "2.0"
            names[name] = graph.line(f"theano.constant dense<{two}> : {types[name]}")
            values[name] = tol.round_to(np.full(shape, 2), dtype) if dtype != "int32" else (
                np.full(shape, 2, dtype))
        else:
            values[name] = random(shape, dtype, 11)
            names[name], types[name] = graph.input(values[name], dtype=dtype, static=[0, 1])
    out = tensor([m, n], dtype)
    graph.result(f"theano.dot {names['a']}, {names['b']} : ({types['a']}, {types['b']})"
                 f" -> {out}", out)
    [actual] = graph.run()
    check_product(actual, values["a"], values["b"], dtype)


@pytest.mark.parametrize("k,n", [(8, 8), (9, 5)])
@pytest.mark.parametrize("dtype", [*NARROW, "float32"])
def test_awkward_elements(dtype, k, n):
    """What is not finite stays in its row or column, what is outside does not come in, and
    sums are not rounded to the narrow type on the way."""
    graph = Graph()
    x = np.ones((4, k), "float32")
    x[0, 0], x[1, 1], x[2, 2] = np.inf, np.nan, 0
    y = np.ones((k, n), "float32")
    y[2, 1] = np.inf
    y[:, 2] = 2.0**-10
    y[0, 2], y[1, 2] = 1024, -1024  # in float16 what comes between would be lost
    x, y = tol.round_to(x, dtype), tol.round_to(y, dtype)
    graph.result(*product(graph, x, y, dtype))
    [actual] = graph.run()
    wide = wide_of(actual)
    with np.errstate(invalid="ignore"):
        expected = wide_of(x).astype("float64") @ wide_of(y).astype("float64")
    assert (np.isnan(wide) == np.isnan(expected)).all()
    known = np.isfinite(expected)
    assert (wide[np.isinf(expected)] == expected[np.isinf(expected)]).all()
    assert (wide[known] == wide_of(tol.round_to(expected[known], dtype))).all()


def round_to_tf32(x):
    """To 10 bits of fraction, ties away from zero."""
    return ((x.view("uint32") + np.uint32(0x1000)) & np.uint32(0xFFFFE000)).view("float32")


@pytest.mark.parametrize("m,k,n", [*SHAPES, (5, 3001, 7)])
@pytest.mark.parametrize("turned", TURNED)
@pytest.mark.parametrize("known", [False, True])
def test_tf32(device, known, turned, m, k, n):
    """Factors are rounded where there are matrix units for them, and only on request."""
    graph = Graph()
    x, y = random((m, k), "float32", 19), random((k, n), "float32", 20)
    graph.result(*product(graph, x, y, "float32", known, turned))
    [actual] = graph.run("--tf32")
    if device != "cpu" and not (known and m == 1):  # a row is no matrix
        x, y = round_to_tf32(x), round_to_tf32(y)
    check_product(actual, x, y, "float32")


def test_tf32_rounds(device):
    """What of f32 is lost, and what is not: ties go away from zero, subnormals, infinities
    and NaN stay, and sums of exact products are those of f32."""
    one = np.float32(1)
    values = np.array([1 + 2.0**-11, -1 - 2.0**-11, 1 + 2.0**-11 - 2.0**-23, 2.0**-126, 2.0**-136,
                       2.0**-138, 3.0e38, np.inf, -np.inf, np.nan], "float32")
    rounded = np.array([1 + 2.0**-10, -1 - 2.0**-10, 1, 2.0**-126, 2.0**-136, 0, 3.0e38, np.inf,
                        -np.inf, np.nan], "float32")
    rounded[6] = round_to_tf32(values[6:7])[0]
    x = np.zeros((10, 24), "float32")
    x[:, 5] = values
    y = np.zeros((24, 24), "float32")
    y[5] = one
    graph = Graph()
    graph.result(*product(graph, x, y, "float32"))
    [actual] = graph.run("--tf32")
    expected = values if device == "cpu" else rounded
    tol.assert_same(actual[:, 0], expected, "rounded")
    [exact] = graph.run()
    tol.assert_same(exact[:, 0], values, "not asked for")
