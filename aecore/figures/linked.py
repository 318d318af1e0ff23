"""Drawings of samples that say which they are, so that other views of a page can light them."""

import itertools
import re
from collections.abc import Collection, Sequence

_SAMPLE = re.compile(r'data-at="(\d+)"|<tbody|<figure')  # of a gallery, a table, or windows


def linked(drawn: str, numbers: Sequence[int], chosen: Collection[int] = ()) -> str:
    """A drawing of samples as HTML, by a kind's `Drawing`, with the number of each.

    Args:
        chosen: numbers of samples that are marked.
    """
    places = itertools.count()

    def told(found: re.Match) -> str:
        place = int(found[1]) if found[1] else next(places)
        mark = " data-chosen" if numbers[place] in chosen else ""
        return f'{found[0]} data-sample="{numbers[place]}"{mark}'

    return _SAMPLE.sub(told, drawn)
