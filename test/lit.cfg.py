"""The lit suite: IR, PTX text and tools, held in place by FileCheck."""

import os
import shutil
import sys

import lit.formats
from lit.llvm import llvm_config

config.name = "theano-mlir"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Unit", "Python"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.theano_obj_root, "test")

llvm_config.use_default_substitutions()
llvm_config.with_environment(
    "PATH", os.path.join(config.theano_obj_root, "bin"), append_path=True)
# A variable cannot leak past a CHECK-LABEL unless it begins with `$`.
config.environment["FILECHECK_OPTS"] = "-enable-var-scope -dump-input=fail"

# Where there is a ptxas, every PTX test also assembles what it prints.
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "Python"))
from toolkit import find_ptxas  # noqa: E402

ptxas = find_ptxas()
if ptxas:
    config.available_features.add("ptxas")
    config.substitutions.append(("%ptxas", str(ptxas)))
nvcc = shutil.which("nvcc") or "/usr/local/cuda/bin/nvcc"
if os.path.exists(nvcc):
    config.available_features.add("nvcc")
    config.substitutions.append(("%nvcc", nvcc))

# The interpreter that runs lit is the one of the tests: it has NumPy.
config.substitutions.append(("%python", sys.executable))
config.substitutions.append(("%{src}", config.theano_src_root))
# A CUDA driver that runs nothing, checks its user and fails on demand.
config.substitutions.append(
    ("%stand_in", os.path.join(config.test_exec_root, "lib/libtheano-stand-in-driver.so")))
