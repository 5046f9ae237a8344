"""Ops that select elements against NumPy."""

import numpy as np
import pytest

from graphs import Graph, tensor, unknown
from ops import check_all

pytestmark = [pytest.mark.usefixtures("device"),
              pytest.mark.filterwarnings("ignore::RuntimeWarning")]

SLICES = ["3", "-1", ":", "2:5", ": :-1", "-3:", "100:", ":-100", "8:2:-2", ": :3", "5:2",
          "-1:-100:-1", "0:10", "1: :7"]


@pytest.mark.parametrize("text", SLICES)
def test_subtensor(text):
    graph = Graph()
    x = np.arange(30, dtype="float32").reshape(10, 3)
    name, type = graph.input(x)
    index = eval(f"np.s_[{text}]")
    expected = x[index]
    out = unknown(expected.ndim, "float32")
    graph.result(f"theano.subtensor {name}[{text}] : {type} -> {out}", out)
    last = np.ascontiguousarray(x.T)[:, index]
    y, ytype = graph.input(np.ascontiguousarray(x.T))
    out = unknown(last.ndim, "float32")
    graph.result(f"theano.subtensor {y}[:, {text}] : {ytype} -> {out}", out)
    check_all(graph, [("first", expected), ("last", last)])


@pytest.mark.parametrize("op,stop", [("int_div", 3), ("mod", 1)])
def test_subtensor_up_to_a_quotient(op, stop):
    """Only the host wants the quotient, and its check; no kernel is left with neither."""
    graph = Graph()
    x = np.arange(10, dtype="float32")
    name, type = graph.input(x)
    (a, number), (b, _) = graph.input(np.int64(7)), graph.input(np.int64(2))
    bound = graph.line(f"theano.{op} {a}, {b} : {number}")
    graph.result(f"theano.subtensor {name}[:{bound}] : {type} -> {type}", type)
    check_all(graph, [("slice", x[:stop])])
    graph.inputs["x2"] = np.int64(0)
    assert "integer division by zero" in graph.fails()


@pytest.mark.parametrize("start", [0, 3, -2, 50, -50])
@pytest.mark.parametrize("stop,step", [(7, 1), (-1, 2), (0, -1), (100, 3), (-100, -3)])
def test_subtensor_with_values(start, stop, step):
    graph = Graph()
    x = np.arange(10, dtype="float64")
    name, type = graph.input(x)
    a, b, c = (graph.input(np.int64(v))[0] for v in (start, stop, step))
    graph.result(f"theano.subtensor {name}[{a}:{b}:{c}] : {type} -> {type}", type)
    graph.result(f"theano.subtensor {name}[{a}: :{c}] : {type} -> {type}", type)
    graph.result(f"theano.subtensor {name}[:{b}] : {type} -> {type}", type)
    check_all(graph, [("full", x[start:stop:step]), ("open", x[start::step]),
                      ("stop", x[:stop])])


