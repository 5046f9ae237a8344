"""Theano: symbolic tensors, compiled."""

import os as _os

from theano import _theano

_theano.graph.set_package_folder(_os.path.dirname(_os.path.abspath(__file__)) + _os.sep)

from theano._missing import THEANO as _MISSING, missing as _missing  # noqa: E402
from theano.configparser import change_flags, config  # noqa: E402
from theano import scalar, tensor  # noqa: E402
from theano.tensor import dot  # noqa: E402
from theano.tensor.var import Variable  # noqa: E402
from theano import gof  # noqa: E402
from theano import compile  # noqa: E402
from theano.compile import Function, In, Out, function, shared  # noqa: E402

__version__ = "0.1.0"
__getattr__ = _missing("theano", _MISSING)
