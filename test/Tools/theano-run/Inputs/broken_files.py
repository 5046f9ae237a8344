#!/usr/bin/env python3
"""Array files good, odd and broken in the folder that is given."""

import sys
import zipfile
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
values = np.arange(3, dtype="f4")
np.save(folder / "good.npy", values)
np.savez(folder / "good.npz", a=values, b=values)
good = (folder / "good.npy").read_bytes()
(folder / "truncated.npy").write_bytes(good[:-2])
(folder / "header.npy").write_bytes(good[:20])
(folder / "huge.npy").write_bytes(good[:8] + b"\xff\xff" + good[10:])
for name in ("text.npy", "text.npz"):
    (folder / name).write_text("hello")
np.save(folder / "pickled.npy", np.array([1, "a", None], dtype=object))
np.save(folder / "big_endian.npy", values.astype(">f4"))
np.save(folder / "fortran.npy", np.asfortranarray(np.arange(6, dtype="f4").reshape(2, 3)))
(folder / "cut.npz").write_bytes((folder / "good.npz").read_bytes()[:-30])
np.savez(folder / "odd.npz", a=values, objects=np.array([1, "a"], dtype=object), b=values,
         complex=values + 1j, text=np.array(["x"]))
np.save(folder / "complex.npy", values.astype("c8"))
# Sizes whose product has more than 64 bits, and a size below 0.
for name, shape in (("sizes", b"(4294967296, 4294967296, 4)"), ("negative", b"(-3,)")):
    head = b"{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + b", }"
    head += b" " * (118 - len(head) - 1) + b"\n"
    (folder / f"{name}.npy").write_bytes(
        good[:8] + len(head).to_bytes(2, "little") + head + values.tobytes())
np.savez_compressed(folder / "orders.npz", a=values.astype(">f4"),
                    x=np.asfortranarray(np.arange(6, dtype=">f4").reshape(2, 3)))
with zipfile.ZipFile(folder / "huge.npz", "w") as archive:
    archive.writestr("a.npy", (folder / "huge.npy").read_bytes())
    archive.writestr("b.npy", (folder / "truncated.npy").read_bytes())
# Four terabytes, none of them on the disk.
head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }"
head += b" " * (118 - len(head) - 1) + b"\n"
with open(folder / "terabytes.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
    file.truncate(128 + 4 * 10**12)
