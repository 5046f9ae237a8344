"""How often the instructions that ptxas makes of a kernel run, without a GPU.

The simulator says how often each line of a PTX text ran, and ptxas of which line an
instruction is. Those of a block, into and out of which no branch leads but at its ends, run
together: as often as most of the lines that ptxas could not move out of it, being accesses,
copies, barriers and multiplications.
"""

import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field

from toolkit import find_nvdisasm, find_ptxas

MULTIPLICATIONS = ("FFMA", "HMMA", "DFMA", "DMMA")
# What stays in the block that its line is in.
FIXED = (*MULTIPLICATIONS, "LD", "ST", "BAR", "DEPBAR", "ATOM", "RED", "SHFL")
# What a block ends with.
LEAVING = ("BRA", "BRX", "JMP", "CALL", "RET", "EXIT", "BREAK", "BSYNC", "WARPSYNC")
COUNTED = re.compile(r"^([ \d]{12}).{24}\| ?(.*)$")
LINE = re.compile(r'//## File "\.nv_debug_ptx_txt", line (\d+)(.*)')
INSTRUCTION = re.compile(r"/\*[0-9a-f]{4,}\*/\s+(?:@(!?U?P\w+)\s+)?([A-Z]\w*)")


def read_counted(text):
    """The PTX of a text with counts, and how many warps ran each of its lines: those of an
    instruction of several, of which the first is counted, too."""
    lines, warps = [], []
    for line in text.splitlines():
        if found := COUNTED.match(line):
            goes_on = lines and warps[-1] and ";" not in lines[-1]
            warps.append(warps[-1] if goes_on else int(found[1].strip() or 0))
            lines.append(found[2])
    return "\n".join(lines) + "\n", warps


@dataclass
class Block:
    """Instructions that run together: the operation of each, and the line that it is of."""

    operations: list = field(default_factory=list)
    fixed: list = field(default_factory=list)  # (operation, line)
    lines: list = field(default_factory=list)

    def add(self, predicate, operation, line):
        self.operations.append(operation)
        self.lines.append(line)
        if operation.startswith(FIXED) and predicate != "!PT":
            self.fixed.append((operation, line))

    def count(self, ran):
        """How often it ran."""
        seen = self.fixed or [("", line) for line in self.lines]
        each = Counter(ran[line - 1] for _, line in seen)
        return each.most_common(1)[0][0] if each else 0


def blocks_of(disassembly):
    block, line = Block(), 0
    for text in disassembly.splitlines():
        text = text.strip()
        if found := LINE.search(text):
            line = int(found[1])
        elif text.endswith(":"):
            yield block
            block = Block()
        elif found := INSTRUCTION.match(text):
            block.add(found[1], found[2], line)
            if found[2] in LEAVING:
                yield block
                block = Block()
    yield block


def disassemble(ptx, arch, folder):
    source = folder / "counted.ptx"
    source.write_text(ptx)
    cubin = source.with_suffix(".cubin")
    subprocess.run([find_ptxas(), "-lineinfo", f"-arch={arch}", source, "-o", cubin],
                   check=True)
    return subprocess.run([find_nvdisasm(), "-c", "-gp", cubin], check=True, text=True,
                          capture_output=True).stdout


def count_between(less, more, arch, folder):
    """{operation: how many more of them a run executed than another}, of two texts with
    counts; or a ValueError."""
    ptx, few = read_counted(less)
    same, many = read_counted(more)
    if ptx != same:
        raise ValueError("two texts, where that of one kernel was expected")
    ran = [b - a for a, b in zip(few, many, strict=True)]
    total = Counter()
    for block in blocks_of(disassemble(ptx, arch, folder)):
        times = block.count(ran)
        for operation in block.operations:
            total[operation] += times
    barriers = sum(times for line, times in zip(ptx.splitlines(), ran, strict=True)
                   if re.search(r"\b(bar|barrier)(\.cta)?\.sync\b", line))
    if total["BAR"] != barriers:
        raise ValueError(f"{total['BAR']} barriers in SASS, {barriers} in PTX: ptxas wrote a "
                         f"loop of them several times")
    return total


def share_between(less, more, arch, folder):
    """What share of them multiplies."""
    total = count_between(less, more, arch, folder)
    return sum(total[operation] for operation in MULTIPLICATIONS) / total.total()
