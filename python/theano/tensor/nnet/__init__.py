"""Functions of neural networks."""

from theano._missing import NNET as _MISSING, missing as _missing
from theano._theano import graph as _graph
from theano.tensor import basic as _T
from theano.tensor.basic import sigmoid, softplus  # noqa: F401
from theano.tensor.var import wrap as _wrap


def _softmax(name, x):
    x = _T.as_tensor_variable(x)
    return _wrap(_graph.softmax(name, x._value), (x,))


def softmax(c):
    """exp(c) / sum(exp(c)) of each row; a vector counts as one row."""
    return _softmax("softmax", c)


def logsoftmax(c):
    """log(softmax(c)), finite where softmax underflows."""
    return _softmax("log_softmax", c)


def relu(x, alpha=0):
    """max(x, 0), or alpha * x below 0."""
    x = _T.as_tensor_variable(x)
    if isinstance(alpha, (int, float)) and alpha == 0:
        return 0.5 * (x + abs(x))
    alpha = _T.as_tensor_variable(alpha)
    return 0.5 * (1 + alpha) * x + 0.5 * (1 - alpha) * abs(x)


def elu(x, alpha=1):
    """x above 0, alpha * (exp(x) - 1) below."""
    x = _T.as_tensor_variable(x)
    return _T.switch(x > 0, x, alpha * _T.expm1(x))


def softsign(x):
    """x / (1 + |x|)."""
    x = _T.as_tensor_variable(x)
    return x / (1.0 + abs(x))


def hard_sigmoid(x):
    """clip(0.2 * x + 0.5, 0, 1)."""
    x = _T.as_tensor_variable(x)
    slope = _T.constant(0.2, dtype=(x * 1.0).dtype)
    return _T.clip(x * slope + 0.5, 0.0, 1.0)


def binary_crossentropy(output, target):
    """-(target * log(output) + (1 - target) * log(1 - output))."""
    output, target = _T.as_tensor_variable(output), _T.as_tensor_variable(target)
    return -(target * _T.log(output) + (1.0 - target) * _T.log(1.0 - output))


def categorical_crossentropy(coding_dist, true_dist):
    """The cross-entropy of each row; `true_dist` holds distributions or labels."""
    coding = _T.as_tensor_variable(coding_dist)
    true = _T.as_tensor_variable(true_dist)
    if true.ndim == coding.ndim:
        return -_T.sum(true * _T.log(coding), axis=coding.ndim - 1)
    if true.ndim == coding.ndim - 1 and coding.ndim == 2:
        return -_T.log(coding[_T.arange(true.shape[0]), true])
    raise TypeError("categorical_crossentropy: expected distributions of the rank of "
                    f"the coding, or a vector of labels; got {true.type} for {coding.type}")


__getattr__ = _missing("theano.tensor.nnet", _MISSING)
