"""PTX of many graphs at once, and what ptxas says of it.

One process lowers all graphs, one translates all kernels for a chip, one assembles them:
starting a process for each would take longer than the work.
"""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from toolkit import find_ptxas
from tools import run_tool

ARCHITECTURES = ("sm_75", "sm_80", "sm_90", "sm_120")
# The chips for which schedules are chosen alike, by the first of them.
LINES = {"sm_75": ("sm_75",), "sm_80": ("sm_80", "sm_90", "sm_120")}
# What the first of them has not; a schedule that is written by hand may ask for it.
NEWER = "nvvm.cp.async"


class Graph(NamedTuple):
    """A graph, its name, and whether Theano's rewrites are applied to it."""

    name: str
    text: str
    rewrites: bool = False


@dataclass
class Kernel:
    """A kernel in the NVVM dialect under a name of its own, the chips that it is for, and
    where it is used."""

    name: str
    family: str
    text: str
    architectures: list = field(default_factory=list)
    graphs: list = field(default_factory=list)


@dataclass
class Usage:
    """What ptxas reports of one kernel; bytes except for registers."""

    registers: int
    spilled: int
    stack: int
    shared: int


def kernels_for(arch, kernels):
    return [kernel for kernel in kernels if arch in kernel.architectures]


def lowered(graphs, rewrites, arch, options=""):
    """(graph, lowered text) of each graph, the text being None where theano-opt fails."""
    if not graphs:
        return []
    try:
        printed = run_tool("theano-opt", "-", "--split-input-file",
                           f"--theano-to-ptx=theano-rewrites={rewrites} arch={arch} "
                           f"{options}".lower(),
                           stdin="\n// -----\n".join(graph.text for graph in graphs),
                           timeout=300).stdout
    except AssertionError:
        if len(graphs) == 1:
            return [(graphs[0], None)]
        half = len(graphs) // 2
        return (lowered(graphs[:half], rewrites, arch, options)
                + lowered(graphs[half:], rewrites, arch, options))
    return list(zip(graphs, printed.split("// -----\n"), strict=True))


def lower(graphs, options=""):
    """The kernels of graphs, lowered with these options of the pipeline, and the graphs that have none because theano-opt fails.
    Kernels with one text are one."""
    ways = [(rewrites, line) for line in LINES for rewrites in (False, True)]
    with ThreadPoolExecutor(2) as pool:
        parts = pool.map(lambda way: lowered(
            [graph for graph in graphs if graph.rewrites == way[0]], *way, options), ways)
        sections = [(line, *section) for (_, line), part in zip(ways, parts, strict=True)
                    for section in part]
    kernels = {}
    for line, graph, section in sections:
        if section is None:
            continue
        modules = re.findall(r"^  gpu\.module @(\w+) .*?^  }\n", section, re.M | re.S)
        texts = re.findall(r"^  gpu\.module @\w+ .*?^  }\n", section, re.M | re.S)
        for name, text in zip(modules, texts, strict=True):
            if line == "sm_75" and NEWER in text:
                continue
            # The kernel, its module, and its shared memory `__wg_NAME_0`.
            anonymous = re.sub(rf"@(__wg_)?{name}(?=_\d+\b|\b)", r"@\1NAME", text)
            if anonymous not in kernels:
                own = f"kernel_{len(kernels)}"
                family = re.search(r"#kernel\.family<(\w+)>", text)[1]
                kernels[anonymous] = Kernel(own, family, anonymous.replace("NAME", own))
            kernel = kernels[anonymous]
            if graph.name not in kernel.graphs:
                kernel.graphs.append(graph.name)
            if line not in kernel.architectures:
                kernel.architectures.extend(LINES[line])
    return list(kernels.values()), [graph for _, graph, text in sections if text is None]


def translate(kernels, arch):
    """One PTX module with all kernels for a chip."""
    module = (f'module attributes {{kernel.target = #kernel.target<arch = "{arch}">}} {{\n'
              + "".join(kernel.text for kernel in kernels_for(arch, kernels)) + "}\n")
    printed = run_tool("theano-translate", "-", "--gpu-to-ptx", stdin=module,
                       timeout=300).stdout
    header = re.compile(r"^\.version .*\n\.target .*\n\.address_size .*\n", re.M)
    heads = set(header.findall(printed))
    assert len(heads) == 1, heads
    [head] = heads
    return head + header.sub("", printed)


def threads(ptx):
    """{kernel: threads of a block} from what the kernels of a module say."""
    sizes = re.findall(r"^\.visible \.entry (\w+)\([^)]*\)\n\.maxntid (\d+), (\d+), (\d+)$",
                       ptx, re.M)
    return {name: int(x) * int(y) * int(z) for name, x, y, z in sizes}


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
