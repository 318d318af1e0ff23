"""Figures of the user's own rows and stretches, from numbers alone."""

import numpy as np
import pytest

from aecore.data.series.series import Series
from aecore.data.tables.columns import Column
from aecore.data.tables.preparation import fit
from aecore.data.tables.table import Table
from aecore.figures.cells import row_list, row_pairs
from aecore.figures.over_time import errors_over_time
from aecore.figures.stretch import stretch_figure
from aecore.figures.windows import time_words


def test_cells_are_shaded_by_their_error_and_proposals_are_marked():
    columns = (Column("<a>", "number"), Column("b", "category", categories=("x", "y")))
    raw = np.array([[0.0, 0], [2, 1], [4, 0], [2, 1]])
    table = Table(columns, fit(raw, columns))
    given = table.preparation.apply(np.array([[4.0, np.nan], [0, 1]]))
    outputs = table.preparation.apply(np.array([[4.0, 1.0], [4, 1]]))
    shown = row_pairs(table, given, outputs, None, ["1", "2"], [0, 1], [["4,0", " "], ["?", "y"]])
    assert "&lt;a&gt;" in shown and "<a>" not in shown
    assert "<td>4,0</td>" in shown and "<td>?</td>" in shown  # as somebody wrote them
    assert shown.count("Proposed for a missing cell") == 1 == shown.count("ae-missing")
    assert "Error: 0.00 standard deviations" in shown and "0.57)" in shown  # the other is 2.83 off
    assert "Probability of the right category: 100%" in shown
    none = np.zeros((2, 2), bool)
    kept = row_pairs(
        table, given, outputs, None, ["1", "2"], [0, 1], [["4", "?"], ["0", "y"]], none
    )
    assert "Proposed" not in kept and kept.count("cannot be used") == 1


def test_a_single_row_stands_upright():
    columns = (Column("a", "number"), Column("b", "number"))
    table = Table(columns, fit(np.array([[0.0, 1], [2, 5]]), columns))
    shown = row_list(table, np.zeros((1, 2)), [""], [0, 1])
    assert shown.count("<tr>") == 2 and "<td>1.00</td>" in shown and "<td>3.00</td>" in shown


def test_a_stretch_has_a_panel_a_channel_and_one_of_the_error():
    given = np.column_stack([np.arange(10.0), np.ones(10)])
    given[4, 1] = np.nan
    rebuilt = np.full((10, 2), 2.0)
    plain = stretch_figure(np.arange(10), given, rebuilt, None, ["a", "b"], after="decompressed")
    assert {trace.name for trace in plain.data} >= {"given", "decompressed"}
    assert "error" not in {trace.name for trace in plain.data}
    figure = stretch_figure(np.arange(10), given, rebuilt, np.ones(10), ["a", "b"], 0.5)
    names = [trace.name for trace in figure.data]
    assert names.count("given") == 2 and names.count("proposed where missing") == 1
    assert names[-2:] == ["error", "99% of test windows"]


def test_the_threshold_is_named_where_the_errors_are_far_from_it():
    series = Series(("a",), 8, 4, 0.0, 60.0, (0.0,), (1.0,))
    rising, starts = np.linspace(0, 2, 40), np.arange(40) * 4
    sides = [
        errors_over_time(series, starts, errors, 1.9, "error").layout.annotations[0].xanchor
        for errors in (rising, rising[::-1])
    ]
    assert sides == ["left", "right"]


@pytest.mark.parametrize(
    ("start", "length", "words"),
    [
        (0.0, 1.0, "step 1,200"),
        (1704067200.0, 900.0, "2024-01-13 12:00"),
        (1704067200.0, 86400.0, "2027-04-15"),  # a day has no hour
        (1704088800.0, 86400.0, "2027-04-15 06:00"),
    ],
)
def test_the_time_of_a_step_is_told_as_exactly_as_the_series_has_it(start, length, words):
    assert time_words(Series(("a",), 8, 4, start, length, (0.0,), (1.0,)), 1200) == words
