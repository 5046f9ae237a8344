"""PTX of many graphs at once, and what ptxas says of it.

One process lowers all graphs, one translates all kernels for a chip, one assembles them:
starting a process for each would take longer than the work.
"""

import re
import subprocess
from dataclasses import dataclass, field

from toolkit import find_ptxas
from tools import run_tool

ARCHITECTURES = ("sm_75", "sm_80", "sm_90", "sm_120")


@dataclass
class Kernel:
    """A kernel in the NVVM dialect under a name of its own, and where it is used."""

    name: str
    family: str
    text: str
    graphs: list = field(default_factory=list)


@dataclass
class Usage:
    """What ptxas reports of one kernel; bytes except for registers."""

    registers: int
    spilled: int
    stack: int
    shared: int


def lower(graphs):
    """The kernels of (name, text) graphs. Those with one text are one kernel."""
    joined = "\n// -----\n".join(text for _, text in graphs)
    lowered = run_tool("theano-opt", "-", "--split-input-file", "--theano-to-ptx",
                       stdin=joined, timeout=300).stdout
    sections = lowered.split("// -----\n")
    assert len(sections) == len(graphs)
    kernels = {}
    for (graph, _), section in zip(graphs, sections, strict=True):
        modules = re.findall(r"^  gpu\.module @(\w+) .*?^  }\n", section, re.M | re.S)
        texts = re.findall(r"^  gpu\.module @\w+ .*?^  }\n", section, re.M | re.S)
        for name, text in zip(modules, texts, strict=True):
            # The kernel, its module, and its shared memory `__wg_NAME_0`.
            anonymous = re.sub(rf"@(__wg_)?{name}(?=_\d+\b|\b)", r"@\1NAME", text)
            if anonymous not in kernels:
                own = f"kernel_{len(kernels)}"
                family = re.search(r"#kernel\.family<(\w+)>", text)[1]
                kernels[anonymous] = Kernel(own, family, anonymous.replace("NAME", own))
            if graph not in kernels[anonymous].graphs:
                kernels[anonymous].graphs.append(graph)
    return list(kernels.values())


def translate(kernels, arch):
    """One PTX module with all kernels."""
    module = (f'module attributes {{kernel.target = #kernel.target<arch = "{arch}">}} {{\n'
              + "".join(kernel.text for kernel in kernels) + "}\n")
    printed = run_tool("theano-translate", "-", "--gpu-to-ptx", stdin=module,
                       timeout=300).stdout
    header = re.compile(r"^\.version .*\n\.target .*\n\.address_size .*\n", re.M)
    heads = set(header.findall(printed))
    assert len(heads) == 1, heads
    [head] = heads
    return head + header.sub("", printed)


def assemble(ptx, arch, folder):
    """{kernel: Usage} from ptxas, which must accept the module."""
    source = folder / f"{arch}.ptx"
    source.write_text(ptx)
    done = subprocess.run([find_ptxas(), "-v", f"-arch={arch}", source, "-o",
                           source.with_suffix(".cubin")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    usages = {}
    for block in done.stderr.split("Compiling entry function '")[1:]:
        def number(pattern):
            found = re.search(pattern, block)
            return int(found[1]) if found else 0
        usages[block.partition("'")[0]] = Usage(
            number(r"Used (\d+) registers"), number(r"(\d+) bytes spill stores"),
            number(r"(\d+) bytes stack frame"), number(r"(\d+) bytes smem"))
    return usages
