"""Colours that read on light and on dark, and by eyes that confuse red with green."""

import itertools
import zlib
from collections.abc import Iterable, Sequence

INPUT = "#7d8597"
ENCODER = "#3d7edb"
CODE = "#e0a02f"
DECODER = "#2a9d8f"
TRAINING = "#3d7edb"
VALIDATION = "#e07b39"
THRESHOLD = "#d1495b"
ACCENT = "#3d7edb"  # "this model", where it stands beside others
OWN = "#d6009a"  # what the visitor brought: the colour of no class

CLASSES = (
    "#3d7edb", "#e07b39", "#2a9d8f", "#d1495b", "#8e6bbf",
    "#9a7b4f", "#d77fb0", "#7d8597", "#a3b032", "#35b3c9",
)  # fmt: skip

THIS_MODEL = "this model"


def series_colours(names: Sequence[str]) -> list[str]:
    """A colour for each series of a figure; "this model" has its own, wherever it stands."""
    others = CLASSES if THIS_MODEL not in names else [c for c in CLASSES if c != ACCENT]
    left = itertools.cycle(others)
    return [ACCENT if name == THIS_MODEL else next(left) for name in names]


# no end of it is dark enough to vanish on dark, nor light enough to vanish on light
SCALE = ((0.0, "#3d7edb"), (0.5, "#c9a227"), (1.0, "#d1495b"))
SIGNED = ((0.0, "#3d7edb"), (0.5, "#c3c8d2"), (1.0, "#d1495b"))  # about zero

RUNS = ("#e07b39", "#6a4fc0", "#2a9d8f", "#d1495b", "#35b3c9", "#8e6bbf")  # any two told apart


def run_colours(ids: Iterable[str], this: str = "") -> dict[str, str]:
    """id → the colour of a run in every plot of a page.

    It comes from the id, so that a run keeps it from one page to the next, and makes way only
    where two of those shown would have the same. More runs than colours share them.

    Args:
        this: the id of the model that the page is about, if one of them is.
    """
    taken: dict[str, int] = {}
    for id in sorted(set(ids) - {this}):
        at = zlib.crc32(id.encode()) % len(RUNS)
        free = [*range(at, len(RUNS)), *range(at)]
        used = set(taken.values()) if len(taken) < len(RUNS) else set()
        taken[id] = next(place for place in free if place not in used)
    return {id: ACCENT if id == this else RUNS[taken[id]] for id in ids}
