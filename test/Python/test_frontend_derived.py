"""Functions that the Python package composes of others, against NumPy and SciPy."""

import numpy as np
import pytest
import scipy.special

import theano
import theano.tensor as T
from frontend import RNG, check, run

SHAPES = [(3,), (0,), (1,), (2, 3), (2, 0), (1, 4), (2, 1, 3)]


def sample(shape, dtype="float32"):
    return (RNG.normal(size=shape) * 4).astype(dtype)


# ---- elementwise -----------------------------------------------------------

def test_angles():
    for dtype in ("float32", "float64"):
        x = np.array([0, -0.0, 180, -90, 1e-30, np.inf, np.nan, 37.5], dtype)
        check(run([x], T.deg2rad), np.deg2rad(x))
        check(run([x], lambda v: v.rad2deg()), np.rad2deg(x))
    check(run([np.arange(-3, 4, dtype="int16")], T.deg2rad),
          np.deg2rad(np.arange(-3, 4, dtype="float32")))
    check(run([np.arange(9)], T.rad2deg), np.rad2deg(np.arange(9.0)))


def test_quotient_and_remainder():
    a = np.repeat(np.arange(-7, 8), 4)
    b = np.tile([-3, -1, 1, 4], 15)
    quotient, remainder = run([a, b], T.divmod)
    check(quotient, a // b)
    check(remainder, a % b)
    quotient, remainder = run([a, b], divmod)
    check(quotient, a // b)
    check(run([a, b], T.ceil_intdiv), -(-a // b))


@pytest.mark.parametrize("equal_nan", [False, True])
def test_closeness(equal_nan):
    values = [0.0, -0.0, 1.0, 1 + 1e-6, 1 + 1e-3, 1e300, -1e300, np.inf, -np.inf, np.nan]
    a, b = np.repeat(values, len(values)), np.tile(values, len(values))
    with np.errstate(all="ignore"):
        expected = np.isclose(a, b, equal_nan=equal_nan)
    check(run([a, b], lambda p, q: T.isclose(p, q, equal_nan=equal_nan)), expected)
    check(run([a, b], lambda p, q: T.isclose(p, q, rtol=0.1, atol=1)),
          np.isclose(a, b, rtol=0.1, atol=1))
    assert not run([a, b], T.allclose)
    assert run([a[:1], b[:1] + 1e-9], T.allclose)


# ---- shape -----------------------------------------------------------------

@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reps", [2, (0,), (3, 1), (1, 2), (2, 1, 3)])
def test_tile(shape, reps):
    x = sample(shape)
    check(run([x], lambda v: T.tile(v, reps)), np.tile(x, reps))


def test_tile_by_variables_and_of_rows():
    x = sample((2, 3))
    check(run([x, np.array(2)], lambda v, n: T.tile(v, (n, 3))), np.tile(x, (2, 3)))
    check(run([x], lambda v: T.tile(v, 2, ndim=3)), np.tile(x[None], 2))
    assert T.tile(T.frow(), (1, 5)).broadcastable == (True, False)
    assert T.tile(T.frow(), (1, 5)).ndim == 2


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_repeat(shape, count):
    x = sample(shape)
    check(run([x], lambda v: T.repeat(v, count)), np.repeat(x, count))
    for axis in range(-1, x.ndim):
        check(run([x], lambda v: v.repeat(count, axis)), np.repeat(x, count, axis))
    check(run([x, np.array(count)], lambda v, n: T.extra_ops.repeat(v, n, 0)),
          np.repeat(x, count, 0))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("shift", [0, 1, -1, 5, -7])
def test_roll(shape, shift):
    x = sample(shape)
    check(run([x], lambda v: T.roll(v, shift)), np.roll(x, shift))
    for axis in range(-1, x.ndim):
        check(run([x], lambda v: T.roll(v, shift, axis)), np.roll(x, shift, axis))
    check(run([x, np.array(shift)], lambda v, n: T.roll(v, n, axis=0)),
          np.roll(x, shift, 0))


def test_diff():
    x = sample((4, 5), "int32")
    check(run([x], T.diff), np.diff(x))
    check(run([x], lambda v: T.diff(v, 2, axis=0)), np.diff(x, 2, axis=0))
    check(run([x], lambda v: T.diff(v, 7)), np.diff(x, 7))


def test_take_modes():
    x = sample((4, 3))
    i = np.array([0, -1, 3, 4, 9, -9], "int32")
    for mode in ("clip", "wrap"):
        check(run([x, i], lambda v, k: T.take(v, k, axis=0, mode=mode)),
              np.take(x, i, axis=0, mode=mode))
        check(run([x, i], lambda v, k: v.take(k, mode=mode)), np.take(x, i, mode=mode))


def test_creation():
    for arguments in [(3,), (2, 4), (4, 2, 1), (3, 3, -1), (0,), (1, 1)]:
        check(theano.function([], T.eye(*arguments))(), np.eye(*arguments))
        check(theano.function([], T.tri(*arguments, dtype="int8"))(),
              np.tri(*arguments, dtype="int8"))


def test_patterns():
    m = T.fmatrix()
    assert T.patternbroadcast(m, (True, False)).broadcastable == (True, False)
    assert T.patternbroadcast(m, (False, False)) is m
    x = sample((1, 3))
    check(run([x], lambda v: T.patternbroadcast(v, (True, False)) +
              np.ones((2, 1), "float32")), x + np.ones((2, 1), "float32"))


# ---- reductions and products -----------------------------------------------

@pytest.mark.parametrize("order", [0, 1, 2, 3, 0.5, np.inf, -np.inf])
def test_norm(order):
    x = sample((3, 4), "float64")
    x[1, 2] = 0
    dtype = "int64" if order == 0 else "float64"  # a count
    for axis in (0, 1, -1):
        expected = np.linalg.norm(x, order, axis)
        check(run([x], lambda v: v.norm(order, axis=axis)), expected.astype(dtype))
    flat = np.linalg.norm(x.ravel(), order)
    check(run([x], lambda v: T.norm(v, order, keepdims=True)), np.array([[flat]], dtype))


@pytest.mark.parametrize("a,b", [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)),
                                 ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((5, 2, 3), (3,)),
                                 ((5, 2, 3), (5, 3, 4)), ((0, 2, 3), (0, 3, 4))])
def test_matmul(a, b):
    x, y = sample(a, "float64"), sample(b, "float64")
    check(run([x, y], lambda p, q: p @ q), x @ y)
    check(run([y], lambda q: x @ q), x @ y)


def test_matmul_refuses_what_it_cannot():
    with pytest.raises(ValueError, match="scalar"):
        T.fscalar() @ T.fvector()
    with pytest.raises(NotImplementedError, match="batches"):
        T.fmatrix() @ T.ftensor3()
    with pytest.raises(TypeError):
        T.fmatrix() @ "a"


@pytest.mark.parametrize("a,b,axes", [
    ((2, 3), (3, 4), 1), ((2, 3), (2, 3), 2), ((2,), (3,), 0), ((2, 3, 4), (3, 4, 5), 2),
    ((2, 3, 4), (4, 2, 5), ((0, 2), (1, 0))), ((2, 3, 4), (3,), (1, 0)),
    ((2, 3, 4), (5, 3), ((-2,), (-1,))), ((0, 3), (3, 2), 1), ((2, 0), (0, 3), 1),
    ((2, 3), (2, 3), ((1, 0), (1, 0))),
])
def test_tensordot(a, b, axes):
    x, y = sample(a, "float64"), sample(b, "float64")
    check(run([x, y], lambda p, q: T.tensordot(p, q, axes)), np.tensordot(x, y, axes))


# ---- networks --------------------------------------------------------------

def test_activations():
    x = np.array([-1e3, -2.5, -1, -0.0, 0, 0.3, 2, 1e3, np.nan])
    below = np.expm1(np.minimum(x, 0))
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    check(run([x], T.nnet.selu), scale * np.where(x > 0, x, alpha * below))
    assert run([x.astype("float32")], T.nnet.selu).dtype == "float32"
    check(run([x], T.nnet.elu), np.where(x > 0, x, below))
    check(run([x], T.nnet.softsign), x / (1 + np.abs(x)))
    check(run([x], T.nnet.hard_sigmoid), np.clip(0.2 * x + 0.5, 0, 1))


def test_binary_losses():
    z = np.array([-800.0, -3, -0.5, 0, 0.5, 3, 800])
    t = np.array([0, 1, 0.25, 1, 0, 1, 0.5])
    p = scipy.special.expit(z[1:-1])
    check(run([p, t[1:-1]], T.nnet.binary_crossentropy),
          -(t[1:-1] * np.log(p) + (1 - t[1:-1]) * np.log(1 - p)))
    expected = np.logaddexp(0, -np.abs(z)) + np.maximum(z, 0) - z * t
    check(run([z, t], T.nnet.sigmoid_binary_crossentropy), expected)


def test_categorical_losses():
    x, b = sample((5, 4), "float64"), sample((4,), "float64")
    y = np.array([0, 3, 1, 1, 2], "int32")
    for logits, graph in [
            (x, lambda v, c, k: T.nnet.crossentropy_softmax_1hot(v, k)),
            (x + b, T.nnet.crossentropy_softmax_1hot_with_bias)]:
        losses, probabilities = run([x, b, y], graph)
        check(probabilities, scipy.special.softmax(logits, axis=1))
        check(losses, -scipy.special.log_softmax(logits, axis=1)[np.arange(5), y])
    for logits, graph in [
            (x, lambda v, c, k: T.nnet.crossentropy_softmax_max_and_argmax_1hot(v, k)),
            (x + b, T.nnet.crossentropy_softmax_max_and_argmax_1hot_with_bias)]:
        _, probabilities, largest, where = run([x, b, y], graph)
        check(largest, probabilities.max(axis=1))
        check(where, logits.argmax(axis=1))
    p = scipy.special.softmax(x, axis=1)
    check(run([p, y], T.nnet.crossentropy_categorical_1hot), -np.log(p[np.arange(5), y]))
    check(run([p, p], T.nnet.categorical_crossentropy), -(p * np.log(p)).sum(axis=1))
    with pytest.raises(TypeError, match="vector of labels"):
        T.nnet.crossentropy_categorical_1hot(T.fmatrix(), T.fmatrix())


def test_batch_normalization():
    x, gamma, beta, mean = (sample(s, "float64") for s in [(6, 3), (3,), (3,), (3,)])
    std = np.abs(sample((3,), "float64")) + 1
    for mode in ("low_mem", "high_mem"):
        check(run([x, gamma, beta, mean, std],
                  lambda *v: T.nnet.batch_normalization(*v, mode=mode)),
              (x - mean) * (gamma / std) + beta)


def test_logarithms_of_zero():
    x, y = np.array([0.0, 0, 2, 0.5]), np.array([0.0, np.inf, 3, 0])
    with np.errstate(all="ignore"):
        check(run([x], T.xlogx.xlogx), scipy.special.xlogy(x, x))
        check(run([x, y], T.xlogx.xlogy0), scipy.special.xlogy(x, y))


def test_one_hot():
    y = np.array([2, 0, 1, 2])
    check(run([y], lambda k: T.extra_ops.to_one_hot(k, 3)), np.eye(3)[y])
    check(run([y], lambda k: T.extra_ops.to_one_hot(k, 4, "int8")), np.eye(4, dtype="int8")[y])


@pytest.mark.parametrize("build,kind,text", [
    (lambda v: T.tile(v, -1), ValueError, "0 or more"),
    (lambda v: T.tile(v, (1, 2), ndim=1), ValueError, "ndim is 1"),
    (lambda v: T.tile(v, 1.5), TypeError, "integer"),
    (lambda v: T.repeat(v, [1, 2]), NotImplementedError, "vector of counts"),
    (lambda v: T.repeat(v, 2, axis=1), ValueError, "axis 1 is out of range"),
    (lambda v: T.roll(v, 1, axis=3), ValueError, "axis 3 is out of range"),
    (lambda v: T.tensordot(v, v, 2), ValueError, "axes is 2"),
    (lambda v: T.tensordot(v, v, ((0,), ())), ValueError, "cannot be paired"),
    (lambda v: T.eye(v.shape[0]), NotImplementedError, "eye: a size"),
    (lambda v: T.take(v, 0, mode="round"), ValueError, "mode"),
    (lambda v: T.extra_ops.to_one_hot(v.dimshuffle(0, "x"), 3), ValueError, "vector"),
    (lambda v: T.nnet.batch_normalization(v, v, v, v, v, mode="fast"), ValueError, "mode"),
    (lambda v: T.patternbroadcast(v, (True, False)), ValueError, "1 entries"),
    (lambda v: T.patternbroadcast(T.frow(), (False, False)), NotImplementedError, "forget"),
    (lambda v: T.extra_ops.cumsum, NotImplementedError, "extra_ops.cumsum"),
])
def test_refusals(build, kind, text):
    with pytest.raises(kind, match=text):
        build(T.fvector())
