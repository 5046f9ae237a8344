"""Every op of the core against NumPy, run on the CPU.

One graph holds many ops of a family, so that a case costs one process.
"""

import numpy as np
import pytest

import tolerances as tol
from graphs import MLIR_NAME, Graph, tensor, unknown
from mathematics import erf

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

FLOATS = ["float32", "float64"]
NARROW = ["float16", "bfloat16"]
SHAPES = [(), (0,), (1,), (7,), (33,), (3, 17), (2, 0, 3), (1, 3, 1)]


def kind_of(dtype):
    """NumPy's letter: f, i, u or b."""
    return "f" if dtype == "bfloat16" else np.dtype(dtype).kind


def held(dtype):
    """The dtype of the arrays that hold a dtype."""
    return "float32" if dtype == "bfloat16" else dtype


def wide_of(x):
    """Floats in extended precision, where one rounding is still to come."""
    return x.astype(np.longdouble) if x.dtype.kind == "f" else x


def awkward(dtype, count, seed=0):
    """`count` values: the awkward ones of the dtype first, then random ones."""
    rng = np.random.default_rng(seed)
    kind = kind_of(dtype)
    if kind == "b":
        return rng.integers(0, 2, count).astype(bool)
    if kind == "f":
        bits, smallest = tol.format_of(dtype)
        tiny = 2.0 ** smallest
        largest = 2.0 ** (1 - smallest) * (2 - 2.0 ** (1 - bits))
        special = [0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan, tiny, -tiny / 2, largest,
                   -largest, 0.5, 1.5, 2.5, -2.5, 0.49999997, 88.8, -104, 1e5]
        rest = rng.normal(0, 3, max(count - len(special), 0))
        values = np.concatenate([special, rest])
    else:
        info = np.iinfo(dtype)
        special = [0, 1, 2, info.max, info.min, info.max - 1, info.min + 1, 3, 7]
        values = np.array(special + list(rng.integers(-50 if info.min else 0, 50,
                                                      max(count - len(special), 0))),
                          dtype=object)
    values = rng.permutation(values)[:count] if seed else values[:count]
    return tol.round_to(values, dtype)


def arrays(dtype, shape, number=1):
    count = int(np.prod(shape, dtype=int))
    return [awkward(dtype, count, seed).reshape(shape) for seed in range(number)]


def check_all(graph, expected, compare=tol.assert_same):
    """Runs the graph; `expected` is (name, value) for each result."""
    for (name, value), actual in zip(expected, graph.run(), strict=True):
        compare(actual, value, name)


# Elementwise ---------------------------------------------------------------------


def exact(value, dtype):
    """A value computed in float32 or wider, rounded to the dtype."""
    return np.asarray(tol.round_to(value, dtype))


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


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", FLOATS + NARROW)
def test_float_functions(dtype, shape):
    graph = Graph()
    [x] = arrays(dtype, shape)
    name, type = graph.input(x, dtype=dtype)
    for op in FLOAT_FUNCTIONS:
        graph.result(f"theano.{op} {name} : {type}", type)
    for (op, reference), actual in zip(FLOAT_FUNCTIONS.items(), graph.run(), strict=True):
        with np.errstate(all="ignore"):
            tol.assert_elementwise(actual, reference(x), op.split()[0], dtype, op)


NUMBER_FUNCTIONS = {"sqr": lambda x: x * x, "abs": np.abs, "neg": lambda x: -x,
                    "sgn": lambda x: np.where(x == 0, x * 0, np.sign(x)).astype(x.dtype)}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int8", "int32", "int64", "uint8"])
