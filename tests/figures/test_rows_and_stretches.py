"""Figures of the user's own rows and stretches, from numbers alone."""

import numpy as np

from aecore.figures.rows import MOST_COLUMNS, rows_table
from aecore.figures.stretch import stretch_figure


def test_a_table_of_rows_marks_errors_and_proposals():
    parts = np.array([[4.0, np.nan, 0.0]])
    shown = rows_table(["<a>", "b", "c"], ["1"], [["5", "", "0"]], [["7", "x", "0"]], parts)
    assert "&lt;a&gt;" in shown and "<a>" not in shown
    assert "55%" in shown and shown.count("proposed for a missing cell") == 1
    assert shown.count('title="missing"') == 1


def test_of_many_columns_those_with_the_largest_errors_are_shown():
    count = MOST_COLUMNS + 40
    parts = np.arange(count, dtype=float)[None]
    names, cells = [f"c{i}." for i in range(count)], [["1"] * count]
    shown = rows_table(names, ["1"], cells, cells, parts)
    assert f"c{count - 1}." in shown and "c39." not in shown and "c40." in shown


def test_a_stretch_has_a_panel_a_channel_and_one_of_the_error():
    given = np.column_stack([np.arange(10.0), np.ones(10)])
    given[4, 1] = np.nan
    rebuilt = np.full((10, 2), 2.0)
    figure = stretch_figure(np.arange(10), given, rebuilt, np.ones(10), ["a", "b"], 0.5)
    names = [trace.name for trace in figure.data]
    assert names.count("given") == 2 and names.count("proposed where missing") == 1
    assert names[-2:] == ["error", "99 % of test windows"]
