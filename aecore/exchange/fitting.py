"""Which samples a foreign model takes: of data sets that are here, and of one's own."""

import contextlib
import math

from aecore.data.arrays import describe_shape
from aecore.data.datasets import SOURCES, shape_of
from aecore.data.own import LARGEST_SIDE, LEAST_SIDE, own_keys, takes_size
from aecore.data.series.series import MOST_CHANNELS
from aecore.data.series.windows import LONGEST, SHORTEST
from aecore.data.tables.preparation import MOST_WIDTH
from aecore.exchange.archive import FileRefused
from aecore.models.base import Shape

ADD = " Add one on the Data page, then import the model."


def fitting(model) -> tuple[str, ...]:
    """Keys of the data sets, named ones first, whose samples a foreign model takes."""
    keys = (*SOURCES, *own_keys())
    shapes = {shape for shape in map(shape_of, keys) if _takes(model, shape)}
    return tuple(key for key in keys if shape_of(key) in shapes)


def own_shape(model) -> Shape | None:
    """The shape that images of one's own must have for a foreign model, if there is one."""
    for height, width, channels in _likely(model):
        shape = (height, width, channels)
        if takes_size(height, width) and _takes(model, shape):
            return shape
    return None


def would_do(model) -> str:
    """Which table or series a foreign model would take, in a sentence; empty if none would."""
    found = []
    match tuple(model.inputs[0].shape[1:]):
        case (int(width),) | (int(width), 1):
            if width <= MOST_WIDTH:
                found.append(
                    f"a table whose rows have {width:,} values as a network sees them (one per "
                    "number, and one per possible value of each category)"
                )
            if SHORTEST <= width <= LONGEST:
                found.append(f"a series in windows of {width:,} steps with one channel")
        case (int() | None as steps, int() | None as channels):
            if (steps is None or SHORTEST <= steps <= LONGEST) and (channels or 1) <= MOST_CHANNELS:
                length = "any number of" if steps is None else f"{steps:,}"
                count = "any number of" if channels is None else f"{channels:,}"
                count = "one channel" if channels == 1 else f"{count} channels"
                found.append(f"a series in windows of {length} steps with {count}")
    return f"It would fit {', or '.join(found)}." if found else ""


def none_fits(model) -> FileRefused:
    """Why a foreign model cannot be measured on any data set that is here."""
    from aecore.exchange.keras_file.anatomy import times

    values = would_do(model)
    if (shape := own_shape(model)) is not None:
        return FileRefused(
            "It takes images of {}, which no data set here has. "
            "Import it with some images of your own, and it is measured on them.{}",
            describe_shape(shape),
            f" {values}{ADD}" if values else "",
        )
    if values:
        return FileRefused(
            "It takes {} numbers, and no data set here has such samples. {}{}",
            times(model.input_shape[1:]), values, ADD,
        )  # fmt: skip
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
    from aecore.exchange.keras_file.cutting import fits, ways

    own = tuple(model.input_shape[1:])
    way = next((way for way in ways(shape) if fits(own, way)), None)
    if way is None:
        return False
    with contextlib.suppress(FileRefused):  # a side that is left open need not be any side
        return bool(dissect(model, way).cuts)
    return False
