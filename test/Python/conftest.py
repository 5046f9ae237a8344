"""Puts the package under test on the path."""

import sys

from tools import BUILD

sys.path.insert(0, str(BUILD / "python"))
