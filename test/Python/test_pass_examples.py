"""The IR before and after a pass, in its description, is what the pass really does."""

import re
import subprocess

import pytest
from test_scripts import load
from tools import BUILD, SOURCE

pass_examples = load("pass_examples")
EXAMPLES = list(pass_examples.examples())
TOOL = BUILD / "bin" / "theano-opt"


def test_every_pass_is_here():
    """Those that theano-opt registers and those of the reference are the same."""
    page = (SOURCE / "docs/reference/Passes.md").read_text()
    assert {e.flag for e in EXAMPLES} == set(re.findall(r"^### `-([\w-]+)`", page, re.M))
    help_text = subprocess.run([TOOL, "--help"], text=True, capture_output=True,
                               check=True).stdout
    for example in EXAMPLES:
        assert f"--{example.flag} " in help_text


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.flag)
def test_example(example):
    assert example.before and example.after, (
        f"the description of {example.flag} in {example.file} needs one block under "
        "`Before:` and one under `After:`")
    assert example.before != example.after
    made = pass_examples.apply(TOOL, example)
    assert made == pass_examples.print_ir(TOOL, example.after)
    assert made != pass_examples.print_ir(TOOL, example.before)


def test_a_stale_example_is_seen():
    """An After: of another pass does not fit."""
    stabilize = next(e for e in EXAMPLES if e.flag == "theano-stabilize")
    wrong = stabilize.after.replace("log_softmax", "softmax")
    assert wrong != stabilize.after
    assert pass_examples.apply(TOOL, stabilize) != pass_examples.print_ir(TOOL, wrong)
