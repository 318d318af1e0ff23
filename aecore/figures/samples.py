"""How a sample of each kind is drawn: beside its reconstruction, and alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from aecore.data.names import shortened
from aecore.data.splits import Source
from aecore.figures.cells import row_list, row_pairs
from aecore.figures.gallery import Row, gallery, rebuilt_rows
from aecore.figures.grid import image_grid
from aecore.figures.windows import time_words, window_list, window_pairs

LONGEST_CLASS = 24  # characters
A_ROW = 10  # pictures beside one another


class Pairs(Protocol):
    """Draws samples and what a model makes of them, as HTML."""

    def __call__(
        self,
        source: Source,
        clean: np.ndarray,
        outputs: np.ndarray,
        inputs: np.ndarray | None,
        names: Sequence[str],
        captions: Sequence[str],
        chosen: Sequence[int],
    ) -> str: ...


class Alone(Protocol):
    """Draws samples that nothing is compared with, as HTML."""

    def __call__(
        self,
        source: Source,
        samples: np.ndarray,
        captions: Sequence[str],
        chosen: Sequence[int],
        side: int = 92,
    ) -> str: ...


@dataclass(frozen=True)
class Drawing:
    """The drawings of a kind; of tables and series those columns or channels that are chosen.

    pairs: samples and their reconstructions; brief: the same without differences; restored: with
    the corrupted inputs. alone: samples without any to compare with. told: what a drawing of pairs
    shows, for its caption; {what} stands for ink or light.
    """

    pairs: Pairs
    brief: Pairs
    restored: Pairs
    alone: Alone
    told: str


def drawing_of(source: Source) -> Drawing:
    """The drawings of the samples of a data set."""
    return DRAWINGS[source.kind.key]


def names_of(
    source: Source, labels: np.ndarray, indices: np.ndarray, starts: np.ndarray
) -> list[str]:
    """What samples are called: by their class if there are several, else by time or number.

    Args:
        labels, starts: of all samples; starts are empty but for windows. indices (n,): of these.
    """
    if len(starts) and source.series is not None:
        times = [time_words(source.series, int(starts[i])) for i in indices]
        if len(source.classes) < 2:
            return times
        return [
            f"{shortened(source.classes[labels[i]], LONGEST_CLASS)}, {time}"
            for i, time in zip(indices, times, strict=True)
        ]
    if len(source.classes) < 2 and not source.kind.bounded:
        return [f"{source.kind.sample.capitalize()} {i + 1:,}" for i in indices]
    return [shortened(source.classes[labels[i]], LONGEST_CLASS) for i in indices]


def _image_pairs(source, clean, outputs, inputs, names, captions, chosen) -> str:
    what = "ink" if source.ink else "light"
    return gallery(rebuilt_rows(clean, outputs, inputs), names, captions, what)


def _image_brief(source, clean, outputs, inputs, names, captions, chosen) -> str:
    what = "ink" if source.ink else "light"
    return gallery(rebuilt_rows(clean, outputs)[:2], names, captions, what)


def _image_restored(source, clean, outputs, inputs, names, captions, chosen) -> str:
    rows = [Row("input", "Corrupted", inputs), Row("rebuilt", "Reconstructed", outputs)]
    return gallery(rows, names, captions)


def _image_list(source, samples, captions, chosen, side=92) -> str:
    told = list(captions) if any(captions) else None
    return image_grid([("", samples)], told, side=side)


def _row_pairs(source, clean, outputs, inputs, names, captions, chosen) -> str:
    return row_pairs(source.table, clean, outputs, inputs, captions, chosen)


def _row_list(source, samples, captions, chosen, side=92) -> str:
    return row_list(source.table, samples, captions, chosen)


def _window_pairs(source, clean, outputs, inputs, names, captions, chosen) -> str:
    return window_pairs(source.series, clean, outputs, None, captions, chosen)


def _window_restored(source, clean, outputs, inputs, names, captions, chosen) -> str:
    return window_pairs(source.series, clean, outputs, inputs, captions, chosen)


def _window_list(source, samples, captions, chosen, side=92) -> str:
    return window_list(source.series, samples, captions, chosen)


DRAWINGS = {
    "image": Drawing(
        _image_pairs,
        _image_brief,
        _image_restored,
        _image_list,
        "Below each image: its class and its error. The difference is amplified two times: red is "
        "missing {what}, blue is added {what}. Move the pointer across a reconstruction to reveal "
        "the original; click to enlarge.",
    ),
    "table": Drawing(
        _row_pairs,
        _row_pairs,
        _row_pairs,
        _row_list,
        "Beside each row: its class or number, and its error. The redder a reconstructed cell, the "
        "larger its error: full red is three standard deviations, or a probability of 0 for the "
        "right category. A dashed frame marks what the model proposes for a missing cell.",
    ),
    "series": Drawing(
        _window_pairs,
        _window_pairs,
        _window_restored,
        _window_list,
        "Below each window: when it begins, and its error. The error is drawn on one scale for all "
        "windows, in standard deviations; grey stripes mark steps without a measurement.",
    ),
}
