"""Sorting, against NumPy's."""

import numpy as np
import pytest
from cuda_driver import Out

RNG = np.random.default_rng(4)
THREADS, COUNT = 64, 256
INTS = RNG.integers(-2**31, 2**31, COUNT).astype(np.int32)
FLOATS = RNG.standard_normal(COUNT)
FLOATS[:5] = np.inf, -np.inf, 1e-310, -1e-310, 1e300


def test_ints(cuda):
    assert cuda("sortInts", 1, THREADS, INTS, Out(COUNT, np.int32)).tolist() == sorted(INTS)


def test_floats_from_the_largest(cuda):
    x = np.clip(FLOATS, -3e38, 3e38).astype(np.float32)
    found = cuda("sortFloats", 1, THREADS, x, Out(COUNT, np.float32))
    assert found.tolist() == sorted(x, reverse=True)


def test_doubles(cuda):
    found = cuda("sortDoubles", 1, THREADS, FLOATS, Out(COUNT, np.float64))
    assert found.tolist() == sorted(FLOATS)


def test_bytes_from_the_largest(cuda):
    x = RNG.integers(0, 256, COUNT).astype(np.uint8)
    found = cuda("sortBytes", 1, THREADS, x, Out(COUNT, np.uint8))
    assert found.tolist() == sorted(x, reverse=True)


@pytest.mark.parametrize("bits", [(0, 32), (5, 11), (20, 21)])
def test_pairs_by_some_bits(cuda, bits):
    keys, values = INTS.view(np.uint32), np.arange(COUNT, dtype=np.int16)
    found = cuda("sortPairs", 1, THREADS, keys, values, Out(COUNT, np.uint32),
                 Out(COUNT, np.int16), *map(np.int32, bits))
    part = keys >> bits[0] & (2**(bits[1] - bits[0]) - 1)
    order = np.argsort(part, kind="stable")
    assert found[0].tolist() == keys[order].tolist()
    assert found[1].tolist() == values[order].tolist()


@pytest.mark.parametrize("n", [1, 100, 255, 256])
def test_merging(cuda, n):
    x = RNG.integers(-2**62, 2**62, n)
    found = cuda("mergeSort", 1, THREADS, x, Out(n, np.int64), np.int32(n))
    assert found.tolist() == sorted(x)


def test_merging_in_warps(cuda):
    found = cuda("mergeSortOfWarps", 1, THREADS, INTS, Out(COUNT, np.int32))
    assert found.tolist() == np.sort(INTS.reshape(2, -1)).ravel().tolist()


# The last one takes more shared memory than a kernel has without its asking.
@pytest.mark.parametrize("n", [1, 2, 64, 1024, 8192])
def test_exchanges(cuda, n):
    x = RNG.standard_normal(n)
    threads = 33 if n < 1024 else 256
    found = cuda("bitonicSort", 1, threads, x, Out(n, np.float64), np.int32(n), shared=8 * n)
    assert found.tolist() == sorted(x)
