"""Groups of samples as the lines of a table."""

from collections.abc import Sequence

import numpy as np

from aecore.analysis.groups import Group
from aecore.data.names import shortened, told_apart, visible
from aecore.data.splits import Source
from aecore.figures.cells import value_words
from aecore.figures.numbers import significant

MOST_CLASSES, MOST_PARTS = 6, 12
LONGEST = 24  # characters


def categories_of(source: Source) -> np.ndarray:
    """Which columns are categories, (parts,); channels are none."""
    if source.table is None:
        return np.zeros(len(source.parts), bool)
    return np.array([column.kind == "category" for column in source.table.learnt])


def group_lines(source: Source, groups: Sequence[tuple[str, Group]]) -> dict[str, list[str]]:
    """Columns of a table: what is told, then each group by its name.

    Classes are those that the first group has most samples of.
    """
    names = told_apart(visible(shortened(str(group[0]), LONGEST)) for group in groups)
    first = groups[0][1]
    order: list[int] = np.argsort(-first.classes, kind="stable")[:MOST_CLASSES].tolist()
    often = [label for label in order if first.classes[label]]
    often = often if len(source.classes) > 1 else []
    kind = source.kind
    told = [kind.samples.capitalize(), f"Mean {kind.error.short}", f"Median {kind.error.short}"]
    told += [visible(shortened(source.classes[label], LONGEST)) for label in often]
    parts = range(len(source.parts))[:MOST_PARTS]
    told += [visible(shortened(name, LONGEST)) for name in source.parts[:MOST_PARTS]]
    columns = {"": told}
    for name, (_, each) in zip(names, groups, strict=True):
        shares = [
            f"{each.classes[c]:,} ({each.classes[c] / max(1, each.count):.0%})" for c in often
        ]
        lines = [f"{each.count:,}", _number(each.mean), _number(each.median), *shares]
        columns[name] = lines + [_value(source, at, each.values[at]) for at in parts]
    return columns


def _value(source: Source, at: int, value: float) -> str:
    if np.isnan(value):
        return "–"
    if source.table is None:
        return f"mean {significant(value)}"
    column, part = source.table.learnt[at], source.table.preparation.parts[at]
    words = visible(shortened(value_words(column, part, np.array([value]))[0], LONGEST))
    return f"most often {words}" if column.kind == "category" else f"mean {words}"


def _number(value: float) -> str:
    return "–" if np.isnan(value) else significant(value)
