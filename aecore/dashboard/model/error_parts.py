"""Part of a panel: errors by column of a table, or by channel of a series."""

import numpy as np
import streamlit as st

from aecore.analysis.rows import ColumnErrors
from aecore.dashboard.parts.charts import chart
from aecore.data.kinds import Kind
from aecore.data.names import shortened, told_apart, visible
from aecore.data.splits import Source
from aecore.figures.lines import bar_chart
from aecore.figures.numbers import significant
from aecore.runs.run import Run

MOST_BARS, LONGEST = 24, 16  # bars of a chart, and characters of a name below one
USUAL = "baseline (mean or most frequent value)"


def by_part(run: Run, errors: ColumnErrors, kind: Kind) -> None:
    """R² or accuracy of each, beside that of always giving the mean or the most frequent value."""
    names = [visible(name) for name in run.source.parts]
    order = np.argsort(-np.nan_to_num(errors.errors), kind="stable")
    st.markdown(f"##### Error by {kind.parts.removesuffix('s')}")
    shown = order[:MOST_BARS]
    bars = {"this model": errors.scores[shown], USUAL: errors.usual[shown]}
    bars = {name: np.nan_to_num(values).clip(min=-1) for name, values in bars.items()}
    words = [shortened(names[at], LONGEST) for at in shown]
    chart(bar_chart(bars, told_apart(words), "R² or accuracy"), f"{run.id}-errors-by-part")
    st.dataframe(
        {
            kind.parts.removesuffix("s"): [names[at] for at in order],
            "error": [_error_words(run.source, int(at), float(errors.errors[at])) for at in order],
            "measure": ["R²" if _is_number(run.source, int(at)) else "accuracy" for at in order],
            "this model": [_rounded(float(errors.scores[at])) for at in order],
            USUAL: [_rounded(float(errors.usual[at])) for at in order],
        },
        hide_index=True,
        key=f"{run.key}.errors.parts.{run.id}",
    )
    more = f" The chart shows the {MOST_BARS} worst." if len(order) > MOST_BARS else ""
    st.caption(
        f"Over all test {kind.samples}, where a value is known; the {kind.parts} with the largest "
        "error come first. The error of a number is its root mean squared error in its own unit, "
        f"that of a category the share of wrong ones. R² is 0 for always giving the mean.{more}"
    )


def _is_number(source: Source, at: int) -> bool:
    return source.table is None or source.layout[at] == 1


def _error_words(source: Source, at: int, error: float) -> str:
    """'3.1' in the column's unit, '0.4 SD' where that has none, '12% wrong' for a category."""
    if np.isnan(error):
        return "not measured"
    if source.series is not None:
        return significant(error * source.series.scale[at])
    assert source.table is not None
    part, column = source.table.preparation.parts[at], source.table.learnt[at]
    if part.width > 1:
        return f"{error:.0%} wrong"
    if part.knots:
        return f"{significant(error)} SD"
    if column.kind == "date" and not column.part:
        return f"{significant(error * part.scale / 86_400)} days"
    return significant(error * part.scale)


def _rounded(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None
