#!/usr/bin/env python3
"""Installs the package as a user does and times the README's example.

Makes a virtual environment, runs `pip install .` in it, and runs
examples/vector_add.py from another folder: it must print its sum, and take from start
to end at most 5 times as long as `python -c "import numpy"`, each the best of
interleaved runs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
EXAMPLE = SOURCE / "examples" / "vector_add.py"
LIMIT = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--python", default="/usr/bin/python3",
                        help="the interpreter of the new environment")
    parser.add_argument("--runs", type=int, default=7, help="timed runs of each side")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        subprocess.run([arguments.python, "-m", "venv", environment], check=True)
        python = environment / "bin" / "python"
        start = time.perf_counter()
        subprocess.run([python, "-m", "pip", "install", "--quiet",
                        "--disable-pip-version-check", str(SOURCE)], check=True)
        print(f"pip install took {time.perf_counter() - start:.0f} s")
        return check(python, folder, arguments.runs)


def check(python, folder, runs):
    """The exit code: whether the example prints its sum, and how fast."""
    # Nothing of the source or of a build tree may be in reach.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}

    def seconds(*command):
        start = time.perf_counter()
        done = subprocess.run([python, *command], cwd=folder, env=environment, text=True,
                              capture_output=True, check=False)
        return time.perf_counter() - start, done

    _, done = seconds(EXAMPLE)
    if done.returncode or done.stdout != "[5. 7. 9.]\n" or done.stderr:
        print(f"error: {EXAMPLE} printed {done.stdout!r}\n{done.stderr}", file=sys.stderr)
        return 1
    pairs = [(seconds(EXAMPLE)[0], seconds("-c", "import numpy")[0]) for _ in range(runs)]
    ours, numpys = map(min, zip(*pairs))
    print(f"vector_add.py takes {ours * 1e3:.0f} ms, import numpy {numpys * 1e3:.0f} ms: "
          f"{ours / numpys:.1f} times, at most {LIMIT} wanted")
    return int(ours > LIMIT * numpys)


if __name__ == "__main__":
    sys.exit(main())