def test_number_functions(dtype, shape):
    graph = Graph()
    [x] = arrays(dtype, shape)
    name, type = graph.input(x, dtype=dtype)
    expected = []
    with np.errstate(all="ignore"):
        for op, function in NUMBER_FUNCTIONS.items():
            graph.result(f"theano.{op} {name} : {type}", type)
            value = exact(function(x), dtype)
            expected.append((op, value + 0 if op == "sgn" else value))
    check_all(graph, expected)


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
COMPARE = {"lt": np.less, "gt": np.greater, "le": np.less_equal, "ge": np.greater_equal,
           "eq": np.equal, "neq": np.not_equal}


def is_same_but_zero_sign(actual, expected, what):
    tol.assert_same(actual + 0, expected + 0, what)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", FLOATS + NARROW + ["int8", "int32", "int64", "uint8",
                                                     "uint64"])
def test_binary(dtype, shape):
    graph = Graph()
    x, y = arrays(dtype, shape, 2)
    if kind_of(dtype) != "f":
        y_div = np.where(y == 0, np.array(1, dtype), y)
    else:
        y_div = y
    a, type = graph.input(x, dtype=dtype)
    b, _ = graph.input(y, dtype=dtype)
    d, _ = graph.input(y_div, dtype=dtype)
    expected = []
    rank = len(shape)
    with np.errstate(all="ignore"):
        for op, function in BINARY.items():
            divides = op in ("int_div", "mod")
            graph.result(f"theano.{op} {a}, {d if divides else b} : {type}", type)
            expected.append((op, exact(function(x, y_div if divides else y), dtype)))
        if kind_of(dtype) != "f":
            graph.result(f"theano.pow {a}, {b} : {type}", type)
            expected.append(("pow", int_power(x, y)))
        else:
            graph.result(f"theano.true_div {a}, {b} : {type}", type)
            expected.append(("true_div", exact(np.true_divide(x, y), dtype)))
        for op, function in COMPARE.items():
            result = unknown(rank, bool)
            graph.result(f"theano.{op} {a}, {b} : ({type}, {type}) -> {result}", result)
            expected.append((op, np.asarray(function(x, y))))
    for (name, value), actual in zip(expected, graph.run(), strict=True):
        # IEEE leaves open which zero an extremum of zeros is to NumPy.
        same = is_same_but_zero_sign if name in ("maximum", "minimum") else tol.assert_same
        same(actual, value, name)


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


# Reductions ------------------------------------------------------------------------

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


# Shapes ----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "int8", "bool", "float64"])
def test_dimshuffle(dtype):
    graph = Graph()
    x = awkward(dtype, 15, 1).reshape(3, 1, 5)
    name, type = graph.input(x, static=[1])
    out = tensor([None, 1, None], dtype)
    graph.result(f'theano.dimshuffle {name} [2, "x", 0] : {type} -> {out}', out)
    flat = unknown(2, dtype)
    graph.result(f"theano.dimshuffle {name} [0, 2] : {type} -> {flat}", flat)
    graph.result(f"theano.dimshuffle {name} [2, 1, 0] : {type} -> {out}", out)
    check_all(graph, [("add", x[:, 0].T[:, None]), ("drop", x[:, 0]), ("T", x.T)])


@pytest.mark.parametrize("shape,new", [((3, 4), (2, 6)), ((3, 4), (-1,)), ((3, 4), (4, -1)),
                                       ((0, 3), (3, 0)), ((0, 3), (-1, 3)), ((6,), (1, 6, 1)),
                                       ((), (1,)), ((1,), ()), ((), (1, 1)), ((5,), (5,))])
@pytest.mark.parametrize("known", [True, False])
def test_reshape(shape, new, known):
    graph = Graph()
    x = np.arange(np.prod(shape), dtype="float32").reshape(shape)
    name, type = graph.input(x)
    target = np.array(new, "int64").reshape(len(new))
    if known:
        vector = tensor([len(new)], "int64")
        s = graph.line(f"theano.constant dense<{target.tolist()}> : {vector}"
                       if new else f"theano.constant dense<> : {vector}")
        expected = x.reshape(new)
        out = tensor([None if n == -1 else n for n in new], "float32")
    else:
        s, vector = graph.input(target, static=[0])
        expected = x.reshape(new)
        out = unknown(len(new), "float32")
    graph.result(f"theano.reshape {name}, {s} : ({type}, {vector}) -> {out}", out)
    check_all(graph, [("reshape", expected)])


