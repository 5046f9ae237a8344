"""Counting values."""

import numpy as np
import pytest
from cuda_driver import InOut, Out

RNG = np.random.default_rng(8)
BINS, TILE = 37, 288


def counts(x):
    return np.bincount(x % BINS, minlength=BINS).tolist()


@pytest.mark.parametrize("kernel", ["countInShared", "countByMatching"])
@pytest.mark.parametrize("n", [1, 95, 500])
def test_over_blocks(cuda, kernel, n):
    x = RNG.integers(0, 256, n).astype(np.uint8)
    found = cuda(kernel, -(-n // 96), 96, x, InOut(np.zeros(BINS, np.uint32)), np.int32(n))
    assert found.tolist() == counts(x)


@pytest.mark.parametrize("kernel", ["countAtomically", "countBySorting"])
@pytest.mark.parametrize("blocks", [1, 3])
def test_of_a_block(cuda, kernel, blocks):
    x = RNG.integers(0, 256, blocks * TILE).astype(np.uint8)
    found = cuda(kernel, blocks, 96, x, Out((blocks, BINS), np.uint32))
    assert found.tolist() == [counts(part) for part in x.reshape(blocks, -1)]
