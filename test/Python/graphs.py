"""Writes small graphs of the theano dialect as text and runs them."""

import numpy as np

from tools import theano_run, theano_run_each

MLIR_NAME = {"bool": "i1", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64",
             "uint8": "ui8", "uint16": "ui16", "uint32": "ui32", "uint64": "ui64",
             "float16": "f16", "bfloat16": "bf16", "float32": "f32", "float64": "f64"}

# Options of theano-run for every graph, and those of further runs, which must give the
# same bits; the fixture `device` sets them.
OPTIONS = ()
AGAIN = ()


def tensor(shape, dtype):
    """The tensor type; a size that is None is not known to the compiler."""
    sizes = "".join(f"{'?' if size is None else size}x" for size in shape)
    name = dtype if dtype == "bfloat16" else str(np.dtype(dtype))
    return f"tensor<{sizes}{MLIR_NAME[name]}>"


def assert_same_bits(arrays, others, options):
    for number, (a, b) in enumerate(zip(arrays, others, strict=True)):
        assert (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes()), \
            f"result {number} has other bits with {' '.join(options)}"


def unknown(rank, dtype):
    return tensor([None] * rank, dtype)


class Graph:
    """A function under construction: inputs, lines of IR and results."""

    def __init__(self):
        self.arguments, self.inputs, self.lines, self.results = [], {}, [], []

    def input(self, value, static=(), dtype=None):
        """An input with this value, whose dimensions `static` are known.

        NumPy has no bfloat16: such an input is a float32 array, and `dtype` says so.
        """
        value = np.asarray(value)
        name = f"x{len(self.arguments)}"
        shape = [n if d in static else None for d, n in enumerate(value.shape)]
        type = tensor(shape, dtype or value.dtype)
        self.arguments.append(f'%{name}: {type} {{theano.name = "{name}"}}')
        self.inputs[name] = value
        return f"%{name}", type

    def line(self, text):
        """`%vN = text`."""
        name = f"%v{len(self.lines)}"
        self.lines.append(f"{name} = {text}")
        return name

    def result(self, text, type):
        """A result of the function computed by `text`."""
        self.results.append((self.line(text), type))

    def source(self):
        names = ", ".join(name for name, _ in self.results)
        types = ", ".join(type for _, type in self.results)
        body = "\n".join(f"  {line}" for line in self.lines)
        return (f"func.func @main({', '.join(self.arguments)}) -> ({types}) {{\n"
                f"{body}\n  return {names} : {types}\n}}\n")

    def run(self, *options):
        """The results in order, with these options of theano-run."""
        found = self._in_order(theano_run(self.source(), self.inputs, *OPTIONS, *options))
        for other in AGAIN:
            again = self._in_order(theano_run(self.source(), self.inputs, *other, *options))
            assert_same_bits(found, again, other)
        return found

    def run_by_threads(self):
        """The results in order, for each of several numbers of threads on the CPU; once
        where `device` says another device."""
        options = OPTIONS or ["--device=cpu"]
        numbers = [["--threads=1"], ["--threads=2"], ["--threads=5"]]
        return [self._in_order(theano_run(self.source(), self.inputs, *options, *number))
                for number in (numbers if "--device=cpu" in options else [[]])]

    def run_each(self, cases):
        """The results for each case, which is a value for each input, in order.

        Cases must agree in what `input` was told: dtypes, ranks and known sizes.
        """
        inputs = [dict(zip(self.inputs, values, strict=True)) for values in cases]
        found = [self._in_order(out)
                 for out in theano_run_each(self.source(), inputs, *OPTIONS)]
        for other in AGAIN:
            for one, out in zip(found, theano_run_each(self.source(), inputs, *other),
                                strict=True):
                assert_same_bits(one, self._in_order(out), other)
        return found

    def fails(self):
        """What the run, which must fail, says."""
        done = theano_run(self.source(), self.inputs, *OPTIONS, check=False)
        assert done.returncode not in (0, None) and done.returncode > 0, done
        return done.stderr

    def _in_order(self, out):
        return [out[f"out{i}"] for i in range(len(self.results))]
