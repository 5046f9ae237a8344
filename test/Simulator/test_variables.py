"""Variables of every space."""

import numpy as np
import pytest
from cuda_driver import Out

RNG = np.random.default_rng(9)


def test_initial_values(cuda):
    text = b"a text of the device\0"
    ints, doubles, letters = cuda("readAll", 1, 32, Out(13, np.int32), Out(5, np.float64),
                                  Out(len(text), np.uint8))
    assert ints.tolist() == [1, 10, 100, 1000, 10000, 0, 1, 2, 3, -1, 0, 0, 7]
    assert doubles.tolist() == [0.5, -2, 1 / 3, 1.5, -8]
    assert letters.tobytes() == text


def test_they_outlive_launches(cuda):
    assert [cuda("next", 1, 1, Out(1, np.int32))[0] for _ in range(3)] == [7, 12, 17]


@pytest.mark.parametrize("n", [1, 63, 200, 20000])
def test_shared_memory_of_both_kinds(cuda, n):
    x = RNG.integers(-1000, 1000, n).astype(np.int32)
    found = cuda("shuffleShared", 1, 64, x, Out(n + 3, np.int32), np.int32(n), shared=4 * n)
    assert found[:n].tolist() == (x[::-1] + np.arange(n) % 64 * 7 % 64).tolist()


@pytest.mark.parametrize("n", [1, 40, 64])
def test_a_parameter_that_is_a_table(cuda, n):
    table = np.array(tuple([RNG.integers(0, 99, 40)]), np.dtype([("entries", "i4", 40)]))
    at = RNG.integers(0, 40, n).astype(np.int32)
    found = cuda("lookUp", 1, 64, table[()], at, Out(n, np.int32), np.int32(n))
    entries = table["entries"].ravel()
    assert found.tolist() == (entries[at] + entries[(at + 1) % 40]).tolist()


def test_one_pointer_for_all_spaces(cuda):
    x = RNG.integers(0, 100, 8).astype(np.int32)
    found = cuda("spaces", 1, 8, x, Out((2, 8), np.int32))
    sums = [x.sum(), x.sum() + 8, x.sum() + 16, 11111]
    assert found.tolist() == [sums * 2, [1, 4, 2, 1] * 2]
