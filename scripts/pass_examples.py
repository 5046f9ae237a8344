"""The IR before and after each pass, as its description in a Passes.td shows it.

A description holds two blocks, headed `Before:` and `After:`, of whole modules. The
first run through the pass is the second: test/Python/test_pass_examples.py holds every
pass to it. `--update PASS...` writes what a pass makes of its `Before:` into its
`After:`, to be read and, where names help, renamed by hand.
"""

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
PASS = re.compile(r'^def\s+(\w+)\s*:\s*Pass<\s*"([^"]+)"', re.M)
BLOCK = r"^    {0}[^\n]*:\n\n    ```mlir\n(.*?)^    ```$"


@dataclass
class Example:
    file: Path
    name: str
    flag: str
    text: str  # the definition in the .td file

    def block(self, heading):
        """The only block under `heading`, without its indentation, or None."""
        found = re.findall(BLOCK.format(heading), self.text, re.M | re.S)
        if len(found) != 1:
            return None
        return "\n".join(line[4:] for line in found[0].splitlines()) + "\n"

    @property
    def before(self):
        return self.block("Before")

    @property
    def after(self):
        return self.block("After")


def examples():
    for file in sorted(SOURCE.glob("include/theano/**/Passes.td")):
        text = file.read_text()
        starts = [*PASS.finditer(text)]
        ends = [match.start() for match in starts[1:]] + [len(text)]
        for match, end in zip(starts, ends):
            yield Example(file, match[1], match[2], text[match.start():end])


def print_ir(tool, ir, *options):
    """The module as theano-opt prints it, so that names and spaces do not count."""
    if "loc(" in ir:
        options = (*options, "--mlir-print-debuginfo", "--mlir-print-local-scope")
    done = subprocess.run([tool, "-", *options], input=ir, text=True, capture_output=True,
                          check=False)
    if done.returncode:
        raise ValueError(f"{' '.join(map(str, done.args))} failed:\n{done.stderr}")
    return done.stdout


def apply(tool, example):
    """What the pass makes of `Before:`; a pass on kernels of the GPU runs inside."""
    nested = "::mlir::gpu::GPUModuleOp" in example.text.partition("{")[0]
    pipeline = f"gpu.module({example.flag})" if nested else example.flag
    return print_ir(tool, example.before, f"--pass-pipeline=builtin.module({pipeline})")


def update(tool, example):
    made = re.sub(r"^module \{\n(.*)^\}(?: loc\(.*\))?\n", lambda m: re.sub("^  ", "", m[1], flags=re.M),
                  apply(tool, example), flags=re.M | re.S).strip("\n")
    block = "".join(f"    {line}".rstrip() + "\n" for line in made.splitlines())
    old = example.text
    new = re.sub(BLOCK.format("After"),
                 lambda m: m[0].replace(m[1], block) if m[1] else
                 m[0].replace("```mlir\n", "```mlir\n" + block), old, flags=re.M | re.S)
    example.file.write_text(example.file.read_text().replace(old, new))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--tool", default=SOURCE / "build/bin/theano-opt")
    parser.add_argument("--update", nargs="+", metavar="PASS", required=True)
    arguments = parser.parse_args()
    known = {example.flag for example in examples()}
    for flag in arguments.update:
        if flag not in known:
            sys.exit(f"error: no Passes.td has a pass '{flag}'; they have {sorted(known)}")
        # Read again, as an update before may have changed the same file.
        update(arguments.tool, next(e for e in examples() if e.flag == flag))


if __name__ == "__main__":
    main()
