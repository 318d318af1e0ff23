"""Panel: the user's own rows: reconstructed in their units, filled, scored, placed on the map."""

import numpy as np
import pandas as pd
import streamlit as st

from aecore.analysis.filling import TRIED
from aecore.analysis.own_data import OwnRows, own_rows, row_scores
from aecore.analysis.report import Report
from aecore.dashboard.model.own.preparing import choose_corruption
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.giving_rows import given_rows
from aecore.dashboard.parts.reading_notes import show_notes
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import many
from aecore.dashboard.services import calls
from aecore.dashboard.session import Given, give_images, remembered
from aecore.data.names import visible
from aecore.data.spreadsheet import as_csv, cell
from aecore.data.tables.filling import Filled, as_texts, fill, filled_csv
from aecore.data.tables.rows import Rows
from aecore.data.tables.table import Table
from aecore.figures.cells import row_pairs
from aecore.figures.errors import error_histogram
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

STARTING = 5  # rows of the grid
MOST_SHOWN = 20
MOST_PLACED = 500  # on the map
MOST_LINES = 200  # on the histogram
MOST_COLUMNS = 60


def own_rows_panel(run: Run, report: Report) -> None:
    """Where the rows come from, what the model made of them, and how unusual they are."""
    fragment(_own, run, report)


def _own(run: Run, report: Report) -> None:
    table = run.source.table
    assert table is not None  # of a run on a table
    give_images(run, None)
    first = report.clean[report.pick("random", count=STARTING)]
    rows = given_rows(run, first, table)
    if rows is None:
        st.info("Add rows to see their reconstructions.", icon=icons.DATA)
        return
    show_notes(rows.notes)
    corruption = choose_corruption(run)
    token = (model_version(run), rows.values.tobytes(), corruption)
    with st.spinner("Reconstructing…"):
        found: OwnRows = remembered(
            "own.rows.found",
            token,
            lambda: calls().analyse(
                run.model_path,
                own_rows,
                table.preparation,
                rows.values,
                corruption,
                report.pictures[:TRIED],
            ),
        )
    prepared = table.preparation.apply(rows.values[:MOST_PLACED])
    names = tuple(f"row {number:,}" for number in range(1, len(prepared) + 1))
    give_images(run, Given(names, prepared, corruption))
    filled = fill(rows, table, found.proposed)
    _rows(table, rows, found, filled)
    columns = [column.name for column in table.learnt]
    scores = row_scores(found, report.errors, columns)
    _downloads(run, rows, filled, scores)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("##### Errors compared with the test rows")
        own = np.sort(found.errors[~np.isnan(found.errors)])[::-1][:MOST_LINES]
        chart(
            error_histogram(report.sample_errors, own=own, kind=report.kind),
            "own-rows-errors",
            "own.rows.histogram",
        )
    with right:
        _scores(scores)


def _rows(table: Table, rows: Rows, found: OwnRows, filled: Filled) -> None:
    st.markdown("##### Given and reconstructed")
    shown = min(len(rows.values), MOST_SHOWN)
    order = np.arange(len(rows.values))
    if len(rows.values) > MOST_SHOWN:
        worst = st.toggle("Largest errors first", key="own.rows.worst")
        order = np.argsort(-found.errors, kind="stable") if worst else order
    order = order[:shown]
    at = [rows.header.index(c.name) if c.name in rows.header else None for c in table.learnt]
    given = as_texts(table, rows.values[order][:, [p.column for p in table.preparation.parts]])
    for cells, row in zip(given, order, strict=True):  # as they were written
        for place, column in enumerate(at):
            if column is not None:
                cells[place] = rows.texts[row][column]
    prepared = table.preparation.apply(rows.values[order])
    largest = np.argsort(-np.nan_to_num(found.parts[order]).sum(axis=0), kind="stable")
    chosen = sorted(largest[:MOST_COLUMNS].tolist())
    captions = [f"{row + 1:,}" for row in order]
    none = np.zeros(len(rows.values), bool)
    marked = np.stack([none if c is None else filled.cells[:, c] for c in at], axis=1)
    pairs = row_pairs(
        table, prepared, found.outputs[order], None, captions, chosen, given, marked[order]
    )
    st.html(pairs)
    missing = int(marked.sum())
    words = "The redder a cell, the larger its error."
    if missing:
        words += (
            f" A dashed frame marks what the model proposes for {many(missing, 'missing cell')}."
        )
    if int(np.isnan(found.parts).sum()) > missing:
        words += " Other cells that the model cannot use stay as they are."
    if len(chosen) < len(table.learnt):
        words += f" The {MOST_COLUMNS} columns with the largest errors are shown."
    if len(rows.values) > MOST_SHOWN:
        words += f" {MOST_SHOWN} of {len(rows.values):,} rows are shown."
    st.caption(words)


def _downloads(run: Run, rows: Rows, filled: Filled, scores: list[dict]) -> None:
    count = int(filled.cells.sum())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download filled rows (CSV)",
            lambda: filled_csv(rows, filled),
            f"{run.id}-filled.csv",
            "text/csv",
            key="own.rows.filled",
            icon=icons.DOWNLOAD,
            type="primary" if count else "secondary",
            on_click="ignore",
            help="All your columns. Missing cells are filled; all others are as they were. The "
            "filled rows go through the model again, as many times as work best on hidden cells of "
            "test rows.",
        )
        st.download_button(
            "Download scores (CSV)",
            lambda: as_csv(tuple(scores[0]), [tuple(each.values()) for each in scores]),
            f"{run.id}-scores.csv",
            "text/csv",
            key="own.rows.scores",
            icon=icons.DOWNLOAD,
            on_click="ignore",
            help="Error of each row, share of test rows with a smaller error, and the column with "
            "the largest part of the error.",
        )
        filled_words = many(count, "missing cell") + " filled." if count else "No cell is missing."
        st.caption(filled_words)


def _scores(scores: list[dict]) -> None:
    st.markdown("##### Scores")
    frame = pd.DataFrame(
        {
            "row": [each["row"] for each in scores],
            "error": [
                None if each["error"] is None else float(f"{each['error']:.3g}") for each in scores
            ],
            "worse than": [each["share_below"] for each in scores],
            "column": [cell(visible(each["column"])) for each in scores],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        placeholder="–",
        column_config={
            "row": st.column_config.NumberColumn(width=50),
            "error": st.column_config.NumberColumn(width=70),
            "worse than": st.column_config.ProgressColumn(
                "worse than … of test rows",
                format="percent",
                min_value=0,
                max_value=1,
                help="Share of the test rows with a smaller error.",
            ),
            "column": st.column_config.TextColumn(
                "largest error in", help="The column with the largest part of the error."
            ),
        },
    )
    if unknown := sum(each["error"] is None for each in scores):
        st.caption(f"{many(unknown, 'row')} without a known cell: nothing to score.")
    odd = sum((each["share_below"] or 0) > 0.99 for each in scores)
    if odd:
        st.caption(f"{many(odd, 'row')} with a larger error than 99% of the test rows: unusual.")
