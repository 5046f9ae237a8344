"""What a user may not write, and what is said about it."""

import copy

import numpy as np
import pytest

import theano
import theano.tensor as T
from theano.compile.function_module import UnusedInputError
from theano.gof.fg import MissingInputError

M, V, Y = T.fmatrix("M"), T.fvector("V"), T.lvector("Y")


@pytest.mark.parametrize("build,kind,text", [
    (lambda: M[0, 0, 0], IndexError, "too many indices"),
    (lambda: M[1.5], TypeError, "expected an integer"),
    (lambda: M[True], TypeError, "bool is no index"),
    (lambda: M[..., ...], IndexError, "ellipsis"),
    (lambda: M.dimshuffle(0), ValueError, "not broadcastable"),
    (lambda: M.dimshuffle(0, 0, 1), ValueError, "named twice"),
    (lambda: M.dimshuffle(0, 1, "y"), ValueError, "'y'"),
    (lambda: M.sum(axis=2), ValueError, "axis 2 is out of range"),
    (lambda: M.sum(axis=(0, -2)), ValueError, "named twice"),
    (lambda: M.sum(axis=T.lscalar()), TypeError, "symbolic"),
    (lambda: M.reshape(Y), ValueError, "ndim="),
    (lambda: M.reshape((-1, -1)), ValueError, "only one size"),
    (lambda: M.flatten(3), ValueError, "ndim"),
    (lambda: T.join(0, 1, 2), TypeError, "stack"),
    (lambda: T.stack([M, V]), TypeError, "one rank"),
    (lambda: T.nnet.softmax(T.ftensor3()), ValueError, "vector or a matrix"),
    (lambda: T.nnet.softmax(T.imatrix()), ValueError, "floats"),
    (lambda: T.round(Y), TypeError, "float"),
    (lambda: len(M), TypeError, "shape"),
    (lambda: list(M), TypeError, "iterated"),
    (lambda: T.as_tensor_variable(True), TypeError, "bool"),
    (lambda: M + "a", TypeError, "unsupported operand"),
    (lambda: T.matrix(dtype="complex64"), TypeError, "complex64"),
    (lambda: T.constant(np.ones(2)) + T.constant(np.ones(3)), ValueError, "match"),
    (lambda: T.grad, NotImplementedError, "theano.tensor.grad"),
    (lambda: theano.scan, NotImplementedError, "theano.scan"),
    (lambda: T.nnet.conv2d, NotImplementedError, "conv2d"),
    (lambda: M.trace, NotImplementedError, "TensorVariable.trace"),
    (lambda: T.nonsense, AttributeError, "nonsense"),
    (lambda: M[M > 0], NotImplementedError, "mask"),
    (lambda: T.arange(Y[0]) + 1, NotImplementedError, "arange"),
])
def test_building(build, kind, text):
    with pytest.raises(kind, match=text):
        build()


def test_function_checks_its_inputs():
    with pytest.raises(MissingInputError, match="V.*test_frontend_errors.py"):
        theano.function([M], M + V)
    with pytest.raises(UnusedInputError, match="V, made at .*test_frontend_errors.py:"):
        theano.function([M, V], M + 1)
    with pytest.warns(UserWarning, match="V"):
        theano.function([M, V], M + 1, on_unused_input="warn")
    theano.function([M, V], M + 1, on_unused_input="ignore")
    with pytest.raises(UnusedInputError, match="twice"):
        theano.function([M, M], M + 1)
    with pytest.raises(TypeError, match="shared"):
        theano.function([theano.shared(1.0)], M)
    with pytest.raises(ValueError, match="mode"):
        theano.function([M], M + 1, mode="FASTER")
    with pytest.raises(NotImplementedError, match="DebugMode"):
        theano.function([M], M + 1, mode="DebugMode")


def test_updates_have_the_type_of_their_variable():
    w = theano.shared(np.ones(3, "float32"), "w")
    for value in (V.astype("float64"), M, T.addbroadcast(V, 0), np.ones(3, "float64")):
        with pytest.raises(TypeError, match="updates"):
            theano.function([V, M], [], updates=[(w, value)], on_unused_input="ignore")
    with pytest.raises(TypeError, match="shared variable"):
        theano.function([V], [], updates={V: V})
    with pytest.raises(ValueError, match="twice"):
        theano.function([V], [], updates=[(w, V), (w, V)])


def test_givens_replace_what_is_no_input():
    with pytest.raises(RuntimeError, match="explicit input"):
        theano.function([V], V + 1, givens={V: V * 2})
    with pytest.raises(TypeError, match="givens"):
        theano.function([M], V + 1, givens={V: M})


@pytest.mark.parametrize("type_,value", [
    (T.fvector, np.ones(3, "float64")), (T.fvector, np.ones(3, "int64")),
    (T.ivector, np.ones(3, "int64")), (T.fvector, [0.1]), (T.lvector, [1.5]),
    (T.fvector, np.ones((1, 3), "float32")), (T.fscalar, np.float64(0.1)),
    (T.frow, np.ones((2, 3), "float32")), (T.fvector, ["a"]), (T.fscalar, None),
    (T.fvector, V),
])
def test_arguments_are_not_downcast(type_, value):
    x = type_("x")
    f = theano.function([x], x, name="f")
    with pytest.raises(TypeError, match="argument 0 of the function 'f'"):
        f(value)


def test_calls_take_what_there_is():
    f = theano.function([V, theano.In(M, value=np.ones((2, 3), "float32"))], V + M)
    with pytest.raises(TypeError, match="takes 2 arguments"):
        f(1, 2, 3)
    with pytest.raises(TypeError, match="no input named 'Q'"):
        f(Q=1)
    with pytest.raises(TypeError, match="needs a value for input 0"):
        f()
    with pytest.raises(TypeError, match="more than one value"):
        f(np.ones(3, "float32"), V=1)


