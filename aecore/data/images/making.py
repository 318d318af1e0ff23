"""Uploaded files → a data set of the user's own images, one image at a time."""

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from PIL import Image

from aecore.data.collection import CollectionError, collecting
from aecore.data.images.depth import Depth, usual_levels
from aecore.data.images.intake import Unusable
from aecore.data.images.preparation import Preparation
from aecore.data.images.uploads import each_prepared, each_seen, eight_bit
from aecore.data.limits import COLLECTION, Limits
from aecore.data.reading.process import Reader
from aecore.data.splits import Levels

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
    levels: Levels | None = None

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


def first_images(
    files: Files,
    limits: Limits = COLLECTION,
    reader: Reader | None = None,
    levels: Levels | None = None,
) -> list[Image.Image]:
    """The first ten images among the first files, large ones reduced.

    Args:
        levels: black and white of deep images, by default the usual ones for these ten.
    """
    found, depths = [], []
    view = {"kind": "pixels", "side": PREVIEW_SIDE}
    with contextlib.closing(each_seen(files, view, limits, reader, levels)) as items:
        for item in islice(items, LOOKED_AT):
            if isinstance(item, Unusable) or (pixels := eight_bit(item)) is None:
                continue
            found.append(Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels))
            depths += [item.depth] if item.depth else []
            if len(found) == PREVIEWED:
                break
    common = common_levels(depths)
    if levels is None and any((each.black, each.white) != common for each in depths):
        return first_images(files, limits, reader, common)
    return found


def common_levels(depths: Sequence[Depth]) -> Levels | None:
    """The usual black and white for deep images together; None if there are none."""
    if not depths:
        return None
    return usual_levels(min(each.low for each in depths), max(each.high for each in depths))


def make_set(
    files: Files,
    plan: Plan,
    tell: Callable[[int, int], None] = lambda read, refused: None,
    limits: Limits = COLLECTION,
    reader: Reader | None = None,
) -> Made:
    """Creates the data set, and reports after each file how many were read and refused so far.

    All deep images (16 bits, floats) share one black and one white, which the set keeps: if the
    usual ones of each differ, all files are read again with common ones. Anything that `tell`
    raises ends it and leaves nothing behind.
    """
    made = _make(files, plan, tell, limits, reader)
    if not isinstance(made, Made):
        made = _make(files, dataclasses.replace(plan, levels=made), tell, limits, reader)
        assert isinstance(made, Made)  # with levels that are the plan's there are no others
    return made


def _make(files, plan: Plan, tell, limits, reader) -> Made | Levels:
    """The result, or the common levels of deep images if theirs differed."""
    refusals, notes, depths, used = [], Counter(), set(), 0
    try:
        items = each_prepared(
            files, plan.shape, plan.preparation, limits, reader, plan.levels, kind="bytes"
        )
        with (
            collecting(plan.title, plan.size, plan.channels, plan.ink) as collection,
            contextlib.closing(items),
        ):
            for read, item in enumerate(items, 1):
                if isinstance(item, Unusable):
                    refusals.append(item)
                else:
                    collection.add(item.name, item.pixels)
                    notes.update(item.notes)
                    depths |= {item.depth} if item.depth else set()
                tell(read, len(refusals))
            levels = plan.levels or common_levels(list(depths))
            if levels and any((each.black, each.white) != levels for each in depths):
                return levels
            if masks := collection.drop_masks():
                notes["left out because they are masks of other images"] += masks
            used = len(collection)
            key, problem = collection.finish(levels), ""
    except CollectionError as error:
        key, problem = None, str(error)
    except OSError as error:  # a full disk, or a read-only directory
        key, problem = None, f"The data set could not be saved: {error.strerror or error}."
    return Made(key, problem, used, tuple(refusals), tuple(notes.most_common()))


def grouped(refusals: Iterable[Unusable]) -> dict[str, list[str]]:
    """The reasons, most frequent first, each with the names of its files."""
    groups: dict[str, list[str]] = {}
    for refusal in refusals:
        groups.setdefault(refusal.reason, []).append(refusal.name)
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))
