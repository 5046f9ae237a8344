"""The lengths of slices that the compiler writes as expressions, computed."""

import re

from tools import run_tool

SIZE = 10
BOUNDS = (None, 0, 3, 9, 10, 50, -1, -4, -10, -50)
STEPS = (None, 1, 2, 3, 100, -1, -2, -7, -100, -2**63)


def test_slices_have_pythons_lengths():
    slices = [(start, stop, step) for start in BOUNDS for stop in BOUNDS for step in STEPS]
    lines, values = [], sorted({v for s in slices for v in s if v is not None})
    for number, value in enumerate(values):
        lines.append(f"%v{number} = theano.constant dense<{value}> : tensor<i64>")
    name = {value: f"%v{number}" for number, value in enumerate(values)} | {None: ""}
    for number, (start, stop, step) in enumerate(slices):
        lines += [f"%s{number} = theano.subtensor %x[{name[start]}:{name[stop]}"
                  f"{':' + name[step] if step is not None else ''}] "
                  ": tensor<?xf32> -> tensor<?xf32>",
                  f"%d{number} = tensor.dim %s{number}, %zero : tensor<?xf32>"]
    results = ", ".join(f"%d{number}" for number in range(len(slices)))
    types = ", ".join(["index"] * len(slices))
    body = "\n  ".join(lines)
    source = (f"func.func @main() -> ({types}) {{\n  %zero = arith.constant 0 : index\n"
              f"  %size = arith.constant {SIZE} : index\n"
              f"  %x = tensor.empty(%size) : tensor<?xf32>\n  {body}\n"
              f"  return {results} : {types}\n}}\n")
    printed = run_tool("theano-opt", "-", "--resolve-ranked-shaped-type-result-dims",
                       "--canonicalize", stdin=source).stdout
    constants = dict(re.findall(r"(%\S+) = arith.constant (-?\d+) : index", printed))
    returned = re.search(r"return (.*) : index", printed).group(1).split(", ")
    actual = [int(constants[value]) for value in returned]
    assert actual == [len(range(SIZE)[start:stop:step]) for start, stop, step in slices]
