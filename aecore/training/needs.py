"""What a training will take of memory and disk, foreseen from its network and data."""

import math
from dataclasses import dataclass

from aecore.data.datasets import source
from aecore.training.experiment import Experiment

FLOAT = 4  # bytes
LIBRARY = 1.2e9  # bytes that TensorFlow and its compiler take, whatever they do
DATA_COPIES = 2.6  # of the training images: they are 76 % of all, which are copied once to be
# split, later for TensorFlow, and the test images once more to be measured
WEIGHT_COPIES = 8  # weights, gradients, two moments, the best ones, and a checkpoint of these
ACTIVATION_COPIES = 4  # forward, backward, and what the compiler keeps between
KEPT_CHECKPOINTS = 2


@dataclass(frozen=True)
class Needs:
    """Bytes of memory and of disk; estimates, good to a factor of about one and a half."""

    memory: float
    disk: float


def data_needs(training_size: int, shape: tuple[int, int, int]) -> Needs:
    """What any training on that many images of a shape will take, whatever the network."""
    return Needs(LIBRARY + DATA_COPIES * training_size * math.prod(shape) * FLOAT, 0.0)


def needs(experiment: Experiment, network) -> Needs:
    """What an experiment will take.

    Args:
        network: its architecture: `parameters`, and `stages` that have a `size`.
    """
    units = sum(stage.size for stage in network.stages)
    data = source(experiment.dataset)  # all of it is read, even where few images are learnt from
    weights = network.parameters * FLOAT
    activations = experiment.batch_size * (units + math.prod(data.shape)) * FLOAT
    memory = (
        data_needs(data.training_size, data.shape).memory
        + WEIGHT_COPIES * weights
        + ACTIVATION_COPIES * activations
    )
    # a checkpoint holds weights, two moments and the best weights; the model for use once
    return Needs(memory, (4 * KEPT_CHECKPOINTS + 1) * weights + 20e6)
