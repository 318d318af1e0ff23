"""Series: experiments that differ in one setting, to be compared.

Each point of a series is an ordinary run. A point that was trained before is found again, because
an experiment determines its result. The results of the series on MNIST ship with the program.
"""

import math
from collections.abc import Callable

from aecore.data.kinds import kind_of
from aecore.training.experiment import Experiment
from aecore.training.sweep import Series, Sweep, varied


def bottlenecks(base: Experiment) -> Series:
    """Latent sizes from 2 to 128; of rows and windows those below their number of values."""
    sizes, shape = (2, 4, 8, 16, 32, 64, 128), base.shape
    if not kind_of(shape).bounded:
        values = math.prod(shape)
        sizes = [size for size in sizes if size < values] or [1]
    return Sweep("Sizes of the code", base, {"latent_size": tuple(sizes)}).series


def depths(base: Experiment) -> Series:
    """Few wide or many narrow hidden layers, with one latent size."""
    stacks = ((), (256,), (1024,), (1024, 256), (256, 128, 64), (256, 192, 128, 96, 64))
    settings = {"epochs": 4}
    if not kind_of(base.shape).bounded:  # smaller, and the usual epochs are soon over
        stacks = ((), (64,), (256,), (256, 64), (64, 48, 32), (64, 56, 48, 40, 32))
        settings = {}
    changes = {
        "-".join(map(str, stack)) or "none": (
            {"encoder_layers": list(stack), "decoder_layers": list(stack[::-1])},
            settings,
        )
        for stack in stacks
    }
    return varied(base, changes, "Depth and width")


def penalties(base: Experiment) -> Series:
    """The three sparsity penalties, and none."""
    changes = {
        "none (ReLU)": ({"penalty": "l1", "weight": 0.0}, {}),
        "L1 (ReLU)": ({"penalty": "l1", "weight": 0.05}, {}),
        "KL (sigmoid)": ({"penalty": "kl"}, {}),
        "top-k": ({"penalty": "top-k"}, {}),
    }
    changes = {label: (settings, {"epochs": 10}) for label, (settings, _) in changes.items()}
    return varied(base, changes, "Ways to a sparse code")


def amounts(base: Experiment) -> Series:
    """Numbers of training images, with about a thousand steps each."""
    changes = {
        str(count): ({}, {"samples": count, "epochs": epochs}) for count, epochs in AMOUNTS.items()
    }
    return varied(base, changes, "Training images")


def restraints(base: Experiment) -> Series:
    """Regularizers that may keep a large code from copying, on a thousand images."""
    few = {"samples": 1000, "epochs": 300}
    changes = {
        "none": ({"regularizer": "none"}, few),
        "L1": ({"regularizer": "l1", "strength": 0.01}, few),
        "weight decay": ({"regularizer": "weight decay", "strength": 0.01}, few),
        "noise on the code": ({"regularizer": "noise", "strength": 0.5}, few),
        "noise on the input": (
            {"regularizer": "none"},
            {**few, "corruption": "gaussian", "corruption_strength": 0.2},
        ),
    }
    return varied(base, changes, "What keeps it from copying")


def betas(base: Experiment) -> Series:
    """Weights of the KL term."""
    changes = {f"{beta:g}": ({"beta": beta, "latent_size": 16}, {"epochs": 8}) for beta in BETAS}
    return varied(base, changes, "Beta")


def twins(base: Experiment) -> Series:
    """The experiment with and without its penalty."""
    return varied(base, {"penalised": ({}, {}), "unpenalised": ({"weight": 0.0}, {})}, "Twins")


AMOUNTS = {100: 1000, 300: 1000, 1000: 300, 3000: 100, 10_000: 30}  # images → epochs
BETAS = (0.0, 0.25, 1.0, 4.0, 16.0)

# key of a type → functions that make its series from an experiment, which gives data and training
SERIES: dict[str, tuple[Callable[[Experiment], Series], ...]] = {
    "undercomplete": (bottlenecks,),
    "overcomplete": (amounts, restraints),
    "sparse": (penalties,),
    "contractive": (twins,),
    "deep": (depths,),
    "variational": (betas,),
}


def all_series(base: Experiment) -> list[Series]:
    """The series of a type, with the data and training settings of an experiment."""
    return [make(base) for make in SERIES.get(base.autoencoder.key, ())]
