"""Training throughput: our loop beside `keras.Model.fit`, and PyTorch if it is installed.

    python -m benchmarks.training [--types undercomplete sparse ...] [--rounds 3]

Each round trains every contestant in turn on all of MNIST; an epoch's seconds are the median
over the rounds of the median over its epochs after the first, which compiles.
"""

import argparse
import itertools
import json
import statistics
import time

from aecore.compute.preload import import_keras

import_keras()

import keras  # noqa: E402

from aecore.data.datasets import Dataset, load  # noqa: E402
from aecore.models import AUTOENCODERS  # noqa: E402
from aecore.training.experiment import Experiment  # noqa: E402
from aecore.training.fit import build, fit  # noqa: E402
from aecore.training.observer import NoObserver  # noqa: E402

EPOCHS = 4


class Clock(NoObserver):
    """Notes when each epoch ends."""

    def __init__(self):
        self.ends = []

    def epoch(self, number, terms, model):
        self.ends.append(time.perf_counter())


def seconds_an_epoch(ends: list[float]) -> float:
    """Median over the epochs after the first."""
    return statistics.median(b - a for a, b in itertools.pairwise(ends))


def ours(experiment: Experiment, data: Dataset) -> float:
    """The compiled loop of this project, with its held-out measure after each epoch."""
    clock = Clock()
    fit(build(experiment, data.training.images), experiment, data, clock)
    return seconds_an_epoch(clock.ends)


def plain_fit(experiment: Experiment, data: Dataset) -> float:
    """`Model.fit` as everyone writes it, with the same held-out images."""
    model, clock = build(experiment, data.training.images), Clock()
    loss = "mse" if experiment.loss == "mse" else "binary_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(experiment.learning_rate), loss=loss)
    images, held = data.training.images, data.validation.images
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda n, logs: clock.epoch(n, logs, model))
    model.fit(
        images, images, batch_size=experiment.batch_size, epochs=experiment.epochs,
        validation_data=(held, held), callbacks=[watch], verbose=0,
    )  # fmt: skip
    return seconds_an_epoch(clock.ends)


def pytorch(experiment: Experiment, data: Dataset) -> float:
    """The dense network in PyTorch, with a DataLoader."""
    import torch
    from torch import nn

    kind = experiment.autoencoder
    images = torch.tensor(data.training.images.reshape(len(data.training), -1))
    held = torch.tensor(data.validation.images.reshape(len(data.validation), -1))
    width = images.shape[1]
    sizes = [width, *kind.encoder_layers, kind.latent_size, *kind.decoder_layers, width]
    layers = []
    for a, b in itertools.pairwise(sizes):
        layers += [nn.Linear(a, b), nn.ReLU()]
    model, clock = nn.Sequential(*layers[:-1]), Clock()
    optimizer = torch.optim.Adam(model.parameters(), experiment.learning_rate)
    error = nn.BCEWithLogitsLoss()
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(images), experiment.batch_size, shuffle=True
    )
    for epoch in range(experiment.epochs):
        for (batch,) in loader:
            optimizer.zero_grad()
            error(model(batch), batch).backward()
            optimizer.step()
        with torch.no_grad():
            error(model(held), held)
        clock.epoch(epoch, {}, None)
    return seconds_an_epoch(clock.ends)


def main() -> None:
    """Prints a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--types", nargs="+", choices=AUTOENCODERS, default=["undercomplete"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data, results = load("mnist"), {}
    for key in options.types:
        experiment = Experiment.of(key, epochs=EPOCHS, batch_size=256)
        contestants = {"ours": ours, "fit": plain_fit}
        if key == "undercomplete" and _has_torch():
            contestants["pytorch"] = pytorch
        seconds = {name: [] for name in contestants}
        for _ in range(options.rounds):
            for name, contestant in contestants.items():
                seconds[name].append(contestant(experiment, data))
        results[key] = {name: statistics.median(values) for name, values in seconds.items()}
    if options.json:
        print(json.dumps(results, indent=1))
        return
    print(f"{'type':16}{'contestant':12}{'s an epoch':>12}{'× ours':>9}")
    for key, row in results.items():
        for name, value in row.items():
            print(f"{key:16}{name:12}{value:12.2f}{value / row['ours']:9.1f}")


def _has_torch() -> bool:
    try:
        import torch  # noqa: F401
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    main()
