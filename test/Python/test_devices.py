"""The fixture `device`: graphs run where it says."""

import graphs
import numpy as np
import tolerances as tol


def twice():
    graph = graphs.Graph()
    x, type = graph.input(np.arange(3, dtype="float32"))
    graph.result(f"theano.add {x}, {x} : {type}", type)
    return graph


def test_graphs_run_on_the_device(device, monkeypatch):
    # Only the simulated driver reads this variable.
    monkeypatch.setenv("THEANO_SIM_ARCH", "sm_1")
    if device == "sim":
        assert "THEANO_SIM_ARCH" in twice().fails()
    else:
        [out] = twice().run()
        tol.assert_same(out, np.array([0, 2, 4], "float32"))


def test_results_come_in_the_order_of_the_cases(device):
    cases = [[np.arange(n, dtype="float32")] for n in (4, 0, 2)]
    for [x], [out] in zip(cases, twice().run_each(cases), strict=True):
        tol.assert_same(out, 2 * x)
