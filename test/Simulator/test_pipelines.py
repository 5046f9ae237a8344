"""Copies that go on while a kernel works."""

import numpy as np
import pytest
from cuda_driver import Out

RNG = np.random.default_rng(18)


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_primitives(cuda, rounds):
    n = 64 * rounds
    x = RNG.integers(-100, 100, (n, 4)).astype(np.float32)
    found = cuda("primitives", 1, 64, x, Out((n, 4), np.float32), np.int32(n))
    assert found.tolist() == (x[:, ::-1] * [1, 1, 1, 2] + [0, 0, 1, 0]).tolist()


@pytest.mark.parametrize("rounds", [1, 2, 7])
@pytest.mark.parametrize("threads", [32, 96])
def test_stages_of_a_block(cuda, rounds, threads):
    x = RNG.integers(-100, 100, (rounds, 96)).astype(np.int32)
    found = cuda("sumOfStages", 1, threads, x, Out(threads, np.int32), np.int32(rounds),
                 shared=2 * 96 * 4)
    assert found.tolist() == (np.roll(x, -1, 1) - 2 * x).sum(0)[:threads].tolist()


@pytest.mark.parametrize("rounds", [1, 2, 6])
def test_producers_and_consumers(cuda, rounds):
    x = RNG.integers(-100, 100, (rounds, 32)).astype(np.int32)
    found = cuda("roles", 1, 64, x, Out((rounds, 32), np.int32), np.int32(rounds))
    assert found.tolist() == (x[:, ::-1] + np.arange(rounds)[:, None]).tolist()


@pytest.mark.parametrize("rounds", [1, 4])
def test_phases_of_a_barrier(cuda, rounds):
    value = np.arange(64)
    for _ in range(rounds):
        value = value + np.roll(value, -1)
    assert cuda("phases", 1, 64, Out(64, np.int32), np.int32(rounds)).tolist() == value.tolist()


@pytest.mark.parametrize("n", [1, 7, 64, 1001])
def test_a_whole_array(cuda, n):
    x = RNG.integers(-1000, 1000, n).astype(np.int16)
    found = cuda("whole", 1, 96, x, Out(n, np.int16), np.int32(n), shared=2 * n)
    assert found.tolist() == x[::-1].tolist()


@pytest.mark.parametrize("n", [4, 64, 1000])
def test_a_copy_that_a_barrier_waits_for(cuda, n):
    x = RNG.integers(-1000, 1000, n).astype(np.int32)
    found = cuda("atBarrier", 1, 64, x, Out(n, np.int32), np.int32(n), shared=4 * n)
    assert found.tolist() == (3 * x).tolist()
