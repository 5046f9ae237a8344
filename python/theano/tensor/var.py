"""Variables: handles on values of the graph, with NumPy's operators."""

import types
import weakref

import numpy as np

from theano._theano import graph


class AsTensorError(TypeError):
    """Something that cannot be made a tensor variable."""


# A value has one variable as long as somebody holds it. A variable holds those
# that it was made from, so that shared ones live as long as what uses them.
_variables = weakref.WeakValueDictionary()


class Variable:
    """A value of the graph."""

    def __init__(self, value, parents=()):
        self._value = value
        self._parents = parents
        # For the user's notes, such as a test value; nothing here reads it.
        self.tag = types.SimpleNamespace()
        _variables[value] = self

    def __reduce_ex__(self, protocol):
        raise NotImplementedError("copying and pickling variables is not supported yet")


class Apply:
    """The application of an op that a variable is the result of."""

    def __init__(self, variable):
        self._variable = variable
        self.op = variable._value.op
        self.outputs = [variable]

    @property
    def inputs(self):
        return [wrap(value, (self._variable,)) for value in self._variable._value.inputs]

    def __repr__(self):
        return f"{self.op}({', '.join(map(str, self.inputs))})"


class _TensorOperators:
    """Operators and methods, which the module `basic` computes."""

    # NumPy leaves an operator with an array on the left to the variable.
    __array_priority__ = 1000
    _has_truth = True

    def __bool__(self):
        if not self._has_truth:
            raise TypeError("a symbolic comparison has no truth value; use T.switch, "
                            "or compute it first")
        return True

    # Arithmetic.
    def __neg__(self): return basic.neg(self)
    def __pos__(self): return self
    def __abs__(self): return basic.abs_(self)
    def __invert__(self): return basic.invert(self)
    def __add__(self, other): return _binary(basic.add, self, other)
    def __radd__(self, other): return _binary(basic.add, other, self)
    def __sub__(self, other): return _binary(basic.sub, self, other)
    def __rsub__(self, other): return _binary(basic.sub, other, self)
    def __mul__(self, other): return _binary(basic.mul, self, other)
    def __rmul__(self, other): return _binary(basic.mul, other, self)
    def __truediv__(self, other): return _binary(basic.true_div, self, other)
    def __rtruediv__(self, other): return _binary(basic.true_div, other, self)
    def __floordiv__(self, other): return _binary(basic.int_div, self, other)
    def __rfloordiv__(self, other): return _binary(basic.int_div, other, self)
    def __mod__(self, other): return _binary(basic.mod, self, other)
    def __rmod__(self, other): return _binary(basic.mod, other, self)
    def __divmod__(self, other): return self // other, self % other
    def __rdivmod__(self, other): return other // self, other % self
    def __pow__(self, other): return _binary(basic.pow, self, other)
    def __rpow__(self, other): return _binary(basic.pow, other, self)
    def __and__(self, other): return _binary(basic.and_, self, other)
    def __rand__(self, other): return _binary(basic.and_, other, self)
    def __or__(self, other): return _binary(basic.or_, self, other)
    def __ror__(self, other): return _binary(basic.or_, other, self)
    def __xor__(self, other): return _binary(basic.xor, self, other)
    def __rxor__(self, other): return _binary(basic.xor, other, self)

    # `==` and `!=` compare identities, as in Theano: T.eq and T.neq compute.
    def __lt__(self, other): return _comparison(basic.lt, self, other)
    def __le__(self, other): return _comparison(basic.le, self, other)
    def __gt__(self, other): return _comparison(basic.gt, self, other)
    def __ge__(self, other): return _comparison(basic.ge, self, other)

    # Functions of one number.
    def ceil(self): return basic.ceil(self)
    def floor(self): return basic.floor(self)
    def trunc(self): return basic.trunc(self)
    def exp(self): return basic.exp(self)
    def exp2(self): return basic.exp2(self)
    def expm1(self): return basic.expm1(self)
    def log(self): return basic.log(self)
    def log2(self): return basic.log2(self)
    def log10(self): return basic.log10(self)
    def log1p(self): return basic.log1p(self)
    def sqrt(self): return basic.sqrt(self)
    def sin(self): return basic.sin(self)
    def cos(self): return basic.cos(self)
    def tan(self): return basic.tan(self)
    def tanh(self): return basic.tanh(self)
    def deg2rad(self): return derived.deg2rad(self)
    def rad2deg(self): return derived.rad2deg(self)
    def round(self, mode=None): return basic.round(self, mode)
    def clip(self, a_min, a_max): return basic.clip(self, a_min, a_max)
    def astype(self, dtype): return basic.cast(self, dtype)

    # Shape.
    @property
    def shape(self): return basic.shape(self)
    @property
    def size(self): return basic.prod(self.shape) if self.ndim else basic.constant(1, dtype="int64")
    @property
    def T(self): return basic.transpose(self)
    def transpose(self, *axes):
        if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (list, tuple))):
            axes = axes[0]
        return basic.transpose(self, axes or None)
    def swapaxes(self, axis1, axis2): return basic.swapaxes(self, axis1, axis2)
    def dimshuffle(self, *pattern):
        if len(pattern) == 1 and isinstance(pattern[0], (list, tuple)):
            pattern = pattern[0]
        return basic.dimshuffle(self, pattern)
    def reshape(self, shape, ndim=None): return basic.reshape(self, shape, ndim)
    def flatten(self, ndim=1): return basic.flatten(self, ndim)
    def ravel(self): return basic.flatten(self)
    def squeeze(self): return basic.squeeze(self)
    def repeat(self, repeats, axis=None): return derived.repeat(self, repeats, axis)
    def fill(self, value): return basic.fill(self, value)
    def zeros_like(self, dtype=None): return basic.zeros_like(self, dtype)
    def ones_like(self, dtype=None): return basic.ones_like(self, dtype)

    # Indexing.
    def __getitem__(self, items): return basic.index(self, items)
    def take(self, indices, axis=None, mode="raise"): return basic.take(self, indices, axis, mode)
    def __len__(self):
        raise TypeError("a symbolic variable has no len(): use x.shape[0]")
    def __iter__(self):
        length = self._value.static_shape[0] if self.ndim else None
        if length is None:
            raise TypeError("only a tensor whose length is known when the graph is "
                            "built can be iterated; use indices up to x.shape[0]")
        return iter([self[i] for i in range(length)])

    # Reductions.
    def sum(self, axis=None, dtype=None, keepdims=False, acc_dtype=None):
        return basic.sum(self, axis, dtype, keepdims, acc_dtype)
    def prod(self, axis=None, dtype=None, keepdims=False, acc_dtype=None):
        return basic.prod(self, axis, dtype, keepdims, acc_dtype)
    def mean(self, axis=None, dtype=None, keepdims=False, acc_dtype=None):
        return basic.mean(self, axis, dtype, False, keepdims, acc_dtype)
    def var(self, axis=None, ddof=0, keepdims=False): return basic.var(self, axis, ddof, keepdims)
    def std(self, axis=None, ddof=0, keepdims=False): return basic.std(self, axis, ddof, keepdims)
    def max(self, axis=None, keepdims=False): return basic.max(self, axis, keepdims)
    def min(self, axis=None, keepdims=False): return basic.min(self, axis, keepdims)
    def ptp(self, axis=None): return basic.ptp(self, axis)
    def any(self, axis=None, keepdims=False): return basic.any(self, axis, keepdims)
    def all(self, axis=None, keepdims=False): return basic.all(self, axis, keepdims)
    def argmax(self, axis=None, keepdims=False): return basic.argmax(self, axis, keepdims)
    def argmin(self, axis=None, keepdims=False): return basic.argmin(self, axis, keepdims)

    def norm(self, L, axis=None, keepdims=False): return derived.norm(self, L, axis, keepdims)

    def __matmul__(self, other): return _binary(derived.matmul, self, other)
    def __rmatmul__(self, other): return _binary(derived.matmul, other, self)
    def dot(self, other): return basic.dot(self, other)
    __dot__ = dot
    def __rdot__(self, other): return basic.dot(other, self)


