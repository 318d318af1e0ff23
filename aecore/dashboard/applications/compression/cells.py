"""Panels: rows or a stretch of a series to a compressed file, and what such a file holds."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from aecore.compression.cells import Cells, Given
from aecore.compression.container import SUFFIX
from aecore.compression.tabular import CompressedCells
from aecore.dashboard.applications.compression.quality import choose_level, learn_levels
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart, chart_config
from aecore.dashboard.parts.giving_rows import given_rows
from aecore.dashboard.parts.giving_stretch import given_stretch
from aecore.dashboard.parts.reading_notes import show_notes
from aecore.dashboard.parts.text import listed, many
from aecore.dashboard.services import calls, report
from aecore.dashboard.session import lasting, remembered
from aecore.data.names import visible
from aecore.data.series.stretch import Stretch
from aecore.figures.description import description
from aecore.figures.stretch import stretch_figure
from aecore.figures.timeline import MOST_CHANNELS, Course, curves
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

OWN = "Your own"
STARTING = 5  # rows of the grid
MOST_TESTED = 1_000
MOST_SHOWN = 20  # rows or steps
DRAWN = 4_000  # steps beside those that were given
WINDOWS = 5  # of them, at first
PATIENCE = "Compressing… The first file of a model takes up to a minute."


def compress_cells(run: Run) -> None:
    """Which rows or steps, how well, and the file they make beside gzip and bz2."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        given = _chosen(run)
    if given is None:
        return
    with right:
        level = choose_level(run)
    token = (model_version(run), _token(given), level)
    with st.spinner(PATIENCE):
        found: CompressedCells = remembered(
            "compression.cells", token, lambda: calls().compress_cells(run.path, given, level)
        )
    learn_levels(run, found.levels, found.level, level)
    _told(run, found)


def _chosen(run: Run) -> Given | int | None:
    kind = run.source.kind
    tested = f"Test {kind.samples}"
    way = st.segmented_control(
        kind.samples.capitalize(), (tested, OWN), default=tested, required=True,
        **lasting(f"compression.given {kind.key}"),
    )  # fmt: skip
    return GIVE[kind.key](run) if way == OWN else MOST_TESTED


def _rows(run: Run) -> Given | None:
    table = run.source.table
    assert table is not None  # of a run on a table
    rows = given_rows(run, report(run).clean[:STARTING], table)
    if rows is not None:
        show_notes(rows.notes)
    return rows


def _stretch(run: Run) -> Given | None:
    series = run.source.series
    assert series is not None  # of a run on a series
    given = given_stretch(run, series)
    if given is None:
        return None
    show_notes(given[1].notes)
    return given[1]


GIVE: dict[str, Callable[[Run], Given | None]] = {"table": _rows, "series": _stretch}


def _token(given: Given | int) -> tuple:
    """What tells rows or a stretch from others."""
    if isinstance(given, int):
        return (given,)
    written = getattr(given, "texts", None), getattr(given, "start", None)
    return given.values.tobytes(), given.values.shape, *written


