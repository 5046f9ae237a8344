"""Reductions against NumPy."""

import numpy as np
import pytest

import tolerances as tol
from graphs import Graph, tensor, unknown
from ops import awkward, check_all, FLOATS, held, is_same_but_zero_sign, kind_of, NARROW

pytestmark = [pytest.mark.usefixtures("device"),
              pytest.mark.filterwarnings("ignore::RuntimeWarning")]

# Shapes of one rank and the axes that are reduced: one graph for each line.
REDUCED = [([(7,)], [0]),
           ([(3, 17), (130, 33), (6, 259), (3, 0)], [0]),
           ([(3, 17), (1, 33), (33, 130), (0, 3)], [1]),
           ([(3, 17)], [0, 1]),
           ([(2, 3, 5), (2, 1030, 19)], [1]),
           ([(2, 3, 5), (3, 4, 37)], [0, 2]),
           ([(2, 3, 5)], [1, 2]),
           ([(3, 5, 2, 33)], [0, 2]),
           ([(3, 5, 4, 33), (40, 3, 7, 9), (1, 4, 1, 1), (3, 0, 5, 2)],
            [0, 2, 3]),
           ([(3, 5, 2, 33)], [1, 3])]


def reduced_type(shape, axes, dtype, keepdims):
    sizes = [1 if d in axes else None for d in range(len(shape)) if keepdims or d not in axes]
    return tensor(sizes, dtype)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("shapes,axes", REDUCED)
@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int8", "uint8"])
def test_reductions(dtype, shapes, axes, keepdims):
    rng = np.random.default_rng(1)
    kind = kind_of(dtype)
    cases = [operands(rng, dtype, shape) for shape in shapes]
    graph = Graph()
    name, type = graph.input(cases[0][0], dtype=dtype)
    factors, _ = graph.input(cases[0][1], dtype=dtype)
    keep = "keepdims " if keepdims else ""
    summed = dtype if kind == "f" else {"i": "int64", "u": "uint64"}[kind]
    acc = {"float16": "acc f32 ", "bfloat16": "acc f32 ", "float32": "acc f64 "}.get(dtype, "")
    for op, result in [("sum", summed), ("prod", summed),
                       ("mean", dtype if kind == "f" else "float64")]:
        out = reduced_type(shapes[0], axes, result, keepdims)
        accs = acc if op != "mean" or kind == "f" else ""
        operand = factors if op == "prod" else name
        graph.result(f"theano.{op} {operand} axes {axes} {keep}{accs}: {type} -> {out}", out)
    for op, result in [("max", dtype), ("min", dtype), ("argmax", "int64")]:
        out = reduced_type(shapes[0], axes, result, keepdims)
        graph.result(f"theano.{op} {name} axes {axes} {keep}: {type} -> {out}", out)
    for (x, y), results in zip(cases, graph.run_each(cases), strict=True):
        check_sums(x, y, axes, keepdims, dtype, results[:3])
        check_extrema(x, axes, keepdims, results[3:])


def test_what_is_reduced_over_dimensions_apart_is_a_result_too():
    """One value that is reduced twice: its kernel must not wait for a size of its results."""
    x = np.random.default_rng(3).normal(0, 1, (5, 3, 37)).astype("float32")
    graph = Graph()
    name, type = graph.input(x)
    row = unknown(1, "float32")
    value = graph.line(f"theano.abs {name} : {type}")
    graph.results.append((value, type))
    for op in ("sum", "max"):
        graph.result(f"theano.{op} {value} axes [0, 2] : {type} -> {row}", row)
    absolute, total, most = graph.run()
    expected = np.abs(x)
    tol.assert_same(absolute, expected, "abs")
    tol.assert_sum(total, expected.sum((0, 2), dtype=np.longdouble),
                   expected.sum((0, 2), dtype=np.longdouble), 5 * 37)
    tol.assert_same(most, expected.max((0, 2)), "max")


