"""Every graph of the tests becomes PTX that ptxas accepts, for every kind of chip."""

from concurrent.futures import ThreadPoolExecutor

import corpus
import ptx
import pytest
from toolkit import find_ptxas


@pytest.fixture(scope="module")
def lowered():
    return ptx.lower(corpus.all_graphs())


@pytest.fixture(scope="module")
def kernels(lowered):
    return lowered[0]


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
    names = {f"{graph.file}::{graph.test}" for graph in corpus.recorded()}
    names |= {graph.name for graph in corpus.graphs_of_files()}
    assert {"test_ops_reduction_run::test_reductions", "test_ops_product_run::test_softmax",
            "test_full_reductions::test_extremes", "test_updates::test_values",
            "test_updates::test_error_in_the_middle", "test_folds::test_large_angles",
            "test_frontend_run::test_unary", "test_frontend_derived::test_norm",
            "test_frontend_run::test_inputs_are_not_copied",
            "test_frontend_errors::test_run_time_errors_name_the_line",
            "test_function_reports::test_explain_names_kernels_with_their_python_lines",
            "test_docs::test_python_blocks_run", "examples/mnist/mlp.mlir",
            "test/Codegen/GPU/map.mlir"} <= names


def test_no_file_of_tests_is_missing():
    found = {graph.file for graph in corpus.recorded()}
    assert found | set(corpus.NOT_RECORDED) == set(corpus.test_files())


def test_a_test_with_several_graphs_has_all_of_them():
    """Those after a result that was looked at, and those after an expected error."""
    def of(test):
        return {graph.text for graph in corpus.recorded() if graph.test == test}
    assert len(of("test_outputs_come_as_they_were_asked_for")) == 4
    assert any("specify_shape" in text for text in of("test_run_time_errors_name_the_line"))


def test_every_graph_becomes_kernels(lowered):
    failed = lowered[1]
    assert not failed, "\n".join(f"{graph.name}:\n{graph.text}" for graph in failed)


def test_kernels_are_of_every_family(kernels):
    families = {kernel.family for kernel in kernels}
    assert families == {"map", "row_reduce", "column_reduce", "full_reduce",
                        "partial_reduce", "contract", "tensor_contract", "plain_reduce",
                        "transpose", "check"}


@pytest.mark.parametrize("arch", ptx.ARCHITECTURES)
def test_every_kernel_is_translated(kernels, modules, arch):
    text = modules[arch].result()
    assert text.count(".visible .entry") == len(ptx.kernels_for(arch, kernels))
    assert ".extern" not in text


@pytest.mark.skipif(find_ptxas() is None, reason="no ptxas")
@pytest.mark.parametrize("arch", ptx.ARCHITECTURES)
def test_ptxas_accepts_every_kernel(kernels, usages, arch):
    found = usages[arch].result()
    kernels = ptx.kernels_for(arch, kernels)
    assert set(found) == {kernel.name for kernel in kernels}
    # Nothing is kept in local memory, neither by ptxas nor by us.
    wasteful = {kernel.name: (found[kernel.name], kernel.graphs) for kernel in kernels
                if found[kernel.name].spilled or found[kernel.name].stack}
    assert not wasteful


# A multiprocessor has 65536 registers, and a thread of two blocks of 256 an even share of
# them. Kernels on matrix units may take all that an instruction can name.
MOST = {"contract": 255, "tensor_contract": 255}


@pytest.mark.skipif(find_ptxas() is None, reason="no ptxas")
@pytest.mark.parametrize("arch", ptx.ARCHITECTURES)
def test_blocks_leave_room_for_another(kernels, modules, usages, arch):
    found, threads = usages[arch].result(), ptx.threads(modules[arch].result())
    assert set(threads) == set(found)
    large = {kernel.name: (found[kernel.name].registers, kernel.graphs)
             for kernel in ptx.kernels_for(arch, kernels)
             if threads[kernel.name] >= 256
             and found[kernel.name].registers > MOST.get(kernel.family, 128)}
    assert not large
