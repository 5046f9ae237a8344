"""Kernels that end themselves."""

import numpy as np
import pytest
from cuda_driver import DriverError, Out

RNG = np.random.default_rng(14)


@pytest.mark.parametrize("n", [1, 33, 100])
def test_an_assertion_that_holds(cuda, n):
    x = RNG.integers(1, 100, n).astype(np.int32)
    found = cuda("positive", 2, 64, x, Out(n, np.int32), np.int32(n))
    assert found.tolist() == (2 * x).tolist()


def test_an_assertion_that_fails(cuda):
    cuda.expects_findings = True
    x = np.ones(100, np.int32)
    x[70] = -3
    with pytest.raises(DriverError) as raised:
        cuda("positive", 2, 64, x, Out(100, np.int32), np.int32(100))
    text = str(raised.value)
    assert "CUDA_ERROR_ASSERT" in text
    assert "block (1,0,0), thread (6,0,0)" in text
    assert "'x[i] > 0 && \"only what is positive\"' in void positive(" in text
    assert "asserts.cu:" in text


@pytest.mark.parametrize("kernel, says, takes", [
    ("trap", ": trap", []), ("breakpoint", "a breakpoint", [Out(64, np.int32)])])
def test_ends(cuda, kernel, says, takes):
    # Not where no thread gets there.
    cuda(kernel, 1, 64, *takes, np.int32(64))
    cuda.expects_findings = True
    with pytest.raises(DriverError, match="CUDA_ERROR_LAUNCH_FAILED") as raised:
        cuda(kernel, 1, 64, *takes, np.int32(40))
    assert "thread (40,0,0)" in str(raised.value)
    assert says in str(raised.value)


def test_a_stack_that_overflows(cuda):
    assert cuda("overflow", 1, 1, Out(1, np.int32), np.int32(10))[0] == 55
    cuda.expects_findings = True
    with pytest.raises(DriverError, match="stack overflow"):
        cuda("overflow", 1, 1, Out(1, np.int32), np.int32(1000000))
