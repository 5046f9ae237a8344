"""The functions of `expand-math`, compiled and held against true values."""

import subprocess
import sys

import numpy as np
import pytest
import tolerances
from tools import SOURCE

sys.path.insert(0, str(SOURCE / "benchmarks" / "math"))
import expanded  # noqa: E402
import measure_accuracy  # noqa: E402
import references  # noqa: E402

OPS = measure_accuracy.OPS


def functions_of(width_in_bytes, cpu):
    return expanded.compile_functions(
        [expanded.Function(op, dtype, max(1, width_in_bytes // int(dtype[1:]) * 8))
         for op in OPS for dtype in ("f32", "f64")], cpu)


@pytest.fixture(scope="session")
def vector_functions():
    return functions_of(64, "native")


@pytest.fixture(scope="session")
def scalar_functions():
    # Without FMA: math.fma becomes a call, the results stay the same.
    return functions_of(0, "x86-64-v2")


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize("dtype", ["f32", "f64"])
def test_vectors_are_within_the_published_bound(vector_functions, op, dtype):
    worst = measure_accuracy.measure(vector_functions[f"{op}_{dtype}"], samples=40_000,
                                     exact_samples=900)
    assert worst.error <= measure_accuracy.bound_of(op, dtype), worst


def test_the_coefficients_are_those_of_the_script():
    done = subprocess.run(
        [sys.executable, SOURCE / "benchmarks" / "math" / "derive_coefficients.py"],
        capture_output=True, text=True, check=True)
    header = SOURCE / "lib" / "Codegen" / "Lowering" / "MathCoefficients.h"
    assert done.stdout == header.read_text()


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize("dtype", ["f32", "f64"])
def test_scalars_have_the_bits_of_vectors(scalar_functions, vector_functions, op, dtype):
    number = expanded.DTYPES[dtype]
    special = references.special_arguments(number)[::7]
    arrays = [special]
    if op in expanded.BINARY_OPS:
        arrays = references.binary_arguments(op, number, 2_000, seed=4)
    np.testing.assert_array_equal(scalar_functions[f"{op}_{dtype}_scalar"](*arrays),
                                  vector_functions[f"{op}_{dtype}"](*arrays))


def test_gradual_underflow_of_the_tails(vector_functions):
    """Worked out by hand: e^-89 = 2.2275e-39 is a subnormal of f32, and so on."""
    x = np.float32([-89, -103, -104.5])
    expected = np.float32([2.2273645e-39, 1.4e-45, 0])
    for op in ("exp", "sigmoid", "softplus"):
        np.testing.assert_array_equal(vector_functions[f"{op}_f32"](x), expected)


# C99 F.9.4.4 and F.9.4.5 with the signs of zeros.
POW_CASES = [
    (-0.0, -3.0, -np.inf), (0.0, -3.0, np.inf), (-0.0, -2.0, np.inf),
    (-0.0, -2.5, np.inf), (-0.0, -np.inf, np.inf), (-0.0, 3.0, -0.0), (0.0, 3.0, 0.0),
    (-0.0, 2.0, 0.0), (-0.0, 2.5, 0.0), (-1.0, np.inf, 1.0), (-1.0, -np.inf, 1.0),
    (1.0, np.nan, 1.0), (np.nan, 0.0, 1.0), (np.nan, -0.0, 1.0), (0.0, 0.0, 1.0),
    (np.inf, 0.0, 1.0), (-2.0, 0.5, np.nan), (0.5, -np.inf, np.inf),
    (-1.5, -np.inf, 0.0), (-0.5, np.inf, 0.0), (1.5, np.inf, np.inf),
    (-np.inf, -3.0, -0.0), (-np.inf, -2.0, 0.0), (-np.inf, -2.5, 0.0),
    (-np.inf, 3.0, -np.inf), (-np.inf, 2.0, np.inf), (-np.inf, 2.5, np.inf),
    (np.inf, -2.0, 0.0), (np.inf, 0.5, np.inf), (np.nan, 1.0, np.nan),
    (2.0, np.nan, np.nan), (-8.0, 3.0, -512.0), (2.0, -149.0, 2.0 ** -149),
    (10.0, 2.0, 100.0), (-1.0, 3.0, -1.0),
]


@pytest.mark.parametrize("dtype", ["f32", "f64"])
def test_pow_has_the_limits_of_c99(vector_functions, dtype):
    x, y, expected = np.array(POW_CASES).T
    actual = vector_functions[f"powf_{dtype}"](x, y)
    np.testing.assert_array_equal(actual, expected.astype(actual.dtype))
    numbers = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(actual)[numbers], np.signbit(expected)[numbers])


def test_an_empty_array_is_left_alone(vector_functions):
    assert vector_functions["exp_f32"](np.zeros(0, np.float32)).size == 0


# ---- narrow floats -----------------------------------------------------------

def bfloat16_bits(values):
    """Correctly rounded, from any float: by the spacing of bf16, not by bits."""
    wide = np.asarray(values, np.longdouble)
    with np.errstate(all="ignore"):
        finite = np.where(np.isfinite(wide) & (wide != 0), wide, 1)
        unit = np.ldexp(np.longdouble(1),
                        np.maximum(np.frexp(finite)[1] - 1, -126) - 7)
        rounded = np.where(np.isfinite(wide), np.rint(wide / unit) * unit, wide)
        single = np.copysign(rounded, wide).astype(np.float32)
    return (single.view(np.uint32) >> 16).astype(np.uint16)


CONVERSIONS = [
    expanded.Function("bf16_from", "f32", 16, """%t = arith.truncf %a : <f32> to <bf16>
    %r = arith.bitcast %t : <bf16> to <i16>""", 1, "i16"),
    expanded.Function("bf16_from", "f64", 8, """%t = arith.truncf %a : <f64> to <bf16>
    %r = arith.bitcast %t : <bf16> to <i16>""", 1, "i16"),
    expanded.Function("f16_from", "f32", 16, """%t = arith.truncf %a : <f32> to <f16>
    %r = arith.bitcast %t : <f16> to <i16>""", 1, "i16"),
    expanded.Function("f16_from", "f64", 8, """%t = arith.truncf %a : <f64> to <f16>
    %r = arith.bitcast %t : <f16> to <i16>""", 1, "i16"),
    expanded.Function("f32_from_f16", "i16", 16, """%t = arith.bitcast %a : <i16> to <f16>
    %r = arith.extf %t : <f16> to <f32>""", 1, "f32"),
    expanded.Function("f64_from_f16", "i16", 8, """%t = arith.bitcast %a : <i16> to <f16>
    %r = arith.extf %t : <f16> to <f64>""", 1, "f64"),
    expanded.Function("f32_from_bf16", "i16", 16, """%t = arith.bitcast %a : <i16> to <bf16>
    %r = arith.extf %t : <bf16> to <f32>""", 1, "f32"),
    expanded.Function("f64_from_bf16", "i16", 8, """%t = arith.bitcast %a : <i16> to <bf16>
    %r = arith.extf %t : <bf16> to <f64>""", 1, "f64"),
    expanded.Function("bf16_from_signed", "i64", 8, """%t = arith.sitofp %a : <i64> to <bf16>
    %r = arith.bitcast %t : <bf16> to <i16>""", 1, "i16"),
    expanded.Function("bf16_from_unsigned", "i64", 8, """%t = arith.uitofp %a : <i64> to <bf16>
    %r = arith.bitcast %t : <bf16> to <i16>""", 1, "i16"),
    expanded.Function("bf16_from_signed", "i32", 8, """%t = arith.sitofp %a : <i32> to <bf16>
    %r = arith.bitcast %t : <bf16> to <i16>""", 1, "i16"),
    expanded.Function("bf16_from_unsigned", "i32", 8, """%t = arith.uitofp %a : <i32> to <bf16>
    %r = arith.bitcast %t : <bf16> to <i16>""", 1, "i16"),
    expanded.Function("f16_from_signed", "i64", 8, """%t = arith.sitofp %a : <i64> to <f16>
    %r = arith.bitcast %t : <f16> to <i16>""", 1, "i16"),
    expanded.Function("f16_from_unsigned", "i32", 8, """%t = arith.uitofp %a : <i32> to <f16>
    %r = arith.bitcast %t : <f16> to <i16>""", 1, "i16"),
    expanded.Function("bf16_sum", "i16", 16, """%x = arith.bitcast %a : <i16> to <bf16>
    %y = arith.bitcast %b : <i16> to <bf16>
    %s = arith.addf %x, %y : <bf16>
    %r = arith.bitcast %s : <bf16> to <i16>""", 2, "i16"),
    expanded.Function("classes", "i16", 16, """%x = arith.bitcast %a : <i16> to <f16>
    %0 = math.isnan %x : <f16>
    %1 = math.isinf %x : <f16>
    %2 = math.isfinite %x : <f16>
    %3 = math.isnormal %x : <f16>
    %4 = arith.extui %0 : <i1> to <i16>
    %5 = arith.extui %1 : <i1> to <i16>
    %6 = arith.extui %2 : <i1> to <i16>
    %7 = arith.extui %3 : <i1> to <i16>
    %8 = arith.addi %4, %5 : <i16>
    %9 = arith.addi %8, %5 : <i16>
    %10 = arith.addi %6, %7 : <i16>
    %11 = arith.muli %10, %10 : <i16>
    %12 = arith.muli %11, %10 : <i16>
    %r = arith.addi %9, %12 : <i16>""", 1, "i16"),
    expanded.Function("exp_of_f16", "i16", 16, """%t = arith.bitcast %a : <i16> to <f16>
    %e = math.exp %t : <f16>
    %r = arith.bitcast %e : <f16> to <i16>""", 1, "i16"),
]


@pytest.fixture(scope="session", params=["native", "x86-64-v2"])
def conversions(request):
    options = "expand-f16" if request.param == "x86-64-v2" else ""
    return expanded.compile_functions(CONVERSIONS, request.param, options=options)


def near_ties(dtype):
    """Every f16 and many bf16, the points halfway between neighbours, and the next
    numbers of the wider format on both sides of those; and limits."""
    every = np.arange(1 << 16, dtype=np.uint32)
    half = every.astype(np.uint16).view(np.float16)
    brain = (every << 16).view(np.float32)
    with np.errstate(all="ignore"):
        points = np.concatenate([half[np.isfinite(half)].astype(np.float64),
                                 brain[np.isfinite(brain)][::5].astype(np.float64)])
        points = np.unique(points)
        middle = ((points[1:] + points[:-1]) / 2).astype(dtype)
        close = [middle, np.nextafter(middle, dtype(np.inf)),
                 np.nextafter(middle, dtype(-np.inf))]
        if dtype == np.float64:
            # Ties only after a first rounding to f32.
            single = middle.astype(np.float32)
            close += [np.nextafter(single.astype(np.float64), np.inf),
                      np.nextafter(single.astype(np.float64), -np.inf)]
        limits = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0, 65519.99, 65520,
                           np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal])
        return np.concatenate([points.astype(dtype), *close, limits.astype(dtype)])


