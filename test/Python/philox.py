"""What `-i NAME=random:DTYPE:SHAPE[:SEED]` draws, in NumPy.

Philox4x32-10 (Salmon, Moraes, Dror and Shaw, 2011): ten rounds of two 32-bit
multiplications on a counter of four words under a key of two. The key is the
seed, low word first; the counter of element i is i, low word first, and the
element is made of the first words of the block.
"""

import numpy as np

_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


def blocks(count, seed=0):
    """Four 32-bit words for each of the counters 0 .. count-1: shape (4, count)."""
    index = np.arange(count, dtype=np.uint64)
    c = [index & _LOW, index >> _SHIFT, np.zeros_like(index), np.zeros_like(index)]
    k = [seed & 0xFFFFFFFF, seed >> 32]
    for _ in range(10):
        first, second = _MULTIPLIERS[0] * c[0], _MULTIPLIERS[1] * c[2]
        c = [(second >> _SHIFT) ^ c[1] ^ np.uint64(k[0]), second & _LOW,
             (first >> _SHIFT) ^ c[3] ^ np.uint64(k[1]), first & _LOW]
        k = [(k[i] + _WEYL[i]) & 0xFFFFFFFF for i in range(2)]
    return np.array(c)


def uniform(shape, seed=0, dtype=np.float32):
    """Floats in [-1, 1), exact in their format; float64 uses two words."""
    words = blocks(int(np.prod(shape)), seed)
    if np.dtype(dtype) == np.float64:
        drawn = ((words[1] << _SHIFT | words[0]) >> np.uint64(11)) * 2.0 ** -52 - 1
    else:
        bits = {"float16": 11, "float32": 24}[np.dtype(dtype).name]
        drawn = (words[0] >> np.uint64(32 - bits)) * 2.0 ** (1 - bits) - 1
    return drawn.astype(dtype).reshape(shape)


def integers(shape, seed=0, dtype=np.int64):
    """Integers in 0 .. 9; bool draws are 0 or 1."""
    limit = 2 if np.dtype(dtype) == np.bool_ else 10
    words = blocks(int(np.prod(shape)), seed)
    return (words[0] % np.uint64(limit)).astype(dtype).reshape(shape)
