"""Prefix sums; those of floats are exact."""

import numpy as np
import pytest
from cuda_driver import InOut, Out

RNG = np.random.default_rng(3)
THREADS, TILE = 128, 384


def exclusive(x):
    return np.concatenate([[0], np.cumsum(x)[:-1]]).astype(x.dtype)


def test_of_warps(cuda):
    x = RNG.integers(-100, 100, THREADS).astype(np.int32)
    found = cuda("scanOfWarps", 1, THREADS, x, *[Out(THREADS, np.int32)] * 3)
    groups = x.reshape(-1, 8)
    inclusive = groups.cumsum(1)
    assert found[0].tolist() == inclusive.ravel().tolist()
    assert found[1].tolist() == (inclusive - groups).ravel().tolist()
    assert found[2].tolist() == np.repeat(groups.sum(1), 8).tolist()


@pytest.mark.parametrize("kernel", ["scanByRaking", "scanByRakingTwice", "scanByWarps"])
def test_of_a_block(cuda, kernel):
    x = RNG.integers(-100, 100, TILE).astype(np.float32)
    sums, total = cuda(kernel, 1, THREADS, x, Out(TILE, np.float32), Out(1, np.float32))
    assert sums.tolist() == exclusive(x).tolist()
    assert total[0] == x.sum()


@pytest.mark.parametrize("n", [1, 383, 384, 1000])
def test_largest_so_far(cuda, n):
    x = RNG.integers(-2**31, 2**31, n).astype(np.int32)
    most = cuda("largestSoFar", 1, THREADS, x, Out(n, np.int32), np.int32(n))
    assert most.tolist() == np.maximum.accumulate(x).tolist()


@pytest.mark.parametrize("n", [1, 384, 385, 3000, 14000])
def test_of_tiles(cuda, n):
    tiles = -(-n // TILE)
    x = RNG.integers(-1000, 1000, n).astype(np.int32)
    # A word for each tile, and as many as a warp has lanes before the first.
    memory = cuda("prepareTiles", -(-(tiles + 32) // THREADS), THREADS,
                  Out(tiles + 32, np.uint64), np.int32(tiles))
    sums, _ = cuda("scanOfTiles", tiles, THREADS, x, Out(n, np.int32), InOut(memory),
                   np.int32(tiles), np.int32(n))
    assert sums.tolist() == exclusive(x).tolist()


@pytest.mark.parametrize("n", [1, 128, 500])
def test_those_that_are_kept(cuda, n):
    x = RNG.integers(0, 100, n).astype(np.int32)
    kept, count = cuda("keepEven", 1, THREADS, x, InOut(np.full(n, -1, np.int32)),
                       Out(1, np.int32), np.int32(n))
    even = x[x % 2 == 0]
    assert count[0] == len(even)
    assert kept.tolist() == even.tolist() + [-1] * (n - len(even))
