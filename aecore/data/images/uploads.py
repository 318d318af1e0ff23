"""Uploaded files, read in a reader process, which any of them may crash.

A file that crashes its reader is refused with the reason; another reader continues after it.
"""

import contextlib
import dataclasses
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aecore.data.images.intake import Intake, Unusable
from aecore.data.images.preparation import Preparation
from aecore.data.images.seeing import AT, IMAGE, UNUSABLE, count_all, see
from aecore.data.limits import AT_ONCE, MB, MEGAPIXEL, Limits
from aecore.data.reading.confinement import Allowance
from aecore.data.reading.launching import NotStarted
from aecore.data.reading.process import Reader, ReadingEnded

MOST_MEMORY = 1536 * MB  # of a reader, on top of what it starts with
SECONDS_EACH = 30  # of processor time; the slowest of the largest images takes Pillow 6
MOST_DEATHS = 5  # crashed readers until the rest is refused
LARGEST_SIDE = 2**16  # pixels: not reduced

Files = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Seen:
    """An image that was read: its size (width, height), and what was requested of it."""

    name: str
    notes: tuple[str, ...]
    size: tuple[int, int]
    words: tuple[str, ...]
    arrays: dict[str, np.ndarray]


def read_uploads(
    files: Files,
    shape: tuple[int, ...],
    preparation: Preparation,
    limits: Limits = AT_ONCE,
    reader: Reader | None = None,
) -> Intake:
    """Reads files (name, bytes) as inputs for a model of images (height, width, channels)."""
    names, images, refusals, notes = [], [], [], []
    for item in each_prepared(files, shape, preparation, limits, reader):
        if isinstance(item, Unusable):
            refusals.append(item)
            continue
        names.append(item.name)
        images.append(item.arrays["pixels"])
        notes += [(item.name, note) for note in item.notes]
    stacked = np.stack(images) if images else np.zeros((0, *shape), np.float32)
    return Intake(tuple(names), stacked, tuple(refusals), tuple(notes))


def each_prepared(
    files: Files,
    shape: tuple[int, ...],
    preparation: Preparation,
    limits: Limits = AT_ONCE,
    reader: Reader | None = None,
    kind: str = "floats",
    levels: tuple[float, float] | None = None,
) -> Generator[Seen | Unusable, None, None]:
    """Each image as `prepare` gives it, under "pixels": "floats" in [0, 1], or 8-bit "bytes".

    Args:
        levels: black and white of deep images, by default chosen for each. Bytes come with words:
            for a deep image its levels, and its smallest and largest value.
    """
    view = {"kind": kind, "shape": shape, "preparation": dataclasses.asdict(preparation)}
    view["levels"] = levels
    dtype, white = (np.uint8, 255) if kind == "bytes" else (np.float32, 1)
    for item in each_seen(files, view, limits, reader):
        if isinstance(item, Seen):
            pixels = item.arrays.get("pixels", np.zeros(0))
            sound = pixels.shape == tuple(shape) and pixels.dtype == dtype
            if not sound or not 0 <= pixels.min() <= pixels.max() <= white:
                item = Unusable(item.name, "reading it gave something other than an image")
        yield item


def count(files: Files, limits: Limits, reader: Reader | None = None) -> int:
    """The number of files, including those in ZIPs; those given if counting crashes a reader."""
    allowance = Allowance(MOST_MEMORY + limits.total_bytes, SECONDS_EACH, SECONDS_EACH, MB)
    with contextlib.suppress(ReadingEnded, NotStarted):
        for found, _ in (reader or Reader()).read(
            count_all, dataclasses.asdict(limits), files, allowance
        ):
            return found if isinstance(found, int) else len(files)
    return len(files)


def sizes(files: Files, reader: Reader | None = None) -> list[tuple[str, int, int]]:
    """Name, width and height of each usable image."""
    seen = each_seen(files, {"kind": "size"}, AT_ONCE, reader)
    return [(item.name, *item.size) for item in seen if isinstance(item, Seen)]


def picture(files: Files, number: int, reader: Reader | None = None) -> np.ndarray | None:
    """The pixels (h, w, c), 8-bit, of the image at a position among the usable ones."""
    seen = _at(files, number, {"kind": "pixels", "side": LARGEST_SIDE}, reader)
    return None if seen is None else eight_bit(seen)


def stages(
    files: Files,
    number: int,
    shape: tuple[int, ...],
    preparation: Preparation,
    reader: Reader | None = None,
) -> list[tuple[str, np.ndarray]]:
    """The result of `preparation.steps` for the image at a position among the usable ones."""
    view = {"kind": "steps", "shape": shape, "preparation": dataclasses.asdict(preparation)}
    seen = _at(files, number, view, reader)
    if seen is None or len(seen.words) != len(seen.arrays):
        return []
    return list(zip(seen.words, seen.arrays.values(), strict=True))


def eight_bit(seen: Seen) -> np.ndarray | None:
    """The pixels (h, w, 1 or 3) of an image that was read, if they are valid."""
    pixels = seen.arrays.get("pixels", np.zeros(0))
    plain = pixels.ndim == 3 and pixels.dtype == np.uint8 and pixels.shape[-1] in (1, 3)
    return pixels if plain and pixels.size else None


def _at(files: Files, number: int, view: dict, reader: Reader | None) -> Seen | None:
    with contextlib.closing(each_seen(files, view, AT_ONCE, reader)) as items:
        seen = (item for item in items if isinstance(item, Seen))
        for place, item in enumerate(seen):
            if place == number:
                return item
    return None


def each_seen(
    files: Files, view: dict[str, Any], limits: Limits, reader: Reader | None
) -> Generator[Seen | Unusable, None, None]:
    """Each image as a view of `seeing` returns it, or why it cannot be used."""
    reader, skip = reader or Reader(), 0
    for _ in range(MOST_DEATHS):
        words = {"view": view, "limits": dataclasses.asdict(limits), "skip": skip}
        try:
            for answer, arrays in reader.read(see, words, files, _allowance(limits, view)):
                yield _understood(answer, arrays)
            return
        except (ReadingEnded, NotStarted) as problem:
            reason = str(problem).removesuffix(".")
            reason = reason[:1].lower() + reason[1:]
            place, _, name = getattr(problem, "item", "").partition(AT)
            if not place.isdecimal() or not skip <= int(place) < 2**40 or not name:
                yield Unusable("all further files", reason)
                return
            yield Unusable(name, reason)
            skip = int(place) + 1
    yield Unusable("all further files", f"{MOST_DEATHS} files have crashed the process that reads")


def _understood(answer: Any, arrays: dict[str, np.ndarray]) -> Seen | Unusable:
    match answer:
        case [str(kind), str(name), str(reason)] if kind == UNUSABLE:
            return Unusable(name, reason)
        case [str(kind), str(name), list(notes), [int(width), int(height)], list(words)] if (
            kind == IMAGE and all(isinstance(text, str) for text in (*notes, *words))
        ):
            return Seen(
                name, tuple(map(str, notes)), (width, height), tuple(map(str, words)), arrays
            )
    raise ReadingEnded("Reading them gave no usable answer.")


def _allowance(limits: Limits, view: dict[str, Any]) -> Allowance:
    """The system's limits, beyond those that are reported with a reason."""
    answer = 8 * 40 * MEGAPIXEL
    if "shape" in view:
        height, width, channels = view["shape"]
        answer += limits.files * height * width * channels * 4
    memory, seconds = MOST_MEMORY + limits.total_bytes, limits.seconds + SECONDS_EACH
    return Allowance(memory, seconds, SECONDS_EACH, answer)
