"""Every graph of the tests becomes PTX that ptxas accepts, for every kind of chip."""

from concurrent.futures import ThreadPoolExecutor

import corpus
import ptx
import pytest
from toolkit import find_ptxas


@pytest.fixture(scope="module")
def kernels():
    return ptx.lower(corpus.all_graphs())


@pytest.fixture(scope="module")
def modules(kernels):
    """The PTX for each chip, being made; the processes run two at a time."""
    with ThreadPoolExecutor(2) as pool:
        yield {arch: pool.submit(ptx.translate, kernels, arch)
               for arch in ptx.ARCHITECTURES}


@pytest.fixture(scope="module")
def usages(modules, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cubin")
    with ThreadPoolExecutor(2) as pool:
        yield {arch: pool.submit(lambda arch=arch: ptx.assemble(
            modules[arch].result(), arch, folder)) for arch in ptx.ARCHITECTURES}


def test_graphs_are_found():
    names = {name for name, _ in corpus.all_graphs()}
    assert {"test_reductions", "test_softmax", "examples/mnist/mlp.mlir",
            "test/Codegen/GPU/map.mlir"} <= names


def test_kernels_are_of_every_family(kernels):
    families = {kernel.family for kernel in kernels}
    assert families == {"map", "row_reduce", "full_reduce", "partial_reduce", "contract",
                        "plain_reduce", "check"}


@pytest.mark.parametrize("arch", ptx.ARCHITECTURES)
def test_every_kernel_is_translated(kernels, modules, arch):
    text = modules[arch].result()
    assert text.count(".visible .entry") == len(kernels)
    assert ".extern" not in text


@pytest.mark.skipif(find_ptxas() is None, reason="no ptxas")
@pytest.mark.parametrize("arch", ptx.ARCHITECTURES)
def test_ptxas_accepts_every_kernel(kernels, usages, arch):
    found = usages[arch].result()
    assert set(found) == {kernel.name for kernel in kernels}
    # Nothing is kept in local memory, neither by ptxas nor by us.
    wasteful = {kernel.name: (found[kernel.name], kernel.graphs) for kernel in kernels
                if found[kernel.name].spilled or found[kernel.name].stack}
    assert not wasteful
