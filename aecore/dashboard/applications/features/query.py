"""Part of a panel: the sample to search for, one of the data set or one of the user's."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from aecore.analysis.own_data import plain_time
from aecore.analysis.report import Report
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.giving_images import given_images_of
from aecore.dashboard.parts.giving_rows import given_rows
from aecore.dashboard.parts.giving_stretch import given_stretch
from aecore.dashboard.parts.picking import pick_sample
from aecore.dashboard.parts.reading_notes import show_notes
from aecore.dashboard.parts.sources import WAYS
from aecore.dashboard.session import lasting
from aecore.data.arrays import describe_shape
from aecore.data.names import told_apart, visible
from aecore.data.series.windows import gather
from aecore.runs.run import Run

PLACE = "features.search"
STARTING = 1  # rows of the grid
PICK = "pick"

Samples = tuple[list[str], np.ndarray]  # names, and prepared samples (n, ...)


def choose_way_of_query(run: Run) -> str:
    """Where the sample comes from: the data set, or one of the ways for the user's own."""
    ways = {PICK: ":material/touch_app: From the data set", **_ways(run)}
    return st.segmented_control(
        "Source",
        ways,
        default=PICK,
        required=True,
        format_func=ways.__getitem__,
        **lasting(f"{PLACE}.way.{'.'.join(ways)}"),
        label_visibility="collapsed",
    )


def choose_query(run: Run, report: Report, way: str) -> np.ndarray | None:
    """A sample as the model takes it, NaN where a value is missing; None if there is none yet."""
    source = run.source
    if way == PICK:
        return pick_sample(run, report, "search", f"Test {source.kind.sample}")
    given = GIVE[source.kind.key](run, report, way)
    if given is None:
        return None
    names, samples = given
    at = 0
    if len(names) > 1:
        at = st.selectbox(
            source.kind.sample.capitalize(),
            range(len(names)),
            format_func=told_apart(map(visible, names)).__getitem__,
            key=f"{PLACE}.one.{len(names)}",
        )
    return samples[at]


def _ways(run: Run) -> dict[str, str]:
    """Ways in which the user gives samples of their own, by kind of data."""
    if not run.source.kind.bounded:
        return {"own": ":material/upload: Your own"}
    return {way: words for way, words in WAYS.items() if way != "draw" or run.source.ink}


def _images(run: Run, report: Report, way: str) -> Samples | None:
    given = given_images_of(PLACE, run.source, way)
    if given is None:
        st.info(f"The model takes {describe_shape(run.shape)}.", icon=icons.IMAGES)
        return None
    return list(given.names), given.images


def _rows(run: Run, report: Report, way: str) -> Samples | None:
    table = run.source.table
    assert table is not None  # of a run on a table
    first = report.clean[report.pick("first")[:STARTING]]
    rows = given_rows(run, first, table)
    if rows is None:
        return None
    show_notes(rows.notes)
    prepared = table.preparation.apply(rows.values)
    return [f"row {number:,}" for number in range(1, len(prepared) + 1)], prepared


def _windows(run: Run, report: Report, way: str) -> Samples | None:
    series = run.source.series
    assert series is not None  # of a run on a series
    given = given_stretch(run, series)
    if given is None:
        return None
    _, stretch = given
    show_notes(stretch.notes)
    windows = gather(series.apply(stretch.values), stretch.starts, series.length)
    times = map(plain_time, stretch.times(stretch.starts))
    return [f"from {time}" for time in times], windows


GIVE: dict[str, Callable[[Run, Report, str], Samples | None]] = {
    "image": _images, "table": _rows, "series": _windows,
}  # fmt: skip
