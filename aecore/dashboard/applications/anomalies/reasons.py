"""Part of a panel: why samples are unusual, many in brief and one in full, by kind of data."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from aecore.dashboard.parts.charts import chart
from aecore.data.names import shortened, told_apart, visible
from aecore.data.splits import Source
from aecore.data.spreadsheet import cell
from aecore.data.tables.filling import as_texts
from aecore.figures.gallery import Row, gallery
from aecore.figures.grid import picture_strip
from aecore.figures.lines import bar_chart
from aecore.figures.reasons import heat_over
from aecore.figures.samples import drawing_of
from aecore.figures.windows import window_chart

SIDE = 300  # CSS pixels of an image in full
MOST_PARTS = 8  # columns or channels in brief
MOST_CHANNELS = 4  # in full
LONGEST = 16  # characters of a channel's name below a bar


@dataclass(frozen=True)
class Explained:
    """Samples, the most unusual first, with what the detector made of them.

    names: for people. scores (k,). clean, outputs (k, ...): as `Judgement` has them. reasons
    (k, ...): images (k, h, w), rows (k, columns), windows (k, steps, channels). starts (k,): the
    steps at which windows begin, else (0,). truth (k,): 1 an anomaly, 0 normal, -1 unknown.
    where (k,): places in the data set; empty for new data. written: the cells of new rows. short:
    shorter names, where there are any.
    """

    names: list[str]
    scores: np.ndarray
    clean: np.ndarray
    outputs: np.ndarray
    reasons: np.ndarray
    starts: np.ndarray
    truth: np.ndarray
    where: np.ndarray
    written: list[list[str]] | None = None
    short: list[str] | None = None

    def part(self, places: slice) -> "Explained":
        """Some of them."""
        written = self.written[places] if self.written is not None else None
        short = self.short[places] if self.short is not None else None
        starts = self.starts[places] if len(self.starts) else self.starts
        where = self.where[places] if len(self.where) else self.where
        return Explained(
            self.names[places], self.scores[places], self.clean[places], self.outputs[places],
            self.reasons[places], starts, self.truth[places], where, written, short,
        )  # fmt: skip


def shares_of_parts(reasons: np.ndarray) -> np.ndarray:
    """The share of each column or channel: reasons (k, parts) or (k, steps, parts) → (k, parts)."""
    return reasons if reasons.ndim == 2 else reasons.sum(axis=1)


def in_brief(source: Source, found: Explained, captions: list[str]) -> None:
    """All of them side by side or below one another."""
    BRIEF[source.kind.key](source, found, captions)


def in_full(source: Source, found: Explained, at: int, key: str) -> None:
    """One of them: heat map, share by column in the user's units, or by channel and time."""
    FULL[source.kind.key](source, found, at, key)


def _images(source: Source, found: Explained, captions: list[str]) -> None:
    heat = heat_over(found.clean, found.reasons)
    rows = [Row("original", "Image", found.clean), Row("reasons", "Reasons", heat)]
    st.html(gallery(rows, found.names, captions))


def _image(source: Source, found: Explained, at: int, key: str) -> None:
    heat = heat_over(found.clean[at : at + 1], found.reasons[at : at + 1])[0]
    pictures = [("Image", found.clean[at]), ("Reconstructed", found.outputs[at]), ("Reasons", heat)]
    st.html(picture_strip(pictures, SIDE))
    st.caption("The redder a pixel, the more it counts. Each image has its own scale.")


def _chosen(found: Explained, most: int) -> list[int]:
    """The parts with the largest shares over all samples, in their order."""
    weight = shares_of_parts(found.reasons).mean(axis=0)
    return sorted(np.argsort(-weight, kind="stable")[:most].tolist())


def _pairs(source: Source, found: Explained, captions: list[str]) -> None:
    drawing = drawing_of(source)
    chosen = _chosen(found, MOST_PARTS if source.table is not None else MOST_CHANNELS)
    st.html(drawing.pairs(source, found.clean, found.outputs, None, found.names, captions, chosen))
    if len(chosen) < len(source.parts):
        st.caption(f"The {len(chosen)} {source.kind.parts} that count most are shown.")


def _row(source: Source, found: Explained, at: int, key: str) -> None:
    table = source.table
    assert table is not None  # of rows
    given = as_texts(table, table.preparation.back(found.clean[at : at + 1]))[0]
    rebuilt = as_texts(table, table.preparation.back(found.outputs[at : at + 1]), digits=4)[0]
    if found.written is not None:
        given = found.written[at]
    order = np.argsort(-found.reasons[at], kind="stable")
    st.dataframe(
        {
            "column": [cell(visible(source.parts[i])) for i in order],
            "given": [cell(visible(given[i])) or "missing" for i in order],
            "reconstructed": [cell(visible(rebuilt[i])) for i in order],
            "share": [float(found.reasons[at][i]) for i in order],
        },
        column_config={
            "share": st.column_config.ProgressColumn(
                "share of the score", format="percent", min_value=0, max_value=1
            )
        },
        hide_index=True,
        key=key,
    )


def _window(source: Source, found: Explained, at: int, key: str) -> None:
    series, shares = source.series, shares_of_parts(found.reasons)[at]
    assert series is not None  # of windows
    order = np.argsort(-shares, kind="stable")
    chosen = order[:MOST_CHANNELS].tolist()
    start = int(found.starts[at]) if len(found.starts) else 0
    figure = window_chart(series, found.clean[at], found.outputs[at], start, chosen)
    chart(figure, f"{key}.window")
    if len(series.channels) > 1:
        shown = order[:MOST_PARTS]
        names = told_apart([shortened(visible(series.channels[i]), LONGEST) for i in shown])
        bars = bar_chart({"share": shares[shown]}, names, "share of the score", height=220)
        chart(bars.update_yaxes(tickformat=".0%"), f"{key}.shares")


Brief = Callable[[Source, Explained, list[str]], None]
Full = Callable[[Source, Explained, int, str], None]
BRIEF: dict[str, Brief] = {"image": _images, "table": _pairs, "series": _pairs}
FULL: dict[str, Full] = {"image": _image, "table": _row, "series": _window}
