"""How far a result may be from the reference: the one place that says so.

Every bound follows from how the value is computed, so a test names the kind of
computation and never a number:

* bool and integers are exact;
* elementwise functions have a bound in units in the last place (ulp), the one that
  docs/math.md publishes for the whole range;
* sums and contractions of n terms are bounded by 4 sqrt(n) eps sum|terms|, the
  usual statistical growth of rounding errors with a margin of four;
* a formula of several steps against NumPy's own in the same dtype is within 16 eps
  of the larger of 1 and the value: both sides round;
* losses after k steps of training agree to 1e-4 k in float32, 1e-10 k in float64.

The reference is computed in a wider type and rounded once. NaN must meet NaN;
infinities and signs of zero must agree exactly.
"""

import numpy as np

# ulp, by function and dtype; what is not listed is correctly rounded, or exact.
ULP = {
    "exp": {"float32": 1.5, "float64": 1.5},
    "log": {"float32": 1.5, "float64": 1.5},
    "exp2": {"float32": 2, "float64": 3},
    "expm1": {"float32": 2, "float64": 3},
    "log2": {"float32": 2, "float64": 3},
    "log10": {"float32": 2, "float64": 3},
    "log1p": {"float32": 2, "float64": 3},
    "tanh": {"float32": 2, "float64": 3},
    "sigmoid": {"float32": 2, "float64": 3},
    "sin": {"float32": 2, "float64": 3},
    "cos": {"float32": 2, "float64": 3},
    "tan": {"float32": 2, "float64": 3},
    "erf": {"float32": 2, "float64": 3},
    "rsqrt": {"float32": 2, "float64": 3},
    "softplus": {"float32": 4, "float64": 3},
    "pow": {"float32": 4, "float64": 3},
}
# float16 and bfloat16 are computed in float32 and rounded once more.
NARROW_ULP = 1.0

# Significand bits with the hidden one, and the exponent of the smallest normal.
_FORMATS = {"float16": (11, -14), "bfloat16": (8, -126), "float32": (24, -126),
            "float64": (53, -1022)}


def epsilon(dtype):
    """The spacing of the format at 1."""
    return 2.0 ** (1 - _FORMATS[str(dtype)][0])


def ulp_of(value, dtype):
    """The spacing of the format at each value; subnormals share the smallest."""
    bits, smallest = _FORMATS[str(dtype)]
    value = np.abs(np.asarray(value, dtype=np.longdouble))
    finite = np.where(np.isfinite(value) & (value > 0), value, 1)
    exponent = np.maximum(np.frexp(finite)[1] - 1, smallest)
    return np.ldexp(np.longdouble(1), exponent - (bits - 1))


def ulp_bound(function, dtype):
    if str(dtype) in ("float16", "bfloat16"):
        return NARROW_ULP
    return ULP.get(function, {}).get(str(dtype), 0.5)


