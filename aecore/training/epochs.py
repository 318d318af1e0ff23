"""Epochs of compiled steps, shared by training and pre-training.

The images are held as a tensor. Many steps run inside one `tf.function` that gathers its batches by
index, so that Python runs only a few times a second: often enough to report, to stop and to save a
checkpoint, rarely enough to cost nothing. Each step is Keras' own `train_step`. A GPU, which small
steps leave idle while the host prepares the next one, takes all of them as one program of XLA.
"""

import contextlib
import time
from collections.abc import Callable, Iterator

import keras
import numpy as np
import tensorflow as tf

from aecore.training.devices import compiled, devices, index_type, on_each, on_gpu, shared

SECONDS_A_REPORT = 0.25


class Epochs:
    """A compiled model's passes over images.

    Args:
        model: a compiled `keras.Model`.
        images: the targets, (n, ...).
        batch_size: rows per step; fewer if there are fewer images.
        inputs: gives the model's inputs for a batch: the batch itself, or a corrupted one.
        xla: whether a step is compiled by XLA.
        traced_in: model → the context in which its steps are traced.
    """

    def __init__(
        self,
        model: keras.Model,
        images: np.ndarray,
        batch_size: int,
        inputs: Callable = lambda clean: clean,
        xla: bool = True,
        traced_in: Callable = contextlib.nullcontext,
    ):
        self.model = model
        self.batch = shared(min(batch_size, len(images)))
        self.steps = len(images) // self.batch
        self.count = len(images)
        self.seconds = 0.0  # per step, measured
        self.most: int | None = None  # steps until the next planned change
        self._fresh = True  # the very first steps include compilation
        images, self._indices = tf.constant(images), index_type()
        self.one_program = xla and on_gpu() and devices() == 1

        @compiled(xla)
        def learn(given, clean):
            with traced_in(model):
                return model.train_step((given, clean))

        def step(clean):  # noise is drawn outside: on a processor XLA uses one core
            return learn(inputs(clean), clean)

        @tf.function(jit_compile=self.one_program)
        def train(order, first, last):
            while first < last:  # XLA compiles a range for every length anew
                on_each(step, tf.gather(images, order[first]))
                first += 1
            return model.get_metrics_result()

        self._train = train

    def run(self, seed: list[int], done: int = 0) -> Iterator[tuple[int, dict[str, float]]]:
        """Runs an epoch, or the rest of it; yields the steps done and the terms every few steps.

        Args:
            seed: of the order of the images, which depends on nothing else.
            done: steps of the epoch taken before.
        """
        order = np.random.default_rng(seed).permutation(self.count)
        order = order[: self.steps * self.batch].reshape(self.steps, self.batch)
        order = tf.constant(order, self._indices)
        if not done:
            self.model.reset_metrics()
        while done < self.steps:
            count = self._steps_a_report(done)
            began = time.monotonic()
            terms = numbers(self._train(order, tf.constant(done), tf.constant(done + count)))
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
    """Metric results of Keras as plain floats."""
    return {name: float(value) for name, value in terms.items()}
