"""Blocks of a cluster that use each other's shared memory."""

import numpy as np
import pytest
from cuda_driver import DriverError, InOut, Out

RNG = np.random.default_rng(23)


@pytest.mark.parametrize("grid, cluster", [((4, 1), (2, 1)), ((4, 6), (2, 3)), ((3, 2), (1, 1))])
def test_places(cuda, grid, cluster):
    threads = 33
    found = cuda("places", grid, threads, Out((grid[1], grid[0], threads, 8), np.int32),
                 cluster=cluster)
    y, x, i = np.indices((grid[1], grid[0], threads))
    rank = y % cluster[1] * cluster[0] + x % cluster[0]
    size = cluster[0] * cluster[1]
    expected = [rank, size, rank * threads + i, size * threads, x % cluster[0], y % cluster[1],
                *cluster]
    expected = np.stack([np.broadcast_to(part, x.shape) for part in expected], -1)
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("cluster", [1, 2, 3, 8])
@pytest.mark.parametrize("turns", [1, 4])
def test_rotations(cuda, cluster, turns):
    x = RNG.integers(-100, 100, (2, cluster, 64)).astype(np.int32)
    found = cuda("rotate", 2 * cluster, 64, x, Out(x.shape, np.int32), np.int32(turns),
                 cluster=cluster)
    assert found.tolist() == (np.roll(x, turns, 1) + turns).tolist()


@pytest.mark.parametrize("cluster", [1, 2, 8])
@pytest.mark.parametrize("n", [1, 1000])
def test_histogram(cuda, cluster, n):
    x = RNG.integers(-3, 8 * cluster + 3, n).astype(np.int32)
    bins = np.zeros(8 * cluster, np.int32)
    found = cuda("histogram", 2 * cluster, 48, x, InOut(bins), np.int32(n), np.int32(8),
                 shared=8 * 4, cluster=cluster)
    expected = np.bincount(x.clip(0, 8 * cluster - 1), minlength=8 * cluster)
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("n", [1, 100, 777])
def test_total(cuda, n):
    x = RNG.integers(-100, 100, (3, n)).astype(np.float32)
    found = cuda("total", 12, 32, x, Out(3, np.float32), np.int32(n))
    assert found.tolist() == x.sum(1).tolist()


@pytest.mark.parametrize("cluster", [2, 3])
@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_messages(cuda, cluster, rounds):
    x = RNG.integers(-100, 100, (2, cluster, 64)).astype(np.int32)
    found = cuda("messages", 2 * cluster, 64, x, Out(x.shape, np.int32), np.int32(rounds),
                 cluster=cluster)
    for _ in range(rounds):
        x = np.roll(x, 1, 1) + np.arange(cluster)[:, None]
    assert found.tolist() == x.tolist()


def test_pieces(cuda):
    x = RNG.integers(-100, 100, (2, 2, 128)).astype(np.int32)
    found = cuda("pieces", 4, 128, x, Out(x.shape, np.int32), cluster=2)
    assert found.tolist() == (3 * x[:, ::-1] + 1).tolist()


def test_a_block_that_does_not_wait(cuda):
    cuda.expects_findings = True
    with pytest.raises(DriverError, match="ended block: read of"):
        cuda("hasty", 2, 1, Out(2, np.int32), cluster=2)


@pytest.mark.parametrize("grid, cluster, error", [
    (3, 2, "CUDA_ERROR_INVALID_VALUE"), (9, 9, "CUDA_ERROR_INVALID_CLUSTER_SIZE")])
def test_sizes_that_do_not_fit(cuda, grid, cluster, error):
    x = np.zeros((grid, 64), np.int32)
    cuda.expects_findings = True  # the arrays of a launch that failed
    with pytest.raises(DriverError, match=error):
        cuda("rotate", grid, 64, x, Out(x.shape, np.int32), np.int32(1), cluster=cluster)
