#!/usr/bin/env python3
"""Derives every coefficient and constant of the pass `expand-math`.

    benchmarks/math/derive_coefficients.py > lib/Codegen/Lowering/MathCoefficients.h

Method. Each polynomial P is the minimax one for

    max over the interval of | weight(x) * (target(x) - P(x)) |,

found with the Remez exchange algorithm (E. Remez, 1934; see J.-M. Muller,
"Elementary Functions", ch. 3) in 60-digit arithmetic on a dense grid of
Chebyshev points. `weight` turns the error of P into the relative error of the
function that P is a part of. The coefficients are then rounded to the format;
the leading terms of a function are never in P, so this costs little. The header
records the error that remains, as a power of two.

Constants of several words (pi/2, ln 2, ...) are split greedily: each word is the
rest rounded to the format.
"""

import sys

import numpy as np
from mpmath import mp, mpf, matrix, lu_solve

mp.dps = 60


def rounded(x, bits):
    """x rounded to nearest in a format of `bits` (32 or 64) bits, as mpf."""
    return mpf(float(np.float32(float(x)))) if bits == 32 else mpf(float(x))


def remez(target, weight, low, high, count):
    """Coefficients (lowest first) of the minimax polynomial, and its error."""
    points = 24 * (count + 2)
    grid = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (points - 1))
            for i in range(points)]
    top = max(weight(x) for x in grid)
    grid = [x for x in grid if weight(x) > top * mpf("1e-25")]
    f = [target(x) for x in grid]
    w = [weight(x) for x in grid]
    nodes = [round(i * (len(grid) - 1) / count) for i in range(count + 1)]
    for _ in range(30):
        system, right = matrix(count + 1, count + 1), matrix(count + 1, 1)
        for row, k in enumerate(nodes):
            power = mpf(1)
            for column in range(count):
                system[row, column] = power
                power *= grid[k]
            system[row, count] = (-1) ** row / w[k]
            right[row] = f[k]
        solution = lu_solve(system, right)
        coefficients = [solution[i] for i in range(count)]
        error = [wi * (fi - mp.polyval(coefficients[::-1], x))
                 for x, fi, wi in zip(grid, f, w)]
        # One extremum for each run of equal sign; drop the weaker end while
        # there are too many.
        extrema = []
        for k, e in enumerate(error):
            if extrema and (error[extrema[-1]] > 0) == (e > 0):
                if abs(e) > abs(error[extrema[-1]]):
                    extrema[-1] = k
            else:
                extrema.append(k)
        while len(extrema) > count + 1:
            ends = abs(error[extrema[0]]) < abs(error[extrema[-1]])
            extrema.pop(0 if ends else -1)
        worst = max(abs(e) for e in error)
        if len(extrema) < count + 1 or worst < abs(solution[count]) * mpf("1.001"):
            break
        nodes = extrema
    return coefficients, worst


def fit(target, weight, low, high, count, bits):
    """The rounded coefficients, and log2 of the error that they leave."""
    exact, _ = remez(target, weight, low, high, count)
    known = [rounded(c, bits) for c in exact]
    points = [low + (high - low) * (2 * i + 1) / 801 for i in range(400)]
    worst = max(abs(weight(x) * (target(x) - mp.polyval(known[::-1], x)))
                for x in points)
    return known, mp.log(worst, 2)


def split(x, words, bits):
    parts = []
    for _ in range(words):
        parts.append(rounded(x, bits))
        x -= parts[-1]
    return parts


def emit_table(name, comment, rows):
    print(f"\n// {comment}")
    for bits, (coefficients, error) in rows.items():
        note = f" // error 2^{float(error):.1f}" if error is not None else ""
        print(f"inline constexpr double {name}F{bits}[] = {{{note}")
        print(",\n".join("    " + float(c).hex() for c in coefficients) + "};")
    f64 = f"{name}F64" if 64 in rows else "{}"
    print(f"inline constexpr Coefficients {name}{{{name}F32, {f64}}};")


def emit_fit(name, comment, target, weight, low, high, counts):
    low, high = mpf(low), mpf(high)
    emit_table(name, comment,
               {bits: fit(target, weight, low, high, count, bits)
                for bits, count in counts.items()})


def emit_words(name, comment, value, words):
    emit_table(name, comment,
               {bits: (split(value, words, bits), None) for bits in (32, 64)})


def series_tail(x, first):
    """sum over i >= first of 2 x^(i-first) / (2 i + 1): the rest of atanh."""
    return mp.nsum(lambda i: 2 * x ** i / (2 * (i + first) + 1), [0, 60])


print("""//===- MathCoefficients.h - tables of the math expansion --------*- C++ -*-===//
//
// Made by benchmarks/math/derive_coefficients.py, which names the method; do
// not edit. Values in the F32 tables are exact in f32.
//
//===----------------------------------------------------------------------===//

#ifndef THEANO_LIB_CODEGEN_LOWERING_MATHCOEFFICIENTS_H
#define THEANO_LIB_CODEGEN_LOWERING_MATHCOEFFICIENTS_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

// clang-format off
namespace theano::coefficients {

/// The words of a constant, largest first, or the coefficients of a polynomial,
/// lowest order first, in either format.
struct Coefficients {
  llvm::ArrayRef<double> f32;
  llvm::ArrayRef<double> f64;
};""")

