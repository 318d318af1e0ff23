"""What Keras offers no public way to do: its private names stand here and nowhere else.

`tests/models/test_keras_private.py` says so when Keras changes one of them.
"""

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def weights_drawn_from(generator: random.Random) -> Iterator[None]:
    """A context in which layers draw the seeds of their weights from a generator.

    They draw them from Python's global one, which other threads of a worker use too.
    """
    from keras.src.random import seed_generator

    shared, seed_generator.python_random = seed_generator.python_random, generator
    try:
        yield
    finally:
        seed_generator.python_random = shared


def walk(model, inputs, replaced: Callable[[Any], Callable]):
    """Calls a functional model with another function in the place of each layer.

    Args:
        replaced: layer → what is called with the layer's inputs instead.
    """
    return model._run_through_graph(inputs, operation_fn=replaced)


def made_by(tensor) -> tuple[Any, list]:
    """The layer whose output a symbolic tensor is, and the tensors that were its inputs."""
    layer, node, _ = tensor._keras_history
    return layer, list(layer._inbound_nodes[node].input_tensors)
