"""Image files, read in a reader process, which any of them may crash.

A file that crashes its reader is refused with the reason; another reader continues after it.
"""

import contextlib
import dataclasses
import itertools
import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aecore.data.images.depth import Depth
from aecore.data.images.intake import Unusable
from aecore.data.images.preparation import Preparation
from aecore.data.images.seeing import AT, IMAGE, PIXELS, UNUSABLE, count_all, see
from aecore.data.limits import AT_ONCE, COLLECTION, MB, MEGAPIXEL, Limits
from aecore.data.reading.confinement import Allowance
from aecore.data.reading.launching import NotStarted
from aecore.data.reading.process import Reader, ReadingEnded
from aecore.data.splits import Levels

MOST_MEMORY = 1536 * MB  # of a reader, on top of what it starts with
SECONDS_EACH = 30  # of processor time; the slowest of the largest images takes Pillow 6
MOST_DEATHS = 5  # crashed readers until the rest is refused
LARGEST_SIDE = 2**16  # pixels: not reduced

Files = Sequence[tuple[str, bytes]]
Shape = tuple[int, ...]
Steps = tuple[tuple[str, np.ndarray], ...]  # titles, and pictures (h, w, 1 or 3) in [0, 1]


@dataclass(frozen=True)
class Seen:
    """An image that was read: its size (width, height), and what was requested of it.

    depth: of a deep image. pixels: as a view gives them, empty if it gives none. steps: of its
    preparation, if they were requested, as `preparation.steps` gives them.
    """

    name: str
    notes: tuple[str, ...]
    size: tuple[int, int]
    depth: Depth | None
    pixels: np.ndarray
    steps: Steps


@dataclass(frozen=True)
class Intake:
    """What became of some files.

    names (n) and images (n, h, w, c) float32 in [0, 1]; refusals of the rest; notes as
    (name, note) on what was done to some of the images; the first one's steps of preparation.
    """

    names: tuple[str, ...]
    images: np.ndarray
    refusals: tuple[Unusable, ...]
    notes: tuple[tuple[str, str], ...]
    steps: Steps


def read_uploads(
    files: Files,
    shape: Shape,
    preparation: Preparation,
    limits: Limits = AT_ONCE,
    reader: Reader | None = None,
    levels: Levels | None = None,
) -> Intake:
    """Reads files (name, bytes) as inputs for a model of images (height, width, channels).

    Args:
        levels: black and white of deep images, by default chosen for each.
    """
    names, images, refusals, notes, shown = [], [], [], [], ()
    for item in each_prepared(files, shape, preparation, limits, reader, levels, explained=0):
        if isinstance(item, Unusable):
            refusals.append(item)
            continue
        names.append(item.name)
        images.append(item.pixels)
        notes += [(item.name, note) for note in item.notes]
        shown = shown or item.steps
    stacked = np.stack(images) if images else np.zeros((0, *shape), np.float32)
    return Intake(tuple(names), stacked, tuple(refusals), tuple(notes), shown)


def each_prepared(
    files: Files,
    shape: Shape,
    preparation: Preparation,
    limits: Limits = AT_ONCE,
    reader: Reader | None = None,
    levels: Levels | None = None,
    kind: str = "floats",
    explained: int | None = None,
) -> Generator[Seen | Unusable, None, None]:
    """Each image with the pixels that `prepare` gives: "floats" in [0, 1], or 8-bit "bytes".

    Args:
        levels: black and white of deep images, by default chosen for each.
        explained: position, among the usable images, of the one whose steps are returned, too.
    """
    view = {"kind": kind, "shape": shape, "preparation": dataclasses.asdict(preparation)}
    view["explained"] = explained
    dtype, white = (np.uint8, 255) if kind == "bytes" else (np.float32, 1)
    for item in each_seen(files, view, limits, reader, levels):
        if isinstance(item, Seen):
            pixels = item.pixels
            sound = pixels.shape == tuple(shape) and pixels.dtype == dtype
            if not sound or not 0 <= pixels.min() <= pixels.max() <= white:
                item = Unusable(item.name, "reading it gave something other than an image")
        yield item


def count_files(files: Files, limits: Limits = COLLECTION, reader: Reader | None = None) -> int:
    """The number of files to read, including those in ZIPs; of those given if counting fails."""
    allowance = Allowance(MOST_MEMORY + limits.total_bytes, SECONDS_EACH, SECONDS_EACH, MB)
    found = len(files)
    with contextlib.suppress(ReadingEnded, NotStarted):
        words = dataclasses.asdict(limits)
        for told, _ in (reader or Reader()).read(count_all, words, files, allowance):
            found = told if isinstance(told, int) else found
    return min(found, limits.files)


