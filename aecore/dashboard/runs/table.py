"""The table of runs, and the selection of its rows."""

import hashlib
from datetime import UTC, datetime

import pandas
import streamlit as st

from aecore.dashboard.parts.labels import STATE_WORDS, run_title, settings_words
from aecore.dashboard.session import lasting
from aecore.data.names import visible
from aecore.data.spreadsheet import cell
from aecore.figures.colours import VALIDATION
from aecore.models import AUTOENCODERS
from aecore.runs.summary import Summary

ROWS = 12  # seen at a time
ROW_HEIGHT = 35  # pixels
GROUPS = {  # of columns: all at once are wider than a laptop's screen
    "Results": ("created", "type", "error", "losses"),
    "All errors": ("error", "mse", "psnr", "ssim", "r2", "accuracy"),
    "Model and data": ("type", "data", "code", "parameters", "settings"),
    "Time and space": ("created", "seconds", "size", "tags"),
}
OF_SOME = ("psnr", "ssim", "r2", "accuracy")  # which only some kinds of data have


def chosen_among(shown: list[Summary]) -> list[Summary]:
    """Those of the runs whose rows were chosen, by the ids of the rows that the table last had."""
    key, ids = st.session_state.get("runs.drawn", ("runs.table", ()))
    rows = st.session_state.get(key, {}).get("selection", {}).get("rows", [])
    chosen = {ids[row] for row in rows if row < len(ids)}
    return [each for each in shown if each.id in chosen]


def run_table(shown: list[Summary], chosen: list[Summary], whole: bool) -> None:
    """Draws the runs.

    Streamlit tells chosen rows by their number, and a browser may still tell those of the rows it
    showed before. So the table has another key, and thereby is another widget, as soon as its rows
    are others; what was chosen in the one before is handed on.

    Args:
        shown: the runs that fit the filters.
        chosen: those whose rows are chosen.
        whole: the whole page is drawn. Then the browser is told the chosen rows in any case: of a
            run of the script that was ended by this one it may never have heard.
    """
    ids = tuple(each.id for each in shown)
    key = f"runs.table.{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:12]}"
    if whole or st.session_state.get("runs.drawn") != (key, ids):
        rows = [ids.index(each.id) for each in chosen]
        st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}
        st.session_state["runs.drawn"] = (key, ids)
    if not shown:
        return
    st.dataframe(
        _frame(shown),
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        height=ROW_HEIGHT * (min(len(shown), ROWS) + 1) + 3,
        row_height=ROW_HEIGHT,
        placeholder="",
        column_order=("state", "name", *_of_any(shown, GROUPS[_group()])),
        column_config=_columns(),
    )


def _of_any(shown: list[Summary], columns: tuple[str, ...]) -> list[str]:
    """The columns without those that no run has for its kind of data."""
    kinds = [each.kind for each in shown if each.kind is not None]
    there = {name for kind in kinds for name in kind.listed}
    return [name for name in columns if name not in OF_SOME or name in there]


def _group() -> str:
    return st.segmented_control(
        "Columns",
        GROUPS,
        default=next(iter(GROUPS)),
        required=True,
        **lasting("runs.columns"),
        label_visibility="collapsed",
    )


def _frame(shown: list[Summary]) -> pandas.DataFrame:
    """Texts as in a CSV, for Streamlit offers the table as one."""

    def figures(name: str) -> list[float | None]:
        return [each.figures.get(name) for each in shown]

    return pandas.DataFrame(
        {
            "state": [_state(each) for each in shown],
            "name": [cell(visible(run_title(each))) for each in shown],
            "type": [_type(each.key) for each in shown],
            "settings": [settings_words(each.key, each.settings) for each in shown],
            "error": [each.error for each in shown],
            "mse": figures("mse"),
            "psnr": figures("psnr"),
            "ssim": figures("ssim"),
            "r2": figures("r2"),
            "accuracy": figures("accuracy"),
            "losses": [list(each.losses) for each in shown],
            "created": [datetime.fromtimestamp(each.created, UTC) for each in shown],
            "data": [cell(visible(each.data)) for each in shown],
            "code": figures("code_size"),
            "parameters": figures("parameters"),
            "seconds": [each.seconds or None for each in shown],
            "size": [each.size for each in shown],
            "tags": [[cell(visible(tag)) for tag in each.label.tags] for each in shown],
        }
    )


def _columns() -> dict:
    column = st.column_config
    return {
        "state": column.TextColumn("State", width=84, pinned=True),
        "name": column.TextColumn("Name", width=184, pinned=True),
        "type": column.TextColumn("Type", width=98),
        "settings": column.TextColumn(
            "Settings", width=180, help="Settings that differ from the defaults of the type."
        ),
        "error": column.NumberColumn(
            "Error", width=72, format="%,.3g",
            help="Mean over the test data: for images the squared error summed over the pixels, "
            "for rows and windows the mean squared error of a value. Comparable on the same data "
            "only.",
        ),
        "mse": column.NumberColumn(
            "Per value (MSE)", width=112, format="%,.3g",
            help="The mean squared error of a pixel, of a cell or of a step.",
        ),
        "psnr": column.NumberColumn(
            "PSNR", width=84, format="%.1f dB", help="Of images, mean; higher is better."
        ),
        "r2": column.NumberColumn(
            "R²", width=72, format="%.3f",
            help="Share of the variance that is reproduced, mean over columns of numbers, or over "
            "channels; 1 is perfect.",
        ),
        "accuracy": column.NumberColumn(
            "Accuracy", width=84, format="percent",
            help="Share of cells whose category is reproduced, mean over columns.",
        ),
        "ssim": column.NumberColumn(
            "SSIM", width=72, format="%.3f", help="Structural similarity; 1 is identical."
        ),
        "losses": column.LineChartColumn(
            "Validation loss",
            width=88,
            color=VALIDATION,
            help="Per epoch; each run has its own scale."
        ),
        "created": column.DatetimeColumn("Created", width=102, format="distance"),
        "data": column.TextColumn("Data", width=90),
        "code": column.NumberColumn("Latent size", width=84, format="localized"),
        "parameters": column.NumberColumn("Parameters", width=84, format="compact"),
        "seconds": column.NumberColumn("Trained in", width=80, format="%.0f s"),
        "size": column.NumberColumn("Size", width=76, format="bytes", help="On disk."),
        "tags": column.ListColumn("Tags", width=140),
    }  # fmt: skip


def _state(each: Summary) -> str:
    done = f" {each.status.fraction:.0%}" if each.state == "training" else ""
    return f"{STATE_WORDS[each.state]}{done}"


def _type(key: str) -> str:
    return AUTOENCODERS[key].title if key in AUTOENCODERS else key
