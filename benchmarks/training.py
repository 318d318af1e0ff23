"""Training throughput of every type: our loop beside `keras.Model.fit` and careful PyTorch.

    python -m benchmarks.training [--types deep "sparse, top-k" ...] [--rounds 5] [--samples 10000]

Contestants take turns, each in a process of its own, round after round: the machine is the same to
all, and so are network, trainable parameters, batches, loss and validation. A figure is the median
over the rounds of the median over the epochs after the first, which compiles; seconds are those of
an epoch of all 55,000 images, however few are used. The ratio is that of neighbours in time, with
its least and greatest; the limit is what the matrix products of an epoch alone would take, at the
rate measured on this machine. PyTorch takes part if it is installed.
"""

import argparse
import dataclasses
import importlib.util
import itertools
import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from aecore.data.datasets import Dataset, load
from aecore.models import AUTOENCODERS
from aecore.training.experiment import Experiment

BATCH, EVALUATION_BATCH = 256, 500
IMAGES = 55_000  # of MNIST's training part
FEWEST = 3  # epochs, of which the first is not counted
MANY = 10_000  # epochs that no contestant reaches
SIDE = 2048  # of the matrices of the limit
# type, hyperparameters and settings of the training
ROWS: dict[str, tuple[str, dict, dict]] = {key: (key, {}, {}) for key in AUTOENCODERS}
ROWS |= {
    "sparse, top-k": ("sparse", {"penalty": "top-k"}, {}),
    "denoising, u-net": ("denoising", {"network": "u-net"}, {}),
    "denoising, dense": ("denoising", {"network": "dense"}, {}),
    "deep, bfloat16": ("deep", {}, {"precision": "bfloat16"}),
}
GoesOn = Callable[[list[float]], bool]  # times at which epochs ended → whether there is another


def experiment_of(row: str, samples: int) -> Experiment:
    """The experiment of a row on whole batches of at most so many images."""
    key, hyperparameters, settings = ROWS[row]
    samples = samples // BATCH * BATCH
    given = {**settings, "batch_size": BATCH, "samples": samples}
    experiment = Experiment.of(key, hyperparameters, **given)
    # as many steps as a training on all images has: what is compiled depends on it
    return experiment.replace(epochs=min(1000, experiment.epochs * IMAGES // samples))


def contest(name: str, row: str, options) -> dict[str, float]:
    """One contestant's seconds an epoch of all images, in this process.

    Returns:
        They, the validation loss after `FEWEST` epochs, the trainable parameters, and our limit.
    """
    experiment = experiment_of(row, options.samples or IMAGES)
    samples = experiment.samples
    data = load("mnist", samples)
    count = len(data.validation)
    count -= count % min(EVALUATION_BATCH, count)
    data = dataclasses.replace(data, validation=data.validation.at(slice(count)))

    def goes_on(ends: list[float]) -> bool:
        return len(ends) < FEWEST or ends[-1] - ends[0] < options.seconds

    told = CONTESTANTS[name](experiment, data, goes_on)
    ends, losses = told.pop("ends"), told.pop("losses")
    seconds = statistics.median(b - a for a, b in itertools.pairwise(ends))
    told = {"seconds": seconds, "loss": losses[FEWEST - 1], "limit": 0.0, **told}
    for figure in ("seconds", "limit"):
        told[figure] *= IMAGES / samples
    return told


def ours(experiment: Experiment, data: Dataset, goes_on: GoesOn) -> dict:
    """The compiled loop of this project, with its validation after each epoch."""
    from aecore.compute.preload import import_keras

    import_keras()
    from aecore.training.fit import build, fit
    from aecore.training.observer import NoObserver

    ends, losses = [], []

    class Clock(NoObserver):
        def epoch(self, number, terms, model):
            ends.append(time.perf_counter())
            losses.append(terms["val_loss"])

        def stop_requested(self):
            return not goes_on(ends)

    model = build(experiment, data.training.images)
    work = products(model) * len(data.training)
    fit(model, experiment, data, Clock())
    limit = work / rate(experiment.precision)
    return {"ends": ends, "losses": losses, "parameters": trainable(model), "limit": limit}


def plain_fit(experiment: Experiment, data: Dataset, goes_on: GoesOn) -> dict:
    """`Model.fit` as everyone writes it, with the same validation; its noise is drawn once.

    It stays with float32: on a processor `mixed_bfloat16` makes it slower.
    """
    from aecore.compute.preload import import_keras

    import_keras()
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

    def note(*_):
        ends.append(time.perf_counter())
        model.stop_training = not goes_on(ends)

    told = model.fit(
        inputs, clean, batch_size=BATCH, epochs=MANY, validation_data=held,
        validation_batch_size=EVALUATION_BATCH, verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=note)],
    )  # fmt: skip
    return {"ends": ends, "losses": told.history["val_loss"], "parameters": trainable(model)}


