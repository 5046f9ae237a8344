"""Matrix products of a warp. Elements are small integers, so that every sum is exact."""

import numpy as np
import pytest
from cuda_driver import Out

RNG = np.random.default_rng(16)


def to_brain(x):
    """The upper half of a float, of which small integers need no more."""
    return (x.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


SHAPES = ["16x16x16", "32x8x16", "8x32x16"]
# Elements of A and B, how they are stored, and the type of C and D.
KINDS = {
    "half": ((-9, 9), np.float16, np.float32),
    "halfOnly": ((-5, 5), np.float16, np.float16),
    "brain": ((-9, 9), to_brain, np.float32),
    "bytes": ((-128, 127), np.int8, np.int32),
    "unsignedBytes": ((0, 255), np.uint8, np.int32),
    "tensor": ((-99, 99), np.float32, np.float32),
    "doubles": ((-2**20, 2**20), np.float64, np.float64),
}
KERNELS = [f"{kind}_{shape}" for kind in list(KINDS)[:5] for shape in SHAPES]
KERNELS += ["tensor_16x16x8", "doubles_8x8x4"]


@pytest.mark.parametrize("kernel", KERNELS)
def test_products(cuda, kernel):
    kind, _, shape = kernel.partition("_")
    m, n, k = map(int, shape.split("x"))
    (least, most), stored, total = KINDS[kind]
    for layout in range(8):
        a = RNG.integers(least, most, (m, k), endpoint=True)
        b = RNG.integers(least, most, (k, n), endpoint=True)
        c = RNG.integers(-100, 100, (m, n))
        by_columns = [bool(layout & bit) for bit in (1, 2, 4)]
        left, right, sums = (matrix.T if columns else matrix for matrix, columns in
                             zip((a, b, c), by_columns, strict=True))
        def store(matrix):
            return stored(matrix) if stored is to_brain else matrix.astype(stored)
        found = cuda(kernel, 1, 32, store(left), store(right), sums.astype(total),
                     Out(sums.shape, total), np.int32(layout))
        expected = a @ b + c
        assert found.tolist() == (expected.T if by_columns[2] else expected).tolist()


def test_tensor_floats_are_rounded(cuda):
    a, b = RNG.standard_normal((2, 16, 8)).astype(np.float32)
    c = np.zeros((16, 16), np.float32)
    # B is the transposed one: by columns.
    found = cuda("tensor_16x16x8", 1, 32, a, b, c, Out((16, 16), np.float32), np.int32(2))

    def rounded(x):
        # To 10 digits behind the first, halves away from zero.
        bits = x.view(np.uint32) + 0x1000 & 0xffffe000
        return bits.view(np.float32).astype(np.float64)

    exact = rounded(a) @ rounded(b).T
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-6)
    assert abs(found - a.astype(np.float64) @ b.T).max() > 1e-6


def packed(matrix, bits):
    """Rows of small elements, the first in the lowest bits."""
    parts = (matrix & (2**bits - 1)).reshape(len(matrix), -1, 32 // bits).astype(np.uint64)
    return (parts << bits * np.arange(32 // bits, dtype=np.uint64)).sum(2).astype(np.uint32)


@pytest.mark.parametrize("kernel, bits, least, k", [
    ("nibbles", 4, -8, 32), ("unsignedNibbles", 4, 0, 32), ("bits", 1, 0, 128)])
def test_small_elements(cuda, kernel, bits, least, k):
    a, b = RNG.integers(least, least + 2**bits, (2, 8, k))
    found = cuda(kernel, 1, 32, packed(a, bits), packed(b, bits), Out((8, 8), np.int32))
    # Of bits it counts those that differ.
    products = (a[:, None] != b[None]).sum(2) if bits == 1 else a @ b.T
    assert found.tolist() == (products + 7).tolist()


@pytest.mark.parametrize("rows, inner, columns", [(16, 16, 16), (1, 1, 1), (33, 20, 17)])
def test_a_layer_of_tiles(cuda, rows, inner, columns):
    a = RNG.integers(-4, 5, (rows, inner))
    b = RNG.integers(-4, 5, (inner, columns))
    bias = RNG.integers(-9, 9, columns)
    found = cuda("layer", (-(-columns // 16), -(-rows // 16)), 32, a.astype(np.float16),
                 b.astype(np.float16), bias.astype(np.float32),
                 Out((rows, columns), np.float32),
                 *map(np.int32, (rows, inner, columns)))
    assert found.tolist() == np.maximum(a @ b / 2 + bias, 0).tolist()
