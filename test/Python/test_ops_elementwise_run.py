"""Elementwise ops against NumPy.

One graph holds many ops and runs on arrays of many shapes, so that these cost one process.
"""

import numpy as np
import pytest

import tolerances as tol
from graphs import MLIR_NAME, Graph, tensor, unknown
from mathematics import erf
from ops import (arrays, awkward, check_all, check_results, exact, FLOATS,
                 held, is_same_but_zero_sign, kind_of, NARROW, SHAPES)

pytestmark = [pytest.mark.usefixtures("device"),
              pytest.mark.filterwarnings("ignore::RuntimeWarning")]


def wide(function):
    """The function in extended precision."""
    return lambda x: function(x.astype(np.longdouble))


def half_away(x):
    return np.copysign(np.floor(np.abs(x.astype(np.longdouble)) + 0.5), x)


FLOAT_FUNCTIONS = {
    "exp": wide(np.exp), "exp2": wide(np.exp2), "expm1": wide(np.expm1),
    "log": wide(np.log), "log2": wide(np.log2), "log10": wide(np.log10),
    "log1p": wide(np.log1p), "tan": wide(np.tan), "sqrt": wide(np.sqrt), "tanh": wide(np.tanh),
    "sin": wide(np.sin), "cos": wide(np.cos), "erf": erf,
    "sigmoid": wide(lambda x: 1 / (1 + np.exp(-x))),
    "softplus": wide(lambda x: np.logaddexp(x, np.longdouble(0))),
    "inv": wide(lambda x: 1 / x), "floor": wide(np.floor), "ceil": wide(np.ceil),
    "trunc": wide(np.trunc), "round half_to_even": wide(np.rint),
    "round half_away_from_zero": half_away,
}


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", FLOATS + NARROW)
def test_float_functions(dtype, shapes):
    cases = [arrays(dtype, shape) for shape in shapes]
    graph = Graph()
    name, type = graph.input(cases[0][0], dtype=dtype)
    for op in FLOAT_FUNCTIONS:
        graph.result(f"theano.{op} {name} : {type}", type)
    for [x], results in zip(cases, graph.run_each(cases), strict=True):
        for (op, reference), actual in zip(FLOAT_FUNCTIONS.items(), results, strict=True):
            with np.errstate(all="ignore"):
                tol.assert_elementwise(actual, reference(x), op.split()[0], dtype, op)


NUMBER_FUNCTIONS = {"sqr": lambda x: x * x, "abs": np.abs, "neg": lambda x: -x,
                    "sgn": lambda x: np.where(x == 0, x * 0, np.sign(x)).astype(x.dtype)}


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int8", "int32", "int64", "uint8"])
def test_number_functions(dtype, shapes):
    cases = [arrays(dtype, shape) for shape in shapes]
    graph = Graph()
    name, type = graph.input(cases[0][0], dtype=dtype)
    for op in NUMBER_FUNCTIONS:
        graph.result(f"theano.{op} {name} : {type}", type)
    for [x], results in zip(cases, graph.run_each(cases), strict=True):
        expected = []
        with np.errstate(all="ignore"):
            for op, function in NUMBER_FUNCTIONS.items():
                value = exact(function(x), dtype)
                expected.append((op, value + 0 if op == "sgn" else value))
        check_results(results, expected)


@pytest.mark.parametrize("dtype", FLOATS + NARROW)
def test_classification(dtype):
    graph = Graph()
    [x] = arrays(dtype, (5, 7))
    name, type = graph.input(x, dtype=dtype)
    for op in ("isnan", "isinf"):
        graph.result(f"theano.{op} {name} : {type} -> {unknown(2, bool)}", unknown(2, bool))
    check_all(graph, [("isnan", np.isnan(x)), ("isinf", np.isinf(x))])


def int_power(x, y):
    """The power modulo two to the number of bits; NumPy refuses negative exponents."""
    out = np.empty(x.shape, x.dtype)
    bits = 8 * x.dtype.itemsize
    for place in np.ndindex(x.shape):
        a, b = int(x[place]), int(y[place])
        if b >= 0:
            value = pow(a, b, 1 << bits)
        else:
            value = {1: 1, -1: -1 if b % 2 else 1}.get(a, 0)
        value %= 1 << bits
        if x.dtype.kind == "i" and value >= 1 << (bits - 1):
            value -= 1 << bits
        out[place] = value
    return out