def _told(run: Run, found: CompressedCells) -> None:
    """Size and error, the download, and what comes back."""
    kind, size = run.source.kind, len(found.content)
    row = st.container(horizontal=True, gap="large", vertical_alignment="bottom")
    row.metric("File", f"{size:,} bytes", width="content", help="Header and checksum included.")
    plain = f"The same cells as CSV, {found.sizes['CSV']:,} bytes, compressed without loss."
    for name in ("gzip", "bz2"):
        row.metric(name, f"{found.sizes[name]:,} bytes", width="content", help=plain)
    row.metric(kind.error.short, f"{found.error:.4g}", width="content",
               help=f"{kind.error.told.capitalize()}. Without quantising the codes it would be "
                    f"{found.limit:.4g}.")  # fmt: skip
    row.download_button(
        "Download file",
        found.content,
        f"{run.id}-{many(found.count, kind.sample).replace(' ', '-').replace(',', '')}{SUFFIX}",
        icon=icons.DOWNLOAD,
        type="primary",
        key="compression.cells.download",
        on_click="ignore",
        help="Open it again under *Decompress*, or with python -m aecore decompress.",
    )
    smaller = [name for name in found.sizes if found.sizes[name] <= size]
    if smaller:
        st.warning(
            f"{listed(smaller)} {'is' if len(smaller) == 1 else 'are'} no larger, and lossless.",
            icon=icons.WARNING,
        )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"##### Error by {kind.parts.removesuffix('s')}")
        st.dataframe(
            {
                kind.parts.removesuffix("s").capitalize(): [visible(p.name) for p in found.errors],
                "Error": [f"{part.error:.4g}" for part in found.errors],
                "Measure": [part.measure for part in found.errors],
                "Missing": [part.missing for part in found.errors],
            },
            hide_index=True,
            key=f"compression.errors.{run.id}",
        )
    with right:
        st.markdown("##### Decompressed")
        show_cells(run, found.back, "back")
    if found.given is not None and found.back.stretch is not None:
        st.markdown("##### Given and decompressed")
        _beside(run, found.given, found.back.stretch)
    filled = f" {many(found.missing, 'missing value')} filled by the model." * bool(found.missing)
    st.caption(
        f"{many(found.count, kind.sample)} in one file.{filled} The error is that of known values, "
        "in the units of the data. gzip and bz2 hold the same cells as CSV, without loss. The "
        "decoder is not part of the file."
    )


def _beside(run: Run, given: Stretch, back: Stretch) -> None:
    """The channels before and after, opened at the first windows."""
    series = run.source.series
    assert series is not None  # of a run on a series
    part = (slice(DRAWN), slice(MOST_CHANNELS))
    times = given.times(np.arange(len(given.values)))[:DRAWN]
    figure = stretch_figure(
        times, given.values[part], back.values[part], None, series.channels[:MOST_CHANNELS],
        across=given.axis, after="decompressed",
    )  # fmt: skip
    figure.update_xaxes(range=[times[0], times[min(len(times), WINDOWS * series.length) - 1]])
    st.plotly_chart(
        figure,
        key=f"compression.beside.{run.id}",
        config=chart_config("given-and-decompressed", scrollZoom=True),
        alt=description(figure),
    )
    first = f"The first {DRAWN:,} of {len(given.values):,} steps. "
    st.caption(
        first * (len(given.values) > DRAWN)
        + "Drag to move through time, scroll to zoom, double-click to see all."
    )


def show_cells(run: Run, cells: Cells, key: str) -> None:
    """The first rows or steps."""
    names = [str(place) for place in range(len(cells.header))]
    st.dataframe(
        pd.DataFrame(cells.rows[:MOST_SHOWN], columns=pd.Index(names)),
        column_config={
            name: st.column_config.Column(visible(title))
            for name, title in zip(names, cells.header, strict=True)
        },
        hide_index=True,
        key=f"compression.cells.{key}.{run.id}",
    )
    if len(cells.rows) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} of {len(cells.rows):,} {cells.row}s.")


def decompressed_cells(run: Run, cells: Cells) -> None:
    """What a file holds, of a series its curve, and all of it as CSV."""
    if cells.stretch is not None:
        stretch, series = cells.stretch, run.source.series
        assert series is not None  # of a run on a series
        start = stretch.start if stretch.timed else 0.0
        course = Course(stretch.values, series.channels, start, stretch.step)
        chart(curves(course), "decompressed", key="compression.opened.curves")
        if len(series.channels) > MOST_CHANNELS:
            st.caption(f"The first {MOST_CHANNELS} of {len(series.channels)} channels are drawn.")
    show_cells(run, cells, "opened")
    st.download_button(
        "Download CSV",
        cells.as_csv,
        "decompressed.csv",
        "text/csv",
        icon=icons.DOWNLOAD,
        key="compression.csv",
        on_click="ignore",
    )
