"""Epochs of compiled steps, shared by training and pre-training.

The images are held as a tensor; many steps run inside one `tf.function` that gathers its batches
by index, so that Python is entered a few times a second only: often enough to report, to stop and
to keep a checkpoint, seldom enough to cost nothing. Each step is Keras' own `train_step`.
"""

import time
from collections.abc import Callable, Iterator

import keras
import numpy as np
import tensorflow as tf

from aecore.training.devices import compiled, on_each, shared

SECONDS_A_REPORT = 0.25


class Epochs:
    """A compiled model's passes over images.

    Args:
        model: a compiled `keras.Model`.
        images: what has to be rebuilt, (n, ...).
        batch_size: rows a step, or fewer if there are not so many.
        inputs: what the model sees of a batch: the batch itself, or something corrupted.
        xla: whether a step is compiled by XLA.
    """

    def __init__(
        self,
        model: keras.Model,
        images: np.ndarray,
        batch_size: int,
        inputs: Callable = lambda clean: clean,
        xla: bool = True,
    ):
        self.model = model
        self.batch = batch = shared(min(batch_size, len(images)))
        self.steps = len(images) // self.batch
        self.count = len(images)
        self.seconds = 0.0  # a step's, measured
        self.most: int | None = None  # steps before something is to be changed
        self._fresh = True  # the very first steps include compilation
        images = tf.constant(images)

        @compiled(xla)
        def step(clean):
            return model.train_step((inputs(clean), clean))

        @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
        def train(order):
            for start in tf.range(0, tf.shape(order)[0], batch):
                rows = tf.reshape(order[start : start + batch], [batch])
                on_each(step, tf.gather(images, rows))
            return model.get_metrics_result()

        self._train = train

    def run(self, seed: list[int], done: int = 0) -> Iterator[tuple[int, dict[str, float]]]:
        """One epoch, or what is left of it: after every few steps, how many are done, the terms.

        Args:
            seed: of the order of the images, which depends on nothing else.
            done: steps that were taken already.
        """
        order = np.random.default_rng(seed).permutation(self.count)
        order = order[: self.steps * self.batch].astype(np.int32)
        if not done:
            self.model.reset_metrics()
        while done < self.steps:
            count = self._steps_a_report(done)
            began = time.monotonic()
            rows = order[done * self.batch : (done + count) * self.batch]
            terms = numbers(self._train(tf.constant(rows)))
            self._measure((time.monotonic() - began) / count)
            done += count
            yield done, terms

    def _measure(self, took: float) -> None:
        if not self._fresh:
            self.seconds = took if not self.seconds else 0.8 * self.seconds + 0.2 * took
        self._fresh = False

    def _steps_a_report(self, done: int) -> int:
        if not self.seconds:
            return 1
        wanted = max(1, round(SECONDS_A_REPORT / self.seconds))
        return min(self.steps - done, wanted, self.most or wanted)


def numbers(terms: dict) -> dict[str, float]:
    """Keras' metric results as plain floats."""
    return {name: float(value) for name, value in terms.items()}
