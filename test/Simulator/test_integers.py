"""Integers, against Python's own."""

import numpy as np
import pytest
from cuda_driver import Out

RNG = np.random.default_rng(10)
AWKWARD = [0, 1, 2, 3, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff, 0x55555555, 0x00ff00ff]
WORDS = np.array([*AWKWARD, *RNG.integers(0, 2**32, 30)], np.uint32)
PARTNERS = np.array([*AWKWARD[::-1], *RNG.integers(0, 2**32, 30)], np.uint32)
N = len(WORDS)


def signed(x, bits=32):
    return (x & (2**bits - 1) ^ 2**(bits - 1)) - 2**(bits - 1)


def permuted(a, b, selector):
    source = (b << 32 | a).to_bytes(8, "little")
    return sum(source[selector >> 4 * i & 7] << 8 * i for i in range(4))


def bits_of(a, b):
    both = b << 32 | a
    reverse = int(f"{a:032b}"[::-1], 2)
    sa, sb = signed(a), signed(b)
    return [a.bit_count(), 32 - a.bit_length(), (a & -a).bit_length(), reverse,
            permuted(a, b, 0x5170), (both << (a & 31)) >> 32, both >> (b & 31),
            (both << min(a & 63, 32)) >> 32, a * b >> 32, sa * sb >> 32,
            (a & 0xffffff) * (b & 0xffffff), (a + b) >> 1, (a + b + 1) >> 1, abs(a - b) + 7,
            abs(sa - sb) + 1, (sa + sb) >> 1]


@pytest.mark.parametrize("n", [1, 33, N])
def test_bits(cuda, n):
    found = cuda("bits", 2, 32, WORDS[:n], PARTNERS[:n], Out((16, n), np.uint32), np.int32(n))
    expected = [[value % 2**32 for value in bits_of(int(a), int(b))]
                for a, b in zip(WORDS[:n], PARTNERS[:n], strict=True)]
    assert found.T.tolist() == expected


def quotient(a, b, bits):
    """As C divides, towards zero; nothing is done where it is not defined."""
    if b == 0:
        return 0, 0
    q = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return signed(q, bits) if a < 0 or b < 0 else q, a - q * b


@pytest.mark.parametrize("kernel, dtype", [
    ("divideInts", np.int32), ("divideUnsigned", np.uint32), ("divideLongs", np.int64),
    ("divideBytes", np.int8), ("divideShorts", np.uint16)])
def test_division(cuda, kernel, dtype):
    limits = np.iinfo(dtype)
    special = [limits.min, limits.max, 0, 1, 7, 3, limits.min + 1]
    x = np.array([*special, *RNG.integers(limits.min, limits.max, 30)], dtype)
    y = np.array([3, 2, 5, limits.max, 1, 0, limits.max, *(
        RNG.integers(limits.min, limits.max, 15)), *RNG.integers(1, 20, 15)], dtype)
    n = len(x)
    found = cuda(kernel, 2, 32, x, y, Out((2, n), dtype), np.int32(n))
    assert found.T.tolist() == [list(quotient(int(a), int(b), limits.bits))
                                for a, b in zip(x, y, strict=True)]


def test_division_by_constants(cuda):
    x = np.array([0, -1, 2**63 - 1, -2**63, 13, -13, *RNG.integers(-2**63, 2**63, 26)])
    n = len(x)
    found = cuda("divideByConstants", 1, 32, x, Out((7, n), np.int64), np.int32(n))

    def by_constants(a):
        b = signed(a)
        return [quotient(a, 7, 64)[0], quotient(a, 1000003, 64)[1], quotient(b, 10, 32)[0],
                quotient(b, 10, 32)[1], b % 2**32 // 641, quotient(a, -8, 64)[0],
                quotient(b, 16, 32)[1]]

    assert found.T.tolist() == [by_constants(int(a)) for a in x]


def test_128_bits(cuda):
    n = 32
    x, y = RNG.integers(0, 2**64, (2, n, 2), np.uint64)
    y[:8, 0] = 0
    y[0] = 0
    y[1] = 0, 1
    x[2] = 2**64 - 1
    found = cuda("wide", 1, n, x, y, Out((7, n, 2), np.uint64), np.int32(n))
    joined = [[int(a) << 64 | int(b) for a, b in row] for row in (x, y)]
    for i, (a, b) in enumerate(zip(*joined, strict=True)):
        expected = [a + b, a - b, a * b, a // b if b else 0, a % b if b else 0, a << i % 128,
                    a >> i % 128]
        assert [int(high) << 64 | int(low) for high, low in found[:, i]] == [
            value % 2**128 for value in expected]


def lanes(x, width, is_signed=False):
    return [signed(x >> at, width) if is_signed else x >> at & (2**width - 1)
            for at in range(0, 32, width)]


def join(parts, width):
    return sum(part % 2**width << width * i for i, part in enumerate(parts))


def packed_of(a, b):
    def each(width, what, is_signed=False):
        return join([what(p, q) for p, q in zip(lanes(a, width, is_signed),
                                                lanes(b, width, is_signed), strict=True)], width)

    def dot(parts, others):
        return sum(p * q for p, q in zip(parts, others, strict=True))

    signed_bytes = lanes(a, 8, True), lanes(b, 8, True)
    return [each(8, lambda p, q: p + q), each(16, lambda p, q: p - q),
            each(8, lambda p, q: min(p + q, 255)), each(8, lambda p, q: abs(p - q)),
            each(8, max, True), each(16, min), each(8, lambda p, q: 255 if p > q else 0),
            each(8, lambda p, q: (p + q + 1) >> 1),
            sum(abs(p - q) for p, q in zip(*signed_bytes, strict=True)), dot(*signed_bytes) + 5,
            dot(lanes(a, 8), lanes(b, 8)) + 5, dot(lanes(a, 16), lanes(b, 8)[:2]) + 1,
            dot(lanes(a, 16), lanes(b, 8)[2:]) + 1]


@pytest.mark.parametrize("n", [1, N])
def test_packed(cuda, n):
    found = cuda("packed", 1, 64, WORDS[:n], PARTNERS[:n], Out((13, n), np.uint32), np.int32(n))
    assert found.T.tolist() == [[value % 2**32 for value in packed_of(int(a), int(b))]
                                for a, b in zip(WORDS[:n], PARTNERS[:n], strict=True)]


def test_64_bits(cuda):
    x = np.array([0, 1, 2**63, 2**64 - 1, *RNG.integers(0, 2**64, 29, np.uint64)], np.uint64)
    n = len(x)
    found = cuda("longBits", 1, 64, x, Out((8, n), np.uint64), np.int32(n))

    def of(a):
        shift = a & 63
        return [a.bit_count(), 64 - a.bit_length(), (a & -a).bit_length(),
                int(f"{a:064b}"[::-1], 2), a * (2**64 - 1 - a) >> 64, a << shift,
                signed(a, 64) >> shift, a >> shift | a << (-shift & 63)]

    assert found.T.tolist() == [[value % 2**64 for value in of(int(a))] for a in x]