@pytest.mark.parametrize("new,message", [((5,), "elements"), ((-1, 4), "elements"),
                                         ((-2, 3), "negative size"),
                                         ((-1, -1), "negative size"),
                                         ((0, -1), "negative size")])
def test_reshape_errors(new, message):
    graph = Graph()
    name, type = graph.input(np.zeros((2, 3), "float32"))
    s, vector = graph.input(np.array(new, "int64"), static=[0])
    out = unknown(len(new), "float32")
    graph.result(f"theano.reshape {name}, {s} : ({type}, {vector}) -> {out}", out)
    assert message in graph.fails()


def test_flatten_shape_alloc():
    graph = Graph()
    x = np.arange(24, dtype="int32").reshape(2, 3, 4)
    name, type = graph.input(x)
    for ndim in (1, 2, 3):
        out = unknown(ndim, "int32")
        graph.result(f"theano.flatten {name} ndim {ndim} : {type} -> {out}", out)
    graph.result(f"theano.shape {name} : {type} -> tensor<3xi64>", "tensor<3xi64>")
    n, _ = graph.input(np.int64(5))
    v, scalar = graph.input(np.float32(2.5))
    graph.result(f"theano.alloc {v} [{n}, 3] : {scalar} -> tensor<?x3xf32>",
                 "tensor<?x3xf32>")
    row, t = graph.input(np.arange(7, dtype="float32"))
    graph.result(f"theano.alloc {row} [{n}, 7] : {t} -> tensor<?x7xf32>", "tensor<?x7xf32>")
    check_all(graph, [("1", x.reshape(-1)), ("2", x.reshape(2, 12)), ("3", x),
                      ("shape", np.array([2, 3, 4])),
                      ("scalar", np.full((5, 3), 2.5, "float32")),
                      ("row", np.tile(np.arange(7, dtype="float32"), (5, 1)))])


def test_constant():
    graph = Graph()
    graph.result("theano.constant dense<[true, false]> : tensor<2xi1>", "tensor<2xi1>")
    graph.result("theano.constant dense<[[1, 255]]> : tensor<1x2xui8>", "tensor<1x2xui8>")
    graph.result("theano.constant dense<-2.5> : tensor<f64>", "tensor<f64>")
    check_all(graph, [("bool", np.array([True, False])),
                      ("ui8", np.array([[1, 255]], "uint8")), ("f64", np.array(-2.5))])


def test_specify_shape():
    graph = Graph()
    x = np.arange(6, dtype="float32").reshape(2, 3)
    name, type = graph.input(x)
    graph.result(f"theano.specify_shape {name} [?, 3] : {type} -> tensor<?x3xf32>",
                 "tensor<?x3xf32>")
    check_all(graph, [("specify_shape", x)])


def test_specify_shape_of_another():
    wrong = Graph()
    name, type = wrong.input(np.zeros((2, 3), "float32"))
    wrong.result(f"theano.specify_shape {name} [4, ?] : {type} -> tensor<4x?xf32>",
                 "tensor<4x?xf32>")
    assert "expected size 4 in dimension 0, got 2" in wrong.fails()


@pytest.mark.parametrize("axis,sizes", [(0, (2, 0, 3)), (1, (1, 7)), (0, (0, 0)),
                                        (1, (3, 17, 1)), (1, (5,))])
def test_join(axis, sizes):
    graph = Graph()
    parts, names = [], []
    for number, size in enumerate(sizes):
        shape = (size, 3) if axis == 0 else (3, size)
        parts.append(awkward("float32", 3 * size, number).reshape(shape))
        names.append(graph.input(parts[-1]))
    type = unknown(2, "float32")
    graph.result(f"theano.join {', '.join(n for n, _ in names)} axis {axis} : "
                 f"({', '.join(t for _, t in names)}) -> {type}", type)
    check_all(graph, [("join", np.concatenate(parts, axis))])


