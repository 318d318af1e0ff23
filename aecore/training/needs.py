"""What a training will take of memory and disk, foreseen from its network and data."""

import math
from dataclasses import dataclass

from aecore.data.datasets import source
from aecore.training.experiment import Experiment

FLOAT = 4  # bytes
LIBRARY = 1.2e9  # bytes that TensorFlow and its compiler take, whatever they do
DATA_COPIES = 2.2  # as NumPy's and as TensorFlow's, and what is held out
WEIGHT_COPIES = 8  # weights, gradients, two moments, the best ones, and a checkpoint of these
ACTIVATION_COPIES = 4  # forward, backward, and what the compiler keeps between
KEPT_CHECKPOINTS = 2


@dataclass(frozen=True)
class Needs:
    """Bytes of memory and of disk; estimates, good to a factor of about one and a half."""

    memory: float
    disk: float


def needs(experiment: Experiment, network) -> Needs:
    """What an experiment will take.

    Args:
        network: its architecture: `parameters`, and `stages` that have a `size`.
    """
    units = sum(stage.size for stage in network.stages)
    data = source(experiment.dataset)
    images = min(experiment.samples or data.training_size, data.training_size)
    pixels = math.prod(data.shape) * FLOAT
    weights = network.parameters * FLOAT
    activations = experiment.batch_size * (units + math.prod(data.shape)) * FLOAT
    memory = (
        LIBRARY
        + DATA_COPIES * images * pixels
        + WEIGHT_COPIES * weights
        + ACTIVATION_COPIES * activations
    )
    # a checkpoint holds weights, two moments and the best weights; the model for use once
    return Needs(memory, (4 * KEPT_CHECKPOINTS + 1) * weights + 20e6)
