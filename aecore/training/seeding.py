"""Starting weights that depend on a seed alone, whatever else the process does meanwhile."""

import contextlib
import random
from collections.abc import Iterator

import keras

from aecore.models.keras_private import weights_drawn_from


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """A context in which everything that Keras draws follows from a seed.

    Layers draw the seeds of their weights from Python's global generator, which other threads of
    a worker use too: `keras.utils.set_random_seed` alone gives other weights now and then. In
    here Keras has a generator of its own; it offers no public way to give it one.
    """
    keras.utils.set_random_seed(seed)
    with weights_drawn_from(random.Random(seed)):
        yield
