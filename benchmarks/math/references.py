"""True values of the functions that `expand-math` expands, and arguments to try.

f32 results are held against f64 ones of NumPy and SciPy (29 more bits); f64 results
against x87 long double of the C library (11 more bits; errors are good to 0.01 ulp)
and, where that offers nothing or cannot be trusted, mpmath.
"""

import mpmath
import numpy as np
from mpmath import mp
from scipy import special

mp.prec = 120


def _sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)


def _softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


# Right for f64 (as the reference of f32) and for long double.
WIDE = {
    "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "log": np.log, "log2": np.log2,
    "log10": np.log10, "log1p": np.log1p, "tanh": np.tanh, "sin": np.sin,
    "cos": np.cos, "tan": np.tan, "sigmoid": _sigmoid, "softplus": _softplus,
    "powf": np.power, "erf": special.erf, "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "remf": np.fmod, "round": lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x),
}


def _mp_sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def _mp_softplus(x):
    return mp.log1p(mp.exp(x))


MP = {
    "exp": mp.exp, "exp2": lambda x: mp.mpf(2) ** x, "expm1": mp.expm1, "log": mp.log,
    "log2": lambda x: mp.log(x) / mp.ln2, "log10": mp.log10, "log1p": mp.log1p,
    "tanh": mp.tanh, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "erf": mp.erf,
    "sigmoid": _mp_sigmoid, "softplus": _mp_softplus, "powf": mp.power,
    "sqrt": mp.sqrt, "rsqrt": lambda x: 1 / mp.sqrt(x),
}


def _to_long_double(value):
    # By way of the significand, as a subnormal float would lose bits.
    significand, exponent = mp.frexp(value)
    high = float(significand)
    return np.ldexp(np.longdouble(high) + np.longdouble(float(significand - high)),
                    int(exponent))


def reference(op, dtype, *arrays, exact=False):
    """The true values as an array of a wider type; `exact` asks mpmath."""
    with np.errstate(all="ignore"):
        if dtype == "f32":
            return WIDE[op](*[a.astype(np.float64) for a in arrays])
        wide = [a.astype(np.longdouble) for a in arrays]
        if op in ("remf", "round"):
            return WIDE[op](*wide)
        if not exact and op != "erf":
            return WIDE[op](*wide)
        # mpmath for ordinary arguments; the limits are the C library's.
        # SciPy's erf has no long double; f64 is enough for its limits.
        result = (special.erf(arrays[0]).astype(np.longdouble) if op == "erf"
                  else WIDE[op](*wide))
        for i in np.nonzero(np.isfinite(result) & (result != 0)
                            & np.logical_and.reduce([np.isfinite(a) for a in arrays]))[0]:
            result[i] = _to_long_double(
                MP[op](*[mpmath.mpf(float(a[i])) for a in arrays]))
        return result


def quick_ulp_error(actual, wide):
    """ulp_error of f32 against f64, several times as fast where nothing is special."""
    field = (wide.view(np.uint64) >> np.uint64(52)) & np.uint64(0x7ff)
    np.maximum(field, np.uint64(1023 - 126), out=field)
    # 1 / unit is 2^(23 - exponent), built from its bits.
    inverse = ((np.uint64(2046 + 23) - field) << np.uint64(52)).view(np.float64)
    with np.errstate(all="ignore"):
        error = np.abs(actual.astype(np.float64) - wide) * inverse
    special = np.nonzero(~(error < 2) | (wide == 0))[0]
    if special.size:
        error[special] = ulp_error(actual[special], wide[special])
    return error


def ulp_error(actual, wide):
    """Errors in units in the last place of `actual`'s format at the true value.
    Limits, NaN and signs of zero must agree, or the error is infinite."""
    info = np.finfo(actual.dtype)
    bits = info.nmant
    with np.errstate(all="ignore"):
        magnitude = np.abs(wide)
        finite = np.where(np.isfinite(magnitude) & (magnitude > 0), magnitude, 1)
        exponent = np.clip(np.frexp(finite)[1] - 1, info.minexp, info.maxexp)
        unit = np.ldexp(np.ones((), wide.dtype), exponent - bits)
        error = np.abs(actual.astype(wide.dtype) - wide) / unit
        rounded = wide.astype(actual.dtype)
        # An overflow is right where the true value rounds to infinity, or is
        # within an ulp of that.
        both_infinite = np.isinf(actual) & (np.sign(actual) == np.sign(wide)) & (
            magnitude >= float(info.max) * (1 - 2 ** -float(bits)))
        error = np.where(both_infinite, 0, error)
        error = np.where(np.isinf(rounded) & ~np.isinf(actual) & np.isfinite(wide),
                         np.abs(actual.astype(wide.dtype) - wide) / unit, error)
        error = np.where(np.isnan(actual) & np.isnan(wide), 0, error)
        error = np.where(np.isnan(actual) != np.isnan(wide), np.inf, error)
        error = np.where((wide == 0) & (actual == 0)
                         & (np.signbit(wide) != np.signbit(actual)), np.inf, error)
        return np.where(np.isnan(error), np.inf, error).astype(np.float64)


