"""Functions of theano.tensor that are compositions of those in `basic`."""

import builtins

import numpy as np

from theano.configparser import config
from theano.tensor.core import _dtype, _number
from theano.tensor.basic import (
    abs_, addbroadcast, all, alloc, as_tensor_variable, batched_dot, cast,
    concatenate, constant, dimshuffle, dot, eq, flatten, int_div, isinf, isnan, le, max,
    maximum, min, mod, mul, neq, pow, reshape, sqr, sqrt, sum)
from theano.tensor.var import TensorConstant, TensorVariable

__all__ = """
    allclose ceil_intdiv deg2rad diff divmod eye isclose matmul norm patternbroadcast
    rad2deg repeat roll tensordot tile tri
    """.split()


# ---- elementwise -----------------------------------------------------------

def divmod(x, y):
    """The floor of the quotient, and the remainder."""
    return int_div(x, y), mod(x, y)


def ceil_intdiv(a, b):
    """The quotient of integers, rounded up."""
    quotient = int_div(a, b)
    return cast(neq(mod(a, b), 0), quotient.dtype) + quotient


def _scaled(a, factor):
    a = as_tensor_variable(a)
    if a.dtype not in ("float16", "float32", "float64"):
        a = cast(a, "float32" if np.dtype(a.dtype).itemsize < 4 else "float64")
    return a * constant(factor, dtype=a.dtype)


def deg2rad(a):
    """Degrees as radians."""
    return _scaled(a, np.pi / 180)


def rad2deg(a):
    """Radians as degrees."""
    return _scaled(a, 180 / np.pi)


def isclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether |a - b| <= atol + rtol |b|; infinities are close to themselves alone."""
    a, b = as_tensor_variable(a), as_tensor_variable(b)
    close = le(abs_(a - b), atol + rtol * abs_(b))
    # Beside an infinity the tolerance is none, or infinite.
    result = eq(a, b) | (close & ~isinf(a) & ~isinf(b))
    return result | (isnan(a) & isnan(b)) if equal_nan else result


def allclose(a, b, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether `isclose` holds everywhere."""
    return all(isclose(a, b, rtol, atol, equal_nan))


# ---- creation --------------------------------------------------------------

def _known(size, what):
    if isinstance(size, TensorVariable) and not isinstance(size, TensorConstant):
        raise NotImplementedError(f"{what}: a size that is not known when the graph is "
                                  f"built is not supported yet")
    return _number(size, what)


def eye(n, m=None, k=0, dtype=None):
    """Ones on diagonal number `k` of a matrix of zeros; the sizes are numbers."""
    n, k = _known(n, "eye"), _known(k, "eye")
    m = n if m is None else _known(m, "eye")
    return constant(np.eye(n, m, k, dtype=_dtype(dtype or config.floatX)))


def tri(N, M=None, k=0, dtype=None):
    """Ones on and below diagonal number `k`; the sizes are numbers."""
    N, k = _known(N, "tri"), _known(k, "tri")
    M = N if M is None else _known(M, "tri")
    return constant(np.tri(N, M, k, dtype=_dtype(dtype or config.floatX)))


# ---- shape -----------------------------------------------------------------

def _axis(axis, ndim, what):
    axis = _number(axis, f"{what}: axis")
    if not -ndim <= axis < ndim:
        raise ValueError(f"{what}: axis {axis} is out of range for a tensor with {ndim} "
                         f"dimensions")
    return axis % ndim


def _stretched(x, counts, inner):
    """`x` with each dimension d repeated counts[d] times, element by element if `inner`.

    A new dimension beside each one is filled by copies, then joined with it.
    """
    order, sizes, joined = [], [], []
    for dim, count in enumerate(counts):
        size = 1 if x.broadcastable[dim] else x.shape[dim]
        if isinstance(count, int) and count == 1:
            order.append(dim)
            sizes.append(size)
            joined.append(size)
            continue
        order += [dim, "x"] if inner else ["x", dim]
        sizes += [size, count] if inner else [count, size]
        joined.append(count if isinstance(size, int) else size * count)
    return reshape(alloc(dimshuffle(x, order), *sizes), joined, ndim=len(joined))