def assert_same(actual, expected, what="result"):
    """Equal dtype, shape and bits up to the payload of NaN: for bool, int and copies."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    _assert_form(actual, expected, what)
    differs = ~((actual == expected) | _both_nan(actual, expected))
    if np.issubdtype(actual.dtype, np.floating):
        differs |= np.signbit(actual) != np.signbit(expected)
        differs &= ~_both_nan(actual, expected)
    if differs.any():
        raise AssertionError(_report(what, "must be equal", actual, expected, differs))


def assert_elementwise(actual, reference, function, dtype=None, what=None):
    """`actual` is within the published bound of `function` from the reference.

    `reference` is the true value in a wider type. An overflow of the reference when
    rounded to the dtype expects an infinity, or the largest finite value where the
    bound allows it.
    """
    actual = np.asarray(actual)
    dtype = str(dtype or actual.dtype)
    assert_ulp(actual, reference, ulp_bound(function, dtype), dtype, what or function)


def assert_ulp(actual, reference, bound, dtype=None, what="result"):
    """|actual - reference| <= bound ulp of the reference in `dtype`."""
    actual = np.asarray(actual)
    dtype = str(dtype or actual.dtype)
    wide = np.asarray(reference, dtype=np.longdouble)
    if actual.shape != wide.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {wide.shape}")
    unit = ulp_of(wide, dtype)
    bits, _ = _FORMATS[dtype]
    top = {"float16": 15, "bfloat16": 127, "float32": 127, "float64": 1023}[dtype]
    largest = np.ldexp(2 - np.ldexp(np.longdouble(1), 1 - bits), top)
    with np.errstate(invalid="ignore", over="ignore"):
        got = actual.astype(np.longdouble)
        error = np.abs(got - wide)
        ok = (got == wide) | (np.isnan(got) & np.isnan(wide)) | (error <= bound * unit)
        # Rounding carries a value past the largest finite one to an infinity.
        beyond = np.abs(wide) >= largest - (bound - 0.5) * unit
        ok |= np.isinf(got) & beyond & (np.signbit(got) == np.signbit(wide))
    if not ok.all():
        with np.errstate(invalid="ignore"):
            worst = np.nanmax(np.where(ok, 0, error / unit), initial=0)
        raise AssertionError(_report(what, f"must be within {bound} ulp, worst "
                                     f"{float(worst):.3g}", actual, wide, ~ok))


def assert_sum(actual, reference, magnitude, terms, dtype=None, what="sum"):
    """|actual - reference| <= 4 sqrt(n) eps sum|terms|, for sums and contractions.

    `magnitude` is the sum of the absolute values of the terms, in the shape of the
    result; `terms` is n. The epsilon is that of the accumulator where it differs
    from the result's dtype: pass that as `dtype`; the rounding of the result itself
    is then allowed on top.
    """
    actual = np.asarray(actual)
    result = str(actual.dtype)
    wide = np.asarray(reference, dtype=np.longdouble)
    if actual.shape != wide.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {wide.shape}")
    bound = 4 * np.sqrt(max(terms, 1)) * epsilon(dtype or result) * np.asarray(
        magnitude, dtype=np.longdouble)
    with np.errstate(invalid="ignore"):
        bound = bound + (ulp_of(wide, result) / 2 if dtype and str(dtype) != result else 0)
        got = actual.astype(np.longdouble)
        ok = ((got == wide) | (np.isnan(got) & np.isnan(wide))
              | (np.abs(got - wide) <= bound) & np.isfinite(got))
    if not ok.all():
        raise AssertionError(_report(
            what, f"must be within 4 sqrt({terms}) eps sum|terms|", actual, wide, ~ok))


def assert_composite(actual, expected, what="result"):
    """Exact for bool and integers, else within 16 eps max(1, |expected|)."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.dtype.kind != "f":
        return assert_same(actual, expected, what)
    wide = expected.astype(np.longdouble)
    bound = 16 * epsilon(actual.dtype) * np.maximum(1, np.abs(wide))
    with np.errstate(invalid="ignore"):
        close = np.abs(actual.astype(np.longdouble) - wide) <= bound
    ok = close & np.isfinite(wide) | (actual == expected) | _both_nan(actual, expected)
    if not ok.all():
        raise AssertionError(_report(what, "must be within 16 eps", actual, expected, ~ok))
    return None


def assert_losses(actual, expected, dtype=np.float32):
    """Losses of training steps 1, 2, ...: relative error 1e-4 k (f32), 1e-10 k (f64)."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        raise AssertionError(f"losses: {actual.shape} values, expected {expected.shape}")
    rate = {"float32": 1e-4, "float64": 1e-10}[np.dtype(dtype).name]
    step = np.arange(1, actual.size + 1)
    bad = ~(np.abs(actual - expected) <= rate * step * np.abs(expected))
    if bad.any():
        raise AssertionError(_report("losses", f"must agree to {rate} k at step k",
                                     actual, expected, bad))


def _both_nan(actual, expected):
    if not np.issubdtype(actual.dtype, np.floating):
        return np.zeros(actual.shape, bool)
    return np.isnan(actual) & np.isnan(expected)


def _assert_form(actual, expected, what):
    if actual.dtype != expected.dtype:
        raise AssertionError(f"{what}: dtype {actual.dtype}, expected {expected.dtype}")
    if actual.shape != expected.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {expected.shape}")


def _report(what, rule, actual, expected, bad, limit=5):
    """The rule, how many elements break it, and the first few with their indices."""
    lines = [f"{what} {rule}: {int(bad.sum())} of {bad.size} elements are not"]
    for index in list(zip(*np.nonzero(np.atleast_1d(bad))))[:limit]:
        place = index if bad.ndim else ()
        lines.append(f"  at {tuple(map(int, place))}: got {actual[place]!r}, "
                     f"expected {expected[place]!r}")
    return "\n".join(lines)
