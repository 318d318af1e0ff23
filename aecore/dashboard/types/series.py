"""Panel part: a series of runs compared, with a button that trains the missing ones."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.parts.sentences import fragment, rerun_part
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import store, train
from aecore.runs.control import ask_stop
from aecore.runs.series import Point, standing
from aecore.training.sweep import Series

POLL_SECONDS = 2.0


def series_panel(name: str, series: Series, draw: Callable[[dict[str, Point]], None]) -> None:
    """Draws the points that are there, and offers to train the others.

    Args:
        name: of its widgets, unique on the page.
        series: what belongs side by side.
        draw: shows label → figures; called only if there are some.
    """
    active = any(point.active for point in standing(series, store()).values())
    fragment(_series, name, series, draw, active, run_every=POLL_SECONDS if active else None)


def _series(name: str, series: Series, draw: Callable, polling: bool) -> None:
    points = standing(series, store())
    found = {label: point for label, point in points.items() if point.trained}
    running = {label: point for label, point in points.items() if point.active}
    if polling and not running:
        st.rerun(scope="app")  # ends the polling
    if found:
        draw(found)
    missing = [label for label in series.points if label not in found and label not in running]
    for label, point in running.items():
        words = f"**{label}** · {point.status.stage or escaped(run_label(point.run))}"
        st.progress(min(point.status.fraction, 1.0), text=words)
    mine = [point.run for point in running.values() if store().may_change(point.run)]
    if mine and st.button("Stop all", icon=icons.STOP, key=f"{name}.stop"):
        for run in mine:
            ask_stop(run)
        rerun_part()
    if missing and not running:
        words = f"Train {len(missing)} of them" if found else f"Train all {len(missing)}"
        help = f"Still to be trained: {', '.join(missing)}. They go on when you leave."
        if st.button(words, icon=icons.START, key=f"{name}.missing", help=help):
            for label in missing:
                train(store().create(series.points[label]))
            st.rerun(scope="app")
