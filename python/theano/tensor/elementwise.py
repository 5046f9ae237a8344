"""Functions that work element by element."""

from theano._theano import graph
from theano.tensor.core import _dtype, as_tensor_variable
from theano.tensor.var import wrap


def _elementwise(op, name=None, doc=None):
    def apply(*operands):
        variables = tuple(map(as_tensor_variable, operands))
        return wrap(graph.elementwise(op, [v._value for v in variables]), variables)
    apply.__name__ = apply.__qualname__ = name or op
    apply.__doc__ = doc or f"`theano.{op}` of the operands, element by element."
    return apply


for _op in """add sub mul true_div int_div mod pow maximum minimum lt gt le ge eq neq
        invert exp exp2 expm1 log log2 log10 log1p sqrt tanh sin cos tan erf inv floor
        ceil trunc sqr neg sgn isnan isinf switch""".split():
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
