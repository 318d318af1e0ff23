"""What the columns of rows and the channels of windows are, as one number each and in words."""

import numpy as np

from aecore.data.names import shortened, visible
from aecore.data.splits import Source
from aecore.figures.cells import value_words
from aecore.figures.numbers import significant

MOST_TOLD = 6  # columns or channels
LONGEST = 24  # characters


def part_values(source: Source, samples: np.ndarray) -> np.ndarray:
    """Each column in the user's units, or the mean of each channel; (n, parts), NaN if missing."""
    if source.table is not None:
        return source.table.preparation.back(samples)
    assert source.series is not None
    known = ~np.isnan(samples)
    sums = np.where(known, samples, 0).sum(axis=1, dtype=np.float64)
    counts = known.sum(axis=1)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return source.series.back(means)


def value_lines(source: Source, samples: np.ndarray) -> list[list[str]]:
    """Some values of each sample, a line each."""
    values = part_values(source, samples)
    lines: list[list[str]] = []
    for at, name in enumerate(source.parts[:MOST_TOLD]):
        if source.table is None:
            words = ["–" if np.isnan(v) else f"mean {significant(v)}" for v in values[:, at]]
        else:
            column, part = source.table.learnt[at], source.table.preparation.parts[at]
            words = value_words(column, part, values[:, at])
        lines.append([f"{_text(name)}: {_text(word) or 'missing'}" for word in words])
    if (more := len(source.parts) - MOST_TOLD) > 0:
        lines.append([f"and {more} more"] * len(samples))
    return [list(each) for each in zip(*lines, strict=True)]


def _text(word: str) -> str:
    return visible(shortened(word, LONGEST)) if word else ""
