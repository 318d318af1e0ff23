"""Training throughput of every type: our loop beside `keras.Model.fit`, and PyTorch if installed.

    python -m benchmarks.training [--types deep "sparse, top-k" ...] [--rounds 5] [--samples 10000]

Contestants take turns, each in a process of its own, round after round: the machine is the same to
all. A figure is the median over the rounds of the median over the epochs after the first, which
compiles. The ratio is that of neighbours in time, with its least and greatest; the limit is what
the matrix products of an epoch alone would take, at the rate measured on this machine.
"""

import argparse
import importlib.util
import itertools
import json
import math
import statistics
import subprocess
import sys
import time

from aecore.data.datasets import load
from aecore.models import AUTOENCODERS
from aecore.training.experiment import Experiment

BATCH = 256
SIDE = 2048  # of the matrices of the limit
ROWS: dict[str, tuple[str, dict]] = {key: (key, {}) for key in AUTOENCODERS}
ROWS |= {
    "sparse, top-k": ("sparse", {"penalty": "top-k"}),
    "denoising, u-net": ("denoising", {"network": "u-net"}),
    "denoising, dense": ("denoising", {"network": "dense"}),
}
WITH_PYTORCH = ("undercomplete",)


def contest(name: str, row: str, samples: int | None, epochs: int) -> dict[str, float]:
    """One contestant's seconds an epoch, in this process."""
    from aecore.compute.preload import import_keras

    key, hyperparameters = ROWS[row]
    experiment = Experiment.of(
        key, hyperparameters, epochs=epochs, batch_size=BATCH, samples=samples or 0
    )
    data = load("mnist", samples)
    if name != "pytorch":
        import_keras()
    return CONTESTANTS[name](experiment, data)


def ours(experiment: Experiment, data) -> dict[str, float]:
    """The compiled loop of this project, with its validation after each epoch."""
    from aecore.training.fit import build, fit
    from aecore.training.observer import NoObserver

    ends, losses = [], []

    class Clock(NoObserver):
        def epoch(self, number, terms, model):
            ends.append(time.perf_counter())
            losses.append(terms["val_loss"])

    model = build(experiment, data.training.images)
    work = products(model) * len(data.training)
    fit(model, experiment, data, Clock())
    return {"seconds": seconds_an_epoch(ends), "loss": losses[-1], "limit": work / rate()}


def plain_fit(experiment: Experiment, data) -> dict[str, float]:
    """`Model.fit` as everyone writes it, with the same validation; its noise is drawn once."""
    import keras
    import numpy as np

    from aecore.data.corruption import corrupt
    from aecore.training.fit import build

    model, ends = build(experiment, data.training.images), []
    loss = experiment.autoencoder.keras_loss(experiment.loss)
    if loss is not None:
        loss = "mse" if experiment.loss == "mse" else "binary_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(experiment.learning_rate), loss=loss)
    how = (experiment.corruption, experiment.corruption_strength, experiment.seed)
    (inputs, clean), held = (
        (np.asarray(corrupt(part.images, *how)), part.images)
        for part in (data.training, data.validation)
    )
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.perf_counter()))
    told = model.fit(
        inputs, clean, batch_size=experiment.batch_size, epochs=experiment.epochs,
        validation_data=held, callbacks=[watch], verbose=0,
    )  # fmt: skip
    return {"seconds": seconds_an_epoch(ends), "loss": told.history["val_loss"][-1]}


def pytorch(experiment: Experiment, data) -> dict[str, float]:
    """The dense network in PyTorch, its batches taken from one tensor by index."""
    import torch
    from torch import nn

    kind = experiment.autoencoder
    device = "cuda" if torch.cuda.is_available() else "cpu"
    images, held = (
        torch.tensor(part.images.reshape(len(part), -1)).to(device)
        for part in (data.training, data.validation)
    )
    width = images.shape[1]
    sizes = [width, *kind.encoder_layers, kind.latent_size, *kind.decoder_layers, width]
    layers = []
    for a, b in itertools.pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
    model, ends = nn.Sequential(*layers[:-1]).to(device), []
    optimizer = torch.optim.Adam(model.parameters(), experiment.learning_rate)
    error, told = nn.BCEWithLogitsLoss(), math.nan
    for _ in range(experiment.epochs):
        order = torch.randperm(len(images), device=device)
        for rows in order.split(experiment.batch_size):
            batch = images[rows]
            optimizer.zero_grad()
            error(model(batch), batch).backward()
            optimizer.step()
        with torch.no_grad():
            told = float(error(model(held), held))
        ends.append(time.perf_counter())
    return {"seconds": seconds_an_epoch(ends), "loss": told}


