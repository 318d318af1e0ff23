"""Part of a panel: samples as a file."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.services import calls
from aecore.data.spreadsheet import as_csv
from aecore.data.tables.filling import as_texts
from aecore.figures.grid import sheet
from aecore.generation.decoding import decoded
from aecore.runs.run import Run

A_ROW = 10  # images
MANY = {"image": 0, "table": 1000, "series": 100}  # samples in a CSV file
Draw = Callable[[int], np.ndarray]  # a count → codes


def download(run: Run, samples: np.ndarray, draw: Draw) -> None:
    """Offers the images that are shown as PNG, or many rows or windows as CSV."""
    DOWNLOADS[run.source.kind.key](run, samples, draw)


def _png(run: Run, samples: np.ndarray, draw: Draw) -> None:
    rows = [samples[start : start + A_ROW] for start in range(0, len(samples), A_ROW)]
    st.download_button(
        "Download samples (PNG)",
        lambda: sheet(rows),
        f"{run.id}-samples.png",
        "image/png",
        icon=icons.DOWNLOAD,
        key="generation.png",
        on_click="ignore",
    )


def _csv(run: Run, samples: np.ndarray, draw: Draw) -> None:
    count, source = MANY[run.source.kind.key], run.source

    def content() -> str:
        made = calls().analyse(run.model_path, decoded, draw(count), source.layout)
        return CSV[source.kind.key](run, made)

    st.download_button(
        f"Download {count:,} {source.kind.samples} (CSV)",
        content,
        f"{run.id}-samples.csv",
        "text/csv",
        icon=icons.DOWNLOAD,
        key="generation.csv",
        on_click="ignore",
        help="Drawn with the settings above, in the units of the data.",
    )


def rows_csv(run: Run, samples: np.ndarray) -> str:
    """Prepared rows (n, width) as CSV, in the user's units."""
    table = run.source.table
    assert table is not None
    parts = zip(table.preparation.parts, table.preparation.slices, strict=True)
    values = np.column_stack([part.back(samples[:, place]) for part, place in parts])
    return as_csv([column.name for column in table.learnt], as_texts(table, values))


def windows_csv(run: Run, samples: np.ndarray) -> str:
    """Prepared windows (n, steps, channels) as CSV, a line for each step."""
    series = run.source.series
    assert series is not None
    lines = [
        (number, step, *(f"{value:.6g}" for value in values))
        for number, window in enumerate(series.back(samples), 1)
        for step, values in enumerate(window, 1)
    ]
    return as_csv(("window", "step", *series.channels), lines)


CSV = {"table": rows_csv, "series": windows_csv}
DOWNLOADS = {"image": _png, "table": _csv, "series": _csv}
