"""What tests of the Python package share: a graph on arrays, held against NumPy."""

import numpy as np

import theano
import theano.tensor as T
from tolerances import assert_composite, assert_type

RNG = np.random.default_rng(0)


def run(inputs, graph, **options):
    """`graph` of variables of the arrays' types, computed."""
    variables = [T.TensorType(a.dtype.name, (False,) * a.ndim)() for a in inputs]
    options = {"on_unused_input": "ignore", **options}
    return theano.function(variables, graph(*variables), **options)(*inputs)


def check(got, expected, dtype=None):
    """Equal dtype and shape, and values as close as a formula of several steps is."""
    expected = np.asarray(expected)
    assert_type(got, dtype or expected.dtype, expected.shape)
    assert_composite(got, expected)
