"""The PTX of the simulator's unit tests: ptxas takes what it takes, and refuses what it refuses."""

import os
import re
import subprocess

import pytest
from toolkit import find_ptxas
from tools import BUILD

# Suites whose texts are whole kernels of documented PTX.
SUITES = "AsyncCopy.*:Matrix.*:Mbarrier.*:Mma.*:Pipeline.*:Wmma.*"


@pytest.mark.skipif(find_ptxas() is None, reason="no ptxas")
def test_ptxas_agrees(tmp_path):
    subprocess.run([BUILD / "test/Unit/SimulatorTests", f"--gtest_filter={SUITES}"], check=True,
                   env={**os.environ, "THEANO_SIM_TEST_DUMP": str(tmp_path)},
                   stdout=subprocess.DEVNULL)
    # Tests run the same text under several seeds.
    texts = {file.read_text(): file.stem for file in sorted(tmp_path.glob("*.ptx"))}
    assert len(texts) > 100
    wrong = []
    for text, name in texts.items():
        (tmp_path / "one.ptx").write_text(text)
        arch = re.search(r"\.target (sm_\d+)", text)[1]
        done = subprocess.run([find_ptxas(), f"-arch={arch}", tmp_path / "one.ptx", "-o",
                               os.devnull], capture_output=True, text=True)
        if (done.returncode == 0) != name.startswith("loaded"):
            wrong.append(f"{name}: {done.stderr}\n{text}")
    assert not wrong, "\n".join(wrong)
