"""The tab that one type alone has, where images show other things than rows and windows do."""

from collections.abc import Callable

import streamlit as st

from aecore.analysis.report import Report
from aecore.runs.run import Run

Panel = Callable[[Run, Report], None]


def by_kind(of_images: Panel, of_values: Panel) -> Panel:
    """A panel that shows one thing for images, and another for rows and windows."""

    def panel(run: Run, report: Report) -> None:
        (of_images if report.kind.bounded else of_values)(run, report)

    return panel


def says(sentence: str) -> Panel:
    """A panel that only says something."""
    return lambda run, report: st.info(sentence) and None
