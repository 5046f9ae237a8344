"""CUDA C++ to PTX: each source once for a chip, all sources at the same time."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def find_nvcc():
    """The path of nvcc with the toolkit's headers, or None."""
    places = [shutil.which("nvcc"), "/usr/local/cuda/bin/nvcc"]
    return next((Path(place) for place in places if place and Path(place).exists()), None)


def targets_of(source):
    """The chips that a source is compiled for: its first line names them."""
    head = source.read_text().splitlines()[0]
    assert head.startswith("// For sm_"), f"{source.name} names no chip"
    return head.removeprefix("// For ").rstrip(".").split(", ")


class Compiler:
    """The PTX of the wanted sources and chips, on its way from the start on."""

    def __init__(self, folder, wanted):
        self._folder = folder
        self._pool = ThreadPoolExecutor(os.cpu_count())
        self._texts = {key: self._pool.submit(self._compile, *key) for key in wanted}

    def _compile(self, source, arch):
        ptx = self._folder / f"{source.stem}-{arch}.ptx"
        done = subprocess.run([find_nvcc(), "-ptx", f"-arch={arch}", "-lineinfo", "-Werror",
                               "all-warnings", source, "-o", ptx], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stderr
        return ptx.read_bytes()

    def ptx(self, source, arch):
        return self._texts[source, arch].result()

    def close(self):
        self._pool.shutdown(cancel_futures=True)