@pytest.mark.parametrize("dtype", ["f32", "f64"])
@pytest.mark.parametrize("target", ["f16", "bf16"])
def test_narrowing_rounds_once(conversions, target, dtype):
    values = near_ties(expanded.DTYPES[dtype])
    actual = conversions[f"{target}_from_{dtype}"](values)
    with np.errstate(all="ignore"):
        expected = (values.astype(np.float16).view(np.uint16) if target == "f16"
                    else bfloat16_bits(values))
    nan = np.isnan(values)
    np.testing.assert_array_equal(actual[~nan], expected[~nan])
    quiet = {"f16": 0x7e00, "bf16": 0x7fc0}[target]
    assert np.all(actual[nan] & quiet == quiet)


@pytest.mark.parametrize("source", ["f16", "bf16"])
@pytest.mark.parametrize("target", ["f32", "f64"])
def test_widening_is_exact(conversions, source, target):
    bits = np.arange(1 << 16, dtype=np.uint32)
    actual = conversions[f"{target}_from_{source}_i16"](bits.astype(np.uint16))
    expected = (bits.astype(np.uint16).view(np.float16) if source == "f16"
                else (bits << 16).view(np.float32))
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(actual, expected.astype(actual.dtype))
    numbers = ~np.isnan(actual)
    np.testing.assert_array_equal(np.signbit(actual)[numbers], np.signbit(expected)[numbers])


