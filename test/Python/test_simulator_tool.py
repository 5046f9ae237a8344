"""theano-sim on arrays of every kind, against NumPy."""

import re
import shlex

import numpy as np
import pytest
from tools import SOURCE, run_tool

KERNELS = SOURCE / "test/Tools/theano-sim/Inputs/kernels.ptx"
PAGE = SOURCE / "docs/simulator.md"


def sim(kernel, grid, block, *arguments, check=True):
    options = [f"--arg={argument}" for argument in arguments]
    return run_tool("theano-sim", KERNELS, "--kernel", kernel, "--grid", grid, "--block",
                    block, *options, check=check)


RNG = np.random.default_rng(5)
ARRAYS = {
    "0-d": np.array(2.5, "f4"),
    "one": np.array([-1], "i8"),
    "f16": RNG.standard_normal((3, 5)).astype("f2"),
    "int8": np.arange(-128, 128, dtype="i1"),
    "bool": RNG.random(37) < 0.5,
    "uint64": np.array([0, 2**64 - 1], "u8"),
    "nan": np.array([np.nan, np.inf, -0.0], "f8"),
    "fortran": np.asfortranarray(RNG.random((4, 3, 2))),
    "strided": np.arange(40, dtype="i4").reshape(5, 8)[::2, ::-3],
    "big endian": np.arange(7, dtype=">u2"),
    "eleven dimensions": RNG.random((2,) * 11).astype("f4"),
    "empty": np.zeros((3, 0, 2), "f4"),
}


@pytest.mark.parametrize("key", ARRAYS)
def test_arrays_arrive_and_come_back(key, tmp_path):
    x = ARRAYS[key]
    np.save(tmp_path / "x.npy", x)
    shape = "x".join(map(str, x.shape))
    blocks = max(1, -(-x.nbytes // 64))
    sim("copy", blocks, 64, f"in:{tmp_path}/x.npy",
        f"out:{tmp_path}/y.npy:{x.dtype.newbyteorder('=').name}:{shape}", f"u32:{x.nbytes}")
    y = np.load(tmp_path / "y.npy")
    assert (y.shape, y.dtype) == (x.shape, x.dtype.newbyteorder("="))
    assert y.tobytes() == x.astype(y.dtype).tobytes()


@pytest.mark.parametrize("n", [1, 31, 33, 1000])
@pytest.mark.parametrize("seed", [0, 9])
def test_axpy(n, seed, tmp_path):
    x, y = RNG.standard_normal((2, n)).astype("f4")
    np.save(tmp_path / "x.npy", x)
    np.savez(tmp_path / "all.npz", x=x, y=y)
    done = run_tool("theano-sim", KERNELS, "--kernel=axpy", f"--grid={-(-n // 128)}",
                    "--block=128", f"--seed={seed}", f"--arg=in:{tmp_path}/x.npy",
                    f"--arg=inout:{tmp_path}/all.npz:y:{tmp_path}/y.npy", "--arg=f32:-0.3",
                    f"--arg=u32:{n}")
    # The kernel rounds once.
    wide = np.float64(np.float32(-0.3)) * x + y
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), wide.astype("f4"))
    assert "no findings" in done.stdout and not done.stderr


def test_what_the_kernel_does_not_write_is_nan(tmp_path):
    sim("copy", 1, 4, "in:arange:f32:4", f"out:{tmp_path}/y.npy:f32:4", "u32:4")
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), [0] + 3 * [np.nan])


def test_a_file_may_be_its_own_result(tmp_path):
    file = tmp_path / "x.npy"
    np.save(file, np.ones(3, "f4"))
    sim("axpy", 1, 3, f"in:{file}", f"inout:{file}:{file}", "f32:1", "u32:3")
    np.testing.assert_array_equal(np.load(file), [2, 2, 2])


@pytest.mark.parametrize("arguments", [
    ["in:arange:f32:3", "inout:{file}:{file}", "f32:1", "u32:4"],
    ["in:arange:f32:3", "inout:{file}:{file}", "f32:1"],
    ["in:arange:f32:3", "inout:{file}:{file}", "f32:1", "u64:3"],
    ["in:arange:f32:3", "inout:{file}:{file}", "f32:x", "u32:3"],
])
def test_a_failure_leaves_files_alone(arguments, tmp_path):
    file = tmp_path / "y.npy"
    np.save(file, np.ones(4, "f4"))
    before = file.read_bytes()
    done = sim("axpy", 1, 32, *(a.format(file=file) for a in arguments), check=False)
    assert done.returncode == 1 and "theano-sim: error: " in done.stderr and not done.stdout
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_broken_arrays_are_refused(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(6, dtype="f4"))
    good = (tmp_path / "x.npy").read_bytes()
    for length in {*range(0, len(good), 7), len(good) - 1}:
        (tmp_path / "cut.npy").write_bytes(good[:length])
        done = sim("axpy", 1, 32, f"in:{tmp_path}/cut.npy", "scratch:f32:6", "f32:1", "u32:6",
                   check=False)
        assert done.returncode == 1 and "cut.npy" in done.stderr


def test_broken_ptx_is_refused(tmp_path):
    """Texts that end anywhere: an error or, where a whole kernel is left, a run."""
    text = KERNELS.read_text()
    for length in range(0, 1500, 23):
        (tmp_path / "cut.ptx").write_text(text[:length])
        done = run_tool("theano-sim", tmp_path / "cut.ptx", "--kernel=axpy", "--grid=1",
                        "--block=1", "--arg=in:arange:f32:1", "--arg=scratch:f32:1",
                        "--arg=f32:1", "--arg=u32:1", check=False)
        assert done.returncode == 0 or "theano-sim: error: " in done.stderr


def test_example_of_the_page(tmp_path, monkeypatch):
    """The page's kernel, saved as it stands, prints what the page says."""
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text()
    [ptx] = re.findall(r"^```ptx\n(.*?)^```$", page, re.M | re.S)
    (tmp_path / "scale.ptx").write_text(ptx)
    np.save("x.npy", np.arange(100, dtype="f4"))
    shown = re.findall(r"^```console\n(.*?)^```$", page, re.M | re.S)
    commands = 0
    for block in shown:
        for command, expected in re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n?)*)", block,
                                            re.M):
            tool, *arguments = shlex.split(command.replace("\\\n", " "))
            assert tool.endswith("theano-sim")
            done = run_tool("theano-sim", *arguments, check=False)
            printed = re.sub(r"0x[0-9a-f]+", "0x...", done.stderr + done.stdout)
            assert printed.split() == re.sub(r"0x[0-9a-f]+", "0x...", expected).split()
            assert done.returncode == ("error" in expected)
            commands += 1
    assert commands == 2
    np.testing.assert_array_equal(np.load("y.npy"), 3 * np.arange(100))
