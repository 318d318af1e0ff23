"""Rows of a table as HTML: each given above reconstructed, cells shaded by their error."""

import html
from collections.abc import Sequence

import numpy as np

from aecore.data.names import shortened, visible
from aecore.figures.colours import OWN, THRESHOLD

MOST_COLUMNS = 60
LONGEST = 24  # characters of a cell
DARKEST = 55  # percent of the colour
STRONG = 2.0  # an error of so many standard deviations is shaded darkest
BORDER = "1px solid color-mix(in srgb, currentColor 20%, transparent)"
CELL = "padding: 2px 10px; text-align: right; white-space: nowrap; border: 0"
HEAD = f"{CELL}; font-weight: 600; border-bottom: {BORDER}"
NAME = "padding: 2px 10px 2px 0; text-align: left; white-space: nowrap; border: 0"
GIVEN, REBUILT = "given", "reconstructed"


def rows_table(
    columns: Sequence[str],
    names: Sequence[str],
    given: Sequence[Sequence[str]],
    rebuilt: Sequence[Sequence[str]],
    parts: np.ndarray,
    filled: bool = True,
) -> str:
    """A table of pairs of lines.

    Args:
        columns: their names.
        names: of the rows.
        given, rebuilt: the cells of each row as texts.
        parts: squared error of each cell (n, columns), in standard deviations; NaN where nothing is
            given, which is marked. Of more than 60 columns, those with the largest errors are
            shown.
        filled: whether what is reconstructed in a missing cell is marked as a proposal.
    """
    shown = list(range(len(columns)))
    if len(columns) > MOST_COLUMNS:
        sums = np.nan_to_num(parts).sum(axis=0)
        shown = sorted(np.argsort(-sums, kind="stable")[:MOST_COLUMNS].tolist())
    strengths = np.sqrt(np.nan_to_num(parts)) / STRONG
    head = "".join(f'<th scope="col" style="{HEAD}">{_text(columns[c])}</th>' for c in shown)
    lines = [f'<tr><th style="{HEAD}"></th><th style="{HEAD}"></th>{head}</tr>']
    for row, name in enumerate(names):
        missing = np.isnan(parts[row])
        first = "".join(_given(given[row][c], bool(missing[c])) for c in shown)
        second = "".join(
            _rebuilt(rebuilt[row][c], float(strengths[row, c]), bool(missing[c]) and filled)
            for c in shown
        )
        title = f'<th scope="rowgroup" rowspan="2" style="{NAME}">{_text(name)}</th>'
        lines.append(f'<tr style="border-top: {BORDER}">{title}{_role(GIVEN)}{first}</tr>')
        lines.append(f'<tr style="border: 0">{_role(REBUILT)}{second}</tr>')
    return (
        '<div class="ae-rows" tabindex="0" role="region" aria-label="Rows, given and reconstructed"'
        ' style="overflow: auto; max-height: 560px; font-size: 0.85rem; '
        'font-variant-numeric: tabular-nums"><table style="border-collapse: collapse; margin: 0">'
        f"{''.join(lines)}</table></div>"
    )


def _role(role: str) -> str:
    return f'<td style="{NAME}; opacity: 0.65">{role}</td>'


def _given(text: str, missing: bool) -> str:
    if missing and not text.strip():
        return f'<td style="{CELL}; opacity: 0.5" title="missing">–</td>'
    return f'<td style="{CELL}">{_text(text)}</td>'


def _rebuilt(text: str, strength: float, proposed: bool) -> str:
    if proposed:
        mark = f"font-weight: 600; box-shadow: inset 0 -2px {OWN}"
        return f'<td style="{CELL}; {mark}" title="proposed for a missing cell">{_text(text)}</td>'
    share = round(DARKEST * min(strength, 1.0))
    shade = f"background: color-mix(in srgb, {THRESHOLD} {share}%, transparent)"
    return f'<td style="{CELL}; {shade}">{_text(text)}</td>'


def _text(text: str) -> str:
    return html.escape(shortened(visible(text), LONGEST))
