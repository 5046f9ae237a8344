"""True values of functions in many digits, for references NumPy does not have."""

import mpmath
import numpy as np

import tolerances as tol

# Enough for arguments of a float64's range reduced by pi, and for its products.
PRECISION = 2400

inf, nan = mpmath.inf, mpmath.nan


def _limits(function, at_minus_inf, at_inf):
    """The function with its limits at the infinities, and NaN at NaN."""
    def wrapped(x):
        if mpmath.isnan(x):
            return nan
        if mpmath.isinf(x):
            return mpmath.mpf(at_inf if x > 0 else at_minus_inf)
        return function(x)
    return wrapped


def _log(x):
    return mpmath.log(x) if x > 0 else -inf if x == 0 else nan


# Beyond these the value overflows, underflows or saturates in every format.
def _exp(x):
    return inf if x > 2000 else mpmath.mpf(0) if x < -2000 else mpmath.exp(x)


def _exp2(x):
    return inf if x > 4000 else mpmath.mpf(0) if x < -4000 else mpmath.power(2, x)


def _erf(x):
    return mpmath.sign(x) if abs(x) > 30 else mpmath.erf(x)


def _tanh(x):
    return mpmath.sign(x) if abs(x) > 500 else mpmath.tanh(x)


def _expm1(x):
    return _exp(x) - 1 if abs(x) > 1 else mpmath.expm1(x)


FUNCTIONS = {
    "exp": _limits(_exp, 0, inf), "expm1": _limits(_expm1, -1, inf),
    "exp2": _limits(_exp2, 0, inf),
    "log2": _limits(lambda x: _log(x) / mpmath.log(2), nan, inf),
    "log10": _limits(lambda x: _log(x) / mpmath.log(10), nan, inf),
    "log": _limits(_log, nan, inf), "log1p": _limits(lambda x: _log(1 + x), nan, inf),
    "sqrt": _limits(lambda x: mpmath.sqrt(x) if x >= 0 else nan, nan, inf),
    "tanh": _limits(_tanh, -1, 1), "erf": _limits(_erf, -1, 1),
    "sigmoid": _limits(lambda x: 1 / (1 + _exp(-x)), 0, 1),
    "softplus": _limits(lambda x: x if x > 2000 else _log(1 + _exp(x)), 0, inf),
    "sin": _limits(mpmath.sin, nan, nan), "cos": _limits(mpmath.cos, nan, nan),
    "tan": _limits(mpmath.tan, nan, nan),
}
# -0 in gives -0 out.
ODD = ("expm1", "log1p", "sqrt", "tanh", "erf", "sin", "tan")


def _round(value, dtype):
    """The number of the format nearest to an mpf, ties to even, as a Python float."""
    if not mpmath.isfinite(value) or value == 0:
        return float(value)
    bits, smallest = tol.format_of(dtype)
    exponent = max(int(mpmath.floor(mpmath.log(abs(value), 2))), smallest)
    unit = mpmath.ldexp(1, exponent - (bits - 1))
    rounded = mpmath.nint(value / unit) * unit
    return float(rounded) if abs(rounded) < tol.overflow_of(dtype) else float(
        mpmath.sign(rounded) * inf)


def correctly_rounded(name, x, dtype):
    """The function of every element, rounded once; bfloat16 is held in float32."""
    with mpmath.workprec(PRECISION):
        values = [_round(FUNCTIONS[name](mpmath.mpf(float(v))), dtype) for v in x.ravel()]
    result = np.array(values).reshape(x.shape)
    if name in ODD:
        result = np.where(x == 0, x, result)
    return result.astype("float32" if dtype == "bfloat16" else dtype)


def erf(x):
    """In extended precision."""
    with mpmath.workprec(120):
        flat = [np.longdouble(mpmath.nstr(FUNCTIONS["erf"](mpmath.mpf(float(v))), 30))
                for v in x.ravel()]
    return np.array(flat, dtype=np.longdouble).reshape(x.shape)