def operands(rng, dtype, shape):
    """What is summed and compared, and what is multiplied: floats near one, as a partial
    product must not underflow in whatever order a device multiplies."""
    if kind_of(dtype) == "f":
        signs = rng.choice([-1, 1], shape)
        values = rng.normal(0, 1, shape), signs * np.exp(rng.normal(0, 0.05, shape))
    else:
        values = rng.integers(0, 5, shape), rng.integers(1, 5, shape)
    return [tol.round_to(value, dtype) for value in values]


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_products_of_special_values(dtype):
    """Zeros of both signs, infinities and NaN among the factors, of rows and of columns."""
    rows = [[2, 0, 3, 1], [-2, 0, 3, 1], [-1, -1, -1, 1], [0, 0, 0, 0]]
    if kind_of(dtype) == "f":
        rows += [[-0.0, 1, 1, 1], [0, np.inf, 1, 1], [1, -np.inf, 2, -3], [np.nan, 0, 1, 1],
                 [-0.0, -np.inf, np.nan, 1]]
    x = np.array(rows, dtype)
    graph = Graph()
    out = unknown(1, dtype)
    for value, axis in [(x, 1), (np.ascontiguousarray(x.T), 0)]:
        name, type = graph.input(value)
        graph.result(f"theano.prod {name} axes [{axis}] : {type} -> {out}", out)
    for product in graph.run():
        tol.assert_same(product, x.prod(1), "prod")


def check_sums(x, factors, axes, keepdims, dtype, results):
    total, product, mean = results
    how = {"axis": tuple(axes), "keepdims": keepdims}
    count = int(np.prod([x.shape[d] for d in axes]))
    with np.errstate(all="ignore"):
        if kind_of(dtype) == "f":
            accumulator = "float32" if dtype in NARROW else "float64"
            wide_x = x.astype(np.longdouble)
            magnitude = np.abs(wide_x).sum(**how)
            exact_product = np.prod(factors.astype(np.longdouble), **how)
            tol.assert_sum(total, wide_x.sum(**how), magnitude, count, accumulator,
                           stored=dtype)
            tol.assert_sum(product, exact_product, np.abs(exact_product), count,
                           accumulator, "prod", dtype)
            tol.assert_sum(mean, wide_x.mean(**how), magnitude / count, count, accumulator,
                           "mean", dtype)
        else:
            summed = {"i": "int64", "u": "uint64"}[x.dtype.kind]
            tol.assert_same(total, x.sum(dtype=summed, **how), "sum")
            tol.assert_same(product, factors.prod(dtype=summed, **how), "prod")
            wide_mean = x.astype(np.longdouble).mean(**how)
            tol.assert_sum(mean, wide_mean, wide_mean, count, what="mean")


def check_extrema(x, axes, keepdims, results):
    largest, smallest, place = results
    tol.assert_same(largest, x.max(tuple(axes), keepdims=keepdims), "max")
    tol.assert_same(smallest, x.min(tuple(axes), keepdims=keepdims), "min")
    kept = [d for d in range(x.ndim) if d not in axes]
    count = int(np.prod([x.shape[d] for d in axes]))
    flat = np.transpose(x, kept + axes).reshape([x.shape[d] for d in kept] + [count])
    expected = (flat.argmax(-1) if flat.size else np.zeros(flat.shape[:-1])).astype("int64")
    if keepdims:
        expected = expected.reshape([1 if d in axes else n for d, n in enumerate(x.shape)])
    tol.assert_same(place, expected, "argmax")


@pytest.mark.parametrize("dtype", FLOATS + NARROW)
def test_reductions_of_awkward_floats(dtype):
    inf, nan = np.inf, np.nan
    x = np.array([[-inf, -inf, -inf], [1, nan, nan], [inf, -inf, 0], [3, 3, 2],
                  [-0.0, 0.0, -1]], held(dtype))
    graph = Graph()
    name, type = graph.input(x, dtype=dtype)
    for op, result in [("max", dtype), ("min", dtype), ("argmax", "int64"), ("sum", dtype)]:
        out = unknown(1, result)
        graph.result(f"theano.{op} {name} axes [1] : {type} -> {out}", out)
    largest, smallest, place, total = graph.run()
    is_same_but_zero_sign(largest, x.max(1), "max")
    is_same_but_zero_sign(smallest, x.min(1), "min")
    tol.assert_same(place, np.array([0, 1, 0, 0, 0]), "argmax")
    with np.errstate(all="ignore"):
        tol.assert_same(total, x.sum(1), "sum")


