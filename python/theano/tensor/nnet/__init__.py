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


def selu(x):
    """elu, scaled so that activations keep mean 0 and variance 1 (Klambauer 2017)."""
    return _constant_like(x, 1.0507009873554805) * elu(
        x, _constant_like(x, 1.6732632423543772))


def _constant_like(x, value):
    return _T.constant(value, dtype=(_T.as_tensor_variable(x) * 1.0).dtype)


def softsign(x):
    """x / (1 + |x|)."""
    x = _T.as_tensor_variable(x)
    return x / (1.0 + abs(x))


def hard_sigmoid(x):
    """clip(0.2 * x + 0.5, 0, 1)."""
    x = _T.as_tensor_variable(x)
    return _T.clip(x * _constant_like(x, 0.2) + 0.5, 0.0, 1.0)


def binary_crossentropy(output, target):
    """-(target * log(output) + (1 - target) * log(1 - output))."""
    output, target = _T.as_tensor_variable(output), _T.as_tensor_variable(target)
    return -(target * _T.log(output) + (1.0 - target) * _T.log(1.0 - output))


def sigmoid_binary_crossentropy(output, target):
    """binary_crossentropy(sigmoid(output), target), finite for any finite `output`."""
    output, target = _T.as_tensor_variable(output), _T.as_tensor_variable(target)
    return softplus(-abs(output)) + output * ((output > 0) - target)


def softmax_with_bias(x, b):
    """softmax(x + b), `b` being added to each row."""
    return softmax(_T.as_tensor_variable(x) + b)


def crossentropy_categorical_1hot(coding_dist, true_one_of_n):
    """-log of the entry of each row that its label names."""
    coding = _T.as_tensor_variable(coding_dist)
    labels = _T.as_tensor_variable(true_one_of_n)
    if coding.ndim != 2 or labels.ndim != 1:
        raise TypeError(f"crossentropy_categorical_1hot: expected a matrix and a vector of "
                        f"labels, got {coding.type} and {labels.type}")
    return -_T.log(coding[_T.arange(labels.shape[0]), labels])


def crossentropy_softmax_1hot_with_bias(x, b, y_idx):
    """The cross-entropy of each row of softmax(x + b) with its label; and the softmax."""
    probabilities = softmax_with_bias(x, b)
    return crossentropy_categorical_1hot(probabilities, y_idx), probabilities


def crossentropy_softmax_1hot(x, y_idx):
    """The cross-entropy of each row of softmax(x) with its label; and the softmax."""
    probabilities = softmax(x)
    return crossentropy_categorical_1hot(probabilities, y_idx), probabilities


def crossentropy_softmax_max_and_argmax_1hot_with_bias(x, b, y_idx):
    """The same, and the largest entry of each row and its index."""
    losses, probabilities = crossentropy_softmax_1hot_with_bias(x, b, y_idx)
    return [losses, probabilities, *_T.max_and_argmax(probabilities, axis=-1)]


def crossentropy_softmax_max_and_argmax_1hot(x, y_idx):
    """The same, and the largest entry of each row and its index."""
    losses, probabilities = crossentropy_softmax_1hot(x, y_idx)
    return [losses, probabilities, *_T.max_and_argmax(probabilities, axis=-1)]


def batch_normalization(inputs, gamma, beta, mean, std, mode="low_mem"):
    """(inputs - mean) * (gamma / std) + beta, in either mode."""
    if mode not in ("low_mem", "high_mem"):
        raise ValueError(f"batch_normalization: expected the mode low_mem or high_mem, got "
                         f"{mode!r}")
    inputs, gamma = _T.as_tensor_variable(inputs), _T.as_tensor_variable(gamma)
    return (inputs - mean) * (gamma / std) + beta


def categorical_crossentropy(coding_dist, true_dist):
    """The cross-entropy of each row; `true_dist` holds distributions or labels."""
    coding = _T.as_tensor_variable(coding_dist)
    true = _T.as_tensor_variable(true_dist)
    if true.ndim == coding.ndim:
        return -_T.sum(true * _T.log(coding), axis=coding.ndim - 1)
    if true.ndim == coding.ndim - 1 and coding.ndim == 2:
        return crossentropy_categorical_1hot(coding, true)
    raise TypeError("categorical_crossentropy: expected distributions of the rank of "
                    f"the coding, or a vector of labels; got {true.type} for {coding.type}")


__getattr__ = _missing("theano.tensor.nnet", _MISSING)
