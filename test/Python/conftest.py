"""Puts the package under test on the path; the devices that run tests run on."""

import os
import sys
from pathlib import Path

import graphs
import pytest
from tools import BUILD

sys.path.insert(0, str(BUILD / "python"))

# The warps of the simulator run out of order, but in the same one each time. With further
# numbers here, as in "7,0,123", each graph runs in those orders, too, and must give the same
# bits; that takes as many times as long.
FIRST, *OTHERS = os.environ.get("THEANO_TEST_SIM_SEEDS", "7").split(",")
# Options of theano-run. The build makes the first two, so that nothing is skipped. The
# simulator looks for all that it can.
DEVICES = {
    "cpu": ["--device=cpu"],
    "sim": ["--device=sim", f"--sim-seed={FIRST}", "--sim-check=all"],
}
AGAIN = {"sim": [["--device=sim", f"--sim-seed={seed}"] for seed in OTHERS]}
if any(Path("/dev").glob("nvidia[0-9]*")):
    DEVICES["cuda"] = ["--device=cuda"]


@pytest.fixture(params=DEVICES)
def device(request, monkeypatch):
    """Runs the graphs of a test on one device after the other."""
    monkeypatch.setattr(graphs, "OPTIONS", DEVICES[request.param])
    monkeypatch.setattr(graphs, "AGAIN", AGAIN.get(request.param, []))
    return request.param
