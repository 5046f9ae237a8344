"""Shapes: views, reshapes, creation and joins."""

import builtins

import numpy as np

from theano._theano import graph
from theano.configparser import config
from theano.tensor.core import (SymbolicRange, _axes, _dtype, _number,
                                as_tensor_variable, constant)
from theano.tensor.elementwise import add
from theano.tensor.var import TensorConstant, TensorVariable, Variable, wrap


# ---- shape -----------------------------------------------------------------

def _size(x):
    """A number or the handle of a 0-d variable, as the graph takes sizes."""
    if x is None or isinstance(x, (int, np.integer)) and not isinstance(x, builtins.bool):
        return None if x is None else int(x)
    x = as_tensor_variable(x)
    if isinstance(x, TensorConstant) and x.ndim == 0 and x.data.dtype.kind in "iu":
        return int(x.data)
    return x._value


def _sizes(shape):
    """The entries of a shape given as a number, a list or a short vector."""
    if isinstance(shape, TensorVariable) and shape.ndim == 1:
        if isinstance(shape, TensorConstant):
            return [int(size) for size in shape.data]
        return [_size(size) for size in shape]
    if not isinstance(shape, (list, tuple, np.ndarray)):
        shape = [shape]
    return [_size(size) for size in shape]


def shape(x):
    """The sizes of `x`, a vector of int64."""
    x = as_tensor_variable(x)
    return wrap(graph.shape(x._value), (x,))


def dimshuffle(x, pattern):
    """`x` with its dimensions permuted; "x" stands for a new one."""
    x = as_tensor_variable(x)
    order = []
    for entry in pattern:
        if isinstance(entry, str):
            if entry != "x":
                raise ValueError(f"dimshuffle: expected dimensions or 'x', got {entry!r}")
            order.append(-1)
        elif isinstance(entry, (int, np.integer)):
            if entry < 0:
                entry += x.ndim
            if entry < 0:
                raise ValueError(f"dimshuffle: dimension {entry - x.ndim} is out of "
                                 f"range for a {x.type}")
            order.append(int(entry))
        else:
            raise TypeError(f"dimshuffle: expected dimensions or 'x', got {entry!r}")
    return wrap(graph.dimshuffle(x._value, order), (x,))


def transpose(x, axes=None):
    """`x` with its dimensions reversed, or in the order of `axes`."""
    x = as_tensor_variable(x)
    axes = range(x.ndim - 1, -1, -1) if axes is None else axes
    if len(axes) != x.ndim:
        raise ValueError(f"transpose: expected {x.ndim} axes, got {len(axes)}")
    return dimshuffle(x, axes)


def swapaxes(x, axis1, axis2):
    """`x` with two dimensions exchanged."""
    x = as_tensor_variable(x)
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return dimshuffle(x, order)


def shape_padleft(x, n_ones=1):
    """`x` with dimensions of size 1 put on the left."""
    x = as_tensor_variable(x)
    return dimshuffle(x, ["x"] * n_ones + list(range(x.ndim)))


def shape_padright(x, n_ones=1):
    """`x` with dimensions of size 1 put on the right."""
    x = as_tensor_variable(x)
    return dimshuffle(x, list(range(x.ndim)) + ["x"] * n_ones)


def shape_padaxis(x, axis):
    """`x` with a dimension of size 1 put at `axis`."""
    x = as_tensor_variable(x)
    if not -x.ndim - 1 <= axis <= x.ndim:
        raise IndexError(f"shape_padaxis: axis {axis} is out of range for a {x.type}")
    order = list(range(x.ndim))
    order.insert(axis if axis >= 0 else axis + x.ndim + 1, "x")
    return dimshuffle(x, order)


def squeeze(x):
    """`x` without the dimensions that are 1 by its type."""
    x = as_tensor_variable(x)
    return dimshuffle(x, [d for d, one in enumerate(x.broadcastable) if not one])


def reshape(x, newshape, ndim=None):
    """The elements of `x` in another shape; one size may be -1."""
    x = as_tensor_variable(x)
    if isinstance(newshape, TensorVariable) and newshape.ndim == 1:
        if not isinstance(newshape, TensorConstant):
            return wrap(graph.reshape_like_vector(x._value, newshape._value, ndim),
                        (x, newshape))
    sizes = _sizes(newshape)
    if ndim is not None and ndim != len(sizes):
        raise ValueError(f"reshape: ndim is {ndim}, but the shape has {len(sizes)} entries")
    return wrap(graph.reshape(x._value, sizes), (x, newshape))


def flatten(x, ndim=1, outdim=None):
    """`x` with its trailing dimensions joined, `ndim` being left."""
    x = as_tensor_variable(x)
    return wrap(graph.flatten(x._value, ndim if outdim is None else outdim), (x,))


def specify_shape(x, shape):
    """`x`, asserted to be of this shape."""
    x = as_tensor_variable(x)
    return wrap(graph.specify_shape(x._value, _sizes(shape)), (x, shape))


