"""The functions of `expand-math` as PTX: self-contained and with IEEE arithmetic."""

import re
import subprocess

import pytest
from toolkit import find_ptxas
from tools import run_tool

UNARY = ["exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "tanh", "sin", "cos",
         "tan", "erf", "rsqrt", "round", "sqrt", "absf", "floor", "ceil", "trunc",
         "roundeven"]
ARCHITECTURES = ["sm_75", "sm_80", "sm_90", "sm_120"]


def module_of(element, arch):
    lines, value = [], "%x"
    for i, op in enumerate([f"math.{op}" for op in UNARY]
                           + ["kernel.sigmoid", "kernel.softplus"]):
        lines.append(f"%{i} = {op} {value} : {element}")
        value = f"%{i}"
    lines.append(f"%p = math.powf {value}, %x : {element}")
    lines.append(f"%q = arith.remf %p, %x : {element}")
    lines.append(f"%r = math.copysign %q, %x : {element}")
    body = "\n    ".join(lines)
    return f"""
module attributes {{kernel.target = #kernel.target<arch = "{arch}">}} {{
gpu.module @m {{
  gpu.func @everything(%in: memref<1x{element}, 1>, %out: memref<1x{element}, 1>) kernel {{
    %zero = arith.constant 0 : index
    %x = memref.load %in[%zero] : memref<1x{element}, 1>
    {body}
    memref.store %r, %out[%zero] : memref<1x{element}, 1>
    gpu.return
  }}
}}
}}
"""


@pytest.fixture(scope="module")
def ptx_of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ptx")

    def make(element, arch):
        lowered = folder / f"{element}_{arch}.mlir"
        run_tool("theano-opt", "-", "--kernel-gpu-to-nvvm", "-o", lowered,
                 stdin=module_of(element, arch))
        ptx = folder / f"{element}_{arch}.ptx"
        run_tool("theano-translate", "--gpu-to-ptx", lowered, "-o", ptx)
        return ptx

    return make


@pytest.mark.parametrize("arch", ARCHITECTURES)
@pytest.mark.parametrize("element", ["f32", "f64", "f16", "bf16"])
def test_every_function_is_plain_ptx(ptx_of, element, arch):
    file = ptx_of(element, arch)
    text = file.read_text()
    assert ".extern" not in text and "call" not in text
    # Approximations, flushed subnormals, or products that ptxas may fuse into sums.
    for line in text.splitlines():
        assert not re.search(r"\.approx|\.ftz|\.full", line), line
        assert not re.match(r"\s*(mul|add|sub)\.f(32|64)\b", line), line
    if element != "f64":
        assert ".f64" not in text
    if ptxas := find_ptxas():
        subprocess.run([ptxas, f"-arch={arch}", file, "-o", file.with_suffix(".cubin")],
                       check=True, capture_output=True)
