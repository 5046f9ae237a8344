"""Views of the graph."""

from theano._theano import graph
from theano.tensor.var import Apply, Constant, Variable, wrap

__all__ = ["Apply", "Constant", "Variable", "inputs"]


def inputs(variables):
    """The variables that these are computed from: arguments and shared ones."""
    leaves = graph.leaves([], [v._value for v in variables], [], [])
    return [wrap(value) for value in leaves]
