"""How far a result may be from the reference: the one place that says so.

Every bound follows from how the value is computed, so a test names the kind of
computation and never a number:

* bool and integers are exact;
* elementwise functions have a bound in units in the last place (ulp), the one that
  docs/math.md publishes for the whole range;
* sums and contractions of n terms are bounded by 4 sqrt(n) eps sum|terms|, the
  usual statistical growth of rounding errors with a margin of four;
* softmax, log-softmax, cross-entropy and variance are compositions of these: the
  bounds of their steps added up, each to first order;
* a slope by central differences errs by the rounding of the two values and by the
  curvature;
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
# float16 and bfloat16 are computed in float32 and rounded once more: half an ulp, and
# of the 4 ulp of float32 that a function may be off at most, 4 / 2^13 of an ulp.
NARROW_ULP = 0.5 + 4 / 2 ** 13

# Significand bits with the hidden one, and the exponent of the smallest normal.
_FORMATS = {"float16": (11, -14), "bfloat16": (8, -126), "float32": (24, -126),
            "float64": (53, -1022)}
_TOP = {"float16": 15, "bfloat16": 127, "float32": 127, "float64": 1023}


def format_of(dtype):
    """(significand bits with the hidden one, exponent of the smallest normal number)."""
    return _FORMATS[str(dtype)]


def overflow_of(dtype):
    """The power of two that is the first number beyond the format."""
    return 2.0 ** _TOP[str(dtype)] * 2 if str(dtype) != "float64" else float("inf")


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


def round_to(value, dtype):
    """float64 or wider values at the nearest number of a dtype, ties to even.

    bfloat16, which NumPy does not have, comes back as the float32 that it is.
    """
    if str(dtype) != "bfloat16":
        return np.asarray(value).astype(dtype)
    wide = np.asarray(value, dtype=np.longdouble)
    unit = ulp_of(wide, dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        rounded = np.where(np.isfinite(wide), np.rint(wide / unit) * unit, wide)
        return np.copysign(rounded, wide).astype(np.float32)


def ulp_bound(function, dtype):
    if str(dtype) in ("float16", "bfloat16"):
        return NARROW_ULP
    return ULP.get(function, {}).get(str(dtype), 0.5)


def assert_type(actual, dtype, shape, what="result"):
    """Dtype and shape alone, for what is compared in a wider type."""
    if (actual.dtype, actual.shape) != (np.dtype(dtype), tuple(shape)):
        raise AssertionError(f"{what}: {actual.dtype} of shape {actual.shape}, expected "
                             f"{np.dtype(dtype)} of shape {tuple(shape)}")


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
    largest = np.ldexp(2 - np.ldexp(np.longdouble(1), 1 - bits), _TOP[dtype])
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


def assert_sum(actual, reference, magnitude, terms, dtype=None, what="sum", stored=None):
    """|actual - reference| <= 4 sqrt(n) eps sum|terms|, for sums and contractions.

    `magnitude` is the sum of the absolute values of the terms, in the shape of the
    result; `terms` is n. The epsilon is that of the accumulator where it differs
    from the result's dtype: pass that as `dtype`; the rounding of the result itself
    is then allowed on top. `stored` is the result's dtype where its array does not
    say it, which is bfloat16.
    """
    actual = np.asarray(actual)
    result = str(stored or actual.dtype)
    wide = np.asarray(reference, dtype=np.longdouble)
    if actual.shape != wide.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {wide.shape}")
    bound = 4 * np.sqrt(max(terms, 1)) * epsilon(dtype or result) * np.asarray(
        magnitude, dtype=np.longdouble)
    # A product may underflow: the result is still a multiple of the smallest number.
    bound = bound + ulp_of(np.finfo(np.longdouble).tiny, result) / 2
    with np.errstate(invalid="ignore"):
        bound = bound + (ulp_of(wide, result) / 2 if dtype and str(dtype) != result else 0)
        got = actual.astype(np.longdouble)
        ok = ((got == wide) | (np.isnan(got) & np.isnan(wide))
              | (np.abs(got - wide) <= bound) & np.isfinite(got))
    if not ok.all():
        raise AssertionError(_report(
            what, f"must be within 4 sqrt({terms}) eps sum|terms|", actual, wide, ~ok))


def _softmax_steps(x, dtype):
    """The true y and log y of rows x, and the relative error that each step may add.

    With d = x - max(x), e = exp(d), s = sum(e), eps that of the dtype computed in
    (f32 for narrower ones) and u = eps / 2 for one rounding:

    * d is rounded, |d| u, and carries this into e as a relative error;
    * exp is within its published bound b ulp, at most b eps;
    * the sum of n positive terms adds 4 sqrt(n) eps to the mean of their errors,
      weighted by e / s, the softmax itself.
    """
    computed = str(dtype) if str(dtype) in ULP["exp"] else "float32"
    eps = epsilon(computed)
    wide = np.asarray(x).astype(np.longdouble)
    distance = wide - wide.max(-1, keepdims=True)
    powers = np.exp(distance)
    total = powers.sum(-1, keepdims=True)
    of_power = np.abs(distance) * eps / 2 + ulp_bound("exp", computed) * eps
    # 0 * inf where exp underflows: such a term has no weight.
    weighted = np.where(powers > 0, powers * of_power, 0)
    of_total = (weighted.sum(-1, keepdims=True) / total
                + 4 * np.sqrt(wide.shape[-1]) * eps)
    return computed, eps, distance, powers, total, of_power, of_total


def assert_softmax(actual, x, dtype=None, what="softmax"):
    """softmax(x) over the last axis: |error| <= y (err(e) + err(s) + eps / 2).

    A division rounds once more. Where e is subnormal its relative error is no
    bound: exp and the division may each lose b and 1/2 of the smallest number.
    """
    dtype = str(dtype or actual.dtype)
    computed, eps, _, powers, total, of_power, of_total = _softmax_steps(x, dtype)
    expected = powers / total
    smallest = ulp_of(np.finfo(np.longdouble).tiny, computed)
    bound = (np.where(expected > 0, expected * (of_power + of_total + eps / 2), 0)
             + (ulp_bound("exp", computed) + 0.5) * smallest)
    _assert_bound(actual, expected, bound, computed, dtype, what)


def assert_log_softmax(actual, x, dtype=None, what="log_softmax"):
    """log(softmax(x)) over the last axis, which is d - log(s).

    |error| <= |d| eps / 2 + err(s) + b ulp(log(s)) + eps / 2 |result|: the rounding
    of d, the relative error of s, which log makes an absolute one, the bound b of
    log itself, and the last subtraction.
    """
    dtype = str(dtype or actual.dtype)
    computed, eps, distance, _, total, _, of_total = _softmax_steps(x, dtype)
    expected = distance - np.log(total)
    bound = (np.abs(distance) * eps / 2 + of_total
             + ulp_bound("log", computed) * ulp_of(np.log(total), computed)
             + np.abs(expected) * eps / 2)
    _assert_bound(actual, expected, bound, computed, dtype, what)


def _assert_bound(actual, expected, bound, computed, dtype, what):
    """|actual - expected| <= bound, and half an ulp where a narrower dtype is stored."""
    actual = np.asarray(actual)
    if actual.shape != expected.shape:
        raise AssertionError(f"{what}: shape {actual.shape}, expected {expected.shape}")
    if computed != dtype:
        bound = bound + np.where(expected == 0, 0, ulp_of(expected, dtype) / 2)
    with np.errstate(invalid="ignore"):
        got = actual.astype(np.longdouble)
        ok = (got == expected) | (np.isnan(got) & np.isnan(expected))
        ok |= np.isfinite(got) & (np.abs(got - expected) <= bound)
    if not ok.all():
        raise AssertionError(_report(what, "must be within the bounds of its steps",
                                     actual, expected, ~ok))


def assert_slope(high, low, step, expected, terms):
    """(high - low) / (2 step), two sums of n terms, is the derivative `expected`.

    Each value may err by 4 sqrt(n) eps of itself, which the division by 2 step
    enlarges; the third derivative adds less than `step` of the slope as long as it
    is less than slope / step, which holds for functions without kinks.
    """
    rounding = 4 * np.sqrt(terms) * epsilon("float64") * max(abs(high), abs(low)) / step
    slope = (high - low) / (2 * step)
    if not abs(slope - expected) <= rounding + step * abs(expected):
        raise AssertionError(f"slope {slope}, expected {expected} within "
                             f"{rounding + step * abs(expected):.3g}")


def assert_composite(actual, expected, what="result"):
    """A formula of up to a dozen steps against NumPy's own in the same dtype.

    Exact for bool and integers, else within 16 eps max(1, |expected|): both sides
    round each step by eps / 2, of terms that are not much larger than the result or 1.
    For formulas that the package composes of functions that have bounds of their own.
    """
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


def assert_cross_entropy(actual, x, labels, dtype=None, what="cross-entropy"):
    """-log(softmax(x)[label]) of each row: |error| <= err(y) / y + b ulp(result).

    The log makes the relative error of the softmax an absolute one, and has its own
    bound b.
    """
    dtype = str(dtype or actual.dtype)
    computed, eps, distance, _, total, of_power, of_total = _softmax_steps(x, dtype)
    rows = np.arange(len(labels)), labels
    expected = (np.log(total) - distance)[rows]
    bound = ((of_power + of_total + eps / 2)[rows]
             + ulp_bound("log", computed) * ulp_of(expected, computed))
    _assert_bound(actual, expected, bound, computed, dtype, what)


def assert_variance(actual, x, axis=None, keepdims=False, ddof=0, root=False):
    """The variance of x over `axis`, or its root, which is a mean of (x - mean(x))^2.

    With n elements a mean errs by 4 sqrt(n) eps mean|terms|, so a difference
    d = x - m by err(m) + |d| u, its square by 2 |d| err(d) + d^2 u, where u = eps / 2
    is one rounding; a division and the root round once more, and the root halves
    relative errors.
    """
    dtype = str(actual.dtype)
    eps = epsilon(dtype)
    wide = np.asarray(x).astype(np.longdouble)

    def mean(terms):
        return terms.mean(axis, keepdims=True)
    count = wide.size // mean(wide).size
    growth = 4 * np.sqrt(count) * eps
    distance = np.abs(wide - mean(wide))
    of_distance = growth * mean(np.abs(wide)) + distance * eps / 2
    square = distance ** 2
    bound = mean(2 * distance * of_distance + square * eps / 2) + growth * mean(square)
    scale = count / np.longdouble(count - ddof)
    variance, bound = scale * mean(square), scale * bound + eps / 2 * scale * mean(square)
    expected = np.sqrt(variance) if root else variance
    if root:
        bound = bound / (2 * expected) + eps / 2 * expected
    shape = wide.sum(axis, keepdims=keepdims).shape
    _assert_bound(actual, expected.reshape(shape), bound.reshape(shape), dtype, dtype,
                  "standard deviation" if root else "variance")


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
