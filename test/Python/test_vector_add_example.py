"""The README's Python example, as a user runs it."""

import subprocess
import sys
import time

from tools import SOURCE, python_environment

EXAMPLE = SOURCE / "examples" / "vector_add.py"


def test_vector_add_prints_the_sum():
    done = subprocess.run([sys.executable, EXAMPLE], env=python_environment(), text=True,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[5. 7. 9.]\n"
    assert done.stderr == ""


def test_the_readme_shows_the_example():
    assert f"```python\n{EXAMPLE.read_text()}```\n" in (SOURCE / "README.md").read_text()


def test_vector_add_is_quick_from_start_to_end():
    """At most 5 times an import of NumPy, each the best of interleaved runs."""
    def seconds(*arguments):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], env=python_environment(),
                       capture_output=True, timeout=60, check=True)
        return time.perf_counter() - start

    pairs = [(seconds(EXAMPLE), seconds("-c", "import numpy")) for _ in range(5)]
    ours, numpys = map(min, zip(*pairs))
    assert ours <= 5 * numpys, f"{ours * 1e3:.0f} ms against {numpys * 1e3:.0f} ms"
