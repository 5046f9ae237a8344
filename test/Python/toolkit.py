"""Where ptxas is: on the path, in a CUDA toolkit, or in this Python's packages."""

import shutil
import sysconfig
from pathlib import Path


def find_ptxas():
    """The path of ptxas, or None."""
    places = [shutil.which("ptxas"), "/usr/local/cuda/bin/ptxas",
              Path(sysconfig.get_path("purelib")) / "nvidia/cu13/bin/ptxas"]
    return next((Path(place) for place in places if place and Path(place).exists()), None)
