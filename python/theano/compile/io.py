"""Inputs and outputs of functions."""

import copy

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

    def __deepcopy__(self, memo):
        # The variable is a handle on the graph: a copy of it would be another input.
        new = copy.copy(self)
        new.value = copy.deepcopy(self.value, memo)
        return new

    def __repr__(self):
        value = "" if self.value is None else f" = {' '.join(repr(self.value).split())}"
        name = "" if self.name in (None, self.variable.name) else f" as {self.name}"
        return f"In({self.variable}{name}{value})"


class Out:
    """An output. (`borrow` allows to alias memory of the function, which nothing needs.)"""

    def __init__(self, variable, borrow=False):
        if not isinstance(variable, Variable):
            raise TypeError(f"Out: expected a variable, got {variable!r}")
        self.variable = variable
        self.borrow = borrow

    def __deepcopy__(self, _memo):
        return copy.copy(self)

    def __repr__(self):
        return f"Out({self.variable})"
