"""The validation loss, measured after each epoch, a few batches per call."""

import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from aecore.training.devices import compiled, on_each, shared
from aecore.training.epochs import SECONDS_A_REPORT, numbers

EVALUATION_BATCH = 500


class Validation:
    """The loss and metrics of a compiled model on validation images.

    Args:
        model: a compiled `keras.Model`.
        images: clean ones (n, h, w, c); those that do not fill a batch are left out.
        corrupt: gives the model's inputs, the same each time, so that epochs can be compared.
        xla: whether a step is compiled by XLA.
    """

    def __init__(self, model: keras.Model, images: np.ndarray, corrupt: Callable, xla: bool):
        self.model = model
        self.batch = batch = shared(min(EVALUATION_BATCH, len(images)))
        self.count = len(images) // batch * batch
        clean = tf.constant(images[: self.count])
        inputs, shape = corrupt(clean), [batch, *clean.shape[1:]]

        @compiled(xla)
        def step(inputs, clean):
            return model.test_step((inputs, clean))

        @tf.function
        def measure(first, last):
            for start in tf.range(first, last, batch):
                part = slice(start, start + batch)
                on_each(step, tf.reshape(inputs[part], shape), tf.reshape(clean[part], shape))
            return model.get_metrics_result()

        self._measure = measure

    def first_terms(self) -> dict[str, float]:
        """The terms of one batch; Keras creates its metrics when they are first used."""
        return numbers(self._measure(tf.constant(0), tf.constant(self.batch)))

    def terms(self, leave: Callable[[], bool]) -> dict[str, float] | None:
        """The terms of all images; None if `leave` said so, and then no metric has changed."""
        metrics = self.model.metrics_variables
        trained = [variable.numpy() for variable in metrics]
        self.model.reset_metrics()
        first, size = 0, self.batch
        while True:
            began = time.monotonic()
            last = min(first + size, self.count)
            terms = numbers(self._measure(tf.constant(first), tf.constant(last)))
            if last == self.count:
                return terms
            if leave():
                for variable, value in zip(metrics, trained, strict=True):
                    variable.assign(value)
                return None
            first = last
            if time.monotonic() - began < SECONDS_A_REPORT / 2:
                size *= 2
