"""Uploaded files → a data set of the user's own, one image at a time."""

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
LOOKED_AT = 40  # files, to find that many images among them
PREVIEW_SIDE = 1024  # pixels; ten camera pictures would be a gigabyte


@dataclass(frozen=True)
class Plan:
    """A data set to be: its name, the shape of its images, and how they are made to fit.

    size: in pixels, a side or (height, width). levels: values of 16-bit and float images that are
    black and white; None for the usual ones that hold all values of all images.
    """

    title: str
    size: int | tuple[int, int]
    channels: int
    ink: bool
    preparation: Preparation
    levels: tuple[float, float] | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels."""
        height, width = (self.size, self.size) if isinstance(self.size, int) else self.size
        return height, width, self.channels


@dataclass(frozen=True)
class Made:
    """What became of some files: the set's key, or the problem that there is none.

    used: images in the set; refusals: of the rest; notes: what was done to how many images.
    """

    key: str | None
    problem: str
    used: int
    refusals: tuple[Unusable, ...]
    notes: tuple[tuple[str, int], ...]


def count_files(files: Files, limits: Limits = COLLECTION, reader: Reader | None = None) -> int:
    """How many files will be looked at, those in ZIPs too."""
    return min(count(files, limits, reader), limits.files)


def first_images(
    files: Files, limits: Limits = COLLECTION, reader: Reader | None = None
) -> list[Image.Image]:
    """The first ten images among the first files, reduced where they are large."""
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
    """Makes the data set, and tells after each file how many were read and refused so far.

    Deep images (16 bits, floats) have one black and one white: where the usual ones for each would
    differ, all files are read again with those of all. Whatever `tell` raises ends it, and leaves
    nothing behind.
    """
    made, levels = _make(files, plan, tell, limits, reader, plan.levels)
    if levels is not None:
        made, _ = _make(files, plan, tell, limits, reader, levels)
    return made


def _make(files, plan, tell, limits, reader, levels) -> tuple[Made, tuple[float, float] | None]:
    """What became of the files, and the levels of all deep images if theirs differed."""
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
                notes["left out, being masks of other images"] += masks
            used = len(collection)
            key, problem = collection.finish(), ""
    except CollectionError as error:
        key, problem = None, str(error)
    except OSError as error:  # a full disk, or a directory that may not be written to
        key, problem = None, f"The data set could not be saved: {error.strerror or error}."
    return Made(key, problem, used, tuple(refusals), tuple(notes.most_common())), None


def grouped(refusals: Iterable[Unusable]) -> dict[str, list[str]]:
    """Reasons, the most frequent first, each with the names of its files."""
    groups: dict[str, list[str]] = {}
    for refusal in refusals:
        groups.setdefault(refusal.reason, []).append(refusal.name)
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))