def sizes(files: Files, reader: Reader | None = None) -> list[tuple[str, int, int]]:
    """Name, width and height of each usable image."""
    seen = each_seen(files, {"kind": "size"}, AT_ONCE, reader)
    return [(item.name, *item.size) for item in seen if isinstance(item, Seen)]


def picture(
    files: Files, number: int, reader: Reader | None = None, levels: Levels | None = None
) -> np.ndarray | None:
    """The pixels (h, w, c), 8-bit, of the image at a position among the usable ones."""
    view = {"kind": "pixels", "side": LARGEST_SIDE}
    seen = _at(number, each_seen(files, view, AT_ONCE, reader, levels))
    return None if seen is None else eight_bit(seen)


def steps_of(
    files: Files,
    number: int,
    shape: Shape,
    preparation: Preparation,
    reader: Reader | None = None,
    levels: Levels | None = None,
) -> Steps:
    """The result of `preparation.steps` for the image at a position among the usable ones."""
    items = each_prepared(files, shape, preparation, AT_ONCE, reader, levels, explained=number)
    seen = _at(number, items)
    return () if seen is None else seen.steps


def eight_bit(seen: Seen) -> np.ndarray | None:
    """The pixels (h, w, 1 or 3) of an image that was read, if they are valid."""
    return seen.pixels if _is_picture(seen.pixels, np.uint8) else None


def _is_picture(pixels: np.ndarray, dtype: type) -> bool:
    plain = pixels.ndim == 3 and pixels.dtype == dtype and pixels.shape[-1] in (1, 3)
    return plain and pixels.size > 0


def _at(number: int, items: Generator[Seen | Unusable, None, None]) -> Seen | None:
    with contextlib.closing(items):
        seen = (item for item in items if isinstance(item, Seen))
        return next(itertools.islice(seen, number, None), None)


def each_seen(
    files: Files,
    view: dict[str, Any],
    limits: Limits,
    reader: Reader | None,
    levels: Levels | None = None,
) -> Generator[Seen | Unusable, None, None]:
    """Each image as a view of `seeing` returns it, or why it cannot be used."""
    reader, skip, found = reader or Reader(), 0, 0
    for _ in range(MOST_DEATHS):
        words = {"view": view, "limits": dataclasses.asdict(limits), "levels": levels}
        words |= {"skip": skip, "found": found}
        try:
            for answer, arrays in reader.read(see, words, files, _allowance(limits, view)):
                item = _understood(answer, arrays)
                found += isinstance(item, Seen)
                yield item
            return
        except (ReadingEnded, NotStarted) as problem:
            reason = str(problem).removesuffix(".")
            reason = reason[:1].lower() + reason[1:]
            place, _, name = getattr(problem, "item", "").partition(AT)
            if not place.isdecimal() or not skip <= int(place) < 2**40 or not name:
                yield Unusable("further files", reason)
                return
            yield Unusable(name, reason)
            skip = int(place) + 1
    yield Unusable("further files", f"{MOST_DEATHS} files have crashed the process that reads")


def _understood(answer: Any, arrays: dict[str, np.ndarray]) -> Seen | Unusable:
    match answer:
        case [str(kind), str(name), str(reason)] if kind == UNUSABLE:
            return Unusable(name, reason)
        case [str(kind), str(name), list(notes), [int(width), int(height)], depth, list(titles)]:
            if kind == IMAGE and all(isinstance(text, str) for text in (*notes, *titles)):
                pixels = arrays.pop(PIXELS, np.zeros(0))
                steps = _steps(titles, [*arrays.values(), pixels])
                return Seen(name, tuple(notes), (width, height), _depth(depth), pixels, steps)
    raise ReadingEnded("Reading them gave no usable answer.")


def _depth(told: Any) -> Depth | None:
    match told:
        case [float(), float(), float(), float()] if all(map(math.isfinite, told)):
            return Depth(*told) if told[0] < told[1] and told[2] <= told[3] else None
    return None


def _steps(titles: list[Any], stages: list[np.ndarray]) -> Steps:
    if len(titles) != len(stages) or not all(_is_picture(each, np.float32) for each in stages):
        return ()
    return tuple(zip(titles, stages, strict=True))


def _allowance(limits: Limits, view: dict[str, Any]) -> Allowance:
    """The system's limits, beyond those that are reported with a reason."""
    answer = 8 * 40 * MEGAPIXEL
    if "shape" in view:
        height, width, channels = view["shape"]
        answer += limits.files * height * width * channels * 4
    memory, seconds = MOST_MEMORY + limits.total_bytes, limits.seconds + SECONDS_EACH
    return Allowance(memory, seconds, SECONDS_EACH, answer)
