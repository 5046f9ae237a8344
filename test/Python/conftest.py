"""Puts the package under test on the path; the devices that run tests run on."""

import sys
from pathlib import Path

import graphs
import pytest
from tools import BUILD

sys.path.insert(0, str(BUILD / "python"))

# The build makes the first two, so that nothing is skipped.
DEVICES = ["cpu", "sim"]
if any(Path("/dev").glob("nvidia[0-9]*")):
    DEVICES.append("cuda")


@pytest.fixture(params=DEVICES)
def device(request, monkeypatch):
    """Runs the graphs of a test on one device after the other."""
    monkeypatch.setattr(graphs, "OPTIONS", (f"--device={request.param}",))
    return request.param
