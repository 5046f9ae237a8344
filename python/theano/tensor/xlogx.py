"""x log x, and x log y, which are 0 for x = 0."""

from theano.tensor.basic import as_tensor_variable, eq, log, switch


def xlogx(x):
    """x * log(x); 0 for x = 0."""
    x = as_tensor_variable(x)
    return switch(eq(x, 0), 0, x * log(x))


def xlogy0(x, y):
    """x * log(y); 0 for x = 0, whatever y is."""
    x = as_tensor_variable(x)
    return switch(eq(x, 0), 0, x * log(y))
