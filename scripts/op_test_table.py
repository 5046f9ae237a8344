"""Lists every op of the theano dialect against the kinds of test that cover it.

An op counts as covered by a kind when a test file of that kind mentions it:

    round trip   test/Dialect/Theano/**/ops*.mlir
    invalid      test/Dialect/Theano/**/*invalid*.mlir or *errors*.mlir
    fold         test/Dialect/Theano/**/*fold*.mlir or *canonical*.mlir
    linalg       test/Conversion/TheanoToLinalg/*.mlir
    run          *.mlir or *.py under test/Integration and test/Python

Prints a Markdown table and the gaps. With --strict a gap is an error.
"""

import argparse
import re
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
ODS = SOURCE / "include/theano/Dialect/Theano/IR"
TEST = SOURCE / "test"

KINDS = {
    "round trip": ("Dialect/Theano", r"ops.*\.mlir"),
    "invalid": ("Dialect/Theano", r".*(invalid|errors).*\.mlir"),
    "fold": ("Dialect/Theano", r".*(fold|canonical).*\.mlir"),
    "linalg": ("Conversion/TheanoToLinalg", r".*\.mlir"),
    "run": ("Integration Python", r".*\.(mlir|py)"),
}
# Kinds that do not apply to an op, each with its reason.
EXEMPT = {
    ("constant", "linalg"): "becomes arith.constant with every other test",
}


def mnemonics():
    """Op name -> file stem of its family. Defs give the name as first string."""
    found = {}
    for td in sorted(ODS.glob("*.td")):
        text = re.sub(r"//.*", "", td.read_text())
        for match in re.finditer(r'^def\s+Theano_\w+Op\s*:\s*\w+<\s*"(\w+)"', text, re.M):
            found[match.group(1)] = td.stem
    return found


def mentions(kind):
    """The op names that the tests of one kind contain."""
    folders, pattern = KINDS[kind]
    names = set()
    for folder in folders.split():
        for path in (TEST / folder).rglob("*"):
            if path.is_file() and re.fullmatch(pattern, path.name):
                names |= set(re.findall(r"theano\.(\w+)", path.read_text()))
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--strict", action="store_true", help="a gap is an error")
    arguments = parser.parse_args()

    ops = mnemonics()
    if not ops:
        sys.exit(f"error: no op found in {ODS}")
    covered = {kind: mentions(kind) for kind in KINDS}
    print("| op | family | " + " | ".join(KINDS) + " |")
    print("|---" * (len(KINDS) + 2) + "|")
    gaps = []
    for op, family in sorted(ops.items(), key=lambda item: (item[1], item[0])):
        cells = []
        for kind in KINDS:
            if op in covered[kind]:
                cells.append("yes")
            elif (op, kind) in EXEMPT:
                cells.append("n/a")
            else:
                cells.append("**no**")
                gaps.append((op, kind))
        print(f"| `{op}` | {family} | " + " | ".join(cells) + " |")
    print(f"\n{len(ops)} ops, {len(gaps)} gaps")
    return bool(gaps and arguments.strict)


if __name__ == "__main__":
    sys.exit(main())
