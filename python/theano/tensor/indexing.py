"""Indexing by numbers, slices and tensors."""

import builtins

import numpy as np

from theano._theano import graph
from theano.tensor.core import SymbolicRange, as_tensor_variable
from theano.tensor.elementwise import clip
from theano.tensor.shapes import _size, flatten
from theano.tensor.var import TensorConstant, TensorVariable, wrap


def _is_whole_range(x):
    return isinstance(x, TensorConstant) and x.ndim == 1 and x.data.dtype.kind in "iu" \
        and np.array_equal(x.data, np.arange(len(x.data)))


def _index_item(item):
    if isinstance(item, (builtins.bool, np.bool_)):
        raise TypeError("index: a bool is no index")
    if isinstance(item, (int, np.integer)):
        return ("index", int(item))
    if isinstance(item, slice):
        return ("slice", _size(item.start), _size(item.stop), _size(item.step))
    if item is Ellipsis:
        return ("ellipsis",)
    if item is None:
        return ("newaxis",)
    if isinstance(item, float):
        raise TypeError(f"index: expected an integer, got {item!r}")
    if isinstance(item, list) and not item:
        item = np.zeros(0, "int64")
    item = as_tensor_variable(item)
    if item.ndim == 0 and item.dtype != "bool":
        return ("index", _size(item))
    return ("advanced", item._value)


def index(x, items):
    """`x[items]`."""
    items = items if isinstance(items, tuple) else (items,)
    if len(items) == 2 and isinstance(items[1], (TensorVariable, list, np.ndarray)):
        rows, columns = items[0], as_tensor_variable(items[1])
        count = None
        if isinstance(rows, SymbolicRange):
            count = rows.stop
        elif not isinstance(rows, (slice, type(None), type(Ellipsis))):
            rows = as_tensor_variable(rows)
            if x.ndim > 1 and columns.ndim > 0 and isinstance(rows, TensorConstant) \
                    and rows.data.shape == (1,) and rows.data.dtype.kind in "iu":
                # NumPy broadcasts a single row over all columns.
                return index(index(x, int(rows.data[0])), columns)
            if _is_whole_range(rows):
                count = len(rows.data)
        if count is not None:
            return wrap(graph.pick(x._value, _size(count), columns._value),
                        (x, count, columns))
    return wrap(graph.index(x._value, [_index_item(item) for item in items]), (x, items))


def take(a, indices, axis=None, mode="raise"):
    """The parts of `a` at `indices` along `axis`; of all elements without one."""
    if mode not in ("raise", "clip", "wrap"):
        raise ValueError(f"take: expected the mode raise, clip or wrap, got {mode!r}")
    a, indices = as_tensor_variable(a), as_tensor_variable(indices)
    if axis is None:
        a, axis = flatten(a), 0
    if mode == "clip":
        indices = clip(indices, 0, a.shape[axis] - 1)
    if mode == "wrap":
        indices = indices % a.shape[axis]
    return wrap(graph.take(a._value, indices._value, axis), (a, indices))
