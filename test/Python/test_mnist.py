"""The MNIST examples against NumPy: the same draws, the same steps, the same losses."""

import importlib.util

import graphs
import numpy as np
import pytest
from philox import uniform
from tolerances import assert_losses, assert_slope
from tools import SOURCE, run_tool

MNIST = SOURCE / "examples" / "mnist"
STEPS = 20
BATCH = 50
RATES = {"softmax_regression": np.float64(np.float32(0.2)), "mlp": 0.5}


def load_example():
    spec = importlib.util.spec_from_file_location("mnist_run", MNIST / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLE = load_example()
SCALES = {"W": 0.01, "W1": 0.0683586, "W2": 0.108465}


def parameters(model):
    """What @init makes of the draws of --shared NAME=random:f32:SHAPE:SEED."""
    made = {}
    for name, spec in EXAMPLE.MODELS[model]["parameters"].items():
        shape, seed = spec.split(":")
        shape = tuple(map(int, shape.split("x")))
        made[name] = (np.zeros(shape) if name.startswith("b") else
                      uniform(shape, int(seed)).astype(np.float64)
                      * np.float64(np.float32(SCALES[name])))
    return made


def data():
    with np.load(MNIST / "mnist10k.npz") as file:
        return file["images"].reshape(-1, 784) / 255.0, file["labels"].astype(int)


def log_softmax(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def forward(model, p, x):
    """The activations that feed the scores, and the scores."""
    if model == "softmax_regression":
        return x, x @ p["W"] + p["b"]
    hidden = np.tanh(x @ p["W1"] + p["b1"])
    return hidden, hidden @ p["W2"] + p["b2"]


def step(model, p, x, y):
    """One step of gradient descent in place; the loss before it."""
    last, scores = forward(model, p, x)
    rows = np.arange(len(y))
    logp = log_softmax(scores)
    dscores = np.exp(logp)
    dscores[rows, y] -= 1
    dscores /= len(y)
    if model == "softmax_regression":
        gradients = {"W": x.T @ dscores, "b": dscores.sum(axis=0)}
    else:
        ddrive = (dscores @ p["W2"].T) * (1 - last * last)
        gradients = {"W2": last.T @ dscores, "b2": dscores.sum(axis=0),
                     "W1": x.T @ ddrive, "b1": ddrive.sum(axis=0)}
    for name, gradient in gradients.items():
        p[name] -= RATES[model] * gradient
    return -logp[rows, y].mean()


def train(model, p, steps):
    x, y = data()
    count = 9000 // BATCH
    return [step(model, p, x[i % count * BATCH:][:BATCH], y[i % count * BATCH:][:BATCH])
            for i in range(steps)]


def test_gradients_by_finite_differences():
    """The reference's own gradients: a step against them lowers the loss as it should."""
    x, y = data()
    x, y = x[:BATCH], y[:BATCH]
    random = np.random.default_rng(0)
    for model in EXAMPLE.MODELS:
        p = parameters(model)
        after = {name: value.copy() for name, value in p.items()}
        step(model, after, x, y)
        for name in p:
            gradient = (p[name] - after[name]) / RATES[model]
            direction = random.standard_normal(p[name].shape)
            step_size, losses = 1e-6, []
            for sign in (1, -1):
                moved = dict(p, **{name: p[name] + sign * step_size * direction})
                _, scores = forward(model, moved, x)
                losses.append(-log_softmax(scores)[np.arange(BATCH), y].mean())
            assert_slope(*losses, step_size, (gradient * direction).sum(), BATCH)


@pytest.mark.parametrize("model", EXAMPLE.MODELS)
def test_ir_verifies(model):
    run_tool("theano-opt", MNIST / f"{model}.mlir")


@pytest.mark.parametrize("model", EXAMPLE.MODELS)
@pytest.mark.usefixtures("device")
def test_first_steps_match_numpy(model, tmp_path):
    out = tmp_path / "losses.npz"
    run_tool("theano-run", MNIST / f"{model}.mlir", *graphs.OPTIONS, *EXAMPLE.shared(model),
             "--call", "init", "--call", "train", "--for", f"index=0:{STEPS}", "-o", out)
    with np.load(out) as file:
        losses = file["loss"]
    assert losses.dtype == np.float32 and losses.shape == (STEPS,)
    assert_losses(losses, np.array(train(model, parameters(model), STEPS)))
