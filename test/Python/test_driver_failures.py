"""theano-run against a CUDA driver of which one call fails.

The stand-in driver (test/Unit/Runtime/StandInDriver) has a driver's interface,
checks its user, and makes any call fail on demand. Whichever call it is, the
process ends with one error that names it and leaves no file.
"""

import os
import re
import subprocess

import numpy as np
import pytest

from tools import BUILD, SOURCE

DRIVER = BUILD / "test/lib/libtheano-stand-in-driver.so"

GRAPH = """
func.func @main(%x: tensor<?xf32>, %w: tensor<?xf32> {theano.shared = "W"})
    -> (tensor<?xf32>, tensor<f32>, tensor<?xf32> {theano.update = "W"}) {
  %0 = theano.add %x, %w : tensor<?xf32>
  %1 = theano.sum %0 : tensor<?xf32> -> tensor<f32>
  return %0, %1, %0 : tensor<?xf32>, tensor<f32>, tensor<?xf32>
}
"""


def driver_calls():
    """Every function of the driver that the runtime uses."""
    text = (SOURCE / "include/theano/DriverAbi/Symbols.def").read_text()
    return ["cu" + name for name in re.findall(r"^THEANO_DRIVER_SYMBOL\((\w+),", text, re.M)]


# A whole process never times by events, raises no limit of shared memory and
# fills nothing; these are made to fail in test/Unit/Runtime/Cuda/FailureTest.cpp.
NEVER_CALLED = {"cuEventCreate", "cuEventRecord", "cuEventSynchronize", "cuEventElapsedTime",
                "cuEventDestroy", "cuFuncSetAttribute", "cuMemsetD8Async"}
# These answer what an error is called and cannot fail a run themselves.
NAMES_OF_ERRORS = {"cuGetErrorName", "cuGetErrorString"}


def run(folder, plan="", fault="", extra=(), check_leaks=True):
    """One process: the driver fails by `plan`; returns it with its log of calls."""
    graph = folder / "graph.mlir"
    graph.write_text(GRAPH)
    outputs = [folder / name for name in ("out.npz", "state.npz", "trace.json")]
    for path in outputs:
        path.unlink(missing_ok=True)
    log = folder / "calls.txt"
    environment = dict(os.environ, THEANO_STANDIN_FAIL=plan, THEANO_STANDIN_FAULT=fault,
                       THEANO_STANDIN_IGNORE_KERNELS="1", THEANO_STANDIN_LOG=str(log),
                       THEANO_STANDIN_STRICT="1" if check_leaks else "0")
    # Beyond the staging buffer, so that copies of both kinds are made.
    done = subprocess.run(
        [BUILD / "bin/theano-run", graph, "--device=cuda", f"--cuda-driver={DRIVER}",
         "-i", "x=arange:f32:40000", "--shared", "W=arange:f32:40000", *extra,
         "-o", outputs[0], "--shared-out", outputs[1], "--trace", outputs[2]],
        env=environment, text=True, capture_output=True, timeout=60, check=False)
    return done, [path for path in outputs if path.exists()], log.read_text().split()


def expect_clean_failure(done, files, call):
    # 86 is how the driver ends a process that left something behind.
    assert done.returncode == (86 if call == "cuDevicePrimaryCtxRelease" else 1), done.stderr
    assert not files, files
    assert done.stdout == ""
    errors = re.findall(r"^theano-run: error: ", done.stderr, re.M)
    assert len(errors) == 1, done.stderr
    assert f"{call} failed: CUDA_ERROR_OPERATING_SYSTEM" in done.stderr, done.stderr
    findings = re.findall(r"^stand-in driver: (.*)$", done.stderr, re.M)
    # A reference that the driver refuses to take back stays where it is.
    refused = ["leak: a primary context is still retained"]
    assert findings == (refused if call == "cuDevicePrimaryCtxRelease" else [])


def test_without_a_failure_all_is_written_and_nothing_is_left(tmp_path):
    done, files, calls = run(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert [path.name for path in files] == ["out.npz", "state.npz", "trace.json"]
    with np.load(files[0]) as outputs:
        assert {key: value.shape for key, value in outputs.items()} == {
            "out0": (40000,), "out1": ()}
    # The list below names every call, and not one more than is needed.
    assert set(driver_calls()) - set(calls) == NEVER_CALLED | NAMES_OF_ERRORS


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("call", [name for name in driver_calls()
                                  if name not in NEVER_CALLED | NAMES_OF_ERRORS])
def test_each_call_that_fails_is_one_clear_error(tmp_path, call, nth):
    done, files, calls = run(tmp_path, f"{call}#{nth}=304")
    if calls.count(call) < nth:
        assert done.returncode == 0, done.stderr
        assert len(files) == 3
        return
    expect_clean_failure(done, files, call)


def test_the_last_call_of_each_that_fails_is_one_clear_error(tmp_path):
    _, _, calls = run(tmp_path)
    for call in sorted(set(calls)):
        done, files, _ = run(tmp_path, f"{call}#{calls.count(call)}=304")
        expect_clean_failure(done, files, call)


@pytest.mark.parametrize("code, name", [
    (1, "CUDA_ERROR_INVALID_VALUE"), (2, "CUDA_ERROR_OUT_OF_MEMORY"),
    (218, "CUDA_ERROR_INVALID_PTX"), (222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"),
    (700, "CUDA_ERROR_ILLEGAL_ADDRESS"), (999, "CUDA_ERROR_UNKNOWN"), (4242, "error 4242")])
def test_each_kind_of_failure_is_named(tmp_path, code, name):
    done, files, _ = run(tmp_path, f"cuModuleLoadDataEx={code}")
    assert done.returncode == 1 and not files
    assert re.search(rf"error: cuModuleLoadDataEx failed: .*{name}", done.stderr), done.stderr


@pytest.mark.parametrize("launch", [1, 2])
def test_a_kernel_that_faults_is_one_clear_error(tmp_path, launch):
    # What such a driver cannot give back any more is no leak of ours.
    done, files, _ = run(tmp_path, fault=f"{launch}=700", check_leaks=False)
    assert done.returncode == 1 and not files
    assert len(re.findall("error: ", done.stderr)) == 1, done.stderr
    assert "CUDA_ERROR_ILLEGAL_ADDRESS" in done.stderr


def test_memory_that_does_not_suffice(tmp_path):
    done, files, _ = run(tmp_path, "cuMemAlloc=2,cuMemAlloc#2=2")
    assert done.returncode == 1 and not files
    assert re.search(r"error: .*out of memory: cannot allocate \d+ bytes on cuda:0", done.stderr)


def test_errors_have_our_words_when_the_driver_has_none(tmp_path):
    done, files, _ = run(
        tmp_path, "cuStreamCreate=700,cuGetErrorName=1,cuGetErrorString=1")
    assert done.returncode == 1 and not files
    assert "cuStreamCreate failed: CUDA_ERROR_ILLEGAL_ADDRESS (a kernel accessed" in done.stderr