@pytest.mark.parametrize("target,sign,source", [
    ("bf16", "signed", "i64"), ("bf16", "unsigned", "i64"), ("bf16", "signed", "i32"),
    ("bf16", "unsigned", "i32"), ("f16", "signed", "i64"), ("f16", "unsigned", "i32")])
def test_integers_round_once(conversions, target, sign, source):
    width = int(source[1:])
    powers = [1 << k for k in range(width)]
    # Next to ties of bf16 and of f16 at every magnitude, and random ones.
    close = [p + tie + d for p in powers for d in (-1, 0, 1)
             for tie in (0, p >> 8, (p >> 8) * 3, p >> 11, (p >> 11) * 3)]
    random = np.random.default_rng(5).integers(0, 1 << width, 3000, dtype=np.uint64)
    values = np.array([v % (1 << width) for v in [0, *close, *map(int, random)]],
                      dtype=np.uint64).astype(f"u{width // 8}")
    if sign == "signed":
        values = values.view(f"i{width // 8}")
    actual = conversions[f"{target}_from_{sign}_{source}"](values)
    if target == "bf16":
        expected = bfloat16_bits(values)
    else:
        # Exact in f64 wherever f16 has numbers at all.
        with np.errstate(over="ignore"):
            expected = values.astype(np.float64).astype(np.float16).view(np.uint16)
    np.testing.assert_array_equal(actual, expected)


