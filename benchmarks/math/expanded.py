"""Compiles functions that `expand-math` expands to a shared object and calls them.

    functions = compile_functions([Function("exp", "f32"), ...], cpu="native")
    y = functions["exp_f32"](x)

The route is theano-opt, mlir-translate, opt, llc and the linker, with nothing but
the passes of theano-opt between the op and LLVM. The object must not ask for any
library function, which is checked.
"""

import ctypes
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("THEANO_BUILD_DIR", SOURCE / "build"))
LLVM = Path("/usr/lib/llvm-22/bin")

# Narrow floats travel as their bits.
DTYPES = {"f32": np.float32, "f64": np.float64, "i16": np.uint16,
          "i32": np.uint32, "i64": np.uint64}
KERNEL_OPS = ("sigmoid", "softplus")
BINARY_OPS = {"powf": "math.powf", "remf": "arith.remf"}
PASSES = ["--canonicalize", "--cse", "--convert-scf-to-cf",
          "--convert-vector-to-llvm", "--convert-math-to-llvm",
          "--convert-arith-to-llvm", "--convert-func-to-llvm", "--convert-cf-to-llvm",
          "--reconcile-unrealized-casts"]
# What the runtime's shared objects may ask for.
ALLOWED = {"fma", "fmaf"}


@dataclass(frozen=True)
class Function:
    """An op on `width` elements at a time; width 1 is scalar code. `body` replaces
    the op: lines of IR that make %r, of element type `result`, from %a, %b, ...;
    in it <f32> stands for an f32 or a vector of them."""
    op: str
    dtype: str
    width: int = 16
    body: str = ""
    operands: int = 0
    result: str = ""

    @property
    def name(self):
        return f"{self.op}_{self.dtype}" + ("_scalar" if self.width == 1 else "")

    @property
    def arity(self):
        return self.operands or (2 if self.op in BINARY_OPS else 1)

    def ir(self):
        def shaped(element):
            return f"vector<{self.width}x{element}>" if self.width > 1 else element

        kind, result = shaped(self.dtype), self.result or self.dtype
        values = [f"%{'abcd'[i]}" for i in range(self.arity)]
        if self.body:
            body = re.sub("<(b?[fi][0-9]+)>", lambda m: shaped(m[1]), self.body)
        else:
            op = BINARY_OPS.get(self.op) or (
                f"kernel.{self.op}" if self.op in KERNEL_OPS else f"math.{self.op}")
            body = f"%r = {op} {', '.join(values)} : {kind}"
        pointers = [f"%p{i}: !llvm.ptr {{llvm.noalias}}" for i in range(self.arity)]
        loads = "\n".join(f"""
    %q{i} = llvm.getelementptr %p{i}[%i] : (!llvm.ptr, i64) -> !llvm.ptr, {self.dtype}
    {v} = llvm.load %q{i} {{alignment = 2 : i64}} : !llvm.ptr -> {kind}"""
                          for i, v in enumerate(values))
        return f"""
func.func @{self.name}({', '.join(pointers)}, %out: !llvm.ptr {{llvm.noalias}}, %n: i64) {{
  %zero = arith.constant 0 : i64
  %step = arith.constant {self.width} : i64
  scf.for %i = %zero to %n step %step : i64 {{{loads}
    {body}
    %to = llvm.getelementptr %out[%i] : (!llvm.ptr, i64) -> !llvm.ptr, {result}
    llvm.store %r, %to {{alignment = 2 : i64}} : {shaped(result)}, !llvm.ptr
  }}
  return
}}
"""


def run(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stderr[:4000]}")
    return done.stdout


class Callable:
    """The compiled function on NumPy arrays of one shape."""

    def __init__(self, library, function):
        self.function = function
        self.pointer = getattr(library, function.name)
        self.pointer.argtypes = [ctypes.c_void_p] * (function.arity + 1) + [ctypes.c_int64]
        self.pointer.restype = None

    def __call__(self, *arrays, out=None):
        dtype, width = DTYPES[self.function.dtype], self.function.width
        size = arrays[0].size
        padded = -(-size // width) * width
        inputs = []
        for array in arrays:
            if array.dtype.itemsize != np.dtype(dtype).itemsize or array.dtype.kind == "f":
                array = array.astype(dtype)
            array = np.ascontiguousarray(array).ravel()
            if padded != size:
                array = np.concatenate([array, np.ones(padded - size, array.dtype)])
            inputs.append(array)
        if out is None:
            out = np.empty(padded, DTYPES[self.function.result or self.function.dtype])
        self.pointer(*[a.ctypes.data for a in inputs], out.ctypes.data, padded)
        return out[:size]


def compile_functions(functions, cpu="native", keep=None, options=""):
    """Functions by name. `keep` is a folder for the intermediate files, `options`
    go to the pass."""
    folder = Path(keep or tempfile.mkdtemp(prefix="expand-math-"))
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "functions.mlir"
    source.write_text("".join(f.ir() for f in functions))
    run(BUILD / "bin" / "theano-opt", source, f"--expand-math={options}",
        *PASSES, "-o", folder / "llvm.mlir")
    run(LLVM / "mlir-translate", "--mlir-to-llvmir", folder / "llvm.mlir", "-o",
        folder / "functions.ll")
    run(LLVM / "opt", "-O3", f"-mcpu={cpu}", "-mtriple=x86_64-linux-gnu",
        "-vector-library=none", folder / "functions.ll", "-o", folder / "functions.bc")
    run(LLVM / "llc", "-O3", f"-mcpu={cpu}", "-relocation-model=pic",
        folder / "functions.bc", "-filetype=obj", "-o", folder / "functions.o")
    run(LLVM / "ld.lld", "-shared", folder / "functions.o", "-o",
        folder / "functions.so")
    undefined = {line.split()[-1] for line in
                 run(LLVM / "llvm-nm", "-u", folder / "functions.so").splitlines()
                 if line.strip()}
    if undefined - ALLOWED:
        raise RuntimeError(f"library functions are called: {sorted(undefined)}")
    if undefined:
        ctypes.CDLL("libm.so.6", mode=ctypes.RTLD_GLOBAL)
    library = ctypes.CDLL(str(folder / "functions.so"))
    return {f.name: Callable(library, f) for f in functions}
