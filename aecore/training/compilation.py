"""What XLA compiles of a training step, by what was measured to be fastest."""

import contextlib
from collections.abc import Callable

from aecore.training import bfloat16, fusing
from aecore.training.devices import on_gpu
from aecore.training.experiment import Experiment


def compilation(experiment: Experiment, images: int) -> tuple[bool, Callable]:
    """How to compile the steps of a training on so many images.

    Returns:
        Whether XLA compiles whole steps, and the context in which a model's steps are traced.
    """
    if experiment.precision == "bfloat16":
        return on_gpu(), bfloat16.in_bfloat16
    xla = experiment.autoencoder.uses_xla(on_gpu())
    worth_it = fusing.is_worth_it(experiment, xla, images)
    return xla, fusing.fused if worth_it else contextlib.nullcontext
