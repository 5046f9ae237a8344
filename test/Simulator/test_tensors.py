"""Boxes of arrays that come and go by tensor maps."""

import numpy as np
import pytest
from cuda_driver import DriverError, InOut, Out, Tensor

RNG = np.random.default_rng(19)


@pytest.mark.parametrize("rows, columns", [(32, 32), (64, 96), (33, 1), (50, 70)])
def test_transpose(cuda, rows, columns):
    """Of an array whose edges cut through tiles; the rest of its rows stays as it was."""
    wide, high = -(-columns // 4) * 4, -(-rows // 4) * 4
    x = RNG.standard_normal((rows, wide)).astype(np.float32)
    y = np.full((columns, high), 7, np.float32)
    expected = y.copy()
    expected[:, :rows] = x[:, :columns].T
    found = cuda("transpose", (-(-columns // 32), -(-rows // 32)), 128,
                 Tensor(x, (32, 32), "f32", (rows, columns)),
                 Tensor(InOut(y), (32, 32), "f32", (columns, rows)))
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("shift", [0, 3, -5, 64])
@pytest.mark.parametrize("fill", [0, 1])
def test_swizzled_rows(cuda, shift, fill):
    x = RNG.integers(0, 1 << 14, (20, 80)).astype(np.uint16)
    found = cuda("unswizzle", 1, 64, Tensor(x, (16, 64), "f16", swizzle=128, fill=fill),
                 Out((16, 64), np.uint16), np.int32(shift))
    row, column = np.mgrid[shift:shift + 16, -shift:64 - shift]
    inside = (row >= 0) & (row < 20) & (column >= 0) & (column < 80)
    expected = np.where(inside, x[np.clip(row, 0, 19), np.clip(column, 0, 79)],
                        0x7fff * fill)
    assert found.tolist() == expected.tolist()


def test_sums_of_blocks(cuda):
    x = RNG.integers(-1000, 1000, (5, 8, 16)).astype(np.int32)
    y = RNG.integers(-1000, 1000, (7, 12)).astype(np.int32)
    expected = y.copy()
    expected[1:] += x.sum(0)[:6, 2:14]
    found = cuda("sum", 5, 128, Tensor(InOut(y), (8, 16), "s32"), x)
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_a_pipeline(cuda, rounds):
    x = RNG.integers(-1000, 1000, (4 * rounds, 64)).astype(np.float32)
    found = cuda("stream", 1, 64, Tensor(x, (4, 64), "f32"),
                 Tensor(Out(x.shape, np.float32), (4, 64), "f32"), np.int32(rounds))
    assert found.tolist() == (2 * x).tolist()


def test_a_map_of_more_than_there_is(cuda):
    """The array is smaller than the map says: the copy is found, with its line."""
    cuda.expects_findings = True
    x = np.zeros((40, 32), np.float32)
    with pytest.raises(DriverError) as error:
        cuda("transpose", (1, 2), 128, Tensor(x, (32, 32), "f32", (64, 32)),
             Tensor(Out((32, 64), np.float32), (32, 32), "f32"))
    assert "cp.async.bulk.tensor.2d" in str(error.value)
    assert "0 bytes behind the end of allocation" in str(error.value)
