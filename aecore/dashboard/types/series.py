"""Panel part: a series of runs compared, with the buttons of a sweep while some are missing."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.parts.points import POLL_SECONDS, points_panel
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.services import store
from aecore.runs.series import Point, find_points
from aecore.training.sweep import Series


def series_panel(name: str, series: Series, draw: Callable[[dict[str, Point]], None]) -> None:
    """Draws the points that are there, and offers to train the others.

    Args:
        name: of its widgets, unique on the page.
        series: what belongs side by side.
        draw: shows label → figures; called only if there are some.
    """
    active = any(point.active for point in find_points(series, store()).values())
    fragment(_series, name, series, draw, active, run_every=POLL_SECONDS if active else None)


def _series(name: str, series: Series, draw: Callable, polling: bool) -> None:
    points = find_points(series, store())
    if polling and not any(point.active for point in points.values()):
        st.rerun(scope="app")  # ends the polling
    if found := {label: point for label, point in points.items() if point.trained}:
        draw(found)
    if len(found) < len(series.points):
        points_panel(name, series, points)
