"""Names of Theano that are not here yet fail with a message that says so."""

THEANO = frozenset("""
    grad gradient scan map reduce foldl foldr clone Op Apply OpFromGraph Mode
    pp printing sparse ifelse Rop Lop subgraph_grad Print dot_printing d3viz
    typed_list raise_op as_op sandbox tests test
    """.split())

TENSOR = frozenset("""
    grad jacobian hessian verify_grad Rop Lop set_subtensor inc_subtensor
    tensordot batched_tensordot eye tri triu tril mgrid ogrid tile repeat split
    roll nonzero nonzero_values flatnonzero diagonal diag fill_diagonal
    fill_diagonal_offset choose compress argsort sort topk argtopk
    topk_and_argtopk searchsorted cumsum cumprod diff bincount bartlett
    unravel_index ravel_multi_index erfc erfcx erfinv erfcinv gamma gammaln psi
    tri_gamma chi2sf gammainc gammaincc j0 j1 jv i0 i1 iv exp2 log2 log10 tan
    sinh cosh arcsin arccos arctan arctan2 arcsinh arccosh arctanh deg2rad
    rad2deg real imag conj angle complex complex_from_polar unbroadcast
    patternbroadcast allclose isclose divmod norm nlinalg slinalg fft signal opt
    xlogx extra_ops io shared_randomstreams raw_random blas inplace
    ccol cmatrix crow cscalar ctensor3 ctensor4 cvector zcol zmatrix zrow zscalar
    ztensor3 ztensor4 zvector
    """.split())

NNET = frozenset("""
    conv2d conv3d conv2d_transpose conv conv3d2d separable_conv2d
    separable_conv3d causal_conv1d abstract_conv bn batch_normalization
    neighbours ctc blocksparse corr selu h_softmax softmax_with_bias
    ultra_fast_sigmoid crossentropy_softmax_1hot confusion_matrix
    """.split())


def missing(module, names):
    """A module's `__getattr__` for the names that it does not have."""
    def getattr_(name):
        if name in names:
            raise NotImplementedError(f"{module}.{name} is not supported yet")
        raise AttributeError(f"module '{module}' has no attribute '{name}'")
    return getattr_
