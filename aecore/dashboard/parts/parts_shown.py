"""Which columns or channels of samples are drawn, where there are too many for all of them."""

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.session import lasting
from aecore.data.names import visible
from aecore.runs.run import Run

MOST = {"table": 12, "series": 4, "image": 0}  # drawn at first


def most_wrong(run: Run, report: Report) -> list[int]:
    """The columns or channels by decreasing error over the test data."""
    count = len(run.source.parts)
    if report.parts is None:
        return list(range(count))
    return np.argsort(-np.nan_to_num(report.parts.errors), kind="stable").tolist()


def choose_parts(run: Run, report: Report) -> list[int]:
    """The columns or channels to draw; asked only where there are many. Of images there are none.

    The widget must be drawn in one place of a page alone.
    """
    names, kind = run.source.parts, run.source.kind
    if len(names) <= MOST[kind.key]:
        return list(range(len(names)))
    return st.multiselect(
        kind.parts.capitalize(),
        range(len(names)),
        default=most_wrong(run, report)[: MOST[kind.key]],
        format_func=lambda at: visible(names[at]),
        placeholder=f"Choose {kind.parts}",
        **lasting(f"{run.key}.parts.{run.dataset}"),
        help=f"The {kind.parts} that are shown; at first those with the largest errors.",
    )


def parts_shown(run: Run, report: Report) -> list[int]:
    """The same without the widget: what was chosen, or what is drawn at first."""
    names = run.source.parts
    usual = most_wrong(run, report)[: MOST[run.source.kind.key]]
    if len(names) <= MOST[run.source.kind.key]:
        return list(range(len(names)))
    return st.session_state.get(f"{run.key}.parts.{run.dataset}", usual)