ln2, pi, sqrt2 = mp.ln2, mp.pi, mp.sqrt(2)
emit_words("ln2", "ln 2", ln2, 2)
emit_words("log2e", "1 / ln 2", 1 / ln2, 2)
emit_words("log10e", "1 / ln 10", 1 / mp.ln10, 2)
emit_words("log10Of2", "log10(2)", mp.log10(2), 2)
emit_words("halfPi", "pi / 2", pi / 2, 3)
emit_words("twoOverPi", "2 / pi", 2 / pi, 1)
for i, name in ((3, "twoThirds"), (5, "twoFifths"), (7, "twoSevenths")):
    emit_words(name, f"2 / {i}", mpf(2) / i, 2)

half = ln2 / 2 * mpf("1.002")
emit_fit("expTail", "exp(r) = 1 + r + r^2 P(r) for |r| <= ln(2) / 2",
         lambda r: (mp.exp(r) - 1 - r) / r ** 2, lambda r: r ** 2 / mp.exp(r),
         -half, half, {32: 5, 64: 10})
emit_fit("halfExpM1Tail", "expm1(2 r) / 2 = r + r^2 P(r) for |r| <= ln(2) / 4",
         lambda r: (mp.expm1(2 * r) / 2 - r) / r ** 2,
         lambda r: r ** 2 / abs(mp.expm1(2 * r) / 2), -half / 2, half / 2,
         {32: 5, 64: 10})
emit_fit("logTail", "log(1 + f) = f - f^2/2 + f^3 P(f), 1 + f in [sqrt(1/2), sqrt(2)]"
         " ;\n// f32 only, f64 takes atanhTail",
         lambda f: (mp.log(1 + f) - f + f * f / 2) / f ** 3,
         lambda f: f ** 3 / mp.log(1 + f),
         (sqrt2 / 2 - 1) * mpf("1.001"), (sqrt2 - 1) * mpf("1.001"),
         {32: 9})
edge = ((sqrt2 - 1) / (sqrt2 + 1)) ** 2 * mpf("1.002")
emit_fit("atanhTail", "log(1 + f) = 2 s + s z P(z), s = f / (2 + f), z = s^2",
         lambda z: series_tail(z, 1), lambda z: z / 2, 0, edge, {32: 3, 64: 7})
emit_table("powTail",
           "as atanhTail, with the terms 2/3 and 2/5 (f64: and 2/7) taken off P",
           {bits: fit(lambda z: series_tail(z, first), lambda z: z ** first / 2,
                      mpf(0), edge, count, bits)
            for bits, first, count in ((32, 3, 2), (64, 4, 6))})
quarter = (pi / 4 * mpf("1.001")) ** 2
emit_fit("sinTail", "sin(r) = r + r z P(z), z = r^2, |r| <= pi / 4",
         lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z,
         lambda z: z / (mp.sin(mp.sqrt(z)) / mp.sqrt(z)),
         mpf("1e-12"), quarter, {32: 3, 64: 6})
emit_fit("cosTail", "cos(r) = 1 - z / 2 + z^2 P(z), z = r^2, |r| <= pi / 4",
         lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z ** 2,
         lambda z: z ** 2 / mp.cos(mp.sqrt(z)), mpf("1e-8"), quarter, {32: 3, 64: 6})
emit_fit("erfNear", "erf(x) = x + x P(z), z = x^2, |x| <= 1",
         lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1,
         lambda z: 1 / (mp.erf(mp.sqrt(z)) / mp.sqrt(z)),
         mpf("1e-12"), mpf(1), {32: 7, 64: 13})
FAR = {32: (mpf(1), mpf(4)), 64: (mpf(1), mpf(6))}
emit_table("erfFar",
           "erf(x) = 1 - exp(-P(x - 1)), 1 <= x <= 4 (f32) or 6 (f64)",
           {bits: fit(lambda u: -mp.log(mp.erfc(u + 1)),
                      lambda u: mp.erfc(u + 1), low - 1, high - 1,
                      {32: 10, 64: 23}[bits], bits)
            for bits, (low, high) in FAR.items()})

with mp.workprec(1400):
    scaled = int(mp.floor(2 / mp.pi * mpf(2) ** (32 * 40)))
    words = [(scaled >> (32 * (39 - i))) & 0xFFFFFFFF for i in range(40)]
print("\n// The bits of 2 / pi behind the point, 32 a word.")
print("inline constexpr uint32_t twoOverPiBits[] = {")
for i in range(0, 40, 5):
    print("    " + ", ".join(f"0x{w:08x}" for w in words[i:i + 5])
          + ("};" if i == 35 else ","))
print("""
} // namespace theano::coefficients
// clang-format on

#endif // THEANO_LIB_CODEGEN_LOWERING_MATHCOEFFICIENTS_H""")
sys.stdout.flush()
