"""What a browser needs to know to draw a decoded sample of each kind in the user's units."""

from collections.abc import Sequence
from typing import Any

from aecore.data.names import shortened, visible
from aecore.data.splits import Source
from aecore.data.tables.preparation import OTHER
from aecore.figures.cells import decimals_of

LONGEST = 28  # characters of a name


def _image(source: Source, chosen: Sequence[int]) -> dict[str, Any]:
    return {"drawing": "image"}


def _row(source: Source, chosen: Sequence[int]) -> dict[str, Any]:
    """The columns: where their values lie, and how these become numbers, dates or categories."""
    table = source.table
    assert table is not None
    columns = []
    for at in chosen:
        part, column = table.preparation.parts[at], table.learnt[at]
        words = [column.categories[place] for place in part.places] + [OTHER] * part.other
        columns.append(
            {
                "name": _text(column.name),
                "at": table.preparation.slices[at].start,
                "width": part.width,
                "mean": part.mean,
                "scale": part.scale,
                "knots": list(part.knots),
                "decimals": decimals_of(part),
                "date": column.kind == "date" and not column.part,
                "words": [_text(word) for word in words],
            }
        )
    return {"drawing": "bars", "columns": columns}


def _window(source: Source, chosen: Sequence[int]) -> dict[str, Any]:
    """The channels: their place, and the way back to the user's units."""
    series = source.series
    assert series is not None
    channels = [
        {
            "name": _text(series.channels[at]),
            "at": at,
            "mean": series.mean[at],
            "scale": series.scale[at],
        }
        for at in chosen
    ]
    return {"drawing": "curves", "channels": channels}


def _text(word: str) -> str:
    return visible(shortened(word, LONGEST))


DECODED = {"image": _image, "table": _row, "series": _window}
