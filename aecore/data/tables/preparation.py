"""How the columns of a table become the numbers that a network sees, and come back.

Fitted on training rows alone, kept with the data set and its runs, applied to whatever comes later.
A number or a date becomes one standardised value; a category becomes one value a category, 0 or 1,
with rare categories together. Missing cells stay NaN in all values of their column.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from aecore.data.refusal import Refusal
from aecore.data.tables.columns import LEARNT, Column

SCALINGS = {"standard": "Mean 0, standard deviation 1", "quantiles": "Normal distribution"}
MOST_VALUES = 50  # of one category; the rest is rare
LEAST_SHARE = 0.001  # of the training rows, for a category to have a value of its own
MOST_WIDTH = 4096
KNOTS = 101
OTHER = "(other)"  # rare categories, together


class NotPreparable(Refusal):
    """A table has nothing that can be learnt; the text says why."""


@dataclass(frozen=True)
class Part:
    """How one column is prepared.

    column: its place among the columns of the table. mean, scale: of a number or a date. knots: its
    quantiles if it is scaled by these, else empty. places: of a category, the places of the
    categories that have a value of their own; other: whether one more value stands for the rest.
    """

    column: int
    mean: float = 0.0
    scale: float = 1.0
    knots: tuple[float, ...] = ()
    places: tuple[int, ...] = ()
    other: bool = False

    @property
    def width(self) -> int:
        """How many values it takes."""
        return len(self.places) + self.other if self.places else 1

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Raw values (n,) → prepared ones (n, width)."""
        if not self.places:
            return self._scaled(values)[:, None]
        found = np.equal(values[:, None], np.array(self.places))  # (n, kept categories)
        if self.other:
            rest = ~found.any(axis=1) & ~np.isnan(values)
            found = np.column_stack([found, rest])
        prepared = found.astype(np.float64)
        prepared[~found.any(axis=1)] = np.nan  # missing, or never seen in training
        return prepared

    def back(self, prepared: np.ndarray) -> np.ndarray:
        """Prepared values or outputs (n, width) → raw ones (n,); a rare category is -1."""
        if not self.places:
            return self._unscaled(prepared[:, 0])
        missing: Any = np.isnan(prepared).any(axis=1)  # (n,)
        best = np.argmax(np.where(missing[:, None], 0, prepared), axis=1)
        raw = np.array([*self.places, -1], np.float64)[best]
        raw[missing] = np.nan
        return raw

    def _scaled(self, values: np.ndarray) -> np.ndarray:
        if not self.knots:
            return (values - self.mean) / self.scale
        from scipy.special import ndtri

        ranks = np.interp(values, self.knots, _ranks())
        return np.where(np.isnan(values), np.nan, ndtri(ranks))

    def _unscaled(self, prepared: np.ndarray) -> np.ndarray:
        if not self.knots:
            return prepared.astype(np.float64) * self.scale + self.mean
        from scipy.special import ndtr

        raw = np.interp(ndtr(prepared.astype(np.float64)), _ranks(), self.knots)
        return np.where(np.isnan(prepared), np.nan, raw)


@dataclass(frozen=True)
class Preparation:
    """How a table is prepared: the columns that are learnt, and how each is."""

    parts: tuple[Part, ...]

    @property
    def width(self) -> int:
        """Values of a prepared row."""
        return sum(part.width for part in self.parts)

    @property
    def layout(self) -> tuple[int, ...]:
        """Values of each column in a prepared row: 1 of a number, more of a category."""
        return tuple(part.width for part in self.parts)

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where each part's values lie in a prepared row."""
        ends = np.cumsum(self.layout)
        return tuple(slice(int(e) - w, int(e)) for e, w in zip(ends, self.layout, strict=True))

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Raw rows (n, columns), NaN where missing → (n, width), float32, NaN where missing."""
        columns = [part.apply(values[:, part.column]) for part in self.parts]
        return np.concatenate(columns, axis=1).astype(np.float32)

    def back(self, prepared: np.ndarray) -> np.ndarray:
        """Prepared rows or outputs (n, width) → raw values (n, parts), of the learnt columns."""
        columns = [
            part.back(prepared[:, place])
            for part, place in zip(self.parts, self.slices, strict=True)
        ]
        return np.stack(columns, axis=1)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"parts": [vars(part) for part in self.parts]}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            ValueError: it describes no preparation.
        """
        try:
            parts = [
                Part(
                    int(v["column"]), float(v["mean"]), float(v["scale"]),
                    tuple(map(float, v["knots"])), tuple(map(int, v["places"])), bool(v["other"]),
                )
                for v in values["parts"]
            ]  # fmt: skip
        except (KeyError, TypeError, ValueError, OverflowError) as problem:
            raise ValueError(f"a preparation is described incompletely ({problem!r})") from problem
        made = cls(tuple(parts))
        numbers = [x for part in parts for x in (part.mean, part.scale, *part.knots)]
        if not 1 <= made.width <= MOST_WIDTH or not np.isfinite(numbers).all():
            raise ValueError("a preparation cannot be as described")
        return made


def fit(values: np.ndarray, columns: Sequence[Column], scaling: str = "standard") -> Preparation:
    """Fits a preparation to training rows.

    Args:
        values: raw rows (n, columns), NaN where missing.
        columns: what each column is; those that cannot be learnt, or never vary, are left out.
        scaling: of numbers and dates, a key of `SCALINGS`.

    Raises:
        NotPreparable: nothing is left, or too much.
    """
    parts = []
    for place, column in enumerate(columns):
        found = values[:, place][~np.isnan(values[:, place])]
        if column.kind not in LEARNT or len(np.unique(found)) < 2:
            continue
        if column.kind == "category":
            parts.append(_of_category(place, found, len(values)))
        elif scaling == "quantiles":
            knots = np.quantile(found, np.linspace(0, 1, KNOTS))
            parts.append(Part(place, knots=tuple(map(float, knots))))
        else:
            parts.append(Part(place, float(found.mean()), float(found.std())))
    if not parts:
        raise NotPreparable("No column is left to learn from: none of them varies.")
    made = Preparation(tuple(parts))
    if made.width > MOST_WIDTH:
        raise NotPreparable(
            "Prepared, a row has {:,} values; at most {:,} can be learnt. Leave out columns, or "
            "categories with many values.",
            made.width,
            MOST_WIDTH,
        )
    return made


def _of_category(place: int, found: np.ndarray, rows: int) -> Part:
    values, counts = np.unique(found, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_VALUES]
    kept = [int(values[i]) for i in order if counts[i] >= LEAST_SHARE * rows] or [int(values[0])]
    return Part(place, places=tuple(kept), other=len(kept) < len(values))


def _ranks() -> np.ndarray:
    """Of the quantiles; the outermost are kept off 0 and 1, where the normal ends."""
    return np.clip(np.linspace(0, 1, KNOTS), 1e-3, 1 - 1e-3)
