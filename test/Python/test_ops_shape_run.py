"""Ops that change or ask for shapes against NumPy."""

import functools

import numpy as np
import pytest

import tolerances as tol
from graphs import MLIR_NAME, Graph, tensor, unknown
from ops import awkward, check_all

pytestmark = [pytest.mark.usefixtures("device"),
              pytest.mark.filterwarnings("ignore::RuntimeWarning")]


@pytest.mark.parametrize("dtype", ["float32", "int8", "bool", "float64"])
def test_dimshuffle(dtype):
    graph = Graph()
    x = awkward(dtype, 15, 1).reshape(3, 1, 5)
    name, type = graph.input(x, static=[1])
    out = tensor([None, 1, None], dtype)
    graph.result(f'theano.dimshuffle {name} [2, "x", 0] : {type} -> {out}', out)
    flat = unknown(2, dtype)
    graph.result(f"theano.dimshuffle {name} [0, 2] : {type} -> {flat}", flat)
    graph.result(f"theano.dimshuffle {name} [2, 1, 0] : {type} -> {out}", out)
    check_all(graph, [("add", x[:, 0].T[:, None]), ("drop", x[:, 0]), ("T", x.T)])


# Tiles, parts of tiles, vectors and parts of vectors down and across, groups of rounds and
# what is left of them; nothing; and few rows or columns, which are read across.
@pytest.mark.parametrize("shape", [(64, 128), (96, 36), (33, 100), (100, 33), (31, 1), (1, 65),
                                   (8, 7), (131, 67), (51, 129), (0, 40), (40, 0),
                                   (68, 8)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int8", "bool"])
@pytest.mark.parametrize("known", [False, True])
def test_transposed_operands(shape, dtype, known):
    """Read across their rows, beside others that are read along them."""
    graph = Graph()
    x = awkward(dtype, int(np.prod(shape)), 3).reshape(shape)
    y = awkward(dtype, int(np.prod(shape)), 4).reshape(shape[::-1])
    b = awkward(dtype, shape[0], 5)
    known = range(2) if known else []
    (nx, tx), (ny, ty) = graph.input(x, static=known), graph.input(y, static=known)
    nb, tb = graph.input(b, static=list(known)[:1])
    turned = graph.line(f"theano.dimshuffle {nx} [1, 0] : {tx} -> {ty}")
    row = tensor([1, shape[0] if known else None], dtype)
    wide = graph.line(f'theano.dimshuffle {nb} ["x", 0] : {tb} -> {row}')
    combine = "or" if dtype == "bool" else "maximum"
    numpy = np.logical_or if dtype == "bool" else np.maximum
    graph.result(f"theano.dimshuffle {nx} [1, 0] : {tx} -> {ty}", ty)
    both = graph.line(f"theano.{combine} {turned}, {ny} : {ty}")
    graph.result(f"theano.{combine} {both}, {wide} : ({ty}, {row}) -> {ty}", ty)
    check_all(graph, [("T", x.T), (combine, numpy(numpy(x.T, y), b))])


@pytest.mark.parametrize("n", [1, 31, 64, 100])
def test_a_matrix_with_its_transpose(n):
    """One array, read along its rows and across them."""
    graph = Graph()
    x = awkward("float32", n * n, 6).reshape(n, n)
    name, type = graph.input(x)
    turned = graph.line(f"theano.dimshuffle {name} [1, 0] : {type} -> {type}")
    graph.result(f"theano.maximum {name}, {turned} : {type}", type)
    graph.result(f"theano.sub {turned}, {name} : {type}", type)
    check_all(graph, [("maximum", np.maximum(x, x.T)), ("sub", x.T - x)])


@pytest.mark.parametrize("order", [(0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
@pytest.mark.parametrize("shape", [(3, 40, 36), (33, 9, 65), (34, 35, 2), (1, 34, 35)])
@pytest.mark.parametrize("known", [False, True])
def test_orders_of_three_dimensions(order, shape, known):
    """Of one array, and of a second one in another order in the same kernel."""
    graph = Graph()
    x = awkward("float32", int(np.prod(shape)), 7).reshape(shape)
    turned = x.transpose(order)
    y = awkward("float32", x.size, 8).reshape(turned.shape[::-1])
    known = range(3) if known else []
    (nx, tx), (ny, ty) = graph.input(x, static=known), graph.input(y, static=known)
    out = tensor([n if known else None for n in turned.shape], "float32")
    there = graph.line(f"theano.dimshuffle {nx} {list(order)} : {tx} -> {out}")
    back = graph.line(f"theano.dimshuffle {ny} [2, 1, 0] : {ty} -> {out}")
    graph.result(f"theano.dimshuffle {nx} {list(order)} : {tx} -> {out}", out)
    graph.result(f"theano.maximum {there}, {back} : {out}", out)
    check_all(graph, [("order", turned), ("maximum", np.maximum(turned, y.T))])


@pytest.mark.parametrize("dtype", ["float64", "int8"])
def test_more_transposed_operands_than_tiles(dtype):
    """The fifth and sixth are read in another way."""
    graph = Graph()
    arrays = [awkward(dtype, 70 * 34, seed).reshape(70, 34) for seed in range(1, 7)]
    turned, out = [], unknown(2, dtype)
    for x in arrays:
        name, type = graph.input(x)
        turned.append(graph.line(f"theano.dimshuffle {name} [1, 0] : {type} -> {out}"))
    total = turned[0]
    for name in turned[1:-1]:
        total = graph.line(f"theano.maximum {total}, {name} : {out}")
    graph.result(f"theano.maximum {total}, {turned[-1]} : {out}", out)
    check_all(graph, [("maximum", functools.reduce(np.maximum, arrays).T)])


@pytest.mark.parametrize("shape,new", [((3, 4), (2, 6)), ((3, 4), (-1,)), ((3, 4), (4, -1)),
                                       ((0, 3), (3, 0)), ((0, 3), (-1, 3)), ((6,), (1, 6, 1)),
                                       ((), (1,)), ((1,), ()), ((), (1, 1)), ((5,), (5,))])
@pytest.mark.parametrize("known", [True, False])
def test_reshape(shape, new, known):
    graph = Graph()
    x = np.arange(np.prod(shape), dtype="float32").reshape(shape)
    name, type = graph.input(x)
    target = np.array(new, "int64").reshape(len(new))
    if known:
        vector = tensor([len(new)], "int64")
        s = graph.line(f"theano.constant dense<{target.tolist()}> : {vector}"
                       if new else f"theano.constant dense<> : {vector}")
        expected = x.reshape(new)
        out = tensor([None if n == -1 else n for n in new], "float32")
    else:
        s, vector = graph.input(target, static=[0])
        expected = x.reshape(new)
        out = unknown(len(new), "float32")
    graph.result(f"theano.reshape {name}, {s} : ({type}, {vector}) -> {out}", out)
    check_all(graph, [("reshape", expected)])


@pytest.mark.parametrize("new,message", [((5,), "elements"), ((-1, 4), "elements"),
                                         ((-2, 3), "negative size"),
                                         ((-1, -1), "negative size"),
                                         ((0, -1), "negative size")])
def test_reshape_errors(new, message):
    graph = Graph()
    name, type = graph.input(np.zeros((2, 3), "float32"))
    s, vector = graph.input(np.array(new, "int64"), static=[0])
    out = unknown(len(new), "float32")
    graph.result(f"theano.reshape {name}, {s} : ({type}, {vector}) -> {out}", out)
    assert message in graph.fails()


def test_flatten_shape_alloc():
    graph = Graph()
    x = np.arange(24, dtype="int32").reshape(2, 3, 4)
    name, type = graph.input(x)
    for ndim in (1, 2, 3):
        out = unknown(ndim, "int32")
        graph.result(f"theano.flatten {name} ndim {ndim} : {type} -> {out}", out)
    graph.result(f"theano.shape {name} : {type} -> tensor<3xi64>", "tensor<3xi64>")
    n, _ = graph.input(np.int64(5))
    v, scalar = graph.input(np.float32(2.5))
    graph.result(f"theano.alloc {v} [{n}, 3] : {scalar} -> tensor<?x3xf32>",
                 "tensor<?x3xf32>")
    row, t = graph.input(np.arange(7, dtype="float32"))
    graph.result(f"theano.alloc {row} [{n}, 7] : {t} -> tensor<?x7xf32>", "tensor<?x7xf32>")
    check_all(graph, [("1", x.reshape(-1)), ("2", x.reshape(2, 12)), ("3", x),
                      ("shape", np.array([2, 3, 4])),
                      ("scalar", np.full((5, 3), 2.5, "float32")),
                      ("row", np.tile(np.arange(7, dtype="float32"), (5, 1)))])


def test_constant():
    graph = Graph()
    graph.result("theano.constant dense<[true, false]> : tensor<2xi1>", "tensor<2xi1>")
    graph.result("theano.constant dense<[[1, 255]]> : tensor<1x2xui8>", "tensor<1x2xui8>")
    graph.result("theano.constant dense<-2.5> : tensor<f64>", "tensor<f64>")
    check_all(graph, [("bool", np.array([True, False])),
                      ("ui8", np.array([[1, 255]], "uint8")), ("f64", np.array(-2.5))])


def test_specify_shape():
    graph = Graph()
    x = np.arange(6, dtype="float32").reshape(2, 3)
    name, type = graph.input(x)
    graph.result(f"theano.specify_shape {name} [?, 3] : {type} -> tensor<?x3xf32>",
                 "tensor<?x3xf32>")
    check_all(graph, [("specify_shape", x)])


def test_specify_shape_of_another():
    wrong = Graph()
    name, type = wrong.input(np.zeros((2, 3), "float32"))
    wrong.result(f"theano.specify_shape {name} [4, ?] : {type} -> tensor<4x?xf32>",
                 "tensor<4x?xf32>")
    assert "expected size 4 in dimension 0, got 2" in wrong.fails()


@pytest.mark.parametrize("axis,sizes", [(0, (2, 0, 3)), (1, (1, 7)), (0, (0, 0)),
                                        (1, (3, 17, 1)), (1, (5,))])
def test_join(axis, sizes):
    graph = Graph()
    parts, names = [], []
    for number, size in enumerate(sizes):
        shape = (size, 3) if axis == 0 else (3, size)
        parts.append(awkward("float32", 3 * size, number).reshape(shape))
        names.append(graph.input(parts[-1]))
    type = unknown(2, "float32")
    graph.result(f"theano.join {', '.join(n for n, _ in names)} axis {axis} : "
                 f"({', '.join(t for _, t in names)}) -> {type}", type)
    check_all(graph, [("join", np.concatenate(parts, axis))])


# No vector is of one operand alone, borders are where vectors end or one off, empty
# operands lie at both ends and between, and blocks of several threads begin anywhere.
JOINED = [(3, 3, 3, 3, 3, 3), (1,) * 40, (16, 16, 32), (15, 17, 8, 1), (0, 31, 0, 64, 5, 0),
          (1000, 2, 997)]
JOINS = [(sizes, axis, "float32") for sizes in JOINED for axis in (0, 1, 2)]
JOINS += [((0, 31, 0, 64, 5, 0), axis, dtype) for axis in (0, 2)
          for dtype in ("bool", "int8", "int16", "float64")]


@pytest.mark.parametrize("sizes,axis,dtype", JOINS)
def test_join_in_vectors(sizes, axis, dtype):
    """Joins, and what is computed of them, of operands that are views and of ones that
    are computed."""
    graph, parts, names = Graph(), [], []
    for number, size in enumerate(sizes):
        shape = [2, 3, 35]
        shape[axis] = size
        x = awkward(dtype, int(np.prod(shape)), number + 1)
        if number % 2:
            parts.append(x.reshape(shape))
            names.append(graph.input(parts[-1]))
        else:
            name, type = graph.input(x.reshape(shape[::-1]))
            parts.append(x.reshape(shape[::-1]).T)
            names.append((graph.line(f"theano.dimshuffle {name} [2, 1, 0] : {type} -> {type}"),
                          type))
    type = unknown(3, dtype)
    joined = graph.line(f"theano.join {', '.join(n for n, _ in names)} axis {axis} : "
                        f"({', '.join(t for _, t in names)}) -> {type}")
    graph.result(f"theano.dimshuffle {joined} [0, 1, 2] : {type} -> {type}", type)
    graph.result(f"theano.subtensor {joined}[: :-1, : :2, 1:] : {type} -> {type}", type)
    flags = unknown(3, bool)
    graph.result(f"theano.eq {joined}, {joined} : ({type}, {type}) -> {flags}", flags)
    where = unknown(2, "int64")
    graph.result(f"theano.argmax {joined} axes [2] : {type} -> {where}", where)
    x = np.concatenate(parts, axis)
    expected = [x, x[::-1, ::2, 1:], x == x, x.argmax(2)]
    for results in graph.run_by_threads():
        for actual, value in zip(results, expected, strict=True):
            tol.assert_same(actual, value, "join")


def test_join_of_joins():
    """A border inside a border, and an index that is looked up: each lane for itself."""
    graph = Graph()
    x, y, z = (awkward("float32", n, n) for n in (13, 22, 9))
    (a, type), (b, _), (c, _) = (graph.input(v) for v in (x, y, z))
    i, places = graph.input(np.random.default_rng(1).integers(-57, 57, 41))
    inner = graph.line(f"theano.join {a}, {b} axis 0 : ({type}, {type}) -> {type}")
    outer = graph.line(f"theano.join {c}, {inner}, {a} axis 0 : ({type}, {type}, {type}) -> "
                       f"{type}")
    graph.result(f"theano.take {outer}, {i} axis 0 : ({type}, {places}) -> {type}", type)
    shifted = graph.line(f"theano.subtensor {outer}[3:] : {type} -> {type}")
    graph.result(f"theano.neg {shifted} : {type}", type)
    joined = np.concatenate([z, x, y, x])
    check_all(graph, [("take", joined[graph.inputs[i[1:]]]), ("neg", -joined[3:])])


def literal(array):
    """The text of a dense constant."""
    bits = array.view(f"u{array.itemsize}") if array.dtype.kind == "f" else array
    text = str(bits.tolist()).lower()
    if array.dtype.kind == "f":
        text = "[" + ", ".join(f"0x{v:0{2 * array.itemsize}X}" for v in bits.ravel()) + "]"
    return text


@pytest.mark.parametrize("dtype", MLIR_NAME)
def test_every_dtype_is_moved(dtype):
    """Views, joins and selections of all element types, bit by bit."""
    graph = Graph()
    x = awkward(dtype, 24, 1).reshape(4, 6)
    name, type = graph.input(x, dtype=dtype)
    vector, grid, cube = (unknown(rank, dtype) for rank in (1, 2, 3))
    shape, sizes = graph.input(np.array([3, 8]), static=[0])
    i, places = graph.input(np.array([3, -4, 0], "int32"))
    n, _ = graph.input(np.int64(2))
    graph.result(f'theano.dimshuffle {name} [1, "x", 0] : {type} -> '
                 f"{tensor([None, 1, None], dtype)}", tensor([None, 1, None], dtype))
    graph.result(f"theano.reshape {name}, {shape} : ({type}, {sizes}) -> {grid}", grid)
    graph.result(f"theano.flatten {name} ndim 1 : {type} -> {vector}", vector)
    graph.result(f"theano.alloc {name} [{n}, 4, 6] : {type} -> {cube}", cube)
    known = tensor([4, None], dtype)
    graph.result(f"theano.specify_shape {name} [4, ?] : {type} -> {known}", known)
    graph.result(f"theano.shape {name} : {type} -> tensor<2xi64>", "tensor<2xi64>")
    graph.result(f"theano.join {name}, {name} axis 1 : ({type}, {type}) -> {grid}", grid)
    graph.result(f"theano.subtensor {name}[::-2, 1:{n}] : {type} -> {grid}", grid)
    graph.result(f"theano.take {name}, {i} axis 1 : ({type}, {places}) -> {grid}", grid)
    graph.result(f"theano.pick {name}, {i} : ({type}, {places}) -> {vector}", vector)
    expected = [("dimshuffle", x.T[:, None]), ("reshape", x.reshape(3, 8)),
                ("flatten", x.ravel()), ("alloc", np.stack([x, x])), ("specify_shape", x),
                ("shape", np.array([4, 6])), ("join", np.concatenate([x, x], 1)),
                ("subtensor", x[::-2, 1:2]), ("take", x[:, [3, -4, 0]]),
                ("pick", x[np.arange(3), [3, -4, 0]])]
    check_all(graph, expected)


@pytest.mark.parametrize("dtype", [d for d in MLIR_NAME if d != "bfloat16"])
def test_constant_of_every_dtype(dtype):
    graph = Graph()
    x = awkward(dtype, 9)
    type = tensor([9], dtype)
    graph.result(f"theano.constant dense<{literal(x)}> : {type}", type)
    check_all(graph, [("constant", x)])


def test_bfloat16_constant():
    graph = Graph()
    graph.result("theano.constant dense<[0x3F80, 0xFF80, 0x8001]> : tensor<3xbf16>",
                 "tensor<3xbf16>")
    check_all(graph, [("constant", np.array([1, -np.inf, -2.0 ** -133], "float32"))])