class TensorVariable(_TensorOperators, Variable):
    """A tensor."""

    @property
    def name(self):
        return graph.get_name(self._value) or None

    @name.setter
    def name(self, name):
        if name is not None and not isinstance(name, str):
            raise TypeError(f"expected a string for a name, got {name!r}")
        graph.set_name(self._value, name or "")

    @property
    def type(self):
        return TensorType(self.dtype, self.broadcastable)

    @property
    def dtype(self):
        return self._value.dtype

    @property
    def ndim(self):
        return self._value.ndim

    @property
    def broadcastable(self):
        return self._value.broadcastable

    @property
    def owner(self):
        return Apply(self) if self._value.op else None

    def eval(self, inputs_to_values=None):
        """The value, given those of the variables that it depends on."""
        from theano.compile.function import function
        given = inputs_to_values or {}
        inputs = list(given)
        cache = self.__dict__.setdefault("_compiled", {})
        if tuple(inputs) not in cache:
            cache[tuple(inputs)] = function(inputs, self)
        return cache[tuple(inputs)](*given.values())

    def __getattr__(self, name):
        if name in _MISSING_METHODS:
            raise NotImplementedError(f"TensorVariable.{name} is not supported yet")
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __str__(self):
        if self.name:
            return self.name
        if not self._value.op:
            return f"<{self._value.type_text}>"
        return f"{self._value.op}.0"

    __repr__ = __str__


class TensorConstant(TensorVariable):
    """A tensor whose value is known."""

    @property
    def data(self):
        return self._value.data

    value = data

    @property
    def owner(self):
        return None

    def __str__(self):
        if self.name:
            return self.name
        # One line, however large the value is.
        text = np.array2string(self.data, threshold=20, edgeitems=3)
        return f"TensorConstant{{{' '.join(text.split())}}}"

    __repr__ = __str__


Constant = TensorConstant

_MISSING_METHODS = frozenset("""
    nonzero nonzero_values trace diagonal choose compress sort argsort cumsum cumprod
    conj conjugate real imag get_scalar_constant_value searchsorted sinh cosh arcsin
    arccos arctan arcsinh arccosh arctanh transfer copy clone get_parents
    """.split())


def wrap(value, parents=()):
    """The variable of a value of the graph."""
    variable = _variables.get(value)
    if variable is None:
        kind = TensorConstant if value.op == "constant" else TensorVariable
        variable = kind(value, parents)
    return variable


def new_input(type_, name=None):
    """A new argument of functions."""
    variable = TensorVariable(graph.input(type_.dtype, type_.broadcastable))
    variable.name = name
    return variable


def _binary(op, a, b):
    # Python asks the other operand when this one cannot.
    try:
        return op(a, b)
    except AsTensorError:
        return NotImplemented


def _comparison(op, a, b):
    result = _binary(op, a, b)
    if result is not NotImplemented:
        result._has_truth = False
    return result


from theano.tensor import basic, derived  # noqa: E402  (the modules need each other)
from theano.tensor.type import TensorType  # noqa: E402