BINARY = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "maximum": np.maximum,
          "minimum": np.minimum, "int_div": np.floor_divide, "mod": np.mod}
DIVIDING = ("int_div", "mod")
COMPARE = {"lt": np.less, "gt": np.greater, "le": np.less_equal, "ge": np.greater_equal,
           "eq": np.equal, "neq": np.not_equal}


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int8", "int32", "int64", "uint8",
                                                     "uint64"])
def test_binary(dtype, shapes):
    cases = []
    for shape in shapes:
        x, y = arrays(dtype, shape, 2)
        divisor = y if kind_of(dtype) == "f" else np.where(y == 0, np.array(1, dtype), y)
        cases.append((x, y, divisor))
    graph = Graph()
    a, type = graph.input(cases[0][0], dtype=dtype)
    b, d = (graph.input(value, dtype=dtype)[0] for value in cases[0][1:])
    for op in BINARY:
        graph.result(f"theano.{op} {a}, {d if op in DIVIDING else b} : {type}", type)
    graph.result(f"theano.{'true_div' if kind_of(dtype) == 'f' else 'pow'} {a}, {b} : {type}",
                 type)
    for op in COMPARE:
        result = unknown(len(shapes[0]), bool)
        graph.result(f"theano.{op} {a}, {b} : ({type}, {type}) -> {result}", result)
    for case, results in zip(cases, graph.run_each(cases), strict=True):
        for (name, value), actual in zip(expected_of_binary(dtype, *case), results, strict=True):
            # IEEE leaves open which zero an extremum of zeros is to NumPy.
            same = is_same_but_zero_sign if name in ("maximum", "minimum") else tol.assert_same
            same(actual, value, name)


def expected_of_binary(dtype, x, y, divisor):
    """(op, result) in the order of the graph."""
    with np.errstate(all="ignore"):
        for op, function in BINARY.items():
            yield op, exact(function(x, divisor if op in DIVIDING else y), dtype)
        if kind_of(dtype) == "f":
            yield "true_div", exact(np.true_divide(x, y), dtype)
        else:
            yield "pow", int_power(x, y)
    for op, function in COMPARE.items():
        yield op, np.asarray(function(x, y))


@pytest.mark.parametrize("dtype", FLOATS + NARROW)
def test_pow(dtype):
    graph = Graph()
    x, y = arrays(dtype, (9, 17), 2)
    a, type = graph.input(x, dtype=dtype)
    b, _ = graph.input(y, dtype=dtype)
    graph.result(f"theano.pow {a}, {b} : {type}", type)
    [actual] = graph.run()
    with np.errstate(all="ignore"):
        tol.assert_elementwise(actual, np.power(x.astype(np.longdouble),
                                                y.astype(np.longdouble)), "pow", dtype)


@pytest.mark.parametrize("dtype", ["bool", "int16", "uint32"])
def test_logic(dtype):
    graph = Graph()
    x, y = arrays(dtype, (3, 7), 2)
    a, type = graph.input(x)
    b, _ = graph.input(y)
    ops = {"and": x & y, "or": x | y, "xor": x ^ y}
    for op in ops:
        graph.result(f"theano.{op} {a}, {b} : {type}", type)
    graph.result(f"theano.invert {a} : {type}", type)
    check_all(graph, [*ops.items(), ("invert", ~x)])


def test_bool_arithmetic():
    graph = Graph()
    x, y = arrays("bool", (17,), 2)
    a, type = graph.input(x)
    b, _ = graph.input(y)
    expected = {"add": x | y, "mul": x & y, "maximum": x | y, "minimum": x & y,
                "lt": ~x & y, "gt": x & ~y, "le": ~x | y, "ge": x | ~y, "eq": x == y,
                "neq": x ^ y}
    for op in expected:
        graph.result(f"theano.{op} {a}, {b} : {type}", type)
    check_all(graph, list(expected.items()))


