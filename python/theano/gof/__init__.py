"""Graphs: what Theano calls its graph optimisation framework."""

from theano.gof.fg import MissingInputError
from theano.gof.graph import Apply, Constant, Variable
