"""Every public name of Theano 1.0.5 is here, or says clearly that it is not yet."""

import copy
import importlib
import pickle
import subprocess
import sys

import pytest

import theano
import theano.tensor as T
from tools import python_environment

NAMES = {
    "theano": """
        function shared tensor config change_flags In Out dot Variable compile gof scalar
        grad scan map reduce foldl foldr clone Op Apply OpFromGraph Mode pp printing
        sparse sparse_grad ifelse Rop Lop as_op gradient raise_op typed_list
        """,
    "theano.tensor": """
        scalar vector row col matrix tensor3 tensor4 tensor5 tensor6 tensor7 scalars vectors
        rows cols matrices tensor3s tensor4s bscalar wvector irow lcol fmatrix dtensor3
        ftensor4 fmatrices lvectors cscalar zmatrix ctensor3 TensorType tensor
        constant as_tensor_variable as_tensor
        add sub mul true_div int_div floor_div mod divmod pow power neg inv sqr square sqrt
        exp exp2 expm1 log log2 log10 log1p abs_ sgn ceil floor trunc round iround maximum
        minimum clip deg2rad rad2deg sin cos tan sinh cosh tanh arcsin arccos arctan arctan2
        arcsinh arccosh arctanh smallest largest ceil_intdiv inplace
        erf erfc erfcx erfinv erfcinv gamma gammaln psi tri_gamma chi2sf gammainc gammaincc
        gammau gammal j0 j1 jv i0 i1 iv xlogx
        lt gt le ge eq neq isnan isinf isclose allclose and_ or_ xor invert bitwise_and
        bitwise_or bitwise_xor bitwise_not switch where real imag conj angle complex
        complex_from_polar cast addbroadcast patternbroadcast unbroadcast specify_shape
        transpose swapaxes shape_padleft shape_padright shape_padaxis squeeze roll
        reshape flatten concatenate join stack stacklists horizontal_stack vertical_stack
        split tile repeat take choose compress nonzero nonzero_values flatnonzero diagonal
        diag fill_diagonal fill_diagonal_offset triu tril set_subtensor inc_subtensor
        zeros ones eye tri alloc zeros_like ones_like identity_like fill arange mgrid ogrid
        sum prod mean var std max min any all ptp norm cov argmax argmin max_and_argmax
        argsort sort topk argtopk topk_and_argtopk searchsorted cumsum cumprod diff bincount
        bartlett unravel_index ravel_multi_index extra_ops dot tensordot batched_dot
        batched_tensordot outer blas nnet nlinalg opt io shared_randomstreams raw_random
        slinalg fft signal grad jacobian hessian verify_grad Rop Lop shape
        """,
    "theano.tensor.nnet": """
        sigmoid ultra_fast_sigmoid hard_sigmoid softplus softsign relu elu selu softmax
        logsoftmax softmax_with_bias h_softmax binary_crossentropy
        sigmoid_binary_crossentropy categorical_crossentropy crossentropy_categorical_1hot
        crossentropy_softmax_1hot crossentropy_softmax_1hot_with_bias
        crossentropy_softmax_max_and_argmax_1hot
        crossentropy_softmax_max_and_argmax_1hot_with_bias confusion_matrix
        batch_normalization bn conv2d conv3d conv2d_transpose separable_conv2d
        separable_conv3d causal_conv1d abstract_conv conv neighbours ctc blocksparse corr
        conv3d2d
        """,
    "theano.tensor.extra_ops": """
        cumsum cumprod diff bincount squeeze compress repeat bartlett fill_diagonal
        fill_diagonal_offset to_one_hot Unique CpuContiguous unravel_index
        ravel_multi_index searchsorted
        """,
}

METHODS = """
    T all any arccos arccosh arcsin arcsinh arctan arctanh argmax argmin argsort astype
    broadcastable ceil choose clip clone compress conj conjugate copy cos cosh cumprod
    cumsum deg2rad diagonal dimshuffle dot dtype eval exp exp2 expm1 fill flatten floor
    get_parents get_scalar_constant_value imag log log10 log1p log2 max mean min name ndim
    nonzero nonzero_values norm ones_like owner prod ptp rad2deg ravel real repeat reshape
    round searchsorted shape sin sinh size sort sqrt squeeze std sum swapaxes tag take tan
    tanh trace transfer transpose trunc type var zeros_like
    """.split()


