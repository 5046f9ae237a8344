"""Functions against NumPy."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.special

import theano
import theano.tensor as T
import tolerances as tol
from frontend import RNG, run
from mathematics import erf
from tools import python_environment

SHAPES = [(), (0,), (1,), (7,), (3, 5), (0, 4), (2, 1, 3)]
AWKWARD = [0.0, -0.0, 1.0, -1.0, 0.5, 2.5, 3.5, -2.5, 1e-40, 1e30, -1e30, np.inf, -np.inf,
           np.nan]

# What is moved, or rounded once, is equal.
check = tol.assert_same


UNARY = {
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2,
    "log10": np.log10, "log1p": np.log1p, "sqrt": np.sqrt, "sqr": np.square,
    "tanh": np.tanh, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "erf": erf, "abs_": np.abs, "neg": np.negative, "sgn": np.sign,
    "inv": np.reciprocal, "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc,
    "round": np.round, "isnan": np.isnan, "isinf": np.isinf,
    "sigmoid": scipy.special.expit, "softplus": lambda x: np.logaddexp(x, x.dtype.type(0)),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", UNARY)
def test_unary(name, dtype):
    x = np.array(AWKWARD + list(RNG.normal(size=9)), dtype)
    if name in ("sin", "cos", "tan"):
        x = x[np.abs(x) < 1e5]
    got = run([x], getattr(T, name))
    with np.errstate(all="ignore"):
        expected = UNARY[name](x.astype(np.longdouble))
    if expected.dtype == bool:
        check(got, expected)
    else:
        tol.assert_type(got, dtype, x.shape)
        tol.assert_elementwise(got, expected, name)


BINARY = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "true_div": np.true_divide,
    "maximum": np.maximum, "minimum": np.minimum, "lt": np.less, "gt": np.greater,
    "le": np.less_equal, "ge": np.greater_equal, "eq": np.equal, "neq": np.not_equal,
}


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
@pytest.mark.parametrize("name", BINARY)
def test_binary(name, dtype):
    a, b = (np.repeat(AWKWARD, len(AWKWARD)), np.tile(AWKWARD, len(AWKWARD)))
    if dtype == "int32":
        a, b = RNG.integers(-9, 9, (2, 50))
    a, b = a.astype(dtype), b.astype(dtype)
    with np.errstate(all="ignore"):
        expected = BINARY[name](a, b)
    check(run([a, b], getattr(T, name)), expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape):
    x = RNG.normal(size=shape).astype("float32")
    check(run([x], lambda v: v * 2 + 1), x * np.float32(2) + np.float32(1))
    check(run([x], lambda v: v.shape), np.array(shape, "int64"))
    check(run([x], lambda v: v.sum()), x.sum(dtype="float64").astype("float32"))
    check(run([x], lambda v: v.T), x.T)
    check(run([x], lambda v: v.flatten()), x.ravel())
    check(run([x], T.zeros_like), np.zeros_like(x))


def test_division_and_remainder_take_pythons_signs():
    a = np.repeat(np.array([-7, -6, -1, 0, 1, 6, 7]), 4)
    b = np.tile(np.array([-3, -1, 1, 3]), 7)
    for dtype in ("float32", "float64"):
        x, y = a.astype(dtype), b.astype(dtype)
        check(run([x, y], lambda p, q: p // q), x // y)
        check(run([x, y], lambda p, q: p % q), x % y)
    check(run([a], lambda p: p / 4), a / 4)


@pytest.mark.parametrize("dtype", ["int8", "int64"])
def test_integer_division_takes_pythons_signs(dtype):
    a = np.repeat(np.array([-7, -6, -1, 0, 1, 6, 7], dtype), 4)
    b = np.tile(np.array([-3, -1, 1, 3], dtype), 7)
    check(run([a, b], lambda p, q: p // q), a // b)
    check(run([a, b], lambda p, q: p % q), a % b)
    with pytest.raises(ZeroDivisionError):
        run([a, b * 0], lambda p, q: p // q)


def test_integers_wrap():
    with np.errstate(over="ignore"):
        x = np.array([100, -128, 127], "int8")
        check(run([x], lambda v: v * 2), x * np.int8(2))
        check(run([x], lambda v: -v), -x)
    assert theano.function([], T.constant(100) * 2)() == -56
    assert theano.function([], T.pow(2, 20))() == 0


def test_bits_and_bools():
    a, b = np.array([True, True, False, False]), np.array([True, False, True, False])
    for op in (lambda p, q: p & q, lambda p, q: p | q, lambda p, q: p ^ q,
               lambda p, q: p + q, lambda p, q: p * q):
        check(run([a, b], op), op(a, b))
    check(run([a], lambda p: ~p), ~a)
    i, j = np.array([5, -6], "int16"), np.array([3, 9], "int16")
    check(run([i, j], lambda p, q: (p & q) | (~p ^ q)), (i & j) | (~i ^ j))


def test_cast_truncates():
    x = np.array([1.9, -1.9, 0.0, 300.0])
    check(run([x], lambda v: v.astype("int32")), x.astype("int32"))
    check(run([x], lambda v: v.astype("bool")), x.astype("bool"))
    check(run([x], lambda v: T.cast(v, "float32")), x.astype("float32"))


def test_choice():
    x = np.array([-2.0, -0.5, 0.5, 2.0, np.nan])
    check(run([x], lambda v: T.clip(v, -1, 1)), np.clip(x, -1, 1))
    check(run([x], lambda v: T.switch(v > 0, v, 0)), np.where(x > 0, x, 0))
    check(run([x], T.nnet.relu), np.where(np.isnan(x), x, np.maximum(x, 0)))


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (0, 1, 2), ()])
@pytest.mark.parametrize("keepdims", [False, True])
def test_reductions(axis, keepdims):
    x = RNG.normal(size=(3, 4, 5)).astype("float32")
    for name in ("sum", "prod", "mean", "max", "min"):
        got = run([x], lambda v: getattr(v, name)(axis=axis, keepdims=keepdims))
        wide = x.astype("float64")
        expected = np.asarray(getattr(wide, name)(axis=axis, keepdims=keepdims))
        if name in ("max", "min"):
            check(got, expected.astype("float32"))
            continue
        # Theano accumulates float32 in float64.
        magnitude = np.abs(expected) if name == "prod" else np.asarray(
            getattr(abs(wide), name)(axis=axis, keepdims=keepdims))
        tol.assert_type(got, "float32", expected.shape)
        tol.assert_sum(got, expected, magnitude, x.size, "float64", name)
    b = x > 0
    for name in ("any", "all"):
        check(run([b], lambda v: getattr(v, name)(axis=axis, keepdims=keepdims)),
              getattr(b, name)(axis=axis, keepdims=keepdims))


def test_reductions_of_nothing_and_of_nan():
    x = np.zeros((0, 3), "float32")
    check(run([x], lambda v: v.sum(axis=0)), x.sum(axis=0))
    check(run([x], lambda v: v.prod(axis=0)), x.prod(axis=0))
    check(run([x], lambda v: v.max(axis=1)), np.zeros(0, "float32"))
    y = np.array([[1, np.nan, 3], [4, 4, 2]], "float32")
    check(run([y], lambda v: v.max(axis=1)), y.max(axis=1))
    check(run([y], lambda v: v.argmax(axis=1)), np.array([1, 0]))
    check(run([y], lambda v: v.argmin(axis=1)), np.array([1, 2]))
    i = np.array([-128, 127, -128, 5], "int8")
    check(run([i], lambda v: v.argmin()), np.array(0))
    check(run([i], lambda v: v.sum()), np.array(i.sum(dtype="int64")))


def test_variance():
    x = RNG.normal(size=(4, 6))
    tol.assert_variance(run([x], lambda v: v.var(axis=1)), x, axis=1)
    tol.assert_variance(run([x], lambda v: v.std(axis=0, keepdims=True)), x, axis=0,
                        keepdims=True, root=True)
    tol.assert_variance(run([x], lambda v: v.var(ddof=1)), x, ddof=1)


@pytest.mark.parametrize("item", [
    np.s_[0], np.s_[-1], np.s_[1:], np.s_[::-1], np.s_[:, 1], np.s_[1:3, ::2],
    np.s_[..., 0], np.s_[None, :, None, 1], np.s_[-100:100:3], np.s_[3:0:-1], np.s_[5:2],
    np.s_[[2, 0, -1]], np.s_[:, [1, 1]],
])
def test_indexing(item):
    x = RNG.normal(size=(4, 5)).astype("float32")
    check(run([x], lambda v: v[item]), x[item])


def test_indexing_by_variables():
    x = RNG.normal(size=(4, 5)).astype("float32")
    i, y = np.array(2), np.array([0, 4, 1, 1], "int32")
    check(run([x, i], lambda v, k: v[k]), x[2])
    check(run([x, i], lambda v, k: v[k:, :k]), x[2:, :2])
    check(run([x, i], lambda v, k: v[k * 1:k * 2]), x[2:4])
    check(run([x, y], lambda v, k: v[:, k]), x[:, y])
    check(run([x, y], lambda v, k: v[T.arange(k.shape[0]), k]), x[np.arange(4), y])
    check(run([x, y], lambda v, k: v[T.arange(4), k]), x[np.arange(4), y])
    check(run([x, y], lambda v, k: T.take(v, k)), x.ravel()[y])


def test_shape_changes():
    x = RNG.normal(size=(2, 3, 4)).astype("float32")
    check(run([x], lambda v: v.reshape((4, -1))), x.reshape(4, -1))
    check(run([x], lambda v: v.reshape((v.shape[0], 1, -1))), x.reshape(2, 1, -1))
    check(run([x], lambda v: v.flatten(2)), x.reshape(2, -1))
    # The number of elements, 0, does not say how many rows there are.
    check(run([x], lambda v: v[:, :, :0].reshape((v.shape[0], 0))), x[:, 0, :0])
    check(run([x], lambda v: T.alloc(v[0, 0, 0], v.shape[1], 2, 0).reshape(
        (v.shape[0] + 7, v.shape[1] * 0))), np.zeros((9, 0), "float32"))
    check(run([x], lambda v: v.dimshuffle(2, "x", 0, 1)), x.transpose(2, 0, 1)[:, None])
    check(run([x], lambda v: v.swapaxes(0, 2)), x.swapaxes(0, 2))
    check(run([x], lambda v: T.concatenate([v, v[:1], v[::-1]], axis=0)),
          np.concatenate([x, x[:1], x[::-1]]))
    check(run([x], lambda v: T.stack([v, v], axis=-1)), np.stack([x, x], axis=-1))
    check(run([np.array(3)], lambda n: T.alloc(2.0, n, 2)), np.full((3, 2), 2, "float32"))
    check(run([x], lambda v: T.ones_like(v, dtype="int8")), np.ones(x.shape, "int8"))


@pytest.mark.parametrize("a,b", [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)),
                                 ((2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((0, 3), (3, 2)),
                                 ((2, 0), (0, 3)), ((40, 70), (70, 33)), ((), (2, 2))])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_dot(a, b, dtype):
    x = (RNG.normal(size=a) * 4).astype(dtype)
    y = (RNG.normal(size=b) * 4).astype(dtype)
    got = run([x, y], T.dot)
    expected = np.dot(x, y)
    tol.assert_type(got, expected.dtype, expected.shape)
    magnitude = np.dot(np.abs(x).astype("float64"), np.abs(y).astype("float64"))
    tol.assert_sum(got.astype("float64") if dtype == "int32" else got, expected, magnitude,
               x.shape[-1] if x.ndim else 1)


def test_batched_dot():
    x, y = RNG.normal(size=(3, 2, 4)), RNG.normal(size=(3, 4, 5))
    wide_x, wide_y = x.astype(np.longdouble), y.astype(np.longdouble)
    product, magnitude = wide_x @ wide_y, abs(wide_x) @ abs(wide_y)
    tol.assert_sum(run([x, y], T.batched_dot), product, magnitude, 4)
    tol.assert_sum(run([x, y[:, :, 0].copy()], T.batched_dot), product[:, :, 0],
                   magnitude[:, :, 0], 4)


def test_softmax():
    x = RNG.normal(size=(4, 7)).astype("float32") * 50
    tol.assert_softmax(run([x], T.nnet.softmax), x)
    tol.assert_log_softmax(run([x], T.nnet.logsoftmax), x)
    tol.assert_softmax(run([x[0]], T.nnet.softmax), x[:1])
    y = np.array([0, 6, 3, 3], "int32")
    loss = run([x, y], lambda v, k: T.nnet.categorical_crossentropy(
        T.nnet.softmax(v / 50), k))
    assert loss.dtype == "float32"
    tol.assert_cross_entropy(loss, x / np.float32(50), y)


# ---- functions --------------------------------------------------------------

def test_outputs_come_as_they_were_asked_for():
    x = T.dvector("x")
    data = np.arange(3.0)
    single = theano.function([x], x + 1)(data)
    assert isinstance(single, np.ndarray)
    for several in (theano.function([x], [x + 1])(data),
                    theano.function([x], (x + 1,))(data)):
        assert isinstance(several, list) and len(several) == 1
    by_name = theano.function([x], {"a": x + 1, "b": x.sum()})(data)
    assert list(by_name) == ["a", "b"] and by_name["b"] == 3
    assert theano.function([x], [], on_unused_input="ignore")(data) == []
    total = theano.function([x], x.sum())(data)
    assert isinstance(total, np.ndarray) and total.shape == ()


def test_outputs_may_be_marked():
    x = T.dvector("x")
    for output in (theano.Out(x + 1), theano.Out(x + 1, borrow=True)):
        check(theano.function([theano.In(x, borrow=True)], output)(np.zeros(2)), np.ones(2))
        check(theano.function([x], [output])(np.zeros(2))[0], np.ones(2))
    with pytest.raises(TypeError, match="Out: expected a variable"):
        theano.Out(1)


def test_outputs_are_fresh_and_writable():
    x = T.dvector("x")
    data = np.arange(3.0)
    first, second = theano.function([x], [x, x])(data)
    first += 1
    np.testing.assert_array_equal(data, np.arange(3.0))
    np.testing.assert_array_equal(second, np.arange(3.0))
    f = theano.function([x], x * 2)
    one, two = f(data), f(data + 1)
    np.testing.assert_array_equal(one, [0, 2, 4])
    np.testing.assert_array_equal(two, [2, 4, 6])


def test_arrays_of_any_layout_are_taken():
    x = T.dmatrix("x")
    f = theano.function([x], x - x[0])
    data = np.arange(24.0).reshape(4, 6)
    for given in (data, data.T, data[::2, ::-1], np.asfortranarray(data),
                  data.astype(">f8"), data.astype("float32"), data.astype("int8")):
        check(f(given), given.astype("float64") - given[0])
    read_only = data.copy()
    read_only.flags.writeable = False
    check(f(read_only), data - data[0])


def _peak_growth(script):
    """By how many bytes `script` raises a process's peak, NumPy's arrays included."""
    # Not getrusage's ru_maxrss: exec hands on the peak of the process that called
    # it, which is pytest's, and may be above all that `script` reaches.
    program = ("import re, numpy as np, theano, theano.tensor as T\n"
               "def peak():\n"
               "    with open('/proc/self/status') as status:\n"
               "        return int(re.search(r'VmHWM:\\s*(\\d+) kB', status.read())[1])\n"
               f"{script}\n")
    done = subprocess.run([sys.executable, "-c", program], env=python_environment(),
                          text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return 1024 * int(done.stdout)


def test_inputs_are_not_copied():
    size = 1 << 27
    assert _peak_growth(
        "x = T.fmatrix()\n"
        "f = theano.function([x], x.sum())\n"
        "f(np.ones((2, 2), 'float32'))\n"
        f"data = np.ones((1024, {size} // 4096), 'float32')\n"
        "before = peak()\n"
        "assert f(data) == data.size\n"
        "print(peak() - before)") < size / 4


def test_outputs_are_not_copied():
    size = 1 << 27
    growth = _peak_growth(
        "n = T.lscalar()\n"
        "f = theano.function([n], T.alloc(np.float32(1), n) * 2)\n"
        "f(3)\n"
        "before = peak()\n"
        f"result = f({size} // 4)\n"
        "assert result[-1] == 2\n"
        "print(peak() - before)")
    assert size / 2 < growth < 1.5 * size


def test_accumulators_may_be_chosen():
    x = np.array([2**24] + [1] * 64, "float32")
    # One by one each 1 is lost in float32; float64, the default, keeps them.
    check(run([x], lambda v: v.sum()), np.float32(2**24 + 64))
    check(run([x], lambda v: v.sum(dtype="float64")), np.float64(2**24 + 64))
    check(run([x], lambda v: v.sum(dtype="float64", acc_dtype="float64")),
          np.float64(2**24 + 64))
    check(run([x], lambda v: v.mean(dtype="float64")), np.float64((2**24 + 64) / 65))
    half = np.full(4096, 1, "float16")
    check(run([half], lambda v: v.sum()), np.float16(4096))
    small = np.full(300, 100, "uint8")
    check(run([small], lambda v: v.sum()), np.uint64(30000))
    check(run([small], lambda v: v.sum(dtype="uint8", acc_dtype="uint8")),
          np.uint8(30000 % 256))


def test_numbers_and_lists_are_taken_when_exact():
    x = T.fvector("x")
    check(theano.function([x], x + 1)([0.5, 2]), np.array([1.5, 3], "float32"))
    s = T.fscalar("s")
    with theano.change_flags(floatX="float32"):
        check(theano.function([s], s)(0.1), np.float32(0.1))
    f = theano.function([x], x, allow_input_downcast=True)
    check(f([0.1]), np.array([0.1], "float32"))
    check(f(np.ones(2)), np.ones(2, "float32"))


def test_calls_by_keyword_and_with_defaults():
    x, y = T.dscalars("x", "y")
    f = theano.function([x, theano.In(y, value=2.0, name="scale")], x * y)
    assert f(3.0) == 6
    assert f(3.0, 5.0) == 15
    assert f(scale=4.0, x=1.0) == 4


def test_updates_are_simultaneous():
    a, b = theano.shared(1.0, "a"), theano.shared(2.0, "b")
    f = theano.function([], [a + b, a], updates={a: b, b: a + b})
    total, old = f()
    assert (total, old) == (3, 1)
    assert (a.get_value(), b.get_value()) == (2, 3)
    f()
    assert (a.get_value(), b.get_value()) == (3, 5)


def test_functions_share_state():
    w = theano.shared(np.zeros(3, "float32"), "w")
    x = T.fvector("x")
    add = theano.function([x], [], updates=[(w, w + x)])
    read = theano.function([], w * 2)
    for _ in range(3):
        add(np.ones(3, "float32"))
    check(read(), np.full(3, 6, "float32"))
    w.set_value(np.ones(5, "float32"))
    check(read(), np.full(5, 2, "float32"))
    w.zero()
    check(w.get_value(), np.zeros(5, "float32"))
    assert add.get_shared() == [w]


def test_shared_values_are_copies():
    data = np.arange(3.0)
    w = theano.shared(data)
    data[0] = 9
    value = w.get_value()
    value[1] = 9
    np.testing.assert_array_equal(w.get_value(), [0, 1, 2])
    assert theano.shared(1).dtype == "int64"
    with theano.change_flags(floatX="float32"):
        assert theano.shared(1.0).dtype == "float64"


def test_integer_state_stays_integer():
    i = theano.shared(np.int64(0))
    step = theano.function([], i, updates=[(i, (i + 1) % 3)])
    assert [int(step()) for _ in range(5)] == [0, 1, 2, 0, 1]


def test_minibatches_by_givens():
    data = theano.shared(np.arange(20.0).reshape(10, 2))
    x, index = T.dmatrix("x"), T.lscalar("index")
    f = theano.function([index], x.sum(axis=1), givens={x: data[index * 3:(index + 1) * 3]})
    check(f(1), data.get_value()[3:6].sum(axis=1))
    check(f(3), data.get_value()[9:12].sum(axis=1))
    y = x * 2
    check(theano.function([], y + 1, givens={y: np.ones((1, 2))})(), np.full((1, 2), 2.0))


def test_default_updates():
    count = theano.shared(np.int64(0))
    count.default_update = count + 1
    f = theano.function([], count * 10)
    assert [int(f()), int(f())] == [0, 10]
    theano.function([], count, no_default_updates=True)()
    assert count.get_value() == 2


def test_eval():
    x = T.dvector("x")
    check((x * 2).eval({x: np.arange(3.0)}), np.arange(3.0) * 2)
    check(T.constant([1, 2]).eval(), np.array([1, 2]))


def test_failed_calls_leave_state_alone():
    w = theano.shared(np.zeros(3), "w")
    x = T.dvector("x")
    f = theano.function([x], [], updates=[(w, w + x)])
    with pytest.raises(ValueError):
        f(np.ones(4))
    check(w.get_value(), np.zeros(3))
    f(np.ones(3))
    check(w.get_value(), np.ones(3))


def test_stages_print():
    x = T.fvector("x")
    f = theano.function([x], T.exp(x) + 1, name="f")
    assert "theano.exp" in f.ir()
    assert "test_frontend_run.py" in f.ir(locations=True)
    assert "kernel.func" in f.ir("kernels")
    assert ".target sm_80" in f.ptx()
    assert ".target sm_90" in f.ptx("sm_90")
    with pytest.raises(ValueError):
        f.ir("nonsense")


def test_mnist_step_matches_numpy():
    """One step of softmax regression, its gradient written by hand."""
    x, y = T.fmatrix("x"), T.ivector("y")
    w = theano.shared(RNG.normal(size=(6, 4)).astype("float32"), "w")
    b = theano.shared(np.zeros(4, "float32"), "b")
    logits = T.dot(x, w) + b
    loss = -T.mean(T.nnet.logsoftmax(logits)[T.arange(y.shape[0]), y])
    hot = T.eq(y.dimshuffle(0, "x"), T.constant(np.arange(4)))
    error = (T.nnet.softmax(logits) - hot) / x.shape[0].astype("float32")
    step = theano.function([x, y], loss, updates=[
        (w, w - np.float32(0.5) * T.dot(x.T, error)),
        (b, b - np.float32(0.5) * error.sum(axis=0))])
    data = RNG.normal(size=(9, 6)).astype("float32")
    labels = RNG.integers(0, 4, 9).astype("int32")
    old = w.get_value().astype("float64")
    losses = [float(step(data, labels)) for _ in range(3)]
    expected = scipy.special.log_softmax(data @ old, axis=1)[np.arange(9), labels].mean()
    tol.assert_losses(np.array(losses[:1]), np.array([-expected]))
    assert losses[0] > losses[1] > losses[2]
