"""Matrix products of four warps, on tiles that come by tensor maps."""

import numpy as np
import pytest
from cuda_driver import DriverError, Out, Tensor

RNG = np.random.default_rng(20)
SHARED = 2 * 2 * 64 * 128 + 1024


def tiles(array, shape):
    return Tensor(array, (64, 64), "f16", shape, swizzle=128)


def numbers(rows, columns):
    """Small integers, of whose products every sum is exact; rows are padded with others."""
    return RNG.integers(-8, 9, (rows, -(-columns // 8) * 8)).astype(np.float16)


@pytest.mark.parametrize("m, n, k", [(64, 64, 64), (128, 64, 192), (100, 70, 150), (1, 3, 5)])
def test_products(cuda, m, n, k):
    a, b = numbers(m, k), numbers(n, k)
    found = cuda("byColumns", (-(-n // 64), -(-m // 64)), 128, tiles(a, (m, k)),
                 tiles(b, (n, k)), Out((m, n), np.float32), np.int32(m), np.int32(n),
                 np.int32(k), shared=SHARED)
    expected = a[:, :k].astype(np.float32) @ b[:, :k].astype(np.float32).T
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("m, n, k", [(64, 64, 64), (64, 128, 128), (90, 75, 130)])
def test_products_by_rows(cuda, m, n, k):
    """B lies as A does: the products take it transposed."""
    a, b = numbers(m, k), numbers(k, n)
    found = cuda("byRows", (-(-n // 64), -(-m // 64)), 128, tiles(a, (m, k)),
                 tiles(b, (k, n)), Out((m, n), np.float32), np.int32(m), np.int32(n),
                 np.int32(k), shared=SHARED)
    expected = a[:, :k].astype(np.float32) @ b[:, :n].astype(np.float32)
    assert found.tolist() == expected.tolist()


def test_results_that_nobody_waited_for(cuda):
    cuda.expects_findings = True
    with pytest.raises(DriverError) as error:
        cuda("tooEarly", 1, 128, Out((128, 32), np.float32))
    assert "before wgmma.wait_group has waited" in str(error.value)
    assert "warpgroups.cu" in str(error.value)