def tile(x, reps, ndim=None):
    """`x` laid side by side `reps` times along each dimension; the last ones first."""
    x = as_tensor_variable(x)
    counts = _counts(reps, "tile")
    rank = builtins.max(len(counts), x.ndim) if ndim is None else ndim
    if rank < len(counts) or rank < x.ndim:
        raise ValueError(f"tile: ndim is {ndim}, but x has {x.ndim} dimensions and reps "
                         f"{len(counts)} entries")
    counts = [1] * (rank - len(counts)) + counts
    x = dimshuffle(x, ["x"] * (rank - x.ndim) + list(range(x.ndim)))
    return _stretched(x, counts, inner=False)


def _counts(counts, what):
    """Counts as numbers and 0-d variables."""
    if isinstance(counts, TensorVariable) and counts.ndim == 1:
        counts = [int(n) for n in counts.data] if isinstance(counts, TensorConstant) else \
            list(counts)
    if not isinstance(counts, (list, tuple, np.ndarray)):
        counts = [counts]
    result = []
    for count in counts:
        if isinstance(count, TensorConstant) or not isinstance(count, TensorVariable):
            count = _number(count, what)
            if count < 0:
                raise ValueError(f"{what}: expected counts of 0 or more, got {count}")
        elif count.ndim or np.dtype(count.dtype).kind not in "iu":
            raise TypeError(f"{what}: expected integers, got {count.type}")
        result.append(count)
    return result


def repeat(x, repeats, axis=None):
    """Each element of `x` `repeats` times along `axis`; of all of them without one."""
    x, count = as_tensor_variable(x), repeats
    if isinstance(count, (list, tuple, np.ndarray)) and np.ndim(count):
        count = as_tensor_variable(count)
    if isinstance(count, TensorVariable) and count.ndim:
        raise NotImplementedError("repeat: a vector of counts is not supported yet, only "
                                  "one count for all elements")
    if axis is None:
        x, axis = flatten(x), 0
    counts = [1] * x.ndim
    counts[_axis(axis, x.ndim, "repeat")] = _counts(count, "repeat")[0]
    return _stretched(x, counts, inner=True)


def _along(axis, item):
    return (slice(None),) * axis + (item,)


def roll(x, shift, axis=None):
    """`x` moved by `shift` places along `axis`; what leaves comes in at the other end."""
    x = as_tensor_variable(x)
    if axis is None and x.ndim != 1:
        return reshape(roll(flatten(x), shift, 0), x.shape, ndim=x.ndim)
    axis = _axis(0 if axis is None else axis, x.ndim, "roll")
    size = x.shape[axis]
    # Of nothing there is nothing to move, and no remainder by its size.
    start = size - mod(as_tensor_variable(shift), maximum(size, 1))
    return concatenate([x[_along(axis, slice(start, None))],
                        x[_along(axis, slice(None, start))]], axis=axis)


def diff(x, n=1, axis=-1):
    """The differences of neighbours along `axis`, taken `n` times."""
    x = as_tensor_variable(x)
    axis = _axis(axis, x.ndim, "diff")
    for _ in range(_number(n, "diff: n")):
        x = x[_along(axis, slice(1, None))] - x[_along(axis, slice(None, -1))]
    return x


def patternbroadcast(x, broadcastable):
    """`x`, asserted to be of size 1 where `broadcastable` says so."""
    x = as_tensor_variable(x)
    if len(broadcastable) != x.ndim:
        raise ValueError(f"patternbroadcast: expected {x.ndim} entries, got "
                         f"{len(broadcastable)}")
    for dim, (has, wanted) in enumerate(zip(x.broadcastable, broadcastable)):
        if has and not wanted:
            raise NotImplementedError(f"patternbroadcast: dimension {dim} of a {x.type} "
                                      f"is 1; to forget that is not supported yet")
    ones = [dim for dim, wanted in enumerate(broadcastable) if wanted]
    return addbroadcast(x, *ones) if ones else x


