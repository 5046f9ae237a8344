"""Inputs and outputs of functions."""

from theano.tensor.var import Variable


class In:
    """An input with a name of its own or a default value."""

    def __init__(self, variable, name=None, value=None, update=None, mutable=False,
                 strict=False, allow_downcast=None, borrow=None):
        if not isinstance(variable, Variable):
            raise TypeError(f"In: expected a variable, got {variable!r}")
        if update is not None:
            raise NotImplementedError("In(update=...) is not supported yet; use a shared "
                                      "variable and updates")
        self.variable = variable
        self.name = name or variable.name
        self.value = value
        self.strict = strict
        self.allow_downcast = allow_downcast
        # The function may keep, or write to, what it is given: it does neither.
        self.mutable = mutable
        self.borrow = borrow


class Out:
    """An output. (`borrow` allows to alias memory of the function, which nothing needs.)"""

    def __init__(self, variable, borrow=False):
        if not isinstance(variable, Variable):
            raise TypeError(f"Out: expected a variable, got {variable!r}")
        self.variable = variable
        self.borrow = borrow
