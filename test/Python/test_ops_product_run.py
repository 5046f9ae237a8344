"""Products and softmax against NumPy."""

import numpy as np
import pytest

import tolerances as tol
from graphs import Graph, unknown
from ops import check_all, FLOATS, held, kind_of, NARROW, wide_of

pytestmark = [pytest.mark.usefixtures("device"),
              pytest.mark.filterwarnings("ignore::RuntimeWarning")]


@pytest.mark.parametrize("a,b", [((7,), (7,)), ((3, 17), (17, 5)), ((3, 17), (17,)),
                                 ((17,), (17, 3)), ((2, 3, 5), (4, 5, 7)), ((3, 0), (0, 2)),
                                 ((0, 3), (3, 2)), ((2, 3, 5), (5,)), ((33, 65), (65, 31))])
@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int32"])
def test_dot(dtype, a, b):
    rng = np.random.default_rng(2)
    if kind_of(dtype) == "f":
        x, y = (tol.round_to(rng.normal(0, 1, shape), dtype) for shape in (a, b))
    else:
        x, y = rng.integers(-2**31, 2**31, a, "int32"), rng.integers(-99, 99, b, "int32")
    graph = Graph()
    n, t = graph.input(x, dtype=dtype)
    m, u = graph.input(y, dtype=dtype)
    out = unknown(len(a) + len(b) - 2, dtype)
    graph.result(f"theano.dot {n}, {m} : ({t}, {u}) -> {out}", out)
    [actual] = graph.run()
    if kind_of(dtype) == "f":
        wide_x, wide_y = wide_of(x), wide_of(y)
        acc = "float32" if dtype in NARROW else None
        tol.assert_sum(actual, np.dot(wide_x, wide_y), np.dot(abs(wide_x), abs(wide_y)),
                       a[-1], acc, stored=dtype)
    else:
        tol.assert_same(actual, np.asarray(np.dot(x, y)), "dot")


def test_dot_mismatch():
    graph = Graph()
    n, t = graph.input(np.zeros((2, 3), "float32"))
    m, _ = graph.input(np.zeros((4, 5), "float32"))
    graph.result(f"theano.dot {n}, {m} : ({t}, {t}) -> {t}", t)
    assert "3 and 4" in graph.fails()


@pytest.mark.parametrize("a,b,formula", [((5, 2, 3), (5, 3, 4), "nij,njk->nik"),
                                         ((5, 2, 3), (5, 3), "nij,nj->ni"),
                                         ((5, 3), (5, 3, 4), "nj,njk->nk"),
                                         ((5, 3), (5, 3), "nj,nj->n"),
                                         ((0, 2, 3), (0, 3, 4), "nij,njk->nik")])
@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int16"])
def test_batched_dot(dtype, a, b, formula):
    rng = np.random.default_rng(3)
    scale = 1 if kind_of(dtype) == "f" else 300
    x, y = (tol.round_to(rng.normal(0, scale, shape), dtype) for shape in (a, b))
    graph = Graph()
    n, t = graph.input(x, dtype=dtype)
    m, u = graph.input(y, dtype=dtype)
    out = unknown(len(formula.split(">")[1]), dtype)
    graph.result(f"theano.batched_dot {n}, {m} : ({t}, {u}) -> {out}", out)
    [actual] = graph.run()
    if kind_of(dtype) != "f":
        # Wraps.
        tol.assert_same(actual, np.asarray(np.einsum(formula, x, y)), "batched_dot")
        return
    wide_x, wide_y = wide_of(x), wide_of(y)
    tol.assert_sum(actual, np.einsum(formula, wide_x, wide_y),
                   np.einsum(formula, abs(wide_x), abs(wide_y)), a[-1],
                   "float32" if dtype in NARROW else None, stored=dtype)


@pytest.mark.parametrize("shape", [(7,), (3, 17), (2, 3, 5), (0, 3), (3, 0), (1, 1), (5, 33)])
@pytest.mark.parametrize("dtype", FLOATS + NARROW)
def test_softmax(dtype, shape):
    rng = np.random.default_rng(4)
    x = tol.round_to(rng.normal(0, 20, shape), dtype)
    graph = Graph()
    name, type = graph.input(x, dtype=dtype)
    graph.result(f"theano.softmax {name} : {type}", type)
    graph.result(f"theano.log_softmax {name} : {type}", type)
    soft, log = graph.run()
    for result in (soft, log):
        tol.assert_type(result, held(dtype), shape)
    if x.size:
        tol.assert_softmax(soft, x, dtype)
        tol.assert_log_softmax(log, x, dtype)


@pytest.mark.parametrize("columns", [2052, 4096, 2053, 5004])
def test_softmax_of_long_rows(columns):
    """On a GPU: several vectors a thread, all that fit, an odd length, one too long."""
    rng = np.random.default_rng(6)
    x = rng.normal(0, 5, (2, columns)).astype("float32")
    graph = Graph()
    name, type = graph.input(x)
    graph.result(f"theano.softmax {name} : {type}", type)
    graph.result(f"theano.log_softmax {name} : {type}", type)
    soft, log = graph.run()
    tol.assert_softmax(soft, x, "float32")
    tol.assert_log_softmax(log, x, "float32")


def test_softmax_of_awkward_rows():
    inf, nan = np.inf, np.nan
    x = np.array([[-inf, -inf], [inf, 0], [nan, 1], [-inf, 0], [1000, -1000]], "float32")
    graph = Graph()
    name, type = graph.input(x)
    graph.result(f"theano.softmax {name} : {type}", type)
    graph.result(f"theano.log_softmax {name} : {type}", type)
    n = [nan, nan]
    check_all(graph, [("softmax", np.array([n, n, n, [0, 1], [1, 0]], "float32")),
                      ("log_softmax", np.array([n, n, n, [-inf, 0], [0, -2000]], "float32"))])
