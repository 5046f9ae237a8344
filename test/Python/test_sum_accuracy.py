"""Sums of many terms: systematic rounding stays small, whatever is summed over."""

import numpy as np
import pytest
import tolerances as tol
from graphs import Graph, tensor

COUNT = 300_000
# Each with COUNT terms: rows, columns, everything, the middle, first and last.
CASES = [((3, COUNT), [1]), ((COUNT, 3), [0]), ((COUNT, 17), [0]), ((600, 500), [0, 1]),
         ((2, COUNT, 9), [1]), ((500, 3, 600), [0, 2])]


@pytest.mark.parametrize("shape,axes", CASES)
@pytest.mark.parametrize("acc", ["float32", "float64"])
def test_equal_terms(shape, axes, acc):
    # Every addition of equal terms rounds the same way within a power of two, so a
    # single chain of them would be far outside the bound.
    x = np.full(shape, 0.1, acc)
    graph = Graph()
    name, type = graph.input(x)
    out = tensor([None] * (len(shape) - len(axes)), acc)
    graph.result(f"theano.sum {name} axes {axes} : {type} -> {out}", out)
    exact = x.flat[0].astype(np.longdouble) * COUNT
    [total] = graph.run()
    tol.assert_sum(total, np.full(total.shape, exact), exact, COUNT)


@pytest.mark.parametrize("shape,axes", CASES)
def test_bits_do_not_depend_on_threads(shape, axes):
    x = np.random.default_rng(2).normal(0, 1, shape).astype("float32")
    graph = Graph()
    name, type = graph.input(x)
    out = tensor([None] * (len(shape) - len(axes)), "float32")
    graph.result(f"theano.sum {name} axes {axes} : {type} -> {out}", out)
    [first], *others = graph.run_by_threads()
    for [other] in others:
        tol.assert_same(other, first)


def test_wide_columns():
    # Wider than what one thread sweeps together, and no multiple of a block.
    x = np.random.default_rng(3).normal(0, 1, (37, 4999)).astype("float32")
    graph = Graph()
    name, type = graph.input(x)
    out = tensor([None], "float32")
    graph.result(f"theano.sum {name} axes [0] : {type} -> {out}", out)
    wide = x.astype("longdouble")
    for [total] in graph.run_by_threads():
        tol.assert_sum(total, wide.sum(0), np.abs(wide).sum(0), 37)


def test_equal_products():
    x = np.full((COUNT, 3), 1 + 2.0 ** -20, "float64")
    graph = Graph()
    name, type = graph.input(x)
    out = tensor([None], "float64")
    graph.result(f"theano.prod {name} axes [0] : {type} -> {out}", out)
    exact = np.longdouble(x[0, 0]) ** COUNT
    [product] = graph.run()
    tol.assert_sum(product, np.full(3, exact), exact, COUNT, what="prod")
