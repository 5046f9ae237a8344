"""Arithmetic, against exact fractions and NumPy in a wider type."""

import math
from fractions import Fraction

import numpy as np
import pytest
from cuda_driver import Out

RNG = np.random.default_rng(11)
N = 32


def rounded(exact, towards, dtype):
    """The float that a fraction rounds to: n(earest), z(ero), u(p) or d(own)."""
    nearest = dtype(float(exact))
    # By way of a double, which may be off by one.
    around = [np.nextafter(nearest, dtype(-np.inf)), nearest,
              np.nextafter(nearest, dtype(np.inf))]
    below = max(x for x in around if Fraction(float(x)) <= exact)
    above = min(x for x in around if Fraction(float(x)) >= exact)
    if towards == "n":
        gaps = exact - Fraction(float(below)), Fraction(float(above)) - exact
        if gaps[0] == gaps[1] and below != above:
            return below if below.view(f"u{below.itemsize}") % 2 == 0 else above
        return below if gaps[0] < gaps[1] else above
    if towards == "z":
        return below if exact > 0 else above
    return above if towards == "u" else below


@pytest.mark.parametrize("kernel, dtype", [("roundings", np.float32),
                                           ("doubleRoundings", np.float64)])
def test_roundings(cuda, kernel, dtype):
    x, y = RNG.standard_normal((2, N)).astype(dtype)
    y[:4] = 1e-8, -3, 0.1, 7
    found = cuda(kernel, 1, 64, x, y, Out((12, N), dtype), np.int32(N))
    for i in range(N):
        a, b = Fraction(float(x[i])), Fraction(float(y[i]))
        assert found[:, i].tolist() == [rounded(exact, towards, dtype)
                                        for exact in (a + b, a * b, a / b)
                                        for towards in "nzud"]


def test_conversions(cuda):
    x = np.array([0.5, 1.5, -0.5, -2.5, 3.999, -3.999, 100.5, -100.25, 1e5, -7e4, 65504, 1e-3,
                  *RNG.uniform(-1e6, 1e6, 20)])
    n = len(x)
    integers, floats = cuda("conversions", 1, n, x, Out((9, n), np.int64),
                            Out((11, n), np.float64), np.int32(n))
    single = x.astype(np.float32)
    whole = np.trunc(x).astype(np.int64)
    assert integers.tolist() == [row.tolist() for row in (
        whole, np.rint(x).astype(np.int64), np.ceil(x).astype(np.int64),
        np.floor(x).astype(np.int64), np.rint(single).astype(np.int64),
        np.trunc(single).astype(np.int64).astype(np.int8), whole,
        np.maximum(np.trunc(single), 0).astype(np.int64),
        np.trunc(x).astype(np.int64).astype(np.int16))]
    with np.errstate(over="ignore"):
        half = single.astype(np.float16)
    # Cut off, where rounding went away from zero; 65504 is the largest.
    to_zero = np.where(np.abs(half.astype(np.float64)) > np.abs(single),
                       np.nextafter(half, np.float16(0)), half)
    brain = single.view(np.uint32)
    brain = brain + 0x7fff + (brain >> 16 & 1) & 0xffff0000
    expected = [whole, whole, half, to_zero, brain.view(np.float32), whole, np.rint(x),
                np.floor(x), np.ceil(single), np.trunc(x),
                np.copysign(np.floor(np.abs(x) + 0.5), x)]
    assert floats.tolist() == [row.astype(np.float64).tolist() for row in expected]


def functions(dtype):
    # As the kernel's literals are rounded.
    power, rest = np.longdouble(dtype(1.7)), np.longdouble(dtype(0.7))
    return [
        np.sin, np.cos, np.exp, lambda x: np.log(abs(x)), np.tanh, lambda x: np.sqrt(abs(x)),
        lambda x: 1 / np.sqrt(abs(x)), np.cbrt, lambda x: np.array([math.erf(a) for a in x]),
        lambda x: abs(x)**power, np.exp2, lambda x: np.log2(abs(x)),
        lambda x: np.arctan2(x, 2), lambda x: np.log1p(abs(x)), np.expm1,
        lambda x: np.fmod(x, rest), np.arcsinh, lambda x: np.hypot(x, 3)]


