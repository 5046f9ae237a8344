"""Writes docs/reference/op-tests.md: every op of the theano dialect and its tests.

What counts as a test is looked at, not claimed:

    round trip   a lit test that pipes the op twice through theano-opt, pretty and
                 generic, and checks the text that comes out
    verifier     a lit test that expects an error at the op
    fold         a lit test with --canonicalize after which a function holds fewer of
                 the op than before (theano-opt is run to see that; results that
                 nobody uses do not count), or a reason in NO_FOLD why there is
                 nothing to fold
    lowering     a lit test of the conversion to linalg holds the op
    run          the element types with which the run tests hand the op to theano-run:
                 test/Python/graph_recorder.py notes their graphs

Prints the gaps and the sum. With --check a gap or a stale page is an error; else the
page is written. Needs a built theano-opt and the Python of the tests.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
REFERENCE = SOURCE / "docs/reference/TheanoDialect.md"
PAGE = SOURCE / "docs/reference/op-tests.md"
ODS = SOURCE / "include/theano/Dialect/Theano/IR"
TEST = SOURCE / "test"
RUN_TESTS = sorted(TEST.glob("Python/test_ops_*_run.py"))
sys.path.insert(0, str(TEST / "Python"))

from graph_recorder import record  # noqa: E402

KINDS = ("round trip", "verifier", "fold", "lowering", "run")
_SUMS = ("the order in which run time adds decides the last bits, and constants of a "
         "size worth a product are data")
NO_FOLD = {
    "constant": "it is what a fold gives",
    "dot": _SUMS, "batched_dot": _SUMS,
    "softmax": _SUMS, "log_softmax": _SUMS,
}
NO_LOWERING = {"constant": "becomes arith.constant in every other test"}

SIGNED, UNSIGNED = {"i8", "i16", "i32", "i64"}, {"ui8", "ui16", "ui32", "ui64"}
ORDER = ["i1", *sorted(SIGNED, key=lambda t: int(t[1:])),
         *sorted(UNSIGNED, key=lambda t: int(t[2:])), "f16", "bf16", "f32", "f64"]
# Families whose ops compute, so that the narrow floats are a case of their own.
COMPUTING = ("Elementwise", "Reduction", "LinearAlgebra", "NeuralNet")


def families():
    """Op name -> file stem of its family."""
    found = {}
    for td in sorted(ODS.glob("*.td")):
        text = re.sub(r"//.*", "", td.read_text())
        for match in re.finditer(r'^def\s+Theano_\w+Op\s*:\s*\w+<\s*"(\w+)"', text, re.M):
            found[match.group(1)] = td.stem
    return found


def operand_kinds():
    """Op name -> the description of the operand whose type it computes in."""
    kinds = {}
    for section in re.split(r"^### `theano\.", REFERENCE.read_text(), flags=re.M)[1:]:
        op = section.partition("`")[0]
        _, _, operands = section.partition("#### Operands:")
        if not operands:  # A constant has none: its result says.
            _, _, operands = section.partition("#### Results:")
        rows = re.findall(r"^\| `\w+` \| (.*?)(?: \||$)", operands, re.M)
        kinds[op] = rows[1 if op == "switch" else 0]
    return kinds


def wanted_dtypes(op, family, kind):
    """Groups of element types; the run tests must use one of each group."""
    floats = [{"f32"}, {"f64"}]
    if family in COMPUTING:
        floats += [{"f16"}, {"bf16"}]
    integers = [SIGNED | UNSIGNED]
    if "ranked tensor of floats" in kind:
        return floats
    if "ranked tensor of numbers" in kind:
        return floats + integers
    if "ranked tensor of bool (i1) or integers" in kind:
        return [{"i1"}, *integers]
    if "ranked tensor of bool (i1), i8" in kind:
        return [*floats, *integers, {"i1"}]
    if "ranked tensor of bool (i1)" in kind:
        return [{"i1"}]
    sys.exit(f"error: theano.{op} has an operand of unknown kind: {kind}")


# What the lit tests show ----------------------------------------------------------


def lit_tests(folder, *marks):
    """(path, text) of each lit test whose RUN lines hold one of the marks each."""
    for path in sorted((TEST / folder).rglob("*.mlir")):
        text = path.read_text()
        runs = re.findall(r"^// RUN: (.*)", text, re.M)
        if all(any(mark in run for run in runs) for mark in marks):
            yield path, text


def code_of(text):
    """The lines that are no comments."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))


def ops_in(text):
    return re.findall(r"\btheano\.(\w+)(?=[ \[])", text)


def round_trips():
    found = set()
    for _, text in lit_tests("Dialect/Theano", "theano-opt %s | theano-opt | FileCheck",
                             "--mlir-print-op-generic | theano-opt | FileCheck"):
        checks = "\n".join(re.findall(r"// CHECK.*", text))
        found |= set(ops_in(code_of(text))) & set(ops_in(checks + " "))
    return found


