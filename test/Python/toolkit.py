"""Where the tools of CUDA are: on the path, in a toolkit, or in this Python's packages."""

import shutil
import sysconfig
from pathlib import Path


def find_tool(name):
    places = [shutil.which(name), f"/usr/local/cuda/bin/{name}",
              Path(sysconfig.get_path("purelib")) / f"nvidia/cu13/bin/{name}"]
    return next((Path(place) for place in places if place and Path(place).exists()), None)


def find_ptxas():
    """The path of ptxas, or None."""
    return find_tool("ptxas")


def find_nvdisasm():
    """The path of nvdisasm, or None; PyPI has it as nvidia-cuda-nvdisasm."""
    return find_tool("nvdisasm")
