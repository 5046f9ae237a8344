"""Cooperative groups."""

import numpy as np
import pytest
from cuda_driver import InOut, Out

RNG = np.random.default_rng(17)


@pytest.mark.parametrize("block", [(8, 2, 2), (32, 1, 1), (4, 4, 4)])
def test_ranks(cuda, block):
    size = int(np.prod(block))
    found = cuda("ranks", 3, block, Out((3, size, 6), np.uint32))
    i = np.arange(size)
    for number in range(3):
        assert found[number].T.tolist() == [
            row.tolist() for row in (i, 0 * i + number, i // 8, i % 8, i % 4 + 400,
                                     size * number + i)]


@pytest.mark.parametrize("n", [1, 40, 100, 250])
def test_the_lanes_that_are_there(cuda, n):
    x = RNG.integers(0, 30, n).astype(np.int32)
    wanted = x[x % 3 == 0]
    count, kept, ranks = cuda("coalesce", -(-n // 64), 64, x, InOut(np.zeros(1, np.int32)),
                              InOut(np.full(n, -1, np.int32)),
                              InOut(np.full(n, -1, np.int32)), np.int32(n))
    assert count[0] == len(wanted)
    assert sorted(kept[:count[0]]) == sorted(wanted)
    # Each says how many of its warp, or of a part of it, came together.
    assert all(1 <= rank <= 32 for rank in ranks[:count[0]])
    assert kept[count[0]:].tolist() == [-1] * (n - count[0])


@pytest.mark.parametrize("warps", [1, 3])
def test_labels(cuda, warps):
    n = 32 * warps
    x = RNG.integers(0, 100, n).astype(np.int32)
    found = cuda("labels", 1, n, x, Out((2, n), np.int32))
    for i in range(n):
        warp = x[i // 32 * 32:i // 32 * 32 + 32]
        alike = (warp > 50) == (x[i] > 50)
        assert found[:, i].tolist() == [warp[warp % 4 == x[i] % 4].sum(),
                                        alike.sum() * 100 + alike[:i % 32].sum()]


@pytest.mark.parametrize("n", [16, 64, 112])
def test_scans(cuda, n):
    x = RNG.integers(0, 100, n).astype(np.int32)
    found = cuda("scans", 1, n, x, Out((6, n), np.int32))
    tiles, i = x.reshape(-1, 16), np.arange(16)
    sums = tiles.cumsum(1)
    odd = tiles & 1
    ballots = (odd << i).sum(1)[:, None]
    expected = [sums, sums - tiles, np.maximum.accumulate(tiles, 1),
                tiles[:, i ^ 5] + 10000 * (tiles > 95).any(1)[:, None],
                np.broadcast_to(ballots, tiles.shape), np.where(odd, ballots, 65535 - ballots)]
    assert found.tolist() == [row.ravel().tolist() for row in expected]


@pytest.mark.parametrize("n", [64, 256])
def test_tiles_wider_than_a_warp(cuda, n):
    x = RNG.integers(-100, 100, n).astype(np.int32)
    found = cuda("wideTiles", 1, n, x, Out((2, n), np.int32))
    tiles = x.reshape(-1, 64)
    assert found.tolist() == [np.repeat(tiles.sum(1), 64).tolist(),
                              np.repeat(tiles[:, 37], 64).tolist()]


@pytest.mark.parametrize("n", [1, 33, 128])
def test_a_barrier_in_two_parts(cuda, n):
    x = RNG.integers(-100, 100, n).astype(np.int32)
    found = cuda("arriveAndWait", 1, n, x, Out(n, np.int32))
    assert found.tolist() == (x[::-1] + 2 * x).tolist()


@pytest.mark.parametrize("n", [8, 64])
def test_one_for_all(cuda, n):
    found, calls = cuda("once", 3, n, Out((3, n), np.int32), InOut(np.zeros(1, np.int32)))
    assert calls[0] == 3
    assert found.tolist() == [[1] * n] * 3
