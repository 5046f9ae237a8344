"""Which dtype, rank and broadcast pattern a graph has, by Theano's rules."""

import itertools

import numpy as np
import pytest

import theano
import theano.tensor as T

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
          "uint64", "float16", "float32", "float64"]


def vector(dtype):
    return T.TensorType(dtype, (False,))()


@pytest.fixture(params=["float64", "float32"])
def floatx(request):
    with theano.change_flags(floatX=request.param):
        yield request.param


@pytest.mark.parametrize("a,b", list(itertools.product(DTYPES, DTYPES)))
def test_upcast_is_numpys_promotion(a, b):
    expected = np.promote_types(a, b).name
    assert theano.scalar.upcast([a, b]) == expected
    assert (vector(a) + vector(b)).dtype == expected
    assert T.maximum(vector(a), vector(b)).dtype == expected
    assert (vector(a) < vector(b)).dtype == "bool"


@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_of_integers_are_floats_whatever_floatx_is(dtype, floatx):
    expected = {"bool": "float32", "int8": "float32", "int16": "float32",
                "uint8": "float32", "uint16": "float32", "float16": "float16",
                "float32": "float32"}.get(dtype, "float64")
    for function in (T.exp, T.exp2, T.log2, T.log10, T.tan, T.sqrt, T.tanh, T.floor, T.inv, T.nnet.sigmoid):
        assert function(vector(dtype)).dtype == expected


def test_integers_divide_to_floatx(floatx):
    for a, b in itertools.product(["int8", "int64", "uint16"], repeat=2):
        assert (vector(a) / vector(b)).dtype == floatx
    assert (vector("int32") / vector("float32")).dtype == "float64"
    assert (vector("int8") / vector("float32")).dtype == "float32"
    assert (vector("int64") // vector("int8")).dtype == "int64"


def test_integer_literals_take_the_smallest_dtype():
    for number, dtype in [(0, "int8"), (127, "int8"), (128, "int16"), (-129, "int16"),
                          (40000, "int32"), (2**31, "int64"), (-2**63, "int64"),
                          (2**63, "uint64")]:
        assert T.constant(number).dtype == dtype
    assert T.pow(2, 20).dtype == "int8"
    assert (T.constant(100) * 2).dtype == "int8"


def test_float_literals_follow_floatx():
    with theano.change_flags(floatX="float64"):
        assert T.constant(1.0).dtype == "float32"
        assert T.constant(0.1).dtype == "float64"
        assert (0.1 * T.fvector()).dtype == "float64"
    with theano.change_flags(floatX="float32"):
        assert T.constant(0.1).dtype == "float32"
        assert (0.1 * T.fvector()).dtype == "float32"
        assert (np.float64(2) * T.fvector()).dtype == "float64"


def test_arrays_keep_their_dtype_and_length_one_broadcasts():
    assert T.constant(np.ones((1, 3), "int16")).type == T.TensorType("int16", (True, False))
    assert T.constant([1, 2]).dtype == "int64"
    assert T.constant([0.5]).type == T.TensorType("float64", (True,))
    assert T.constant(np.float32(0.1)).dtype == "float32"
    assert T.constant(np.array([True, False])).dtype == "bool"
    assert T.constant(True).dtype == "int8"


def test_plain_constructors_take_floatx_when_called(floatx):
    assert T.vector().dtype == floatx
    assert T.row().broadcastable == (True, False)
    assert T.col().broadcastable == (False, True)
    assert T.tensor7().ndim == 7
    assert T.matrix("x", dtype="int64").dtype == "int64"


@pytest.mark.parametrize("prefix,dtype", [("b", "int8"), ("w", "int16"), ("i", "int32"),
                                          ("l", "int64"), ("f", "float32"),
                                          ("d", "float64")])
def test_constructors_of_every_dtype(prefix, dtype):
    kinds = {"scalar": (), "vector": (False,), "row": (True, False), "col": (False, True),
             "matrix": (False,) * 2, **{f"tensor{n}": (False,) * n for n in range(3, 8)}}
    for kind, pattern in kinds.items():
        x = getattr(T, prefix + kind)("x")
        assert (x.dtype, x.broadcastable, x.name) == (dtype, pattern, "x")
        assert x.type == T.TensorType(dtype, pattern) == T.tensor(dtype, pattern).type
        y = getattr(T, kind)("y", dtype=dtype)
        assert (y.type, y.name) == (x.type, "y")
    a, b = getattr(T, prefix + "matrices")("a", "b")
    assert (a.name, b.name) == ("a", "b")
    assert len(getattr(T, prefix + "vectors")(3)) == 3


def test_types_print_as_theano_prints_them():
    assert repr(T.fmatrix().type) == "TensorType(float32, matrix)"
    assert repr(T.frow().type) == "TensorType(float32, row)"
    assert repr(T.ftensor3().type) == "TensorType(float32, 3D)"
    assert repr(T.TensorType("int8", (True, False, False))) == \
        "TensorType(int8, (True, False, False))"
    assert str(T.dmatrix()) == "<TensorType(float64, matrix)>"


@pytest.mark.parametrize("dtype", DTYPES)
def test_reductions_choose_their_dtype(dtype, floatx):
    x = vector(dtype)
    kind = np.dtype(dtype).kind
    wide = {"b": "int64", "i": "int64", "u": "uint64"}.get(kind, dtype)
    assert x.sum().dtype == wide
    assert x.prod().dtype == wide
    assert x.mean().dtype == (dtype if kind == "f" else "float64")
    assert x.max().dtype == dtype
    assert x.any().dtype == "bool"
    assert x.argmax().dtype == "int64"
    assert x.sum(dtype="float64").dtype == "float64"


def test_bool_is_a_number_only_for_some():
    b = vector("bool")
    assert (b + b).dtype == "bool"
    assert (b * b).dtype == "bool"
    assert (1 - b).dtype == "int8"
    for refused in (lambda: b - b, lambda: -b, lambda: T.sgn(b),
                    lambda: b & vector("int8"), lambda: vector("float32") & b):
        with pytest.raises(TypeError):
            refused()


def test_comparison_is_identity_for_equality():
    x, y = T.vectors("x", "y")
    assert (x == x) is True and (x == y) is False and (x != y) is True
    assert T.eq(x, y).dtype == "bool"
    assert bool(x)
    with pytest.raises(TypeError, match="truth value"):
        bool(x < y)


def test_numpy_on_the_left_gives_variables():
    x = T.fvector()
    for result in (np.ones(3, "float32") * x, np.float32(2) * x, np.exp(x)):
        assert isinstance(result, T.TensorVariable)
        assert result.dtype == "float32"


def test_broadcast_patterns():
    m, v = T.fmatrix(), T.fvector()
    assert (m + v).ndim == 2
    assert m.sum(axis=0, keepdims=True).broadcastable == (True, False)
    assert m.reshape((1, -1)).broadcastable == (True, False)
    assert m[None].broadcastable == (True, False, False)
    assert T.zeros((1, 3)).broadcastable == (True, False)
    assert T.addbroadcast(m, 0).broadcastable == (True, False)
    assert T.nnet.softmax(v).broadcastable == (True, False)
    assert theano.shared(np.ones((1, 3))).broadcastable == (False, False)
    assert v.dimshuffle("x", 0, "x").broadcastable == (True, False, True)


def test_graph_views():
    x, y = T.vectors("x", "y")
    z = x + y
    assert z.owner.op == "add"
    assert z.owner.inputs[0] is x and z.owner.inputs[1] is y
    assert x.owner is None
    assert theano.gof.graph.inputs([z * x]) == [x, y]