@pytest.mark.parametrize("kernel, dtype", [("functions", np.float32),
                                           ("doubleFunctions", np.float64)])
@pytest.mark.parametrize("n", [1, 33, 100])
def test_functions(cuda, kernel, dtype, n):
    x = RNG.uniform(-8, 8, n).astype(dtype)
    found = cuda(kernel, -(-n // 64), 64, x, Out((18, n), dtype), np.int32(n))
    # The guide names at most four units in the last place for all but a power, which in
    # floats may be off by nine.
    for row, function in zip(found, functions(dtype), strict=True):
        exact = function(x.astype(np.longdouble)).astype(np.float64)
        np.testing.assert_allclose(row, exact, rtol=10 * np.finfo(dtype).eps, atol=0)


def test_sines_of_large_numbers(cuda):
    x = np.array([1e5, -1e10, 3e20, 1.5e38, -2.0**100, 105615], np.float32)
    n = len(x)
    sines, cosines = cuda("largeSines", 1, 32, x, Out(n, np.float32), Out(n, np.float32),
                          np.int32(n))
    # NumPy's of doubles reduces by as many digits of pi as it takes.
    np.testing.assert_allclose(sines, np.sin(x.astype(np.float64)), rtol=4 * 2.0**-23)
    np.testing.assert_allclose(cosines, np.cos(x.astype(np.float64)), rtol=4 * 2.0**-23)


def test_halves(cuda):
    x, y = RNG.standard_normal((2, N)).astype(np.float16)
    y[0], y[1] = np.nan, 60000
    found = cuda("halves", 1, N, x, y, Out((12, N), np.float16), np.int32(N))
    a, b = x.astype(np.float64), y.astype(np.float64)
    with np.errstate(over="ignore"):
        expected = [a * b, b * b, a + b, b + b, a * b + a, a - b, np.fmax(a, b),
                    np.minimum(a, b), abs(a), -b, np.where(a > b, a, b), np.nan_to_num(
                        np.clip(a + b, 0, 1))]
        np.testing.assert_array_equal(found, [row.astype(np.float16) for row in expected])


def test_brains(cuda):
    def to_brain(x):
        bits = x.astype(np.float32).view(np.uint32)
        return (bits + 0x7fff + (bits >> 16 & 1) >> 16).astype(np.uint16)

    def from_brain(bits):
        return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)

    x, y = to_brain(RNG.standard_normal((2, N)))
    found = cuda("brains", 1, N, x, y, Out((7, N), np.uint16), np.int32(N))
    a, b = from_brain(x), from_brain(y)
    # All but the fused ones are exact in a float, from which they round once.
    expected = [a * b, b * a, a + b, b + a, None, np.maximum(a, b), -a]
    for row, values in zip(found, expected, strict=True):
        if values is not None:
            assert row.tolist() == to_brain(values).tolist()
    np.testing.assert_allclose(from_brain(found[4]), a * b + a, rtol=2.0**-8)


def test_special_numbers(cuda):
    x = np.array([np.nan, np.inf, -np.inf, 0, -0.0, 1e-45, -1e-40, 1, 0.999, 3e38, -5],
                 np.float32)
    n = len(x)
    kinds, made = cuda("classes", 1, 32, x, Out(n, np.int32), Out((6, n), np.float32),
                       np.int32(n))
    assert kinds.tolist() == (np.isnan(x) | np.isinf(x) << 1 | np.isfinite(x) << 2
                              | np.signbit(x) << 3 | (x == 0) << 4 | (x < 1) << 5
                              | ~(x >= 1) << 6).tolist()
    expected = [np.fmin(x, np.float32(1)), np.fmax(x, np.float32(-0.0)), np.copysign(3, x),
                np.nan_to_num(np.clip(x, 0, 1)), np.nextafter(x, np.float32(10)), x]
    np.testing.assert_array_equal(made, np.array(expected, np.float32))
    # An addend of +0 is the larger zero.
    assert not np.signbit(made[1][3]) and np.signbit(made[1][4])
