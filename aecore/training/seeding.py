"""Random numbers that depend on a seed alone, whatever other threads do meanwhile."""

import contextlib
import random
import threading
from collections.abc import Iterator

import keras

from aecore.models.keras_private import weights_drawn_from

_lock = threading.RLock()  # all threads share these generators


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """A context in which all random numbers of Keras follow from a seed.

    Layers draw the seeds of their weights from Python's global generator, which other threads of
    a worker use too, so that `keras.utils.set_random_seed` alone is not enough. Here Keras gets a
    generator of its own, for which it has no public interface.
    """
    with _lock:
        keras.utils.set_random_seed(seed)
        with weights_drawn_from(random.Random(seed)):
            yield


def generators(model: keras.Model) -> list:
    """The states of a model's random generators: [seed, number of draws] each."""
    weights = {id(variable) for variable in model.weights}
    return [variable for variable in model.variables if id(variable) not in weights]


@contextlib.contextmanager
def unmoved(model: keras.Model) -> Iterator[None]:
    """A context after which the model's random generators are as they were before."""
    states = [(state, state.numpy()) for state in generators(model)]
    try:
        yield
    finally:
        for state, before in states:
            state.assign(before)
