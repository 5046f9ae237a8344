"""Variables that keep their values between calls."""

import re

import numpy as np

from theano import _theano
from theano.configparser import config
from theano.tensor.type import TensorType
from theano.tensor.var import TensorVariable, Variable


class TensorSharedVariable(TensorVariable):
    """A tensor that functions share and may update."""

    default_update = None

    def __init__(self, type_, value, name, allow_downcast):
        handle = _theano.graph.shared(type_.dtype, type_.broadcastable)
        super().__init__(handle)
        self._allow_downcast = allow_downcast
        self.name = name
        self.container = _theano.shared_variable(device(), name or "", value)

    def get_value(self, borrow=False, return_internal_type=False):
        """A copy of the value. (`borrow` allows to alias it, which nothing needs.)"""
        if return_internal_type:
            raise NotImplementedError(
                "get_value(return_internal_type=True) is not supported yet")
        return self.container.get()

    def set_value(self, new_value, borrow=False):
        """Replaces the value; its dtype and rank stay, its shape may change."""
        self.container.set(self.type.filter(new_value, allow_downcast=self._allow_downcast))

    def zero(self, borrow=False):
        """Sets every element to 0."""
        self.container.set(np.zeros(self.container.shape, self.dtype))

    def __str__(self):
        return self.name or f"<{self._value.type_text}>"

    __repr__ = __str__


SharedVariable = TensorSharedVariable


def device():
    """The device of this process, opened when first needed."""
    # Theano writes cuda0 where the runtime writes cuda:0.
    return _theano.device(re.sub(r"(?<=cuda)(?=[0-9])", ":", config.device))


def shared(value, name=None, strict=False, allow_downcast=None, borrow=False,
           broadcastable=None, target=None, **kwargs):
    """A shared variable of the dtype and rank of `value`."""
    if kwargs:
        raise TypeError(f"shared: unexpected arguments {', '.join(kwargs)}")
    if isinstance(value, Variable):
        raise TypeError("shared: expected a value, got a symbolic variable; compute it "
                        "first, with eval()")
    if not isinstance(value, (np.ndarray, np.generic, bool, int, float)):
        raise NotImplementedError(
            f"shared: expected an array or a number, got {type(value).__name__}; make "
            f"an array of it, with np.asarray")
    if target not in (None, "cpu"):
        raise NotImplementedError(f"shared(target={target!r}) is not supported yet")
    array = np.asarray(value, order="C")
    if broadcastable is None:
        broadcastable = (False,) * array.ndim
    type_ = TensorType(array.dtype.name, broadcastable)
    return TensorSharedVariable(type_, type_.filter(array), name,
                                False if strict else allow_downcast)