# ---- reductions and products -----------------------------------------------

def norm(x, ord, axis=None, keepdims=False):
    """The norm (sum of |x| ** ord) ** (1 / ord); of order 0 the number of what is not 0,
    of order inf and -inf the largest and the smallest |x|."""
    x = as_tensor_variable(x)
    if ord == 0:
        return sum(neq(x, 0), axis, keepdims=keepdims)
    if ord in (np.inf, -np.inf):
        return (max if ord > 0 else min)(abs_(x), axis, keepdims)
    if ord == 1:
        return sum(abs_(x), axis, keepdims=keepdims)
    if ord == 2:
        return sqrt(sum(sqr(x), axis, keepdims=keepdims))
    return pow(sum(pow(abs_(x), ord), axis, keepdims=keepdims), 1.0 / ord)


def matmul(a, b):
    """`a @ b` as NumPy has it: `dot` of vectors and matrices, batch by batch above."""
    a, b = as_tensor_variable(a), as_tensor_variable(b)
    if not a.ndim or not b.ndim:
        raise ValueError("matmul: expected vectors or more, got a scalar; use *")
    if b.ndim <= 2:
        return dot(a, b)
    if a.ndim == b.ndim == 3 and a.broadcastable[0] == b.broadcastable[0]:
        return batched_dot(a, b)
    raise NotImplementedError(f"matmul of {a.type} and {b.type} is not supported yet; "
                              f"three dimensions each are, with batches of one size")


def tensordot(a, b, axes=2):
    """The sum of products over pairs of dimensions: the last ones of `a` with the first
    of `b`, `axes` in number, or those that two lists name."""
    a, b = as_tensor_variable(a), as_tensor_variable(b)
    if isinstance(axes, (list, tuple, np.ndarray)):
        if len(axes) != 2:
            raise ValueError(f"tensordot: expected two lists of axes, got {axes!r}")
        first, second = ([axis] if np.ndim(axis) == 0 else list(axis) for axis in axes)
        first = [_axis(axis, a.ndim, "tensordot") for axis in first]
        second = [_axis(axis, b.ndim, "tensordot") for axis in second]
    else:
        count = _number(axes, "tensordot: axes")
        if not 0 <= count <= builtins.min(a.ndim, b.ndim):
            raise ValueError(f"tensordot: axes is {count}, but the operands have {a.ndim} "
                             f"and {b.ndim} dimensions")
        first, second = list(range(a.ndim - count, a.ndim)), list(range(count))
    if len(first) != len(second):
        raise ValueError(f"tensordot: {len(first)} axes of the first operand and "
                         f"{len(second)} of the second cannot be paired")
    for named in (first, second):
        if len(set(named)) != len(named):
            raise ValueError(f"tensordot: an axis is named twice in {named}")
    free_a = [dim for dim in range(a.ndim) if dim not in first]
    free_b = [dim for dim in range(b.ndim) if dim not in second]
    left = _as_matrix(a, free_a, first)
    right = _as_matrix(b, second, free_b)
    sizes = [a.shape[dim] for dim in free_a] + [b.shape[dim] for dim in free_b]
    return reshape(dot(left, right), sizes, ndim=len(sizes))


def _as_matrix(x, rows, columns):
    def size(dims):
        sizes = [x.shape[dim] for dim in dims]
        return mul(*sizes) if len(sizes) > 1 else sizes[0] if sizes else 1
    shuffled = dimshuffle(x, rows + columns)
    if len(rows) == len(columns) == 1:
        return shuffled
    return reshape(shuffled, [size(rows), size(columns)], ndim=2)
