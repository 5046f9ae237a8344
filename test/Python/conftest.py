"""Puts the package under test on the path; the devices that run tests run on."""

import sys
from pathlib import Path

import graphs
import pytest
from tools import BUILD

sys.path.insert(0, str(BUILD / "python"))

# Options of theano-run. The build makes the first two, so that nothing is skipped. The
# warps of the simulator run out of order, but in the same one each time,
# and it looks for all that it can.
DEVICES = {
    "cpu": ["--device=cpu"],
    "sim": ["--device=sim", "--sim-seed=7", "--sim-check=all"],
}
if any(Path("/dev").glob("nvidia[0-9]*")):
    DEVICES["cuda"] = ["--device=cuda"]


@pytest.fixture(params=DEVICES)
def device(request, monkeypatch):
    """Runs the graphs of a test on one device after the other."""
    monkeypatch.setattr(graphs, "OPTIONS", DEVICES[request.param])
    return request.param
