"""What is known of a table that is a data set: its columns, and how its rows are prepared."""

from dataclasses import dataclass
from typing import Any, Self

from aecore.data.names import LONGEST
from aecore.data.tables.columns import KINDS, MOST_CATEGORIES, Column
from aecore.data.tables.preparation import Preparation

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
                and all(0 <= part.column < len(columns) for part in preparation.parts)
            )
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(f"a table is described incompletely ({problem!r})") from problem
        if not sound:
            raise ValueError("a table's columns cannot be as described")
        return cls(columns, preparation, label, normal)
