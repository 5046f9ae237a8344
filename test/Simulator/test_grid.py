"""All blocks of a launch meet."""

import numpy as np
import pytest
from cuda_driver import DriverError, InOut, Out

RNG = np.random.default_rng(19)


@pytest.mark.parametrize("blocks, threads", [(1, 1), (3, 33), (7, 64)])
def test_turns(cuda, blocks, threads):
    x = RNG.integers(-100, 100, 150).astype(np.int32)
    found = cuda("smooth", blocks, threads, InOut(x), Out(150, np.int32), np.int32(150),
                 np.int32(3), cooperative=True)
    for _ in range(3):
        x = x + np.roll(x, -1)
    # An odd number of turns ends in the second array.
    assert found[1].tolist() == x.tolist()


@pytest.mark.parametrize("blocks", [1, 2, 9])
def test_in_two_parts(cuda, blocks):
    x = RNG.integers(-100, 100, 321).astype(np.int32)
    _, sums = cuda("total", blocks, 40, x, Out(blocks, np.int32), Out((blocks, 40), np.int32),
                   np.int32(321), cooperative=True)
    assert sums.tolist() == [(x.sum() + np.arange(40)).tolist()] * blocks


def test_not_of_a_usual_launch(cuda):
    cuda.expects_findings = True
    with pytest.raises(DriverError, match="trap"):
        cuda("smooth", 1, 32, InOut(np.zeros(8, np.int32)), Out(8, np.int32), np.int32(8),
             np.int32(1))
