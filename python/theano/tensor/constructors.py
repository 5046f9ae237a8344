"""Constructors of variables, for every dtype and rank."""

from theano.configparser import config
from theano.tensor.type import TensorType

_PATTERNS = {
    "scalar": (), "vector": (False,), "row": (True, False), "col": (False, True),
    "matrix": (False,) * 2, "tensor3": (False,) * 3, "tensor4": (False,) * 4,
    "tensor5": (False,) * 5, "tensor6": (False,) * 6, "tensor7": (False,) * 7,
}
_PREFIXES = {"b": "int8", "w": "int16", "i": "int32", "l": "int64",
             "f": "float32", "d": "float64"}


def tensor(dtype, broadcastable, name=None):
    """A new variable of a dtype and a broadcast pattern."""
    return TensorType(dtype, broadcastable)(name)


def _plain_constructor(kind, pattern):
    def construct(name=None, dtype=None):
        return TensorType(config.floatX if dtype is None else dtype, pattern)(name)
    construct.__name__ = construct.__qualname__ = kind
    construct.__doc__ = f"A new {kind} of floatX, or of a given dtype."
    return construct


def _several(constructor, kind):
    def construct(*names):
        if len(names) == 1 and isinstance(names[0], int):
            return [constructor() for _ in range(names[0])]
        return [constructor(name) for name in names]
    construct.__name__ = construct.__qualname__ = kind
    construct.__doc__ = "Several new variables, by their names or by their number."
    return construct


def _plural(kind):
    return kind[:-2] + "ices" if kind.endswith("matrix") else kind + "s"


for _kind, _pattern in _PATTERNS.items():
    globals()[_kind] = _plain_constructor(_kind, _pattern)
    globals()[_plural(_kind)] = _several(globals()[_kind], _plural(_kind))
    for _prefix, _name in _PREFIXES.items():
        _type = TensorType(_name, _pattern)
        globals()[_prefix + _kind] = _type
        globals()[_plural(_prefix + _kind)] = _several(_type, _plural(_prefix + _kind))
