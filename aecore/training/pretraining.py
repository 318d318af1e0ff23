"""Greedy layer-wise pre-training (Hinton & Salakhutdinov 2006, doi:10.1126/science.1127647).

From the outside in, each encoder layer and its partner in the decoder learn to rebuild what the
layers before them give; afterwards all layers are trained together.
"""

import keras
import numpy as np

from aecore.training.experiment import Experiment
from aecore.training.observer import Observer, Progress

LEARNING_RATE = 1e-3


def pretrain(
    model: keras.Model, experiment: Experiment, images: np.ndarray, observer: Observer
) -> bool:
    """Trains the dense layers of a mirrored autoencoder pair by pair, in place.

    Returns:
        False if the observer asked to stop.
    """
    down = blocks(model.get_layer("encoder"))
    up = blocks(model.get_layer("decoder"))[::-1]  # outermost first
    values = images.reshape(len(images), -1)  # what the pair at hand has to rebuild
    watcher = _Watcher(observer, experiment.autoencoder.pretraining_epochs, len(down))
    for reduce, restore in zip(down, up, strict=True):
        inputs = keras.Input(values.shape[1:])
        codes = keras.Sequential(reduce)(inputs)
        pair = keras.Model(inputs, keras.Sequential(restore)(codes))
        pair.compile(
            optimizer=keras.optimizers.Adam(LEARNING_RATE),
            loss="mse",
            jit_compile=True,
            steps_per_execution=8,
        )
        pair.fit(
            values,
            values,
            batch_size=min(experiment.batch_size, len(values)),
            epochs=experiment.autoencoder.pretraining_epochs,
            callbacks=[watcher],
            verbose=0,
        )
        if watcher.stopped:
            return False
        values = keras.Model(inputs, codes).predict(values, batch_size=1000, verbose=0)
        watcher.pairs_done += 1
    return True


def blocks(network: keras.Model) -> list[list[keras.layers.Layer]]:
    """The layers of an encoder or decoder in groups that each begin with a dense one."""
    groups = []
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dense):
            groups.append([])
        if groups and not isinstance(layer, keras.layers.Reshape):
            groups[-1].append(layer)
    return groups


class _Watcher(keras.callbacks.Callback):
    """Tells the observer where pre-training stands, and stops it when asked."""

    def __init__(self, observer: Observer, epochs: int, pairs: int):
        super().__init__()
        self.observer, self.epochs, self.pairs = observer, epochs, pairs
        self.pairs_done, self.stopped = 0, False

    def on_train_batch_end(self, batch, logs=None):
        if self.observer.stop_requested():
            self.stopped = self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        stage = f"Pre-training pair {self.pairs_done + 1} of {self.pairs}"
        fraction = (self.pairs_done + (epoch + 1) / self.epochs) / self.pairs
        self.observer.progress(
            Progress(stage, epoch + 1, self.epochs, fraction, None, logs["loss"])
        )
