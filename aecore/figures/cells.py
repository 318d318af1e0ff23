"""Rows of a table as HTML, given above reconstructed, in the user's units."""

import html
import math
from collections.abc import Sequence

import numpy as np

from aecore.data.names import shortened, visible
from aecore.data.tables.columns import Column
from aecore.data.tables.preparation import Part
from aecore.data.tables.rows import in_words
from aecore.data.tables.table import Table
from aecore.data.tables.units import with_unit

WORST = 3.0  # standard deviations that are shaded most
DARKEST = 0.6  # opacity of that shade
LONGEST = 28  # characters of a cell
UNUSED = "The given cell cannot be used, and stays as it is"


def row_pairs(
    table: Table,
    given: np.ndarray,
    outputs: np.ndarray,
    inputs: np.ndarray | None,
    captions: Sequence[str],
    chosen: Sequence[int],
    written: Sequence[Sequence[str]] | None = None,
    filled: np.ndarray | None = None,
) -> str:
    """Rows above their reconstructions, whose cells are shaded by their error.

    Args:
        given, outputs: prepared rows (n, width), NaN where a cell is missing. inputs: what the
            model saw of them, if that was corrupted, 0 where it saw nothing.
        captions: a text for each row.
        chosen: the learnt columns that are shown.
        written: the cells of all learnt columns as somebody wrote them; filled (n, learnt): which
            of them are filled. Without it, all that are missing are marked as filled.
    """
    columns = [_Column(table, at) for at in chosen]
    lines = {"Given": [c.given(given) for c in columns]}
    if written is not None:
        lines["Given"] = [[_given(row[at]) for row in written] for at in chosen]
    if inputs is not None:
        lines["Input"] = [c.seen(given, inputs) for c in columns]
    marked = np.ones((len(given), len(table.learnt)), bool) if filled is None else filled
    lines["Reconstructed"] = [
        column.rebuilt(given, outputs, marked[:, at])
        for column, at in zip(columns, chosen, strict=True)
    ]
    return _table(columns, lines, captions)


def row_list(
    table: Table, outputs: np.ndarray, captions: Sequence[str], chosen: Sequence[int]
) -> str:
    """Rows that a decoder gave, without any to compare them with; a single one stands upright."""
    columns = [_Column(table, at) for at in chosen]
    if len(outputs) == 1:
        lines = (
            f'<tr><th scope="row">{_text(c.column.name)}</th>{c.plain(outputs)[0]}</tr>'
            for c in columns
        )
        return f'<div class="ae-rows"><table>{"".join(lines)}</table></div>'
    return _table(columns, {"": [c.plain(outputs) for c in columns]}, captions)


def cell_errors(part: Part, given: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Errors (n,) of a column's values (n, width): standard deviations, or the lacking probability.

    NaN where the cell is missing.
    """
    if part.width == 1:
        return np.abs(outputs - given)[:, 0]
    return 1 - (given * outputs).sum(axis=1)


def value_words(column: Column, part: Part, values: np.ndarray) -> list[str]:
    """Values of a column (n,) in words; numbers with the decimals that their spread tells."""
    if column.kind != "number" or column.part:
        return in_words(column, values)
    decimals = decimals_of(part)
    return ["" if np.isnan(v) else with_unit(f"{v:.{decimals}f}", column.unit) for v in values]


def decimals_of(part: Part) -> int:
    """With how many decimals a column's numbers are written."""
    spread = part.scale if not part.knots else (part.knots[-1] - part.knots[0]) / 4
    return min(8, max(0, 2 - math.floor(math.log10(max(abs(spread), 1e-12)))))


class _Column:
    """One column as it is shown; each method gives the cells of a line, (n,) HTML."""

    def __init__(self, table: Table, at: int):
        self.part, self.place = table.preparation.parts[at], table.preparation.slices[at]
        self.column: Column = table.learnt[at]

    def given(self, rows: np.ndarray) -> list[str]:
        return [*map(_given, in_words(self.column, self.part.back(rows[:, self.place])))]

    def seen(self, rows: np.ndarray, inputs: np.ndarray) -> list[str]:
        hidden = np.all(np.equal(inputs[:, self.place], 0), axis=1)
        missing = np.any(np.isnan(rows[:, self.place]), axis=1)
        words = self._words(inputs)
        return [
            f'<td class="ae-missing">{"missing" if lost else "hidden"}</td>'
            if gone
            else _cell(word)
            for word, gone, lost in zip(words, hidden, missing, strict=True)
        ]

    def rebuilt(self, rows: np.ndarray, outputs: np.ndarray, filled: np.ndarray) -> list[str]:
        errors = cell_errors(self.part, rows[:, self.place], outputs[:, self.place])
        words = self._words(outputs)
        return [self._shaded(*each) for each in zip(words, errors, filled, strict=True)]

    def plain(self, outputs: np.ndarray) -> list[str]:
        return [_cell(word) for word in self._words(outputs)]

    def _words(self, rows: np.ndarray) -> list[str]:
        return value_words(self.column, self.part, self.part.back(rows[:, self.place]))

    def _shaded(self, word: str, error: float, filled: bool) -> str:
        if np.isnan(error) and not filled:
            return f'<td title="{UNUSED}">{_text(word)}</td>'
        if np.isnan(error):
            told = "Proposed for a missing cell"
            return f'<td class="ae-filled" title="{told}">{_text(word)}</td>'
        if self.part.width == 1:
            share, told = error / WORST, f"Error: {error:.2f} standard deviations"
        else:
            share, told = error, f"Probability of the right category: {1 - error:.0%}"
        shade = f"background: rgba(209, 73, 91, {DARKEST * min(max(share, 0), 1):.2f})"
        return f'<td style="{shade}" title="{told}">{_text(word)}</td>'


def _table(columns: list[_Column], lines: dict[str, list[list[str]]], captions) -> str:
    labelled = any(lines)
    heads = "".join(f'<th scope="col">{_text(c.column.name)}</th>' for c in columns)
    corner = "<td></td>" * (1 + labelled)
    groups = []
    for row, caption in enumerate(captions):
        cells = []
        for number, (label, found) in enumerate(lines.items()):
            head = f'<th scope="rowgroup" rowspan="{len(lines)}">{_text(caption, 60)}</th>'
            side = f'<th scope="row">{label}</th>' if labelled else ""
            values = "".join(column[row] for column in found)
            cells.append(f"<tr>{head if not number else ''}{side}{values}</tr>")
        groups.append(f"<tbody>{''.join(cells)}</tbody>")
    return (
        f'<div class="ae-rows" tabindex="0" role="region" aria-label="Rows"><table>'
        f"<thead><tr>{corner}{heads}</tr></thead>{''.join(groups)}</table></div>"
    )


def _given(word: str) -> str:
    return _cell(word) if word.strip() else '<td class="ae-missing">missing</td>'


def _cell(word: str) -> str:
    return f"<td>{_text(word)}</td>"


def _text(word: str, longest: int = LONGEST) -> str:
    return html.escape(visible(shortened(word, longest)), quote=True)
