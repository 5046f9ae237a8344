"""`theano.function`: callables from graphs."""

import copy
import warnings

from theano import _theano
from theano._missing import FUNCTION as _MISSING
from theano.compile.function_module import UnusedInputError
from theano.compile.io import In, Out
from theano.compile.sharedvalue import TensorSharedVariable, device
from theano.configparser import config
from theano.gof.fg import MissingInputError
from theano.tensor.basic import as_tensor_variable, constant
from theano.tensor.var import TensorVariable, Variable, wrap

_graph = _theano.graph


def function(inputs, outputs=None, mode=None, updates=None, givens=None,
             no_default_updates=False, accept_inplace=False, name=None,
             rebuild_strict=True, allow_input_downcast=None, profile=None,
             on_unused_input=None):
    """A callable that computes `outputs` from `inputs` and applies `updates`."""
    for option, value in (("accept_inplace", accept_inplace), ("profile", profile)):
        if value:
            raise NotImplementedError(f"function({option}=...) is not supported yet")
    if not rebuild_strict:
        raise NotImplementedError(
            "function(rebuild_strict=False) is not supported: what givens put in the place "
            "of a variable has the variable's type; leave out rebuild_strict, and convert "
            "the new value with theano.tensor.cast")
    if not isinstance(inputs, (list, tuple)):
        raise TypeError(f"function: expected a list of inputs, got {inputs!r}")
    ins = [_as_input(i, allow_input_downcast) for i in inputs]
    given = _pairs("givens", givens)
    new_values = _pairs("updates", updates)
    outs = _outputs(outputs)

    variables = [i.variable._value for i in ins]
    _check_given(ins, given)
    given = [(old, _as_type_of(old, new, "givens")) for old, new in given]
    for target, _ in new_values:
        if not isinstance(target, TensorSharedVariable):
            raise TypeError(f"updates: expected a shared variable to update, got {target!r}")
    new_values = [(target, _as_type_of(target, new, "updates")) for target, new in new_values]
    new_values += _default_updates(variables, outs, new_values, given, no_default_updates)

    arguments = (variables, [o._value for o in outs],
                 [(a._value, b._value) for a, b in new_values],
                 [(a._value, b._value) for a, b in given])
    _check_leaves(ins, _graph.leaves(*arguments), on_unused_input)
    ir = _graph.function("main", *arguments)
    return Function(ir, ins, outputs, outs, [wrap(v) for v in ir.shared],
                    _mode(mode), name)


# ---- arguments -------------------------------------------------------------

def _as_input(given, allow_downcast):
    if isinstance(given, In):
        if given.allow_downcast is None:
            # The caller's In may serve another function as well.
            given = copy.copy(given)
            given.allow_downcast = allow_downcast
    elif isinstance(given, TensorVariable):
        given = In(given, allow_downcast=allow_downcast)
    else:
        raise TypeError(f"function: expected a variable or In(...) as an input, got {given!r}")
    if isinstance(given.variable, TensorSharedVariable):
        raise TypeError(f"function: the shared variable {given.variable} cannot be an "
                        f"explicit input; replace it with givens")
    return given


def _pairs(what, mapping):
    if mapping is None:
        return []
    pairs = list(mapping.items()) if hasattr(mapping, "items") else list(mapping)
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"{what}: expected a dict or pairs of two, got {pair!r}")
    return [(_variable(what, old), new) for old, new in pairs]


def _variable(what, x):
    if not isinstance(x, TensorVariable):
        raise TypeError(f"{what}: expected a variable to replace, got {x!r}")
    return x


def _as_type_of(variable, value, what):
    if isinstance(value, Variable):
        return value
    try:
        return constant(variable.type.filter(value))
    except TypeError as error:
        raise TypeError(f"{what}: for {variable}: {error}") from error


def _outputs(outputs):
    if outputs is None:
        return []
    if isinstance(outputs, dict):
        for key in outputs:
            if not isinstance(key, str):
                raise AssertionError(f"function: expected strings as keys of outputs, "
                                     f"got {key!r}")
        outputs = list(outputs.values())
    if not isinstance(outputs, (list, tuple)):
        outputs = [outputs]
    return [as_tensor_variable(output.variable if isinstance(output, Out) else output)
            for output in outputs]


def _check_given(ins, given):
    inputs = {i.variable._value for i in ins}
    for old, _ in given:
        if old._value in inputs:
            raise RuntimeError(f"givens: {old} is an explicit input of the function and "
                               f"cannot be replaced")


def _default_updates(inputs, outs, updates, given, without):
    """The updates that shared variables bring with them, until none is new."""
    if without is True:
        return []
    without = {v._value for v in without} if without else set()
    done = {target._value for target, _ in updates}
    found, pairs = [], [(a._value, b._value) for a, b in updates]
    replaced = [(a._value, b._value) for a, b in given]
    while True:
        leaves = _graph.leaves(inputs, [o._value for o in outs], pairs, replaced)
        new = [wrap(leaf) for leaf in leaves if leaf not in done | without]
        new = [v for v in new if getattr(v, "default_update", None) is not None]
        if not new:
            return found
        for target in new:
            value = _as_type_of(target, target.default_update, "default_update")
            found.append((target, value))
            pairs.append((target._value, value._value))
            done.add(target._value)