def pytorch(experiment: Experiment, data: Dataset, goes_on: GoesOn) -> dict:
    """The same network in PyTorch."""
    from benchmarks.in_pytorch import train

    return train(experiment, data, goes_on)


CONTESTANTS = {"ours": ours, "fit": plain_fit, "pytorch": pytorch}


def trainable(model) -> int:
    """The number of trainable parameters."""
    return sum(math.prod(each.shape) for each in model.trainable_variables)


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


def rate(precision: str) -> float:
    """Operations a second of large matrix products on this machine."""
    import tensorflow as tf

    a = tf.cast(tf.random.normal((SIDE, SIDE)), precision)
    seconds = []
    for _ in range(12):
        began = time.perf_counter()
        float(tf.matmul(a, a)[0, 0])
        seconds.append(time.perf_counter() - began)
    return 2 * SIDE**3 / min(seconds)


def in_a_process(name: str, row: str, options) -> dict[str, float]:
    """What `contest` gives; two libraries in one process disturb each other."""
    told = ["--contest", name, "--types", row, "--seconds", str(options.seconds)]
    told += ["--samples", str(options.samples)] if options.samples else []
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.training", *told], stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def compare(row: str, options) -> dict:
    """All rounds of one type.

    Raises:
        ValueError: the contestants' networks differ.
    """
    names = [name for name in CONTESTANTS if name != "pytorch" or with_pytorch()]
    rounds = [
        {name: in_a_process(name, row, options) for name in names} for _ in range(options.rounds)
    ]
    counts = {name: rounds[0][name]["parameters"] for name in names}
    if len(set(counts.values())) > 1:
        raise ValueError(f"{row}: trainable parameters differ: {counts}")
    limit = statistics.median(each["ours"]["limit"] for each in rounds)
    found: dict = {"parameters": counts["ours"], "limit": limit}
    for name in names:
        ratios = [each[name]["seconds"] / each["ours"]["seconds"] for each in rounds]
        found[name] = {
            "seconds": statistics.median(each[name]["seconds"] for each in rounds),
            "ratio": statistics.median(ratios),
            "least": min(ratios),
            "most": max(ratios),
            "loss": rounds[-1][name]["loss"],
        }
    return found


def with_pytorch() -> bool:
    """Whether PyTorch is installed; its columns stay empty otherwise."""
    return importlib.util.find_spec("torch") is not None


HEAD = (
    f"| type | parameters | ours, s | `fit`, s | PyTorch, s | limit, s | × `fit` | × PyTorch | "
    f"validation loss after {FEWEST} epochs: ours, `fit`, PyTorch |\n|---|--:|" + "--:|" * 7
)


def in_words(row: str, found: dict) -> str:
    """A row of the table that is printed, in Markdown."""
    others = [found.get(name) for name in ("fit", "pytorch")]
    three = [found["ours"], *others]
    seconds = [f"{each['seconds']:.2f}" if each else "" for each in three]
    ratios = [
        f"{each['ratio']:.2f} ({each['least']:.2f}-{each['most']:.2f})" if each else ""
        for each in others
    ]
    losses = ", ".join(f"{each['loss']:.4f}" for each in three if each)
    cells = [f"{found['parameters']:,}", *seconds, f"{found['limit']:.2f}", *ratios, losses]
    return f"| {' | '.join([row, *cells])} |"


def main() -> None:
    """Prints a table in Markdown, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--types", nargs="+", choices=ROWS, default=list(ROWS), metavar="TYPE")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--samples", type=int, help="training images; all unless given")
    parser.add_argument("--seconds", type=float, default=2.0, help="least time of counted epochs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--contest", choices=CONTESTANTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contest:
        (row,) = options.types
        print(json.dumps(contest(options.contest, row, options)))
        return
    results = {}
    if not options.json:
        print(HEAD)
    for row in options.types:
        results[row] = compare(row, options)
        if not options.json:
            print(in_words(row, results[row]), flush=True)
    if options.json:
        print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
