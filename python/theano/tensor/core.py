"""Variables from other things: constants, numbers and lists."""

import builtins

import numpy as np

from theano._theano import graph
from theano.configparser import config
from theano.tensor.var import (AsTensorError, TensorConstant, TensorVariable,
                               Variable, wrap)


class SymbolicRange:
    """`T.arange` of a length that is not known when the graph is built.

    It can only be used as an index: `x[T.arange(n), y]`.
    """

    def __init__(self, stop):
        self.stop = stop

    def _refuse(self, *_):
        as_tensor_variable(self)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _refuse
    __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __getitem__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse


def _array(x):
    """`x` as a contiguous array that the graph can hold."""
    array = np.asarray(x, order="C")
    if array.dtype.kind not in "biuf":
        raise AsTensorError(
            f"cannot make a tensor of {x!r} of type {type(x).__name__}: expected "
            f"numbers, got dtype {array.dtype}")
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def constant(x, name=None, ndim=None, dtype=None):
    """A constant. Python numbers take the smallest dtype that holds them."""
    if isinstance(x, builtins.bool):
        x = np.int8(x)
    if dtype is not None:
        value = graph.constant(_array(np.asarray(x).astype(_dtype(dtype))))
    elif type(x) is int and -2**63 <= x < 2**63:
        value = graph.integer(x)
    elif type(x) is float:
        value = graph.real(x)
    else:
        value = graph.constant(_array(x))
    result = wrap(value)
    if name is not None:
        result.name = name
    return _with_rank(result, ndim)


def _with_rank(x, ndim):
    if ndim is None or x.ndim == ndim:
        return x
    if x.ndim > ndim:
        raise ValueError(f"expected a tensor of {ndim} dimensions, got {x.type}")
    order = [-1] * (ndim - x.ndim) + list(range(x.ndim))
    return wrap(graph.dimshuffle(x._value, order), (x,))


def as_tensor_variable(x, name=None, ndim=None):
    """`x` as a variable: itself, a constant, or a stack of its parts."""
    if isinstance(x, TensorVariable):
        return _with_rank(x, ndim)
    if isinstance(x, SymbolicRange):
        raise NotImplementedError(
            "T.arange of a length that is not known when the graph is built is "
            "supported only as an index, as in x[T.arange(n), y]")
    if isinstance(x, builtins.bool):
        raise AsTensorError("cannot make a tensor of a Python bool; use "
                            "np.array(True) or 1")
    if isinstance(x, (list, tuple)) and builtins.any(isinstance(e, Variable) for e in x):
        parts = tuple(map(as_tensor_variable, x))
        stacked = wrap(graph.stack(0, [part._value for part in parts]), parts)
        return _with_rank(stacked, ndim)
    try:
        return constant(x, name, ndim)
    except AsTensorError:
        raise
    except (TypeError, ValueError) as error:
        if ndim is not None:
            raise
        raise AsTensorError(f"cannot make a tensor of {x!r} of type "
                            f"{type(x).__name__}: {error}") from error


as_tensor = as_tensor_variable


def _dtype(dtype):
    if isinstance(dtype, str):
        return config.floatX if dtype == "floatX" else dtype
    return np.dtype(dtype).name


def _number(x, what):
    if isinstance(x, TensorConstant) and x.ndim == 0:
        x = x.data[()]
    if isinstance(x, Variable):
        raise NotImplementedError(f"{what}: a symbolic value is not supported")
    if not isinstance(x, (int, np.integer)) or isinstance(x, builtins.bool):
        raise TypeError(f"{what}: expected an integer, got {x!r}")
    return int(x)


def _axes(axis):
    if axis is None:
        return None
    if isinstance(axis, TensorConstant):
        axis = axis.data
    if isinstance(axis, Variable):
        raise TypeError("expected a constant axis, got a symbolic one")
    if isinstance(axis, np.ndarray):
        axis = axis.tolist()
    if isinstance(axis, (list, tuple, range)):
        return [_number(a, "axis") for a in axis]
    return [_number(axis, "axis")]