def _check_leaves(ins, leaves, on_unused_input):
    inputs = [i.variable._value for i in ins]
    for position, value in enumerate(inputs):
        if value in inputs[:position]:
            raise UnusedInputError(f"function: the input {ins[position].variable} is "
                                   f"given twice")
    for leaf in leaves:
        if leaf not in inputs and not _graph.is_shared(leaf):
            variable = wrap(leaf)
            raise MissingInputError(
                f"function: the outputs depend on {variable}, which is neither among the "
                f"inputs nor given a value; add it to inputs or givens. It was made at "
                f"{leaf.location}")
    how = config.on_unused_input if on_unused_input is None else on_unused_input
    if how not in ("raise", "warn", "ignore"):
        raise ValueError(f"on_unused_input: expected raise, warn or ignore, got {how!r}")
    for position, value in enumerate(inputs):
        if value in leaves or how == "ignore":
            continue
        message = (f"function: no output depends on input {position}, "
                   f"{ins[position].variable}, made at {value.location}; remove it, or "
                   f"pass on_unused_input='warn' or 'ignore'")
        if how == "raise":
            raise UnusedInputError(message)
        warnings.warn(message, stacklevel=3)


def _mode(mode):
    mode = config.mode if mode is None else mode
    if mode in ("Mode", "FAST_RUN"):
        return "theano"
    if mode == "FAST_COMPILE":
        return "exact"
    if mode in ("DebugMode", "DEBUG_MODE", "NanGuardMode"):
        raise NotImplementedError(f"mode '{mode}' is not supported yet")
    raise ValueError(f"mode: expected FAST_RUN, FAST_COMPILE or Mode, got {mode!r}")


# ---- the function ----------------------------------------------------------

class Function:
    """A compiled function. Call it with values, by position or by name."""

    def __init__(self, ir, ins, outputs, outs, shared, rewrites, name):
        self.name = name
        self.inputs = ins
        self.outputs = outs
        self._shared = shared
        self._ir = ir
        self._rewrites = rewrites
        self._types = [i.variable.type for i in ins]
        self._single = outs and not isinstance(outputs, (list, tuple, dict))
        self._keys = list(outputs) if isinstance(outputs, dict) else None
        self._executable = _theano.CompiledFunction(ir, device(), rewrites == "theano",
                                                    bool(config.tf32))
        self._containers = [s.container for s in shared]

    def __call__(self, *args, **kwargs):
        output_subset = kwargs.pop("output_subset", None)
        if output_subset is not None:
            raise NotImplementedError("output_subset is not supported yet")
        values = self._bind(args, kwargs) if kwargs or len(args) != len(self._types) else args
        arrays = []
        for position, value in enumerate(values):
            try:
                input_ = self.inputs[position]
                arrays.append(self._types[position].filter(
                    value, input_.strict, input_.allow_downcast))
            except TypeError as error:
                raise TypeError(self._bad_input(position, error)) from error
        results = self._executable(arrays, self._containers)
        if self._single:
            return results[0]
        if self._keys is not None:
            return dict(zip(self._keys, results))
        return results

    def _bind(self, args, kwargs):
        if len(args) > len(self.inputs):
            raise TypeError(f"{self._describe()} takes {len(self.inputs)} arguments, got "
                            f"{len(args)}")
        values = list(args) + [i.value for i in self.inputs[len(args):]]
        known = set(range(len(args)))
        for key, value in kwargs.items():
            positions = [p for p, i in enumerate(self.inputs) if i.name == key]
            if not positions:
                raise TypeError(f"{self._describe()} has no input named '{key}'")
            if len(positions) > 1 or positions[0] in known:
                raise TypeError(f"{self._describe()} got more than one value for '{key}'")
            values[positions[0]] = value
            known.add(positions[0])
        for position, value in enumerate(values):
            if value is None and position not in known:
                raise TypeError(f"{self._describe()} needs a value for input {position}, "
                                f"{self.inputs[position].variable}")
            if isinstance(value, TensorSharedVariable) and position not in known:
                values[position] = value.get_value()
        return values

    def _describe(self):
        return f"the function '{self.name}'" if self.name else "the function"

    def _bad_input(self, position, error):
        variable = self.inputs[position].variable
        return (f"bad argument {position} of {self._describe()}, for {variable} of type "
                f"{variable.type}, made at {variable._value.location}: {error}")

    def get_shared(self):
        """The shared variables that the function uses or updates."""
        return list(self._shared)

    def ir(self, stage="theano", locations=False):
        """The IR after a stage: theano, linalg, kernels, gpu, nvvm, llvm, program, asm."""
        if stage == "theano":
            return self._ir.text(locations)
        return self._executable.stage(self._ir, stage, "")

    def ptx(self, arch="sm_80"):
        """The PTX that the function's kernels become on a GPU of that architecture."""
        return self._executable.stage(self._ir, "ptx", arch)

    def explain(self):
        """The kernels: family, source ops and lines, bytes in and out, and grid."""
        return self._executable.explain()

    def __getattr__(self, name):
        if name in _MISSING:
            raise NotImplementedError(f"Function.{name} is not supported yet")
        raise AttributeError(f"'Function' object has no attribute '{name}'")

    def __reduce_ex__(self, protocol):
        raise NotImplementedError("copying and pickling functions is not supported yet")

    def __repr__(self):
        name = f" '{self.name}'" if self.name else ""
        count = len(self.inputs)
        return f"<theano.Function{name} of {count} input{'' if count == 1 else 's'}>"
