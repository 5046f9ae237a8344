"""The functions of theano.tensor."""

import builtins

import numpy as np

from theano._theano import graph
from theano.configparser import config
from theano.tensor.type import TensorType
from theano.tensor.var import (AsTensorError, TensorConstant, TensorVariable,
                               Variable, wrap)


# ---- variables from other things ------------------------------------------

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
    return shape_padleft(x, ndim - x.ndim)


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
        return _with_rank(stack(x), ndim)
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


# ---- type constructors -----------------------------------------------------

_PATTERNS = {
    "scalar": (), "vector": (False,), "row": (True, False), "col": (False, True),
    "matrix": (False,) * 2, "tensor3": (False,) * 3, "tensor4": (False,) * 4,
    "tensor5": (False,) * 5, "tensor6": (False,) * 6, "tensor7": (False,) * 7,
}
_PREFIXES = {"b": "int8", "w": "int16", "i": "int32", "l": "int64",
             "f": "float32", "d": "float64"}


def tensor(dtype, broadcastable, name=None):
    """A new variable of a dtype and a broadcast pattern."""
    return TensorType(dtype, broadcastable)(name)


def _plain_constructor(kind, pattern):
    def construct(name=None, dtype=None):
        return TensorType(config.floatX if dtype is None else dtype, pattern)(name)
    construct.__name__ = construct.__qualname__ = kind
    construct.__doc__ = f"A new {kind} of floatX, or of a given dtype."
    return construct


def _several(constructor, kind):
    def construct(*names):
        if len(names) == 1 and isinstance(names[0], int):
            return [constructor() for _ in range(names[0])]
        return [constructor(name) for name in names]
    construct.__name__ = construct.__qualname__ = kind
    construct.__doc__ = "Several new variables, by their names or by their number."
    return construct


def _plural(kind):
    return kind[:-2] + "ices" if kind.endswith("matrix") else kind + "s"


for _kind, _pattern in _PATTERNS.items():
    globals()[_kind] = _plain_constructor(_kind, _pattern)
    globals()[_plural(_kind)] = _several(globals()[_kind], _plural(_kind))
    for _prefix, _name in _PREFIXES.items():
        _type = TensorType(_name, _pattern)
        globals()[_prefix + _kind] = _type
        globals()[_plural(_prefix + _kind)] = _several(_type, _plural(_prefix + _kind))


# ---- elementwise -----------------------------------------------------------

def _elementwise(op, name=None, doc=None):
    def apply(*operands):
        variables = tuple(map(as_tensor_variable, operands))
        return wrap(graph.elementwise(op, [v._value for v in variables]), variables)
    apply.__name__ = apply.__qualname__ = name or op
    apply.__doc__ = doc or f"`theano.{op}` of the operands, element by element."
    return apply


for _op in """add sub mul true_div int_div mod pow maximum minimum lt gt le ge eq neq
        invert exp exp2 expm1 log log2 log10 log1p sqrt tanh sin cos tan erf inv floor ceil trunc sqr neg
        sgn isnan isinf switch""".split():
    globals()[_op] = _elementwise(_op)
abs_ = _elementwise("abs", "abs_")
and_ = _elementwise("and", "and_")
or_ = _elementwise("or", "or_")
xor = _elementwise("xor")
where = switch
power = pow
floor_div = int_div
square = sqr
abs = abs_
bitwise_and, bitwise_or, bitwise_xor, bitwise_not = and_, or_, xor, invert
sigmoid = _elementwise("sigmoid")
softplus = _elementwise("softplus")


def clip(x, min, max):
    """`x` bounded by `min` and `max`."""
    variables = tuple(map(as_tensor_variable, (x, min, max)))
    return wrap(graph.elementwise("clip", [v._value for v in variables]), variables)


def round(a, mode=None):
    """The nearest integer; ties go to the even one unless `mode` says otherwise."""
    a = as_tensor_variable(a)
    return wrap(graph.round(a._value, mode or "half_to_even"), (a,))


def iround(a, mode=None):
    """`round`, as int64."""
    return cast(round(a, mode), "int64")


def cast(x, dtype):
    """`x` converted to another dtype."""
    x = as_tensor_variable(x)
    return wrap(graph.cast(x._value, _dtype(dtype)), (x,))


def smallest(*args):
    """The elementwise minimum of any number of tensors."""
    return minimum(*args) if len(args) > 1 else as_tensor_variable(args[0])


def largest(*args):
    """The elementwise maximum of any number of tensors."""
    return maximum(*args) if len(args) > 1 else as_tensor_variable(args[0])


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
    """Zeros in the shape and dtype of `model`."""
    model = as_tensor_variable(model)
    return fill(model, constant(0, dtype=dtype or model.dtype))


def ones_like(model, dtype=None, opt=False):
    """Ones in the shape and dtype of `model`."""
    model = as_tensor_variable(model)
    return fill(model, constant(1, dtype=dtype or model.dtype))


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


def _number(x, what):
    if isinstance(x, TensorConstant) and x.ndim == 0:
        x = x.data[()]
    if isinstance(x, Variable):
        raise NotImplementedError(f"{what}: a symbolic value is not supported")
    if not isinstance(x, (int, np.integer)) or isinstance(x, builtins.bool):
        raise TypeError(f"{what}: expected an integer, got {x!r}")
    return int(x)


# ---- indexing --------------------------------------------------------------

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


# ---- reductions ------------------------------------------------------------

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
