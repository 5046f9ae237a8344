"""`theano.config`: options of the process, read once from THEANO_FLAGS.

Options that this implementation has no use for yet keep Theano's default: they
may be read, and set to that default, but nothing else.
"""

import os
import re
import warnings

from theano import _theano

_CHOICES = {
    "floatX": ("float64", "float32", "float16"),
    "mode": ("Mode", "FAST_RUN", "FAST_COMPILE"),
    "on_unused_input": ("raise", "warn", "ignore"),
    # Whether the factors of float32 products may be rounded to TF32, for the
    # matrix units of a GPU.
    "tf32": (False, True),
}

_FIXED = {
    "cast_policy": "custom",
    "compute_test_value": "off",
    "exception_verbosity": "low",
    "int_division": "int",
    "profile": False,
    "profile_memory": False,
    "warn_float64": "ignore",
}


def _parse(text, default):
    if isinstance(default, bool):
        if text.lower() in ("true", "1", "yes", "on"):
            return True
        if text.lower() in ("false", "0", "no", "off"):
            return False
    return text


class _Config:
    def __init__(self):
        values = self.__dict__
        values.update(floatX="float64", device="cpu", mode="Mode",
                      on_unused_input="raise", tf32=False, **_FIXED)
        for flag in os.environ.get("THEANO_FLAGS", "").split(","):
            name, equals, text = flag.partition("=")
            name = name.strip()
            if equals and name in values:
                self._set(name, _parse(text.strip(), values[name]))
            elif name:
                # Theano says nothing of flags that it does not know.
                warnings.warn(f"THEANO_FLAGS: '{flag.strip()}' has no effect: expected "
                              f"option=value with one of {', '.join(sorted(values))}",
                              stacklevel=2)
        _theano.graph.set_floatx(self.floatX)

    def _set(self, name, value):
        if name in _CHOICES and value not in _CHOICES[name]:
            raise ValueError(
                f"config.{name}: expected one of {', '.join(map(str, _CHOICES[name]))}, "
                f"got {value!r}")
        if name in _FIXED and value != _FIXED[name]:
            raise NotImplementedError(
                f"config.{name}={value!r} is not supported yet: only "
                f"{_FIXED[name]!r} is")
        if name == "device":
            if not re.fullmatch(r"cpu|cuda(:?[0-9]+)?", value):
                raise ValueError(f"config.device: expected cpu, cuda or cuda0, cuda1, "
                                 f"..., got {value!r}")
        self.__dict__[name] = value

    def __setattr__(self, name, value):
        if name not in self.__dict__:
            raise AttributeError(f"theano.config has no option '{name}'")
        if name == "device" and value != self.device:
            raise ValueError("config.device cannot change while the process runs; "
                             "set it in THEANO_FLAGS")
        self._set(name, value)
        if name == "floatX":
            _theano.graph.set_floatx(value)

    def __getattr__(self, name):
        raise AttributeError(f"theano.config has no option '{name}'")


config = _Config()


class change_flags:
    """Options for the time of a `with` block or of a function's call."""

    def __init__(self, **flags):
        self._flags = flags

    def __enter__(self):
        self._saved = {name: getattr(config, name) for name in self._flags}
        for name, value in self._flags.items():
            setattr(config, name, value)

    def __exit__(self, *exception):
        for name, value in self._saved.items():
            setattr(config, name, value)

    def __call__(self, function):
        import functools

        @functools.wraps(function)
        def wrapped(*args, **kwargs):
            with change_flags(**self._flags):
                return function(*args, **kwargs)
        return wrapped
