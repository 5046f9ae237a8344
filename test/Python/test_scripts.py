"""The checks and the test runner themselves: each must see what it is there to see."""

import importlib.util
import subprocess
import sys

import pytest
from tools import SOURCE

SCRIPTS = SOURCE / "scripts"


def load(name):
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def layers(tmp_path, monkeypatch):
    """check_layers on an empty repository: a function from files to findings."""
    module = load("check_layers")
    table = module.read_table()
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.setattr(module, "SOURCE", tmp_path)

    def check(**files):
        for path, text in files["files"].items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return [what for *_, what in (*module.check_includes(table),
                                      *module.check_passes(table))]
    return check


@pytest.mark.parametrize("path, include, finding", [
    ("lib/Runtime/A.cpp", '"theano/Program/Program.h"', None),
    ("lib/Runtime/A.cpp", '"theano/Support/Status.h"', None),
    ("lib/Runtime/A.cpp", '"theano/Dialect/Kernel/Kernel.h"', "may not include"),
    ("lib/Runtime/A.cpp", '"llvm/ADT/StringRef.h"', "is plain"),
    ("lib/Codegen/CPU/A.cpp", '"theano/Codegen/GPU/Passes.h"', "may not include"),
    ("lib/Codegen/CPU/A.cpp", '"theano/Codegen/Lowering/Passes.h.inc"', None),
    ("lib/Codegen/CPU/A.cpp", '"theano/InitAll.h"', "may not include"),
    ("tools/theano-opt/A.cpp", '"theano/InitAll.h"', None),
    ("lib/Codegen/Kernels/A.cpp", '"lld/Common/Driver.h"', "only Target/CPU"),
    ("include/theano/Codegen/GPU/A.h", '"mlir/Conversion/Passes.h"', "no header"),
    ("lib/Codegen/GPU/A.cpp", '"mlir/Dialect/LLVMIR/NVVMDialect.h"', "only PtxOps.cpp"),
    ("lib/Codegen/Lowering/PtxOps.cpp", '"mlir/Dialect/LLVMIR/NVVMDialect.h"', None),
    ("lib/Nowhere/A.cpp", "<vector>", "stands in no layer"),
])
def test_layers_sees_a_forbidden_include(layers, path, include, finding):
    found = layers(files={path: f"#include {include}\n"})
    if finding is None:
        assert not found
    else:
        assert len(found) == 1 and finding in found[0]


def test_layers_wants_one_name_for_a_pass(layers):
    td = ('def FormKernels : Pass<"{flag}", "::mlir::ModuleOp"> {{\n'
          '  let description = [{{}}];\n}}\n')
    path = "include/theano/Codegen/Kernels/Passes.td"
    assert len(layers(files={path: td.format(flag="kernel-form-kernels")})) == 2
    good = {"lib/Codegen/Kernels/FormKernels.cpp": "",
            "test/Codegen/Kernels/form-kernels.mlir": ""}
    assert not layers(files=good)
    assert "has the flag" in layers(files={path: td.format(flag="fuse")})[0]


def test_runner_refuses_silence(tmp_path):
    """A build tree without any test is a failure, not a success."""
    (tmp_path / "test" / "Unit").mkdir(parents=True)
    (tmp_path / "test" / "Unit" / "programs.txt").write_text("\n")
    done = subprocess.run([sys.executable, SCRIPTS / "run_tests.py", "--build", tmp_path,
                           "--suite", "unit"], text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "0 passed, 0 failed, 0 skipped"
    assert "found no test" in done.stderr


def test_runner_counts_and_misses(tmp_path):
    """Results are added up; a listed program that is not there is a problem."""
    unit = tmp_path / "test" / "Unit"
    unit.mkdir(parents=True)
    program = unit / "fake"
    program.write_text(
        "#!/bin/sh\nfor a; do case $a in --gtest_output=json:*) out=${a#*json:};; esac; done\n"
        'cat >"$out" <<E\n{"tests": 3, "failures": 1, "disabled": 0, "testsuites": ['
        '{"testsuite": [{"result": "COMPLETED"}, {"result": "COMPLETED"}, '
        '{"result": "SKIPPED"}]}]}\nE\nexit 1\n')
    program.chmod(0o755)
    (unit / "programs.txt").write_text(f"{program}\n{unit / 'gone'}\n")
    done = subprocess.run([sys.executable, SCRIPTS / "run_tests.py", "--build", tmp_path,
                           "--suite", "unit"], text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "1 passed, 1 failed, 1 skipped"
    assert "gone does not run" in done.stderr


MISCOMPILES = load("seeded_miscompiles")


@pytest.mark.parametrize("fault", MISCOMPILES.FAULTS, ids=lambda fault: fault.name)
def test_seeded_fault_fits_the_source(fault):
    text = (SOURCE / fault.file).read_text()
    assert fault.apply(text) != text
    with pytest.raises(ValueError, match="found it 0 times"):
        fault.apply("")
