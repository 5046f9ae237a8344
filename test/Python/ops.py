"""What the run tests of the ops share: awkward values, and graphs held against NumPy."""

import numpy as np

import tolerances as tol

FLOATS = ["float32", "float64"]
NARROW = ["float16", "bfloat16"]
# In groups of one rank: a graph with unknown sizes is compiled once for a group.
SHAPES = [[()], [(0,), (1,), (7,), (33,)], [(3, 17)], [(2, 0, 3), (1, 3, 1)]]


def kind_of(dtype):
    """NumPy's letter: f, i, u or b."""
    return "f" if dtype == "bfloat16" else np.dtype(dtype).kind


def held(dtype):
    """The dtype of the arrays that hold a dtype."""
    return "float32" if dtype == "bfloat16" else dtype


def wide_of(x):
    """Floats in extended precision, where one rounding is still to come."""
    return x.astype(np.longdouble) if x.dtype.kind == "f" else x


def awkward(dtype, count, seed=0):
    """`count` values: the awkward ones of the dtype first, then random ones."""
    rng = np.random.default_rng(seed)
    kind = kind_of(dtype)
    if kind == "b":
        return rng.integers(0, 2, count).astype(bool)
    if kind == "f":
        bits, smallest = tol.format_of(dtype)
        tiny = 2.0 ** smallest
        largest = 2.0 ** (1 - smallest) * (2 - 2.0 ** (1 - bits))
        special = [0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan, tiny, -tiny / 2, largest,
                   -largest, 0.5, 1.5, 2.5, -2.5, 0.49999997, 88.8, -104, 1e5]
        rest = rng.normal(0, 3, max(count - len(special), 0))
        values = np.concatenate([special, rest])
    else:
        info = np.iinfo(dtype)
        special = [0, 1, 2, info.max, info.min, info.max - 1, info.min + 1, 3, 7]
        values = np.array(special + list(rng.integers(-50 if info.min else 0, 50,
                                                      max(count - len(special), 0))),
                          dtype=object)
    values = rng.permutation(values)[:count] if seed else values[:count]
    return tol.round_to(values, dtype)


def arrays(dtype, shape, number=1):
    count = int(np.prod(shape, dtype=int))
    return [awkward(dtype, count, seed).reshape(shape) for seed in range(number)]


def check_all(graph, expected, compare=tol.assert_same):
    """Runs the graph; `expected` is (name, value) for each result."""
    check_results(graph.run(), expected, compare)


def check_results(results, expected, compare=tol.assert_same):
    for (name, value), actual in zip(expected, results, strict=True):
        compare(actual, value, name)


def exact(value, dtype):
    """A value computed in float32 or wider, rounded to the dtype."""
    return np.asarray(tol.round_to(value, dtype))


def is_same_but_zero_sign(actual, expected, what):
    tol.assert_same(actual + 0, expected + 0, what)