# Indexing --------------------------------------------------------------------------

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


def literal(array):
    """The text of a dense constant."""
    bits = array.view(f"u{array.itemsize}") if array.dtype.kind == "f" else array
    text = str(bits.tolist()).lower()
    if array.dtype.kind == "f":
        text = "[" + ", ".join(f"0x{v:0{2 * array.itemsize}X}" for v in bits.ravel()) + "]"
    return text


@pytest.mark.parametrize("dtype", MLIR_NAME)
def test_every_dtype_is_moved(dtype):
    """Views, joins and selections of all element types, bit by bit."""
    graph = Graph()
    x = awkward(dtype, 24, 1).reshape(4, 6)
    name, type = graph.input(x, dtype=dtype)
    vector, grid, cube = (unknown(rank, dtype) for rank in (1, 2, 3))
    shape, sizes = graph.input(np.array([3, 8]), static=[0])
    i, places = graph.input(np.array([3, -4, 0], "int32"))
    n, _ = graph.input(np.int64(2))
    graph.result(f'theano.dimshuffle {name} [1, "x", 0] : {type} -> '
                 f"{tensor([None, 1, None], dtype)}", tensor([None, 1, None], dtype))
    graph.result(f"theano.reshape {name}, {shape} : ({type}, {sizes}) -> {grid}", grid)
    graph.result(f"theano.flatten {name} ndim 1 : {type} -> {vector}", vector)
    graph.result(f"theano.alloc {name} [{n}, 4, 6] : {type} -> {cube}", cube)
    known = tensor([4, None], dtype)
    graph.result(f"theano.specify_shape {name} [4, ?] : {type} -> {known}", known)
    graph.result(f"theano.shape {name} : {type} -> tensor<2xi64>", "tensor<2xi64>")
    graph.result(f"theano.join {name}, {name} axis 1 : ({type}, {type}) -> {grid}", grid)
    graph.result(f"theano.subtensor {name}[::-2, 1:{n}] : {type} -> {grid}", grid)
    graph.result(f"theano.take {name}, {i} axis 1 : ({type}, {places}) -> {grid}", grid)
    graph.result(f"theano.pick {name}, {i} : ({type}, {places}) -> {vector}", vector)
    expected = [("dimshuffle", x.T[:, None]), ("reshape", x.reshape(3, 8)),
                ("flatten", x.ravel()), ("alloc", np.stack([x, x])), ("specify_shape", x),
                ("shape", np.array([4, 6])), ("join", np.concatenate([x, x], 1)),
                ("subtensor", x[::-2, 1:2]), ("take", x[:, [3, -4, 0]]),
                ("pick", x[np.arange(3), [3, -4, 0]])]
    check_all(graph, expected)


@pytest.mark.parametrize("dtype", [d for d in MLIR_NAME if d != "bfloat16"])
def test_constant_of_every_dtype(dtype):
    graph = Graph()
    x = awkward(dtype, 9)
    type = tensor([9], dtype)
    graph.result(f"theano.constant dense<{literal(x)}> : {type}", type)
    check_all(graph, [("constant", x)])


def test_bfloat16_constant():
    graph = Graph()
    graph.result("theano.constant dense<[0x3F80, 0xFF80, 0x8001]> : tensor<3xbf16>",
                 "tensor<3xbf16>")
    check_all(graph, [("constant", np.array([1, -np.inf, -2.0 ** -133], "float32"))])


# Products and softmax --------------------------------------------------------------


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
    assert soft.shape == shape and log.shape == shape
    if x.size:
        tol.assert_softmax(soft, x, dtype)
        tol.assert_log_softmax(log, x, dtype)


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