@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int32", "bool"])
def test_switch(dtype):
    graph = Graph()
    x, y = arrays(dtype, (3, 7), 2)
    c = awkward("bool", 7, 3)
    a, type = graph.input(x, dtype=dtype)
    b, _ = graph.input(y[:1], static=[0], dtype=dtype)
    k, _ = graph.input(c[None, :], static=[0])
    graph.result(f"theano.switch {k}, {a}, {b} : (tensor<1x?xi1>, {type}, "
                 f"{tensor([1, None], dtype)}) -> {type}", type)
    check_all(graph, [("switch", np.where(c, x, y[:1]))])


@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int8", "uint8"])
def test_clip(dtype):
    graph = Graph()
    [x] = arrays(dtype, (33,))
    a, type = graph.input(x, dtype=dtype)
    low, high = np.array([1], held(dtype)), np.array([5], held(dtype))
    b, one = graph.input(low, static=[0], dtype=dtype)
    c, _ = graph.input(high, static=[0], dtype=dtype)
    graph.result(f"theano.clip {a}, {b}, {c} : ({type}, {one}, {one}) -> {type}", type)
    graph.result(f"theano.clip {a}, {c}, {b} : ({type}, {one}, {one}) -> {type}", type)
    def clip(lo, hi):
        return np.where(x < lo, lo, np.where(x > hi, hi, x))
    check_all(graph, [("clip", clip(low, high)), ("crossed", clip(high, low))])


def cast(x, dtype):
    """NumPy's cast, but what does not fit an integer saturates and NaN is 0."""
    if x.dtype.kind != "f" or kind_of(dtype) not in "iu":
        return tol.round_to(x, dtype)
    info = np.iinfo(dtype)
    out = np.empty(x.shape, dtype)
    for place in np.ndindex(x.shape):
        v = float(x[place])
        out[place] = (0 if np.isnan(v) else info.max if v >= info.max else
                      info.min if v <= info.min else int(v))
    return out


@pytest.mark.parametrize("source", list(MLIR_NAME))
def test_cast(source):
    graph = Graph()
    [x] = arrays(source, (39,))
    name, type = graph.input(x, dtype=source)
    expected = []
    with np.errstate(all="ignore"):
        for dtype in MLIR_NAME:
            graph.result(f"theano.cast {name} : {type} -> {unknown(1, dtype)}",
                         unknown(1, dtype))
            expected.append((f"to {dtype}", cast(x, dtype)))
    check_all(graph, expected)


def test_broadcast():
    graph = Graph()
    x, y, z = (np.arange(n, dtype="float32").reshape(s)
               for n, s in [(21, (3, 7)), (7, (1, 7)), (3, (3, 1))])
    a, t = graph.input(x)
    b, tb = graph.input(y, static=[0])
    c, tc = graph.input(z, static=[1])
    graph.result(f"theano.sub {a}, {b} : ({t}, {tb}) -> {t}", t)
    graph.result(f"theano.sub {b}, {c} : ({tb}, {tc}) -> {t}", t)
    graph.result(f"theano.sub {b}, {b} : {tb}", tb)
    check_all(graph, [("rows", x - y), ("outer", y - z), ("unit", y - y)])


def test_unknown_one_does_not_broadcast():
    graph = Graph()
    a, type = graph.input(np.zeros((1, 3), "float32"))
    b, _ = graph.input(np.zeros((2, 3), "float32"))
    graph.result(f"theano.add {a}, {b} : {type}", type)
    message = graph.fails()
    assert "dimension 0" in message and "1 and 2" in message and "graph.mlir" in message


@pytest.mark.parametrize("op", ["int_div", "mod"])
@pytest.mark.parametrize("dtype", ["int32", "uint8"])
def test_division_by_zero(op, dtype):
    graph = Graph()
    a, type = graph.input(np.arange(5, dtype=dtype))
    b, _ = graph.input(np.array([1, 2, 0, 1, 0], dtype))
    graph.result(f"theano.{op} {a}, {b} : {type}", type)
    assert "division by zero" in graph.fails()
