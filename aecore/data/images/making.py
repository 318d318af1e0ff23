"""Uploaded files → a data set of the user's own images, one image at a time."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from PIL import Image

from aecore.data.collection import CollectionError, collecting
from aecore.data.images.decoding import usual_levels
from aecore.data.images.intake import COLLECTION, Limits, Unusable
from aecore.data.images.preparation import Preparation
from aecore.data.images.uploads import Seen, count, each_prepared, each_seen, eight_bit
from aecore.data.reading.process import Reader

Files = list[tuple[str, bytes]]
PREVIEWED = 10
LOOKED_AT = 40  # files that are searched for this many images
PREVIEW_SIDE = 1024  # pixels; ten camera pictures would take a gigabyte


@dataclass(frozen=True)
class Plan:
    """The plan of a data set: its name, the shape of its images, and their preparation.

    size: in pixels, a side or (height, width). levels: values of 16-bit and float images that are
    black and white; None for the usual ones that include all values of all images.
    """

    title: str
    size: int | tuple[int, int]
    channels: int
    ink: bool
    preparation: Preparation
    levels: tuple[float, float] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Height, width and channels."""
        height, width = (self.size, self.size) if isinstance(self.size, int) else self.size
        return height, width, self.channels


@dataclass(frozen=True)
class Made:
    """The result: the key of the new set, or the problem.

    used: images in the set; refusals: of the rest; notes: changes, with the number of images.
    """

    key: str | None
    problem: str
    used: int
    refusals: tuple[Unusable, ...]
    notes: tuple[tuple[str, int], ...]


def count_files(files: Files, limits: Limits = COLLECTION, reader: Reader | None = None) -> int:
    """The number of files, including those in ZIPs."""
    return min(count(files, limits, reader), limits.files)


def first_images(
    files: Files, limits: Limits = COLLECTION, reader: Reader | None = None
) -> list[Image.Image]:
    """The first ten images among the first files, large ones reduced."""
    found = []
    view = {"kind": "pixels", "side": PREVIEW_SIDE}
    with contextlib.closing(each_seen(files, view, limits, reader)) as items:
        for item in islice(items, LOOKED_AT):
            pixels = eight_bit(item) if isinstance(item, Seen) else None
            if pixels is not None:
                found.append(
                    Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels)
                )
            if len(found) == PREVIEWED:
                break
    return found


def make_set(
    files: Files,
    plan: Plan,
    tell: Callable[[int, int], None] = lambda read, refused: None,
    limits: Limits = COLLECTION,
    reader: Reader | None = None,
) -> Made:
    """Creates the data set, and reports after each file how many were read and refused so far.

    All deep images (16 bits, floats) share one black and one white: if the usual ones of each
    differ, all files are read again with common ones. Anything that `tell` raises ends it and
    leaves nothing behind.
    """
    made, levels = _make(files, plan, tell, limits, reader, plan.levels)
    if levels is not None:
        made, _ = _make(files, plan, tell, limits, reader, levels)
    return made


def _make(files, plan, tell, limits, reader, levels) -> tuple[Made, tuple[float, float] | None]:
    """The result, and the common levels of deep images if theirs differed."""
    refusals, notes, used = [], Counter(), 0
    scales, lows, highs = set(), [], []
    try:
        shape, preparation = plan.shape, plan.preparation
        items = each_prepared(files, shape, preparation, limits, reader, "bytes", levels)
        with (
            collecting(plan.title, plan.size, plan.channels, plan.ink) as collection,
            contextlib.closing(items),
        ):
            for read, item in enumerate(items, 1):
                if isinstance(item, Unusable):
                    refusals.append(item)
                else:
                    collection.add(item.name, item.arrays["pixels"])
                    notes.update(item.notes)
                    if len(item.words) == 4:
                        black, white, low, high = map(float, item.words)
                        scales.add((black, white))
                        lows.append(low)
                        highs.append(high)
                tell(read, len(refusals))
            if len(scales) > 1:
                again = Made(None, "", 0, tuple(refusals), ())
                return again, usual_levels(min(lows), max(highs))
            if masks := collection.drop_masks():
                notes["left out because they are masks of other images"] += masks
            used = len(collection)
            key, problem = collection.finish(), ""
    except CollectionError as error:
        key, problem = None, str(error)
    except OSError as error:  # a full disk, or a read-only directory
        key, problem = None, f"The data set could not be saved: {error.strerror or error}."
    return Made(key, problem, used, tuple(refusals), tuple(notes.most_common())), None


def grouped(refusals: Iterable[Unusable]) -> dict[str, list[str]]:
    """The reasons, most frequent first, each with the names of its files."""
    groups: dict[str, list[str]] = {}
    for refusal in refusals:
        groups.setdefault(refusal.reason, []).append(refusal.name)
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))
