"""What is known of a table that is a data set: its columns, and how its rows are prepared."""

import itertools
from dataclasses import dataclass
from typing import Any, Self

from aecore.data.names import LONGEST
from aecore.data.tables.columns import (
    DATE_PARTS,
    KINDS,
    MOST_CATEGORIES,
    Column,
)
from aecore.data.tables.preparation import KNOTS, Part, Preparation
from aecore.data.tables.units import PLACE

MOST_COLUMNS = 1000


@dataclass(frozen=True)
class Table:
    """A table's columns and its preparation.

    normal: the class that is normal, if a label column was named; else empty.
    """

    columns: tuple[Column, ...]
    preparation: Preparation
    label: str = ""
    normal: str = ""

    @property
    def learnt(self) -> tuple[Column, ...]:
        """The columns that are learnt, in the order of a prepared row."""
        return tuple(self.columns[part.column] for part in self.preparation.parts)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "columns": [column.to_dict() for column in self.columns],
            "preparation": self.preparation.to_dict(),
            "label": self.label,
            "normal": self.normal,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            ValueError: it describes no table.
        """
        try:
            columns = tuple(map(Column.from_dict, values["columns"]))
            preparation = Preparation.from_dict(values["preparation"])
            label, normal = values["label"], values["normal"]
            words = [label, normal, *(column.name for column in columns)]
            sound = (
                1 <= len(columns) <= MOST_COLUMNS
                and all(isinstance(word, str) and len(word) <= LONGEST for word in words)
                and all(column.kind in KINDS for column in columns)
                and all(len(column.categories) <= MOST_CATEGORIES for column in columns)
                and all(isinstance(c, str) for column in columns for c in column.categories)
                and all(map(_is_sound, columns))
                and all(0 <= part.column < len(columns) for part in preparation.parts)
                and all(_go_together(part, columns[part.column]) for part in preparation.parts)
            )
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(f"a table is described incompletely ({problem!r})") from problem
        if not sound:
            raise ValueError("a table's columns cannot be as described")
        return cls(columns, preparation, label, normal)


def _is_sound(column: Column) -> bool:
    """Whether a column's words and counts are such, as far as anything depends on them."""
    words = (column.reason, column.date_format, column.of, column.part, column.unit)
    return (
        all(isinstance(word, str) and len(word) <= 4 * LONGEST for word in words)
        and column.part in ("", *DATE_PARTS)
        and (not column.unit or (column.unit.isprintable() and column.unit.count(PLACE) == 1))
        and all(isinstance(count, int) for count in (column.missing, column.distinct))
    )


def _go_together(part: Part, column: Column) -> bool:
    """Whether a column can be prepared so."""
    if column.kind == "category":
        return bool(part.places) and all(0 <= at < len(column.categories) for at in part.places)
    ordered = all(a <= b for a, b in itertools.pairwise(part.knots))
    return not part.places and part.scale > 0 and len(part.knots) in (0, KNOTS) and ordered
