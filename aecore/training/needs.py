"""Estimates of the memory and disk space that a training needs."""

import math
from dataclasses import dataclass

from aecore.data.datasets import source
from aecore.training.experiment import Experiment

FLOAT = 4  # bytes
LIBRARY = 1.2e9  # bytes for TensorFlow and its compiler alone
DATA_COPIES = 2.6  # of the training images, which are 76 % of all: a copy of all for splitting,
# later one for TensorFlow, and another of the test images for measuring
WEIGHT_COPIES = 8  # weights, gradients, two moments, the best ones, and a checkpoint of these
ACTIVATION_COPIES = 4  # forward, backward, and buffers of the compiler
KEPT_CHECKPOINTS = 2


@dataclass(frozen=True)
class Needs:
    """Bytes of memory and disk space, estimated to within a factor of about 1.5."""

    memory: float
    disk: float


def data_needs(training_size: int, shape: tuple[int, ...]) -> Needs:
    """What the data alone needs, for so many training images of a shape."""
    return Needs(LIBRARY + DATA_COPIES * training_size * math.prod(shape) * FLOAT, 0.0)


def needs(experiment: Experiment, network) -> Needs:
    """Estimates what an experiment needs.

    Args:
        network: its architecture: `parameters`, and `stages` that have a `size`.
    """
    units = sum(stage.size for stage in network.stages)
    data = source(experiment.dataset)  # all of it is read, even if few images are used
    weights = network.parameters * FLOAT
    activations = experiment.batch_size * (units + math.prod(data.shape)) * FLOAT
    memory = (
        data_needs(data.training_size, data.shape).memory
        + WEIGHT_COPIES * weights
        + ACTIVATION_COPIES * activations
    )
    # a checkpoint holds weights, two moments and the best weights; the model for use once
    return Needs(memory, (4 * KEPT_CHECKPOINTS + 1) * weights + 20e6)
