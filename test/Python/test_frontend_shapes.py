"""Functions of shapes and joins, and the second names of operators, against NumPy."""

import numpy as np
import pytest

import theano
import theano.tensor as T
from frontend import RNG, check, run

ARRAYS = [np.zeros((), "float32"), np.zeros((0,), "float32"),
          RNG.normal(size=(3,)).astype("float32"), RNG.normal(size=(2, 3)).astype("float32"),
          RNG.normal(size=(1, 0, 3)).astype("float32")]


@pytest.mark.parametrize("x", ARRAYS, ids=lambda x: str(x.shape))
def test_padding(x):
    check(run([x], T.shape_padleft), x[None])
    check(run([x], lambda v: T.shape_padleft(v, 2)), x[None, None])
    check(run([x], T.shape_padright), x[..., None])
    for axis in range(-x.ndim - 1, x.ndim + 1):
        check(run([x], lambda v: T.shape_padaxis(v, axis)), np.expand_dims(x, axis))
        check(run([x], lambda v: T.shape_padaxis(v, axis).squeeze()), x)
    check(run([x], lambda v: T.squeeze(T.shape_padleft(v, 3))), x)
    assert T.shape_padleft(T.fmatrix()).broadcastable == (True, False, False)
    with pytest.raises(IndexError, match="axis 4 is out of range"):
        T.shape_padaxis(T.fmatrix(), 4)


@pytest.mark.parametrize("x", ARRAYS, ids=lambda x: str(x.shape))
def test_filling(x):
    check(run([x], lambda v: T.fill(v, 7)), np.full_like(x, 7, "int8"))
    check(run([x], lambda v: v.fill(np.float32(np.nan))), np.full_like(x, np.nan))
    check(run([x], lambda v: v.ones_like()), np.ones_like(x))
    check(run([x], lambda v: T.zeros(v.shape, dtype="int16")), np.zeros(x.shape, "int16"))
    check(run([x], lambda v: T.ones(v.shape)), np.ones(x.shape))


def test_stacks():
    a, b = (RNG.normal(size=(2, 3)) for _ in range(2))
    check(run([a, b], T.horizontal_stack), np.hstack([a, b]))
    check(run([a, b], T.vertical_stack), np.vstack([a, b]))
    check(run([a, b], lambda p, q: T.stack(p, q)), np.stack([a, b]))
    check(run([a, b], lambda p, q: T.stacklists([[p, q], [q, p]])), np.array([[a, b], [b, a]]))
    check(run([a, b], lambda p, q: T.join(-1, p, q[:, :0], q)), np.hstack([a, b]))
    check(run([a], lambda p: T.as_tensor([p[0, 0], 1, p.sum()])),
          np.array([a[0, 0], 1, a.sum()]))


def test_extremes():
    x = RNG.normal(size=(4, 5))
    x[1, 2] = np.nan
    for axis in (0, 1, -1):
        check(run([x], lambda v: v.ptp(axis)), np.ptp(x, axis))
        largest, where = run([x], lambda v: T.max_and_argmax(v, axis))
        check(largest, x.max(axis))
        check(where, x.argmax(axis))
    a, b, c = x[[0, 2, 3]]
    check(run([a, b, c], T.smallest), np.minimum(np.minimum(a, b), c))
    check(run([a, b, c], T.largest), np.maximum(np.maximum(a, b), c))
    check(run([a], T.smallest), a)


def test_outer_products():
    a, b = RNG.normal(size=3), RNG.normal(size=4)
    check(run([a, b], T.outer), np.outer(a, b))
    check(run([a[:0], b], T.outer), np.outer(a[:0], b))


@pytest.mark.parametrize("name,function", [
    ("int_div", np.floor_divide), ("floor_div", np.floor_divide), ("mod", np.mod),
    ("and_", np.bitwise_and), ("bitwise_and", np.bitwise_and), ("or_", np.bitwise_or),
    ("bitwise_or", np.bitwise_or), ("xor", np.bitwise_xor), ("bitwise_xor", np.bitwise_xor),
    ("power", np.power)])
@pytest.mark.parametrize("dtype", ["int8", "int64", "uint16"])
def test_names_of_binary_operators(name, function, dtype):
    a, b = RNG.integers(0, 7, 30).astype(dtype), RNG.integers(1, 3, 30).astype(dtype)
    check(run([a, b], getattr(T, name)), function(a, b))


def test_names_of_unary_operators():
    i = np.array([-2, 0, 7], "int32")
    check(run([i], T.invert), ~i)
    check(run([i], T.bitwise_not), ~i)
    x = np.array([-2.5, -0.5, 0.5, 1.5, 2.4, -7.6])
    check(run([x], T.iround), np.rint(x).astype("int64"))
    check(run([x], lambda v: T.iround(v, "half_away_from_zero")),
          np.array([-3, -1, 1, 2, 2, -8]))
    check(run([x], T.square), x * x)
    check(run([x], T.abs), np.abs(x))


def test_operators_take_numbers_and_arrays_on_either_side():
    x = RNG.normal(size=(2, 3))
    row = np.arange(3.0)[None]
    for function in (lambda v: 2 - v, lambda v: v - 2, lambda v: row * v, lambda v: v / row,
                     lambda v: 2.0 ** v, lambda v: v ** 2, lambda v: 7 // v, lambda v: v % 3,
                     lambda v: np.float64(3) - v, lambda v: -v + abs(v)):
        with np.errstate(all="ignore"):
            expected = function(x)
        check(run([x], function), expected)
    n = RNG.integers(0, 100, (2, 3))
    for function in (lambda v: v & 6, lambda v: 6 | v, lambda v: v ^ 5, lambda v: ~v):
        check(run([n], function), function(n))
    for function in (lambda v: v < 0, lambda v: 0 <= v, lambda v: v > row, lambda v: v >= row):
        check(run([x], function), function(x))


def test_softmax_with_bias():
    x, b = RNG.normal(size=(3, 4)), RNG.normal(size=4)
    e = np.exp(x + b)
    check(run([x, b], T.nnet.softmax_with_bias), e / e.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("alpha", [0, 0.25, np.array([0.5, 2.0])])
def test_leaky_relu(alpha):
    x = np.array([[-2.0, 3], [0, -0.5]])
    check(run([x], lambda v: T.nnet.relu(v, alpha)), np.where(x > 0, x, alpha * x))


def test_constants_and_variables_by_their_classes():
    assert isinstance(T.constant(1), T.TensorConstant)
    assert isinstance(T.constant(1), T.Constant)
    assert isinstance(T.fvector(), theano.Variable)
    assert isinstance(theano.shared(1.0), theano.compile.SharedVariable)
    with pytest.raises(T.AsTensorError):
        T.as_tensor_variable(None)
