"""Atomic updates; sums of floats are exact."""

import numpy as np
import pytest
from cuda_driver import InOut, Out

RNG = np.random.default_rng(6)


@pytest.mark.parametrize("kernel, dtype", [("updateInt", np.int32),
                                           ("updateUnsigned", np.uint32),
                                           ("updateLong", np.uint64)])
@pytest.mark.parametrize("n", [1, 45, 128])
def test_integers(cuda, kernel, dtype, n):
    limits = np.iinfo(dtype)
    x = RNG.integers(limits.min, limits.max, n, dtype, endpoint=True)
    start = np.array([5, limits.max, limits.min, -1 % 2**limits.bits if limits.min == 0 else -1,
                      0, 9], dtype)
    cells, shared = cuda(kernel, 1, 128, x, InOut(start), Out(6, dtype), np.int32(n))
    expected = [np.add.reduce(x, dtype=dtype) + start[0], x.min(), x.max(),
                np.bitwise_and.reduce(x), np.bitwise_or.reduce(x),
                np.bitwise_xor.reduce(x) ^ start[5]]
    assert cells.tolist() == expected
    # The block may have started from what a lane of it had updated already, in no order.
    assert shared[3:5].tolist() == expected[3:5]


@pytest.mark.parametrize("n", [1, 77, 256])
def test_extremes_of_64_bits(cuda, n):
    x = RNG.integers(-2**63, 2**63, n)
    cells = cuda("extremes", 1, 256, x, InOut(np.zeros(2, np.int64)), np.int32(n))
    assert cells.tolist() == [min(0, x.min()), max(0, x.max())]


@pytest.mark.parametrize("n, most", [(1, 3), (100, 6), (64, 1000)])
def test_counters_that_wrap(cuda, n, most):
    up, down, seen_up, seen_down = cuda(
        "count", 1, n, InOut(np.zeros(1, np.uint32)), InOut(np.array([2], np.uint32)),
        np.uint32(most), Out(n, np.uint32), Out(n, np.uint32))
    period = most + 1
    assert up[0] == n % period
    assert sorted(seen_up) == sorted(i % period for i in range(n))
    assert down[0] == (2 - n) % period
    assert sorted(seen_down) == sorted((2 - i) % period for i in range(n))


@pytest.mark.parametrize("n", [1, 50, 64])
def test_floats(cuda, n):
    x = RNG.integers(-2, 3, n).astype(np.float32)
    kinds = [(1, np.float32), (1, np.float64), (1, np.float16), (2, np.float16),
             (1, np.uint16), (2, np.uint16)]
    found = cuda("addFloats", 1, 64, x, *[InOut(np.zeros(size, kind)) for size, kind in kinds],
                 np.int32(n))
    total = x.sum()
    assert [array.tolist() for array in found[:4]] == [[total], [total], [total],
                                                       [total, -total]]
    # The upper half of a float is a bfloat16.
    brain = [(array.astype(np.uint32) << 16).view(np.float32).tolist() for array in found[4:]]
    assert brain == [[total], [-total, total]]


@pytest.mark.parametrize("n", [1, 33, 70])
def test_products_by_compare_and_swap(cuda, n):
    x = RNG.integers(0, 2**32, n, dtype=np.uint32) | 1
    found = cuda("multiplyAll", 1, n, x, *[InOut(np.ones(1, kind))
                                           for kind in (np.uint16, np.uint32, np.uint64)])
    product = 1
    for value in x.tolist():
        product *= value
    assert [array[0] for array in found] == [product % 2**bits for bits in (16, 32, 64)]


@pytest.mark.parametrize("n", [1, 32, 100])
def test_exchanges(cuda, n):
    cell, real, seen, seen_real = cuda("exchange", 1, n, InOut(np.array([-1], np.int32)),
                                       InOut(np.array([-1], np.float32)), Out(n, np.int32),
                                       Out(n, np.float32))
    assert sorted([*seen, cell[0]]) == list(range(-1, n))
    assert sorted([*(seen_real - 0.5), real[0]]) == list(range(-1, n))


@pytest.mark.parametrize("blocks, threads", [(1, 32), (7, 33), (20, 64)])
def test_messages_between_blocks(cuda, blocks, threads):
    values, _ = cuda("pass", blocks, threads, Out((blocks, threads), np.int32),
                     InOut(np.zeros(blocks, np.int32)))
    block, i = np.indices((blocks, threads))
    assert values.tolist() == ((i + block) % threads + block).tolist()


@pytest.mark.parametrize("n", [1, 20, 32, 90])
def test_orders_of_cpp(cuda, n):
    kinds = (np.int32, np.uint64, np.uint8, np.uint16)
    # Small ones are updated by way of the word that they are in.
    found = cuda("orders", 1, n, *[InOut(np.zeros(4, kind)) for kind in kinds])
    total = n * (n + 1) // 2
    for cells, kind in zip(found, kinds, strict=True):
        size = 2**np.iinfo(kind).bits
        assert cells.tolist() == [(total - n) % size, n, total % size, 0]
