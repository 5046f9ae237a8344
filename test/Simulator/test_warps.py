"""What the lanes of a warp tell each other."""

import numpy as np
import pytest
from cuda_driver import Out

RNG = np.random.default_rng(7)
LANES = np.arange(32)


def test_shuffles(cuda):
    x = RNG.integers(-1000, 1000, 32).astype(np.int32)
    found = cuda("shuffles", 1, 32, x, Out((6, 32), np.int32))
    # Lanes whose source is beyond the end of their segment keep their own value.
    down = np.where(LANES % 16 + 5 < 16, LANES + 5, LANES)
    sources = [(LANES * 5 + 3) % 32, np.where(LANES >= 3, LANES - 3, LANES), down, LANES ^ 9,
               LANES // 8 * 8 + 11 % 8]
    assert found[:5].tolist() == [x[source].tolist() for source in sources]
    assert found[5].tolist() == (3 * x[::-1]).tolist()


def test_votes(cuda):
    x = RNG.integers(0, 100, 32).astype(np.int32)
    found = cuda("votes", 1, 32, x, Out((32, 8), np.uint32))
    even = x % 2 == 0

    def mask(lanes):
        return sum(1 << int(lane) for lane in lanes)

    for i in range(32):
        part = LANES[:20] if i < 20 else LANES[20:]
        assert found[i].tolist() == [
            mask(part[even[part]]), (x[part] > 90).any(), (x[part] < 95).all(),
            mask(part[x[part] % 5 == x[i] % 5]), mask(part), 1,
            mask(part[x[part] % 3 == x[i] % 3]),
            even.sum() | even.all() << 8 | even.any() << 9]


def test_turns_in_one_loop(cuda):
    assert cuda("turns", 1, 32, Out(32, np.int32)).tolist() == (2 * LANES).tolist()


@pytest.mark.parametrize("threads", [1, 50])
def test_the_clock_goes_on(cuda, threads):
    assert cuda("clocks", 1, threads, Out(threads, np.int32)).tolist() == [7] * threads


@pytest.mark.parametrize("n", [1, 31, 64])
def test_warps_of_two_roles(cuda, n):
    x = RNG.integers(-100, 100, n).astype(np.int32)
    found = cuda("roles", 1, 64, x, Out(n, np.int32), np.int32(n))
    assert found.tolist() == (x * x + 1).tolist()
