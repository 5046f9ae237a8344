"""The PTX of the simulator's unit tests: ptxas takes what it takes, and refuses what it refuses."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from toolkit import find_ptxas
from tools import BUILD

# Suites whose texts are whole kernels of documented PTX.
SUITES = "AsyncCopy.*:Matrix.*:Mbarrier.*:Mma.*:Pipeline.*:SystemCalls.*:Wmma*"


@pytest.mark.skipif(find_ptxas() is None, reason="no ptxas")
def test_ptxas_agrees(tmp_path):
    subprocess.run([BUILD / "test/Unit/SimulatorTests", f"--gtest_filter={SUITES}"], check=True,
                   env={**os.environ, "THEANO_SIM_TEST_DUMP": str(tmp_path)},
                   stdout=subprocess.DEVNULL)
    # Tests run the same text under several seeds.
    texts = {file.read_text(): file.stem for file in sorted(tmp_path.glob("*.ptx"))}
    assert len(texts) > 100

    def judge(item):
        text, name = item
        file = tmp_path / f"{name}-judged.ptx"
        file.write_text(text)
        # For the oldest chip that ptxas knows, where the text is for an older one.
        arch = f"sm_{max(75, int(re.search(r'[.]target sm_([0-9]+)', text)[1]))}"
        done = subprocess.run([find_ptxas(), f"-arch={arch}", file, "-o", os.devnull],
                              capture_output=True, text=True)
        agrees = (done.returncode == 0) == name.startswith("loaded")
        return None if agrees else f"{name}: {done.stderr}\n{text}"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = list(filter(None, pool.map(judge, texts.items())))
    assert not wrong, "\n".join(wrong)