CONTESTANTS = {"ours": ours, "fit": plain_fit, "pytorch": pytorch}


def seconds_an_epoch(ends: list[float]) -> float:
    """Median over the epochs after the first."""
    return statistics.median(b - a for a, b in itertools.pairwise(ends))


def products(network) -> float:
    """Operations of a sample's matrix products: forward, and twice as many backward."""
    total = 0.0
    for layer in network.layers:
        if hasattr(layer, "layers"):
            total += products(layer)
        elif hasattr(layer, "kernel"):
            backwards = "Transpose" in type(layer).__name__  # each input is spread, not gathered
            places = (layer.input if backwards else layer.output).shape[1:-1]
            total += 6 * math.prod(layer.kernel.shape) * math.prod(places)
    return total


def rate() -> float:
    """Operations a second of large matrix products on this machine."""
    import tensorflow as tf

    a = tf.random.normal((SIDE, SIDE))
    seconds = []
    for _ in range(12):
        began = time.perf_counter()
        float(tf.matmul(a, a)[0, 0])
        seconds.append(time.perf_counter() - began)
    return 2 * SIDE**3 / min(seconds)


def in_a_process(name: str, row: str, options) -> dict[str, float]:
    """What `contest` gives; two libraries in one process disturb each other."""
    told = ["--contest", name, "--types", row, "--epochs", str(options.epochs)]
    told += ["--samples", str(options.samples)] if options.samples else []
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.training", *told], stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def compare(row: str, options) -> dict:
    """All rounds of one type."""
    names = ["ours", "fit"]
    if row in WITH_PYTORCH and importlib.util.find_spec("torch"):
        names.append("pytorch")
    rounds = [
        {name: in_a_process(name, row, options) for name in names} for _ in range(options.rounds)
    ]
    found: dict = {"limit": statistics.median(each["ours"]["limit"] for each in rounds)}
    for name in names:
        seconds = [each[name]["seconds"] for each in rounds]
        ratios = [each[name]["seconds"] / each["ours"]["seconds"] for each in rounds]
        found[name] = {
            "seconds": statistics.median(seconds),
            "ratio": statistics.median(ratios),
            "least": min(ratios),
            "most": max(ratios),
            "loss": rounds[-1][name]["loss"],
        }
    return found


def main() -> None:
    """Prints a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--types", nargs="+", choices=ROWS, default=list(ROWS), metavar="TYPE")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=3, help="the first is not counted")
    parser.add_argument("--samples", type=int, help="training images; all unless given")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--contest", choices=CONTESTANTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contest:
        (row,) = options.types
        print(json.dumps(contest(options.contest, row, options.samples, options.epochs)))
        return
    results = {}
    if not options.json:
        print(
            f"{'type':20}{'contestant':12}{'s an epoch':>12}{'× ours':>9}{'spread':>14}{'loss':>10}"
        )
    for row in options.types:
        results[row] = found = compare(row, options)
        if options.json:
            continue
        limit = found["limit"]
        print(f"{row:20}{'limit':12}{limit:12.2f}{limit / found['ours']['seconds']:9.2f}")
        for name in found.keys() - {"limit"}:
            each = found[name]
            spread = f"{each['least']:.2f}-{each['most']:.2f}"
            print(
                f"{row:20}{name:12}{each['seconds']:12.2f}{each['ratio']:9.2f}{spread:>14}"
                f"{each['loss']:10.4f}"
            )
    if options.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