def _is_here_or_says_why_not(owner, name, path):
    try:
        assert getattr(owner, name, None) is not None or name in ("name", "owner")
    except NotImplementedError as error:
        assert str(error) == f"{path}.{name} is not supported yet"


@pytest.mark.parametrize("module", NAMES)
def test_names_of_modules(module):
    for name in NAMES[module].split():
        _is_here_or_says_why_not(sys.modules[module], name, module)


@pytest.mark.parametrize("variable", [
    T.fmatrix("x"), T.constant([1.5, 2]), theano.shared(1.0, "w")], ids=str)
def test_methods_of_variables(variable):
    for name in METHODS:
        _is_here_or_says_why_not(variable, name, "TensorVariable")


def test_functions_are_not_hidden_by_modules_of_their_names():
    for name in ("var", "shape", "round", "any", "xor", "std"):
        assert callable(getattr(T, name)), name


def test_what_is_here_is_not_called_missing():
    for module, names in [(theano, "THEANO"), (T, "TENSOR"), (T.nnet, "NNET"),
                          (T.extra_ops, "EXTRA_OPS")]:
        missing = getattr(sys.modules["theano._missing"], names)
        assert not [name for name in missing if name in vars(module)]


@pytest.mark.parametrize("module", [
    "theano.ifelse", "theano.sandbox.cuda", "theano.sandbox.rng_mrg", "theano.printing",
    "theano.tensor.signal.pool", "theano.tensor.nnet.abstract_conv", "theano.gpuarray"])
def test_missing_modules_say_so(module):
    with pytest.raises(ImportError, match=r"theano\..* is not supported yet"):
        importlib.import_module(module)


def test_unknown_modules_are_python_s():
    with pytest.raises(ModuleNotFoundError, match="No module named 'theano.nonsense'"):
        importlib.import_module("theano.nonsense")


def test_missing_attributes_of_functions_say_so():
    x = T.fvector("x")
    f = theano.function([x], x)
    with pytest.raises(NotImplementedError, match="Function.maker is not supported yet"):
        f.maker  # pylint: disable=pointless-statement
    with pytest.raises(AttributeError, match="nonsense"):
        f.nonsense  # pylint: disable=pointless-statement
    for what, kind in [(f, "functions"), (x, "variables"), (theano.shared(1.0), "variables")]:
        for action in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(NotImplementedError, match=f"pickling {kind}"):
                action(what)


def test_tags_hold_notes():
    x = T.fvector("x")
    x.tag.test_value = [1, 2]
    assert x.tag.test_value == [1, 2]


def _import_with(flags):
    return subprocess.run(
        [sys.executable, "-c", "import theano; print(theano.config.floatX)"],
        env=dict(python_environment(), THEANO_FLAGS=flags), text=True,
        capture_output=True, timeout=60, check=False)


def test_flags_set_options():
    done = _import_with("floatX=float32,device=cpu, mode=FAST_COMPILE")
    assert (done.stdout, done.stderr) == ("float32\n", "")


@pytest.mark.parametrize("flags,text", [
    ("floatX=float31", "config.floatX: expected one of"),
    ("tf32=maybe", "config.tf32: expected one of False, True, got 'maybe'"),
    ("compute_test_value=raise", "config.compute_test_value='raise' is not supported yet"),
])
def test_flags_are_checked(flags, text):
    done = _import_with(flags)
    assert done.returncode
    assert text in done.stderr.strip().split("\n")[-1]


@pytest.mark.parametrize("flags", ["optimizer=None", "floatX"])
def test_flags_without_effect_are_named(flags):
    done = _import_with(flags)
    assert done.stdout == "float64\n"
    assert f"THEANO_FLAGS: '{flags}' has no effect" in done.stderr
