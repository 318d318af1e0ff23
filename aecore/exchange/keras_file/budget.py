"""The work of a foreign model, counted before it is run."""

import math

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.trace import KERNELS, Step, multiplications, trace

MOST_WORK = 1e13  # multiplications: some minutes on two cores
VALUE = 30  # multiplications in the time of moving, comparing or normalizing one number
_NEIGHBOURS = {"nearest": 1, "bilinear": 4}  # inputs per output number


class TooMuchWork(FileRefused):
    """Measuring a model would take too long; the text says so.

    work: multiplications it would take.
    """

    def __init__(self, work: float, sentence: str, *parts):
        super().__init__(sentence, *parts)
        self.work = work


def check_work(model, shape: tuple, images: int, most: float = MOST_WORK) -> None:
    """Refuses to measure a model that would take too long.

    Args:
        model: with one input and one output.
        shape: of an image as the model takes it.
        images: the number on which it is measured.
        most: multiplications for all images together.

    Raises:
        TooMuchWork: it would take more.
    """
    work = images * work_on(model, shape)
    if work > most:
        raise TooMuchWork(
            work,
            "It takes too long: measuring it on {:,} images would need {:,.0f} billion "
            "multiplications, and the limit is {:,.0f} billion. Choose a data set with fewer "
            "or smaller images, or import a smaller model.",
            images,
            work / 1e9,
            max(most, MOST_WORK) / 1e9,  # for more than less, it is done elsewhere
        )


def work_on(model, shape: tuple) -> float:
    """Multiplications per image, or their equivalent in time, in all calls of all layers."""
    found = trace(model, shape)
    shapes = {0: tuple(shape)} | {step.makes: step.shape for step in found.steps}
    return sum(_work(step, shapes) for step in found.steps)


def _work(step: Step, shapes: dict[int, tuple]) -> float:
    layer, kind = step.layer, type(step.layer).__name__
    taken = [shapes[value] for value in step.takes]
    made = math.prod(step.shape) * math.prod(getattr(layer, "pool_size", (1,)))
    moved = VALUE * float(max(made, sum(map(math.prod, taken))))
    if kind in KERNELS:
        return moved + multiplications(step, taken[0])
    return moved * _NEIGHBOURS.get(getattr(layer, "interpolation", "nearest"), 16)
