"""Symbolic tensors: constructors and functions."""

from theano._missing import TENSOR as _MISSING, missing as _missing
from theano.tensor import var as _variables  # first: basic and var need each other
from theano.tensor.var import (AsTensorError, Constant, TensorConstant,
                               TensorVariable, Variable)
from theano.tensor.type import TensorType
from theano.tensor import basic
from theano.tensor.basic import *  # noqa: F401,F403
from theano.tensor.basic import abs, and_, or_  # noqa: F401
from theano.tensor.derived import *  # noqa: F401,F403
from theano.tensor import extra_ops, nnet, xlogx

for _name in ("builtins", "np", "graph", "config", "wrap"):
    globals().pop(_name, None)
del _variables, _name
__getattr__ = _missing("theano.tensor", _MISSING)
