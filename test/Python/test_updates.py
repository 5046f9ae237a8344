"""Updates in place: the same values as with spare buffers, whatever reads the state.

Each case is one graph on shared variables, run three times in one process with
--safe-updates=on and off. The reference is NumPy on the old values. `in_place` lists the
variables that must be updated in place when asked for; of the others some reader needs
the old value later.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tolerances as tol
from tools import run_tool

RNG = np.random.default_rng(7)
VECTOR = RNG.normal(0, 1, 1003).astype("float32")
OTHER = RNG.normal(0, 1, 1003).astype("float32")
SQUARE = RNG.normal(0, 1, (37, 37)).astype("float32")
LONG = RNG.normal(0, 1, 200_003).astype("float32")
MATRIX = RNG.normal(0, 1, (19, 37)).astype("float32")
V, M = "tensor<?xf32>", "tensor<?x?xf32>"
SQ = "tensor<37x37xf32>"


@dataclass
class Case:
    """`arguments` and `results`: (name, type) and (value, type, updated variable or "");
    `step` maps the old state to the outputs and the new state."""
    shared: dict
    arguments: list
    body: str
    results: list
    step: callable
    in_place: set

    def source(self):
        arguments = ", ".join(f'%{n}: {t} {{theano.shared = "{n}"}}' for n, t in self.arguments)
        types = ", ".join(t + (f' {{theano.update = "{u}"}}' if u else "")
                          for _, t, u in self.results)
        values = ", ".join(v for v, _, _ in self.results)
        plain = ", ".join(t for _, t, _ in self.results)
        return (f"func.func @main({arguments}) -> ({types}) {{\n{self.body}\n"
                f"  return {values} : {plain}\n}}\n")


CASES = {
    "elementwise": Case(
        {"w": VECTOR, "g": OTHER}, [("w", V), ("g", V)],
        f"%0 = theano.sub %w, %g : {V}", [("%0", V, "w")],
        lambda s: ([], {"w": s["w"] - s["g"]}), {"w"}),
    "its value is also an output": Case(
        {"w": VECTOR}, [("w", V)], f"%0 = theano.neg %w : {V}",
        [("%0", V, ""), ("%0", V, "w")],
        lambda s: ([-s["w"]], {"w": -s["w"]}), {"w"}),
    "the old value is an output": Case(
        {"w": VECTOR}, [("w", V)], f"%0 = theano.neg %w : {V}",
        [("%w", V, ""), ("%0", V, "w")],
        lambda s: ([s["w"]], {"w": -s["w"]}), set()),
    "unchanged": Case(
        {"w": VECTOR}, [("w", V)], "", [("%w", V, "w")],
        lambda s: ([], {"w": s["w"]}), set()),
    "not read by its own update": Case(
        {"w": VECTOR, "g": OTHER}, [("w", V), ("g", V)],
        f"%m = theano.mul %g, %g : {V}\n%0 = theano.add %m, %g : {V}\n"
        f"%1 = theano.add %m, %w : {V}", [("%0", V, "w"), ("%1", V, "g")],
        lambda s: ([], {"w": s["g"] * s["g"] + s["g"], "g": s["g"] * s["g"] + s["w"]}),
        {"w", "g"}),
    "swapped": Case(
        {"a": VECTOR, "b": OTHER}, [("a", V), ("b", V)], "",
        [("%b", V, "a"), ("%a", V, "b")],
        lambda s: ([], {"a": s["b"], "b": s["a"]}), set()),
    "swapped and changed": Case(
        {"a": VECTOR, "b": OTHER}, [("a", V), ("b", V)],
        f"%0 = theano.neg %b : {V}\n%1 = theano.abs %a : {V}",
        [("%0", V, "a"), ("%1", V, "b")],
        # The sizes of a and b may differ, so that neither has room for the other's.
        lambda s: ([], {"a": -s["b"], "b": np.abs(s["a"])}), set()),
    "read transposed": Case(
        {"w": SQUARE}, [("w", SQ)],
        f"%t = theano.dimshuffle %w [1, 0] : {SQ} -> {SQ}\n%0 = theano.sub %w, %t : {SQ}",
        [("%0", SQ, "w")], lambda s: ([], {"w": s["w"] - s["w"].T}), set()),
    "read reversed": Case(
        {"w": VECTOR}, [("w", V)], f"%0 = theano.subtensor %w[::-1] : {V} -> {V}",
        [("%0", V, "w")], lambda s: ([], {"w": s["w"][::-1]}), set()),
    "read through its sum": Case(
        {"w": VECTOR}, [("w", V)],
        f"%m = theano.max %w keepdims : {V} -> tensor<1xf32>\n"
        f"%0 = theano.sub %w, %m : ({V}, tensor<1xf32>) -> {V}",
        [("%0", V, "w")], lambda s: ([], {"w": s["w"] - s["w"].max()}), {"w"}),
    "read by a later kernel": Case(
        {"w": VECTOR}, [("w", V)],
        f"%0 = theano.neg %w : {V}\n%1 = theano.max %w : {V} -> tensor<f32>",
        [("%0", V, "w"), ("%1", "tensor<f32>", "")],
        lambda s: ([s["w"].max()], {"w": -s["w"]}), {"w"}),
    "each reads the other, in two kernels": Case(
        {"a": SQUARE, "b": SQUARE[::-1].copy()}, [("a", SQ), ("b", SQ)],
        f"%t = theano.dimshuffle %b [1, 0] : {SQ} -> {SQ}\n%0 = theano.neg %t : {SQ}\n"
        f"%u = theano.dimshuffle %a [1, 0] : {SQ} -> {SQ}\n%1 = theano.abs %u : {SQ}",
        [("%0", SQ, "a"), ("%1", SQ, "b")],
        # One has to wait in a spare buffer for the reader of its old value; the other need not.
        lambda s: ([], {"a": -s["b"].T, "b": np.abs(s["a"].T)}), {"a"}),
    "the new value feeds another update": Case(
        {"a": VECTOR, "b": OTHER}, [("a", V), ("b", V)],
        f"%0 = theano.add %a, %b : {V}\n%m = theano.max %0 keepdims : {V} -> tensor<1xf32>\n"
        f"%1 = theano.minimum %b, %m : ({V}, tensor<1xf32>) -> {V}",
        [("%0", V, "a"), ("%1", V, "b")],
        lambda s: ([], {"a": s["a"] + s["b"],
                        "b": np.minimum(s["b"], (s["a"] + s["b"]).max())}), {"a", "b"}),
    "columns into a row": Case(
        {"b": VECTOR[:37], "g": MATRIX}, [("b", "tensor<37xf32>"), ("g", "tensor<19x37xf32>")],
        "%m = theano.max %g axes [0] : tensor<19x37xf32> -> tensor<37xf32>\n"
        "%0 = theano.sub %b, %m : tensor<37xf32>", [("%0", "tensor<37xf32>", "b")],
        lambda s: ([], {"b": s["b"] - s["g"].max(0)}), {"b"}),
    "a counter": Case(
        {"n": np.int64(5)}, [("n", "tensor<i64>")],
        "%c = theano.constant dense<3> : tensor<i64>\n%0 = theano.add %n, %c : tensor<i64>",
        [("%0", "tensor<i64>", "n")], lambda s: ([], {"n": s["n"] + 3}), {"n"}),
    "a size": Case(
        {"n": np.int64(5), "w": VECTOR}, [("n", "tensor<i64>"), ("w", V)],
        "%c = theano.constant dense<3> : tensor<i64>\n%0 = theano.add %n, %c : tensor<i64>\n"
        f"%1 = theano.subtensor %w[0:%n] : {V} -> {V}\n%2 = theano.neg %1 : {V}",
        [("%0", "tensor<i64>", "n"), ("%2", V, "")],
        lambda s: ([-s["w"][:s["n"]]], {"n": s["n"] + 3}), set()),
    "through a reshape": Case(
        {"w": SQUARE}, [("w", SQ)],
        f"%f = theano.flatten %w ndim 1 : {SQ} -> tensor<1369xf32>\n%0 = theano.neg %w : {SQ}\n"
        "%1 = theano.max %f : tensor<1369xf32> -> tensor<f32>",
        [("%0", SQ, "w"), ("%1", "tensor<f32>", "")],
        lambda s: ([s["w"].max()], {"w": -s["w"]}), {"w"}),
    "the maximum of everything, in several blocks": Case(
        {"m": np.float32(-9), "x": LONG}, [("m", "tensor<f32>"), ("x", V)],
        f"%t = theano.max %x : {V} -> tensor<f32>\n%0 = theano.sub %m, %t : tensor<f32>",
        [("%0", "tensor<f32>", "m")],
        lambda s: ([], {"m": s["m"] - s["x"].max()}), {"m"}),
    "of nothing": Case(
        {"w": VECTOR[:0], "g": OTHER[:0]}, [("w", V), ("g", V)],
        f"%0 = theano.sub %w, %g : {V}", [("%0", V, "w")],
        lambda s: ([], {"w": s["w"] - s["g"]}), {"w"}),
}


def run(case, *options, check=True):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "graph.mlir").write_text(case.source())
        shared = []
        for name, value in case.shared.items():
            np.save(folder / f"{name}.npy", value)
            shared += ["--shared", f"{name}={folder / name}.npy"]
        if any(not update for _, _, update in case.results):
            options = [*options, "-o", folder / "out.npz"]
        done = run_tool("theano-run", folder / "graph.mlir", "--device=cpu", "--explain",
                        "--repeat", 3, *shared, *options, "--shared-out", folder / "state.npz",
                        check=check)
        if not check:
            return done
        outputs, state = [dict(np.load(folder / file)) if (folder / file).exists() else {}
                          for file in ("out.npz", "state.npz")]
        return outputs, state, done.stdout


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("options", [["--safe-updates=on"], ["--safe-updates=off"],
                                     ["--safe-updates=off", "--threads=5"],
                                     ["--safe-updates=off", "--blas=none"]])
def test_values(name, options):
    case = CASES[name]
    outputs, state, report = run(case, *options)
    expected = dict(case.shared)
    calls = []
    for _ in range(3):
        values, new = case.step(expected)
        calls.append(values)
        expected = {**expected, **new}
    for i, value in enumerate(values):
        # A sweep collects 0-d outputs.
        value = [call[i] for call in calls] if np.ndim(value) == 0 else value
        tol.assert_same(outputs[f"out{i}"], np.asarray(value), f"out{i}")
    for key, value in expected.items():
        tol.assert_same(state[key], np.asarray(value), key)
    in_place = {v.strip() for line in re.findall(r"in place +(.*)", report)
                for v in line.split(",")}
    if "--safe-updates=on" in options:
        assert not in_place
    else:
        assert in_place == case.in_place


def test_peak_memory():
    case = CASES["elementwise"]
    peaks = [int(re.search(r"peak memory: (\d+) bytes", run(case, f"--safe-updates={on}")[2])[1])
             for on in ("on", "off")]
    assert peaks[0] - peaks[1] == VECTOR.nbytes


@pytest.mark.parametrize("on", ["on", "off"])
@pytest.mark.parametrize("old, new", [((3,), (6,)), ((5,), (2,)), ((2, 6), (3, 4)),
                                      ((4, 0), (0, 4)), ((3,), (300000,))])
def test_update_of_another_size(on, old, new):
    """A variable may change its sizes, and then cannot keep its memory."""
    type = V if len(old) == 1 else M
    w, g = np.ones(old, "float32"), RNG.normal(0, 1, new).astype("float32")
    case = Case({"w": w, "g": g}, [("w", type), ("g", type)], f"%0 = theano.neg %g : {type}",
                [("%0", type, "w")], None, None)
    _, state, report = run(case, f"--safe-updates={on}")
    tol.assert_same(state["w"], -g)
    assert "in place" not in report


def failing():
    """An update, and an output whose kernel fails."""
    return Case({"w": VECTOR, "n": np.array([0], "int32")}, [("w", V), ("n", "tensor<?xi32>")],
                f"%0 = theano.neg %w : {V}\n"
                "%1 = theano.int_div %n, %n : tensor<?xi32>",
                [("%0", V, "w"), ("%1", "tensor<?xi32>", "")], None, None)


@pytest.mark.parametrize("on", ["on", "off"])
def test_error_in_the_middle(on):
    done = run(failing(), f"--safe-updates={on}", check=False)
    assert done.returncode == 1
    assert "division by zero" in done.stderr


def test_products_take_the_update_along():
    # W <- W - x^T d by our own kernel: the epilogue reads W where it writes.
    case = Case({"w": SQUARE, "x": MATRIX, "d": MATRIX[::-1].copy()},
                [("w", SQ), ("x", "tensor<19x37xf32>"), ("d", "tensor<19x37xf32>")],
                "%t = theano.dimshuffle %x [1, 0] : tensor<19x37xf32> -> tensor<37x19xf32>\n"
                f"%p = theano.dot %t, %d : (tensor<37x19xf32>, tensor<19x37xf32>) -> {SQ}\n"
                f"%0 = theano.sub %w, %p : {SQ}", [("%0", SQ, "w")], None, {"w"})
    results = {}
    for on in ("on", "off"):
        _, state, report = run(case, f"--safe-updates={on}", "--blas=none")
        results[on] = state["w"]
        assert ("in place" in report) == (on == "off")
    tol.assert_same(results["off"], results["on"])
    x, d = MATRIX.astype("f8"), MATRIX[::-1].astype("f8")
    wide = SQUARE - 3 * x.T @ d
    tol.assert_sum(results["off"], wide, np.abs(SQUARE) + 3 * np.abs(x).T @ np.abs(d), 60)
