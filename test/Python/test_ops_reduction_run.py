"""Reductions against NumPy, run on the CPU."""

import numpy as np
import pytest

import tolerances as tol
from graphs import Graph, tensor, unknown
from ops import awkward, check_all, FLOATS, held, is_same_but_zero_sign, kind_of, NARROW

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

REDUCED = [((7,), [0]), ((3, 17), [0]), ((3, 17), [1]), ((3, 17), [0, 1]), ((1, 33), [1]),
           ((2, 3, 5), [1]), ((2, 3, 5), [0, 2]), ((2, 3, 5), [1, 2]), ((0, 3), [1]),
           ((33, 130), [1]), ((130, 33), [0]), ((6, 259), [0]), ((2, 1030, 19), [1]),
           ((3, 4, 37), [0, 2]), ((3, 5, 2, 33), [0, 2]), ((3, 0), [0])]


def reduced_type(shape, axes, dtype, keepdims):
    sizes = [1 if d in axes else None for d in range(len(shape)) if keepdims or d not in axes]
    return tensor(sizes, dtype)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("shape,axes", REDUCED)
@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int8", "uint8"])
def test_reductions(dtype, shape, axes, keepdims):
    rng = np.random.default_rng(1)
    kind = kind_of(dtype)
    x = tol.round_to(rng.normal(0, 1, shape) if kind == "f" else rng.integers(0, 5, shape),
                     dtype)
    graph = Graph()
    name, type = graph.input(x, dtype=dtype)
    keep = "keepdims " if keepdims else ""
    axis = tuple(axes)
    summed = dtype if kind == "f" else {"i": "int64", "u": "uint64"}[kind]
    acc = {"float16": "acc f32 ", "bfloat16": "acc f32 ", "float32": "acc f64 "}.get(dtype, "")
    accumulator = "float32" if dtype in NARROW else "float64"
    count = int(np.prod([shape[d] for d in axes]))
    with np.errstate(all="ignore"):
        wide_x = x.astype(np.longdouble) if kind == "f" else x
        magnitude = np.abs(wide_x).sum(axis, keepdims=keepdims)
        for op, result in [("sum", summed), ("prod", summed),
                           ("mean", dtype if kind == "f" else "float64")]:
            out = reduced_type(shape, axes, result, keepdims)
            accs = acc if op != "mean" or kind == "f" else ""
            graph.result(f"theano.{op} {name} axes {axes} {keep}{accs}: {type} -> {out}", out)
        for op, result in [("max", dtype), ("min", dtype), ("argmax", "int64")]:
            out = reduced_type(shape, axes, result, keepdims)
            graph.result(f"theano.{op} {name} axes {axes} {keep}: {type} -> {out}", out)
        total, product, mean, largest, smallest, place = graph.run()
        exact_product = np.prod(wide_x, axis=axis, keepdims=keepdims)
        if kind == "f":
            tol.assert_sum(total, wide_x.sum(axis, keepdims=keepdims), magnitude, count,
                           accumulator, stored=dtype)
            tol.assert_sum(product, exact_product, np.abs(exact_product), count,
                           accumulator, "prod", dtype)
            tol.assert_sum(mean, wide_x.mean(axis, keepdims=keepdims), magnitude / count,
                           count, accumulator, "mean", dtype)
        else:
            tol.assert_same(total, x.sum(axis, dtype=summed, keepdims=keepdims), "sum")
            tol.assert_same(product, x.prod(axis, dtype=summed, keepdims=keepdims), "prod")
            wide_mean = x.astype(np.longdouble).mean(axis, keepdims=keepdims)
            tol.assert_sum(mean, wide_mean, wide_mean, count, what="mean")
    tol.assert_same(largest, x.max(axis, keepdims=keepdims), "max")
    tol.assert_same(smallest, x.min(axis, keepdims=keepdims), "min")
    kept = [d for d in range(len(shape)) if d not in axes]
    flat = np.transpose(x, kept + axes).reshape([shape[d] for d in kept] + [count])
    expected = (flat.argmax(-1) if flat.size else np.zeros(flat.shape[:-1])).astype("int64")
    if keepdims:
        expected = expected.reshape([1 if d in axes else n for d, n in enumerate(shape)])
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


def test_empty_reductions():
    graph = Graph()
    x, type = graph.input(np.zeros((0, 3), "float32"))
    b, bools = graph.input(np.zeros((0, 3), bool))
    row, flags = unknown(1, "float32"), unknown(1, bool)
    graph.result(f"theano.sum {x} axes [0] : {type} -> {row}", row)
    graph.result(f"theano.prod {x} axes [0] : {type} -> {row}", row)
    graph.result(f"theano.mean {x} axes [0] : {type} -> {row}", row)
    graph.result(f"theano.any {b} axes [0] : {bools} -> {flags}", flags)
    graph.result(f"theano.all {b} axes [0] : {bools} -> {flags}", flags)
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