def test_bounds_of_narrow_integers():
    """Arithmetic on 0-d integers wraps on the host as it does in kernels."""
    graph = Graph()
    x = np.arange(300, dtype="float32")
    name, type = graph.input(x)
    narrow = np.int8(100)
    a, _ = graph.input(narrow)
    u, _ = graph.input(np.uint8(200))
    graph.lines += [
        "%sum = theano.add {0}, {0} : tensor<i8>".format(a),
        "%k = theano.constant dense<200> : tensor<ui8>",
        "%same = theano.eq {0}, %k : (tensor<ui8>, tensor<ui8>) -> tensor<i1>".format(u),
        "%less = theano.lt {0}, %k : (tensor<ui8>, tensor<ui8>) -> tensor<i1>".format(u),
        "%two = theano.constant dense<2> : tensor<i64>",
        "%three = theano.constant dense<3> : tensor<i64>",
        "%c = theano.switch %same, %two, %three : "
        "(tensor<i1>, tensor<i64>, tensor<i64>) -> tensor<i64>",
        "%d = theano.switch %less, %two, %three : "
        "(tensor<i1>, tensor<i64>, tensor<i64>) -> tensor<i64>",
        "%h = theano.constant dense<100> : tensor<ui8>",
        "%min = theano.minimum %h, %k : tensor<ui8>",
        "%low = theano.minimum %h, {0} : tensor<ui8>".format(u),
        "%high = theano.maximum %h, {0} : tensor<ui8>".format(u),
        "%under = theano.sub %low, %k : tensor<ui8>",
        "%over = theano.add {0}, {0} : tensor<ui8>".format(u),
        "%half = theano.int_div {0}, %h : tensor<ui8>".format(u),
        "%rest = theano.mod {0}, %h : tensor<ui8>".format(u),
    ]
    bounds = [("%sum", "i8", -56), ("%c", "i64", 2), ("%d", "i64", 3), ("%high", "ui8", 200),
              ("%under", "ui8", 156), ("%over", "ui8", 144), ("%half", "ui8", 2),
              ("%rest", "ui8", 0)]
    expected = []
    for value, element, bound in bounds:
        if element != "i64":
            value = graph.line(f"theano.cast {value} : tensor<{element}> -> tensor<i64>")
        graph.result(f"theano.subtensor {name}[:{value}] : {type} -> {type}", type)
        expected.append((value, x[:bound]))
    check_all(graph, expected)


@pytest.mark.parametrize("index", [10, -11])
def test_index_out_of_range(index):
    graph = Graph()
    name, type = graph.input(np.arange(10, dtype="float32"))
    i, _ = graph.input(np.int64(index))
    graph.result(f"theano.subtensor {name}[{i}] : {type} -> tensor<f32>", "tensor<f32>")
    assert "index out of range" in graph.fails()


def test_zero_step():
    graph = Graph()
    name, type = graph.input(np.arange(10, dtype="float32"))
    i, _ = graph.input(np.int64(0))
    graph.result(f"theano.subtensor {name}[: :{i}] : {type} -> {type}", type)
    assert "step is zero" in graph.fails()


@pytest.mark.parametrize("dtype", ["int64", "int8", "uint8"])
@pytest.mark.parametrize("axis", [0, 1])
def test_take(axis, dtype):
    graph = Graph()
    x = np.arange(21, dtype="float32").reshape(3, 7)
    i = np.array([[0, 2], [1, 1], [2, 0 if dtype == "uint8" else -1]], dtype)
    name, type = graph.input(x)
    places, itype = graph.input(i)
    out = unknown(3, "float32")
    graph.result(f"theano.take {name}, {places} axis {axis} : ({type}, {itype}) -> {out}", out)
    check_all(graph, [("take", np.take(x, i.astype("int64"), axis))])


@pytest.mark.parametrize("bad", [3, -4])
def test_take_out_of_range(bad):
    graph = Graph()
    name, type = graph.input(np.arange(3, dtype="float32"))
    i, itype = graph.input(np.array([0, bad, 1]))
    graph.result(f"theano.take {name}, {i} axis 0 : ({type}, {itype}) -> {type}", type)
    message = graph.fails()
    assert "index out of range" in message and f"got {bad}" in message


def test_take_from_nothing():
    graph = Graph()
    name, type = graph.input(np.zeros(0, "float32"))
    i, itype = graph.input(np.zeros(0, "int64"))
    graph.result(f"theano.take {name}, {i} axis 0 : ({type}, {itype}) -> {type}", type)
    check_all(graph, [("take", np.zeros(0, "float32"))])


@pytest.mark.parametrize("count", [5, 3, 0])
def test_pick(count):
    graph = Graph()
    x = np.arange(35, dtype="float32").reshape(5, 7)
    y = np.array([6, 0, -1, 3, 2], "int32")[:count]
    name, type = graph.input(x)
    i, itype = graph.input(y)
    out = unknown(1, "float32")
    graph.result(f"theano.pick {name}, {i} : ({type}, {itype}) -> {out}", out)
    check_all(graph, [("pick", x[np.arange(count), y])])
