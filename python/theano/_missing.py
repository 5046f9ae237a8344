"""Names of Theano that are not here yet fail with a message that says so."""

import sys

THEANO = frozenset("""
    grad gradient scan scan_checkpoints scan_module map reduce foldl foldr clone Op PureOp
    Apply Type OpFromGraph Mode Param SymbolicInput SymbolicOutput FunctionGraph
    FunctionMaker Container generic pp printing sparse sparse_grad ifelse Rop Lop
    subgraph_grad Print dot_printing d3viz typed_list raise_op breakpoint as_op misc
    sandbox tests test predefined_modes predefined_linkers
    predefined_optimizers shared_constructor function_dump CLinker OpWiseCLinker
    PerformLinker DualLinker ProfileStats
    """.split())

_COMPLEX = {prefix + kind for prefix in "cz" for kind in """
    scalar vector row col matrix tensor3 tensor4 tensor5 tensor6 tensor7
    scalars vectors rows cols matrices tensor3s tensor4s tensor5s tensor6s tensor7s
    """.split()}

TENSOR = _COMPLEX | frozenset("""
    grad jacobian hessian verify_grad numeric_grad Rop Lop consider_constant
    set_subtensor inc_subtensor batched_tensordot identity_like triu tril mgrid ogrid
    split nonzero nonzero_values flatnonzero diagonal diag fill_diagonal
    fill_diagonal_offset choose compress argsort sort topk argtopk topk_and_argtopk
    searchsorted cumsum cumprod bincount bartlett unravel_index ravel_multi_index cov
    erfc erfcx erfinv erfcinv gamma gammaln psi tri_gamma chi2sf gammainc gammaincc gammau
    gammal j0 j1 jv i0 i1 iv sinh cosh arcsin arccos arctan arctan2 arcsinh arccosh
    arctanh real imag conj angle complex complex_from_polar unbroadcast
    get_scalar_constant_value nlinalg slinalg fft fourier signal opt io sort
    shared_randomstreams raw_random blas inplace subtensor elemwise transfer
    """.split())

NNET = frozenset("""
    conv2d conv3d conv2d_transpose conv conv3d2d separable_conv2d
    separable_conv3d causal_conv1d abstract_conv bn batch_normalization_train
    batch_normalization_test neighbours ctc blocksparse corr h_softmax
    ultra_fast_sigmoid confusion_matrix prepend_scalar_to_each_row graph_merge
    """.split())

EXTRA_OPS = frozenset("""
    cumsum cumprod bincount bartlett fill_diagonal fill_diagonal_offset compress
    Unique CpuContiguous cpu_contiguous unravel_index ravel_multi_index searchsorted
    """.split())

FUNCTION = frozenset("""
    maker fn vm input_storage output_storage indices defaults finder inv_finder value
    container profile nodes_with_inner_function copy free sync_shared
    """.split())

MODULES = frozenset("theano." + name for name in """
    gradient ifelse sparse printing d3viz sandbox sandbox.cuda sandbox.rng_mrg
    sandbox.linalg gpuarray typed_list raise_op breakpoint misc misc.pkl_utils scan_module
    compile.nanguardmode compile.mode compile.ops gof.opt tensor.nlinalg tensor.slinalg
    tensor.fft tensor.fourier tensor.signal tensor.signal.pool tensor.signal.conv
    tensor.inplace tensor.opt tensor.sort tensor.io tensor.shared_randomstreams
    tensor.raw_random tensor.blas tensor.nnet.bn tensor.nnet.abstract_conv
    tensor.nnet.neighbours tensor.nnet.ctc tensor.nnet.conv tensor.nnet.conv3d2d
    tensor.nnet.blocksparse tensor.nnet.corr tests.unittest_tools
    """.split())


class _ModuleFinder:
    """The last one asked for a module: names those of Theano that are missing."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in MODULES or any(m.startswith(name + ".") for m in MODULES):
            # Code that can do without probes by catching ImportError.
            raise ModuleNotFoundError(f"{name} is not supported yet", name=name)


sys.meta_path.append(_ModuleFinder)


def missing(module, names):
    """A module's `__getattr__` for the names that it does not have."""
    def getattr_(name):
        if name in names:
            raise NotImplementedError(f"{module}.{name} is not supported yet")
        raise AttributeError(f"module '{module}' has no attribute '{name}'")
    return getattr_
