"""Estimates of the memory and disk space that a training needs."""

import math
from dataclasses import dataclass

from aecore.data.datasets import source
from aecore.training.experiment import Experiment

FLOAT = 4  # bytes
LIBRARY = 1.2e9  # bytes for TensorFlow and its compiler alone
GPU_LIBRARY = 2.7e9  # the same with CUDA
CUDA = 0.6e9  # bytes that a process takes on a GPU before it has any tensor
DATA_COPIES = 2.6  # of the training images, which are 76% of all: a copy of all for splitting,
# later one for TensorFlow, and another of the test images for measuring
WEIGHT_COPIES = 8  # weights, gradients, two moments, the best ones, and a checkpoint of these
ACTIVATION_COPIES = 4  # forward, backward, and buffers of the compiler
KEPT_CHECKPOINTS = 2


@dataclass(frozen=True)
class Needs:
    """Bytes of memory and disk space, estimated to within a factor of about 1.5.

    gpu: bytes of a GPU's memory, if one trains.
    """

    memory: float
    disk: float
    gpu: float = 0.0


def data_needs(training_size: int, shape: tuple[int, ...]) -> Needs:
    """What the data alone needs, for so many training images of a shape."""
    return Needs(LIBRARY + DATA_COPIES * training_size * math.prod(shape) * FLOAT, 0.0)


def needs(experiment: Experiment, network, gpu: bool = False) -> Needs:
    """Estimates what an experiment needs.

    Args:
        network: its architecture: `parameters`, and `stages` that have a `size`.
        gpu: whether a GPU trains.
    """
    units = sum(stage.size for stage in network.stages)
    data = source(experiment.dataset)  # all of it is read, even if few images are used
    weights = network.parameters * FLOAT
    activations = experiment.batch_size * (units + math.prod(data.shape)) * FLOAT
    network_needs = WEIGHT_COPIES * weights + ACTIVATION_COPIES * activations
    memory = data_needs(data.training_size, data.shape).memory + network_needs
    on_gpu = 0.0
    if gpu:  # there the images are once, and the network; on the host what is saved of it
        memory += GPU_LIBRARY - LIBRARY
        on_gpu = CUDA + data.training_size * math.prod(data.shape) * FLOAT + network_needs
    # a checkpoint holds weights, two moments and the best weights; the model for use once
    return Needs(memory, (4 * KEPT_CHECKPOINTS + 1) * weights + 20e6, on_gpu)