SPECIAL = [0.0, np.inf, np.nan, 1.0, 0.5, 2.0, 3.0, 4.0, 1.5, 2.5, 10.0, 1e5, 1e6,
           1e8, 1e10, 1e22, 1e30, np.pi, np.pi / 2, np.pi / 4, 3 * np.pi / 4,
           np.log(2), np.log(2) / 2, np.sqrt(0.5), np.sqrt(2), 0.6, 0.55, 0.3466,
           17.5, 20.0, 37.0, 40.0, 87.3, 88.72, 88.73, 89.0, 103.9, 104.0, 126.0,
           127.0, 128.0, 149.0, 150.0, 708.4, 709.78, 709.79, 710.0, 745.13, 745.14,
           746.0, 1022.0, 1023.0, 1024.0, 1074.0, 1075.0, 131072.0, 2.0 ** 28,
           2.0 ** 52, 2.0 ** 53, 2.0 ** 23, 2.0 ** 24, 2.0 ** 64, 2.0 ** 100,
           2.0 ** 126, 2.0 ** 127]
# f64 numbers unusually close to a multiple of pi / 2, found by continued fractions
# (W. Kahan, 1983), and the classic hard argument of argument reduction.
NEAR_HALF_PI = [6381956970095103.0 * 2.0 ** 797, 5.319372648326541e255,
                1.0e22, 2.0 ** 1023 * 1.5, 355.0, 52707178.0, 103993.0]


def neighbours(values, dtype, count=200):
    """Each value and the `count` representable ones on both sides."""
    integer = np.int32 if dtype == np.float32 else np.int64
    base = np.asarray(values, dtype=dtype)
    base = base[np.isfinite(base)].view(integer)
    around = base[:, None] + np.arange(-count, count + 1, dtype=integer)[None, :]
    return np.abs(around.ravel()).view(dtype)


def multiples_of_half_pi(dtype, count=4000):
    """The numbers nearest to multiples of pi / 2, where reduction cancels most."""
    rng = np.random.default_rng(7)
    factors = np.floor(np.exp2(rng.uniform(0, 60, count)))
    half_pi = np.longdouble(np.pi / 2) + np.longdouble(6.123233995736766e-17)
    return (factors.astype(np.longdouble) * half_pi).astype(dtype)


def special_arguments(dtype):
    with np.errstate(over="ignore"):
        values = np.array(SPECIAL + NEAR_HALF_PI).astype(dtype)
    near = neighbours(values, dtype)
    info = np.finfo(dtype)
    tiny = info.smallest_subnormal
    ends = np.array([tiny, 2 * tiny, 3 * tiny, info.tiny, info.max], dtype)
    every = np.concatenate([values, near, ends, multiples_of_half_pi(dtype), neighbours(ends[3:], dtype, 50)])
    return np.concatenate([every, -every])


def strided_f32(stride):
    """Every stride-th of the 2^32 numbers of f32."""
    return np.arange(0, 1 << 32, stride, dtype=np.uint64).astype(np.uint32).view(
        np.float32)


def random_f64(count, seed=0):
    """Uniform bit patterns, moderate magnitudes and small ranges in equal parts."""
    rng = np.random.default_rng(seed)
    part = count // 4
    return np.concatenate([
        rng.integers(0, 1 << 64, part, dtype=np.uint64).view(np.float64),
        rng.uniform(-750, 750, part), rng.uniform(-3, 3, part),
        np.exp(rng.uniform(-40, 40, count - 3 * part)) * rng.choice([-1, 1],
                                                                    count - 3 * part)])


def binary_arguments(op, dtype, count, seed=1):
    """Pairs: all of a grid of special values, and random ones."""
    rng = np.random.default_rng(seed)
    number = np.dtype(dtype)
    info = np.finfo(number)
    corner = np.array([0.0, 1, 2, 3, 0.5, 1.5, 2.5, 1e3, 1e5, 16777215, 16777216,
                       16777217, 2.0 ** 52 + 1, 2.0 ** 53 - 1, 2.0 ** 53, 1e30, np.inf,
                       np.nan, info.tiny, info.smallest_subnormal, info.max,
                       1 + info.eps, 1 - info.epsneg, 0.1, 7, 255, 1e-5])
    with np.errstate(over="ignore"):
        corner = np.concatenate([corner, -corner]).astype(number)
    x, y = [g.ravel() for g in np.meshgrid(corner, corner)]
    unsigned = np.uint32 if number.itemsize == 4 else np.uint64
    bits = number.itemsize * 8
    any_x = rng.integers(0, 1 << bits, count, dtype=unsigned, endpoint=False).view(number)
    if op == "remf":
        any_y = rng.integers(0, 1 << bits, count, dtype=unsigned).view(number)
        near_y = (rng.uniform(-100, 100, count)).astype(number)
        near_x = (near_y * rng.integers(-50, 50, count)).astype(number)
        return np.concatenate([x, any_x, near_x]), np.concatenate([y, any_y, near_y])
    # y chosen so that the result is finite, or just not.
    positive = np.abs(any_x)
    with np.errstate(all="ignore"):
        log2 = np.log2(positive.astype(np.float64))
    log2 = np.where(np.isfinite(log2) & (log2 != 0), log2, 1)
    span = 1.02 * (150 if bits == 32 else 1075)
    fitting = (rng.uniform(-span, span, count) / log2).astype(number)
    close = (1 + rng.uniform(-0.3, 0.45, count)).astype(number)
    close_y = (rng.uniform(-span, span, count) / np.log2(close.astype(np.float64)))
    with np.errstate(over="ignore"):
        close_y = close_y.astype(number)
    integers = rng.integers(-40, 40, count).astype(number)
    moderate = rng.uniform(-20, 20, count).astype(number)
    return (np.concatenate([x, positive, close, moderate]),
            np.concatenate([y, fitting, close_y, integers]))