def addbroadcast(x, *axes):
    """`x`, asserted to be of size 1 along `axes`, which then broadcast."""
    x = as_tensor_variable(x)
    axes = _axes(axes)
    for axis in axes:
        if not -x.ndim <= axis < x.ndim:
            raise ValueError(f"addbroadcast: axis {axis} is out of range for a {x.type}")
    ones = {axis % x.ndim for axis in axes}
    sizes = [1 if dim in ones else None for dim in range(x.ndim)]
    return wrap(graph.specify_shape(x._value, sizes), (x,))


# ---- creation --------------------------------------------------------------

def alloc(value, *shape):
    """`value` repeated to a shape."""
    value = as_tensor_variable(value)
    if len(shape) == 1 and (isinstance(shape[0], (list, tuple))
                            or isinstance(shape[0], TensorVariable) and shape[0].ndim == 1):
        shape = shape[0]
    return wrap(graph.alloc(value._value, _sizes(shape)), (value, shape))


def fill(model, value):
    """`value` in the shape of `model`."""
    model, value = as_tensor_variable(model), as_tensor_variable(value)
    return wrap(graph.fill(model._value, value._value), (model, value))


def zeros(shape, dtype=None):
    """Zeros of floatX, or of a given dtype."""
    return alloc(constant(0, dtype=dtype or config.floatX), *_as_list(shape))


def ones(shape, dtype=None):
    """Ones of floatX, or of a given dtype."""
    return alloc(constant(1, dtype=dtype or config.floatX), *_as_list(shape))


def _as_list(shape):
    if isinstance(shape, (list, tuple)):
        return tuple(shape)
    return (shape,)


def zeros_like(model, dtype=None, opt=False):
    """Zeros in the shape and dtype of `model`; for `opt` see `_filled_like`."""
    return _filled_like(model, 0, dtype, opt)


def ones_like(model, dtype=None, opt=False):
    """Ones in the shape and dtype of `model`; for `opt` see `_filled_like`."""
    return _filled_like(model, 1, dtype, opt)


def _filled_like(model, value, dtype, opt):
    """`value` in the shape of `model`: with `opt` a constant, which does not depend on
    `model`, where that has the type of one."""
    model = as_tensor_variable(model)
    filler = constant(value, dtype=dtype or model.dtype)
    if opt and filler.type == model.type:
        return filler
    return fill(model, filler)


def arange(start, stop=None, step=1, dtype=None):
    """Evenly spaced numbers. Numbers give a constant; see SymbolicRange."""
    if stop is None:
        start, stop = 0, start
    bounds = [b.data[()] if isinstance(b, TensorConstant) else b
              for b in (start, stop, step)]
    if not builtins.any(isinstance(b, Variable) for b in bounds):
        start, stop, step = bounds
        # Integers count in int64; floats follow the constants' dtypes.
        if dtype is None:
            dtype = "int64" if builtins.all(
                isinstance(b, (int, np.integer)) for b in bounds) else \
                add(*[as_tensor_variable(b) for b in bounds]).dtype
        return constant(np.arange(start, stop, step, dtype=_dtype(dtype)))
    if type(start) is int and start == 0 and type(step) is int and step == 1 \
            and dtype in (None, "int64"):
        return SymbolicRange(stop)
    raise NotImplementedError("T.arange of bounds that are not known when the graph is "
                              "built is supported only as x[T.arange(n), y]")


# ---- joins -----------------------------------------------------------------

def join(axis, *tensors):
    """The tensors one after the other along `axis`."""
    variables = tuple(map(as_tensor_variable, tensors))
    return wrap(graph.join(_number(axis, "join: axis"), [v._value for v in variables]),
                variables)


def concatenate(tensor_list, axis=0):
    """The tensors of a list one after the other along `axis`."""
    if not isinstance(tensor_list, (list, tuple)):
        raise TypeError("concatenate: expected a list or a tuple of tensors, got "
                        f"{tensor_list!r}")
    return join(axis, *tensor_list)


def stack(*tensors, **options):
    """The tensors along a new dimension `axis`."""
    axis = options.pop("axis", 0)
    if options:
        raise TypeError(f"stack: unexpected arguments {', '.join(options)}")
    if tensors and isinstance(tensors[0], (list, tuple)):
        axis = tensors[1] if len(tensors) > 1 else axis
        tensors = tensors[0]
    variables = tuple(map(as_tensor_variable, tensors))
    return wrap(graph.stack(_number(axis, "stack: axis"), [v._value for v in variables]),
                variables)


def stacklists(arg):
    """A nested list of tensors as one tensor."""
    if isinstance(arg, (list, tuple)):
        return stack([stacklists(part) for part in arg])
    return as_tensor_variable(arg)


def horizontal_stack(*args):
    """Matrices side by side."""
    return concatenate(args, axis=1)


def vertical_stack(*args):
    """Matrices one above the other."""
    return concatenate(args, axis=0)
