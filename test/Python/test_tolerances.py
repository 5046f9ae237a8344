"""The tolerances themselves: each must accept what is right and refuse what is not."""

import numpy as np
import pytest
from tolerances import (assert_elementwise, assert_losses, assert_same, assert_sum,
                        assert_ulp, ulp_of)


def refuses(check, *arguments, **options):
    with pytest.raises(AssertionError):
        check(*arguments, **options)


def test_ulp_is_the_spacing_of_the_format():
    for dtype in (np.float16, np.float32, np.float64):
        for value in (1, 1.5, 3.7, 1e-3, 4096, np.finfo(dtype).tiny):
            value = dtype(value)
            assert ulp_of(value, np.dtype(dtype).name) == np.spacing(value)
    assert ulp_of(0.0, "float32") == np.spacing(np.float32(1))
    assert ulp_of(1e-45, "float32") == np.float32(1e-45)


def test_same_distinguishes_dtype_shape_and_sign_of_zero():
    assert_same(np.array([1, np.nan]), np.array([1, np.nan]))
    refuses(assert_same, np.int32(1), np.int64(1))
    refuses(assert_same, np.zeros((1, 2)), np.zeros(2))
    refuses(assert_same, np.array([0.0]), np.array([-0.0]))
    refuses(assert_same, np.array([True]), np.array([False]))


def test_elementwise_accepts_the_bound_and_no_more():
    true = np.array([1.0, 2.0, 100.0])
    near = true.astype(np.float32) + np.spacing(true.astype(np.float32))
    assert_elementwise(near, true, "exp")
    refuses(assert_elementwise, near + np.spacing(near), true, "exp")
    refuses(assert_elementwise, near, true, "sqrt")


def test_elementwise_at_the_edges():
    big = np.array([1e39])
    assert_ulp(np.array([np.inf], np.float32), big, 1)
    refuses(assert_ulp, np.array([-np.inf], np.float32), big, 1)
    refuses(assert_ulp, np.array([3e38], np.float32), big, 1)
    refuses(assert_ulp, np.array([np.inf], np.float32), np.array([3e38]), 1)
    refuses(assert_ulp, np.array([np.nan], np.float32), np.array([1.0]), 1)
    refuses(assert_ulp, np.array([1.0], np.float32), np.array([np.nan]), 1)
    refuses(assert_ulp, np.zeros(2, np.float32), np.zeros(3), 1)


def test_sum_scales_with_the_terms():
    terms = np.full(10000, 0.1, np.float32)
    true = terms.astype(np.float64).sum()
    assert_sum(terms.sum(), true, np.abs(terms.astype(np.float64)).sum(), terms.size)
    refuses(assert_sum, np.float32(true * (1 + 1e-4)), true, true, terms.size)
    refuses(assert_sum, np.float32(true * (1 + 1e-6)), true, true, terms.size,
            dtype=np.dtype("float64"))
    refuses(assert_sum, np.float32(np.inf), true, np.inf, terms.size)


def test_losses_loosen_step_by_step():
    expected = np.ones(3)
    assert_losses(expected + [0.9e-4, 1.9e-4, 2.9e-4], expected)
    refuses(assert_losses, expected + [1.1e-4, 0, 0], expected)
    refuses(assert_losses, np.array([1, np.nan, 1]), expected)
    refuses(assert_losses, np.ones(2), expected)
