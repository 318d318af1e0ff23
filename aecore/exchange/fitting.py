"""Which images a foreign model takes: of data sets that are here, and of one's own."""

import contextlib
import math

from aecore.data.arrays import describe_shape
from aecore.data.datasets import SOURCES, shape_of
from aecore.data.kinds import kind_of
from aecore.data.own import LARGEST_SIDE, LEAST_SIDE, own_keys, takes_size
from aecore.exchange.archive import FileRefused
from aecore.models.base import Shape


def fitting(model) -> tuple[str, ...]:
    """Keys of the data sets, named ones first, whose images a foreign model takes."""
    keys = [key for key in (*SOURCES, *own_keys()) if kind_of(shape_of(key)).bounded]
    shapes = {shape for shape in map(shape_of, keys) if _takes(model, shape)}
    return tuple(key for key in keys if shape_of(key) in shapes)


def own_shape(model) -> Shape | None:
    """The shape that images of one's own must have for a foreign model, if there is one."""
    for height, width, channels in _likely(model):
        shape = (height, width, channels)
        if takes_size(height, width) and _takes(model, shape):
            return shape
    return None


def none_fits(model) -> FileRefused:
    """Why a foreign model cannot be measured on any data set that is here."""
    from aecore.exchange.keras_file.anatomy import times

    if (shape := own_shape(model)) is not None:
        return FileRefused(
            "It takes images of {}, which no data set here has. "
            "Import it with some images of your own, and it is measured on them.",
            describe_shape(shape),
        )
    return FileRefused(
        "It takes {} numbers, and no data set here has such images. Images of your own are grey "
        "or colour, of {} to {} pixels a side: none would fit either.",
        times(model.input_shape[1:]),
        LEAST_SIDE,
        LARGEST_SIDE,
    )


def _likely(model) -> list[Shape]:
    from aecore.exchange.keras_file.anatomy import measured_shape

    match measured_shape(model):
        case (pixels,):  # in a row: square images, if they can be
            sides = [(math.isqrt(pixels // channels), channels) for channels in (1, 3)]
            return [(side, side, c) for side, c in sides if side * side * c == pixels]
        case (height, width):
            return [(height, width, 1)]
        case (height, width, channels):
            return [(height, width, channels)]
    return []


def _takes(model, shape: Shape) -> bool:
    from aecore.exchange.keras_file.anatomy import dissect

    own = model.input_shape[1:]
    ways = [shape, (math.prod(shape),), *([shape[:2]] if shape[2] == 1 else [])]
    fits = [way for way in ways if len(way) == len(own)]
    if not any(all(a in (None, b) for a, b in zip(own, way, strict=True)) for way in fits):
        return False
    with contextlib.suppress(FileRefused):  # a side that is left open need not be any side
        return bool(dissect(model, shape).cuts)
    return False
