"""What a kernel prints goes to standard output, in order."""

import numpy as np
import pytest
from cuda_driver import InOut, Out

RNG = np.random.default_rng(12)


@pytest.fixture
def printed(cuda, capfd):
    """Runs a kernel and answers the lines that it printed."""

    def run(*arguments):
        cuda(*arguments)
        out, err = capfd.readouterr()
        assert not err
        return out.splitlines()

    return run


@pytest.mark.parametrize("threads", [1, 32])
def test_each_thread_a_line(printed, threads):
    assert printed("hello", 1, threads) == [f"hello from {i} of {threads}"
                                            for i in range(threads)]


# The warps come in the order of the seed, but the lines of each stay together.
def test_warps_and_blocks(printed):
    lines = printed("hello", 3, 70)
    assert len(lines) == 210
    for block in range(3):
        assert sorted(lines[70 * block:70 * block + 70]) == sorted(
            f"hello from {i} of 70" for i in range(70))


def test_formats(printed):
    name = np.frombuffer(b"name\0", np.uint8)
    assert printed("formats", 1, 1, name) == [
        "no arguments, 100%",
        "[-42] [   42] [42   ] [00042] [+42] [ 42]",
        "[3000000000] [beef] [BEEF] [0xbeef] [10] [z]",
        "[-5000000000] [18446744073709551615] [ff] [7] [8]",
        "[3.141590] [2.50] [    -1.000] [0.1       ] [1.234568e+04] [1E-10] [0x1p+0]",
        "[text] [      name] [left  ] [sho]",
        "[     7] [2.2]",
        "[inf] [-inf] [nan]",
        "[(nil)]"]


def test_results(cuda, capfd):
    assert cuda("results", 1, 1, Out(2, np.int32)).tolist() == [0, 3]
    assert capfd.readouterr().out == "1 two 3.000000\n"


@pytest.mark.parametrize("n", [1, 31, 100])
def test_of_some_threads(printed, n):
    x = RNG.integers(-9, 9, n).astype(np.int32)
    lines = printed("some", 4, 32, x, np.int32(n))
    assert lines == [f"{value} at {i}" for i, value in enumerate(x) if value < 0]


def test_order_with_effects(cuda, capfd):
    ticket, order = cuda("tickets", 4, 48, InOut(np.zeros(1, np.int32)), Out(192, np.int32))
    assert ticket[0] == 192
    lines = capfd.readouterr().out.splitlines()
    assert sorted(map(int, lines)) == list(range(192))
    assert sorted(order) == list(range(192))
