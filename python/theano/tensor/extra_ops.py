"""The functions that Theano keeps apart under this name."""

from theano._missing import EXTRA_OPS as _MISSING, missing as _missing
from theano.configparser import config as _config
from theano.tensor import basic as _T
from theano.tensor.basic import squeeze
from theano.tensor.core import _number
from theano.tensor.derived import diff, repeat

__all__ = ["diff", "repeat", "squeeze", "to_one_hot"]


def to_one_hot(y, nb_class, dtype=None):
    """A row of zeros with a one at its label for each element of the vector `y`."""
    y = _T.as_tensor_variable(y)
    if y.ndim != 1:
        raise ValueError(f"to_one_hot: expected a vector of labels, got {y.type}")
    classes = _T.arange(_number(nb_class, "to_one_hot: nb_class"))
    return _T.cast(_T.eq(_T.dimshuffle(y, (0, "x")), classes), dtype or _config.floatX)


__getattr__ = _missing("theano.tensor.extra_ops", _MISSING)