# Rows shorter than a vector, one off whole vectors and groups of them, and long ones.
LENGTHS = [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 1000]
PLACED = FLOATS + NARROW + ["int8", "uint8", "int16", "int32", "int64", "uint64", "bool"]


def argmax_rows(rows, dtype, view):
    """One result for the rows of each array: as they lie, of a transposed view, and of
    an array computed on the fly."""
    graph = Graph()
    for x in rows:
        x = np.asarray(x, held(dtype))
        out = unknown(1, "int64")
        if view == "transposed":
            name, type = graph.input(np.ascontiguousarray(x.T), dtype=dtype)
            name = graph.line(f"theano.dimshuffle {name} [1, 0] : {type} -> {type}")
        else:
            name, type = graph.input(x[:, ::-1] if view == "reversed" else x, dtype=dtype)
        if view == "reversed":
            name = graph.line(f"theano.subtensor {name}[:, : :-1] : {type} -> {type}")
        graph.result(f"theano.argmax {name} axes [1] : {type} -> {out}", out)
    return graph


@pytest.mark.parametrize("view", ["rows", "transposed", "reversed"])
@pytest.mark.parametrize("dtype", PLACED)
def test_argmax_ties_and_nan_in_every_place(dtype, view):
    """The largest element twice, at each pair of places of a vector and its
    neighbours; for floats also NaN once and twice, before and behind the largest."""
    arrays = []
    for length in LENGTHS:
        places = sorted({*range(min(length, 35)), length // 2, *range(length)[-3:]})
        rows = []
        for first in places:
            for second in {first, (first * 7 + 3) % length, length - 1, 0}:
                row = np.arange(length) % (1.0 if dtype == "bool" else 3.0)
                row[[first, second]] = 1 if dtype == "bool" else 9
                rows.append(row)
                if kind_of(dtype) == "f":
                    rows += [row.copy(), row.copy()]
                    rows[-1][[first, second]] = np.nan
                    rows[-2][second] = np.nan
        lowest = {"f": -np.inf, "b": 0, "u": 0}.get(kind_of(dtype))
        rows.append(np.full(length, np.iinfo(dtype).min if lowest is None else lowest))
        arrays.append(np.array(rows))
    for x, found in zip(arrays, argmax_rows(arrays, dtype, view).run(), strict=True):
        tol.assert_same(found, np.asarray(x, held(dtype)).argmax(1), f"{x.shape}")


@pytest.mark.parametrize("shape,axes", [((3, 5, 67), [0, 2]), ((41, 2, 33), [1, 2]),
                                        ((7, 1030), [0, 1]), ((70, 131), [0]),
                                        ((2, 513, 19), [1]), ((40001,), [0])])
def test_argmax_does_not_depend_on_threads(shape, axes):
    """Few different values: ties within vectors, between rows and between blocks."""
    x = np.random.default_rng(4).integers(0, 40, shape).astype("float32")
    graph = Graph()
    name, type = graph.input(x)
    out = tensor([None] * (len(shape) - len(axes)), "int64")
    graph.result(f"theano.argmax {name} axes {axes} : {type} -> {out}", out)
    kept = [d for d in range(len(shape)) if d not in axes]
    rows = np.transpose(x, kept + axes).reshape([shape[d] for d in kept] + [-1])
    for [found] in graph.run_by_threads():
        tol.assert_same(found, rows.argmax(-1), "argmax")


@pytest.mark.parametrize("length", [1, 4, 5, 1000, 1024, 1028, 3000, 4096, 4097, 4100])
def test_extremes_of_functions_of_rows(length):
    """A GPU keeps such rows in registers, most of which short rows leave unused: what
    stands there must not be taken for an exponential."""
    x = np.random.default_rng(5).uniform(-5, -1, (3, length)).astype("float32")
    graph = Graph()
    name, type = graph.input(x)
    rows, column = unknown(1, "float32"), tensor([None, 1], "float32")
    power = graph.line(f"theano.exp {name} : {type}")
    negative = graph.line(f"theano.neg {power} : {type}")
    most = graph.line(f"theano.max {negative} axes [1] : {type} -> {rows}")
    total = graph.line(f"theano.sum {power} axes [1] : {type} -> {rows}")
    kept = graph.line(f'theano.dimshuffle {most} [0, "x"] : {rows} -> {column}')
    graph.result(f"theano.mul {power}, {kept} : ({type}, {column}) -> {type}", type)
    graph.result(f"theano.add {total}, {most} : {rows}", rows)
    scaled, shifted = graph.run()
    powers = np.exp(x.astype("float64"))
    tol.assert_composite(scaled, powers * (-powers).max(1, keepdims=True), "scaled")
    wide = powers.sum(1)
    tol.assert_sum(shifted, wide + (-powers).max(1), wide, length)


@pytest.mark.parametrize("shape,axes", [((0, 3), [0]), ((0, 3, 4), [0, 2]),
                                        ((2, 3, 0), [0, 2])])
def test_empty_reductions(shape, axes):
    graph = Graph()
    x, type = graph.input(np.zeros(shape, "float32"))
    b, bools = graph.input(np.zeros(shape, bool))
    row, flags = unknown(1, "float32"), unknown(1, bool)
    graph.result(f"theano.sum {x} axes {axes} : {type} -> {row}", row)
    graph.result(f"theano.prod {x} axes {axes} : {type} -> {row}", row)
    graph.result(f"theano.mean {x} axes {axes} : {type} -> {row}", row)
    graph.result(f"theano.any {b} axes {axes} : {bools} -> {flags}", flags)
    graph.result(f"theano.all {b} axes {axes} : {bools} -> {flags}", flags)
    f = np.float32
    check_all(graph, [("sum", np.zeros(3, f)), ("prod", np.ones(3, f)),
                      ("mean", np.full(3, np.nan, f)), ("any", np.zeros(3, bool)),
                      ("all", np.ones(3, bool))])


@pytest.mark.parametrize("op", ["max", "min", "argmax"])
def test_extremum_of_nothing(op):
    graph = Graph()
    x, type = graph.input(np.zeros((3, 0), "float32"))
    out = unknown(1, "int64" if op == "argmax" else "float32")
    graph.result(f"theano.{op} {x} axes [1] : {type} -> {out}", out)
    assert "empty axis 1" in graph.fails()


@pytest.mark.parametrize("axes", [[0], [1], [0, 1]])
def test_any_all(axes):
    graph = Graph()
    x = awkward("bool", 51, 5).reshape(3, 17)
    x[1], x[:, 4] = True, True
    name, type = graph.input(x)
    out = unknown(2 - len(axes), bool)
    for op in ("any", "all"):
        graph.result(f"theano.{op} {name} axes {axes} : {type} -> {out}", out)
    check_all(graph, [("any", x.any(tuple(axes))), ("all", x.all(tuple(axes)))])


def test_reductions_of_bools():
    graph = Graph()
    x = awkward("bool", 51, 5).reshape(3, 17)
    x[1] = False
    name, type = graph.input(x)
    for op, result in [("sum", "int64"), ("prod", "int64"), ("mean", "float64"),
                       ("max", bool), ("min", bool), ("argmax", "int64")]:
        out = unknown(1, result)
        graph.result(f"theano.{op} {name} axes [1] : {type} -> {out}", out)
    total, product, mean, largest, smallest, place = graph.run()
    tol.assert_same(total, x.sum(1, dtype="int64"), "sum")
    tol.assert_same(product, x.prod(1, dtype="int64"), "prod")
    tol.assert_sum(mean, x.mean(1, dtype=np.longdouble), x.mean(1), 17, what="mean")
    tol.assert_same(largest, x.max(1), "max")
    tol.assert_same(smallest, x.min(1), "min")
    tol.assert_same(place, x.argmax(1), "argmax")
