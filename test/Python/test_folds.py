"""Constants that the compiler computes: correctly rounded, on every machine alike."""

import re

import numpy as np
import pytest

import tolerances as tol
from graphs import MLIR_NAME
from mathematics import FUNCTIONS, correctly_rounded
from tools import run_tool

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

DTYPES = ["float16", "bfloat16", "float32", "float64"]
COUNT = 64  # Larger constants are left to run time.


def stored(x, dtype):
    """The bytes of an array in a format, as the text of a dense constant has them."""
    if dtype == "bfloat16":
        bits = (x.view(np.uint32) >> 16).astype(np.uint16)
    else:
        bits = x
    return f'dense<"0x{bits.tobytes().hex().upper()}">'


def loaded(text, dtype):
    data = bytes.fromhex(text)
    if dtype == "bfloat16":
        return (np.frombuffer(data, np.uint16).astype(np.uint32) << 16).view(np.float32)
    return np.frombuffer(data, dtype)


def fold(op, arrays, dtype):
    """What `--canonicalize` makes of an op on constants; None where the op is left."""
    type = f"tensor<{COUNT}x{MLIR_NAME[dtype]}>"
    lines = [f"%{i} = theano.constant {stored(x, dtype)} : {type}"
             for i, x in enumerate(arrays)]
    operands = ", ".join(f"%{i}" for i in range(len(arrays)))
    source = "\n  ".join([f"func.func @main() -> {type} {{", *lines,
                          f"%r = theano.{op} {operands} : {type}", f"return %r : {type}"])
    printed = run_tool("theano-opt", "-", "--canonicalize",
                       "--mlir-print-elementsattrs-with-hex-if-larger=0",
                       stdin=source + "\n}\n").stdout
    if f"theano.{op}" in printed:
        return None
    return loaded(re.search(r'dense<"0x([0-9A-F]+)">', printed).group(1), dtype)


def arguments(dtype, seed=0):
    """Limits, zeros, subnormals, both ends of the range, and magnitudes of all kinds."""
    bits, smallest = tol.format_of(dtype)
    tiny = 2.0 ** (smallest - bits + 1)
    special = [0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, -0.5, 1.5, 2, -2, tiny, -tiny,
               2.0 ** smallest, 88.7, -88.8, -103.9, 709.7, -744.4, 11.09, -17.3, 0.25,
               1e-3, -1e-3, 1 + tol.epsilon(dtype), 1 - tol.epsilon(dtype) / 2, 6.0, 9.5]
    rng = np.random.default_rng(seed)
    rest = rng.normal(0, 1, COUNT - len(special)) * 10 ** rng.uniform(
        -5, 3, COUNT - len(special))
    return tol.round_to(rng.permutation([*special, *rest]), dtype)


@pytest.mark.parametrize("op", FUNCTIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_are_correctly_rounded(op, dtype):
    x = arguments(dtype)
    tol.assert_same(fold(op, [x], dtype), correctly_rounded(op, x, dtype), op)


@pytest.mark.parametrize("op", ["sin", "cos", "tan"])
def test_large_angles(op):
    """Folded below 2^30, where a reduction by 273 bits of pi is enough; then left."""
    x = np.random.default_rng(1).uniform(-2**30, 2**30, COUNT)
    # Next to multiples of pi/2, where the reduction cancels most.
    x[:20] = np.rint(x[:20] / (np.pi / 2)) * (np.pi / 2)
    tol.assert_same(fold(op, [x], "float64"), correctly_rounded(op, x, "float64"), op)
    x[7] = 2.0 ** 30
    assert fold(op, [x], "float64") is None


@pytest.mark.parametrize("dtype", DTYPES)
def test_powers(dtype):
    import mpmath
    x, y = arguments(dtype, 2), arguments(dtype, 3)
    actual = fold("pow", [x, y], dtype)
    with np.errstate(all="ignore"):
        wide = np.power(x.astype(np.longdouble), y.astype(np.longdouble))
    # Rounded once: half an ulp, and what the reference itself may be off.
    tol.assert_ulp(actual, wide, 0.5 + 2.0 ** -9, dtype, "pow")
    limits = ~np.isfinite(wide) | (wide == 0)
    tol.assert_same(actual[limits], wide[limits].astype(actual.dtype), "limits of pow")
    with mpmath.workprec(200):
        for base, exponent in [(2, 0.5), (10, -3), (1.5, 20)]:
            values = np.resize(tol.round_to([base, 1], dtype), COUNT)
            powers = np.full(COUNT, exponent, values.dtype)
            true = float(mpmath.mpf(float(values[0])) ** mpmath.mpf(exponent))
            tol.assert_ulp(fold("pow", [values, powers], dtype)[:1], [true], 0.5 + 2.0 ** -9,
                           dtype)


@pytest.mark.parametrize("op", ["int_div", "mod"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_division_has_the_bits_of_python(op, dtype):
    """NumPy divides as Python does, by the same steps."""
    x, y = arguments(dtype, 4), arguments(dtype, 5)
    function = {"int_div": np.floor_divide, "mod": np.mod}[op]
    tol.assert_same(fold(op, [x, y], dtype), function(x, y), op)


@pytest.mark.parametrize("op", ["int_div", "mod"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_narrow_division_is_that_of_float32(op, dtype):
    x, y = arguments(dtype, 6), arguments(dtype, 7)
    function = {"int_div": np.floor_divide, "mod": np.mod}[op]
    wide = function(x.astype("float32"), y.astype("float32"))
    tol.assert_same(fold(op, [x, y], dtype), tol.round_to(wide, dtype), op)
