"""What a test of compiled CUDA C++ gets: `cuda`, which runs the kernels of the source of its
name (`test_atomics.py` has `atomics.cu`) on the simulated driver."""

import pytest
from cuda_driver import Device
from nvcc import Compiler, find_nvcc, targets_of

SEEDS = (0, 7, 123)


def source_of(path):
    return path.with_name(path.stem.removeprefix("test_") + ".cu")


@pytest.fixture(scope="session")
def compiler(request, tmp_path_factory):
    # The one place where the folder asks for nvcc: with it nothing is skipped.
    if find_nvcc() is None:
        pytest.skip("no nvcc")
    wanted = {(source_of(item.path), item.callspec.params["cuda"][0])
              for item in request.session.items
              if "cuda" in getattr(item, "fixturenames", ()) and source_of(item.path).exists()}
    made = Compiler(tmp_path_factory.mktemp("ptx"), sorted(wanted))
    yield made
    made.close()


def pytest_generate_tests(metafunc):
    if "cuda" in metafunc.fixturenames:
        source = source_of(metafunc.definition.path)
        metafunc.parametrize("cuda", [(arch, seed) for arch in targets_of(source)
                                      for seed in SEEDS], indirect=True,
                             ids=lambda value: f"{value[0]}-{value[1]}")


class Program:
    """The kernels of one source on one device."""

    def __init__(self, device, ptx, arch):
        self.device, self.ptx, self.arch = device, ptx, arch

    def __call__(self, kernel, grid, block, *arguments, **options):
        return self.device.launch(self.ptx, kernel, grid, block, *arguments, **options)


@pytest.fixture
def cuda(request, compiler):
    """Runs kernels with all checks, on each chip of the source and in several orders of
    warps; nothing may be found, unless the test has asked for it."""
    arch, seed = request.param
    ptx = compiler.ptx(source_of(request.path), arch)
    # What sm_90a has beyond sm_90 is a matter of the text, not of the chip.
    device = Device(seed, arch.removesuffix("a"))
    program = Program(device, ptx, arch)
    program.expects_findings = False
    yield program
    found = device.close()
    assert program.expects_findings or not found, found