def test_config_checks_values():
    with pytest.raises(ValueError, match="floatX"):
        theano.config.floatX = "float31"
    with pytest.raises(ValueError, match="device"):
        theano.config.device = "cuda"
    with pytest.raises(ValueError, match="expected cpu, cuda or cuda0"):
        theano.config._set("device", "cuda::1")
    with pytest.raises(AttributeError, match="nonsense"):
        theano.config.nonsense = 1
    with pytest.raises(NotImplementedError, match="compute_test_value"):
        theano.config.compute_test_value = "raise"
    theano.config.compute_test_value = "off"


def test_shared_keeps_its_type():
    w = theano.shared(np.ones(3, "float32"))
    for value in (np.ones(3), np.ones((3, 1), "float32")):
        with pytest.raises(TypeError):
            w.set_value(value)
    with pytest.raises(NotImplementedError, match="asarray"):
        theano.shared([1, 2])


def test_run_time_errors_name_the_line():
    f = theano.function([M, V], M + V)
    with pytest.raises(ValueError, match="test_frontend_errors.py"):
        f(np.ones((2, 3), "float32"), np.ones(4, "float32"))
    a, b = T.fmatrices("a", "b")
    with pytest.raises(ValueError):
        theano.function([a, b], a + b)(np.ones((1, 3), "float32"),
                                       np.ones((2, 3), "float32"))
    i = T.lscalar("i")
    with pytest.raises(IndexError):
        theano.function([V, i], V[i])(np.ones(3, "float32"), 3)
    with pytest.raises(ValueError):
        theano.function([V], V.max())(np.ones(0, "float32"))
    with pytest.raises(AssertionError):
        theano.function([V], T.specify_shape(V, (2,)))(np.ones(3, "float32"))


@pytest.mark.parametrize("build,text", [
    (lambda: M[[0, 2], [1, 2]], r"several tensors.*x\[T.arange\(n\), y\].*x\.flatten\(\)\["),
    (lambda: T.ftensor3()[[0], [1], [2]], "several tensors"),
    (lambda: T.mean(M, op=True), "op=True.*leave out op"),
    (lambda: theano.function([M], M, rebuild_strict=False), "rebuild_strict=False.*cast"),
    (lambda: theano.function([M], M, accept_inplace=True), "accept_inplace"),
    (lambda: theano.function([M], M, profile=True), "profile"),
    (lambda: theano.In(M, update=M), "update"),
])
def test_arguments_are_not_ignored(build, text):
    with pytest.raises(NotImplementedError, match=text):
        build()


@pytest.mark.parametrize("like,value", [(T.zeros_like, 0), (T.ones_like, 1)])
def test_opt_gives_a_constant_where_its_type_fits(like, value):
    s = T.fscalar()
    assert isinstance(like(s, opt=True), T.TensorConstant)
    assert like(s, opt=True).data == value
    assert not isinstance(like(s), T.TensorConstant)
    # A vector's size is not known: the result depends on it whatever opt says.
    f = theano.function([V], like(V, opt=True))
    np.testing.assert_array_equal(f(np.zeros(3, "f4")), np.full(3, value, "f4"))


@pytest.mark.parametrize("rows", [[0], [1], [-1]])
@pytest.mark.parametrize("columns", [[1, 2], [2], [0, -1, 0], [[1, 0], [2, 2]]])
def test_a_single_row_of_several_index_arrays(rows, columns):
    x = np.arange(6, dtype="f4").reshape(2, 3)
    got = theano.function([M], M[rows, columns])(x)
    np.testing.assert_array_equal(got, x[rows, columns])


@pytest.mark.parametrize("column", [T.iscalar(), np.array(2)], ids=["symbolic", "array"])
def test_a_single_row_and_a_single_column(column):
    # NumPy gives shape (1,): to take it for M[1, column] would lose the dimension.
    with pytest.raises(NotImplementedError, match="index in two steps"):
        M[[1], column]


def test_reprs_are_one_line():
    W = theano.shared(np.zeros(2), name="W")
    c = T.constant(np.arange(100.0).reshape(10, 10))
    assert repr(M) == "M" and repr(W) == "W" and repr(M + 1) == "add.0"
    assert repr(T.constant(2)) == "TensorConstant{2}"
    assert repr(c).startswith("TensorConstant{[[ 0. 1. 2. ... 7. 8. 9.]")
    assert "\n" not in repr(c) and len(repr(c)) < 300
    f = theano.function([M, V], M + V, name="f")
    assert repr(f) == "<theano.Function 'f' of 2 inputs>"
    assert repr(theano.function([M], M)) == "<theano.Function of 1 input>"
    assert repr(theano.In(M)) == "In(M)"
    assert repr(theano.In(M, name="m", value=1.0)) == "In(M as m = 1.0)"
    assert repr(theano.Out(M)) == "Out(M)"


def test_in_is_copied_with_the_same_variable():
    given = theano.In(V, name="v", value=np.ones(3, "f4"))
    for copied in (copy.copy(given), copy.deepcopy(given)):
        assert copied.variable is V and copied.name == "v"
        assert theano.function([copied], V * 2)().tolist() == [2, 2, 2]
    assert copy.copy(given).value is given.value
    assert copy.deepcopy(given).value is not given.value
    assert copy.deepcopy(theano.Out(V)).variable is V


def test_a_function_does_not_change_its_in():
    given = theano.In(T.iscalar("n"))
    loose = theano.function([given], given.variable + 1, allow_input_downcast=True)
    assert loose(2.5) == 3
    assert given.allow_downcast is None
    with pytest.raises(TypeError, match="allow_input_downcast"):
        theano.function([given], given.variable + 1)(2.5)
