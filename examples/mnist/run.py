"""Trains both MNIST models by one theano-run call each and prints their accuracy.

Fails when theano-run does, and when an accuracy on the 1,000 held-out digits is
below what the model reaches when everything is right.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
BATCHES = 180  # of 50 digits: the 9,000 that are trained on

# Initial parameters are uniform draws, which @init scales.
MODELS = {
    "softmax_regression": dict(
        title="softmax regression", epochs=10, least=88.0,
        parameters={"W": "784x10:1", "b": "10:2"}),
    "mlp": dict(
        title="784-500-10 tanh network", epochs=15, least=93.0,
        parameters={"W1": "784x500:1", "b1": "500:2", "W2": "500x10:3", "b2": "10:4"}),
}


def shared(model):
    options = []
    for name in ("images", "labels"):
        options += ["--shared", f"{name}={HERE / 'mnist10k.npz'}:{name}"]
    for name, shape in MODELS[model]["parameters"].items():
        options += ["--shared", f"{name}=random:f32:{shape}"]
    return options


def train(tool, model, extra):
    facts = MODELS[model]
    print(f"{facts['title']}, {facts['epochs']} epochs of {BATCHES} minibatches",
          flush=True)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "accuracy.npy"
        command = [tool, HERE / f"{model}.mlir", *extra, *shared(model),
                   "--call", "init",
                   "--call", "train", "--for", f"index=0:{BATCHES}",
                   "--repeat", str(facts["epochs"]),
                   "--call", "accuracy", "-o", out]
        status = subprocess.run(command, check=False).returncode
        if status:
            sys.exit(f"error: {tool} ended with exit code {status}")
        accuracy = 100 * float(np.load(out))
    print(f"accuracy: {accuracy:.1f} %", flush=True)
    return accuracy >= facts["least"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tool", default=HERE.parents[1] / "build/bin/theano-run",
                        help="the theano-run to use")
    parser.add_argument("--model", choices=MODELS, action="append")
    arguments, extra = parser.parse_known_args()
    for model in arguments.model or MODELS:
        if not train(arguments.tool, model, extra):
            sys.exit(f"error: at least {MODELS[model]['least']} % was expected")


if __name__ == "__main__":
    main()
