#!/usr/bin/env python3
"""Arrays for the tests of theano-run, written and compared with NumPy.

    arrays.py save FILE.npy EXPR
    arrays.py save FILE.npz KEY=EXPR...
    arrays.py expect FILE.npy EXPR
    arrays.py expect FILE.npz KEY=EXPR...   these keys and no others

EXPR is Python that may use `np`, `philox` below and `load`. Dtype, shape and
every bit must agree.
"""

import sys

import numpy as np


def philox_words(counters, seed):
    """Philox4x32-10, one block of four words for each counter."""
    mask = np.uint64(0xFFFFFFFF)
    counters = counters.astype(np.uint64)
    c = [counters & mask, counters >> np.uint64(32),
         np.zeros_like(counters), np.zeros_like(counters)]
    key = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        low, high = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(high >> np.uint64(32)) ^ c[1] ^ np.uint64(key[0]), high & mask,
             (low >> np.uint64(32)) ^ c[3] ^ np.uint64(key[1]), low & mask]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def philox(dtype, shape, seed=0):
    """What `random:DTYPE:SHAPE:SEED` says it is."""
    dtype = np.dtype(dtype)
    w0, w1, _, _ = philox_words(np.arange(np.prod(shape, dtype=np.int64)), seed)
    if dtype == np.float64:
        wide = w0 | (w1 << np.uint64(32))
        values = (wide >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1
    elif dtype == np.float32:
        values = (w0 >> np.uint64(8)).astype(np.float64) * 2.0**-23 - 1
    elif dtype == np.float16:
        values = (w0 >> np.uint64(21)).astype(np.float64) * 2.0**-10 - 1
    elif dtype == np.bool_:
        values = w0 % np.uint64(2)
    else:
        values = w0 % np.uint64(10)
    return values.astype(dtype).reshape(shape)


def evaluate(text):
    return np.asarray(eval(text, {"np": np, "philox": philox, "load": np.load}))


def named(texts):
    return {key: evaluate(text) for key, text in (t.split("=", 1) for t in texts)}


def compare(name, actual, expected):
    if (actual.dtype, actual.shape) != (expected.dtype, expected.shape):
        sys.exit(f"{name} is {actual.dtype} {actual.shape}, "
                 f"expected {expected.dtype} {expected.shape}")
    if actual.tobytes() != expected.tobytes():
        sys.exit(f"{name} is\n{actual!r}\nexpected\n{expected!r}")


def main():
    command, path, *texts = sys.argv[1:]
    if command == "save":
        if path.endswith(".npz"):
            np.savez(path, **named(texts))
        else:
            np.save(path, evaluate(texts[0]))
        return
    actual = np.load(path)
    if path.endswith(".npy"):
        compare(path, actual, evaluate(texts[0]))
        return
    expected = named(texts)
    if set(actual.files) != set(expected):
        sys.exit(f"{path} holds {sorted(actual.files)}, expected {sorted(expected)}")
    for key, value in expected.items():
        compare(key, actual[key], value)


if __name__ == "__main__":
    main()
