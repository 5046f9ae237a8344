"""Memory that a kernel asks for while it runs."""

import numpy as np
import pytest
from cuda_driver import DriverError, InOut, Out

RNG = np.random.default_rng(13)


@pytest.mark.parametrize("n", [1, 33, 100])
def test_lists(cuda, n):
    sums = cuda("lists", 2, 64, Out(n, np.int32), np.int32(n))
    assert sums.tolist() == [i * sum(range(i % 7 + 1)) for i in range(n)]


@pytest.mark.parametrize("threads", [1, 50, 128])
def test_one_of_a_block(cuda, threads):
    x = RNG.integers(0, 1000, (3, threads)).astype(np.int32)
    found = cuda("shares", 3, threads, x, Out((3, threads), np.int32))
    assert found.tolist() == x[:, ::-1].tolist()


def test_it_outlives_a_launch(cuda):
    places = cuda("keep", 1, 40, Out(40, np.uint64))
    assert len(set(places.tolist())) == 40
    i = np.arange(40)
    assert cuda("take", 1, 40, places, Out(40, np.int32)).tolist() == (
        i + 2000 * (1000 - i)).tolist()


@pytest.mark.parametrize("size", [100000, 1 << 20, 3 << 20])
def test_until_there_is_none(cuda, size):
    first, second, wrong = cuda("exhaust", 1, 1, InOut(np.zeros(3, np.int32)), np.int32(size))
    # Of 8 MB, with a gap between two.
    assert (first, second, wrong) == ((8 << 20) // (size + 64), first, 0)


FAULTS = {
    "beyond": "0 bytes behind the end of heap allocation",
    "afterFree": "freed memory: read of 4 bytes",
    "twice": "which is freed already",
    "inside": "which is inside heap allocation",
    "foreign": "which is no memory of malloc",
    "unwritten": "unwritten memory: read of 4 bytes",
    "races": "race: write of 4 bytes",
}


@pytest.mark.parametrize("kernel", FAULTS)
def test_misuse(cuda, kernel):
    cuda.expects_findings = True
    takes = [] if kernel in ("beyond", "twice", "inside") else [InOut(np.zeros(1, np.int32))]
    with pytest.raises(DriverError, match=FAULTS[kernel]) as raised:
        cuda(kernel, 1, 32 if kernel == "races" else 1, *takes)
    assert "heap.cu:" in str(raised.value)


def test_a_leak(cuda):
    cuda.expects_findings = True
    assert cuda("leaks", 1, 3, InOut(np.zeros(1, np.int32)))[0] == 5
    found = cuda.device.close()
    assert len(found) == 1
    assert "leak: 3 allocations were not freed" in found[0]
    assert "heap allocation" in found[0] and "of 12 bytes" in found[0]
