"""Calls of every kind."""

import numpy as np
import pytest
from cuda_driver import Out

RNG = np.random.default_rng(15)
SIZES = [1, 31, 32, 45]


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


@pytest.mark.parametrize("n", SIZES)
def test_recursion(cuda, n):
    x = RNG.integers(0, 11, n).astype(np.int32)
    found = cuda("recursion", 1, 64, x, Out(n, np.int32), np.int32(n))
    assert found.tolist() == [fibonacci(value) for value in x.tolist()]


@pytest.mark.parametrize("n", SIZES)
def test_two_that_call_each_other(cuda, n):
    x = RNG.integers(0, 30, n).astype(np.int32)
    found = cuda("mutualRecursion", 1, 64, x, Out(n, np.int32), np.int32(n))
    assert found.tolist() == (x % 2 == 0).tolist()


@pytest.mark.parametrize("length", [1, 7, 24])
def test_arrays_of_each_call(cuda, length):
    x = RNG.integers(-100, 100, (35, length)).astype(np.int32)
    found = cuda("sortLocally", 1, 35, x, Out((35, length), np.int32), np.int32(length))
    assert found.tolist() == np.sort(x).tolist()


@pytest.mark.parametrize("n", SIZES)
def test_virtual_calls(cuda, n):
    x = RNG.integers(1, 100, n).astype(np.float64)
    areas, corners = cuda("virtualCalls", 1, 64, x, Out(n, np.float64), Out(n, np.int32),
                          np.int32(n))
    kind = np.arange(n) % 3
    assert areas.tolist() == np.choose(kind, [2 * x, x * x, 3 * x * x]).tolist()
    assert corners.tolist() == np.choose(kind, [4, 104, 0]).tolist()


@pytest.mark.parametrize("n", SIZES)
def test_function_pointers(cuda, n):
    x = RNG.integers(0, 100, n).astype(np.int32)
    found = cuda("functionPointers", 1, 64, x, Out(n, np.int32), np.int32(n))

    def applied(i, first):
        value = i
        for k in range(first, first + 4):
            value = (value + k, value - k, value * k)[k % 3]
        return value

    assert found.tolist() == [applied(i, int(first)) for i, first in enumerate(x)]


@pytest.mark.parametrize("n", SIZES)
def test_structures(cuda, n):
    kind = np.dtype([("words", "i8", 5), ("small", "i2"), ("letter", "i1")], align=True)
    big = np.array((list(RNG.integers(-2**60, 2**60, 5)), -300, 65), kind)
    found = cuda("structures", 1, 64, big[()], Out(n, kind), np.int32(n))
    by = np.arange(n) + 1
    assert found["words"].tolist() == (big["words"] + by[:, None]).tolist()
    assert found["small"].tolist() == [-1200] * n
    assert found["letter"].tolist() == (65 + by).tolist()


@pytest.mark.parametrize("n", SIZES)
def test_closures(cuda, n):
    x = RNG.integers(-100, 100, n).astype(np.int32)
    found = cuda("closures", 1, 64, x, Out(n, np.int32), np.int32(n))
    assert found.tolist() == (9 * x + 4 * np.arange(n)).tolist()
