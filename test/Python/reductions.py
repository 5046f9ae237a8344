"""What the tests of reductions in two steps share."""

import numpy as np

import tolerances as tol
from ops import kind_of

# Options of theano-run.
DEVICES = {"cpu": ["--device=cpu"], "sim": ["--device=sim", "--sim-check=all"]}
INTEGERS = ["int8", "uint8", "int32", "int64", "uint64"]
SUMMED = {"i": "int64", "u": "uint64"}


def run(graph, device):
    return graph.run(*DEVICES[device])


def values(dtype, shape, seed=0):
    rng = np.random.default_rng(seed)
    if kind_of(dtype) == "f":
        return tol.round_to(rng.normal(0, 1, shape), dtype)
    return rng.integers(0, 100, shape).astype(dtype)
