"""Many values to one; all sums are exact in any order."""

import numpy as np
import pytest
from cuda_driver import InOut, Out

RNG = np.random.default_rng(2)
THREADS = 128
SIZES = [1, 127, 128, 301, 1000]


def blocks(n):
    return -(-n // THREADS)


@pytest.mark.parametrize("n", SIZES)
def test_by_halves(cuda, n):
    x = RNG.integers(-1000, 1000, n).astype(np.int32)
    sums = cuda("sumByHalves", blocks(n), THREADS, x, Out(blocks(n), np.int32), np.int32(n))
    assert sums.tolist() == [x[i:i + THREADS].sum() for i in range(0, n, THREADS)]


@pytest.mark.parametrize("n", SIZES)
def test_by_shuffles(cuda, n):
    x = RNG.integers(-2**60, 2**60, n)
    total = cuda("sumByShuffles", 2, THREADS, x, InOut(np.zeros(1, np.uint64)), np.int32(n))
    assert total[0] == np.add.reduce(x.view(np.uint64))


def test_by_redux(cuda):
    x = RNG.integers(0, 2**32, 32, dtype=np.uint32)
    found = cuda("sumByRedux", 1, 32, x, Out((32, 8), np.uint32))
    for lane in range(32):
        part = x[:11] if lane < 11 else x[11:]
        signed = part.view(np.int32)
        assert found[lane].tolist() == [
            int(part.astype(np.uint64).sum()) % 2**32, part.min(), part.max(),
            np.bitwise_and.reduce(part), np.bitwise_or.reduce(part),
            np.bitwise_xor.reduce(part), int(signed.min()) % 2**32,
            int(signed.max()) % 2**32]


@pytest.mark.parametrize("kernel", ["largestByRaking", "largestByWarps"])
@pytest.mark.parametrize("n", [1, 31, 33, 100, 128])
def test_largest_and_its_place(cuda, kernel, n):
    # Few values, so that the largest comes more than once.
    x = RNG.integers(-4, 4, n).astype(np.float32)
    value, at = cuda(kernel, 1, THREADS, x, Out(1, np.float32), Out(1, np.int32), np.int32(n))
    assert (value[0], at[0]) == (x.max(), x.argmax())


def test_of_runs(cuda):
    x = RNG.integers(-50, 50, THREADS).astype(np.int32)
    heads = (RNG.random(THREADS) < 0.3).astype(np.int32)
    sums = cuda("sumOfRuns", 1, THREADS, x, heads, Out(THREADS, np.int32))
    starts = np.flatnonzero(heads | (np.arange(THREADS) % 16 == 0))
    expected = np.full(THREADS, -1)
    expected[starts] = np.add.reduceat(x, starts)
    assert sums.tolist() == expected.tolist()


def test_of_tiles(cuda):
    x = RNG.integers(-8, 8, THREADS).astype(np.float32)
    found = cuda("sumOfTiles", 1, THREADS, x, Out((6, THREADS), np.float32))
    for row, width in enumerate((1, 2, 4, 8, 16, 32)):
        tiles = x.reshape(-1, width)
        expected = np.repeat(tiles.sum(1) + 1000 * tiles.max(1), width)
        assert found[row].tolist() == expected.tolist()


@pytest.mark.parametrize("n", SIZES)
def test_by_the_last_block(cuda, n):
    x = RNG.integers(-2**40, 2**40, n).astype(np.float64)
    for _ in range(2):
        _, total = cuda("sumByLastBlock", blocks(n), THREADS, x, Out(blocks(n), np.float64),
                        Out(1, np.float64), np.int32(n))
        assert total[0] == x.sum()
