"""Every example in the op reference is real: it parses, verifies and prints as written."""

import re

import pytest
from tools import SOURCE, run_tool

PAGE = SOURCE / "docs" / "reference" / "TheanoDialect.md"
# Ops whose operands after the first are sizes or indices, which text leaves untyped.
SIZED = ("subtensor", "alloc", "specify_shape")


def examples():
    """(op whose section it stands in, line) for each line of each mlir block."""
    op, inside = None, False
    for line in PAGE.read_text().splitlines():
        if heading := re.match(r"### `theano\.(\w+)`", line):
            op = heading.group(1)
        if line.startswith("```"):
            inside = line == "```mlir"
        elif inside and op and line.strip():
            yield op, line.strip()


def split_types(text):
    """Top-level commas of `tensor<2xf32>, tensor<3xf32>`."""
    return re.findall(r"tensor<[^>]*>", text)


def operands_of(line):
    return list(dict.fromkeys(re.findall(r"%\w+", line.partition("=")[2])))


def function_around(line):
    """A function whose arguments are what the line uses."""
    operands = operands_of(line)
    mnemonic = re.search(r"theano\.(\w+)", line).group(1)
    types = split_types(line.rpartition(" : ")[2].partition("->")[0])
    if mnemonic in SIZED:
        types = types[:1] + ["tensor<i64>"] * (len(operands) - 1)
    elif len(types) == 1:
        types *= len(operands)
    assert mnemonic == "constant" or len(types) == len(operands), line
    arguments = ", ".join(f"{o}: {t}" for o, t in zip(operands, types))
    return f"func.func @example({arguments}) {{\n  {line}\n  return\n}}\n"


def test_every_op_has_an_example():
    ops = set(re.findall(r"^### `theano\.(\w+)`", PAGE.read_text(), re.M))
    assert ops and ops == {op for op, _ in examples()}


@pytest.mark.parametrize("op, line", list(examples()))
def test_example(op, line):
    assert f"theano.{op} " in line
    printed = run_tool("theano-opt", "-", stdin=function_around(line)).stdout
    printed = re.search(r"theano\.\w+ .*", printed).group(0)
    expected = line.partition("= ")[2]
    for number, operand in enumerate(operands_of(line)):
        expected = re.sub(rf"{operand}\b", f"%arg{number}", expected)
    # Numbers print in their own way (1.0 as 1.000000e+00); all else as written.
    if op != "constant":
        assert printed == expected
