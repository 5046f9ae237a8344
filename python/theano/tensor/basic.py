"""The functions of theano.tensor that become ops of the graph."""

from theano.tensor.core import (  # noqa: F401
    SymbolicRange, as_tensor, as_tensor_variable, constant)
from theano.tensor.constructors import *  # noqa: F401,F403
from theano.tensor.elementwise import *  # noqa: F401,F403
from theano.tensor.shapes import *  # noqa: F401,F403
from theano.tensor.indexing import index, take  # noqa: F401
from theano.tensor.reductions import *  # noqa: F401,F403
