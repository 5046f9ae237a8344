"""The type of a tensor variable: its dtype and what broadcasts."""

import numpy as np

from theano import _theano
from theano.configparser import config

_SHORT = {(): "scalar", (False,): "vector", (False, False): "matrix",
          (True, False): "row", (False, True): "col"}


class TensorType:
    """A dtype and, for each dimension, whether it is 1 and broadcasts."""

    def __init__(self, dtype, broadcastable, name=None):
        if dtype == "floatX":
            dtype = config.floatX
        self.dtype = str(np.dtype(dtype)) if not isinstance(dtype, str) else dtype
        self.broadcastable = tuple(bool(b) for b in broadcastable)
        self.name = name
        _theano.upcast([self.dtype])  # refuses what is no dtype of ours

    @property
    def ndim(self):
        return len(self.broadcastable)

    @property
    def numpy_dtype(self):
        return np.dtype(self.dtype)

    def __eq__(self, other):
        return (isinstance(other, TensorType) and self.dtype == other.dtype
                and self.broadcastable == other.broadcastable)

    def __hash__(self):
        return hash((self.dtype, self.broadcastable))

    def __repr__(self):
        pattern = self.broadcastable
        text = _SHORT.get(pattern)
        if text is None:
            text = str(pattern) if True in pattern else f"{len(pattern)}D"
        return f"TensorType({self.dtype}, {text})"

    def clone(self, dtype=None, broadcastable=None):
        return TensorType(self.dtype if dtype is None else dtype,
                          self.broadcastable if broadcastable is None else broadcastable)

    def make_variable(self, name=None):
        from theano.tensor.var import new_input
        return new_input(self, name)

    __call__ = make_variable

    def filter(self, data, strict=False, allow_downcast=None):
        """`data` as an array of this type, or TypeError.

        Arrays are converted only where no value can be lost. Numbers and lists
        are converted where their own values are not; a Python float goes into
        floatX whatever it loses.
        """
        from theano.tensor.var import Variable
        if isinstance(data, Variable):
            raise TypeError(
                "expected an array-like object, but found a symbolic variable; "
                "to replace one variable by another use givens")
        array = self._convert(data, strict, allow_downcast)
        if array.ndim != self.ndim:
            raise TypeError(f"wrong number of dimensions: expected {self.ndim}, got "
                            f"{array.ndim} with shape {array.shape}")
        for size, is_one in zip(array.shape, self.broadcastable):
            if is_one and size != 1:
                raise TypeError(
                    f"a broadcastable dimension has to be of size 1: got shape "
                    f"{array.shape} for {self!r}")
        return array

    def _convert(self, data, strict, allow_downcast):
        dtype = np.dtype(self.dtype)
        if isinstance(data, np.ndarray) and data.dtype == dtype:
            return np.asarray(data, dtype, order="C")
        if strict:
            raise TypeError(f"expected an array of dtype {dtype} (strict), got "
                            f"{_describe(data)}")
        if allow_downcast:
            return np.asarray(data).astype(dtype, order="C")
        if isinstance(data, np.ndarray):
            if (data.dtype.kind in "biuf"
                    and _theano.upcast([self.dtype, data.dtype.name]) == self.dtype):
                return np.asarray(data, dtype, order="C")
            raise TypeError(
                f"an array of dtype {data.dtype} cannot be converted to {dtype} "
                f"without the risk of a loss; convert it yourself, or pass "
                f"allow_input_downcast=True")
        if allow_downcast is None and type(data) is float and self.dtype == config.floatX:
            return np.asarray(data, dtype)
        given = np.asarray(data)
        if given.dtype.kind not in "biuf":
            raise TypeError(f"expected numbers, got {_describe(data)}")
        with np.errstate(all="ignore"):
            converted = given.astype(dtype, order="C")
            same = (given == converted) | ((given != given) & (converted != converted))
        if not np.all(same):
            raise TypeError(
                f"{_describe(data)} cannot be converted to {dtype} without a loss; "
                f"pass allow_input_downcast=True to allow it")
        return converted


def _describe(data):
    if isinstance(data, np.ndarray):
        return f"an array of dtype {data.dtype} and shape {data.shape}"
    text = repr(data)
    return f"{type(data).__name__} {text if len(text) < 60 else text[:57] + '...'}"
