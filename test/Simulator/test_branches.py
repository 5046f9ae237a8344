"""Lanes that go separate ways."""

import numpy as np
import pytest
from cuda_driver import InOut, Out

RNG = np.random.default_rng(1)
SIZES = [1, 31, 97, 256]
THREADS = 64


def blocks(n):
    return -(-n // THREADS)


@pytest.mark.parametrize("n", SIZES)
def test_loops_of_different_lengths(cuda, n):
    start = RNG.integers(1, 10000, n).astype(np.uint32)

    def steps(x):
        count = 0
        while x != 1:
            x = 3 * x + 1 if x % 2 else x // 2
            count += 1
        return count

    found = cuda("collatz", blocks(n), THREADS, start, Out(n, np.uint32), np.int32(n))
    assert found.tolist() == [steps(int(x)) for x in start]


def interpreted(program, x, y):
    pc = 0
    while pc < len(program):
        code = program[pc]
        if code == 0:
            x += y
        elif code == 1:
            x -= 3
            y ^= x
        elif code == 2:
            y ^= x
        elif code == 3:
            if x & 1:
                pc += 1
                continue
            x = -x
        elif code == 4:
            # As C divides, towards zero.
            x = -(-x // 3) if x < 0 else x % 7
        elif code == 5:
            y = y * 5 + 1
        elif code == 6:
            pc += 2 if y > 100 else 0
        else:
            x ^= 0x55
        if abs(x) > 1000000:
            break
        pc += 1
    return (x + 31 * y + 2**31) % 2**32 - 2**31


@pytest.mark.parametrize("n", SIZES)
def test_a_switch_in_a_loop(cuda, n):
    program = np.array([5, 0, 1, 3, 7, 6, 4, 0, 2, 5, 3, 6, 0, 7, 1, 4], np.uint8)
    inputs = RNG.integers(-5000, 5000, n).astype(np.int32)
    found = cuda("interpret", blocks(n), THREADS, program, np.int32(len(program)), inputs,
                 Out(n, np.int32), np.int32(n))
    assert found.tolist() == [interpreted(program.tolist(), int(x), y)
                              for y, x in enumerate(inputs)]


@pytest.mark.parametrize("width, height", [(1, 1), (19, 7), (33, 12)])
def test_mandelbrot(cuda, width, height):
    most = 40
    re = 3.0 * np.arange(width) / width - 2.0
    im = (3.0 * np.arange(height) / height - 1.5)[:, None]
    x, y = np.zeros((2, height, width))
    times = np.zeros((height, width), np.int32)
    for _ in range(most):
        inside = x * x + y * y <= 4
        times += inside
        x, y = (np.where(inside, x * x - y * y + re, x), np.where(inside, 2 * (x * y) + im, y))
    found = cuda("mandelbrot", (-(-width // 16), -(-height // 4)), (16, 4),
                 Out((height, width), np.int32), np.int32(width), np.int32(height),
                 np.int32(most))
    assert found.tolist() == times.tolist()


@pytest.mark.parametrize("n", SIZES)
def test_a_lock_that_all_lanes_take(cuda, n):
    _, shared, order = cuda("lock", blocks(n), THREADS, InOut(np.zeros(1, np.int32)),
                            InOut(np.zeros(1, np.int32)), Out(n, np.int32), np.int32(n))
    assert shared[0] == n
    assert sorted(order) == list(range(n))


@pytest.mark.parametrize("n", SIZES)
def test_gotos(cuda, n):
    def jumped(value):
        count = 0
        while True:
            while value > 50:
                value //= 2
                count += 1
            if value % 3:
                break
            value += 7
            count += 10
            if count >= 40:
                break
        return value * 100 + count

    x = RNG.integers(0, 100000, n).astype(np.int32)
    found = cuda("jumps", blocks(n), THREADS, x, Out(n, np.int32), np.int32(n))
    assert found.tolist() == [jumped(int(value)) for value in x]