def verifiers():
    found = set()
    for _, text in lit_tests("Dialect/Theano", "-verify-diagnostics"):
        found |= set(re.findall(r"expected-error @\+1.*\n.*?= theano\.(\w+)", text))
    return found


def ops_by_function(text):
    """Function name -> the ops in it whose results are used, as often as they stand."""
    parts = re.split(r"func\.func @(\w+)", code_of(text))
    return {name: [op for result, op in re.findall(r"%(\w+) = theano\.(\w+)", body)
                   if len(re.findall(rf"%{result}\b", body)) > 1]
            for name, body in zip(parts[1::2], parts[2::2])}


def folds(tool):
    found = set()
    for path, text in lit_tests("Dialect/Theano", "--canonicalize"):
        done = subprocess.run([tool, path, "--canonicalize"], text=True, check=True,
                              capture_output=True)
        after = ops_by_function(done.stdout)
        for name, ops in ops_by_function(text).items():
            left = after.get(name, [])
            found |= {op for op in ops if left.count(op) < ops.count(op)}
    return found


def lowerings():
    return {op for _, text in lit_tests("Conversion/TheanoToLinalg",
                                        "--convert-theano-to-linalg", "FileCheck")
            for op in ops_in(code_of(text))}


# What the run tests run -----------------------------------------------------------


DTYPE = re.compile(r"tensor<(?:[\d?]+x)*(\w+)>")


def pairs_of(source):
    """(op, dtype) for each line of IR, dtype being that of the first operand that the op
    computes with: the condition of a switch does not count."""
    for line in source.splitlines():
        if not (op := re.search(r"= theano\.(\w+)", line)):
            continue
        types = DTYPE.findall(line.rpartition(" : ")[2])
        yield op.group(1), types[1 if op.group(1) == "switch" else 0]


def executed(build):
    """Op name -> element types that the run tests hand to theano-run with success."""
    found = {}
    for graph in record(build.resolve(), RUN_TESTS):
        if not graph.fails:
            for op, dtype in pairs_of(graph.text):
                found.setdefault(op, set()).add(dtype)
    return found


# The table ------------------------------------------------------------------------


def table(build):
    """The page, and the gaps as (op, kind)."""
    ops, kinds, runs = families(), operand_kinds(), executed(build)
    if not ops or set(ops) != set(kinds):
        sys.exit(f"error: {ODS} and {REFERENCE} name different ops: run ./dev docs")
    covered = {"round trip": round_trips(), "verifier": verifiers(),
               "fold": folds(build / "bin" / "theano-opt"), "lowering": lowerings()}
    reasons = {"fold": NO_FOLD, "lowering": NO_LOWERING}
    rows, notes, gaps = [], [], []
    for op, family in sorted(ops.items(), key=lambda item: (item[1], item[0])):
        cells = []
        for kind in KINDS[:-1]:
            if reason := reasons.get(kind, {}).get(op):
                notes.append(f"- `{op}`, {kind}: {reason}.")
                cells.append("see below")
            elif op in covered[kind]:
                cells.append("yes")
            else:
                cells.append("**no**")
                gaps.append((op, kind))
        have = runs.get(op, set())
        missing = [group for group in wanted_dtypes(op, family, kinds[op])
                   if not group & have]
        gaps += [(op, f"run with {' or '.join(sorted(group, key=ORDER.index))}")
                 for group in missing]
        names = " ".join(sorted(have, key=ORDER.index))
        cells.append(f"{names} **and more**" if missing else names)
        rows.append(f"| `{op}` | {family} | " + " | ".join(cells) + " |")
    intro = ("<!-- Written by scripts/op_test_table.py from the tests: see there what "
             "counts. -->\n\n# The ops and their tests\n\nWhich tests hold each op of the "
             "`theano` dialect. `run` lists the element types with\nwhich it is run "
             "against NumPy or hand-derived values.\n\n")
    head = ("| op | family | " + " | ".join(KINDS) + " |\n" + "|---" * (len(KINDS) + 2)
            + "|\n")
    body = "\n".join(rows)
    total = f"\n\n{len(ops)} ops, {len(gaps)} gaps\n"
    return intro + head + body + "\n\n" + "\n".join(notes) + total, gaps


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true",
                        help="write nothing; a gap or a stale page is an error")
    parser.add_argument("--build", type=Path, default=SOURCE / "build")
    arguments = parser.parse_args()

    page, gaps = table(arguments.build)
    for op, kind in gaps:
        print(f"theano.{op}: no test of kind: {kind}")
    print(page.splitlines()[-1])
    if not arguments.check:
        PAGE.write_text(page)
        return 0
    is_stale = not PAGE.is_file() or PAGE.read_text() != page
    if is_stale:
        print(f"{PAGE.relative_to(SOURCE)} is stale: run scripts/op_test_table.py")
    return bool(gaps or is_stale)


if __name__ == "__main__":
    sys.exit(main())
