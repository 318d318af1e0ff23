"""After a divergence: what is said of it, and an optimizer that begins again."""

import keras
import numpy as np

from aecore.training.seeding import generators

RESET_DRAWS = 2**31  # where the count of random draws continues: beyond that of any training


def in_words(epoch: int, good: int, rate: float) -> str:
    """What happened in an epoch, at a learning rate; `good`: whose weights were kept, or 0."""
    kept = f"the weights of epoch {good}" if good else "the starting weights"
    return (
        f"The loss became NaN or infinite in epoch {epoch}; {kept} were kept. "
        f"Try a learning rate below {rate:g}."
    )


def reset_optimizer(model: keras.Model, noise, step: int) -> None:
    """Clears the optimizer's state, which after a divergence may hold NaN.

    The random draws continue from a fixed place, so that the rest of the training depends on the
    weights and the step alone.

    Args:
        noise: the state of the generator of the corruption.
    """
    for variable in model.optimizer.variables:
        variable.assign(np.zeros(variable.shape, variable.dtype))
    for state in (*generators(model), noise):
        state.assign([int(state.numpy()[0]), RESET_DRAWS + step])
