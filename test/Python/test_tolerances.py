"""The tolerances themselves: each must accept what is right and refuse what is not."""

import numpy as np
import pytest
from tolerances import (assert_cross_entropy, assert_elementwise, assert_log_softmax,
                        assert_losses, assert_same, assert_slope, assert_softmax, assert_sum,
                        assert_ulp, assert_variance, epsilon, round_to, ulp_of)


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


def test_rounding_to_a_dtype():
    # Ties to even, subnormals, overflow, and the sign of zero.
    x = np.array([1 + 2.0 ** -8, 1 + 3 * 2.0 ** -8, 2.0 ** -134, 1.5 * 2.0 ** -133, 3.4e38,
                  -0.0, np.nan, -np.inf])
    assert_same(round_to(x, "bfloat16"), np.array(
        [1, 1 + 2.0 ** -6, 0, 2.0 ** -132, np.inf, -0.0, np.nan, -np.inf], np.float32))
    with np.errstate(over="ignore"):
        assert_same(round_to(x, "float16"), x.astype(np.float16))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_by_its_steps(dtype):
    x = np.random.default_rng(0).normal(0, 20, (5, 33)).astype(dtype)
    w = x.astype(np.longdouble)
    y = np.exp(w - w.max(-1, keepdims=True))
    y /= y.sum(-1, keepdims=True)
    assert_softmax(y.astype(dtype), x)
    assert_log_softmax(np.log(y).astype(dtype), x)
    assert_cross_entropy(-np.log(y[:, 3]).astype(dtype), x, np.full(5, 3))
    # The bound of this row is some 60 eps, and no more.
    wrong = y * (1 + 200 * epsilon(dtype))
    refuses(assert_softmax, wrong.astype(dtype), x)
    refuses(assert_log_softmax, (np.log(y) + 200 * epsilon(dtype)).astype(dtype), x)
    refuses(assert_cross_entropy, -np.log(wrong[:, 3] * 2).astype(dtype), x, np.full(5, 3))
    refuses(assert_softmax, y.astype(dtype)[:4], x)


def test_variance_by_its_steps():
    x = np.random.default_rng(1).normal(3, 1, (4, 9))
    assert_variance(x.var(axis=1), x, axis=1)
    assert_variance(x.std(axis=1, ddof=1, keepdims=True), x, axis=1, ddof=1, keepdims=True,
                    root=True)
    refuses(assert_variance, x.var(axis=1, ddof=1), x, axis=1)
    refuses(assert_variance, x.var(axis=1) * (1 + 1e-12), x, axis=1)


def test_slope():
    step = 1e-6
    high, low = np.exp(1 + step), np.exp(1 - step)
    assert_slope(high, low, step, np.e, 1)
    refuses(assert_slope, high, low, step, np.e * (1 + 1e-5), 1)
    refuses(assert_slope, high, np.nan, step, np.e, 1)