def test_bf16_arithmetic_rounds_the_exact_sum(conversions):
    rng = np.random.default_rng(6)
    a, b = rng.integers(0, 1 << 16, (2, 50_000), dtype=np.uint16)
    with np.errstate(invalid="ignore"):
        x, y = [(v.astype(np.uint32) << 16).view(np.float32).astype(np.longdouble)
                for v in (a, b)]
        total = x + y
    # 64 bits hold the sum of nearby numbers exactly.
    fair = np.isfinite(total) & (np.abs(np.frexp(x)[1] - np.frexp(y)[1]) < 50)
    actual = conversions["bf16_sum_i16"](a, b)
    np.testing.assert_array_equal(actual[fair], bfloat16_bits(total)[fair])


def test_classes_of_every_f16(conversions):
    """isnan + 2 isinf + (isfinite + isnormal)^3: 1, 2, 1 below the normal ones, 8."""
    bits = np.arange(1 << 16, dtype=np.uint16)
    half = bits.view(np.float16)
    normal = np.isfinite(half) & (np.abs(half) >= np.float16(2 ** -14))
    expected = (np.isnan(half) + 2 * np.isinf(half)
                + (np.isfinite(half).astype(int) + normal) ** 3)
    np.testing.assert_array_equal(conversions["classes_i16"](bits), expected)


def test_f16_functions_round_the_f32_value(conversions):
    bits = np.arange(1 << 16, dtype=np.uint16)
    actual = conversions["exp_of_f16_i16"](bits).view(np.float16)
    with np.errstate(all="ignore"):
        true = np.exp(bits.view(np.float16).astype(np.float64))
        tolerances.assert_elementwise(actual, true, "exp")
