"""Greedy layer-wise pre-training (Hinton & Salakhutdinov 2006, doi:10.1126/science.1127647).

From the outside in, each encoder layer and its counterpart in the decoder learn to reconstruct the
output of the layers before them; afterwards all layers are trained together.
"""

import time

import keras
import numpy as np

from aecore.training.checkpoint import Checkpoint, Place
from aecore.training.epochs import Epochs
from aecore.training.experiment import Experiment
from aecore.training.observer import Observer, Progress, check_requests

LEARNING_RATE = 1e-3


def pretrain(
    model: keras.Model,
    experiment: Experiment,
    images: np.ndarray,
    observer: Observer,
    start: Checkpoint | None = None,
) -> tuple[str, float]:
    """Trains the dense layers of a mirrored autoencoder pair by pair, in place.

    Returns:
        "" when all pairs are trained, or why it ended before: `stopped` or `paused`; and the
        seconds it took, those before it was paused included.
    """
    down = blocks(model.get_layer("encoder"))
    up = blocks(model.get_layer("decoder"))[::-1]  # outermost first
    # the targets of the current pair; what is missing is 0, the mean, as the encoder takes it
    values = np.nan_to_num(images.reshape(len(images), -1))
    place = start.place if start else Place(pair=1)
    began = time.monotonic() - place.seconds
    if start:
        start.restore_good(model.weights)  # the pairs before this one make its targets
    for number, (reduce, restore) in enumerate(zip(down, up, strict=True), 1):
        inputs = keras.Input(values.shape[1:])
        codes = keras.Sequential(reduce)(inputs)
        if number >= place.pair:
            pair = keras.Model(inputs, keras.Sequential(restore)(codes))
            pair.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="mse")
            pair.optimizer.build(pair.trainable_variables)
            here = place if number == place.pair else Place(pair=number)
            ended = _train_pair(
                model, pair, here, began, len(down), values, experiment, observer,
                start if number == place.pair else None,
            )  # fmt: skip
            if ended:
                return ended, time.monotonic() - began
        values = keras.Model(inputs, codes).predict(values, batch_size=1000, verbose=0)
    return "", time.monotonic() - began


def _train_pair(model, pair, place, began, pairs, values, experiment, observer, start) -> str:
    """Trains one pair from a position on; "" or why it ended early."""
    steps = Epochs(pair, values, experiment.batch_size)
    variables = [*model.variables, *pair.optimizer.variables, *pair.metrics_variables]
    if start is not None:
        start.restore(variables)
    epochs = experiment.autoencoder.pretraining_epochs
    stage = f"Pre-training pair {place.pair} of {pairs}"

    def take() -> Checkpoint:
        place.seconds = time.monotonic() - began
        return Checkpoint.of(place, variables, model.get_weights())

    while place.epoch <= epochs:
        seed = [experiment.seed, place.epoch, place.pair]
        for done, terms in steps.run(seed, place.done):
            place.done = done
            passed = place.epoch - 1 + place.done / steps.steps
            fraction = (place.pair - 1 + passed / epochs) / pairs
            observer.progress(Progress(stage, place.epoch, epochs, fraction, None, terms["loss"]))
            if ended := check_requests(observer, take):
                return ended
        place.epoch, place.done = place.epoch + 1, 0
    return ""


def blocks(network: keras.Model) -> list[list[keras.layers.Layer]]:
    """The layers of an encoder or decoder in groups that each begin with a dense one."""
    groups = []
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dense):
            groups.append([])
        if groups and not isinstance(layer, keras.layers.Reshape):
            groups[-1].append(layer)
    return groups
