"""Reductions and products."""

import builtins

from theano._theano import graph
from theano.tensor.core import _axes, _dtype, as_tensor_variable, constant
from theano.tensor.elementwise import cast, sqr, sqrt
from theano.tensor.shapes import dimshuffle, flatten
from theano.tensor.var import wrap


def _reduce(op, x, axis, keepdims, dtype=None, acc_dtype=None):
    x = as_tensor_variable(x)
    return wrap(graph.reduce(op, x._value, _axes(axis), builtins.bool(keepdims),
                             dtype and _dtype(dtype), acc_dtype and _dtype(acc_dtype)),
                (x,))


def sum(input, axis=None, dtype=None, keepdims=False, acc_dtype=None):
    """The sum; of bool and integers in 64 bits."""
    return _reduce("sum", input, axis, keepdims, dtype, acc_dtype)


def prod(input, axis=None, dtype=None, keepdims=False, acc_dtype=None):
    """The product; of bool and integers in 64 bits."""
    return _reduce("prod", input, axis, keepdims, dtype, acc_dtype)


def mean(input, axis=None, dtype=None, op=False, keepdims=False, acc_dtype=None):
    """The mean; of bool and integers in float64."""
    if op:
        raise NotImplementedError("mean(op=True) is not supported; leave out op: the mean is "
                                  "one op in any case")
    return _reduce("mean", input, axis, keepdims, dtype, acc_dtype)


def var(input, axis=None, ddof=0, keepdims=False):
    """The variance, of the differences from the mean."""
    input = as_tensor_variable(input)
    difference = input - mean(input, axis, keepdims=True)
    if not ddof:
        return mean(sqr(difference), axis, keepdims=keepdims)
    axes = range(input.ndim) if axis is None else _axes(axis)
    count = constant(1, dtype="int64")
    for a in axes:
        count = count * input.shape[a]
    total = sum(sqr(difference), axis, keepdims=keepdims)
    return total / cast(count - ddof, total.dtype)


def std(input, axis=None, ddof=0, keepdims=False):
    """The standard deviation."""
    return sqrt(var(input, axis, ddof, keepdims))


def max(x, axis=None, keepdims=False):
    """The largest element; NaN wins."""
    return _reduce("max", x, axis, keepdims)


def min(x, axis=None, keepdims=False):
    """The smallest element; NaN wins."""
    return _reduce("min", x, axis, keepdims)


def ptp(a, axis=None):
    """The largest less the smallest element."""
    return max(a, axis) - min(a, axis)


def any(x, axis=None, keepdims=False):
    """Whether any element is not 0."""
    return _reduce("any", x, axis, keepdims)


def all(x, axis=None, keepdims=False):
    """Whether all elements are not 0."""
    return _reduce("all", x, axis, keepdims)


def argmax(x, axis=None, keepdims=False):
    """The index, int64, of the first largest element; NaN counts as the largest."""
    return _reduce("argmax", x, axis, keepdims)


def argmin(x, axis=None, keepdims=False):
    """The index, int64, of the first smallest element; NaN counts as the smallest."""
    return _reduce("argmin", x, axis, keepdims)


def max_and_argmax(a, axis=None, keepdims=False):
    """`max` and `argmax`."""
    return max(a, axis, keepdims), argmax(a, axis, keepdims)


# ---- products --------------------------------------------------------------

def dot(a, b):
    """The product over the last dimension of `a` and the last but one of `b`."""
    a, b = as_tensor_variable(a), as_tensor_variable(b)
    return wrap(graph.dot(a._value, b._value), (a, b))


def batched_dot(a, b):
    """`dot` of each pair of two batches."""
    a, b = as_tensor_variable(a), as_tensor_variable(b)
    return wrap(graph.batched_dot(a._value, b._value), (a, b))


def outer(x, y):
    """The products of all pairs of elements of two vectors."""
    x, y = flatten(x), flatten(y)
    return dimshuffle(x, (0, "x")) * dimshuffle(y, ("x", 0))
